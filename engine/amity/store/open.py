"""Opening what ``store.url`` names."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from amity.clock import Clock
from amity.datamap.schema import DataMap
from amity.errors import ConfigError, KeyringError, WrongMasterKey
from amity.store.keyring import Keyring, Shelf
from amity.store.keyring_sqlite import SQLiteShelf
from amity.store.master_key import (
    ENV_NAME,
    FILE_NAME,
    MasterKey,
    load_master_key,
    next_master_key,
    put_in_place,
)
from amity.store.newest import newest_id
from amity.store.sqlite import SQLiteStore
from amity.store.vault import ManagedStore, Vault

__all__ = [
    "Installation",
    "figures",
    "keyring_path",
    "nothing_there",
    "open_installation",
    "open_vault",
    "see_that_it_can_be_made",
    "sqlite_path",
    "store_exists",
]

_SQLITE: Final = "sqlite"
_MONGO: Final = frozenset({"mongodb", "mongodb+srv", "mongodb+motor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a data folder and a store's address hold, opened.

    Attributes:
        vault: The store; closed by whoever opened it.
        key: The master key.
        newest: The greatest id of what was said so far; empty if nothing was.
    """

    vault: Vault
    key: MasterKey
    newest: str


def sqlite_path(url: str, data_folder: Path) -> Path:
    """Return the file that an ``sqlite:///`` address names; relative ones lie in the data folder.

    Raises:
        ConfigError: the address names no file.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not name or name == ":memory:" or name.endswith("/"):
        raise ConfigError(
            f"store.url: {url}: name a file, as in sqlite:///amity.db (in the data folder) or sqlite:////var/lib/amity.db"
        )
    return data_folder / name


async def open_installation(
    url: str, *, datamap: DataMap, data_folder: Path, environ: Mapping[str, str], clock: Clock
) -> Installation:
    """Find the master key and open the store and its keyring, or make what is not there yet.

    Args:
        url: As for ``open_vault``.
        datamap: What is stored.
        data_folder: Made if it is missing.
        environ: Where a master key may stand.
        clock: The clock.

    Raises:
        OperatorError: as for ``open_vault`` and ``load_master_key``.
    """
    await asyncio.to_thread(data_folder.mkdir, parents=True, exist_ok=True)
    existing = store_exists(url, data_folder) or _keys_there(url, data_folder)
    key = load_master_key(data_folder, existing=existing, environ=environ)

    def opened(master_key: bytes) -> Awaitable[Vault]:
        return open_vault(
            url, datamap=datamap, data_folder=data_folder, master_key=master_key, clock=clock
        )

    try:
        vault = await opened(key.key)
    except WrongMasterKey as error:
        vault, key = await _by_the_next(key, opened, error)
    try:
        newest = await newest_id(vault.store)
    except BaseException:
        await vault.aclose()
        raise
    return Installation(vault=vault, key=key, newest=newest)


async def see_that_it_can_be_made(
    url: str, *, data_folder: Path, environ: Mapping[str, str]
) -> MasterKey | None:
    """Refuse what ``open_installation`` would refuse where ``nothing_there``; make nothing.

    Returns:
        The master key, if there is one already.

    Raises:
        KeyringError: the master key is malformed, or a keyring is there whose database is not.
    """
    there = _keys_there(url, data_folder)
    given = environ.get(ENV_NAME, "").strip() or (data_folder / FILE_NAME).exists()
    if not given and not there:
        return None
    key = load_master_key(data_folder, existing=True, environ=environ)
    if there:
        shelf = await SQLiteShelf.open(keyring_path(sqlite_path(url, data_folder)))
        try:
            if await shelf.meta():
                await Keyring.open(shelf, key.key, "", fresh=True)
        finally:
            await shelf.aclose()
    return key


async def _by_the_next(
    key: MasterKey, opened: Callable[[bytes], Awaitable[Vault]], wrong: WrongMasterKey
) -> tuple[Vault, MasterKey]:
    """Open by the key of a rotation that was cut off, and finish that."""
    following = None if key.path is None else next_master_key(key.path)
    if key.path is None or following is None:
        raise wrong
    try:
        vault = await opened(following.key)
    except WrongMasterKey:
        raise WrongMasterKey(
            f"neither {key.path} nor {following.path}, which a rotation left that was cut off, is"
            f" the master key that this store was made with; put the right one back as {key.path},"
            f" or set {ENV_NAME}"
        ) from None
    try:
        put_in_place(key.path)
    except KeyringError:
        await vault.aclose()
        raise
    finished = (
        f"{key.path}: a rotation of the master key had been cut off and is finished now; this file"
        " holds the new key"
    )
    return vault, MasterKey(following.key, key.path, warnings=(*key.warnings, finished))


async def open_vault(
    url: str, *, datamap: DataMap, data_folder: Path, master_key: bytes, clock: Clock
) -> Vault:
    """Open the store and its keyring, or make both where nothing is yet.

    ``sqlite:///name`` lies under the data folder (four slashes: absolute), its keyring beside it
    as ``name.keys``. ``mongodb://`` and ``mongodb+srv://`` run on PyMongo, ``mongodb+motor://``
    on Motor; the keyring is a database of its own.

    Raises:
        ConfigError: the address has an unknown scheme or names nothing.
        OperatorError: the driver for the address is not installed.
        StoreUnusable: the database cannot be used. Nothing was changed.
        KeyringError: the master key or keyring does not fit. Nothing was changed.
    """
    made = nothing_there(url, data_folder)
    without_keys = not _keys_there(url, data_folder)
    store = await _open_store(url, datamap, data_folder)
    try:
        shelf = await _open_shelf(store)
        try:
            fresh = await store.holds_nothing()
            keyring = await Keyring.open(shelf, master_key, store.id, fresh=fresh)
        except BaseException:
            await shelf.aclose()
            raise
    except BaseException:
        if isinstance(store, SQLiteStore):
            # A new, empty file would be in the way of the one that is brought back.
            made_now = ("", "-wal", "-shm") if made else ()
            keys_made_now = (".keys", ".keys-journal") if without_keys else ()
            for name in (*made_now, *keys_made_now):
                store.path.with_name(store.path.name + name).unlink(missing_ok=True)
        await store.aclose()
        raise
    return Vault(store, keyring, clock)


async def _open_store(url: str, datamap: DataMap, data_folder: Path) -> ManagedStore:
    scheme = urlsplit(url).scheme
    if scheme == _SQLITE:
        return await SQLiteStore.open(sqlite_path(url, data_folder), datamap)
    if scheme in _MONGO:
        # Imported only where it is used: most installations have no driver for it.
        from amity.store.mongodb import MongoStore

        return await MongoStore.open(url, datamap)
    raise ConfigError(
        f"store.url: the scheme {scheme!r} is not known; use sqlite:///amity.db or mongodb://…"
    )


async def _open_shelf(store: ManagedStore) -> Shelf:
    if isinstance(store, SQLiteStore):
        return await SQLiteShelf.open(keyring_path(store.path))
    from amity.store.mongodb import MongoStore

    if isinstance(store, MongoStore):
        return await store.keyring()
    raise TypeError(f"no keyring is known for {type(store).__name__}")


def keyring_path(database: Path) -> Path:
    """Return the file that holds the keys of an SQLite database."""
    return database.with_name(database.name + ".keys")


async def figures(url: str, *, datamap: DataMap, data_folder: Path) -> dict[str, int]:
    """Return rows of each collection and the size as ``bytes``, without any key.

    Of an SQLite file that is not there yet, nothing is made: all is 0.

    Raises:
        ConfigError: the address has an unknown scheme or names nothing.
        OperatorError: the driver for the address is not installed.
        StoreUnusable: the database cannot be used, or another process has it open.
    """
    if nothing_there(url, data_folder):
        return dict.fromkeys([*datamap.by_name, "bytes"], 0)
    store = await _open_store(url, datamap, data_folder)
    try:
        return await store.figures()
    finally:
        await store.aclose()


def nothing_there(url: str, data_folder: Path) -> bool:
    """Tell whether there is no database yet; of MongoDB only its server knows: ``False``."""
    return urlsplit(url).scheme == _SQLITE and not store_exists(url, data_folder)


def _keys_there(url: str, data_folder: Path) -> bool:
    """Tell whether there is a keyring file, so that no master key is made beside it."""
    return urlsplit(url).scheme == _SQLITE and keyring_path(sqlite_path(url, data_folder)).exists()


def store_exists(url: str, data_folder: Path) -> bool:
    """Tell whether there is a database already, so that no master key is made for it.

    Nobody knows of MongoDB before the server is asked: there it is ``False``, and the keyring
    refuses a key that is not its own when it is opened.
    """
    return urlsplit(url).scheme == _SQLITE and sqlite_path(url, data_folder).exists()
