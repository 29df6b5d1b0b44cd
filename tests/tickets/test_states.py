"""Support in every state of a person, and appeals: a human can reverse what a rule did."""

from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE
from amity.ids import Ids
from amity.people import People, Person, State
from amity.store import open_vault
from tests.promises.people import OnSample, canary
from tests.support.amity import run_amity
from tests.support.model_server import ModelServer
from tests.tickets.conftest import MASTER_KEY, Town, number_of, on_sqlite, plain, text_of

STATES: Final = (
    "stranger",
    "gate",
    "active",
    "paused",
    "withdrawn",
    "minor",
)


async def meanwhile(
    town: Town, *changes: tuple[OnSample, Callable[[People, Person], Awaitable[object]]]
) -> None:
    """Stop the program, change people, and start it again."""
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
        for someone, change in changes:
            person = await people.find("sample", someone.id)
            assert person is not None
            await change(people, person)
    finally:
        await vault.aclose()
    await town.run()


async def reach(town: Town, state: str) -> OnSample:
    """Return somebody in a state."""
    match state:
        case "stranger":
            return town.somebody()
        case "minor":
            return await town.blocked()
    person = town.somebody()
    if state == "gate":
        await person.say("/start")
        return person
    await person.enter()
    match state:
        case "paused":
            await person.say("/pause")
        case "withdrawn":
            await person.say("/consent withdraw")
    return person


async def _support_works(town: Town, person: OnSample, model: ModelServer, *, talks: bool) -> None:
    direct, asked_for, answer = (canary(w) for w in ("direct", "asked", "answer"))
    assert "Example Ltd" in plain(await person.say("/support"))
    await person.say(f"/support {direct}")
    posts = await town.at_desk(direct)
    number = number_of(posts)
    await town.told(person, f"Your request has the number {number}")
    assert str(number) in plain(await person.say("/support"))
    await person.say("/support add")
    await person.say(asked_for)
    await town.at_desk(asked_for)
    town.reply(posts[-1], answer)
    await town.told(person, answer, f"Answer to your request {number}")
    # Whatever else is said is met by the state, and is no request.
    other = canary("other")
    await person.say(f"hello {other}")
    assert other not in text_of(town.desk())
    words = (direct, asked_for, answer)
    assert model.seen(words) == []
    assert [w for w in (*words, person.id) if w in town.process.output] == []
    kept = {other: ["messages"]} if talks else {}
    assert await town.rows_with(*words, other) == {w: ["ticket_messages"] for w in words} | kept


@pytest.mark.parametrize("state", STATES)
async def test_support_works_in_every_state(
    open_town: Town, state: str, model: ModelServer
) -> None:
    person = await reach(open_town, state)
    await _support_works(open_town, person, model, talks=state == "active")


@on_sqlite
async def test_support_and_appeals_work_for_whom_a_rule_shut_out(
    town: Town, model: ModelServer
) -> None:
    town.models = model.config()
    await town.run()
    restricted, terminated = await reach(town, "active"), await reach(town, "active")
    until = SystemClock().now() + 10**9
    await meanwhile(
        town,
        (restricted, lambda people, one: people.restrict(one, until, "conduct.spam")),
        (terminated, lambda people, one: people.block(one, State.TERMINATED, "conduct.threats")),
    )
    for person in (restricted, terminated):
        await _support_works(town, person, model, talks=False)
    # A yes ends a restriction and keeps what is there.
    assert "restricted until" in plain(await restricted.say("hello"))
    await restricted.say("/appeal that was no spam")
    await town.at_desk("that was no spam", "My account was closed", "/reopen 1")
    town.operator("/reopen 1")
    await town.told(restricted, "the restriction has ended")
    since = len(model.asked)
    await restricted.say("hello again")
    assert len(model.asked) == since + 1
    # Who was shut out for good begins anew.
    town.operator("/reopen 2")
    await town.told(terminated, "your account is open again")
    assert "/agree" in plain(await terminated.say("hello"))


@pytest.mark.parametrize("how", ["reply", "button", "command line"])
async def test_an_appeal_leads_to_an_account_that_is_open_and_empty(
    open_town: Town, how: str, model: ModelServer
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    before = canary("before")
    await person.say(f"remember {before}")
    blocked = plain(await person.say("I am fifteen years old and in tenth grade"))
    assert "/appeal" in blocked
    assert "closed" in plain(await person.say("hello?"))
    assert "My account was closed" in plain(await person.say("/appeal"))
    plea = canary("plea")
    await person.say(f"that was my brother, {plea}")
    post = await town.at_desk(plea, "My account was closed", "/reopen", "/refuse")
    number = number_of(post)
    assert f"/reopen {number}" in text_of(post)
    assert f"/refuse {number}" in text_of(post)
    match how:
        case "reply":
            town.operator("/reopen", reply_to=f"shown-{post[0]['id']}")
        case "button":
            town.operator(f"reopen {number}", part="choice")
        case _:
            done = await run_amity(
                town.home, "ticket", "reopen", str(number), environment=town.environment()
            )
            assert done.code == 0, done.err
    await town.told(person, "your account is open again", "/start")
    # At the gate again, and nothing of before is there.
    assert "for adults only" in plain(await person.say("hello"))
    await person.enter()
    since, again = len(model.asked), canary("again")
    await person.say(f"do you know me? {again}")
    assert model.seen([before, plea, again], since=since) == [again]
    assert await town.rows_with(before, plea) == {plea: ["ticket_messages"]}


async def test_a_no_leaves_the_block_as_it_is(open_town: Town) -> None:
    town, person = open_town, await open_town.blocked()
    first = await town.asked(person, canary("plea"), "appeal")
    town.operator(f"/refuse {first}")
    await town.told(person, "the decision stays as it is")
    assert "closed" in plain(await person.say("hello"))
    # They can ask again, and a yes is still a yes.
    second = await town.asked(person, canary("plea"), "appeal")
    assert second != first
    town.operator(f"/reopen {second}")
    await town.told(person, "your account is open again")
    assert "for adults only" in plain(await person.say("hello"))


async def test_there_is_nothing_to_open_for_whoever_is_not_shut_out(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark = canary("question")
    number = await town.asked(person, mark)
    post = await town.at_desk(mark, f"/close {number}")
    assert "/reopen" not in text_of(post)
    for word in (f"/reopen {number}", f"/refuse {number}"):
        town.operator(word)
    await town.at_desk(f"Ticket {number}:", "neither blocked nor restricted")


async def test_while_the_age_is_asked_for_the_next_words_can_be_a_request(
    open_town: Town, model: ModelServer
) -> None:
    town, person = open_town, open_town.somebody()
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
