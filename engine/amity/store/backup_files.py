"""Folders and files of a backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

from amity.errors import StoreUnusable

__all__ = ["count_rows", "empty_folder"]


def empty_folder(folder: Path) -> Path:
    """Make a folder for a backup, or take an empty one.

    Raises:
        StoreUnusable: something is in it, or it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StoreUnusable(f"{folder}: the folder is not empty; name a new one")
    except OSError as error:
        raise StoreUnusable(f"{folder}: cannot be made ({error.strerror})") from None
    return folder


def count_rows(database: Path) -> dict[str, int]:
    """Return the rows of each collection in a copied database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name <> 'amity_meta' ORDER BY name"
        ).fetchall()
        return {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for (name,) in tables
        }
