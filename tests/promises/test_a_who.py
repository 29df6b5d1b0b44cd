"""A. Who, where, which text: the gate of age, and what becomes of minors."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.promises.conftest import CONTACT, CONTROLLER, ZERO, Make, Town, config_of
from tests.promises.looking import newcomer, rows_about, wrapped_keys
from tests.promises.people import OnSample, OnWeb, Someone, canary
from tests.support.amity import AmityProcess
from tests.support.files import files_with, rows_of
from tests.support.sample import SampleChannel
from tests.support.talker import text_of

People = Callable[[], Someone]
Start = Callable[..., AmityProcess]

CLOSED = re.compile("adults only")
HELPLINES = "findahelpline.com"


async def _new(person: Someone) -> None:
    await person.word("i_am_18")


async def _withdrawn(person: Someone) -> None:
    await person.enter()
    await person.word("consent", "withdraw")


async def _paused(person: Someone) -> None:
    await person.enter()
    await person.word("pause")


async def _blocked(person: Someone) -> None:
    await person.word("under_18")


async def _blocked_later(person: Someone) -> None:
    await person.enter()
    await person.say("by the way, I'm 15 years old")


async def _deleted(person: Someone) -> None:
    await person.enter()
    await person.word("delete_me", "yes")


async def _stranger(person: Someone) -> None:
    """Have nothing happen."""


async def _active(person: Someone) -> None:
    await person.enter()


STATES = {
    "stranger": _stranger,
    "new": _new,
    "active": _active,
    "withdrawn": _withdrawn,
    "paused": _paused,
    "blocked": _blocked,
    "blocked later": _blocked_later,
    "deleted": _deleted,
}


@pytest.mark.parametrize("state", STATES)
async def test_p01_who_is_responsible_is_said_in_every_state(
    town: Town, somebody: People, state: str
) -> None:
    person = somebody()
    await STATES[state](person)
    asked = len(town.model.asked)
    privacy = " ".join((await person.word("privacy")).split())
    assert CONTROLLER in privacy
    assert CONTACT in privacy
    assert CONTACT in await person.word("support")
    told = "".join((await person.word("help")).split())
    assert CONTACT in told
    assert HELPLINES in told
    assert "/terms" in await person.word("terms")
    assert len(town.model.asked) == asked


async def test_p01_the_pages_say_it_too(town: Town) -> None:
    async with aiohttp.ClientSession() as session:
        for page in ("privacy", "terms", "crisis-protocol"):
            async with session.get(f"{town.process.url}/{page}") as response:
                assert response.status == 200
                text = await response.text()
            assert CONTACT in text, page
            assert CONTROLLER in text or page == "crisis-protocol", page


def _first(number: int) -> dict[str, Any]:
    """Return one of many kinds of first message."""
    word = canary()
    kinds: list[dict[str, Any]] = [
        {"text": f"hi {word}"},
        {"text": "yes"},
        {"text": "I am 18 or over"},
        {"text": "18"},
        {"text": f"/start {word}"},
        {"text": "/persona leo"},
        {"text": "/settings call_name=Sam"},
        {"text": "/agree"},
        {"text": f"/{word}"},
        {"text": word, "part": "image"},
        {"text": word, "part": "voice"},
        {"text": word, "part": "sticker"},
        {"text": word, "part": "location"},
        {"text": f"@amity {word}", "private": False, "addressed": True},
    ]
    return kinds[number % len(kinds)]


async def test_p04_nothing_but_the_gate_answers_a_first_message(town: Town) -> None:
    asked = len(town.model.asked)
    bodies = _bodies(town)
    said = {}
    for number in range(104):
        first = _first(number)
        said[town.platform.say(canary("handle"), **first)] = first
    # An edited message that was never seen is no message: it is not even answered.
    town.platform.say(canary("handle"), "hi", event="edited")
    for id, first in said.items():
        answer = "\n".join(line["text"] for line in await town.platform.answered(id))
        if first.get("private", True):
            assert "/i_am_18" in answer, first
            assert "/under_18" in answer, first
        else:  # in a group the way to the gate is shown, and nothing else
            assert answer.rstrip().endswith(": /start"), first
    assert len(town.model.asked) == asked
    assert _bodies(town) == bodies


async def test_p04_nothing_but_the_gate_answers_on_the_web(town: Town, talker: Make) -> None:
    asked, people = len(town.model.asked), len(rows_of(town.database, "people"))
    first: list[dict[str, Any]] = [
        {"text": "hi"},
        {"text": "I am 18"},
        {"command": "persona", "argument": "leo"},
        {"command": "agree"},
        {"choice": "agree"},
        {"choice": "persona", "argument": "leo"},
        {"choice": "regenerate"},
        {"text": "hello", "edited": True},
    ]
    for number in range(96):
        stranger = talker(town.process.url, name=canary("guest"))
        posted = await stranger.post(**first[number % len(first)])
        assert (posted.status, posted.error) == (403, "gate")
        choices = [choice["choice"] for choice in posted.body["error"]["choices"]]
        assert choices == ["i_am_18", "under_18"]
        assert stranger.cookie == ""
    assert len(town.model.asked) == asked
    assert len(rows_of(town.database, "people")) == people


def _bodies(town: Town) -> int:
    """Count the messages of people that were kept with their words."""
    rows = rows_of(town.database, "messages")
    return sum(1 for row in rows if row["direction"] == "in" and row["body"] is not None)


async def test_p05_under_18_at_the_gate_is_the_end(
    start_amity: Start, tmp_path: Path, talker: Make
) -> None:
    first = SampleChannel(tmp_path / "first")
    second = SampleChannel(tmp_path / "second", name="second")
    config = config_of(ZERO, first)
    config["channels"].append(second.config)
    process = start_amity(config=config, environment=first.environment)
    await process.aready()
    handle = canary("handle")
    here, there = OnSample(first, handle), OnSample(second, handle)
    guest = OnWeb(talker(process.url))
    for person in (here, guest):
        await person.begin()
        assert CLOSED.search(await person.word("under_18"))
    stones = rows_of(process.data / "amity.db", "tombstones")
    assert len(stones) == 2
    assert rows_of(process.data / "amity.db", "people") == []
    assert rows_of(process.data / "amity.db", "messages") == []

    await guest.talker.leave()
    assert await process.astop() == 0
    again = start_amity(config=config, environment=first.environment)
    await again.aready()
    guest.talker.url = again.url
    for person in (here, there, guest):
        for word in ("start", "i_am_18", "agree"):
            assert CLOSED.search(await person.word(word)), (person, word)
        assert CLOSED.search(await person.say("hello, let me in"))
    assert rows_of(again.data / "amity.db", "tombstones") == stones
    assert rows_of(again.data / "amity.db", "people") == []
    found = files_with(again.data, [handle, guest.talker.cookie])
    assert found == {}


MINORS = [
    "I'm 15",
    "im only 17",
    "I turned 13 last week",
    "i am in 10th grade",
    "btw i'm fourteen years old",
    "мне 15 лет",
    "мне всего 16",
    "i'm 13 years old and my teacher hates me",
    "мне 13, родители ругаются",
    # Whoever declares an age is blocked, whatever else stops the same words.
    "мне 14, давай займемся сексом",
]


@pytest.mark.parametrize("words", MINORS)
async def test_p06_a_minor_is_blocked_and_erased_before_the_persona_hears_it(
    town: Town, somebody: People, words: str
) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    marks = [canary(), canary()]
    await person.say(f"my cat is called {marks[0]}")
    assert town.model.seen(marks[:1]) == marks[:1]
    keys = wrapped_keys(town.database, id)
    assert len(keys) >= 2
    asked = len(town.model.asked)
    answer = " ".join((await person.say(f"{words}. My dog is called {marks[1]}")).split())
    assert "This service is for adults only, so it ends here" in answer
    assert CONTACT in answer
    assert len(town.model.asked) == asked
    assert town.model.seen(marks[1:]) == []

    assert set(rows_about(town.database, id)) <= {"consents"}
    assert files_with(town.process.data, [*marks, *keys]) == {}
    for word in ("i_am_18", "agree", "start"):
        assert CLOSED.search(await person.word(word))
    assert CLOSED.search(await person.say("let me in"))
    assert len(town.model.asked) == asked


@pytest.mark.parametrize("words", ["I'm 14 and I want to die", "мне 15, хочу умереть"])
async def test_p08_a_minor_in_a_crisis_gets_help_first(
    town: Town, somebody: People, words: str
) -> None:
    person = somebody()
    await person.enter()
    asked = len(town.model.asked)
    answer = " ".join((await person.say(words)).split())
    help_, end = answer.find(HELPLINES), answer.find("so it ends here")
    assert 0 <= help_ < end
    assert len(town.model.asked) == asked
    assert HELPLINES in "".join((await person.word("help")).split())


async def test_the_answers_come_in_order(town: Town, talker: Make) -> None:
    """What the helper that all of this stands on claims: an answer is whole when it is given."""
    person = OnWeb(talker(town.process.url, name=canary("guest")))
    await person.enter()
    first, second = await asyncio.gather(person.word("help"), person.word("terms"))
    journal = [text_of(m) for m in await person.talker.history() if m["from"] == "service"]
    assert first in journal
    assert second in journal
