"""The process dies on the way of a request or an answer: nothing is lost, and little is doubled."""

import asyncio
import signal
from collections import Counter
from typing import Any, Final

import pytest

from tests.promises.people import OnSample, canary
from tests.support.amity import AmityProcess
from tests.support.files import rows_of
from tests.tickets.conftest import DESK, Town, on_sqlite
from tests.tickets.test_states import reach

pytestmark = on_sqlite

_TAKING: Final = ("accept.before_commit", "accept.after_commit")
_PUTTING: Final = ("ticket.before_commit", "ticket.after_commit")
_TELLING: Final = (
    "turn.before_ready",
    "turn.after_ready",
    "send.before",
    "send.after",
    "receipt.after_commit",
)
_POSTING: Final = ("ticket.before_send", "ticket.after_send", "ticket.after_receipt")


def _at(*failpoints: str, ci: str) -> list[Any]:
    """Return the places where it dies: the named ones in each run of CI, all of them in a soak."""
    quick = ci.split()
    return [f if f in quick else pytest.param(f, marks=pytest.mark.soak) for f in failpoints]


async def _dies(process: AmityProcess) -> None:
    async with asyncio.timeout(30):
        while process.code is None:
            await asyncio.sleep(0.02)
    assert process.code == -signal.SIGKILL, process.output


async def _idle(town: Town) -> None:
    """Wait until nothing is left to do."""
    database = town.process.data / "amity.db"

    def idle() -> bool:
        rows = [*rows_of(database, "ticket_messages"), *rows_of(database, "messages")]
        return all(row["queue"] is None for row in rows)

    await town.process.await_until(idle, "nothing was left to do", seconds=40)


def _times(town: Town, mark: str, chat: str) -> int:
    return sum(mark in line["text"] and line["chat"] == chat for line in town.platform.shown())


def _requests(town: Town) -> list[str]:
    rows = rows_of(town.process.data / "amity.db", "ticket_messages")
    return [row["kind"] for row in rows if row["kind"] in ("request", "answer")]


async def _die_and_go_on(town: Town, failpoint: str, person: OnSample, mark: str) -> None:
    """Have a request said, die of it, and go on."""
    await town.run(failpoint)
    town.platform.say(person.id, f"/support {mark}")
    await _dies(town.process)
    await town.run()
    await town.at_desk(mark)
    await town.told(person, "Your request has the number")
    await _idle(town)


@pytest.mark.parametrize(
    "failpoint",
    _at(*_TAKING, *_PUTTING, *_TELLING, *_POSTING, ci="accept.after_commit ticket.after_send"),
)
async def test_a_request_is_taken_once(town: Town, failpoint: str) -> None:
    await town.run()
    person = await reach(town, "active")
    await town.process.astop()
    mark = canary("question")
    await _die_and_go_on(town, failpoint, person, mark)
    assert _requests(town) == ["request"]
    assert len(rows_of(town.process.data / "amity.db", "tickets")) == 1
    shown = Counter(line["id"] for line in town.platform.shown())
    assert max(shown.values()) <= 2
    doubled = [id for id, number in shown.items() if number > 1]
    # The one died on its way to the operators, while the other was on its way to the person.
    assert len(doubled) <= min(2, await town.repeats())
    if failpoint in ("ticket.after_send", "send.after"):
        assert doubled
    if failpoint in (*_TAKING, *_PUTTING):
        assert doubled == []


@pytest.mark.parametrize("failpoint", _at(*_TAKING, *_PUTTING, *_POSTING, ci="ticket.after_commit"))
async def test_an_appeal_of_whom_nothing_is_kept_is_taken_once(town: Town, failpoint: str) -> None:
    await town.run()
    person = await reach(town, "minor")
    await town.process.astop()
    mark = canary("plea")
    await _die_and_go_on(town, failpoint, person, mark)
    assert _requests(town) == ["request"]
    assert len(rows_of(town.process.data / "amity.db", "tickets")) == 1
    assert _times(town, mark, DESK) in ((1, 2) if failpoint == "ticket.after_send" else (1,))
    # Of whom only a tombstone is left, only the ticket is there besides.
    assert rows_of(town.process.data / "amity.db", "people") == []
    assert rows_of(town.process.data / "amity.db", "messages") == []


@pytest.mark.parametrize("failpoint", _at(*_POSTING, ci="ticket.after_send"))
async def test_an_answer_is_brought_once(town: Town, failpoint: str) -> None:
    await town.run()
    person = await reach(town, "active")
    await person.say("/support hello")
    post = await town.at_desk("Ticket 1", "/close 1")
    await _idle(town)
    await town.process.astop()
    await town.run(failpoint)
    answer = canary("answer")
    town.reply(post[0], answer)
    await _dies(town.process)
    await town.run()
    await town.told(person, answer)
    await _idle(town)
    assert _requests(town) == ["request", "answer"]
    assert _times(town, answer, f"chat of {person.id}") in (
        (1, 2) if failpoint == "ticket.after_send" else (1,)
    )


async def test_what_was_repeated_once_in_doubt_is_not_repeated_again(town: Town) -> None:
    await town.run("ticket.after_send")
    person = await reach(town, "active")
    mark = canary("question")
    town.platform.say(person.id, f"/support {mark}")
    await _dies(town.process)
    town.start_again("ticket.after_send")
    await _dies(town.process)
    await town.run()
    await _idle(town)
    first = town.desk()[0]["id"]
    assert Counter(line["id"] for line in town.desk())[first] == 2
    rows = rows_of(town.process.data / "amity.db", "ticket_messages")
    assert [row["state"] for row in rows if row["id"] == first] == ["failed"]
