"""The operators' chat is moved while something is on its way to the old one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tests.promises.people import canary
from tests.support.amity import Finished
from tests.support.files import rows_of
from tests.tickets.conftest import DESK, Line, Town, number_of, on_sqlite

pytestmark = on_sqlite

Cli = Callable[..., Awaitable[Finished]]


async def _move(town: Town, amity_cli: Cli, chat: str) -> None:
    config = town.config(support={"channel": "sample", "chat": chat})
    done = await amity_cli("reload", config=config, environment=town.environment())
    assert done.code == 0, done.err


async def _on_its_way(town: Town, *, shown: int = 0) -> None:
    """Wait until a request is being sent to the operators, and so many pieces have arrived."""

    def sending() -> bool:
        rows = rows_of(town.process.data / "amity.db", "ticket_messages")
        return [(r["state"], r["shown"]) for r in rows if r["queue"] == "desk"] == [
            ("sending", shown)
        ]

    await town.process.await_until(sending, "a request is on its way to the desk")


def _in(chat: str, lines: Sequence[Line], mark: str) -> list[Any]:
    """Return the ids of what was shown in a chat and holds a word."""
    return [line["id"] for line in lines if line["chat"] == chat and mark in line["text"]]


async def test_what_was_on_its_way_goes_to_the_new_desk_at_once(town: Town, amity_cli: Cli) -> None:
    await town.run()
    person = town.somebody()

    # The platform asks for time: it surely did not arrive.
    town.platform.busy(DESK)
    waiting = canary("waiting")
    await person.say(f"/support {waiting}")
    await _on_its_way(town)
    await _move(town, amity_cli, "second desk")
    await town.at_desk(waiting, chat="second desk")
    assert await town.repeats() == 0

    # The platform shows it and does not say so: it is doubtful, and shown once more.
    town.platform.slow("second desk")
    doubtful = canary("doubtful")
    await person.say(f"/support {doubtful}")
    await town.at_desk(doubtful, chat="second desk")
    await _move(town, amity_cli, "third desk")
    there = await town.at_desk(doubtful, chat="third desk")
    assert await town.repeats() == 1

    # A part of it was shown: the new desk gets the whole.
    town.platform.slow("third desk")
    half = canary("half")
    await person.say(f"/support {half} {'and more of it ' * 20}the end")
    await town.platform.until(
        lambda lines: sum(line["chat"] == "third desk" for line in lines) == len(there) + 1,
        "its first piece is shown",
    )
    town.platform.busy("third desk")
    town.platform.slow()
    await _on_its_way(town, shown=1)
    await _move(town, amity_cli, "fourth desk")
    pieces = await town.at_desk(half, "the end", chat="fourth desk")
    assert await town.repeats() == 1

    # What waited is told once, and can be answered where it stands now.
    shown = town.platform.shown()
    assert _in(DESK, shown, waiting) == []
    assert len(_in("second desk", shown, waiting)) == 1
    assert len(_in("third desk", shown, doubtful)) == 1
    assert number_of(there) == number_of(pieces) == 1
    answer = canary("answer")
    reply = f"shown-{pieces[0]['id']}"
    town.platform.say("otto", answer, chat="fourth desk", private=False, reply_to=reply)
    await town.told(person, answer)
