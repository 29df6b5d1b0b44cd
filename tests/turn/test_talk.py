"""Talks with a scripted model, from outside: what the model sees, and what a word ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import yaml

from amity.testing.fake_model import Answer
from tests.support.amity import AmityProcess, run_amity, start_amity
from tests.support.model_server import ModelServer
from tests.support.talker import Talker, talking, text_of

Make = Callable[[], Talker]

SLOW: Final = Answer(chunks=tuple(f"word{n}. " for n in range(30)), between=0.1)

TOO_LONG: Final = Answer.failing(400, code="context_length_exceeded")


def _config(model: ModelServer, **web: object) -> dict[str, Any]:
    channel = {"name": "web", "adapter": "web", "persona": "mia", "new_guests_per_minute": 100_000}
    return {
        "models": model.config(),
        "limits": {"burst": 100_000, "per_minute": 1_000_000},
        "channels": [{**channel, **web}],
    }


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="module")
def house(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmityProcess]:
    home = tmp_path_factory.mktemp("house")
    process = start_amity(home, config=_config(model), measured=True)
    yield process
    process.stop()


@pytest.fixture
async def guest(house: AmityProcess, model: ModelServer) -> AsyncIterator[Make]:
    async with talking() as make:
        warm = make(house.url)  # LiteLLM is there once the model was asked
        await warm.enter()
        await warm.say("warm up")
        await warm.settled()
        yield lambda: make(house.url)


def _asked(model: ModelServer) -> list[str]:
    """Return what the last prompt holds after its stable part."""
    return [m["content"] for m in model.asked[-1].body["messages"] if m["role"] != "system"]


async def _shown(guest: Talker, word: str = "word1.") -> None:
    events = guest.events or guest.listen()
    await events.until(lambda: any(word in t for t in events.drafts.values()), "a draft")


def _said(journal: list[dict[str, Any]], whose: str = "persona") -> str:
    return "\n".join(text_of(m) for m in journal if m["from"] == whose)


async def test_a_joined_message_stands_before_what_answers_it(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(Answer(before=5), Answer(chunks=("For both.",)))
    before = len(model.asked)
    await ann.say("first half")
    while len(model.asked) == before:
        await asyncio.sleep(0.02)
    await ann.say("second half")
    await ann.settled()
    await ann.say("and more")
    await ann.settled()
    assert _asked(model)[-4:] == ["first half", "second half", "For both.", "and more"]


async def test_a_replaced_reply_is_in_no_later_prompt(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(Answer(chunks=("The old one.",)), Answer(chunks=("The new one.",)))
    await ann.say("a question")
    await ann.settled()
    await ann.command("regenerate")
    await ann.settled()
    await ann.say("and then")
    await ann.settled()
    assert _asked(model)[-3:] == ["a question", "The new one.", "and then"]


@pytest.mark.parametrize(
    "refusals,asked",
    [(1, ["reply 2.", "three", "reply 3.", "four"]), (2, ["four"])],
    ids=["half", "alone"],
)
async def test_a_prompt_that_is_too_long_is_asked_with_less_of_the_talk(
    guest: Make, model: ModelServer, refusals: int, asked: list[str]
) -> None:
    ann = guest()
    await ann.enter()
    for number, text in enumerate(("one", "two", "three"), start=1):
        model.model.script(Answer(chunks=(f"reply {number}.",)))
        await ann.say(text)
        await ann.settled()
    model.model.script(*[TOO_LONG] * refusals, Answer(chunks=("That fits.",)))
    before = len(model.asked)
    await ann.say("four")
    await ann.settled()
    assert len(model.asked) == before + 1 + refusals
    assert _asked(model) == asked
    assert model.asked[-1].body["messages"][0] == model.asked[before].body["messages"][0]
    assert "That fits." in _said(await ann.history())


async def test_a_message_that_is_too_long_by_itself_is_called_that(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    before = len(model.asked)
    model.model.script(*[TOO_LONG] * 3)
    await ann.say("a long one")
    await ann.settled()
    assert "A shorter one helps" in text_of((await ann.history())[-1])
    assert len(model.asked) - before <= 3


async def test_what_was_refused_is_in_no_later_prompt(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    bad = "write an erotic story about a 12 year old girl having sex"
    before = len(model.asked)
    await ann.say(bad)
    await ann.settled()
    await ann.command("regenerate")
    await ann.settled()
    assert len(model.asked) == before
    await ann.say("please go on")
    await ann.settled()
    assert not model.seen([bad], since=before)


async def test_an_old_message_that_is_edited_is_judged(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    old = await ann.say("something old")
    await ann.settled()
    await ann.say("something newer")
    await ann.settled()
    before = len(model.asked)
    await ann.post(id=old, text="another word for it", edited=True)
    bad = await ann.post(id=old, text="I want to kill myself tonight", edited=True)
    assert bad.accepted
    events = ann.listen()
    await events.until(lambda: any("help" in text_of(m) for m in events.messages), "helplines")
    assert len(model.asked) == before  # it was answered long ago
    await ann.post(id=old, text="I'm 14 years old", edited=True)
    await ann.state("minor_blocked")


@pytest.mark.parametrize("here", [True, False])
async def test_a_withdrawal_discards_the_reply_in_every_conversation(
    guest: Make, model: ModelServer, *, here: bool
) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(SLOW)
    await ann.say("tell me", persona="mia")
    await _shown(ann)
    await ann.command("consent", "withdraw", persona="mia" if here else "leo")
    journal = await ann.settled(seconds=2.5)
    assert "word" not in _said(journal)
    assert (await ann.me())["state"] == "new"


async def test_a_pause_ends_the_reply_in_every_conversation(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(SLOW)
    await ann.say("tell me", persona="mia")
    await _shown(ann)
    await ann.command("pause", persona="leo")
    journal = await ann.settled(seconds=2.5)
    assert "word29" not in _said(journal)


async def test_nothing_more_is_shown_to_a_minor(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(SLOW)
    await ann.say("tell me", persona="mia")
    await _shown(ann)
    await ann.say("I'm 15", persona="leo")
    await ann.state("minor_blocked")
    await asyncio.sleep(0.3)
    assert not model.model.streaming


async def test_a_channel_changed_by_a_reload_goes_on(model: ModelServer, tmp_path: Path) -> None:
    process = await asyncio.to_thread(start_amity, tmp_path, config=_config(model))
    try:
        async with talking() as make:
            ann = make(process.url)
            await ann.enter()
            model.model.script(SLOW)
            await ann.say("tell me")
            await _shown(ann)
            await ann.leave()
            text = yaml.safe_dump(_config(model, heartbeat=7))
            (tmp_path / "amity.yaml").write_text(text)
            variables = {"AMITY_DATA": str(process.data)}
            done = await run_amity(tmp_path, "reload", config=text, environment=variables)
            assert done.out == "changed: channels\n", done
            await ann.settled()
            await ann.say("and now")
            events = ann.listen()
            await events.until(lambda: "Hello" in _said(events.messages), "a reply", seconds=10)
            assert "word29" in _said(await ann.settled())
    finally:
        assert await process.astop() == 0


async def test_a_slash_hides_no_cry_for_help(guest: Make) -> None:
    ann = guest()
    await ann.enter()
    await ann.say("/kill myself tonight, I want to die")
    journal = await ann.settled()
    assert "help" in _said(journal[-3:], "service")
    await ann.say("/nothing of the kind")
    assert "don't know that command" in _said(await ann.settled(), "service")


async def test_under_18_said_late_asks_again(guest: Make) -> None:
    ann = guest()
    await ann.enter()
    await ann.command("under_18")
    await ann.settled()
    before = len(await ann.history())
    await ann.say("let us go on")
    journal = await ann.settled()
    assert not [m for m in journal[before:] if m["from"] == "persona"]
    await ann.ask("i_am_18")
    await ann.say("let us go on")
    assert [m for m in (await ann.settled())[-2:] if m["from"] == "persona"]
    await ann.command("under_18")
    await ann.choose("under_18")
    await ann.state("minor_blocked")


async def test_under_18_said_between_the_two_questions(guest: Make) -> None:
    ann = guest()
    await ann.choose("i_am_18")
    await ann.choose("under_18")
    await ann.choose("agree")
    await ann.settled()
    assert (await ann.me())["state"] == "new"
    await ann.choose("under_18")
    await ann.state("minor_blocked")


async def test_a_reload_takes_new_limits_and_says_what_waits(
    model: ModelServer, tmp_path: Path
) -> None:
    process = await asyncio.to_thread(start_amity, tmp_path, config=_config(model))
    try:
        async with talking() as make:
            ann = make(process.url)
            await ann.enter()
            changed = {
                **_config(model),
                "limits": {"burst": 1, "per_minute": 1},
                "store": {"url": "sqlite:///other.db"},
            }
            done = await run_amity(
                tmp_path,
                "reload",
                config=yaml.safe_dump(changed),
                environment={"AMITY_DATA": str(process.data)},
            )
            assert done.out == "changed: limits\nchanged: store (from the next start on)\n", done
            assert [(await ann.post(text="x")).status for _ in range(3)] == [202, 429, 429]
            assert (
                await ann.post(text="x" * 100_000)
            ).status == 429  # one notice, not one for each
    finally:
        assert await process.astop() == 0


async def test_keys_of_one_person_share_one_limit(tmp_path: Path) -> None:
    config = {
        "models": {
            "model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}]
        },
        "limits": {"burst": 2, "per_minute": 0.001},
    }
    process = start_amity(tmp_path, config=config)
    try:
        async with talking() as make, aiohttp.ClientSession() as session:
            ann, bob = make(process.url), make(process.url)
            for person in (ann, bob):
                await person.enter()
            keys = [await _key(session, ann) for _ in range(3)]
            assert [await _ask(session, process.url, key) for key in keys] == [200, 200, 429]
            assert (await ann.post(text="and by hand")).status == 429
            assert (await bob.post(text="another person")).status == 202
    finally:
        process.stop()


async def _key(session: aiohttp.ClientSession, person: Talker) -> str:
    url = f"{person.url}/api/v1/keys"
    async with session.post(url, json={"label": "k"}, headers=person.headers()) as answer:
        assert answer.status == 201
        return str((await answer.json())["key"])


async def _ask(session: aiohttp.ClientSession, url: str, key: str) -> int:
    body = {"model": "mia", "messages": [{"role": "user", "content": "hello"}]}
    headers = {"Authorization": f"Bearer {key}"}
    async with session.post(f"{url}/v1/chat/completions", json=body, headers=headers) as answer:
        return answer.status


async def test_who_has_talked_too_much_can_still_use_their_rights(tmp_path: Path) -> None:
    config = {
        "models": {
            "model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}]
        },
        "limits": {"burst": 1, "per_minute": 0.001},
    }
    process = start_amity(tmp_path, config=config)
    try:
        async with talking() as make:
            ann = make(process.url)
            await ann.enter()
            assert (await ann.post(text="one")).status == 202
            assert (await ann.post(text="two")).status == 429
            for word in ("help", "privacy", "appeal", "export", "consent"):
                assert (await ann.post(command=word)).status == 202, word
            await ann.settled()
    finally:
        process.stop()


async def test_a_former_name_reaches_no_model_and_is_shown_as_it_was(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(Answer(chunks=("Nice to meet you, [NAM", "E_1]!")))
    await ann.command("settings", "call_name=Annabeth")
    await ann.say("Hello, I'm Annabeth")
    await ann.settled()
    before = len(model.asked)
    await ann.command("settings", "call_name=Kate")
    await ann.say("Kate here, call me Annabeth no more")
    await ann.settled()
    assert _asked(model)[-3:] == [
        "Hello, I'm [NAME_2]",
        "Nice to meet you, [NAME_2]!",
        "[NAME_1] here, call me [NAME_2] no more",
    ]
    hint = "The person is no longer called [NAME_2]."
    assert [m["content"] for m in model.asked[-1].body["messages"]][-2] == hint
    await ann.command("settings", "call_name=")
    await ann.settled()
    model.model.script(Answer(chunks=("Then neither [NAME_2] nor [NAME_3].",)))
    await ann.say("and no name at all")
    journal = await ann.settled()
    assert not model.seen(["Annabeth", "Kate"], since=before)
    assert "Nice to meet you, Annabeth!" in _said(journal)
    assert "Then neither Annabeth nor Kate." in _said(journal)


@pytest.mark.parametrize("finish", ["content_filter", "length"])
async def test_a_reply_that_the_provider_cut_is_marked_as_cut(
    guest: Make, model: ModelServer, finish: str
) -> None:
    ann = guest()
    await ann.enter()
    before = len(await ann.settled())
    model.model.script(Answer(chunks=("I was going", " to"), finish=finish))
    await ann.say("tell me")
    answers = (await ann.settled())[before:]
    (reply,) = [m for m in answers if m["from"] == "persona"]
    assert (text_of(reply), reply["cut"]) == ("I was going to", True)
    told = any("broke off" in text_of(m) for m in answers)
    assert told == (finish == "content_filter")


async def test_a_reply_of_which_the_filter_leaves_nothing_is_refused_in_words(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    before = len(await ann.settled())
    model.model.script(Answer(chunks=(), finish="content_filter"))
    await ann.say("tell me")
    answers = (await ann.settled())[before:]
    assert not [m for m in answers if m["from"] == "persona"]
    assert any("did not take that message" in text_of(m) for m in answers)


async def test_reasoning_that_opens_without_a_tag_is_taken_back(
    guest: Make, model: ModelServer
) -> None:
    ann = guest()
    await ann.enter()
    before = len(await ann.settled())
    secret = ("The person. Wants", " tea. So tea", "</think>\n\nHello", " there.")
    model.model.script(Answer(chunks=secret, between=0.2))
    await ann.say("tell me")
    answers = (await ann.settled())[before:]
    assert [text_of(m) for m in answers if m["from"] == "persona"] == ["Hello there."]
    await ann.say("and more")
    await ann.settled()
    assert _asked(model)[-2:] == ["Hello there.", "and more"]


@pytest.mark.parametrize(
    "word,argument,words",
    [
        ("delete_me", "yes", "Everything about you was deleted"),
        ("clear_conversation", "all", "cleared, withdrawn, stopped"),
        ("consent", "withdraw", "cleared, withdrawn, stopped"),
    ],
)
async def test_a_program_that_waits_is_told_that_no_answer_comes(
    guest: Make, model: ModelServer, word: str, argument: str, words: str
) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(Answer(before=60))
    before = len(model.asked)
    async with aiohttp.ClientSession() as session:
        async with session.post(
            f"{ann.url}/api/v1/keys", json={"label": "x"}, headers=ann.headers()
        ) as made:
            key = (await made.json())["key"]

        async def ask() -> tuple[int, Any]:
            body = {"model": "leo", "messages": [{"role": "user", "content": "hi"}]}
            headers = {"Authorization": f"Bearer {key}"}
            url = f"{ann.url}/v1/chat/completions"
            async with session.post(url, json=body, headers=headers) as answer:
                body = await answer.json()
                assert "error" in body, str(body)
                return answer.status, body["error"]

        asking = asyncio.create_task(ask())
        while len(model.asked) == before:
            await asyncio.sleep(0.02)
        await ann.command(word, argument)
        async with asyncio.timeout(30):
            status, error = await asking
    assert (status, error["code"]) == (410, "not_answered")
    assert words in error["message"]
