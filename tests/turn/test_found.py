"""What a review of the turn found, so that it does not come back."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import aiohttp
import pytest

from amity.testing.fake_model import Answer
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer
from tests.support.talker import Talker, talking, text_of
from tests.turn.test_talk import SLOW, _config, _shown

Make = Callable[..., Talker]
HELPLINE: Final = "findahelpline.com"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
async def house(start_amity: Callable[..., AmityProcess], model: ModelServer) -> AmityProcess:
    process = start_amity(config=_config(model))
    await process.aready()
    return process


@pytest.fixture
async def guest(house: AmityProcess) -> AsyncIterator[Talker]:
    async with talking() as make:
        talker = make(house.url)
        await talker.enter()
        await talker.say("warm up")  # LiteLLM is there once the model was asked
        await talker.settled()
        yield talker


def _helplines(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [m for m in said if m["from"] == "service" and HELPLINE in text_of(m)]


async def test_helplines_are_there_before_the_personas_first_words(
    guest: Talker, model: ModelServer
) -> None:
    """Promises P08 and P18: first help, then the persona, however slow its model is."""
    model.model.script(SLOW)
    await guest.say("I want to die")
    await _shown(guest)
    assert guest.events is not None
    assert _helplines(guest.events.messages)


async def test_who_stops_the_reply_keeps_the_helplines(guest: Talker, model: ModelServer) -> None:
    model.model.script(SLOW)
    await guest.say("I want to die")
    await _shown(guest)
    await guest.command("stop")
    assert _helplines(await guest.settled())


@pytest.mark.parametrize("text", ["/help I want to die", "/stop I want to die", "/start kms"])
async def test_a_word_before_it_does_not_hide_a_cry_for_help(guest: Talker, text: str) -> None:
    """As with a word that nobody knows; ``/help`` alone has no caring words."""
    before = len(await guest.history())
    await guest.say(text)
    said = (await guest.settled())[before:]
    assert any("talk" in text_of(m) for m in _helplines(said)), [text_of(m)[:60] for m in said]
    if text.startswith("/help"):
        assert any("glad you told me" in text_of(m) for m in said)


async def test_recovering_somebody_erases_the_guest_also_if_it_had_a_key(
    guest: Talker, house: AmityProcess
) -> None:
    async with talking() as make, aiohttp.ClientSession() as session:
        owner = make(house.url, name="owner")
        await owner.enter()

        async def post(who: Talker, path: str, body: object) -> Any:
            async with session.post(
                f"{house.url}/api/v1/{path}", json=body, headers=who.headers()
            ) as answer:
                assert answer.status < 300, await answer.text()
                return await answer.json()

        code = (await post(owner, "recovery", {}))["code"]
        key = (await post(guest, "keys", {"label": "mine"}))["key"]
        await post(guest, "recover", {"code": code, "replace": True})
        headers = {"Authorization": f"Bearer {key}"}
        async with session.get(f"{house.url}/api/v1/me", headers=headers) as answer:
            assert answer.status == 401, "the guest who was to be erased is still there"
        # The code is used up: whoever finds it now comes in nowhere.
        anybody = {"Origin": house.url}
        async with session.post(
            f"{house.url}/api/v1/recover", json={"code": code}, headers=anybody
        ) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (404, "wrong_code")


async def test_what_came_before_the_disk_was_full_is_answered_when_it_is_not(
    guest: Talker, house: AmityProcess, model: ModelServer
) -> None:
    """Kept and answered after recovery, or said to be unanswered; no restart in between."""
    asked = len(model.asked)
    model.model.script(Answer(before=2.0))
    id = await guest.say("are you there?")
    while len(model.asked) == asked:
        await asyncio.sleep(0.05)
    before = resource.prlimit(house.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (1024, before[1]))
    await asyncio.sleep(4)
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, before)
    journal = await guest.settled(seconds=20)
    assert [m["state"] for m in journal if m["id"] == id] in (["answered"], ["unanswered"])


async def test_a_store_that_is_away_uses_up_nobodys_messages(
    start_amity: Callable[..., AmityProcess],
) -> None:
    house = start_amity(config={"limits": {"burst": 3, "per_minute": 1}})
    await house.aready()
    async with talking() as make:
        guest = make(house.url)
        await guest.enter()
        before = resource.prlimit(house.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (1024, before[1]))
        refused = [(await guest.post(text="hello")).status for _ in range(6)]
        resource.prlimit(house.pid, resource.RLIMIT_FSIZE, before)
        assert refused == [503] * 6
        assert (await guest.post(text="hello")).status == 202


async def test_a_request_whose_message_was_cleared_ends(
    guest: Talker, house: AmityProcess, model: ModelServer
) -> None:
    """It waits behind a running reply; nothing will ever answer it."""
    async with aiohttp.ClientSession() as session:
        async with session.post(
            f"{house.url}/api/v1/keys", json={"label": "x"}, headers=guest.headers()
        ) as made:
            key = (await made.json())["key"]

        async def ask(text: str) -> int:
            body = {"model": "mia", "messages": [{"role": "user", "content": text}]}
            headers = {"Authorization": f"Bearer {key}"}
            url = f"{house.url}/v1/chat/completions"
            async with session.post(url, json=body, headers=headers) as answer:
                return answer.status

        model.model.script(SLOW)
        first = asyncio.create_task(ask("one"))
        await _shown(guest)
        second = asyncio.create_task(ask("two"))
        await asyncio.sleep(0.3)
        await guest.command("clear_conversation", "yes")
        assert await asyncio.wait_for(first, 10) == 200
        assert await asyncio.wait_for(second, 10)
