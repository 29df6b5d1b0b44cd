"""What is due goes, and not a second before."""

from collections.abc import Mapping
from typing import Any

import pytest

from amity.clock import day_of
from amity.datamap.declarations import (
    ADMISSIONS,
    CONSENTS,
    COUNTERS,
    CREDENTIALS,
    DECISIONS,
    ENGINE,
    ERASURES,
    FORMER_NAMES,
    MEDIA,
    MESSAGES,
    PEOPLE,
    TOMBSTONES,
)
from amity.datamap.schema import Collection
from amity.ids import Ids
from amity.message import Sender
from amity.people import Person, State
from amity.privacy import clear_conversation, erase_person, sweep, uncovered
from amity.sealed import SealedText
from amity.store.contract import Add, Change
from amity.store.vault import Vault
from tests.privacy.conftest import ALL, DATAMAP, NOTES, RIGHTS, World
from tests.privacy.test_policy import FACTS
from tests.support.vaults import MovedClock

SECOND = 1000
DAY = 86_400_000
PERIODS: Mapping[str, int | None] = FACTS.retention


async def there(vault: Vault, collection: Collection) -> int:
    return await vault.count(collection, "id", ALL)


async def swept(world: World, periods: Mapping[str, int | None] = PERIODS) -> dict[str, int]:
    return await sweep(world.vault, DATAMAP, periods, world.clock, batch=3)


async def keep(world: World, person: Person) -> None:
    """Make the person somebody who wrote just now, so that only the rows' own time counts."""
    current = await world.people.by_id(person.id)
    assert current is not None
    await world.people.set(current, seen_at=world.clock.now())


async def test_what_an_earlier_deletion_left_in_the_files_goes(world: World) -> None:
    world.vault.unscrubbed = True
    assert await swept(world) == {}
    assert not world.vault.unscrubbed


@pytest.mark.parametrize(
    "collection, key",
    [(MESSAGES, "messages"), (NOTES, "messages"), (DECISIONS, "decisions")],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
async def test_rows_go_at_their_limit(world: World, collection: Collection, key: str) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    before = await there(world.vault, collection)
    assert before
    period = PERIODS[key]
    assert period is not None
    world.clock.forward(period - SECOND)
    await keep(world, person)
    assert collection.name not in await swept(world)
    assert await there(world.vault, collection) == before
    world.clock.forward(2 * SECOND)
    await keep(world, person)
    assert (await swept(world))[collection.name] == before
    assert await there(world.vault, collection) == 0
    assert await swept(world) == {}


async def test_rows_go_on_time_where_a_clock_had_been_ahead(world: World) -> None:
    person = await world.member("1", "Katrin")
    # Ids go on behind what was said while the clock was a hundred years ahead.
    world.ids.follow(Ids(MovedClock(world.clock.now() + 36_500 * DAY)).new())
    await world.everything(person, "word")
    before = await there(world.vault, MESSAGES)
    period = PERIODS["messages"]
    assert before
    assert period is not None
    world.clock.forward(period - SECOND)
    await keep(world, person)
    assert MESSAGES.name not in await swept(world)
    world.clock.forward(2 * SECOND)
    await keep(world, person)
    assert (await swept(world))[MESSAGES.name] == before
    assert await there(world.vault, MESSAGES) == 0


async def test_only_what_is_old_goes(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.conversation(person)
    for number in range(10):
        await world.say(person, conversation, f"old {number}")
    world.clock.forward(180 * DAY - SECOND)
    for number in range(4):
        await world.say(person, conversation, f"new {number}")
    world.clock.forward(2 * SECOND)
    await keep(world, person)
    assert await swept(world) == {"messages": 10}
    assert await there(vault, MESSAGES) == 4


@pytest.mark.parametrize("collection", [MEDIA, MESSAGES, CREDENTIALS], ids=lambda c: c.name)
async def test_what_expires_goes_at_its_time(world: World, collection: Collection) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    row = (await world.vault.store.find(collection, "id", ALL))[0]
    at = world.clock.now() + 5 * SECOND
    change = Change(collection, str(row["id"]), {"expires_at": at})
    await world.vault.write([change], RIGHTS)
    before = await there(world.vault, collection)
    world.clock.time = at - SECOND
    await swept(world)
    assert await there(world.vault, collection) == before
    world.clock.time = at + SECOND
    await swept(world)
    assert await there(world.vault, collection) == before - 1


async def test_a_day_is_counted_whole(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    today = day_of(world.clock.now())
    mine = {"id": "a", "person": person.id, "name": "messages", "day": today, "amount": 1.0}
    await world.write(COUNTERS, mine)
    await world.write(COUNTERS, mine | {"id": "b", "person": None})
    world.clock.forward(30 * DAY - SECOND)
    assert "counters" not in await swept(world)
    world.clock.forward(DAY + SECOND)
    assert (await swept(world))["counters"] == 1
    # The service's own count is about nobody.
    assert [r["id"] for r in await vault.find(COUNTERS, "id", ALL)] == ["b"]


async def test_an_unfinished_gate_is_forgotten(world: World, vault: Vault) -> None:
    stranger = await world.people.meet("chat", Sender(id="9"))
    member = await world.member("1", "Katrin")
    world.clock.forward(DAY - SECOND)
    assert await swept(world) == {}
    world.clock.forward(2 * SECOND)
    assert await swept(world) == {"people": 1}
    assert await world.people.find("chat", "9") is None
    assert await vault.get(PEOPLE, stranger.id, RIGHTS) is None
    assert await world.people.by_id(member.id) is not None


async def test_a_dormant_account_is_erased(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    world.clock.forward(365 * DAY - SECOND)
    assert "people" not in await swept(world)
    world.clock.forward(2 * SECOND)
    assert (await swept(world))["people"] == 1
    assert await world.people.by_id(person.id) is None
    log = await world.people.consents.entries(person.id)
    assert [e.ended_at for e in log] == [world.clock.now()] * 2


async def test_consents_go_after_their_period_from_the_end(world: World) -> None:
    person = await world.member("1", "Katrin")
    world.clock.forward(100 * DAY)
    await erase_person(world.vault, person.id, world.clock, world.ids)
    world.clock.forward(3 * 365 * DAY - SECOND)
    await swept(world)
    assert await there(world.vault, CONSENTS) == 2
    world.clock.forward(2 * SECOND)
    assert (await swept(world))["consents"] == 2


async def test_consents_of_members_never_go(world: World) -> None:
    person = await world.member("1", "Katrin")
    world.clock.forward(10 * 365 * DAY)
    await keep(world, person)
    await swept(world)
    assert await there(world.vault, CONSENTS) == 2


async def test_the_ledger_goes_only_when_finished(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, "word")
    await clear_conversation(vault, person.id, conversation, world.clock, world.ids)
    pending: dict[str, Any] = {
        "id": world.ids.new(),
        "scope": "conversation",
        "target": vault.blind("x", "y"),
        "time": world.clock.now(),
        "finished": False,
    }
    await vault.write([Add(ERASURES, pending)], RIGHTS)
    world.clock.forward(400 * DAY - SECOND)
    assert "erasures" not in await swept(world)
    world.clock.forward(2 * SECOND)
    assert (await swept(world))["erasures"] == 1
    assert await there(vault, ERASURES) >= 1
    rows = await vault.find(ERASURES, "id", ALL)
    assert pending["id"] in {row["id"] for row in rows}


async def test_tombstones_stay_unless_a_period_is_set(world: World) -> None:
    person = await world.member("1", "Katrin")
    await world.people.block(person, State.MINOR_BLOCKED, "minor")
    stones = await there(world.vault, TOMBSTONES)
    world.clock.forward(20 * 365 * DAY)
    await swept(world)
    assert await there(world.vault, TOMBSTONES) == stones
    assert (await swept(world, {**PERIODS, "tombstones": DAY}))["tombstones"] == stones


async def test_an_access_code_without_a_person_is_forgotten(world: World) -> None:
    await world.member("1", "Katrin")
    now = world.clock.now()
    for name, sender in (("known", "platform-1"), ("stranger", "8")):
        identity = world.people.identity_id("chat", sender)
        row = {"id": name, "channel": "web", "identity": identity, "created_at": now}
        await world.write(ADMISSIONS, row)
    world.clock.forward(DAY - SECOND)
    assert await swept(world) == {}
    world.clock.forward(2 * SECOND)
    assert await swept(world) == {"admissions": 1}
    assert [r["id"] for r in await world.vault.find(ADMISSIONS, "id", RIGHTS)] == ["known"]


async def test_a_dry_run_counts_the_same_and_removes_nothing(world: World) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, "word")
    for number in range(11):
        await world.say(person, conversation, f"more {number}")
    await world.people.meet("chat", Sender(id="9"))
    world.clock.forward(200 * DAY)
    await keep(world, person)
    counted = await sweep(world.vault, DATAMAP, PERIODS, world.clock, dry_run=True, batch=3)
    before = [await there(world.vault, c) for c in (MESSAGES, PEOPLE, MEDIA, NOTES)]
    assert before == [13, 2, 1, 1]
    assert await swept(world) == counted
    assert counted["messages"] == 13


async def test_what_a_late_writer_left_about_the_erased_is_found(
    world: World, vault: Vault
) -> None:
    one, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    await world.everything(other, "theirs")
    await erase_person(vault, one.id, world.clock, world.ids)
    today = day_of(world.clock.now())
    row = {"id": "a", "person": one.id, "name": "messages", "day": today, "amount": 1.0}
    await world.write(COUNTERS, row)
    await world.write(COUNTERS, row | {"id": "b", "person": None})
    assert await swept(world) == {}
    found = await sweep(vault, DATAMAP, PERIODS, world.clock, thorough=True)
    assert found == {"counters": 1}
    assert {r["id"] for r in await vault.find(COUNTERS, "id", ALL)} == {"b", f"c-{other.id}"}


async def test_a_missing_period_is_refused_and_nothing_goes(world: World) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    world.clock.forward(9999 * DAY)
    lacking = {k: v for k, v in PERIODS.items() if k != "messages"}
    with pytest.raises(ValueError, match="messages"):
        await swept(world, lacking)
    assert await there(world.vault, MEDIA) == 1


def test_the_default_data_map_is_covered() -> None:
    assert uncovered(ENGINE, PERIODS) == []
    assert uncovered(ENGINE, {}) == sorted(PERIODS)


async def test_a_former_name_goes_with_the_last_message_that_may_hold_it(
    world: World, vault: Vault
) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.conversation(person)
    await world.say(person, conversation, "I am Katrin")
    current = await world.people.by_id(person.id)
    assert current is not None
    await world.people.set(current, call_name=SealedText("Marfa"))
    period = PERIODS["messages"]
    assert period is not None
    world.clock.forward(period - SECOND)
    await keep(world, person)
    await world.say(person, conversation, "not Katrin any more")
    world.clock.forward(2 * SECOND)
    await keep(world, person)
    assert await swept(world) == {"messages": 1}
    assert await there(vault, FORMER_NAMES) == 1
    world.clock.forward(period)
    await keep(world, person)
    assert await swept(world) == {"messages": 1, "former_names": 1}
    assert await there(vault, FORMER_NAMES) == 0
