"""A program that writes as fast as it can and says what was acknowledged, until it is killed.

Run as ``python writer_program.py FOLDER WRITER``. Each acknowledged batch is one line on standard
output; batches hold three rows that belong together.
"""

import asyncio
import os
import sys
from pathlib import Path

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE, MESSAGES
from amity.datamap.schema import Purpose
from amity.sealed import SealedText
from amity.store import Access, Add, Change, Row, open_vault


def row(person: str, key: str, part: int) -> Row:
    """Return one of three rows."""
    return {
        "id": f"{key}-{part}",
        "person": person,
        "conversation": f"c-{person}",
        "generation": part % 2,
        "queue": f"c-{person}",
        "direction": "in",
        "kind": "message",
        "state": "waiting",
        "part": part,
        "body": SealedText(f"{key}-{part} " + "x" * 200),
        "position": key,
        "time": 1,
        "cut": False,
        "attempts": 0,
        "engine_version": "1",
        "standalone": False,
    }


async def main(folder: Path, run: str) -> None:
    """Write until killed."""
    vault = await open_vault(
        "sqlite:///a.db",
        datamap=ENGINE,
        data_folder=folder,
        master_key=b"m" * 32,
        clock=SystemClock(),
    )

    async def one(number: int) -> None:
        person, access = f"{run}-p{number}", Access(Purpose.SERVICE, f"{run}-p{number}")
        count = 0
        while True:
            key = f"{person}-{count:06d}"
            await vault.write([Add(MESSAGES, row(person, key, part)) for part in range(3)], access)
            done = Change(MESSAGES, f"{key}-2", {"queue": None, "state": "answered"})
            await vault.write([done], access)
            os.write(1, f"{key}\n".encode())
            count += 1

    await asyncio.gather(*(one(number) for number in range(8)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
