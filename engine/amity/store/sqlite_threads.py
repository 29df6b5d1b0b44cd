"""Threads that own a connection each, and the way from the event loop to them and back.

The loop puts a call into a queue and goes on. The thread takes all that is waiting, works on it
as one group, and hands every result back with one call into the loop: under load the price of
changing threads, and of a commit, is shared by the whole group.
"""

import abc
import asyncio
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from amity.errors import AmityError, Conflict, Duplicate, StoreUnavailable, Undeclared
from amity.store.contract import Value
from amity.store.sqlite_sql import Bulk, Statement

__all__ = ["Apart", "Reader", "Work", "Writer"]

Work = Callable[[sqlite3.Connection], Any]
"""What a thread does for one call; its result is the call's."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Work for the writer that must stand outside a transaction, such as a checkpoint."""

    work: Work


# A group is bounded so that the first of it does not wait for the thousandth.
_LARGEST_GROUP: Final = 256
_SMALLEST_HALF: Final = 16
_QUICK_COMMIT: Final = 1.0
# Few sizes, so that few statements are prepared.
_BULK_SIZES: Final = (32, 8, 4)

_Done = tuple["asyncio.Future[Any]", Any, Exception | None]
_Task = Work | Apart | list[Statement]
_Item = tuple["asyncio.Future[Any]", _Task]
_Together = tuple["asyncio.Future[Any]", "Work | list[Statement]"]


def _bulk(work: "Work | list[Statement]") -> Bulk | None:
    return None if callable(work) or len(work) != 1 else work[0][3]


def _run_length(group: "list[_Together]", at: int) -> int:
    """Return how many calls from here on can be one statement; 1 if none can."""
    bulk = _bulk(group[at][1])
    if bulk is None:
        return 1
    end = at + 1
    while end < len(group) and end - at < _BULK_SIZES[0] and _bulk(group[end][1]) is bulk:
        end += 1
    return next((size for size in _BULK_SIZES if size <= end - at), 1)


def foreseen(error: Exception) -> Exception:
    """Return what a caller is told of a failed call.

    SQLite's own messages name tables and columns; those of Python's encoder would name content.
    """
    if isinstance(error, sqlite3.IntegrityError):
        return Duplicate(f"a row like this is there already ({error})")
    if isinstance(error, sqlite3.Error):
        return StoreUnavailable(f"the database did not do it: {error}")
    if isinstance(error, UnicodeError):
        return Undeclared("a plain field holds a half of a surrogate pair, which is no text")
    if isinstance(error, OverflowError):
        return Undeclared("a whole number does not fit into 64 bits")
    return error


class _Thread(abc.ABC):
    """A thread, its connection and its queue."""

    def __init__(self, name: str, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._done: deque[_Done] = deque()
        self._at_once = _LARGEST_GROUP
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: _Task) -> "asyncio.Future[Any]":
        """Queue work; calls are done in the order in which they were submitted."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((future, work))
        return future

    async def aclose(self) -> None:
        """Finish what is queued and close the connection."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        while self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        take, take_now = self._queue.get, self._queue.get_nowait
        going = True
        while going:
            item = take()
            group: list[_Item] = []
            while item is not None:
                group.append(item)
                if len(group) >= _LARGEST_GROUP:
                    break
                try:
                    item = take_now()
                except queue.Empty:
                    break
            else:
                going = False
            if group:
                self._hand_back(self._work(group))
                self._after()
        self.connection.close()

    def _after(self) -> None:
        """Do what can wait until the callers have their results."""
        return

    def _hand_back(self, done: list[_Done]) -> None:
        self._done.extend(done)
        try:
            self._loop.call_soon_threadsafe(self._resolve)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            return

    def _resolve(self) -> None:
        """Give callers their results, in order; the rest in the loop's next round."""
        for _ in range(min(self._at_once, len(self._done))):
            future, result, error = self._done.popleft()
            if future.done():  # the caller was cancelled
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
        if self._done:
            self._loop.call_soon(self._resolve)

    @abc.abstractmethod
    def _work(self, group: list[_Item]) -> list[_Done]: ...


class Reader(_Thread):
    """Runs read calls, each on its own."""

    def _work(self, group: list[_Item]) -> list[_Done]:
        done: list[_Done] = []
        for future, work in group:
            if future.cancelled():
                continue
            try:
                if not callable(work):
                    raise TypeError("a reader takes functions")
                done.append((future, work(self.connection), None))
            except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
                done.append((future, None, foreseen(error)))
        return done


