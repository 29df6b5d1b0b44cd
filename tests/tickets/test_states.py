"""Support in every state of a person, and appeals: a human can reverse what a rule did."""

from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE, PEOPLE
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.people import People, Person, State
from amity.store import open_vault
from amity.store.contract import EVERYONE, Access
from tests.promises.people import OnSample, canary
from tests.support.amity import Finished
from tests.support.files import rows_of
from tests.support.model_server import ModelServer
from tests.tickets.conftest import MASTER_KEY, Town, on_sqlite, plain, text_of

STATES: Final = (
    "stranger",
    "gate",
    "active",
    "paused",
    "withdrawn",
    "restricted",
    "minor",
    "terminated",
)


async def meanwhile(town: Town, change: Callable[[People, Person], Awaitable[object]]) -> None:
    """Stop the program, change the one person who is an adult, and start it again."""
    await town.process.astop()
    clock = SystemClock()
    vault = await open_vault(
        town.url,
        datamap=ENGINE,
        data_folder=town.process.data,
        master_key=MASTER_KEY,
        clock=clock,
    )
    try:
        people = People(vault, clock, Ids(clock), gate_ttl_ms=1)
        (row,) = await vault.find(PEOPLE, "id", Access(Purpose.OPERATION, EVERYONE))
        await change(people, Person.from_row(row))
    finally:
        await vault.aclose()
    await town.run()


async def reach(town: Town, state: str) -> OnSample:
    """Return somebody in a state."""
    person = town.somebody()
    if state == "stranger":
        return person
    if state == "minor":
        return await town.blocked()
    if state == "gate":
        await person.say("/start")
        return person
    await person.enter()
    match state:
        case "paused":
            await person.say("/pause")
        case "withdrawn":
            await person.say("/consent withdraw")
        case "restricted":
            until = SystemClock().now() + 10**9
            await meanwhile(town, lambda people, one: people.restrict(one, until, "conduct.spam"))
        case "terminated":
            await meanwhile(
                town, lambda people, one: people.block(one, State.TERMINATED, "conduct.threats")
            )
    return person


@pytest.mark.parametrize("state", STATES)
async def test_support_works_in_every_state(town: Town, state: str, model: ModelServer) -> None:
    await town.run()
    person = await reach(town, state)
    direct, asked_for, answer = (canary(w) for w in ("direct", "asked", "answer"))
    assert "Example Ltd" in plain(await person.say("/support"))
    await person.say(f"/support {direct}")
    posts = await town.at_desk(direct)
    await town.told(person, "Your request has the number 1")
    assert "1" in plain(await person.say("/support"))
    await person.say("/support add")
    await person.say(asked_for)
    await town.at_desk(asked_for)
    town.reply(posts[-1], answer)
    await town.told(person, answer, "Answer to your request 1")
    # Whatever else is said is met by the state, and is no request.
    other = canary("other")
    await person.say(f"hello {other}")
    assert other not in text_of(town.desk())
    assert [w for w in (direct, asked_for, answer) if model.seen([w])] == []
    log = town.process.output
    await town.process.astop()
    assert [w for w in (direct, asked_for, answer, person.id) if w in log] == []
    only = ["ticket_messages"]
    kept = {other: ["messages"]} if state == "active" else {}
    assert await town.rows_with(direct, asked_for, answer, other) == {
        direct: only,
        asked_for: only,
        answer: only,
        **kept,
    }


@pytest.mark.parametrize("how", ["reply", "button", "command line"])
async def test_an_appeal_leads_to_an_account_that_is_open_and_empty(
    town: Town, amity_cli: Callable[..., Awaitable[Finished]], how: str, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    before = canary("before")
    await person.say(f"remember {before}")
    blocked = plain(await person.say("I am fifteen years old and in tenth grade"))
    assert "/appeal" in blocked
    assert "closed" in plain(await person.say("hello?"))
    assert "My account was closed" in plain(await person.say("/appeal"))
    plea = canary("plea")
    await person.say(f"that was my brother, {plea}")
    post = await town.at_desk(plea, "My account was closed", "/reopen 1", "/refuse 1")
    match how:
        case "reply":
            town.operator("/reopen", reply_to=f"shown-{post[0]['id']}")
        case "button":
            town.operator("reopen 1", part="choice")
        case _:
            done = await amity_cli(
                "ticket", "reopen", "1", config=town.config(), environment=town.environment()
            )
            assert done.code == 0, done.err
    await town.told(person, "your account is open again", "/start")
    # At the gate again, and nothing of before is there.
    assert "for adults only" in plain(await person.say("hello"))
    await person.enter()
    since = len(model.asked)
    await person.say("do you know me?")
    assert len(model.asked) == since + 1
    assert model.seen([before, plea], since=since) == []
    await town.process.astop()
    assert await town.rows_with(before, plea) == {plea: ["ticket_messages"]}


@on_sqlite
async def test_a_no_leaves_the_block_as_it_is(town: Town) -> None:
    await town.run()
    person = await town.blocked()
    await person.say("/appeal I am grown up")
    await town.at_desk("Ticket 1")
    town.operator("/refuse 1")
    await town.told(person, "the decision stays as it is")
    assert "closed" in plain(await person.say("hello"))
    assert len(rows_of(town.process.data / "amity.db", "tombstones")) == 1
    # They can ask again, and a yes is still a yes.
    await person.say("/appeal please look again")
    await town.at_desk("Ticket 2")
    town.operator("/reopen 2")
    await town.told(person, "your account is open again")
    assert rows_of(town.process.data / "amity.db", "tombstones") == []


@on_sqlite
async def test_a_yes_ends_a_restriction_and_keeps_what_is_there(
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = await reach(town, "restricted")
    assert "restricted until" in plain(await person.say("hello"))
    await person.say("/appeal that was no spam")
    await town.at_desk("Ticket 1")
    town.operator("/reopen 1")
    await town.told(person, "the restriction has ended")
    since = len(model.asked)
    await person.say("hello again")
    assert len(model.asked) == since + 1


@on_sqlite
async def test_there_is_nothing_to_open_for_whoever_is_not_shut_out(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support hello")
    post = await town.at_desk("Ticket 1", "/close 1")
    assert "/reopen" not in text_of(post)
    for word in ("/reopen 1", "/refuse 1"):
        town.operator(word)
    await town.at_desk("neither blocked nor restricted")


@on_sqlite
async def test_while_the_age_is_asked_for_the_next_words_can_be_a_request(
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    assert "once more" in plain(await person.say("/under_18"))
    await person.say("/support question")
    mark = canary("question")
    await person.say(mark)
    await town.at_desk(mark)
    # The age question is still open: nobody talks past it by asking for support.
    talk = canary("talk")
    await person.say(f"hello {talk}")
    assert model.seen([talk]) == []
    assert "Good to have you back" in plain(await person.say("/i_am_18"))
