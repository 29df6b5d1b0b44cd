"""Opening what ``store.url`` names."""

from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from amity.clock import Clock
from amity.datamap.schema import DataMap
from amity.errors import ConfigError, OperatorError
from amity.store.keyring import Keyring
from amity.store.keyring_sqlite import SQLiteShelf
from amity.store.sqlite import SQLiteStore
from amity.store.vault import Vault

__all__ = ["open_vault", "sqlite_path", "store_exists"]

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
        return await _open_sqlite(sqlite_path(url, data_folder), datamap, master_key, clock)
    if scheme in _MONGO:
        raise OperatorError("to come")
    raise ConfigError(
        f"store.url: {scheme or url}:// is not known; use sqlite:///amity.db or mongodb://host/name"
    )


async def _open_sqlite(path: Path, datamap: DataMap, master_key: bytes, clock: Clock) -> Vault:
    store = await SQLiteStore.open(path, datamap)
    try:
        shelf = await SQLiteShelf.open(path.with_name(path.name + ".keys"))
        try:
            keyring = await Keyring.open(
                shelf, master_key, store.id, fresh=await store.holds_nothing()
            )
        except BaseException:
            await shelf.aclose()
            raise
    except BaseException:
        await store.aclose()
        raise
    return Vault(store, keyring, clock)


def store_exists(url: str, data_folder: Path) -> bool:
    """Tell whether there is a database already, so that a missing master key must not be made.

    For MongoDB always ``False`` is not known before asking the server: the keyring refuses later.
    """
    return urlsplit(url).scheme == _SQLITE and sqlite_path(url, data_folder).exists()
