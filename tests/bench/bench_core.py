"""CPU of a whole turn: from ``accept`` to ``send``, with a model that costs nothing and by LiteLLM.

The yardstick is the budget of docs/decisions.md: 1.1 ms a message, on one core, with 32 messages of
history; beside it the bare cost of what cannot be left out: three commits of one row each to a
table of the same shape, in the same run. The turns by way of LiteLLM ask a model server in another
process; what LiteLLM costs by itself is in the benchmark ``models``.
"""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.bench_models import server
from tests.support.crowd import crowd

PEOPLE = 50
WARM = 20
ROUNDS = 20
FEW = 4
SAID = "I was at the lake today and thought about what you said, it was good to hear that. " * 3
# About 300 characters of reply, at once or as a provider streams them.
WORDS = {1: "It is good to hear from you, and I would like to know more. " * 5, 62: "well "}


async def _measure(model: dict[str, Any], rounds: int = ROUNDS) -> float:
    """Return milliseconds of CPU a message."""
    with tempfile.TemporaryDirectory() as name:
        async with crowd(Path(name), PEOPLE, model) as people:
            for _ in range(WARM):
                await people.say(SAID)
            people.adapter.replies.clear()
            began = time.process_time()
            for _ in range(rounds):
                await people.say(SAID)
            spent = time.process_time() - began
            answered = people.adapter.replies.total()
    if answered != PEOPLE * rounds:
        raise RuntimeError(f"{PEOPLE * rounds} messages, {answered} answers")
    return spent / answered * 1000


def _bare_commits() -> float:
    """Return milliseconds of CPU for three durable commits of one row."""
    with tempfile.TemporaryDirectory() as name:
        database = sqlite3.connect(Path(name) / "bare.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        columns = ", ".join(f"c{n}" for n in range(26))
        database.execute(f"CREATE TABLE rows (id TEXT PRIMARY KEY, {columns}) WITHOUT ROWID")
        insert = f"INSERT INTO rows VALUES ({', '.join('?' * 27)})"  # noqa: S608
        began = time.process_time()
        for n in range(900):
            database.execute(insert, (f"{n:026}", *["x" * 20] * 26))
        spent = time.process_time() - began
        database.close()
    return spent / 300 * 1000


def main() -> None:
    """Print the figures."""
    for name, chunks in (("plain reply", 1), ("62 chunks", 62)):
        zero = {"model": "amity/zero", "chunks": chunks, "text": WORDS[chunks]}
        spent = asyncio.run(_measure(zero))
        print(f"core, {name:28}{spent:6.2f} ms CPU a message   (budget 1.1)", flush=True)
    print(f"three bare one-row commits        {_bare_commits():6.2f} ms CPU", flush=True)
    with server("--chunks", "62", "--text", WORDS[62]) as base:
        for name, stream in (("plain", False), ("62 chunks", True)):
            params = {"model": "openai/bench", "api_base": base, "api_key": "-", "stream": stream}
            spent = asyncio.run(_measure(params, FEW))
            print(f"whole turn by LiteLLM, {name:11}{spent:6.2f} ms CPU a message", flush=True)
