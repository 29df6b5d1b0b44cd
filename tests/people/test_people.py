"""Meeting, finding and changing people, on a real store."""

import asyncio
from pathlib import Path

import pytest

from amity.adapter import key_sender
from amity.datamap.declarations import (
    CONSENTS,
    CREDENTIALS,
    DECISIONS,
    IDENTITIES,
    PEOPLE,
    TOMBSTONES,
)
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate, TooManyKeys
from amity.ids import Ids
from amity.message import Sender
from amity.people import Evidence, IdentityKind, People, Person, Scope, State
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Remove
from amity.store.vault import Vault
from tests.people.conftest import GATE_TTL
from tests.support.vaults import MovedClock

ALL = Access(Purpose.OPERATION, EVERYONE)


async def adult(people: People, evidence: Evidence, sender: str = "41") -> Person:
    person = await people.meet("chat", Sender(id=sender))
    person = await people.state_adult(person, evidence)
    return await people.agree(person, {Scope.SERVICE}, evidence)


async def test_a_stranger_is_nobody_until_met(people: People, vault: Vault) -> None:
    assert await people.find("chat", "41") is None
    assert await vault.count(PEOPLE, "id", ALL) == 0
    person = await people.meet("chat", Sender(id="41", locale="pt_BR"))
    assert (person.state, person.locale, person.scopes) == (State.NEW, "pt-BR", frozenset())
    assert person.stored
    assert not person.consented
    assert await people.find("chat", "41") == person
    assert await people.by_id(person.id) == person
    assert await people.find("other", "41") is None


async def test_several_are_found_at_once_as_each_is_alone(
    people: People, evidence: Evidence
) -> None:
    first = await adult(people, evidence, "41")
    blocked = await people.meet("chat", Sender(id="42"))
    await people.block(blocked, State.MINOR_BLOCKED, "gate.under_age")
    third = await people.meet("chat", Sender(id="43"))
    moved = await people.meet("chat", Sender(id="44"))
    await people.move_identity("chat", "44", third)
    wanted = ["41", "42", "43", "44", "nobody", key_sender("no key").id]
    found: dict[str, Person | None] = {}
    for _ in range(2):  # also where it is known whose accounts they are
        accounts = await people.find_all("chat", wanted)
        for id, account in accounts.items():
            assert account.identity == people.identity_id("chat", id)
        found = {id: account.person for id, account in accounts.items()}
        assert found == {id: await people.find("chat", id) for id in wanted}
    assert found["41"] == first
    assert found["42"] is not None
    assert not found["42"].stored
    assert found["44"] == found["43"] == third
    assert moved.id != third.id
    assert found["nobody"] is None
    assert await people.find_all("chat", []) == {}


async def test_what_is_no_locale_is_not_stored(people: People) -> None:
    person = await people.meet("chat", Sender(id="41", locale="I am 15 and my name is"))
    assert person.locale is None


async def test_meeting_twice_at_once_makes_one_person(people: People, vault: Vault) -> None:
    met = await asyncio.gather(*(people.meet("chat", Sender(id="41")) for _ in range(8)))
    assert len({person.id for person in met}) == 1
    assert await vault.count(PEOPLE, "id", ALL) == 1


async def test_a_person_left_out_by_a_crash_is_mended(people: People, vault: Vault) -> None:
    person = await people.meet("chat", Sender(id="41"))
    await vault.write([Remove(PEOPLE, person.id)], ALL)
    assert await people.find("chat", "41") is None
    again = await people.meet("chat", Sender(id="41"))
    assert again.id == person.id


async def test_the_platform_id_lies_sealed(people: People, vault: Vault, tmp_path: Path) -> None:
    canary = "platform-id-canary-7731"
    person = await people.meet("chat", Sender(id=canary))
    assert [i.platform_id.reveal() for i in await people.identities(person.id)] == [canary]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert canary.encode() not in file.read_bytes()


async def test_settings_are_set_and_checked(people: People) -> None:
    person = await people.meet("chat", Sender(id="41"))
    person = await people.set(
        person,
        language="ru",
        country="DE",
        time_zone="Europe/Berlin",
        call_name=SealedText("Katrin"),
        awaiting="call_name",
        seen_at=7,
    )
    assert await people.by_id(person.id) == person
    assert person.call_name == SealedText("Katrin")
    assert (person.country, person.time_zone, person.seen_at) == ("DE", "Europe/Berlin", 7)
    person = await people.set(person, call_name=SealedText(""), awaiting=None)
    assert person.call_name is None
    assert person.awaiting is None


