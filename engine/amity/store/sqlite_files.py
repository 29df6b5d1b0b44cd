"""Opening an SQLite file that is ours, and refusing every other one in a sentence."""

import contextlib
import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amity.errors import StoreUnusable

__all__ = [
    "FileLock",
    "busy_for",
    "check_pages",
    "connect",
    "look_at",
    "readable_folder",
    "shortage",
    "usable",
]

_BUSY_MILLISECONDS: Final = 5000
_HEADER: Final = b"SQLite format 3\x00"
# A look at every page finds damage before it spreads; of a large file it would take too long.
_LARGEST_CHECKED: Final = 64 * 1024 * 1024
# Several long messages with what is written along with them.
_ROOM: Final = 256 * 1024


def shortage(folder: Path) -> str:
    """Return why a folder has no room for what is written next; empty if it has.

    A file without a name is written and forgotten, because what is free says nothing of quotas.
    """
    left = _ROOM
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            while left > 0:
                left -= file.write(bytes(left))
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return ""


class FileLock:
    """A lock that the system lets go when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            StoreUnusable: another process (or another store of this one) holds it.
        """
        self._path = path
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnusable(f"{path}: cannot be made ({error.strerror})") from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            database = path.with_suffix("")
            raise StoreUnusable(
                f"{database}: another Amity has it open; stop that one first, "
                "or use the commands of the one that runs"
            ) from None

    def release(self) -> None:
        """Let the lock go. Calling it again is a no-op."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def readable_folder(folder: Path) -> None:
    """Make a folder if it is missing, for its owner only, and see that files can be made in it.

    Raises:
        StoreUnusable: it cannot be made, or is not ours to write in.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"{folder}: the data folder cannot be made ({error.strerror}); "
            "give its parent to this user or name another folder"
        ) from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise StoreUnusable(
            f"{folder}: this user may not write in the data folder; change its owner or mode"
        )


@contextlib.contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn SQLite's errors while a file is opened into one sentence for the operator."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "not a database" in text or "malformed" in text or "corrupt" in text:
            raise _damaged(path, text) from None
        raise StoreUnusable(
            f"{path}: the database cannot be opened ({text}); "
            "look at the file's owner and mode and at the disk's free space"
        ) from None


def _damaged(path: Path, how: str) -> StoreUnusable:
    return StoreUnusable(
        f"{path}: this is not a whole Amity database ({how}); nothing was changed: "
        "move it away and restore a backup"
    )


def look_at(path: Path) -> int:
    """See that a file is missing, empty or begins as a database does; return its size.

    Only before the first connection: closing any handle on a database's file takes away the
    locks that this process's connections hold on it.

    Raises:
        StoreUnusable: it is something else, or cannot be read.
    """
    size = _size(path)
    if size > 0 and not _begins_right(path):
        raise _damaged(path, "the file does not begin as a database does")
    return size


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection with our settings.

    Raises:
        StoreUnusable: the file cannot be read, is no database, or is damaged.
    """
    size = _size(path)
    with usable(path):
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=1024
        )
        try:
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA temp_store = MEMORY")
            if size == 0:
                path.chmod(0o600)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def busy_for(connection: sqlite3.Connection, milliseconds: int) -> Iterator[None]:
    """Let a connection wait for others no longer than this for a while."""
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


def check_pages(path: Path, connection: sqlite3.Connection) -> None:
    """Look at every page of a file that is not too large for it.

    Raises:
        StoreUnusable: the file is damaged.
    """
    if _size(path) > _LARGEST_CHECKED:
        return
    with usable(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise _damaged(path, "its pages do not fit together")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StoreUnusable(
            f"{path}: cannot be looked at ({error.strerror}); change its owner or mode"
        ) from None


def _begins_right(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError as error:
        raise StoreUnusable(
            f"{path}: cannot be read ({error.strerror}); change its owner or mode"
        ) from None
