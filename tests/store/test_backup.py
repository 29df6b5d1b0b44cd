"""Backup and restore: what comes back, and what does not."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from amity.clock import SystemClock
from amity.datamap.declarations import CONSENTS, CREDENTIALS, ENGINE, MESSAGES, PEOPLE
from amity.datamap.schema import Purpose
from amity.errors import KeyringError, StoreUnusable, WrongMasterKey
from amity.sealed import SealedText
from amity.store import Access, Add, Remove, Row, Vault
from amity.store.backup import Restored, backup, copy_keyring, read_manifest, restore, rotate
from tests.store.vaults import (
    ALL,
    CANARY,
    MASTER,
    about,
    filled,
    message,
    opened,
    pieces,
    raw,
    readable,
    wrapped_keys,
)


@dataclass
class Place:
    """Where a store is, and where it is brought back to."""

    url: str
    other: str
    folder: Path
    backups: Path

    async def open(self) -> Vault:
        return await opened(self.folder, url=self.url)

    async def restore(self, **changes: object) -> Restored:
        options: dict[str, object] = {
            "datamap": ENGINE,
            "data_folder": self.folder,
            "master_key": MASTER,
            "clock": SystemClock(),
        }
        return await restore(self.backups / "one", self.url, **options | changes)  # type: ignore[arg-type]

    def lose_data(self) -> None:
        for path in self.folder.glob("a.db*"):
            if not path.name.startswith("a.db.keys"):
                path.unlink()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "data"
    return Place("sqlite:///a.db", "", folder, tmp_path / "backups")


def consent(who: str, number: int) -> Row:
    return {
        "id": f"{who}-{number}",
        "person": who,
        "number": number,
        "scope": "service",
        "given": True,
        "policy_version": "1",
        "policy_hash": "h",
        "language": "en",
        "time": 1,
        "channel": "web",
        "method": "button",
        "engine_version": "1",
        "hash": "h",
    }


async def test_a_backup_comes_back(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    before = await vault.find(MESSAGES, "id", ALL)
    manifest = await backup(vault, place.backups / "one")
    assert manifest.rows["messages"] == 36
    assert manifest.rows["people"] == 2
    assert manifest.backend == "sqlite"
    await vault.write([Add(MESSAGES, message("later"))], about("later"))
    await vault.aclose()
    place.lose_data()
    restored = await place.restore()
    assert restored.manifest == manifest
    assert restored.purged == {}
    assert await restored.vault.find(MESSAGES, "id", ALL) == before
    await restored.vault.write([Add(MESSAGES, message("new"))], about("new"))
    await restored.vault.aclose()


async def test_a_backup_holds_neither_words_nor_keys(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    files = raw(place.backups)
    assert b"messages" in files
    assert CANARY.encode() not in files
    for wrapped in wrapped_keys(place.folder).values():
        assert not [piece for piece in pieces(wrapped) if piece in files]
    assert {p.name for p in (place.backups / "one").iterdir()} == {"amity.db", "manifest.json"}
    assert json.loads((place.backups / "one" / "manifest.json").read_text())["store"]
    await vault.aclose()


async def test_what_was_destroyed_since_does_not_come_back(place: Place) -> None:
    """A backup made before an erasure gives no content to the live master key and keyring."""
    vault = await place.open()
    await filled(vault)
    rows: list[Row] = [consent(who, number) for who in ("ann", "bob") for number in (1, 2)]
    accountable = Access(Purpose.ACCOUNTABILITY, "*")
    await vault.write([Add(CONSENTS, row) for row in rows], accountable)
    codes: list[Row] = [
        {"id": who, "person": who, "kind": "recovery", "created_at": 1} for who in ("ann", "bob")
    ]
    await vault.write([Add(CREDENTIALS, row) for row in codes], ALL)
    await vault.write([Add(MESSAGES, message("bob", "bob-c1", 0, body=None))], about("bob"))
    await backup(vault, place.backups / "one")
    await vault.destroy("ann")
    await vault.destroy("bob", "bob-c1", 1)
    await vault.aclose()
    place.lose_data()
    restored = await place.restore()
    vault = restored.vault
    assert restored.purged == {"people": 1, "messages": 18 + 7, "credentials": 1}
    assert await readable(vault, "ann") == []
    assert await readable(vault, "bob") == [("bob-c1", 2), *(("bob-c2", g) for g in range(3))]
    assert await vault.store.count(MESSAGES, "id", ALL) == 12
    assert await vault.get(PEOPLE, "ann", about("ann")) is None
    # The proof of consent stays for its period.
    assert await vault.count(CONSENTS, "id", Access(Purpose.RETENTION, "ann")) == 2
    await vault.aclose()


async def test_the_live_master_key_opens_no_backup_of_what_was_erased(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await vault.destroy("ann")
    await vault.write([Remove(MESSAGES, index="journal", equal={"person": "ann"})], ALL)
    await vault.aclose()
    # The backup as it is, beside the live keyring, opened with the live master key.
    shutil.copy(place.backups / "one" / "amity.db", place.folder / "a.db")
    vault = await place.open()
    assert await vault.store.count(MESSAGES, "journal", ALL, equal={"person": "ann"}) == 18
    assert await readable(vault, "ann") == []
    assert len(await readable(vault, "bob")) == 6
    await vault.aclose()


async def test_the_latest_copy_of_the_keyring_brings_content_back(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await copy_keyring(vault, place.backups)
    gone = [w for owner, w in wrapped_keys(place.folder).items() if owner[0] == "ann"]
    await vault.destroy("ann")
    copy = await copy_keyring(vault, place.backups)
    for wrapped in gone:  # only the latest copy is kept
        assert not [p for p in pieces(wrapped) if p in copy.read_bytes()]
    await vault.aclose()
    shutil.rmtree(place.folder)
    with pytest.raises(StoreUnusable, match="keyring is missing"):
        await place.restore()
    with pytest.raises(StoreUnusable, match="no copy of a keyring here"):
        await place.restore(keyring=copy.with_name("misspelt"))
    # The folder is as good: it is what the backup was told.
    restored = await place.restore(keyring=copy.parent)
    assert len(await readable(restored.vault, "bob")) == 6
    assert await readable(restored.vault, "ann") == []
    assert restored.purged == {"people": 1, "messages": 18}
    await restored.vault.aclose()


async def test_a_rotation_writes_the_copy_of_the_keyring_anew(place: Place) -> None:
    other = b"n" * 32
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    kept = await copy_keyring(vault, place.backups / "kept")
    copy = await copy_keyring(vault, place.backups)
    with pytest.raises(StoreUnusable, match="cannot be written"):
        await rotate(vault, other, keyring=kept)
    assert await rotate(vault, other, keyring=place.backups) == ""
    await vault.aclose()
    shutil.rmtree(place.folder)
    # A copy from before says which key it wants, and comes back under that one alone.
    with pytest.raises(WrongMasterKey, match=f"{kept}: this copy .* older than the last"):
        await place.restore(keyring=kept, master_key=other)
    for where, master in ((kept, MASTER), (copy, other)):
        restored = await place.restore(keyring=where, master_key=master)
        assert len(await readable(restored.vault, "ann")) == 6
        await restored.vault.aclose()
        shutil.rmtree(place.folder)


async def test_a_copy_that_fails_after_the_rotation_is_said(place: Place) -> None:
    class LosesTheFolder(Vault):
        """A vault on a machine that loses the folder of the copy at the wrong moment."""

        async def rotate(self, new_master: bytes) -> None:
            await super().rotate(new_master)
            shutil.rmtree(place.backups)
            place.backups.touch()

    vault = await place.open()
    await filled(vault)
    losing = LosesTheFolder(vault.store, vault.keyring, vault.clock)
    said = await rotate(losing, b"n" * 32, keyring=place.backups)
    assert f"{place.backups}: cannot be written" in said
    await vault.aclose()
    vault = await opened(place.folder, b"n" * 32)
    assert len(await readable(vault, "ann")) == 6
    await vault.aclose()


async def test_a_restore_overwrites_nothing(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await copy_keyring(vault, place.backups)
    await vault.aclose()
    before = raw(place.folder)
    with pytest.raises(StoreUnusable, match="data here already"):
        await place.restore()
    place.lose_data()
    with pytest.raises(StoreUnusable, match="keyring here already"):
        await place.restore(keyring=place.backups / "keyring.latest")
    vault = await opened(place.folder / "other")
    with pytest.raises(StoreUnusable, match="not empty"):
        await backup(vault, place.backups / "one")
    await vault.aclose()
    assert (place.folder / "a.db.keys").read_bytes() in before


@pytest.mark.parametrize("master", [b"x" * 32, b"short"])
async def test_a_restore_under_a_wrong_key_leaves_nothing(place: Place, master: bytes) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await vault.aclose()
    place.lose_data()
    with pytest.raises(KeyringError):
        await place.restore(master_key=master)
    assert not (place.folder / "a.db").exists()
    restored = await place.restore()
    assert len(await readable(restored.vault, "ann")) == 6
    await restored.vault.aclose()


async def test_where_the_data_alone_was_lost_it_is_said_how_to_bring_it_back(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await vault.aclose()
    place.lose_data()
    before = {path.name for path in place.folder.iterdir()}
    with pytest.raises(KeyringError, match=r"if the data was lost.*amity restore FOLDER"):
        await place.open()
    left = {path.name for path in place.folder.iterdir()} - {"a.db.lock"}
    assert left == before - {"a.db.lock"}
    restored = await place.restore()
    assert len(await readable(restored.vault, "ann")) == 6
    await restored.vault.aclose()


async def test_a_keyring_of_other_data_is_still_only_refused(place: Place) -> None:
    vault = await place.open()
    await filled(vault)
    await vault.aclose()
    other = await opened(place.folder / "other")
    await filled(other)
    await other.aclose()
    shutil.copy(place.folder / "other" / "a.db.keys", place.folder / "a.db.keys")
    data = (place.folder / "a.db").read_bytes()
    with pytest.raises(KeyringError, match="put the right one here"):
        await place.open()
    assert (place.folder / "a.db").read_bytes() == data


def _cut(folder: Path) -> None:
    path = folder / "amity.db"
    path.write_bytes(path.read_bytes()[:-100])


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _bad_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def _newer(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))


def _escaping(folder: Path) -> None:
    path = folder / "manifest.json"
    text = json.loads(path.read_text())
    text["files"]["../outside"] = "0"
    path.write_text(json.dumps(text))


@pytest.mark.parametrize("harm", [_cut, _no_manifest, _bad_manifest, _newer, _escaping])
async def test_a_damaged_backup_is_refused(place: Place, harm: Callable[[Path], None]) -> None:
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await vault.aclose()
    place.lose_data()
    harm(place.backups / "one")
    with pytest.raises(StoreUnusable) as refused:
        read_manifest(place.backups / "one")
    assert str(refused.value).count("\n") == 0
    with pytest.raises(StoreUnusable):
        await place.restore()
    assert not (place.folder / "a.db").exists()


async def test_a_backup_while_others_write_is_whole(place: Place) -> None:
    vault = await place.open()
    stop = asyncio.Event()

    async def writing(who: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            pair = [message(who, who, session=f"{number}") for _ in range(2)]
            await vault.write([Add(MESSAGES, row) for row in pair], about(who))

    tasks = [asyncio.create_task(writing(f"p{n}")) for n in range(5)]
    await asyncio.sleep(0.1)
    manifest = await backup(vault, place.backups / "one")
    stop.set()
    await asyncio.gather(*tasks)
    await vault.aclose()
    assert manifest.rows["messages"] % 2 == 0
    place.lose_data()
    restored = await place.restore()
    found = await restored.vault.find(MESSAGES, "id", ALL)
    assert len(found) == manifest.rows["messages"]
    pairs = [(row["person"], row["session"]) for row in found]
    assert all(pairs.count(pair) == 2 for pair in pairs)
    await restored.vault.aclose()


@pytest.fixture
def mongo_place(tmp_path: Path, mongo_url: str) -> Place:
    return Place(
        mongo_url,
        mongo_url.replace("/test_", "/back_"),
        tmp_path / "data",
        tmp_path / "backups",
    )


@pytest.mark.mongo
async def test_a_backup_from_mongodb(mongo_place: Place) -> None:
    place = mongo_place
    vault = await place.open()
    await filled(vault)
    await vault.write(
        [Add(MESSAGES, message("cat", body=SealedText("Привет \x00"), session=None))], ALL
    )
    before = await vault.find(MESSAGES, "id", ALL)
    manifest = await backup(vault, place.backups / "one")
    assert manifest.backend == "mongodb"
    assert manifest.rows["messages"] == 37
    assert CANARY.encode() not in raw(place.backups)
    copy = await copy_keyring(vault, place.backups)
    await vault.aclose()
    with pytest.raises(StoreUnusable, match="data here already"):
        await place.restore()
    place.url = place.other
    with pytest.raises(StoreUnusable, match="keyring is missing"):
        await place.restore()
    restored = await place.restore(keyring=copy)
    assert await restored.vault.find(MESSAGES, "id", ALL) == before
    await restored.vault.aclose()


@pytest.mark.mongo
async def test_what_was_destroyed_since_does_not_come_back_to_mongodb(mongo_place: Place) -> None:
    place = mongo_place
    vault = await place.open()
    await filled(vault)
    await backup(vault, place.backups / "one")
    await vault.destroy("ann")
    await vault.destroy("bob", "bob-c1", 1)
    copy = await copy_keyring(vault, place.backups)
    await vault.aclose()
    place.url = place.other
    restored = await place.restore(keyring=copy)
    assert restored.purged == {"people": 1, "messages": 18 + 6}
    assert len(await readable(restored.vault, "bob")) == 4
    await restored.vault.aclose()


async def test_a_backup_goes_back_to_its_own_kind(place: Place) -> None:
    vault = await place.open()
    await backup(vault, place.backups / "one")
    await vault.aclose()
    place.url = "mongodb://127.0.0.1:1/x"
    with pytest.raises(StoreUnusable, match="backup of sqlite"):
        await place.restore()
