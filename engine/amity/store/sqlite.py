"""The store on one SQLite file, through the standard library's driver.

One thread writes and commits in groups; one reads what is small and one what may be large, so
that a long walk never stands in the way of a reply. A fourth moves what was committed from the
log (``-wal``) into the file while the others work. One process holds the file.
"""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from amity.datamap.declarations import LEASES
from amity.datamap.schema import Collection, DataMap
from amity.errors import StoreUnavailable, StoreUnusable, Undeclared
from amity.store.backup_files import empty_folder
from amity.store.checks import Checks
from amity.store.contract import UNBOUNDED, Access, Get, Operation, Range, Row, Value
from amity.store.sqlite_files import (
    FileLock,
    busy_for,
    check_pages,
    connect,
    look_at,
    readable_folder,
    shortage,
    usable,
)
from amity.store.sqlite_log import LogLength
from amity.store.sqlite_schema import STEPS, Step, copy_before_migration, prepare, store_id
from amity.store.sqlite_sql import TableSql, compile_operation, in_parts, quoted
from amity.store.sqlite_threads import Apart, Reader, Writer

__all__ = ["SQLiteStore"]

_NOTHING: Mapping[str, Value] = MappingProxyType({})
# Pages are written to the log whole: smaller ones make a row that touches five indexes cheaper.
_PAGE_SIZE: Final = 2048
_CACHE_KIB: Final = 32 * 1024
# From here on the log is moved into the file, and from there on its file is cut, too.
_LOG_SOFT: Final = 8 * 1024 * 1024
_LOG_HARD: Final = 64 * 1024 * 1024
_SMALL: Final = 200
# All writers stand still meanwhile: a long read elsewhere must not cost them more than a second.
_SCRUB_PATIENCE: Final = 900  # milliseconds
_SCRUB_WAIT: Final = 300  # milliseconds
_CUT_WAIT: Final = 50  # milliseconds; it is tried again
_GLANCE: Final = 0.01  # seconds


class _Move(Enum):
    """How far the moving of the log into the file is."""

    NONE = auto()
    BEGUN = auto()
    MADE = auto()


