"""The consent log proves what was said: a changed, missing or added row is found."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from amity import __version__
from amity.datamap.declarations import CONSENTS, PEOPLE
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate
from amity.ids import Ids
from amity.message import Sender
from amity.people import Evidence, People, Person, Recipient, Scope
from amity.store.contract import EVERYONE, Access, Add, Change, Remove, Value
from amity.store.vault import Vault
from tests.people.conftest import GATE_TTL
from tests.support.vaults import MovedClock

LOG = Access(Purpose.ACCOUNTABILITY, EVERYONE)


@pytest.fixture
async def person(people: People, evidence: Evidence) -> Person:
    person = await people.meet("chat", Sender(id="41"))
    person = await people.state_adult(person, evidence)
    person = await people.agree(person, {Scope.SERVICE, Scope.MEMORY}, evidence)
    return await people.withdraw(person, {Scope.MEMORY}, replace(evidence, method="/consent"))


async def change(vault: Vault, entry: str, fields: Mapping[str, Value]) -> None:
    await vault.write([Change(CONSENTS, entry, fields)], LOG)


async def test_an_entry_holds_the_evidence(
    people: People, person: Person, clock: MovedClock
) -> None:
    entries = await people.consents.entries(person.id)
    assert [e.number for e in entries] == [1, 2, 3, 4]
    last = entries[-1]
    assert (last.scope, last.given, last.method) == ("memory", False, "/consent")
    assert (last.channel, last.language, last.policy_version) == ("web", "en", "1")
    assert (last.policy_hash, last.time) == ("ab" * 32, clock.now())
    assert (last.engine_version, last.ended_at) == (__version__, None)
    assert await people.verify(person) == []


async def test_who_agreed_before_recipients_were_noted_agreed_to_those_of_the_same_text(
    people: People, person: Person, vault: Vault
) -> None:
    assert person.recipients == frozenset()
    change = Change(PEOPLE, person.id, {"recipients": None})
    await vault.write([change], Access(Purpose.SERVICE, person.id))
    before = await people.by_id(person.id)
    assert before is not None
    assert before.recipients is None
    far = Recipient("FarAway Inc", "US")
    other = await people.note_recipients(before, lambda _language: "cd" * 32, {far})
    assert other.recipients is None
    same = await people.note_recipients(before, {"en": "ab" * 32}.__getitem__, {far})
    assert same.recipients == frozenset({far})
    assert await people.by_id(person.id) == same
    late = await people.note_recipients(before, lambda _language: "ab" * 32, ())
    assert late.recipients == frozenset({far})


@pytest.mark.parametrize(
    "fields",
    [
        {"given": False},
        {"scope": "analytics"},
        {"policy_version": "2"},
        {"policy_hash": "cd" * 32},
        {"language": "ru"},
        {"time": 1},
        {"channel": "other"},
        {"method": "guess"},
        {"engine_version": "9"},
        {"hash": "A" * 43},
        {"number": 9},
    ],
)
@pytest.mark.parametrize("place", [0, 1])
async def test_a_changed_field_is_found(
    people: People, vault: Vault, person: Person, fields: dict[str, Value], place: int
) -> None:
    entries = await people.consents.entries(person.id)
    await change(vault, entries[place].id, fields)
    assert await people.verify(person) != []


@pytest.mark.parametrize("place", [0, 1, 2, 3])
async def test_a_removed_entry_is_found(
    people: People, vault: Vault, person: Person, place: int
) -> None:
    person = await people.agree(person, {Scope.MEMORY}, (await _evidence(people, person)))
    entries = await people.consents.entries(person.id)
    await vault.write([Remove(CONSENTS, entries[place].id)], LOG)
    assert await people.verify(person) != []


async def test_an_end_that_was_cut_off_is_found(
    people: People, vault: Vault, person: Person
) -> None:
    for entry in (await people.consents.entries(person.id))[1:]:
        await vault.write([Remove(CONSENTS, entry.id)], LOG)
    problems = await people.verify(person)
    assert [p.what for p in problems] == [
        "the scope service is in force without an entry that gives it"
    ]


async def test_a_copied_entry_is_found(people: People, vault: Vault, person: Person) -> None:
    entries = await people.consents.entries(person.id)
    rows = await vault.find(CONSENTS, "person", LOG, equal={"person": person.id})
    forged = {**rows[1], "id": "forged", "number": len(entries) + 1, "scope": "analytics"}
    await vault.write([Add(CONSENTS, forged)], LOG)
    assert [p.number for p in await people.verify(person)] == [5]


async def test_a_scope_written_into_the_row_is_found(
    people: People, vault: Vault, person: Person
) -> None:
    await vault.write(
        [Change(PEOPLE, person.id, {"scopes": "analytics,service"})],
        Access(Purpose.OPERATION, EVERYONE),
    )
    assert any("analytics" in p.what for p in await people.verify(person))


async def test_the_end_of_an_account_leaves_the_log_whole(
    people: People, vault: Vault, person: Person
) -> None:
    for entry in await people.consents.entries(person.id):
        await change(vault, entry.id, {"ended_at": 5})
    assert await people.verify(person) == []


async def test_each_persons_log_is_their_own(people: People, person: Person) -> None:
    evidence = await _evidence(people, person)
    other = await people.meet("chat", Sender(id="42"))
    other = await people.state_adult(other, evidence)
    assert [e.number for e in await people.consents.entries(other.id)] == [1]
    assert await people.verify(person) == await people.verify(other) == []


async def test_statements_at_once_are_all_recorded(
    people: People, vault: Vault, clock: MovedClock, person: Person, tmp_path: Path
) -> None:
    evidence = await _evidence(people, person)
    other = People(vault, clock, Ids(clock), gate_ttl_ms=GATE_TTL)
    await asyncio.gather(
        people.agree(person, {Scope.MEMORY}, evidence),
        other.agree(person, {Scope.PROACTIVE}, evidence),
        people.agree(person, {Scope.ANALYTICS}, evidence),
    )
    now = await people.by_id(person.id)
    assert now is not None
    assert now.scopes == {Scope.SERVICE, Scope.MEMORY, Scope.PROACTIVE, Scope.ANALYTICS}
    assert [e.number for e in await people.consents.entries(person.id)] == list(range(1, 8))
    assert await people.verify(now) == []


async def test_a_batch_cut_in_the_middle_is_not_recorded_twice(
    people: People,
    vault: Vault,
    person: Person,
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a store without transactions: the entries stand, the row's change met a conflict."""
    write = vault.write
    cut: list[bool] = []

    async def halved(operations: list[Add | Change], access: Access) -> list[int]:
        if not cut and isinstance(operations[0], Add) and operations[0].collection is CONSENTS:
            cut.append(True)
            await write(operations[:-1], access)
            raise Conflict("cut")
        return await write(operations, access)

    monkeypatch.setattr(vault, "write", halved)
    after = await people.agree(person, {Scope.ANALYTICS, Scope.MEMORY}, evidence)
    assert cut
    assert after.scopes == {Scope.SERVICE, Scope.ANALYTICS, Scope.MEMORY}
    assert len(await people.consents.entries(person.id)) == 6
    assert await people.verify(after) == []


async def _evidence(people: People, person: Person) -> Evidence:
    entry = (await people.consents.entries(person.id))[0]
    return Evidence(
        channel=entry.channel,
        method=entry.method,
        language=entry.language,
        policy_version=entry.policy_version,
        policy_hash=entry.policy_hash,
    )


async def test_half_of_the_entries_left_by_a_cut_batch_are_not_doubled(
    people: People,
    vault: Vault,
    person: Person,
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = vault.write
    cut: list[bool] = []

    async def halved(operations: list[Add | Change], access: Access) -> list[int]:
        if not cut:
            cut.append(True)
            await write(operations[:1], access)
            raise Duplicate("cut")
        return await write(operations, access)

    monkeypatch.setattr(vault, "write", halved)
    after = await people.agree(person, {Scope.ANALYTICS, Scope.MEMORY}, evidence)
    entries = await people.consents.entries(person.id)
    assert [e.scope for e in entries[4:]] == ["analytics", "memory"]
    assert await people.verify(after) == []
