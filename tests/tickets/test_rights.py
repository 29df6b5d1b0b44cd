"""Rights over what was written in tickets: export, erasure, and the end of its time."""

import json
import zipfile
from collections.abc import Awaitable, Callable

from tests.promises.looking import export_of, exported, wrapped_keys
from tests.promises.people import OnWeb, canary
from tests.support.amity import Finished, run_amity
from tests.support.files import files_with, rows_of
from tests.tickets.conftest import Make, Town, number_of, on_sqlite
from tests.tickets.test_states import reach

Cli = Callable[..., Awaitable[Finished]]


async def test_an_export_holds_the_tickets_of_before_the_gate_and_after(
    open_town: Town, talker: Make
) -> None:
    town = open_town
    person = OnWeb(talker(town.process.url))
    before, after, answer = (canary(w) for w in ("before", "after", "answer"))
    await person.talker.post(text=f"/support {before}")
    first = number_of(await town.at_desk(before))
    town.operator(f"/reply {first} {answer}")
    await town.at_desk(f"Ticket {first}:", "delivered")
    town.operator(f"/close {first}")
    await town.at_desk(f"Ticket {first} is closed")
    await person.enter()
    await person.say(f"/support {after}")
    second = number_of(await town.at_desk(after))
    files = await export_of(person)
    collections = exported(files)["collections"]
    assert sorted(row["number"] for row in collections["tickets"]["rows"]) == [first, second]
    words = json.dumps(collections["ticket_messages"]["rows"])
    assert [w for w in (before, after, answer) if w not in words] == []
    assert before in files["export.html"].decode()
    # Nobody else's export holds any of it.
    other = OnWeb(talker(town.process.url))
    await other.enter()
    whole = b"".join((await export_of(other)).values()).decode()
    assert [w for w in (before, after, answer) if w in whole] == []


async def test_erasing_a_person_erases_their_tickets(open_town: Town) -> None:
    town = open_town
    person, other = town.somebody(), town.somebody()
    before, after, theirs = (canary(w) for w in ("before", "after", "theirs"))
    first = await town.asked(person, before)
    post = await town.at_desk(before)
    town.operator(f"/close {first}")
    await town.told(person, f"Your request {first} was closed")
    await person.enter()
    second = await town.asked(person, after)
    await town.asked(other, theirs)
    await person.say("/delete_me yes")
    await town.told(person, "Deleted for good")
    await town.taken_back(post)
    # What a platform does not let us delete any more, people can.
    for number in (first, second):
        await town.at_desk(f"Ticket {number}:", "the person deleted it")
    town.operator(f"/reply {second} too late")
    await town.at_desk(f"There is no ticket {second}")
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
    await person.say("/support delete yes 1")
    await town.process.astop()
    assert files_with(town.home, [*keys, *sealed]) == {}


@on_sqlite
async def test_a_ticket_goes_when_its_time_is_over(town: Town, amity_cli: Cli) -> None:
    await town.run()
    people = [await reach(town, state) for state in ("gate", "active", "minor")]
    for person in people:
        number = await town.asked(person, canary("question"))
        town.operator(f"/close {number}")
        await town.told(person, f"Your request {number} was closed")
    active = people[1]
    database = town.process.data / "amity.db"
    alone = [t["holder"] for t in rows_of(database, "tickets") if t["holder"] == t["id"]]
    assert len(alone) == 2

    async def sweep(*, days: float) -> None:
        town.forward(days=days)
        await active.say("/help")
        await active.say("hello")  # whoever does not write for long is erased whole
        done = await amity_cli("retention", "run", environment=town.environment())
        assert done.code == 0, done.err

    await sweep(days=364)
    assert len(rows_of(database, "tickets")) == 3
    assert rows_of(database, "ticket_messages")
    await sweep(days=366)
    assert rows_of(database, "tickets") == []
    assert rows_of(database, "ticket_messages") == []
    assert [holder for holder in alone if wrapped_keys(database, holder)] == []


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


async def test_the_operators_export_of_a_person_holds_their_tickets(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark = canary("question")
    number = await town.asked(person, mark)
    rows = rows_of(town.process.data / "amity.db", "tickets")
    (holder,) = [row["holder"] for row in rows if row["number"] == number]
    done = await run_amity(
        town.home, "person", "export", holder, "--output", "export.zip",
        environment=town.environment(),
    )  # fmt: skip
    assert done.code == 0, done.err
    with zipfile.ZipFile(town.home / "export.zip") as archive:
        assert mark in archive.read("export.json").decode()
    (town.home / "export.zip").unlink()