@pytest.mark.parametrize(
    "name, value",
    [
        ("state", "active"),
        ("scopes", "service"),
        ("country", "Germany"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("language", "my mother tongue is"),
        ("call_name", SealedText("x" * 65)),
        ("call_name", "plain"),
        ("awaiting", "What I wrote"),
        ("seen_at", "now"),
        ("seen_at", None),
    ],
)
async def test_what_cannot_be_set_is_refused_without_its_value(
    people: People, name: str, value: object
) -> None:
    person = await people.meet("chat", Sender(id="41"))
    with pytest.raises(ValueError, match=name) as caught:
        await people.set(person, **{name: value})
    if isinstance(value, str):
        assert value not in str(caught.value).removeprefix(name)


async def test_changes_at_once_are_all_kept(people: People) -> None:
    person = await people.meet("chat", Sender(id="41"))
    await asyncio.gather(
        people.set(person, language="ru"),
        people.set(person, country="DE"),
        people.set(person, time_zone="UTC"),
        people.set(person, awaiting="country"),
    )
    now = await people.by_id(person.id)
    assert now is not None
    assert (now.language, now.country, now.time_zone, now.awaiting) == (
        "ru",
        "DE",
        "UTC",
        "country",
    )
    assert now.revision == person.revision + 4


async def test_changing_somebody_who_is_gone_is_a_conflict(people: People, vault: Vault) -> None:
    person = await people.meet("chat", Sender(id="41"))
    await vault.write([Remove(PEOPLE, person.id)], ALL)
    with pytest.raises(Conflict):
        await people.set(person, language="ru")


async def test_the_way_through_the_gate(
    people: People, evidence: Evidence, clock: MovedClock
) -> None:
    person = await people.meet("chat", Sender(id="41"))
    assert person.expires_at == clock.now() + GATE_TTL
    with pytest.raises(ValueError, match="age"):
        await people.agree(person, {Scope.SERVICE}, evidence)
    person = await people.state_adult(person, evidence)
    assert person.adult_at == clock.now()
    assert not person.consented
    with pytest.raises(ValueError, match="service"):
        await people.agree(person, {Scope.MEMORY}, evidence)
    person = await people.agree(person, {Scope.SERVICE}, evidence)
    assert person.state is State.ACTIVE
    assert person.consented
    assert (person.policy_version, person.expires_at) == ("1", None)
    assert await people.find("chat", "41") == person


async def test_declining_is_forgotten_after_the_gates_time(
    people: People, evidence: Evidence, clock: MovedClock
) -> None:
    person = await people.meet("chat", Sender(id="41"))
    clock.forward(1000)
    person = await people.decline(person, evidence)
    assert (person.state, person.expires_at) == (State.NEW, clock.now() + GATE_TTL)


async def test_withdrawing_the_service_withdraws_all_and_keeps_the_age(
    people: People, evidence: Evidence
) -> None:
    person = await adult(people, evidence)
    person = await people.agree(person, {Scope.MEMORY, Scope.PROACTIVE}, evidence)
    person = await people.withdraw(person, {Scope.PROACTIVE}, evidence)
    assert person.state is State.ACTIVE
    assert person.scopes == {Scope.SERVICE, Scope.MEMORY}
    person = await people.withdraw(person, {Scope.SERVICE}, evidence)
    assert (person.state, person.scopes) == (State.NEW, frozenset())
    assert person.adult_at is not None
    log = [(e.scope, e.given) for e in await people.consents.entries(person.id)]
    assert log == [
        ("age", True),
        ("service", True),
        ("memory", True),
        ("proactive", True),
        ("proactive", False),
        ("memory", False),
        ("service", False),
    ]


async def test_pause_and_restriction_meet(
    people: People, evidence: Evidence, clock: MovedClock
) -> None:
    person = await adult(people, evidence)
    person = await people.restrict(person, clock.now() + 5000, "conduct.spam")
    assert person.state is State.RESTRICTED
    person = await people.pause(person)
    assert (await people.resume(person)).state is State.RESTRICTED
    person = await people.pause(person)
    clock.forward(5000)
    person = await people.resume(person)
    assert person.state is State.ACTIVE
    person = await people.restrict(person, clock.now() + 5000, "conduct.spam")
    person = await people.withdraw(person, {Scope.SERVICE}, evidence)
    assert (person.state, person.consented) == (State.RESTRICTED, False)
    person = await people.end_restriction(person)
    assert (person.state, person.restricted_until) == (State.NEW, None)


async def test_a_person_has_at_most_twenty_keys(people: People, evidence: Evidence) -> None:
    person = await adult(people, evidence)
    for number in range(19):
        await people.issue_key(person, f"key {number}")
    asked = await asyncio.gather(
        *(people.issue_key(person, f"late {number}") for number in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, TooManyKeys) for one in asked) == 3
    with pytest.raises(TooManyKeys, match="at most 20 keys"):
        await people.issue_key(person, "one more")
    keys = await people.keys(person)
    assert len(keys) == 20
    assert await people.revoke_key(person, keys[0].id)
    await people.issue_key(person, "in its place")


async def test_a_block_covers_every_account_and_key(
    people: People, evidence: Evidence, vault: Vault
) -> None:
    person = await adult(people, evidence)
    await people.add_identity("other", "77", person)
    key = await people.issue_key(person, "laptop")
    stones = await people.block(person, State.MINOR_BLOCKED, "minor.declared")
    assert set(stones) == {i.id for i in await people.identities(person.id)}
    assert len(stones) == 3
    for realm, sender in (("chat", "41"), ("other", "77"), ("any", key_sender(key).id)):
        ghost = await people.find(realm, sender)
        assert ghost is not None
        assert (ghost.state, ghost.stored, ghost.consented) == (State.MINOR_BLOCKED, False, False)
        assert await people.meet(realm, Sender(id=sender)) == ghost
    rows = await vault.find(DECISIONS, "person", ALL_SAFETY, equal={"person": person.id})
    assert [(r["rule"], r["state"]) for r in rows] == [("minor.declared", "minor_blocked")]
    with pytest.raises(ValueError, match="cannot have"):
        await people.agree(person, {Scope.SERVICE}, evidence)
    with pytest.raises(ValueError, match="age"):
        await people.state_adult(person, evidence)
    with pytest.raises(Conflict):
        await people.add_identity("new", "5", person)


ALL_SAFETY = Access(Purpose.SAFETY, EVERYONE)


async def test_a_ghost_cannot_be_changed(people: People, evidence: Evidence) -> None:
    person = await adult(people, evidence)
    await people.block(person, State.TERMINATED, "conduct")
    ghost = await people.find("chat", "41")
    assert ghost is not None
    with pytest.raises(ValueError, match="tombstone"):
        await people.set(ghost, language="ru")


async def test_a_human_can_lift_a_block(people: People, evidence: Evidence, vault: Vault) -> None:
    person = await adult(people, evidence)
    await people.add_identity("other", "77", person)
    await people.block(person, State.TERMINATED, "conduct")
    assert await people.reinstate("chat", "41")
    back = await people.find("other", "77")
    assert back is not None
    assert (back.id, back.state, back.consented) == (person.id, State.NEW, False)
    assert await vault.count(TOMBSTONES, "id", ALL_SAFETY) == 0
    assert not await people.reinstate("chat", "41")


async def test_what_another_process_did_counts_at_once(
    people: People, evidence: Evidence, vault: Vault, clock: MovedClock
) -> None:
    other = People(vault, clock, Ids(clock), gate_ttl_ms=GATE_TTL)
    person = await adult(people, evidence)
    assert (await people.find("chat", "41")) == person
    second = await other.meet("chat", Sender(id="42"))
    await other.move_identity("chat", "41", second)
    found = await people.find("chat", "41")
    assert found is not None
    assert found.id == second.id


async def test_accounts_are_one_persons(people: People, evidence: Evidence) -> None:
    first, second = await adult(people, evidence), await adult(people, evidence, "42")
    await people.add_identity("chat", "41", first)  # again: no error
    with pytest.raises(Duplicate):
        await people.add_identity("chat", "41", second)
    assert [i.kind for i in await people.identities(first.id)] == [IdentityKind.ACCOUNT]


async def test_a_moved_account_says_who_is_left_without_one(
    people: People, evidence: Evidence
) -> None:
    first, second = await adult(people, evidence), await adult(people, evidence, "42")
    await people.add_identity("web", "cookie", second)
    assert await people.move_identity("web", "cookie", first) is None
    assert await people.move_identity("web", "cookie", first) is None
    assert await people.move_identity("chat", "42", first) == second.id
    moved = [i for i in await people.identities(first.id) if i.realm == "chat"]
    # Sealed anew for the person it belongs to now.
    assert {i.platform_id.reveal() for i in moved} == {"41", "42"}
    assert await people.move_identity("fresh", "1", first) is None
    found = await people.find("fresh", "1")
    assert found is not None
    assert found.id == first.id


async def test_a_blocked_account_moves_nowhere(people: People, evidence: Evidence) -> None:
    first, second = await adult(people, evidence), await adult(people, evidence, "42")
    await people.block(second, State.MINOR_BLOCKED, "minor")
    with pytest.raises(Conflict):
        await people.move_identity("chat", "42", first)


async def test_keys_stand_for_their_person_on_every_channel(
    people: People, evidence: Evidence, vault: Vault, clock: MovedClock, tmp_path: Path
) -> None:
    person = await adult(people, evidence)
    first = await people.issue_key(person, "laptop")
    clock.forward(1)
    second = await people.issue_key(person, SealedText("phone"))
    assert first.startswith("amity_")
    assert len(first) >= 6 + 43
    assert first != second
    for realm in ("web", "chat"):
        found = await people.find(realm, key_sender(first).id)
        assert found is not None
        assert found.id == person.id
    assert await people.find("web", first) is None
    keys = await people.keys(person)
    assert [k.label for k in keys] == ["laptop", "phone"]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert first[6:].encode() not in file.read_bytes()
            assert key_sender(first).id.encode() not in file.read_bytes()
    other = await adult(people, evidence, "42")
    assert not await people.revoke_key(other, keys[0].id)
    accounts = [i for i in await people.identities(person.id) if i.kind is IdentityKind.ACCOUNT]
    assert not await people.revoke_key(person, accounts[0].id)
    assert await people.revoke_key(person, keys[0].id)
    assert not await people.revoke_key(person, keys[0].id)
    assert await people.find("web", key_sender(first).id) is None
    with pytest.raises(ValueError, match="label"):
        await people.issue_key(person, "x" * 101)


async def test_a_recovery_code_leads_to_its_person_once(
    people: People, evidence: Evidence, vault: Vault
) -> None:
    person = await adult(people, evidence)
    assert not await people.has_recovery(person)
    code = await people.issue_recovery(person)
    rows = await vault.find(CREDENTIALS, "person", ALL, equal={"person": person.id})
    assert len(rows) == 1
    assert code.replace("-", "") not in str(rows)
    # Whoever is this person already loses nothing by typing it.
    assert await people.recover("chat", "41", code) == person.id
    assert await people.has_recovery(person)
    assert await people.recover("web", "a", code.lower().replace("-", " ")) == person.id
    assert not await people.has_recovery(person)
    assert await people.recover("web", "b", code) is None
    assert await people.find("web", "b") is None
    found = await people.find("web", "a")
    assert found is not None
    assert found.id == person.id


async def test_a_newer_recovery_code_replaces_the_former(
    people: People, evidence: Evidence
) -> None:
    person = await adult(people, evidence)
    code = await people.issue_recovery(person)
    newer = await people.issue_recovery(person)
    for wrong in (code, "", "nothing like it"):
        assert await people.recover("web", "a", wrong) is None
    assert await people.recover("web", "a", newer) == person.id


async def test_of_several_who_use_a_recovery_code_at_once_one_comes_in(
    people: People, evidence: Evidence, vault: Vault, clock: MovedClock
) -> None:
    person = await adult(people, evidence)
    code = await people.issue_recovery(person)
    await people.meet("web", Sender(id="guest"))  # who is somebody already is moved
    another = People(vault, clock, Ids(clock), gate_ttl_ms=GATE_TTL)
    senders = ("guest", "a", "b", "c")
    came = await asyncio.gather(
        *(each.recover("web", id, code) for id in senders for each in (people, another))
    )
    # The one who came in may have asked twice: the second time they were there already.
    assert set(came) == {person.id, None}
    found = [await people.find("web", id) for id in senders]
    assert len([each for each in found if each is not None and each.id == person.id]) == 1
    assert not await people.has_recovery(person)


async def test_a_blocked_account_uses_no_recovery_code_up(
    people: People, evidence: Evidence
) -> None:
    person = await adult(people, evidence)
    code = await people.issue_recovery(person)
    minor = await people.meet("web", Sender(id="minor"))
    await people.block(minor, State.MINOR_BLOCKED, "gate.under_age")
    with pytest.raises(Conflict):
        await people.recover("web", "minor", code)
    assert await people.recover("web", "a", code) == person.id


async def test_the_statement_of_age_keeps_its_first_time(
    people: People, evidence: Evidence, clock: MovedClock
) -> None:
    person = await people.meet("chat", Sender(id="41"))
    person = await people.state_adult(person, evidence)
    first = person.adult_at
    clock.forward(5000)
    assert (await people.state_adult(person, evidence)).adult_at == first
    assert await people.verify(person) == []


async def test_no_plain_text_is_declared_for_what_people_give(vault: Vault) -> None:
    plain = {"platform_id", "label", "call_name"}
    for collection in (PEOPLE, IDENTITIES, CONSENTS):
        sealed = {field.name for field in collection.sealed}
        assert plain & set(collection.by_name) <= sealed
