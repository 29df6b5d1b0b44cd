"""Killed at random in a burst of several people, again and again, on the same data."""

import asyncio
import os
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import aiohttp
import pytest

from tests.crash.conftest import ZERO
from tests.crash.judge import faults, faults_of_journal
from tests.support.amity import AmityProcess
from tests.support.talker import Talker

Start = Callable[..., AmityProcess]
Make = Callable[..., Talker]

PEOPLE: Final = 5
EACH: Final = 3
_LOST: Final = (aiohttp.ClientError, ConnectionError, TimeoutError)


class Crowd:
    """People who talk at once and do not give up on a message before it is taken."""

    def __init__(self, people: list[Talker], dice: random.Random) -> None:
        self.people = people
        self._dice = dice
        self._open: dict[str, list[str]] = {person.name: [] for person in people}

    def moved(self, url: str) -> None:
        """Tell everybody where Amity is now."""
        for person in self.people:
            person.url = url

    async def burst(self) -> None:
        """Let everybody say a few things; what is not acknowledged stays to be said again."""
        await asyncio.gather(*(self._talk(person) for person in self.people))

    async def _talk(self, person: Talker) -> None:
        waiting = self._open[person.name]
        waiting.extend(person.new_id() for _ in range(EACH))
        with suppress(*_LOST):
            while waiting:
                posted = await person.post(id=waiting[0], text=f"this is {waiting[0]}")
                assert posted.accepted, posted
                del waiting[0]
                await asyncio.sleep(self._dice.uniform(0, 0.15))

    async def until_taken(self) -> None:
        """Say again whatever was not acknowledged."""
        await asyncio.gather(*(self._again(person) for person in self.people))

    async def _again(self, person: Talker) -> None:
        waiting = self._open[person.name]
        while waiting:
            posted = await person.post(id=waiting[0], text=f"this is {waiting[0]}")
            assert posted.accepted, posted
            del waiting[0]


async def _killed_in_a_burst(rounds: int, start: Start, make: Make) -> None:
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
    crowd = Crowd(people, dice)
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
        assert faults_of_journal(journal, person.accepted[gate[person.name] :]) == []
        await _heard_all(person, journal[-1]["position"])
    assert faults(process.data / "amity.db") == []
    assert await process.astop() == 0


async def _heard_all(person: Talker, last: str) -> None:
    """Judge the event stream that was open all the time: everything once, in order."""
    stream = person.events
    assert stream is not None
    await stream.until(lambda: [m for m in stream.durable if m["position"] == last], "the end")
    heard = [m["position"] for m in stream.durable]
    journal = [m["position"] for m in await person.history()]
    assert heard == journal[-len(heard) :]


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_killed_twenty_times(start_amity: Start, talker: Make) -> None:
    await _killed_in_a_burst(20, start_amity, talker)


@pytest.mark.soak
async def test_killed_two_hundred_times(start_amity: Start, talker: Make) -> None:
    await _killed_in_a_burst(200, start_amity, talker)
