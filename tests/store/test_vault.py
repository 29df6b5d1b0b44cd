"""The vault, from outside: what lies in the files, and what is left after a key was destroyed."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from amity.datamap.declarations import (
    CONVERSATIONS,
    IDENTITIES,
    MEDIA,
    MESSAGES,
    PEOPLE,
    TOMBSTONES,
)
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate, KeyDestroyed, KeyringError, Undeclared
from amity.sealed import SealedText
from amity.store import (
    Access,
    Add,
    Change,
    Get,
    Put,
    Range,
    Remove,
    Row,
    Vault,
)
from tests.store.vaults import (
    ALL,
    CANARY,
    MASTER,
    about,
    filled,
    message,
    opened,
    person,
    pieces,
    raw,
    readable,
    wrapped_keys,
)


@pytest.fixture
async def file_vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await opened(tmp_path)
    yield vault
    await vault.aclose()


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.mongo)])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///a.db"
    found: str = request.getfixturevalue("mongo_url")
    return found


@pytest.fixture
async def vault(url: str, tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await opened(tmp_path, url=url)
    yield vault
    await vault.aclose()


async def test_content_comes_back_sealed_in_type(vault: Vault) -> None:
    row = message("ann", platform_id=SealedText("42"))
    assert await vault.write([Add(MESSAGES, row)], about("ann")) == [1]
    for got in (
        await vault.get(MESSAGES, str(row["id"]), about("ann")),
        (await vault.read([Get(MESSAGES, str(row["id"]))], about("ann")))[0],
        (await vault.find(MESSAGES, "conversation", about("ann"), equal={"conversation": "c1"}))[0],
    ):
        assert got is not None
        assert got["body"] == SealedText(CANARY)
        assert got["platform_id"] == SealedText("42")
        assert got["state"] == "waiting"
        assert CANARY not in repr(got)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800 half", "🧡" * 5000, "Привет"])
async def test_every_text_comes_back(vault: Vault, text: str) -> None:
    row = message("ann", body=SealedText(text))
    await vault.write([Add(MESSAGES, row)], about("ann"))
    got = await vault.get(MESSAGES, str(row["id"]), about("ann"))
    assert got is not None
    assert got["body"] == SealedText(text)


async def test_bytes_are_sealed_as_bytes(vault: Vault) -> None:
    content = CANARY.encode() * 1000
    row: Row = {
        "id": "m",
        "person": "ann",
        "media_type": "application/zip",
        "name": "export.zip",
        "content": content,
        "size": len(content),
        "expires_at": 5,
    }
    await vault.write([Add(MEDIA, row)], about("ann"))
    assert await vault.get(MEDIA, "m", about("ann")) == row


async def test_no_plaintext_in_any_file(file_vault: Vault, tmp_path: Path) -> None:
    vault = file_vault
    await vault.write([Add(PEOPLE, person("ann", call_name=SealedText(CANARY)))], about("ann"))
    await vault.write([Add(MESSAGES, message("ann")) for _ in range(50)], about("ann"))
    await vault.write(
        [Change(PEOPLE, "ann", {"call_name": SealedText(CANARY + "2")})], about("ann")
    )
    files = raw(tmp_path)
    assert b"waiting" in files  # the log is among what was read
    assert CANARY.encode() not in files
    assert MASTER not in files
    assert base64.b64encode(MASTER) not in files


async def test_a_value_opens_nowhere_else(file_vault: Vault, tmp_path: Path) -> None:
    vault = file_vault
    first, second = message("ann"), message("ann", platform_id=SealedText("1"))
    await vault.write([Add(MESSAGES, first), Add(MESSAGES, second)], about("ann"))
    await vault.aclose()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db, db:
        body = db.execute("SELECT body FROM messages WHERE id = ?", (first["id"],)).fetchone()[0]
        db.execute("UPDATE messages SET body = ? WHERE id = ?", (body, second["id"]))
    vault = await opened(tmp_path)
    assert await vault.get(MESSAGES, str(second["id"]), about("ann")) is None
    assert await vault.get(MESSAGES, str(first["id"]), about("ann")) is not None
    assert vault.unreadable == 1
    await vault.aclose()


async def test_blind_hashes(file_vault: Vault, tmp_path: Path) -> None:
    vault = file_vault
    one = vault.blind("identity", "telegram", "123")
    assert one == vault.blind("identity", "telegram", "123")
    others = [
        vault.blind("room", "telegram", "123"),
        vault.blind("identity", "telegram1", "23"),
        vault.blind("identity", "telegram123"),
        vault.blind("identity", "telegram", "123", ""),
    ]
    assert len({one, *others}) == 5
    await vault.rotate(b"n" * 32)
    await vault.aclose()
    vault = await opened(tmp_path, b"n" * 32)
    assert vault.blind("identity", "telegram", "123") == one
    await vault.aclose()


@pytest.mark.parametrize("value", ["tg:12345", "", "a" * 44, "a" * 42 + "="])
async def test_a_blind_field_takes_only_hashes(vault: Vault, value: str) -> None:
    for operation in (
        Add(MESSAGES, message("ann", dedupe=value)),
        Put(MESSAGES, message("ann", dedupe=value)),
        Change(MESSAGES, "x", {"dedupe": value}, lenient=True),
    ):
        with pytest.raises(Undeclared) as refused:
            await vault.write([operation], about("ann"))
        assert not value or value not in str(refused.value)
    good = message("ann", dedupe=vault.blind("dedupe", "tg", "12345"))
    await vault.write([Add(MESSAGES, good)], about("ann"))
    with pytest.raises(Duplicate):
        await vault.write([Add(MESSAGES, good | {"id": "other"})], about("ann"))


async def test_plain_text_is_not_taken_for_sealed(vault: Vault) -> None:
    for value in ("text", b"text"):
        with pytest.raises(Undeclared) as refused:
            await vault.write([Add(MESSAGES, message("ann", body=value))], about("ann"))
        assert "text," not in str(refused.value)
    with pytest.raises(Undeclared):
        await vault.write([Add(MESSAGES, message("ann", state=SealedText("x")))], about("ann"))


async def test_changing_content_needs_the_owner(vault: Vault) -> None:
    row = message("ann", generation=3, body=None)
    key = str(row["id"])
    await vault.write([Add(MESSAGES, row)], about("ann"))
    new: Row = {"body": SealedText("new")}
    with pytest.raises(Undeclared):
        await vault.write([Change(MESSAGES, key, new)], about("ann"))
    owner: Row = {"person": "ann", "conversation": "c1", "generation": 3}
    for wrong in ({"person": "bob"}, {"conversation": "c2"}, {"generation": 2}):
        with pytest.raises(Conflict):
            await vault.write([Change(MESSAGES, key, new, owner=owner | wrong)], ALL)
    await vault.write([Change(MESSAGES, key, new, owner=owner)], about("ann"))
    got = await vault.get(MESSAGES, key, about("ann"))
    assert got is not None
    assert got["body"] == SealedText("new")


async def test_a_key_is_on_the_disk_before_its_first_row(tmp_path: Path) -> None:
    vault = await opened(tmp_path)
    await asyncio.gather(
        *(vault.write([Add(MESSAGES, message(f"p{n}"))], about(f"p{n}")) for n in range(50))
    )
    held = wrapped_keys(tmp_path)
    assert {(f"p{n}", "c1", 0) for n in range(50)} <= held.keys()
    await vault.aclose()
    vault = await opened(tmp_path)
    found = await vault.find(MESSAGES, "id", ALL)
    assert [row["body"] for row in found] == [SealedText(CANARY)] * 50
    await vault.aclose()


# ------------------------------------------------------------------------------------- destroying


async def test_destroying_generations_of_a_conversation(vault: Vault) -> None:
    await filled(vault)
    assert await vault.destroy("ann", "ann-c1", 1) == 2
    rest = [("ann-c1", 2), *(("ann-c2", g) for g in range(3))]
    assert await readable(vault, "ann") == rest
    assert len(await readable(vault, "bob")) == 6
    for generation in (0, 1):
        with pytest.raises(KeyDestroyed):
            await vault.write([Add(MESSAGES, message("ann", "ann-c1", generation))], about("ann"))
    await vault.write([Add(MESSAGES, message("ann", "ann-c1", 2))], about("ann"))
    await vault.write([Add(MESSAGES, message("ann", "ann-c1", 3))], about("ann"))
    got = await vault.get(PEOPLE, "ann", about("ann"))
    assert got is not None
    assert got["call_name"] == SealedText("x")


async def test_destroying_a_conversation(vault: Vault) -> None:
    await filled(vault)
    assert await vault.destroy("ann", "ann-c1") == 3
    assert await readable(vault, "ann") == [("ann-c2", g) for g in range(3)]
    with pytest.raises(KeyDestroyed):
        await vault.write([Add(MESSAGES, message("ann", "ann-c1", 99))], about("ann"))


async def test_destroying_a_person(vault: Vault) -> None:
    await filled(vault)
    assert await vault.destroy("ann") == 1 + 1 + 6
    assert await readable(vault, "ann") == []
    assert await vault.get(PEOPLE, "ann", about("ann")) is None
    assert await vault.read([Get(PEOPLE, "ann"), Get(PEOPLE, "bob")], ALL) != [None, None]
    assert len(await vault.find(PEOPLE, "id", ALL)) == 1
    for row in (message("ann"), message("ann", "new", 7), message("ann", body=None)):
        with pytest.raises(KeyDestroyed):
            await vault.write([Add(MESSAGES, row)], about("ann"))
    with pytest.raises(KeyDestroyed):
        await vault.write([Put(PEOPLE, person("ann"))], about("ann"))
    assert len(await readable(vault, "bob")) == 6
    assert await vault.destroy("ann") == 0


@pytest.mark.parametrize("scope", [("ann",), ("ann", "ann-c1"), ("ann", "ann-c1", 1)])
async def test_destroyed_stays_destroyed(tmp_path: Path, scope: tuple[Any, ...]) -> None:
    vault = await opened(tmp_path)
    await filled(vault)
    await vault.destroy(*scope)
    left = await readable(vault, "ann")
    await vault.aclose()
    vault = await opened(tmp_path)
    assert await readable(vault, "ann") == left
    with pytest.raises(KeyDestroyed):
        await vault.write([Add(MESSAGES, message("ann", "ann-c1", 1))], about("ann"))
    await vault.aclose()


async def test_destroying_what_never_had_a_key_keeps_late_writers_out(vault: Vault) -> None:
    assert await vault.destroy("eve", "c1", 4) == 0
    with pytest.raises(KeyDestroyed):
        await vault.write([Add(MESSAGES, message("eve", "c1", 4))], about("eve"))
    await vault.write([Add(MESSAGES, message("eve", "c1", 5))], about("eve"))
    # An older order that comes late takes nothing back.
    await vault.destroy("eve", "c1", 2)
    with pytest.raises(KeyDestroyed):
        await vault.write([Add(MESSAGES, message("eve", "c1", 4))], about("eve"))


@pytest.mark.parametrize("scope", [("ann",), ("ann", "ann-c1"), ("ann", "ann-c1", 1)])
async def test_the_wrapped_bytes_are_in_no_file(tmp_path: Path, scope: tuple[Any, ...]) -> None:
    vault = await opened(tmp_path)
    await filled(vault)
    for n in range(100):  # so that the file has pages to split and join
        await vault.write([Add(MESSAGES, message(f"p{n}"))], about(f"p{n}"))
    before = wrapped_keys(tmp_path)
    await vault.destroy(*scope)
    after = wrapped_keys(tmp_path)
    gone = {owner: wrapped for owner, wrapped in before.items() if owner not in after}
    assert len(gone) == {1: 8, 2: 3, 3: 2}[len(scope)]
    files = raw(tmp_path)
    assert all(wrapped in files for wrapped in after.values())  # looking finds what is there
    for wrapped in gone.values():
        assert not [piece for piece in pieces(wrapped) if piece in files]
    await vault.aclose()


async def test_a_destroyed_person_is_not_named_in_the_keyring(tmp_path: Path) -> None:
    vault = await opened(tmp_path)
    await vault.write([Add(MESSAGES, message("somebody-ann", "conversation-1"))], ALL)
    await vault.destroy("somebody-ann", "conversation-1", 0)
    await vault.destroy("somebody-ann")
    await vault.aclose()
    keyring = b"".join(p.read_bytes() for p in tmp_path.glob("a.db.keys*"))
    assert b"somebody-ann" not in keyring
    assert b"conversation-1" not in keyring


async def test_late_writers_lose_the_race(vault: Vault) -> None:
    """Whatever is written while a person is destroyed is refused, removed or unreadable."""
    for turn in range(20):
        who = f"p{turn}"
        stop = asyncio.Event()

        async def writing(who: str = who, stop: asyncio.Event = stop) -> int:
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    await vault.write(
                        [Add(MESSAGES, message(who, f"{who}-c", number % 3))], about(who)
                    )
                except KeyDestroyed:
                    return number
            return number

        tasks = [asyncio.create_task(writing()) for _ in range(5)]
        await asyncio.sleep(0.002 * (turn % 4))
        await vault.destroy(who)
        removal = Remove(MESSAGES, index="journal", equal={"person": who})
        await vault.write([removal], about(who))
        stop.set()
        await asyncio.gather(*tasks)
        assert await vault.store.count(MESSAGES, "journal", ALL, equal={"person": who}) == 0


async def test_removed_rows_leave_no_bytes(file_vault: Vault, tmp_path: Path) -> None:
    vault = file_vault
    rows = [message("ann", session=f"marker-{n:04d}") for n in range(200)]
    await vault.write([Add(MESSAGES, row) for row in rows], about("ann"))
    other = message("bob", session="marker-bob")
    await vault.write([Add(MESSAGES, other)], about("bob"))
    assert b"marker-0100" in raw(tmp_path)
    await vault.write([Remove(MESSAGES, index="journal", equal={"person": "ann"})], about("ann"))
    await asyncio.gather(*(vault.scrub() for _ in range(10)))
    files = raw(tmp_path)
    assert b"marker-0" not in files
    assert b"marker-bob" in files


async def test_what_cannot_be_scrubbed_at_once_is_left_for_later(
    file_vault: Vault, tmp_path: Path
) -> None:
    vault = file_vault
    rows = [message("ann", session=f"marker-{n:04d}") for n in range(200)]
    await vault.write([Add(MESSAGES, row) for row in rows], about("ann"))
    await vault.write([Remove(MESSAGES, index="journal", equal={"person": "ann"})], about("ann"))
    with closing(sqlite3.connect(tmp_path / "a.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()
        assert not await vault.scrub_when_free()
        assert b"marker-0" in raw(tmp_path)
    assert await vault.scrub_when_free()
    assert b"marker-0" not in raw(tmp_path)


# ------------------------------------------------------------------------------------- master key


async def test_rotation(tmp_path: Path) -> None:
    vault = await opened(tmp_path)
    await filled(vault)
    people = {o: w for o, w in wrapped_keys(tmp_path).items() if o[1] == "(person)"}
    await vault.rotate(b"n" * 32)
    await vault.write([Add(MESSAGES, message("cat"))], about("cat"))
    files = raw(tmp_path)
    assert not [piece for w in people.values() for piece in pieces(w) if piece in files]
    await vault.aclose()
    with pytest.raises(KeyringError):
        await opened(tmp_path)
    vault = await opened(tmp_path, b"n" * 32)
    assert len(await readable(vault, "ann")) == 6
    assert len(await readable(vault, "cat")) == 1
    with pytest.raises(KeyringError):
        await vault.rotate(b"short")
    await vault.aclose()


@pytest.mark.parametrize("master", [b"x" * 32, b"m" * 31, b""])
async def test_a_wrong_master_key_changes_nothing(tmp_path: Path, master: bytes) -> None:
    vault = await opened(tmp_path)
    await filled(vault)
    await vault.aclose()
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(KeyringError) as refused:
        await opened(tmp_path, master)
    assert "master key" in str(refused.value)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    vault = await opened(tmp_path)
    assert len(await readable(vault, "ann")) == 6
    await vault.aclose()


def _delete(path: Path) -> None:
    path.unlink()


def _garble(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)


def _exchange(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = x'00' WHERE name = 'store'")


@pytest.mark.parametrize("harm", [_delete, _garble, _exchange])
async def test_a_keyring_that_does_not_fit(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    vault = await opened(tmp_path)
    await filled(vault)
    await vault.aclose()
    kept = (tmp_path / "a.db.keys").read_bytes()
    harm(tmp_path / "a.db.keys")
    database = (tmp_path / "a.db").read_bytes()
    with pytest.raises(KeyringError):
        await opened(tmp_path)
    assert (tmp_path / "a.db").read_bytes() == database
    (tmp_path / "a.db.keys").write_bytes(kept)
    vault = await opened(tmp_path)
    assert len(await readable(vault, "ann")) == 6
    await vault.aclose()


async def test_rows_without_content_need_no_key(vault: Vault) -> None:
    row: Row = {"id": vault.blind("identity", "x"), "reason": "minor", "created_at": 1}
    await vault.write([Add(TOMBSTONES, row)], Access(Purpose.SAFETY, "-"))
    assert await vault.get(TOMBSTONES, str(row["id"]), Access(Purpose.SAFETY, "-")) == row
    await vault.write([Add(PEOPLE, person("ann"))], about("ann"))
    assert await vault.get(PEOPLE, "ann", about("ann")) is not None


async def test_each_collection_keeps_its_content(vault: Vault) -> None:
    identity: Row = {
        "id": vault.blind("identity", "telegram", "1"),
        "person": "ann",
        "realm": "telegram",
        "kind": "account",
        "platform_id": SealedText("1"),
        "created_at": 1,
    }
    talk: Row = {
        "id": "t",
        "person": "ann",
        "room": vault.blind("room", "x"),
        "chat": vault.blind("chat", "x"),
        "channel": "web",
        "persona": "mia",
        "private": True,
        "address": SealedText("addr"),
        "generation": 0,
        "session": "s",
        "session_at": 1,
        "active_at": 1,
        "created_at": 1,
    }
    await vault.write([Add(IDENTITIES, identity), Add(CONVERSATIONS, talk)], about("ann"))
    found = await vault.find(IDENTITIES, "person", about("ann"), equal={"person": "ann"})
    assert found == [identity | {"label": None}]
    rows = await vault.find(
        CONVERSATIONS, "person", about("ann"), equal={"person": "ann"}, range=Range(after=0)
    )
    assert [row["address"] for row in rows] == [SealedText("addr")]
    assert await vault.count(CONVERSATIONS, "room", ALL, equal={"room": talk["room"]}) == 1
    assert await vault.claim("lane", "me", now=1, lease=5) == 1
    await vault.release("lane", "me")
