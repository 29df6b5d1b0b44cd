"""Opening what ``store.url`` names."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from amity.clock import Clock
from amity.datamap.schema import DataMap
from amity.errors import ConfigError
from amity.store.keyring import Keyring, Shelf
from amity.store.keyring_sqlite import SQLiteShelf
from amity.store.sqlite import SQLiteStore
from amity.store.vault import ManagedStore, Vault

__all__ = ["keyring_path", "open_vault", "sqlite_path", "store_exists"]

_SQLITE: Final = "sqlite"
_MONGO: Final = frozenset({"mongodb", "mongodb+srv", "mongodb+motor"})


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
    scheme = urlsplit(url).scheme
    if scheme == _SQLITE:
        path = sqlite_path(url, data_folder)
        opened = await SQLiteStore.open(path, datamap)
        return await _with_keyring(opened, SQLiteShelf.open(keyring_path(path)), master_key, clock)
    if scheme in _MONGO:
        # Imported only where it is used: most installations have no driver for it.
        from amity.store.mongodb import MongoStore

        mongo = await MongoStore.open(url, datamap)
        return await _with_keyring(mongo, mongo.keyring(), master_key, clock)
    raise ConfigError(
        f"store.url: the scheme {scheme!r} is not known; use sqlite:///amity.db or mongodb://…"
    )


async def _with_keyring(
    store: ManagedStore, making: Awaitable[Shelf], master_key: bytes, clock: Clock
) -> Vault:
    try:
        shelf = await making
        try:
            fresh = await store.holds_nothing()
            keyring = await Keyring.open(shelf, master_key, store.id, fresh=fresh)
        except BaseException:
            await shelf.aclose()
            raise
    except BaseException:
        await store.aclose()
        raise
    return Vault(store, keyring, clock)


def keyring_path(database: Path) -> Path:
    """Return the file that holds the keys of an SQLite database."""
    return database.with_name(database.name + ".keys")


def store_exists(url: str, data_folder: Path) -> bool:
    """Tell whether there is a database already, so that no master key is made for it.

    Nobody knows of MongoDB before the server is asked: there it is ``False``, and the keyring
    refuses a key that is not its own when it is opened.
    """
    return urlsplit(url).scheme == _SQLITE and sqlite_path(url, data_folder).exists()
