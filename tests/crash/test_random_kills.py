"""Killed at random in a burst of several people, again and again, on the same data."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import aiohttp
import pytest

from tests.crash.conftest import ZERO
from tests.crash.judge import faults, faults_of_journal
from tests.support.amity import AmityProcess
from tests.support.files import rows_of
from tests.support.talker import Talker

Start = Callable[..., AmityProcess]
Make = Callable[..., Talker]

Message = Mapping[str, Any]
Words = Sequence[Message]

PEOPLE: Final = 5
EACH: Final = 3
_LOST: Final = (aiohttp.ClientError, ConnectionError, TimeoutError)


class Crowd:
    """People who talk at once and do not give up on a message before it is taken."""

    def __init__(self, people: list[Talker], dice: random.Random, words: Words = ()) -> None:
        self.people = people
        self._dice = dice
        self._words = words
        self._open: dict[str, list[Message]] = {person.name: [] for person in people}

    def _something(self, person: Talker) -> Message:
        """Return something to say, or a word to use."""
        id = person.new_id()
        if self._words and self._dice.random() < 0.5:
            return {"id": id, **self._dice.choice(self._words)}
        return {"id": id, "text": f"this is {id}"}

    def moved(self, url: str) -> None:
        """Tell everybody where Amity is now."""
        for person in self.people:
            person.url = url

    async def burst(self) -> None:
        """Let everybody say a few things; what is not acknowledged stays to be said again."""
        await asyncio.gather(*(self._talk(person) for person in self.people))

    async def _talk(self, person: Talker) -> None:
        waiting = self._open[person.name]
        waiting.extend(self._something(person) for _ in range(EACH))
        with suppress(*_LOST):
            while waiting:
                await self._post(person, waiting)
                await asyncio.sleep(self._dice.uniform(0, 0.15))

    @staticmethod
    async def _post(person: Talker, waiting: list[Message]) -> None:
        posted = await person.post(**waiting[0])
        assert posted.accepted, posted
        del waiting[0]

    async def until_taken(self) -> None:
        """Say again whatever was not acknowledged."""
        await asyncio.gather(*(self._again(person) for person in self.people))

    async def _again(self, person: Talker) -> None:
        waiting = self._open[person.name]
        while waiting:
            await self._post(person, waiting)


async def _killed_in_a_burst(
    rounds: int, start: Start, make: Make, words: Words = ()
) -> tuple[AmityProcess, list[Talker]]:
    """Let people talk and kill the process, again and again; what is left has been judged."""
    seed = int(os.environ.get("AMITY_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"AMITY_TEST_SEED={seed}")  # noqa: T201 -- seen when it fails
    dice = random.Random(seed)
    process = start(config=ZERO)
    await process.aready()
    people = [make(process.url, name=f"person{n}") for n in range(PEOPLE)]
    await asyncio.gather(*(person.enter() for person in people))
    gate = {person.name: len(person.accepted) for person in people}
    for person in people:
        person.listen(after=(await person.me())["cursor"])
    crowd = Crowd(people, dice, words)
    for _ in range(rounds):
        talking = asyncio.create_task(crowd.burst())
        await asyncio.sleep(dice.uniform(0, 0.8))
        process.kill()
        await talking
        process = start(config=ZERO)
        await process.aready()
        crowd.moved(process.url)
    await crowd.until_taken()
    for person in people:
        journal = await person.settled(seconds=60)
        if not words:
            assert faults_of_journal(journal, person.accepted[gate[person.name] :]) == []
            await _heard_all(person, journal[-1]["position"])
    await process.await_until(
        lambda: not any(row["queue"] for row in rows_of(process.data / "amity.db", "messages")),
        "all that was said had come to an end",
    )
    assert faults(process.data / "amity.db", cleared=bool(words)) == []
    return process, people


async def _heard_all(person: Talker, last: str) -> None:
    """Judge the event stream that was open all the time: everything once, in order."""
    stream = person.events
    assert stream is not None
    await stream.until(lambda: [m for m in stream.durable if m["position"] == last], "the end")
    heard = [m["position"] for m in stream.durable]
    journal = [m["position"] for m in await person.history()]
    assert heard == journal[-len(heard) :]


WORDS: Final[Words] = (
    {"command": "stop"},
    {"command": "regenerate"},
    {"command": "regenerate"},
    {"command": "help"},
    {"choice": "clear_conversation", "argument": "yes"},
    {"choice": "clear_conversation", "argument": "all"},
    {"command": "persona", "argument": "leo"},
    {"command": "persona", "argument": "mia"},
    {"text": "to the other one", "persona": "leo"},
    {"command": "pause"},
    {"command": "resume"},
    {"command": "resume"},
)


async def _words(rounds: int, start: Start, make: Make) -> None:
    process, people = await _killed_in_a_burst(rounds, start, make, WORDS)
    database = process.data / "amity.db"
    # Nothing that was cleared is there in any form.
    generations = {row["id"]: row["generation"] for row in rows_of(database, "conversations")}
    rows = rows_of(database, "messages")
    assert [row for row in rows if row["generation"] != generations[row["conversation"]]] == []
    for person in people:
        journal = await person.history()
        positions = [message["position"] for message in journal]
        assert positions == sorted(set(positions))


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_killed_twenty_times(start_amity: Start, talker: Make) -> None:
    await _killed_in_a_burst(20, start_amity, talker)


@pytest.mark.soak
async def test_killed_two_hundred_times(start_amity: Start, talker: Make) -> None:
    await _killed_in_a_burst(200, start_amity, talker)


@pytest.mark.soak
async def test_killed_a_hundred_times_while_people_use_words(
    start_amity: Start, talker: Make
) -> None:
    await _words(100, start_amity, talker)