class SQLiteStore:
    """A store on one SQLite file.

    Attributes:
        datamap: What may be stored.
        path: The file.
        id: A random id that the store got when it was made.
    """

    def __init__(
        self, path: Path, datamap: DataMap, lock: FileLock, connections: list[sqlite3.Connection]
    ) -> None:
        self.datamap = datamap
        self.path = path
        self._lock = lock
        self._log = path.with_name(path.name + "-wal")
        self._checks = Checks(datamap)
        self._tables = {name: TableSql(shape) for name, shape in self._checks.shapes.items()}
        self.id = store_id(connections[0])
        writer, quick, long, keeper = connections
        self._writer = Writer("amity-store-write", writer, self._look_at_log)
        self._quick = Reader("amity-store-read", quick)
        self._long = Reader("amity-store-read-long", long)
        self._keeper = Reader("amity-store-keep", keeper)
        self._loop = asyncio.get_running_loop()
        page: int = writer.execute("PRAGMA page_size").fetchone()[0]
        self._log_length = LogLength(page=page, longest=_LOG_SOFT)
        self._move = _Move.NONE
        self._scrub: tuple[asyncio.Future[Any], list[bool]] | None = None
        self._closed = False

    @classmethod
    async def open(cls, path: Path, datamap: DataMap, *, steps: Sequence[Step] = STEPS) -> Self:
        """Open the file, make it if it is missing, and bring its tables to what is declared.

        Raises:
            StoreUnusable: the folder or file cannot be used, is damaged, is held by another
                process, or was made by a newer Amity. Nothing was changed then.
        """
        lock, connections = await asyncio.to_thread(_open, path, datamap, steps)
        return cls(path, datamap, lock, connections)

    async def get(
        self,
        collection: Collection,
        id: str,
        access: Access,
    ) -> Row | None:
        """Return the row, or ``None`` if it is not there or belongs to another subject."""
        shape = self._checks.shape(collection, access)
        table = self._tables[shape.name]
        sql, bound = table.get(self._checks.subject_of(shape, access))
        found = await self._quick.submit(lambda c: c.execute(sql, (id, *bound)).fetchall())
        return table.rows(found)[0] if found else None

    async def read(self, gets: Sequence[Get], access: Access) -> list[Row | None]:
        """Return several rows in one hop to the reading thread, in order."""
        if not gets:
            return []
        wanted: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
        for get in gets:
            name = self._checks.shape(get.collection, access).name
            wanted.setdefault((name, get.only), {})[get.id] = None
        selects = [
            (kind, *self._select(kind[0], part, access, kind[1]))
            for kind, ids in wanted.items()
            for part in in_parts(list(ids))
        ]

        def work(connection: sqlite3.Connection) -> list[Any]:
            return [connection.execute(sql, bound).fetchall() for _, _, sql, bound in selects]

        found = await self._quick.submit(work)
        rows: dict[tuple[str, tuple[str, ...], str], Row] = {}
        for ((name, only), names, _, _), values in zip(selects, found, strict=True):
            for row in self._tables[name].rows(values, names):
                rows[name, only, str(row["id"])] = row
        return [rows.get((get.collection.name, get.only, get.id)) for get in gets]

    def _select(
        self, name: str, ids: Sequence[str], access: Access, only: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str, tuple[Value, ...]]:
        """Return the fields that are read, the statement, and what is bound to it."""
        table = self._tables[name]
        names = table.shape.chosen(only)
        subject = self._checks.subject_of(table.shape, access)
        return names, *table.get_several(subject, ids, names)

    async def find(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
        descending: bool = False,
        limit: int | None = None,
        only: Sequence[str] = (),
    ) -> list[Row]:
        """Return rows by a declared index, ordered by it, then id.

        Raises:
            Undeclared: see the contract.
        """
        shape = self._checks.shape(collection, access)
        query = self._checks.query(shape, index, equal, range)
        names = shape.chosen(only)
        table = self._tables[shape.name]
        subject = self._checks.subject_of(shape, access)
        sql, bound = table.find(index, query, subject, names, descending=descending, limit=limit)

        def work(connection: sqlite3.Connection) -> list[Row]:
            return table.rows(connection.execute(sql, bound).fetchall(), names)

        reader = self._quick if limit is not None and limit <= _SMALL else self._long
        rows: list[Row] = await reader.submit(work)
        return rows

    async def count(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
    ) -> int:
        """Count what ``find`` would return."""
        shape = self._checks.shape(collection, access)
        query = self._checks.query(shape, index, equal, range)
        sql, bound = self._tables[shape.name].count(
            index, query, self._checks.subject_of(shape, access)
        )
        number: int = await self._long.submit(lambda c: c.execute(sql, bound).fetchone()[0])
        return number

    async def write(self, operations: Sequence[Operation], access: Access) -> list[int]:
        """Apply operations in order, all or nothing, and commit; see the contract.

        Raises:
            Conflict: a precondition did not hold. Nothing was written.
            Duplicate: an added row is there already. Nothing was written.
            Undeclared: the data map does not allow one of them. Nothing was written.
            StoreUnavailable: the disk did not take it. Nothing was written.
        """
        tables, checks = self._tables, self._checks
        statements = [
            compile_operation(tables, checks, operation, access) for operation in operations
        ]
        if not statements:
            return []
        counts: list[int] = await self._writer.submit(statements)
        return counts

    async def claim(self, name: str, owner: str, *, now: int, lease: int) -> int | None:
        """Take or renew a lease; see the contract."""
        table = self._leases()
        sql = (
            f"INSERT INTO {table} (id, owner, until, fence) VALUES (?1, ?2, ?3, 1) "
            "ON CONFLICT (id) DO UPDATE SET fence = fence + (owner IS NOT excluded.owner), "
            "owner = excluded.owner, until = excluded.until "
            "WHERE owner IS excluded.owner OR until <= ?4 RETURNING fence"
        )
        values = (name, owner, now + lease, now)
        found = await self._writer.submit(lambda c: c.execute(sql, values).fetchall())
        return int(found[0][0]) if found else None

    async def release(self, name: str, owner: str) -> None:
        """Give a lease up. Not ours, or not there, is a no-op.

        The row stays with its number, so that the next owner's is greater.
        """
        sql = f"UPDATE {self._leases()} SET owner = '', until = 0 WHERE id = ? AND owner = ?"
        await self._writer.submit([(sql, (name, owner), False, None)])

    def _leases(self) -> str:
        if LEASES.name not in self._tables:
            raise Undeclared(f"the data map has no collection {LEASES.name}")
        return quoted(LEASES.name)

    async def backup(self, folder: str) -> None:
        """Write a consistent copy of the database into an empty folder, as ``amity.db``.

        Raises:
            StoreUnusable: the folder is not empty or cannot be written.
        """
        target = await asyncio.to_thread(empty_folder, Path(folder)) / "amity.db"

        def work(connection: sqlite3.Connection) -> None:
            with usable(target), closing(sqlite3.connect(target)) as copy:
                target.chmod(0o600)
                connection.backup(copy)
                # One file, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE").fetchone()

        await self._long.submit(work)

    async def scrub(self) -> None:
        """Leave nothing of deleted rows in the log: move it into the file whole and cut it to zero.

        Deleted rows are overwritten in the file itself (``secure_delete``), but the log keeps what
        it was told before, and so does a copy from before a migration, which goes. Calls at the
        same time share the work.

        Raises:
            StoreUnavailable: a long read kept the log in use all the time; call it again.
        """
        if self._scrub is not None and not self._scrub[1]:
            await asyncio.shield(self._scrub[0])
            return
        begun: list[bool] = []

        def work(connection: sqlite3.Connection) -> None:
            begun.append(True)
            end = time.monotonic() + _SCRUB_PATIENCE / 1000
            with busy_for(connection, _SCRUB_WAIT):
                while time.monotonic() < end:
                    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                        copy_before_migration(self.path).unlink(missing_ok=True)
                        return
                    time.sleep(_GLANCE)  # for a move that is under way SQLite does not wait
            raise StoreUnavailable("the database's log is in use by a long read; scrub again")

        future = self._writer.submit(Apart(work))
        self._scrub = (future, begun)
        await asyncio.shield(future)

    def _look_at_log(self, connection: sqlite3.Connection) -> None:
        """Called on the writing thread when a group is done."""
        try:
            size = self._log.stat().st_size
        except OSError:
            return
        rows = connection.total_changes
        if self._move is _Move.MADE:
            self._move = _Move.NONE
            self._end_log(connection, size, rows)
        elif self._move is _Move.NONE and self._log_length.is_reached(size=size, rows=rows):
            self._move = _Move.BEGUN
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._move_log)

    def _end_log(self, connection: sqlite3.Connection, size: int, rows: int) -> None:
        """Move the little that was written meanwhile, so that the log begins anew.

        In the background it would never end while people write; here nothing else is written.
        """
        # A log that a long read kept from beginning anew is cut: its file would stay that long.
        how = "TRUNCATE" if size > _LOG_HARD else "PASSIVE"
        # What is wrong with the disk is met again by the next commit, which tells its callers.
        with contextlib.suppress(sqlite3.Error), busy_for(connection, _CUT_WAIT):
            held, pages, moved = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
            whole = not held and pages == moved
            self._log_length.moved(size=size, rows=rows, pages=pages, whole=whole)

    def _move_log(self) -> None:
        def work(connection: sqlite3.Connection) -> None:
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            finally:
                self._move = _Move.MADE

        if not self._closed:
            # An error here is met again by the writer, who tells its callers.
            self._keeper.submit(work).add_done_callback(lambda f: f.cancelled() or f.exception())

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken since the file was opened."""
        return self._writer.failures

    async def shortage(self) -> str:
        """Return why the disk has no room for what is said next; empty if it has."""
        return await asyncio.to_thread(shortage, self.path.parent)

    async def holds_nothing(self) -> bool:
        """Tell whether no collection has a row."""

        def work(connection: sqlite3.Connection) -> bool:
            return not any(
                connection.execute(f"SELECT EXISTS (SELECT 1 FROM {quoted(name)})").fetchone()[0]
                for name in self._tables
            )

        empty: bool = await self._long.submit(work)
        return empty

    async def figures(self) -> dict[str, int]:
        """Return the number of rows of each collection, and the file's size as ``bytes``."""

        def work(connection: sqlite3.Connection) -> dict[str, int]:
            counts = {
                name: int(connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])
                for name in self._tables
            }
            sizes = [p.stat().st_size for p in (self.path, self._log) if p.exists()]
            return counts | {"bytes": sum(sizes)}

        found: dict[str, int] = await self._long.submit(work)
        return found

    async def aclose(self) -> None:
        """Finish what is queued, move the log into the file and close. Again is a no-op."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._quick.aclose()
            await self._long.aclose()
            await self._keeper.aclose()
            # The last connection to close moves the log into the file and removes it.
            await self._writer.aclose()
        finally:
            self._lock.release()


def _open(
    path: Path, datamap: DataMap, steps: Sequence[Step]
) -> tuple[FileLock, list[sqlite3.Connection]]:
    readable_folder(path.parent)
    lock = FileLock(path.with_name(path.name + ".lock"))
    connections: list[sqlite3.Connection] = []
    try:
        connections.append(_writing(path, datamap, steps))
        for _ in range(3):
            with usable(path):
                connection = connect(path)
                connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB // 2}")
                connections.append(connection)
        for reading in connections[1:3]:
            reading.execute("PRAGMA query_only = ON")
        with usable(path), busy_for(connections[3], _SCRUB_WAIT):
            # A crash can leave a log that still holds what was removed. A reader of another
            # program may hold it now; the next scrub cuts it then.
            connections[3].execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except BaseException:
        for connection in connections:
            connection.close()
        lock.release()
        raise
    return lock, connections


def _writing(path: Path, datamap: DataMap, steps: Sequence[Step]) -> sqlite3.Connection:
    look_at(path)
    connection = connect(path)
    try:
        check_pages(path, connection)
        with usable(path):
            # Only takes effect on a file that is not made yet.
            connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
            connection.execute("PRAGMA secure_delete = ON")
            try:
                prepare(path, connection, datamap, steps)
            except (json.JSONDecodeError, KeyError, ValueError):
                raise StoreUnusable(
                    f"{path}: its own description cannot be read; nothing was changed: "
                    "restore a backup"
                ) from None
            if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
                raise StoreUnusable(
                    f"{path}: no write-ahead log is possible here; use a local disk"
                )
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection
