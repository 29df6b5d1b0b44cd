"""Wrapped keys in an SQLite file of their own, beside the data's.

With ``secure_delete`` a destroyed key is overwritten in the file. The rollback journal held the
page as it was before: it is kept (PERSIST) so that the same bytes on the disk can be overwritten
with zeros, before the destruction is acknowledged and again whenever the file is opened.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Self

from amity.errors import KeyringError, StoreUnusable
from amity.store.keyring import FOREVER, Found, Made, Owner, Tags
from amity.store.keyring_files import (
    COPY_NAME,
    fresh,
    identity,
    overwrite,
    replace_and_overwrite,
    synced,
    trouble_with,
)
from amity.store.sqlite_files import connect, look_at, usable
from amity.store.sqlite_threads import Apart, Writer

__all__ = ["SQLiteShelf"]

_TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT",
    (
        "CREATE TABLE IF NOT EXISTS people (person TEXT NOT NULL PRIMARY KEY, "
        "wrapped BLOB NOT NULL) STRICT"
    ),
    (
        "CREATE TABLE IF NOT EXISTS keys (person TEXT NOT NULL, conversation TEXT NOT NULL, "
        "generation INTEGER NOT NULL, wrapped BLOB NOT NULL, "
        "PRIMARY KEY (person, conversation, generation)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS destroyed (person BLOB NOT NULL, conversation BLOB NOT NULL, "
        "upto INTEGER NOT NULL, PRIMARY KEY (person, conversation)) STRICT, WITHOUT ROWID"
    ),
)


class SQLiteShelf:
    """The keyring file of an SQLite store."""

    max_age: float | None = None  # one process holds the store

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.where = str(path)
        self._path = path
        self._journal = path.with_name(path.name + "-journal")
        self._file = identity(path)
        self._writer = Writer("amity-keyring", connection)

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file or make it.

        Raises:
            KeyringError: it cannot be read, or is not a keyring. Nothing was changed.
        """
        try:
            connection = await asyncio.to_thread(_open, path)
        except StoreUnusable as error:
            raise KeyringError(str(error)) from None
        return cls(path, connection)

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken."""
        return self._writer.failures

    async def meta(self) -> dict[str, bytes]:
        """Return the keyring's own values."""
        found: dict[str, bytes] = await self._writer.submit(
            lambda c: dict(c.execute("SELECT name, value FROM meta").fetchall())
        )
        return found

    async def make(self, values: Mapping[str, bytes]) -> None:
        """Store the keyring's own values."""
        await self._writer.submit(
            lambda c: (
                c.executemany(
                    "INSERT OR IGNORE INTO meta VALUES (?, ?)", list(values.items())
                ).rowcount
            )
        )

    async def fetch(
        self, owners: Mapping[Owner, Tags], make: Callable[[Found], Made] | None
    ) -> Found:
        """Return what is there of the owners, and what ``make`` adds to it."""

        def work(connection: sqlite3.Connection) -> Found:
            found = _read(connection, owners)
            if make is None:
                return found
            made = make(found)
            connection.executemany("INSERT INTO people VALUES (?, ?)", list(made.people.items()))
            connection.executemany(
                "INSERT INTO keys VALUES (?, ?, ?, ?)",
                [(*owner, key) for owner, key in made.keys.items()],
            )
            found.people |= made.people
            found.keys |= made.keys
            return found

        result: Found = await self._writer.submit(work)
        return result

    async def destroy(
        self, person: str, conversation: str | None, generation: int, tags: Tags
    ) -> int:
        """Delete keys, remember it, and overwrite the journal."""

        def work(connection: sqlite3.Connection) -> int:
            if conversation is None:
                count = connection.execute("DELETE FROM keys WHERE person = ?", (person,)).rowcount
                count += connection.execute(
                    "DELETE FROM people WHERE person = ?", (person,)
                ).rowcount
                connection.execute("DELETE FROM destroyed WHERE person = ?", (tags.person,))
                mark = (tags.person, b"", FOREVER)
            else:
                count = connection.execute(
                    "DELETE FROM keys WHERE person = ? AND conversation = ? AND generation <= ?",
                    (person, conversation, generation),
                ).rowcount
                mark = (tags.person, tags.conversation, generation)
            connection.execute(
                "INSERT INTO destroyed VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
                mark,
            )
            return count

        count: int = await self._writer.submit(work)
        await self._writer.submit(Apart(lambda _: overwrite(self._journal)))
        return count

    async def rewrap(
        self,
        new: Mapping[str, bytes],
        again: Callable[[str, bytes], bytes],
        rotating: bytes | None,
    ) -> None:
        """Replace the wrapping of everything in one transaction, and overwrite the journal."""

        def work(connection: sqlite3.Connection) -> None:
            people = connection.execute("SELECT person, wrapped FROM people").fetchall()
            connection.executemany(
                "UPDATE people SET wrapped = ? WHERE person = ?",
                [(again(p, w), p) for p, w in people],
            )
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                list(new.items()),
            )

        await self._writer.submit(work)
        await self._writer.submit(Apart(lambda _: overwrite(self._journal)))

    async def copy(self, folder: str) -> None:
        """Write ``keyring.latest`` into a folder; the bytes of the copy before are overwritten."""
        target = Path(folder) / COPY_NAME

        def work(connection: sqlite3.Connection) -> None:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = fresh(target.with_name(target.name + ".part"))
            with closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
            synced(part)
            replace_and_overwrite(part, target)

        await self._writer.submit(Apart(work))

    async def trouble(self) -> str:
        """Return what is wrong with the file, as far as looking at it tells."""
        return await asyncio.to_thread(trouble_with, self._path, self._file)

    async def aclose(self) -> None:
        """Close the file, and leave nothing in its journal."""
        await self._writer.aclose()
        await asyncio.to_thread(overwrite, self._journal)


def _read(connection: sqlite3.Connection, owners: Mapping[Owner, Tags]) -> Found:
    found = Found()
    for owner, tags in owners.items():
        person = owner[0]
        gone = connection.execute(
            "SELECT 1 FROM destroyed WHERE person = ?1 "
            "AND (conversation = x'' OR (conversation = ?2 AND upto >= ?3))",
            (tags.person, tags.conversation, owner[2]),
        ).fetchone()
        if gone is not None:
            found.destroyed.add(owner)
            continue
        if person not in found.people:
            row = connection.execute(
                "SELECT wrapped FROM people WHERE person = ?", (person,)
            ).fetchone()
            if row is not None:
                found.people[person] = row[0]
        row = connection.execute(
            "SELECT wrapped FROM keys WHERE person = ? AND conversation = ? AND generation = ?",
            owner,
        ).fetchone()
        if row is not None:
            found.keys[owner] = row[0]
    return found


def _open(path: Path) -> sqlite3.Connection:
    look_at(path)
    connection = connect(path)
    try:
        with usable(path):
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = PERSIST").fetchone()
            connection.execute("PRAGMA synchronous = FULL")
            tables = {
                r[0]
                for r in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            }
            if tables and "destroyed" not in tables:
                raise KeyringError(
                    f"{path}: this file is no keyring; move it away and put the keyring back"
                )
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(table)
            connection.execute("COMMIT")
        # A journal that was left by a crash is rolled back by now.
        overwrite(path.with_name(path.name + "-journal"))
    except BaseException:
        connection.close()
        raise
    return connection
