"""Backups of the data, without its keys, and what it takes to bring one back.

A backup holds sealed rows. The keyring is no part of it: of the keyring only the latest copy is
kept, somewhere else (``copy_keyring``). So what was cleared or erased after a backup was made
cannot be read from it any more, and a restore throws such rows away.
"""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from amity import __version__
from amity.clock import Clock, at
from amity.datamap.schema import Basis, Collection, DataMap, Purpose
from amity.errors import OperatorError, StoreUnusable, WrongMasterKey
from amity.store.backup_files import count_rows
from amity.store.contract import EVERYONE, Access, Operation, Range, Remove, Row, Value
from amity.store.keyring import Owner, State, person_owner
from amity.store.keyring_files import COPY_NAME
from amity.store.master_key import ENV_NAME
from amity.store.open import keyring_path, open_vault, sqlite_path
from amity.store.seal_plan import SealPlan
from amity.store.vault import Vault

__all__ = ["Manifest", "Restored", "backup", "copy_keyring", "purge", "read_manifest", "restore"]

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_SQLITE_FILE: Final = "amity.db"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        format: How the backup is laid out.
        engine_version: Which Amity wrote it.
        time: When, in milliseconds since the epoch.
        backend: ``sqlite`` or ``mongodb``.
        store: The id of the store that it is of.
        rows: Rows of each collection.
        files: SHA-256 of each file.
    """

    format: int
    engine_version: str
    time: int
    backend: str
    store: str
    rows: Mapping[str, int]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Attributes:
        manifest: Of the backup.
        vault: The restored store, open.
        purged: Rows of each collection that were thrown away because their keys are gone.
    """

    manifest: Manifest
    vault: Vault
    purged: Mapping[str, int] = field(default_factory=dict)


async def backup(vault: Vault, folder: Path, *, keyring: Path | None = None) -> Manifest:
    """Write a consistent copy of the data into a new or empty folder, with a manifest.

    The keyring is not in it. The store works on meanwhile.

    Args:
        vault: The store.
        folder: Where the data goes.
        keyring: Where the latest copy of the keys goes, over the one before: an older copy would
            bring destroyed keys back. ``None`` writes none.

    Raises:
        OperatorError: the keys would lie in the backup's folder.
        StoreUnusable: a folder is not empty or cannot be written.
    """
    if keyring is not None and keyring.is_relative_to(folder):
        raise OperatorError("--keyring must not lie in the backup's folder: keep them apart")
    await vault.store.backup(str(folder))
    manifest = await asyncio.to_thread(_write_manifest, vault, folder)
    if keyring is not None:
        await copy_keyring(vault, keyring)
    return manifest


def _write_manifest(vault: Vault, folder: Path) -> Manifest:
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    sqlite = (folder / _SQLITE_FILE).exists()
    rows = count_rows(folder / _SQLITE_FILE) if sqlite else _rows_in_lines(folder)
    manifest = Manifest(
        format=FORMAT,
        engine_version=__version__,
        time=vault.clock.now(),
        backend="sqlite" if sqlite else "mongodb",
        store=vault.store.id,
        rows=rows,
        files={path.name: _digest(path) for path in paths},
    )
    text = {name: getattr(manifest, name) for name in Manifest.__slots__}
    text["made"] = at(manifest.time).isoformat(timespec="seconds")
    part = folder / (MANIFEST + ".part")
    part.write_text(json.dumps(text, indent=2) + "\n", "utf-8")
    # Last of all: a folder without a manifest is no backup.
    part.replace(folder / MANIFEST)
    return manifest


def _rows_in_lines(folder: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            counts[path.stem] = sum(1 for _ in file)
    return counts


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def copy_keyring(vault: Vault, folder: Path) -> Path:
    """Write the latest copy of the keyring into a folder, over the one before, and return it.

    Keep it apart from backups and from the master key. Of a key that was destroyed meanwhile,
    nothing is left in the folder.

    Raises:
        StoreUnusable: the folder cannot be written.
    """
    try:
        await vault.keyring.copy(str(folder))
    except OSError as error:
        raise StoreUnusable(f"{folder}: cannot be written ({error.strerror})") from None
    return folder / COPY_NAME


async def rotate(vault: Vault, new_master: bytes, *, keyring: Path | None = None) -> str:
    """Exchange the master key, and write the latest copy of the keyring under the new one.

    A copy from before opens only with the old master key.

    Args:
        vault: The store.
        new_master: The new master key.
        keyring: The folder of the copy; none is written without.

    Returns:
        Why the copy could not be written after the key was exchanged, with the mend; else empty.

    Raises:
        StoreUnusable: the folder cannot be written. Nothing was changed.
        KeyringError: the new key is not 32 bytes long. Nothing was changed.
    """
    if keyring is not None:
        await copy_keyring(vault, keyring)
    await vault.rotate(new_master)
    if keyring is None:
        return ""
    try:
        await copy_keyring(vault, keyring)
    except StoreUnusable as error:
        return str(error)
    return ""


def read_manifest(folder: Path, *, files: bool = True) -> Manifest:
    """Read a backup's manifest and see that its files are as they were written.

    Args:
        folder: The backup.
        files: Whether to look at the files, which takes as long as reading all of them.

    Raises:
        StoreUnusable: there is no backup here, it is damaged, or a newer Amity wrote it.
    """
    try:
        text: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**{name: text[name] for name in Manifest.__slots__})
    except FileNotFoundError:
        raise StoreUnusable(f"{folder}: there is no backup here (no {MANIFEST})") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreUnusable(f"{folder}: its {MANIFEST} cannot be read") from None
    if manifest.format > FORMAT:
        raise StoreUnusable(f"{folder}: a newer Amity wrote this backup; restore it with that one")
    for name, digest in manifest.files.items() if files else ():
        path = folder / name
        if path.parent != folder or not path.is_file() or _digest(path) != digest:
            raise StoreUnusable(f"{folder}: {name} is missing or was changed; use another backup")
    return manifest


