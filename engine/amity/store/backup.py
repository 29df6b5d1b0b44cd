"""Backup and restore."""

import sqlite3
from pathlib import Path

from amity.errors import StoreUnusable

__all__ = ["empty_folder", "whole"]


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
        raise StoreUnusable(
            f"{folder}: cannot be made ({error.strerror}); name another folder"
        ) from None
    return folder


def whole(connection: sqlite3.Connection) -> None:
    """Make a copied database one file, without a log beside it."""
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