class Writer(_Thread):
    """Runs write calls, many in one transaction; one that fails undoes only itself.

    ``after`` is called on the thread when a group's results have been handed back.

    Attributes:
        failures: How many groups the database did not take, for want of room or for another reason
            that lies with the disk.
    """

    def __init__(
        self,
        name: str,
        connection: sqlite3.Connection,
        after: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        self._hook = after
        self.failures = 0
        super().__init__(name, connection)

    def _after(self) -> None:
        if self._hook is not None:
            self._hook(self.connection)

    def _work(self, group: list[_Item]) -> list[_Done]:
        together: list[_Together] = []
        apart: list[tuple[asyncio.Future[Any], Work]] = []
        for future, task in group:
            if isinstance(task, Apart):
                apart.append((future, task.work))
            else:
                together.append((future, task))
        done = self._transaction(together) if together else []
        for future, work in apart:
            try:
                done.append((future, work(self.connection), None))
            except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
                done.append((future, None, foreseen(error)))
        return done

    def _transaction(self, group: list[_Together]) -> list[_Done]:
        done: list[_Done] = []
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            begun, at = time.perf_counter(), 0
            while at < len(group):
                run = _run_length(group, at)
                results = self._many(group[at : at + run]) if run > 1 else None
                if results is None:
                    results = [self._told(future, work) for future, work in group[at : at + run]]
                done += results
                at += run
            worked = time.perf_counter()
            self.connection.execute("COMMIT")
            self._adapt(len(group), worked - begun, time.perf_counter() - worked)
        except Exception as error:  # noqa: BLE001 - every caller of the group is told
            if isinstance(error, sqlite3.Error):
                self.failures += 1
            if self.connection.in_transaction:
                self._roll_back()
            told = foreseen(error)
            return [(future, None, told) for future, _ in group]
        return done

    def _adapt(self, size: int, work: float, commit: float) -> None:
        """Choose how many callers are told in one round of the loop.

        All at once makes them all come back at once: the largest groups, but thread and loop wait
        for each other. In halves one half is written while the loop works for the other. That is
        better as long as the disk is quick, so that more commits cost little.
        """
        quick = commit < work * _QUICK_COMMIT
        self._at_once = max(_SMALLEST_HALF, size // 2) if quick else _LARGEST_GROUP

    def _told(self, future: "asyncio.Future[Any]", work: "Work | list[Statement]") -> _Done:
        try:
            return (future, self._one(work), None)
        except (AmityError, sqlite3.IntegrityError, UnicodeError, OverflowError) as error:
            return (future, None, foreseen(error))

    def _many(self, group: list[_Together]) -> list[_Done] | None:
        """Insert the rows of several calls with one statement; ``None`` if one of them fails."""
        execute = self.connection.execute
        values: list[Value] = []
        bulk = None
        for _, work in group:
            if not callable(work):
                _, bound, _, bulk = work[0]
                values += bound
        if bulk is None:
            return None
        # A duplicate fails the statement whole, or is passed over: then nobody knows which it was.
        try:
            if not bulk.lenient:
                execute(bulk.many(len(group)), values)
                return [(future, [1], None) for future, _ in group]
            execute("SAVEPOINT many")
            changed = execute(bulk.many(len(group)), values).rowcount
            if changed < len(group):
                execute("ROLLBACK TO many")
            execute("RELEASE many")
        except (sqlite3.IntegrityError, UnicodeError, OverflowError):
            return None
        return [(future, [1], None) for future, _ in group] if changed == len(group) else None

    def _roll_back(self) -> None:
        try:
            self.connection.execute("ROLLBACK")
        except sqlite3.Error:
            # SQLite rolls back by itself on some errors; there is nothing left to undo then.
            return

    def _one(self, work: "Work | list[Statement]") -> Any:
        if not callable(work) and len(work) == 1:
            # SQLite undoes a single failed statement by itself.
            return [self._execute(work[0])]
        execute = self.connection.execute
        execute("SAVEPOINT one")
        try:
            if callable(work):
                result = work(self.connection)
            else:
                result = self._several(work) or [self._execute(statement) for statement in work]
        except BaseException:
            execute("ROLLBACK TO one")
            execute("RELEASE one")
            raise
        execute("RELEASE one")
        return result

    def _several(self, statements: list[Statement]) -> list[int] | None:
        """Insert the rows of one call with few statements; ``None`` if it must be one by one."""
        bulk = statements[0][3]
        if bulk is None or any(statement[3] is not bulk for statement in statements):
            return None
        at = 0
        while at < len(statements):
            size = next((size for size in _BULK_SIZES if size <= len(statements) - at), 1)
            values = [value for _, bound, _, _ in statements[at : at + size] for value in bound]
            changed = self.connection.execute(bulk.many(size), values).rowcount
            if changed < size:  # nobody knows which of them was there already
                self.connection.execute("ROLLBACK TO one")
                return None
            at += size
        return [1] * len(statements)

    def _execute(self, statement: Statement) -> int:
        sql, values, must, _ = statement
        changed = self.connection.execute(sql, values).rowcount
        if must and changed == 0:
            raise Conflict("a precondition of the write did not hold")
        return changed