async def restore(
    folder: Path,
    url: str,
    *,
    datamap: DataMap,
    data_folder: Path,
    master_key: bytes,
    clock: Clock,
    keyring: Path | None = None,
) -> Restored:
    """Bring a backup back into a place where no data is, under the present keyring.

    The keyring is the one that lies where the store's keyring belongs, or the copy given as
    ``keyring``, which is put there. Rows whose keys are gone are thrown away before this returns.

    Args:
        folder: The backup.
        url: Where to; the same kind of store as the backup's.
        datamap: What may be stored.
        data_folder: Where relative addresses lie.
        master_key: The present master key.
        clock: The time.
        keyring: A copy that ``copy_keyring`` wrote, or the folder it lies in, if the keyring itself
            is lost.

    Raises:
        StoreUnusable: the backup is damaged, or there is data already. Nothing was changed.
        KeyringError: there is no keyring, or it or the master key does not fit. What was restored
            is taken away again.
    """
    manifest = await asyncio.to_thread(read_manifest, folder)
    if keyring is not None:
        keyring = await asyncio.to_thread(_copy_at, keyring)
    backend = "sqlite" if urlsplit(url).scheme == "sqlite" else "mongodb"
    if backend != manifest.backend:
        raise StoreUnusable(
            f"{folder}: this is a backup of {manifest.backend}, and store.url names {backend}"
        )
    if backend == "mongodb":
        from amity.store.mongodb_restore import place

        await place(folder, url, datamap, manifest.store, keyring)
    else:
        await asyncio.to_thread(_place_file, folder, sqlite_path(url, data_folder), keyring)
    try:
        vault = await open_vault(
            url, datamap=datamap, data_folder=data_folder, master_key=master_key, clock=clock
        )
    except BaseException as error:
        if backend == "sqlite":
            target = sqlite_path(url, data_folder)
            target.unlink(missing_ok=True)
            if keyring is not None:
                keyring_path(target).unlink(missing_ok=True)
        if keyring is not None and isinstance(error, WrongMasterKey):
            raise _of_another_key(keyring) from None
        raise
    return Restored(manifest=manifest, vault=vault, purged=await purge(vault))


def _of_another_key(keyring: Path) -> WrongMasterKey:
    return WrongMasterKey(
        f"{keyring}: this copy of the keyring does not open with the present master key; if it is"
        f" older than the last `amity keys rotate`, restore with {ENV_NAME} set to the key of that"
        " time"
    )


def _copy_at(keyring: Path) -> Path:
    """Return the copy of a keyring that a path names, or the folder that it lies in."""
    copy = keyring / COPY_NAME if keyring.is_dir() else keyring
    if not copy.is_file():
        raise StoreUnusable(f"{copy}: there is no copy of a keyring here")
    return copy


def _place_file(folder: Path, target: Path, keyring: Path | None) -> None:
    for name in ("", "-wal", "-shm"):
        path = target.with_name(target.name + name)
        if path.exists():
            raise StoreUnusable(f"{path}: there is data here already; restore into an empty folder")
    keys = keyring_path(target)
    if keyring is not None and keys.exists():
        raise StoreUnusable(f"{keys}: there is a keyring here already; use it, or move it away")
    if keyring is None and not keys.exists():
        raise StoreUnusable(f"{keys}: the keyring is missing; name its latest copy")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(folder / _SQLITE_FILE, target)
        if keyring is not None:
            _copy(keyring, keys)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise StoreUnusable(f"{target}: cannot be written ({error.strerror})") from None


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    shutil.copyfile(source, part)
    part.replace(target)


async def purge(vault: Vault) -> dict[str, int]:
    """Remove rows whose keys are gone; return how many of each collection.

    Of people whose keys were destroyed all rows go, but what the law asks to keep.
    """
    counts: dict[str, int] = {}
    for collection in vault.datamap.collections:
        if collection.subject is None or not collection.purposes:
            continue
        count = await _purge_collection(vault, collection)
        if count:
            counts[collection.name] = count
    await vault.scrub()
    return counts


async def _purge_collection(vault: Vault, collection: Collection) -> int:
    plan = SealPlan(collection)
    purpose = (
        Purpose.RETENTION if Purpose.RETENTION in collection.purposes else min(collection.purposes)
    )
    access = Access(purpose, EVERYONE)
    count, last = 0, None
    while rows := await vault.store.find(
        collection, "id", access, range=Range(after=last), limit=_PAGE
    ):
        last = rows[-1]["id"]
        gone = await _gone(vault, collection, plan, rows)
        removals: list[Operation] = [Remove(collection, str(row["id"])) for row in gone]
        count += sum(await vault.store.write(removals, access))
    return count


async def _gone(vault: Vault, collection: Collection, plan: SealPlan, rows: list[Row]) -> list[Row]:
    owners: list[Owner | None] = []
    for row in rows:
        person = row.get(collection.subject or "")
        if plan.keyed:
            owners.append(plan.owner(row))
        elif isinstance(person, str) and collection.basis is not Basis.OBLIGATION:
            owners.append(person_owner(person))
        else:
            owners.append(None)
    await vault.keyring.fetch({owner for owner in owners if owner is not None}, make=False)
    gone: list[Row] = []
    for row, owner in zip(rows, owners, strict=True):
        if owner is None:
            continue
        state = vault.keyring.state(owner)
        sealed: list[Value] = [row[name] for name in plan.names] if plan.keyed else []
        without_key = state is State.ABSENT and any(value is not None for value in sealed)
        if state is State.DESTROYED or without_key:
            gone.append(row)
    return gone
