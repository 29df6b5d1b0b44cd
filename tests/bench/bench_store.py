"""The store: awaited writes into the real messages, and the last 30 among 1,000,000.

Writes: 100 tasks, each awaiting one row at a time, for 1,000 conversations; sealed through the
vault and unsealed through the store alone. The yardsticks are bare `sqlite3` into the same table
with the same indexes and settings: `executemany` of 100 rows a commit, and one row a commit.

Reads: awaited through the vault, unsealed, one at a time; beside it the bare SQL on the same file
without a thread, a row or a key, and a call to a thread that does nothing. The call is why it is
measured twice: where the system runs loop and thread on two idle cores, waking each other costs
several times as much as on one. Times are the best and the median of many, because machines are
shared; CPU is of the whole process.
"""

import asyncio
import os
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE, MESSAGES
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.sealed import SealedText
from amity.store import Access, Add, Row, Store, Vault, open_vault
from amity.store.keyring import Owner
from amity.store.seal_plan import SealPlan
from amity.store.sqlite_sql import create_index, index_name

WRITERS: Final = 100
CONVERSATIONS: Final = 1_000
WRITTEN: Final = 2_000
ROUNDS: Final = 20
STORED: Final = 1_000_000
LAST: Final = 30
READS: Final = 100
WORDS: Final = "I was at the lake today and thought about what you said yesterday. " * 2
# What a prompt's history is made of.
HISTORY: Final = ("direction", "kind", "state", "turn", "body", "verb")

IDS: Final = Ids(SystemClock())
OWNERS: Final[list[Owner]] = [(IDS.new(), IDS.new(), 0) for _ in range(CONVERSATIONS)]


def inbound(number: int) -> Row:
    """Return a message as the inbox commits it."""
    person, conversation, generation = OWNERS[number * 7919 % CONVERSATIONS]
    key = IDS.new()
    return {
        "id": key,
        "person": person,
        "conversation": conversation,
        "generation": generation,
        "queue": "open",
        "direction": "in",
        "kind": "message",
        "state": "waiting",
        "turn": None,
        "part": 0,
        "body": SealedText(WORDS),
        "verb": None,
        "dedupe": secrets.token_urlsafe(32),
        "platform_id": SealedText(str(number)),
        "position": key,
        "time": 1_764_000_000_000 + number,
        "cut": False,
        "attempts": 0,
        "session": person,
        "sensitivity": None,
        "policy_version": "1",
        "persona_version": None,
        "engine_version": "1",
        "expires_at": None,
        "standalone": False,
        "model": None,
    }


async def opened(folder: Path) -> Vault:
    """Open a vault whose conversations have their keys."""
    vault = await open_vault(
        "sqlite:///a.db",
        datamap=ENGINE,
        data_folder=folder,
        master_key=b"m" * 32,
        clock=SystemClock(),
    )
    await vault.keyring.fetch(OWNERS, make=True)
    return vault


def sealed(vault: Vault, rows: Sequence[Row]) -> list[Row]:
    """Return the rows as the store sees them."""
    plan = SealPlan(MESSAGES)
    result: list[Row] = []
    for row in rows:
        owner = plan.owner(row)
        under = None if owner is None else vault.keyring.usable(owner)
        result.append(plan.seal(row, str(row["id"]), owner, under))
    return result


# ----------------------------------------------------------------------------------------- writes


async def awaited(store: Store | Vault, rows: Sequence[Row]) -> tuple[float, float]:
    """Return awaited rows a second of all writers, and microseconds of CPU a row."""
    left: Iterator[Row] = iter(rows)

    async def writer() -> None:
        for row in left:
            await store.write([Add(MESSAGES, row)], Access(Purpose.SERVICE, str(row["person"])))

    used, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return rate(len(rows), used, started)


def bare(db: sqlite3.Connection, rows: Sequence[Row], a_commit: int) -> tuple[float, float]:
    """Return rows a second of bare SQLite in the same table, and microseconds of CPU a row."""
    insert = insertion(rows[0])
    values = [tuple(row.values()) for row in rows]
    used, started = time.process_time(), time.perf_counter()
    for at in range(0, len(values), a_commit):
        db.execute("BEGIN IMMEDIATE")
        db.executemany(insert, values[at : at + a_commit])
        db.execute("COMMIT")
    return rate(len(rows), used, started)


def rate(rows: int, used: float, started: float) -> tuple[float, float]:
    """Return rows a second since it started, and microseconds of CPU a row."""
    taken = time.perf_counter() - started
    return rows / taken, 1e6 * (time.process_time() - used) / rows


def insertion(row: Row) -> str:
    """Return the statement that inserts a row like this."""
    return f"INSERT INTO messages ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - names of ours


