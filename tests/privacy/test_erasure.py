"""What is cleared or erased is gone everywhere, stays gone, and whatever cut it off is finished."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from amity.datamap.declarations import (
    ADMISSIONS,
    CONSENTS,
    CONVERSATIONS,
    ERASURES,
    FORMER_NAMES,
    MESSAGES,
    PEOPLE,
    TICKET_MESSAGES,
    TICKETS,
    TOMBSTONES,
)
from amity.datamap.schema import Collection, Field, Purpose
from amity.errors import KeyDestroyed
from amity.ids import Ids
from amity.message import Sender
from amity.people import People, Scope, State
from amity.privacy import clear_conversation, erase_person, resume_erasures
from amity.privacy.walk import about_people, in_conversations, is_kept, of_subject
from amity.sealed import SealedText
from amity.store.backup import purge
from amity.store.contract import Access, Remove
from amity.store.vault import Vault
from tests.privacy.conftest import ALL, DATAMAP, EVIDENCE, NOTES, RIGHTS, World
from tests.support.vaults import MovedClock, open_test_vault

CANARY = "canary-of-the-garden-4417"


async def rows_about(vault: Vault, person: str) -> dict[str, int]:
    found = {}
    for collection in about_people(vault.datamap):
        index, subject = of_subject(collection)
        number = await vault.count(collection, index, RIGHTS, equal={subject: person})
        if number:
            found[collection.name] = number
    return found


def key_bytes(folder: Path) -> bytes:
    """Everything that the keyring's files hold."""
    return b"".join(f.read_bytes() for f in sorted(folder.glob("amity.db.keys*")))


def wrapped_keys(folder: Path, person: str) -> list[bytes]:
    with sqlite3.connect(folder / "amity.db.keys") as connection:
        rows = connection.execute("SELECT wrapped FROM keys WHERE person = ?", (person,)).fetchall()
    connection.close()
    return [row[0] for row in rows]


async def test_every_collection_about_people_can_be_walked(vault: Vault) -> None:
    for collection in about_people(vault.datamap):
        of_subject(collection)
    names = [c.name for c in about_people(vault.datamap)]
    assert names[0] == "identities"
    assert names[-1] == "people"
    assert NOTES in in_conversations(vault.datamap)


def test_an_incomplete_declaration_is_refused() -> None:
    diary = Collection(
        id=990,
        name="diary",
        about="Pages.",
        subject="person",
        retention="account",
        fields=(Field(id=1, name="person"),),
    )
    with pytest.raises(ValueError, match="diary: no index begins with person"):
        of_subject(diary)
    with pytest.raises(ValueError, match="about nobody"):
        of_subject(ERASURES)


async def test_clearing_removes_what_was_said_and_nothing_else(world: World, vault: Vault) -> None:
    one, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    mine, theirs = await world.everything(one, CANARY), await world.everything(other, "theirs")
    second = await world.conversation(one, "leo")
    await world.say(one, second, "kept")
    receipt = await clear_conversation(vault, one.id, mine, world.clock, world.ids)
    assert receipt.counts == {"messages": 2, NOTES.name: 1, "media": 1, "former_names": 1}
    assert (receipt.total, receipt.keys, receipt.scope) == (5, 1, "conversation")
    assert await vault.count(MESSAGES, "conversation", ALL, equal={"conversation": mine}) == 0
    assert await vault.count(MESSAGES, "conversation", ALL, equal={"conversation": second}) == 1
    assert await vault.count(MESSAGES, "conversation", ALL, equal={"conversation": theirs}) == 2
    row = await vault.get(CONVERSATIONS, mine, RIGHTS)
    assert row is not None
    assert row["generation"] == 2
    assert (await world.people.by_id(one.id)) is not None
    again = await clear_conversation(vault, one.id, mine, world.clock, world.ids)
    assert again.total == 0
    await world.say(one, mine, "a new beginning", generation=3)


