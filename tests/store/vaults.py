"""What the tests of the vault share: rows, people, and ways to look at files."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE, MESSAGES, PEOPLE
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.sealed import SealedText
from amity.store import EVERYONE, Access, Add, Row, Vault, open_vault

MASTER = b"m" * 32
CANARY = "canary-7f3a9c1e-plaintext"
ALL = Access(Purpose.RETENTION, EVERYONE)
IDS = Ids(SystemClock())


def about(person: str) -> Access:
    return Access(Purpose.SERVICE, person)


def message(person: str, conversation: str = "c1", generation: int = 0, **values: Any) -> Row:
    row: Row = {
        "id": IDS.new(),
        "person": person,
        "conversation": conversation,
        "generation": generation,
        "direction": "in",
        "kind": "message",
        "state": "waiting",
        "part": 0,
        "body": SealedText(CANARY),
        "time": 1,
        "cut": False,
        "attempts": 0,
        "engine_version": "1",
        "standalone": False,
    }
    return row | values


def person(key: str, **values: Any) -> Row:
    row: Row = {
        "id": key,
        "state": "active",
        "created_at": 1,
        "seen_at": 1,
        "scopes": "service",
        "revision": 0,
    }
    return row | values


async def opened(folder: Path, master: bytes = MASTER, *, url: str = "sqlite:///a.db") -> Vault:
    return await open_vault(
        url, datamap=ENGINE, data_folder=folder, master_key=master, clock=SystemClock()
    )


async def filled(vault: Vault) -> None:
    """Write two people with two conversations of three generations of three messages each."""
    for who in ("ann", "bob"):
        await vault.write([Add(PEOPLE, person(who, call_name=SealedText("x")))], about(who))
        for conversation in ("c1", "c2"):
            for generation in range(3):
                rows = [message(who, f"{who}-{conversation}", generation) for _ in range(3)]
                await vault.write([Add(MESSAGES, row) for row in rows], about(who))


async def readable(vault: Vault, who: str) -> list[tuple[Any, Any]]:
    """Return which conversations and generations of a person can be read."""
    rows = await vault.find(MESSAGES, "journal", about(who), equal={"person": who})
    return sorted({(row["conversation"], row["generation"]) for row in rows})


def raw(folder: Path) -> bytes:
    """Return the bytes of every file below a folder."""
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def wrapped_keys(folder: Path) -> dict[tuple[str, str, int], bytes]:
    """Read the wrapped keys as someone with the file would."""
    with closing(sqlite3.connect(f"file:{folder / 'a.db.keys'}?mode=ro", uri=True)) as connection:
        keys = connection.execute("SELECT person, conversation, generation, wrapped FROM keys")
        found = {(p, c, g): w for p, c, g, w in keys}
        people = connection.execute("SELECT person, wrapped FROM people")
        return found | {(p, "(person)", 0): w for p, w in people}


def pieces(wrapped: bytes) -> list[bytes]:
    """Return overlapping pieces, long enough not to be met by chance."""
    return [wrapped[at : at + 12] for at in range(0, len(wrapped) - 11, 4)]
