"""What an installation has on its disk: rows of its database, and bytes anywhere."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

__all__ = ["files_with", "rows_of", "whole_database"]


def rows_of(database: Path, collection: str) -> list[dict[str, Any]]:
    """Return all rows of a collection as they are stored, without holding the database up."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{collection}"')]  # noqa: S608 -- a name of our own


def whole_database(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
    return {name: rows_of(database, name) for name in names}


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def files_with(folder: Path, needles: Iterable[str | bytes]) -> dict[str, list[str]]:
    """Return which of these are found in the bytes of which files, anywhere below a folder.

    A text is looked for as UTF-8, in either half of UTF-16, and as JSON would escape it.
    """
    wanted = {needle: _forms(needle) for needle in needles}
    found: dict[str, list[str]] = {}
    for path in _files(folder):
        content = path.read_bytes()
        for needle, forms in wanted.items():
            if any(form in content for form in forms):
                found.setdefault(str(needle), []).append(str(path.relative_to(folder)))
    return found


def _forms(needle: str | bytes) -> set[bytes]:
    if isinstance(needle, bytes):
        return {needle}
    escaped = needle.encode("ascii", "backslashreplace")
    return {needle.encode(), needle.encode("utf-16-le"), needle.encode("utf-16-be"), escaped}
