"""Rows that are their own subject: kept without a person, found by the account they came from."""

import json

import pytest

from amity.datamap.declarations import TICKET_MESSAGES, TICKETS
from amity.errors import KeyDestroyed
from amity.message import Sender
from amity.people import Person
from amity.privacy import erase_person, sweep
from amity.privacy.walk import parts_of, stands_alone
from amity.store.keyring import State as KeyState
from amity.store.keyring import person_owner
from amity.store.vault import Vault
from tests.privacy.conftest import ALL, DATAMAP, World
from tests.privacy.test_export import exported
from tests.privacy.test_retention import DAY, PERIODS, SECOND, keep, swept

HOUR = 3600 * SECOND


def account_of(world: World, sender: str) -> str:
    return world.people.identity_id("chat", f"platform-{sender}")


async def tickets(vault: Vault) -> set[str]:
    return {str(row["id"]) for row in await vault.store.find(TICKETS, "id", ALL)}


async def words(vault: Vault) -> set[str]:
    return {
        row["body"].reveal()  # type: ignore[union-attr]  # set in every row that these tests make
        for row in await vault.find(TICKET_MESSAGES, "id", ALL)
    }


async def key_state(vault: Vault, owner: str) -> object:
    await vault.keyring.fetch([person_owner(owner)], make=False)
    return vault.keyring.state(person_owner(owner))


async def test_whoever_has_the_account_has_them_and_erases_them(world: World, vault: Vault) -> None:
    mine, theirs = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    own = await world.ticket("", "before", account=account_of(world, "1"))
    await world.ticket(mine.id, "after")
    kept = await world.ticket("", "theirs", account=account_of(world, "2"))
    shown = json.loads((await exported(world, mine))["export.json"])["collections"]
    said = {row["body"] for row in shown["ticket_messages"]["rows"]}
    assert said == {"ticket before", "ticket after"}
    assert await words(vault) == {"ticket before", "ticket after", "ticket theirs"}

    receipt = await erase_person(vault, mine.id, world.clock, world.ids)
    assert receipt.counts["tickets"] == 2
    assert await tickets(vault) == {kept}
    assert await words(vault) == {"ticket theirs"}
    assert await key_state(vault, own) is KeyState.DESTROYED
    with pytest.raises(KeyDestroyed):
        await world.ticket_message(own, own, "late", account=account_of(world, "1"))
    assert await world.people.by_id(theirs.id) is not None


async def test_a_forgotten_gate_leaves_them(world: World, vault: Vault) -> None:
    await world.people.meet("chat", Sender(id="platform-1"))
    own = await world.ticket("", "before", account=account_of(world, "1"))
    world.clock.forward(2 * DAY)
    assert (await swept(world))["people"] == 1
    assert await tickets(vault) == {own}
    assert await words(vault) == {"ticket before"}


@pytest.mark.parametrize("alone", [True, False])
async def test_they_go_when_their_time_is_over_with_all_parts_and_their_key(
    world: World, vault: Vault, alone: bool
) -> None:
    person = await world.member("1", "Katrin")
    account = account_of(world, "1") if alone else ""
    closed = await world.ticket(person.id, "closed", account=account, closed=True)
    still = await world.ticket(person.id, "open", account=account)
    world.clock.forward(365 * DAY - SECOND)
    await keep(world, person)
    assert "tickets" not in await swept(world)
    world.clock.forward(2 * SECOND)
    await keep(world, person)
    expected = {"tickets": 1, "ticket_messages": 1}
    dry = await sweep(vault, DATAMAP, PERIODS, world.clock, dry_run=True)
    assert {k: v for k, v in dry.items() if k in expected} == expected
    assert await tickets(vault) == {closed, still}
    found = await swept(world)
    assert {k: v for k, v in found.items() if k in expected} == expected
    assert await tickets(vault) == {still}
    assert await words(vault) == {"ticket open"}
    if alone:
        assert await key_state(vault, closed) is KeyState.DESTROYED
    else:
        assert await key_state(vault, person.id) is not KeyState.DESTROYED


async def test_only_what_belongs_to_nobody_is_cleared_up(world: World, vault: Vault) -> None:
    person: Person = await world.member("1", "Katrin")
    own = await world.ticket("", "own", account=account_of(world, "9"))
    await world.ticket(person.id, "mine")
    await erase_person(vault, person.id, world.clock, world.ids)
    # Written by another process in that moment; and a message whose ticket is not there yet.
    await world.ticket_message("somebody who is gone", "nowhere", "late")
    fresh = await sweep(vault, DATAMAP, PERIODS, world.clock, thorough=True)
    assert "ticket_messages" not in fresh
    world.clock.forward(HOUR + SECOND)
    left = await sweep(vault, DATAMAP, PERIODS, world.clock, thorough=True)
    assert left == {"ticket_messages": 1}
    assert await tickets(vault) == {own}


def test_what_the_declarations_say() -> None:
    assert parts_of(DATAMAP, TICKETS) == [(TICKET_MESSAGES, "ticket")]
    assert stands_alone(TICKETS, {"id": "a", "holder": "a"})
    assert not stands_alone(TICKETS, {"id": "a", "holder": "b"})
    for collection in DATAMAP.collections:
        for name in collection.holders:
            assert name in DATAMAP.by_name
        if collection.part_of is not None:
            field, whole = collection.part_of
            assert field in collection.by_name
            assert whole in DATAMAP.by_name
        if collection.account:
            assert collection.account in collection.by_name