async def test_clearing_all_of_mine(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    first = await world.everything(person, CANARY)
    second = await world.conversation(person, "leo")
    await world.say(person, second, CANARY)
    receipt = await clear_conversation(vault, person.id, None, world.clock, world.ids)
    assert receipt.counts["messages"] == 3
    for conversation in (first, second):
        row = await vault.get(CONVERSATIONS, conversation, RIGHTS)
        assert row is not None
        assert row["generation"] == 2


async def test_somebody_elses_conversation_is_not_cleared(world: World, vault: Vault) -> None:
    one, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    theirs = await world.everything(other, CANARY)
    receipt = await clear_conversation(vault, one.id, theirs, world.clock, world.ids)
    assert (receipt.total, receipt.keys) == (0, 0)
    assert await vault.count(MESSAGES, "conversation", ALL, equal={"conversation": theirs}) == 2


async def test_a_late_writer_loses_after_clearing(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, CANARY)
    late = world.message(person, conversation, CANARY)
    await clear_conversation(vault, person.id, conversation, world.clock, world.ids)
    with pytest.raises(KeyDestroyed):
        await vault.write([late], Access(Purpose.SERVICE, person.id))
    await world.say(person, conversation, "new", generation=2)


async def test_deletion_wins_every_race(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.conversation(person)
    for round_ in range(1, 21):

        async def write(generation: int) -> int:
            kept = 0
            for _ in range(5):
                try:
                    await world.say(person, conversation, CANARY, generation)
                    kept += 1
                except KeyDestroyed:
                    break
                await asyncio.sleep(0)
            return kept

        tasks = [asyncio.create_task(write(round_)) for _ in range(4)]
        await asyncio.sleep(0)
        await clear_conversation(vault, person.id, conversation, world.clock, world.ids)
        await asyncio.gather(*tasks)
        left = await vault.store.find(
            MESSAGES, "conversation", ALL, equal={"conversation": conversation}
        )
        assert left == []


async def test_clearing_twice_at_once_clears_once(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, CANARY)
    receipts = await asyncio.gather(
        *(
            clear_conversation(vault, person.id, conversation, world.clock, world.ids)
            for _ in range(4)
        )
    )
    assert sum(r.counts.get("messages", 0) for r in receipts) == 2


async def test_erasing_leaves_only_evidence_without_a_name(world: World, vault: Vault) -> None:
    one, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    await world.everything(one, CANARY)
    await world.everything(other, "theirs")
    before, untouched = await rows_about(vault, one.id), await rows_about(vault, other.id)
    account = world.people.identity_id("chat", "platform-1")
    admission = {"id": "a", "channel": "web", "identity": account, "created_at": 1}
    await world.write(ADMISSIONS, admission)
    receipt = await erase_person(vault, one.id, world.clock, world.ids)
    world.people.forget(one.id)
    assert await rows_about(vault, one.id) == {"consents": 2}
    assert receipt.kept == {"consents": 2}
    gone = {name: number for name, number in before.items() if name != "consents"}
    assert receipt.counts == gone | {"admissions": 1}
    assert receipt.keys > 0
    assert await rows_about(vault, other.id) == untouched
    assert await world.people.find("chat", "platform-1") is None
    log = await world.people.consents.entries(one.id)
    assert [e.ended_at for e in log] == [world.clock.now()] * 2
    assert await world.people.consents.verify(one.id) == []
    again = await erase_person(vault, one.id, world.clock, world.ids)
    assert (again.total, again.keys) == (0, 0)
    assert await vault.count(TOMBSTONES, "id", ALL) == 0


async def test_the_erased_can_come_back_as_strangers(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    await erase_person(vault, person.id, world.clock, world.ids)
    world.people.forget(person.id)
    back = await world.people.meet("chat", Sender(id="platform-1"))
    assert back.id != person.id
    assert (back.state, back.call_name, back.adult_at) == (State.NEW, None, None)


async def test_a_blocked_person_leaves_only_tombstones(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, CANARY)
    stones = await world.people.block(person, State.MINOR_BLOCKED, "minor.declared")
    await vault.write([Remove(TOMBSTONES, stones[0])], ALL)  # as a crash might lose one
    await erase_person(vault, person.id, world.clock, world.ids)
    rows = await vault.store.find(TOMBSTONES, "id", ALL)
    assert {row["id"] for row in rows} == set(stones)
    assert {row["reason"] for row in rows} == {"minor"}
    ghost = await world.people.find("chat", "platform-1")
    assert ghost is not None
    assert ghost.state is State.MINOR_BLOCKED


async def test_nothing_is_written_for_the_erased(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, CANARY)
    late = world.message(person, conversation, CANARY)
    await erase_person(vault, person.id, world.clock, world.ids)
    with pytest.raises(KeyDestroyed):
        await vault.write([late], Access(Purpose.SERVICE, person.id))
    assert await rows_about(vault, person.id) == {"consents": 2}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("whole", [False, True], ids=["cleared", "erased"])
async def test_the_keys_bytes_are_gone_and_a_backup_stays_shut(
    world: World, vault: Vault, tmp_path: Path, whole: bool
) -> None:
    person = await world.member("1", "Katrin")
    conversation = await world.everything(person, CANARY)
    keys = wrapped_keys(tmp_path, person.id)
    assert len(keys) == 2
    present = key_bytes(tmp_path)
    assert all(key in present for key in keys)
    backup = tmp_path / "backup"
    backup.mkdir()
    await vault.store.backup(str(backup))
    if whole:
        await erase_person(vault, person.id, world.clock, world.ids)
    else:
        await clear_conversation(vault, person.id, conversation, world.clock, world.ids)
    left = key_bytes(tmp_path)
    lost = [key for key in keys if key not in left]
    assert len(lost) == (2 if whole else 1)
    # The backup, put back beside the live keyring and the live master key.
    await vault.aclose()
    (copy,) = [f for f in backup.rglob("*") if f.is_file() and f.suffix == ".db"]
    copy.replace(tmp_path / "amity.db")
    for leftover in [tmp_path / "amity.db-wal", tmp_path / "amity.db-shm"]:
        leftover.unlink(missing_ok=True)
    restored = await open_test_vault(tmp_path, vault.datamap)
    try:
        raw = await restored.store.find(
            MESSAGES, "conversation", ALL, equal={"conversation": conversation}
        )
        assert len(raw) == 2
        assert (
            await restored.find(MESSAGES, "conversation", ALL, equal={"conversation": conversation})
            == []
        )
        resumed = await resume_erasures(restored, world.clock, world.ids, restored=True)
        assert (resumed.people, resumed.conversations) == ((1, 0) if whole else (0, 1))
        raw = await restored.store.find(
            MESSAGES, "conversation", ALL, equal={"conversation": conversation}
        )
        assert raw == []
        if not whole:
            row = await restored.get(CONVERSATIONS, conversation, RIGHTS)
            assert row is not None
            assert row["generation"] == 2
    finally:
        await restored.aclose()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_evidence_that_a_restore_brings_back_is_ended_again(
    world: World, vault: Vault, tmp_path: Path
) -> None:
    agreed, stays = await world.member("1", "Katrin"), await world.member("2", "Boris")
    silent = await world.people.meet("chat", Sender(id="3"))
    silent = await world.people.state_adult(silent, EVIDENCE)
    backup = tmp_path / "backup"
    backup.mkdir()
    await vault.store.backup(str(backup))
    for gone in (agreed, silent):
        await erase_person(vault, gone.id, world.clock, world.ids)
    await vault.aclose()
    (copy,) = [f for f in backup.rglob("*") if f.is_file() and f.suffix == ".db"]
    copy.replace(tmp_path / "amity.db")
    for leftover in [tmp_path / "amity.db-wal", tmp_path / "amity.db-shm"]:
        leftover.unlink(missing_ok=True)
    restored = await open_test_vault(tmp_path, vault.datamap)
    try:
        await purge(restored)
        assert set(await rows_about(restored, silent.id)) == {"consents"}
        await resume_erasures(restored, world.clock, world.ids, restored=True)
        assert await rows_about(restored, silent.id) == {}
        kept = {}
        for person in (agreed, stays):
            access = Access(Purpose.RIGHTS, person.id)
            log = await restored.find(CONSENTS, "person", access, equal={"person": person.id})
            kept[person.id] = {entry["ended_at"] for entry in log}
        assert kept == {agreed.id: {world.clock.now()}, stays.id: {None}}
    finally:
        await restored.aclose()


class PowerCut(Exception):
    """Stands for the end of the process."""


async def test_a_minor_is_erased_also_where_a_crash_came_right_after_the_block(
    world: World, vault: Vault
) -> None:
    minor, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    await world.everything(minor, CANARY)
    await world.everything(other, "theirs")
    stones = await world.people.block(minor, State.MINOR_BLOCKED, "minor.en.age")
    before = await rows_about(vault, other.id)
    resumed = await resume_erasures(vault, world.clock, world.ids)
    assert (resumed.people, resumed.conversations) == (1, 0)
    kept = {c.name for c in about_people(vault.datamap) if is_kept(c)}
    assert set(await rows_about(vault, minor.id)) <= kept
    assert await rows_about(vault, other.id) == before
    for stone in stones:
        assert await vault.get(TOMBSTONES, stone, ALL) is not None
    assert (await resume_erasures(vault, world.clock, world.ids)).people == 0


@pytest.mark.parametrize("whole", [False, True], ids=["cleared", "erased"])
@pytest.mark.parametrize("step", range(1, 25))
async def test_what_a_crash_cuts_off_is_finished(
    world: World, vault: Vault, monkeypatch: pytest.MonkeyPatch, step: int, whole: bool
) -> None:
    person = await world.member("1", "Katrin")
    other = await world.member("2", "Bartholomew")
    conversation = await world.everything(person, CANARY)
    await world.everything(other, "theirs")
    account = {"account": world.people.identity_id("chat", "platform-1")}
    await world.ticket("", CANARY, account=account["account"])
    untouched = await rows_about(vault, other.id)
    calls = 0

    def counted(name: str) -> None:
        inner = getattr(vault, name)

        async def call(*args: object) -> object:
            nonlocal calls
            calls += 1
            if calls == step:
                raise PowerCut
            return await inner(*args)

        monkeypatch.setattr(vault, name, call)

    for name in ("write", "destroy", "scrub"):
        counted(name)
    try:
        if whole:
            await erase_person(vault, person.id, world.clock, world.ids)
        else:
            await clear_conversation(vault, person.id, conversation, world.clock, world.ids)
    except PowerCut:
        cut = True
    else:
        cut = False
    monkeypatch.undo()
    begun = await vault.count(ERASURES, "time", ALL) > 0
    await resume_erasures(vault, world.clock, world.ids)
    if begun and whole:
        assert await rows_about(vault, person.id) == {"consents": 2}
        assert await vault.get(PEOPLE, person.id, RIGHTS) is None
        for collection in (TICKETS, TICKET_MESSAGES):
            assert await vault.count(collection, "account", RIGHTS, equal=account) == 0
    elif begun:
        found = await rows_about(vault, person.id)
        assert not {"messages", NOTES.name} & set(found)
        row = await vault.get(CONVERSATIONS, conversation, RIGHTS)
        assert row is not None
        assert row["generation"] == 2
    else:
        assert cut
        assert step == 1
    assert await rows_about(vault, other.id) == untouched
    assert all(row["finished"] for row in await vault.find(ERASURES, "time", ALL))
    assert await resume_erasures(vault, world.clock, world.ids) == await resume_erasures(
        vault, world.clock, world.ids
    )


@pytest.mark.parametrize("cut", [False, True])
async def test_of_who_agreed_to_nothing_nothing_stays(
    world: World, vault: Vault, monkeypatch: pytest.MonkeyPatch, *, cut: bool
) -> None:
    person = await world.people.meet("chat", Sender(id="platform-1", locale="en"))
    person = await world.people.state_adult(person, EVIDENCE)
    person = await world.people.decline(person, EVIDENCE)
    await world.conversation(person)
    await clear_conversation(vault, person.id, None, world.clock, world.ids)
    assert await vault.count(ERASURES, "time", ALL) == 0
    if cut:  # the last thing that an erasure does is left to the next start

        async def away() -> bool:
            return False

        monkeypatch.setattr(vault, "scrub_when_free", away)
    receipt = await erase_person(vault, person.id, world.clock, world.ids)
    monkeypatch.undo()
    assert receipt.kept == {}
    assert receipt.counts[CONSENTS.name] == 2
    assert await rows_about(vault, person.id) == {}
    assert await vault.count(ERASURES, "time", ALL) == int(cut)
    await resume_erasures(vault, world.clock, world.ids)
    assert await vault.count(ERASURES, "time", ALL) == 0


async def test_of_who_agreed_once_the_log_stays(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    person = await world.people.withdraw(person, {Scope.SERVICE}, EVIDENCE)
    person = await world.people.decline(person, EVIDENCE)
    assert person.expires_at is not None
    receipt = await erase_person(vault, person.id, world.clock, world.ids)
    assert receipt.kept == {"consents": 4}
    assert await vault.count(ERASURES, "time", ALL) == 1


async def test_the_ledger_names_nobody(world: World, vault: Vault) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, CANARY)
    await erase_person(vault, person.id, world.clock, world.ids)
    rows = await vault.find(ERASURES, "time", ALL)
    assert len(rows) == 1
    assert person.id not in str(rows)
    assert rows[0]["finished"]


async def test_the_log_of_the_erased_is_kept_by_declaration(vault: Vault) -> None:
    assert [c.name for c in about_people(vault.datamap) if is_kept(c)] == [CONSENTS.name]


async def test_who_reads_the_file_from_outside_holds_no_deletion_up(tmp_path: Path) -> None:
    """An operator's shell, a tool that copies the file: the receipt comes all the same."""
    clock = MovedClock()
    vault = await open_test_vault(tmp_path, DATAMAP)
    people = People(vault, clock, Ids(clock), gate_ttl_ms=24 * 3600 * 1000)
    world = World(vault, people, clock, Ids(clock))
    person = await world.member("1", "Katrin")
    await world.everything(person, CANARY)
    with closing(sqlite3.connect(tmp_path / "amity.db", isolation_level=None)) as outside:
        outside.execute("BEGIN")
        outside.execute("SELECT count(*) FROM people").fetchone()
        cleared = await clear_conversation(vault, person.id, None, world.clock, world.ids)
        assert cleared.keys
        receipt = await erase_person(vault, person.id, world.clock, world.ids)
        assert receipt.counts[PEOPLE.name] == 1
        assert PEOPLE.name not in await rows_about(vault, person.id)
    await resume_erasures(vault, world.clock, world.ids)
    assert all(row["finished"] for row in await vault.find(ERASURES, "time", ALL))
    await vault.aclose()


async def test_no_former_name_is_left_when_the_last_conversation_is_cleared(
    world: World, vault: Vault
) -> None:
    async def known(person_id: str) -> list[str]:
        person = await world.people.by_id(person_id)
        assert person is not None
        return [name.reveal() for name in await world.people.former_names(person)]

    async def called(person_id: str, name: str | None) -> None:
        person = await world.people.by_id(person_id)
        assert person is not None
        await world.people.set(person, call_name=None if name is None else SealedText(name))

    me = (await world.member("1", "Katrin")).id
    person = await world.people.by_id(me)
    assert person is not None
    await called(me, "Marfa")  # nothing was said yet: there is nothing that may hold it
    assert await known(me) == []
    first = await world.conversation(person)
    second = await world.conversation(person, "leo")
    await world.say(person, first, "I am Marfa")
    await world.say(person, second, "Marfa again")
    for name in ("Nina", "Marfa", "Nina", None, "Nina", "Olga"):
        await called(me, name)
    assert await known(me) == ["Marfa", "Nina"]
    assert await vault.count(FORMER_NAMES, "id", ALL) == 4
    await called(me, "Marfa")
    assert await known(me) == ["Nina", "Olga"]
    receipt = await clear_conversation(vault, me, first, world.clock, world.ids)
    assert receipt.counts["former_names"] == 3
    assert await known(me) == ["Nina", "Olga"]
    await clear_conversation(vault, me, second, world.clock, world.ids)
    assert await known(me) == []
    assert await vault.count(FORMER_NAMES, "id", ALL) == 0
    await called(me, "Vera")
    assert await vault.count(FORMER_NAMES, "id", ALL) == 0
