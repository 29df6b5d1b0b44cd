"""Rights over what was written in tickets: export, erasure, and the end of its time."""

import json
import zipfile
from collections.abc import Awaitable, Callable

import pytest

from tests.promises.looking import export_of, exported, wrapped_keys
from tests.promises.people import OnWeb, canary
from tests.support.amity import Finished
from tests.support.files import files_with, rows_of
from tests.tickets.conftest import Make, Town, on_sqlite, plain
from tests.tickets.test_states import reach

Cli = Callable[..., Awaitable[Finished]]


@on_sqlite
async def test_an_export_holds_the_tickets_of_before_the_gate_and_after(
    town: Town, talker: Make
) -> None:
    await town.run()
    person = OnWeb(talker(town.process.url))
    before, after, answer = (canary(w) for w in ("before", "after", "answer"))
    await person.talker.post(text=f"/support {before}")
    await town.at_desk(before)
    town.operator(f"/reply 1 {answer}")
    await town.at_desk("delivered")
    town.operator("/close 1")
    await town.at_desk("Ticket 1 is closed")
    await person.enter()
    await person.say(f"/support {after}")
    await town.at_desk(after)
    files = await export_of(person)
    collections = exported(files)["collections"]
    assert sorted(row["number"] for row in collections["tickets"]["rows"]) == [1, 2]
    words = json.dumps(collections["ticket_messages"]["rows"])
    assert [w for w in (before, after, answer) if w not in words] == []
    assert before in files["export.html"].decode()
    # Nobody else's export holds any of it.
    other = OnWeb(talker(town.process.url))
    await other.enter()
    whole = b"".join((await export_of(other)).values()).decode()
    assert [w for w in (before, after, answer) if w in whole] == []


async def test_erasing_a_person_erases_their_tickets(town: Town) -> None:
    await town.run()
    person, other = town.somebody(), town.somebody()
    before, after, theirs = (canary(w) for w in ("before", "after", "theirs"))
    await person.say(f"/support {before}")
    post = await town.at_desk(before)
    town.operator("/close 1")
    await town.told(person, "Your request 1 was closed")
    await person.enter()
    await person.say(f"/support {after}")
    await other.say(f"/support {theirs}")
    await town.at_desk(after)
    await town.at_desk(theirs)
    await person.say("/delete_me yes")
    await town.told(person, "Deleted for good")
    await town.taken_back(post)
    await town.process.astop()
    assert await town.rows_with(before, after, theirs) == {theirs: ["ticket_messages"]}


@on_sqlite
async def test_a_ticket_that_stands_alone_goes_with_its_key(town: Town) -> None:
    await town.run()
    person = await reach(town, "minor")
    mark = canary("plea")
    await person.say(f"/appeal {mark}")
    await town.at_desk(mark)
    database = town.process.data / "amity.db"
    (ticket,) = rows_of(database, "tickets")
    assert ticket["holder"] == ticket["id"]
    keys = wrapped_keys(database, ticket["id"])
    sealed = [r["body"] for r in rows_of(database, "ticket_messages") if r["body"]]
    assert keys
    assert sealed
    await person.say("/support delete yes")
    await town.process.astop()
    assert files_with(town.home, [*keys, *sealed]) == {}


@on_sqlite
@pytest.mark.parametrize("state", ["gate", "active", "minor"])
async def test_a_ticket_goes_when_its_time_is_over(town: Town, amity_cli: Cli, state: str) -> None:
    await town.run()
    person = await reach(town, state)
    mark = canary("question")
    await person.say(f"/support {mark}")
    await town.at_desk(mark)
    town.operator("/close 1")
    await town.told(person, "Your request 1 was closed")
    database = town.process.data / "amity.db"
    holder = rows_of(database, "tickets")[0]["holder"]

    async def sweep(*, days: float) -> None:
        town.forward(days=days)
        if state == "active":
            await person.say("/help")
            await person.say("hello")  # whoever does not write for long is erased whole
        done = await amity_cli("retention", "run", environment=town.environment())
        assert done.code == 0, done.err

    await sweep(days=364)
    assert len(rows_of(database, "tickets")) == 1
    assert rows_of(database, "ticket_messages")
    await sweep(days=366)
    assert rows_of(database, "tickets") == []
    assert rows_of(database, "ticket_messages") == []
    if state != "active":
        assert wrapped_keys(database, holder) == []


@on_sqlite
async def test_an_open_ticket_outlives_the_gate_that_it_came_from(
    town: Town, amity_cli: Cli
) -> None:
    await town.run()
    person = town.somebody()
    mark = canary("question")
    await person.say(f"/support {mark}")
    await person.say("/support question")  # and something that is only waited for
    post = await town.at_desk(mark)
    town.forward(days=2)
    done = await amity_cli("retention", "run", environment=town.environment())
    assert done.code == 0, done.err
    database = town.process.data / "amity.db"
    assert rows_of(database, "people") == []
    assert [row["state"] for row in rows_of(database, "tickets")] == ["open"]
    answer = canary("answer")
    town.reply(post[0], answer)
    await town.told(person, answer)


@on_sqlite
async def test_the_operators_export_of_a_person_holds_their_tickets(
    town: Town, amity_cli: Cli
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    mark = canary("question")
    assert "number" in plain(await person.say(f"/support {mark}"))
    (row,) = rows_of(town.process.data / "amity.db", "people")
    done = await amity_cli("person", "export", row["id"], "--output", "export.zip",
                           environment=town.environment())  # fmt: skip
    assert done.code == 0, done.err
    with zipfile.ZipFile(town.home / "export.zip") as archive:
        assert mark in archive.read("export.json").decode()
