"""Looking into an installation from outside: its rows, its wrapped keys, what an export holds."""

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.promises.people import OnWeb
from tests.support.files import rows_of, whole_database

__all__ = ["export_of", "exported", "newcomer", "people_in", "rows_about", "wrapped_keys"]


def people_in(database: Path) -> set[str]:
    """Return the ids of all people."""
    return {row["id"] for row in rows_of(database, "people")}


async def newcomer(database: Path, enter: Callable[[], Awaitable[object]]) -> str:
    """Have one person come in; return the id under which they are known inside."""
    before = people_in(database)
    await enter()
    (id,) = people_in(database) - before
    return id


def rows_about(database: Path, person: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that are about a person, by collection."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in whole_database(database).items():
        about = [row for row in rows if person in (row.get("person"), row.get("id"))]
        if about:
            found[name] = about
    return found


def wrapped_keys(database: Path, person: str) -> list[bytes]:
    """Return the wrapped keys of a person, as the keyring's file holds them."""
    keyring = database.with_name(database.name + ".keys")
    rows = [*rows_of(keyring, "people"), *rows_of(keyring, "keys")]
    return [row["wrapped"] for row in rows if row["person"] == person]


async def export_of(person: OnWeb) -> dict[str, bytes]:
    """Have somebody export what is stored about them; the files of the archive."""
    before = {message["id"] for message in await person.talker.history()}
    await person.word("export")
    files = [
        part["media"]["url"]
        for message in await person.talker.history()
        if message["id"] not in before
        for part in message["parts"]
        if part["type"] == "file"
    ]
    content = await person.talker.fetch(files[-1])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exported(files: dict[str, bytes]) -> dict[str, Any]:
    """Return the part of an export that is for programs."""
    found: dict[str, Any] = json.loads(files["export.json"])
    return found
