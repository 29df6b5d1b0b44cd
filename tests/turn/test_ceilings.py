"""Limits from outside: a day's ceilings, who wants past them, and what fits into a prompt."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import aiohttp
import pytest

from amity.models.tokens import estimate_tokens
from amity.testing.fake_model import Answer
from tests.support.amity import AmityProcess, start_amity
from tests.support.model_server import ModelServer
from tests.support.talker import Talker, talking, text_of

Make = Callable[[], Talker]

MESSAGES = 2
WINDOW = 4000
NEVER = Answer(before=60)
THINKING = Answer(reasoning=("a long thought ",), hang_after=1)


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="module")
def house(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmityProcess]:
    models = model.config()
    models["model_list"][0]["model_info"] = {"max_input_tokens": WINDOW}
    config = {
        "models": {**models, "retry_budget": 0},
        "limits": {
            "burst": 100_000,
            "per_minute": 1_000_000,
            "per_person": {"messages": MESSAGES},
            "service": {"tokens": 1_000_000_000, "money": 1_000_000},
        },
        "channels": [
            {"name": "web", "adapter": "web", "persona": "mia", "new_guests_per_minute": 100_000}
        ],
    }
    process = start_amity(tmp_path_factory.mktemp("house"), config=config, measured=True)
    yield process
    process.stop()


@pytest.fixture
async def guest(house: AmityProcess) -> AsyncIterator[Make]:
    async with talking() as make:
        yield lambda: make(house.url)


async def _asked_for(model: ModelServer, before: int) -> None:
    async with asyncio.timeout(30):
        while len(model.asked) == before:
            await asyncio.sleep(0.02)


async def _last_words(guest: Talker) -> str:
    return text_of((await guest.history())[-1])


async def test_many_conversations_at_once_are_one_person(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    before = len(model.asked)
    async with aiohttp.ClientSession() as session:
        async with session.post(
            f"{ann.url}/api/v1/keys", json={"label": "x"}, headers=ann.headers()
        ) as made:
            key = (await made.json())["key"]

        async def ask(number: int) -> str:
            async with session.post(
                f"{ann.url}/v1/chat/completions",
                json={"model": "mia", "messages": [{"role": "user", "content": f"hi {number}"}]},
                headers={"Authorization": f"Bearer {key}", "X-Conversation-Id": f"c{number}"},
            ) as response:
                return str((await response.json())["amity"]["kind"])

        kinds = await asyncio.gather(*(ask(number) for number in range(12)))
    assert len(model.asked) - before == MESSAGES
    assert sorted(kinds) == ["notice"] * (12 - MESSAGES) + ["reply"] * MESSAGES


@pytest.mark.parametrize("slow", [NEVER, THINKING], ids=["silent", "thinking"])
async def test_an_answer_stopped_before_its_first_word_counts(
    guest: Make, model: ModelServer, slow: Answer
) -> None:
    ann = guest()
    await ann.enter()
    before = len(model.asked)
    model.model.script(*[slow] * MESSAGES)
    for number in range(MESSAGES):
        asked = len(model.asked)
        await ann.say(f"hello {number}")
        await _asked_for(model, asked)
        await ann.command("stop")
        await ann.settled()
    await ann.say("once more")
    await ann.settled()
    assert "today's limit" in await _last_words(ann)
    assert len(model.asked) - before == MESSAGES


async def test_an_empty_reply_counts(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    before = len(model.asked)
    model.model.script(*[Answer.empty()] * MESSAGES)
    for number in range(MESSAGES + 1):
        await ann.say(f"hello {number}")
        await ann.settled()
    assert "today's limit" in await _last_words(ann)
    assert len(model.asked) - before == MESSAGES


async def test_what_a_provider_refused_does_not_count(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    model.model.script(*[Answer.failing(429)] * MESSAGES, Answer(chunks=("Here I am.",)))
    for number in range(MESSAGES + 1):
        await ann.say(f"hello {number}")
        await ann.settled()
    assert await _last_words(ann) == "Here I am."


async def test_a_message_that_joins_is_no_second_answer(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    before = len(model.asked)
    model.model.script(NEVER)
    await ann.say("first half")
    await _asked_for(model, before)
    await ann.say("second half")
    await ann.settled()
    await ann.say("and more")
    await ann.settled()
    assert len(model.asked) - before == 3
    await ann.say("too much")
    await ann.settled()
    assert "today's limit" in await _last_words(ann)
    assert len(model.asked) - before == 3


async def test_a_prompt_fits_into_the_window_of_its_model(guest: Make, model: ModelServer) -> None:
    ann = guest()
    await ann.enter()
    for number in range(MESSAGES):
        await ann.say(f"{number} " + "some words here " * 490)
        await ann.settled()
        prompt = model.asked[-1].body["messages"]
        assert str(prompt[-1]["content"]).startswith(f"{number} some words")
        assert sum(estimate_tokens(m["content"]) for m in prompt) < WINDOW