async def writes(folder: Path) -> None:
    """Measure all ways of writing in turn, in short rounds, so that all meet the same noise."""
    vaults = [await opened(folder / name) for name in ("sealed", "unsealed", "many", "one")]
    for vault in vaults[2:]:
        await vault.aclose()
    databases = [
        sqlite3.connect(folder / name / "a.db", isolation_level=None) for name in ("many", "one")
    ]
    for db in databases:
        for pragma in ("synchronous = FULL", "secure_delete = ON", "cache_size = -32768"):
            db.execute(f"PRAGMA {pragma}")
    found: dict[str, list[tuple[float, float]]] = {}
    for turn in range(ROUNDS):
        rows = [inbound(number) for number in range(turn * WRITTEN, (turn + 1) * WRITTEN)]
        stored = sealed(vaults[0], rows)
        few = stored[: WRITTEN // 10]
        measured = [
            ("ours, sealed", await awaited(vaults[0], rows)),
            ("ours, unsealed", await awaited(vaults[1].store, stored)),
            (f"bare executemany, {WRITERS} rows a commit", bare(databases[0], stored, WRITERS)),
            ("bare, one row a commit", bare(databases[1], few, 1)),
        ]
        for name, figure in measured:
            found.setdefault(name, []).append(figure)
    for db in databases:
        db.close()
    for vault in vaults[:2]:
        await vault.aclose()
    print(f"{'messages, rows a second':40}{'best':>10}{'median':>10}{'CPU, µs':>10}")
    for name, figures in found.items():
        best, median = max(f[0] for f in figures), statistics.median(f[0] for f in figures)
        cpu = min(f[1] for f in figures)
        print(f"{name:40}{best:>10,.0f}{median:>10,.0f}{cpu:>10.0f}")
    print(f"target: 15,000 awaited with {WRITERS} writers")


# ------------------------------------------------------------------------------------------ reads


async def fill(folder: Path) -> None:
    """Make 1,000,000 sealed messages; the indexes are made after the rows, which is quicker."""
    vault = await opened(folder)
    with closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        for index in MESSAGES.indexes:
            db.execute(f'DROP INDEX "{index_name(MESSAGES.name, index.name)}"')
        insert = insertion(inbound(0))
        for at in range(0, STORED, 10_000):
            rows = sealed(vault, [inbound(n) for n in range(at, at + 10_000)])
            db.execute("BEGIN")
            db.executemany(insert, [tuple(row.values()) for row in rows])
            db.execute("COMMIT")
            await asyncio.sleep(0)
        for index in MESSAGES.indexes:
            db.execute(create_index(MESSAGES, index))
    await vault.aclose()


async def reads(folder: Path) -> None:
    """Measure the last messages of a conversation."""
    started = time.perf_counter()
    await fill(folder)
    print(f"\n{STORED:,} messages made in {time.perf_counter() - started:.0f} s")
    vault = await opened(folder)
    with closing(sqlite3.connect(folder / "a.db")) as db, ThreadPoolExecutor(1) as thread:
        await _compare(vault, db, thread, "microseconds")
        with one_core() as pinned:
            if pinned:
                await _compare(vault, db, thread, "on one core")
    print("target: 250 awaited and unsealed")
    await vault.aclose()


@contextmanager
def one_core() -> Iterator[bool]:
    """Keep all threads on one core while the block runs; false where the system cannot."""
    if sys.platform != "linux":
        yield False
        return
    threads = [int(task.name) for task in Path("/proc/self/task").iterdir()]
    cores = os.sched_getaffinity(0)
    try:
        for thread in threads:
            os.sched_setaffinity(thread, {min(cores)})
        yield True
    finally:
        for thread in threads:
            os.sched_setaffinity(thread, cores)


async def _compare(
    vault: Vault, db: sqlite3.Connection, thread: ThreadPoolExecutor, what: str
) -> None:
    async def ours(owner: Owner, only: tuple[str, ...]) -> int:
        rows = await vault.find(
            MESSAGES,
            "conversation",
            Access(Purpose.SERVICE, owner[0]),
            equal={"conversation": owner[1]},
            descending=True,
            limit=LAST,
            only=only,
        )
        assert isinstance(rows[0]["body"], SealedText)
        return len(rows)

    def sql(columns: Sequence[str]) -> str:
        ending = f"ORDER BY id DESC LIMIT {LAST}"
        return f"SELECT {', '.join(columns)} FROM messages WHERE conversation = ? {ending}"  # noqa: S608 - names of ours

    every = [f.name for f in MESSAGES.all_fields]
    wanted = ["id", *HISTORY, "person", "conversation", "generation"]

    async def only_sql(owner: Owner, columns: Sequence[str]) -> int:
        return len(db.execute(sql(columns), (owner[1],)).fetchall())

    async def only_thread(owner: Owner) -> int:
        return await asyncio.get_running_loop().run_in_executor(thread, lambda: LAST)

    ways: dict[str, Callable[[Owner], Awaitable[int]]] = {
        "ours, what a history needs": lambda o: ours(o, HISTORY),
        "ours, whole rows": lambda o: ours(o, ()),
        "bare SQL, what a history needs": lambda o: only_sql(o, wanted),
        "bare SQL, whole rows": lambda o: only_sql(o, every),
        "a thread that does nothing": only_thread,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            for owner in OWNERS[:READS]:
                used, started = time.process_time(), time.perf_counter()
                assert await way(owner) == LAST
                if turn:  # the first turn warms caches
                    times[name].append(1e6 * (time.perf_counter() - started))
                    cpu[name].append(1e6 * (time.process_time() - used))
    print(f"{f'the last 30, {what}':40}{'best':>10}{'median':>10}{'CPU':>10}")
    for name, figures in times.items():
        used = statistics.median(cpu[name])
        median = statistics.median(figures)
        print(f"{name:40}{min(figures):>10.0f}{median:>10.0f}{used:>10.0f}")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(writes(Path(folder) / "writes"))
        asyncio.run(reads(Path(folder) / "reads"))


if __name__ == "__main__":
    main()
