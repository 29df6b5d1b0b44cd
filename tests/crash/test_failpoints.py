"""The process dies at each commit and each send, once, and is started again on its data."""

import asyncio
import signal
from collections.abc import Callable
from typing import Final

import aiohttp
import pytest

from amity.failpoint import NAMES
from tests.crash.conftest import ZERO, Seed
from tests.crash.judge import faults, faults_of_journal
from tests.support.amity import AmityProcess
from tests.support.talker import DONE, Talker

Start = Callable[..., AmityProcess]
Person = Callable[[AmityProcess, str], Talker]

_CLEARING: Final = [name for name in NAMES if name.startswith("clear.")]
# Receipts, and drafts that are messages, are committed on other channels only:
# test_doubtful_sends.py and test_drafts.py die there; of tickets tests/tickets/test_crash.py does,
# and of the master key tests/cli/test_rotation.py.
_OF_OTHERS: Final = {
    "receipt.after_commit",
    *(name for name in NAMES if name.startswith(("draft.", "ticket.", "rotate."))),
}
_TALKING: Final = [name for name in NAMES if name not in {*_CLEARING, *_OF_OTHERS}]
# Once at the first message; at a later one, too, where one behind it waits or joins.
_DEATHS: Final = [
    *((name, 1) for name in _TALKING),
    ("accept.after_commit", 3),
    ("turn.after_intent", 2),
    ("turn.after_ready", 2),
]


async def _talk(talker: Talker) -> list[str]:
    """Say something, one after the other, until Amity is gone; return what was tried."""
    tried: list[str] = []
    try:
        for number in range(6):
            id = talker.new_id()
            tried.append(id)
            await talker.post(id=id, text=f"sentence number {number}")
            await asyncio.sleep(0.08)
        await talker.settled()
    except aiohttp.ClientError:
        pass
    return tried


async def _dies(process: AmityProcess) -> None:
    """Wait until a process has died of its fail point."""
    while process.code is None:
        await asyncio.sleep(0.02)
    assert process.code == -signal.SIGKILL, process.output


@pytest.mark.parametrize("name,passes", _DEATHS)
async def test_a_death_on_the_way_of_a_message(
    name: str, passes: int, start_amity: Start, installation: Seed, person: Person
) -> None:
    first = start_amity(config=ZERO, environment={"AMITY_FAILPOINT": f"{name}:{passes}"})
    await first.aready()
    ann = person(first, "ann")
    stream = ann.listen(after=(await ann.me())["cursor"])
    tried = await _talk(ann)
    async with asyncio.timeout(20):
        await _dies(first)
    assert tried, "it died before anything was said"
    promised = list(ann.accepted)

    again = start_amity(config=ZERO)
    await again.aready()
    ann.url = again.url
    journal = await ann.settled()
    kept = [m["id"] for m in journal if m["from"] == "person"]
    # What was committed and could not be acknowledged any more is there, too.
    assert kept[: len(promised)] == promised
    assert set(kept) <= {*promised, *tried}
    assert faults(again.data / "amity.db") == []

    # A client cannot know what arrived: it sends all of it once more.
    for id in tried:
        posted = await ann.post(id=id, text="said again after the crash")
        assert posted.status == 202
        assert posted.body["status"] == ("duplicate" if id in kept else "accepted")
    journal = await ann.settled()
    assert faults_of_journal(journal, [*promised[:1], *tried]) == []
    assert faults(again.data / "amity.db") == []
    states = {m["state"] for m in journal if m["from"] == "person"}
    assert states == {"answered"}, again.output

    # Whoever listened all the time saw every message of the journal once.
    last = journal[-1]["position"]
    await stream.until(lambda: stream.durable and stream.durable[-1]["position"] == last, "the end")
    heard = [m["position"] for m in stream.durable]
    assert heard == sorted(set(heard))
    spoken = [m["position"] for m in journal if m["id"] != ann.accepted[0]]
    assert [p for p in spoken if p in heard] == heard
    assert {m["position"] for m in journal[-len(heard) :]} == set(heard)
    assert await again.astop() == 0


@pytest.mark.parametrize("word", ["clear_conversation", "delete_me"])
@pytest.mark.parametrize("name", _CLEARING)
async def test_a_death_in_the_middle_of_a_deletion(
    name: str, word: str, start_amity: Start, installation: Seed, person: Person
) -> None:
    first = start_amity(config=ZERO, environment={"AMITY_FAILPOINT": name})
    await first.aready()
    ann = person(first, "ann")
    await ann.command(word, "yes")
    async with asyncio.timeout(20):
        await _dies(first)

    again = start_amity(config=ZERO)
    await again.aready()
    ann.url = again.url
    bob = person(again, "bob")
    if word == "delete_me":
        await ann.state("stranger")
    else:
        assert [m for m in await ann.history() if m["from"] == "person" and m["state"] in DONE] == [
            m for m in await ann.history() if m["id"] not in installation.accepted["ann"]
        ]
        await ann.say("and now?")
        await ann.settled()
    # Nobody else is touched.
    await bob.say("still there?")
    assert faults_of_journal(await bob.settled(), bob.accepted) == []
    assert faults(again.data / "amity.db") == []
