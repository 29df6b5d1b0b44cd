"""Power cuts, as far as a process can have them: ``kill -9`` at any moment."""

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amity.datamap.declarations import MESSAGES
from amity.sealed import SealedText
from amity.store import Value
from tests.store.vaults import ALL, opened

PROGRAM = Path(__file__).with_name("writer_program.py")


def write_and_die(folder: Path, run: str, seconds: float) -> list[str]:
    """Start the writer, kill it some time after its first acknowledgement; return all of them."""
    program = subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), str(folder), run],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(seconds)
    program.kill()
    rest, errors = program.communicate()
    assert first, errors
    lines = [first, *rest.splitlines(keepends=True)]
    return [line.strip() for line in lines if line.endswith("\n")]


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_and_batches_are_whole(tmp_path: Path) -> None:
    dice = random.Random(7)
    acknowledged: list[str] = []
    for run in range(5):
        seconds = dice.uniform(0.0, 0.6)
        acknowledged += await asyncio.to_thread(write_and_die, tmp_path, f"r{run}", seconds)
        vault = await opened(tmp_path)
        rows = await vault.find(MESSAGES, "id", ALL)
        assert len(rows) == await vault.store.count(MESSAGES, "id", ALL)  # all can be read
        parts: dict[str, set[tuple[int, Value]]] = {}
        for row in rows:
            whole = str(row["id"])
            key, _, part = whole.rpartition("-")
            assert isinstance(row["body"], SealedText)
            assert row["body"].reveal().startswith(f"{whole} ")
            parts.setdefault(key, set()).add((int(part), row["state"]))
        for key, found in parts.items():
            assert {part for part, _ in found} == {0, 1, 2}, key
        for key in acknowledged:
            assert parts[key] == {(0, "waiting"), (1, "waiting"), (2, "answered")}
        await vault.aclose()
    assert len(acknowledged) > 50
