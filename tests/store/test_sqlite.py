"""The store on SQLite: the contract, its file, and files that are not ours."""

import asyncio
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from amity.datamap.schema import Collection, DataMap, Field
from amity.errors import Conflict, StoreError, StoreUnavailable, StoreUnusable
from amity.store import UNBOUNDED, Add, Change, Operation, Remove, Row
from amity.store.keyring_files import identity, trouble_with
from amity.store.sqlite import SQLiteStore
from amity.store.sqlite_files import readable_folder
from amity.store.sqlite_threads import Apart
from amity.testing.store_kit import StoreKit
from amity.testing.store_kit_base import ALL, ANN, NOTES, THINGS, keys, note

MAP = StoreKit.datamap


class TestSQLite(StoreKit):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SQLiteStore]:
        store = await SQLiteStore.open(tmp_path / "a.db", self.datamap)
        yield store
        await store.aclose()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLiteStore]:
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    yield store
    await store.aclose()


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


# ----------------------------------------------------------------------------------- the file


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    await store.write([Add(NOTES, note("a", blob=b"\x00"))], ANN)
    identity = store.id
    await store.aclose()
    assert sorted(content(tmp_path)) == ["a.db", "a.db.lock"]
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    assert await store.get(NOTES, "a", ANN) == note("a", blob=b"\x00")
    assert store.id == identity
    await store.aclose()


async def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = await SQLiteStore.open(tmp_path / "new" / "folder" / "a.db", MAP)
        await store.write([Add(NOTES, note("a"))], ANN)
    finally:
        os.umask(before)
    folder = tmp_path / "new" / "folder"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    await store.aclose()


async def test_the_tables_are_what_is_declared(store: SQLiteStore) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        for collection in MAP.collections:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({collection.name})")]
            assert columns == [f.name for f in collection.all_fields]
        tables = {r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert tables == {c.name for c in MAP.collections} | {"amity_meta"}


async def test_a_commit_is_pushed_to_the_disk(store: SQLiteStore) -> None:
    def settings(connection: sqlite3.Connection) -> list[object]:
        names = ("synchronous", "journal_mode", "secure_delete")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await store._writer.submit(settings) == [2, "wal", 1]


async def test_every_look_up_uses_its_index(store: SQLiteStore) -> None:
    """``INDEXED BY`` makes a look-up that its index cannot serve an error; none sorts either."""
    with closing(sqlite3.connect(store.path)) as db:
        table = store._tables["kit_notes"]
        for index in NOTES.indexes:
            query = store._checks.query(table.shape, index.name, {index.fields[0]: "x"}, UNBOUNDED)
            for descending in (False, True):
                sql, bound = table.find(
                    index.name, query, "ann", table.shape.names, descending=descending, limit=5
                )
                plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", bound)]
                # Of a unique value there is one row: sorting that costs nothing.
                assert len(plan) == 1 or index.unique, plan
                assert f"USING INDEX kit_notes__{index.name}" in plan[0]


async def test_one_process_holds_it(store: SQLiteStore) -> None:
    with pytest.raises(StoreUnusable, match="another Amity has it open"):
        await SQLiteStore.open(store.path, MAP)
    await store.write([Add(NOTES, note("a"))], ANN)
    await store.aclose()
    again = await SQLiteStore.open(store.path, MAP)
    assert await again.get(NOTES, "a", ANN) is not None
    await again.aclose()


async def test_the_log_is_moved_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amity.store.sqlite._LOG_SOFT", 100_000)
    monkeypatch.setattr("amity.store.sqlite._LOG_HARD", 400_000)
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    for number in range(60):
        await store.write([Add(NOTES, note(f"{number}", blob=bytes(20_000)))], ANN)
    assert (tmp_path / "a.db-wal").stat().st_size < 700_000
    assert (tmp_path / "a.db").stat().st_size > 500_000
    await store.scrub()
    assert (tmp_path / "a.db-wal").stat().st_size == 0
    assert await store.count(NOTES, "id", ANN) == 60
    await store.aclose()


async def test_the_log_is_moved_when_it_is_long_and_not_with_every_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amity.store.sqlite._LOG_SOFT", 50_000)
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    said: list[str] = []
    store._keeper.connection.set_trace_callback(said.append)
    for number in range(200):
        await store.write([Add(NOTES, note(f"{number}", blob=bytes(1000)))], ANN)
    await store.aclose()
    moves = [statement for statement in said if "checkpoint" in statement]
    assert 5 < len(moves) < 80


async def test_the_log_begins_anew_while_people_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amity.store.sqlite._LOG_SOFT", 100_000)
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)

    async def write(who: int) -> None:
        for number in range(100):
            await store.write([Add(NOTES, note(f"{who} {number}", blob=bytes(1000)))], ANN)

    await asyncio.gather(*(write(who) for who in range(5)))
    assert (tmp_path / "a.db-wal").stat().st_size < 1_000_000
    await store.aclose()


async def test_a_log_that_a_long_read_made_long_is_cut_and_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amity.store.sqlite._LOG_SOFT", 100_000)
    monkeypatch.setattr("amity.store.sqlite._LOG_HARD", 1_000_000)
    store = await SQLiteStore.open(tmp_path / "a.db", MAP)
    await store.write([Add(NOTES, note("first"))], ANN)
    said: list[str] = []
    store._writer.connection.set_trace_callback(said.append)

    async def write(name: str, how_many: int) -> int:
        said.clear()
        for number in range(how_many):
            await store.write([Add(NOTES, note(f"{name} {number}", blob=bytes(20_000)))], ANN)
        return len([statement for statement in said if "TRUNCATE" in statement])

    with closing(sqlite3.connect(tmp_path / "a.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kit_notes").fetchone()
        assert await write("during", 100) < 40
    assert (tmp_path / "a.db-wal").stat().st_size > 1_500_000
    assert await write("after", 30) == 1
    assert (tmp_path / "a.db-wal").stat().st_size < 1_000_000
    assert await write("later", 30) == 0
    await store.aclose()


async def test_what_a_crash_left_in_the_log_goes_at_the_start(
    store: SQLiteStore, tmp_path: Path
) -> None:
    await store.write([Add(NOTES, note(f"{n}", group="marker")) for n in range(100)], ANN)
    for n in range(100):
        await store.write([Remove(NOTES, f"{n}")], ANN)
    after = tmp_path / "after"
    after.mkdir()
    for name in (store.path.name, f"{store.path.name}-wal"):
        shutil.copy(store.path.parent / name, after / name)
    assert b"marker" in (after / f"{store.path.name}-wal").read_bytes()
    again = await SQLiteStore.open(after / store.path.name, MAP)
    assert not any(b"marker" in path.read_bytes() for path in after.iterdir())
    await again.aclose()


async def test_scrub_waits_for_a_long_read(store: SQLiteStore) -> None:
    await store.write([Add(NOTES, note(f"{n}", blob=bytes(1000))) for n in range(500)], ANN)
    results = await asyncio.gather(
        store.find(NOTES, "id", ALL), store.scrub(), store.find(NOTES, "id", ALL), store.scrub()
    )
    assert results[0] is not None
    assert (store.path.parent / "a.db-wal").stat().st_size == 0


async def test_a_full_disk_is_said_and_survived(store: SQLiteStore) -> None:
    await store.write([Add(NOTES, note("a"))], ANN)

    def pages(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])

    count = await store._writer.submit(pages)
    await _pragma(store, f"max_page_count = {count + 4}")
    waiting = [store.write([Add(NOTES, note(f"k{n}", blob=bytes(50_000)))], ANN) for n in range(5)]
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, StoreUnavailable)
    assert keys(await store.find(NOTES, "id", ALL)) == ["a"]
    await _pragma(store, "max_page_count = 1000000")
    await store.write([Add(NOTES, note("b", blob=bytes(50_000)))], ANN)
    assert keys(await store.find(NOTES, "id", ALL)) == ["a", "b"]


async def _pragma(store: SQLiteStore, text: str) -> None:
    await store._writer.submit(Apart(lambda c: c.execute(f"PRAGMA {text}").fetchall()))


async def test_a_cancelled_caller_harms_no_other(store: SQLiteStore) -> None:
    tasks = [
        asyncio.ensure_future(store.write([Add(NOTES, note(f"k{n:02d}"))], ANN)) for n in range(40)
    ]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[1::2] == [[1]] * 20
    found = keys(await store.find(NOTES, "id", ALL))
    assert {f"k{n:02d}" for n in range(1, 40, 2)} <= set(found)


async def test_rows_of_many_callers_in_one_statement_fail_alone(store: SQLiteStore) -> None:
    """Long runs of like insertions become one statement; a duplicate among them is its own."""
    await store.write([Add(NOTES, note("k050"))], ANN)
    for lenient in (False, True):
        base = 0 if not lenient else 500
        await store.write([Add(NOTES, note(f"k{base + 20:03d}"), ignore_duplicate=True)], ANN)
        outcomes = await asyncio.gather(
            *(
                store.write([Add(NOTES, note(f"k{base + n:03d}"), lenient)], ANN)
                for n in range(100)
            ),
            return_exceptions=True,
        )
        for number, outcome in enumerate(outcomes):
            there = number == 20 or (number == 50 and not lenient)
            if not there:
                assert outcome == [1]
            elif lenient:
                assert outcome == [0]
            else:
                assert isinstance(outcome, StoreError)
    assert await store.count(NOTES, "id", ALL) == 200


async def test_figures(store: SQLiteStore) -> None:
    assert await store.holds_nothing()
    await store.write([Add(NOTES, note("a")), Add(NOTES, note("b"))], ANN)
    figures = await store.figures()
    assert figures["kit_notes"] == 2
    assert figures["kit_things"] == 0
    assert figures["bytes"] > 1000
    assert not await store.holds_nothing()


async def test_errors_hold_no_values(store: SQLiteStore) -> None:
    secret = "secret-value"
    await store.write([Add(NOTES, note(secret, open=secret, once=secret))], ANN)
    for operation in (
        Add(NOTES, note(secret)),
        Add(NOTES, note("b", once=secret)),
        Change(NOTES, secret, {"rank": 1}, when={"open": "other-secret-value"}),
        Add(NOTES, note("b", rank=secret)),
        Add(NOTES, note("b", open=f"{secret}\ud800")),
    ):
        with pytest.raises(StoreError) as failed:
            await store.write([operation], ANN)
        assert secret not in str(failed.value)
        assert secret not in repr(failed.value.__cause__)
        assert failed.value.__context__ is None or secret not in repr(failed.value.__context__)


# ------------------------------------------------------------------------- files that are not ours


def _text(path: Path) -> None:
    path.write_text("not a database at all, but long enough to look into\n" * 100)


def _short(path: Path) -> None:
    path.write_bytes(b"x")


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE recipes (name TEXT)")
        db.execute("INSERT INTO recipes VALUES ('soup')")


def _truncated(path: Path) -> None:
    made = path.read_bytes()
    path.write_bytes(made[: len(made) // 2])


def _scribbled(path: Path) -> None:
    made = bytearray(path.read_bytes())
    for at in range(2048, len(made), 512):
        made[at : at + 64] = b"\xff" * 64
    path.write_bytes(made)


def _undescribed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE amity_meta SET value = '{' WHERE name = 'schema'")


@pytest.mark.parametrize("harm", [_text, _short, _foreign, _truncated, _scribbled, _undescribed])
async def test_a_file_that_is_not_a_whole_database(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.db"
    if harm in {_truncated, _scribbled, _undescribed}:
        store = await SQLiteStore.open(path, MAP)
        await store.write([Add(NOTES, note(f"{n}", blob=bytes(500))) for n in range(200)], ANN)
        await store.aclose()
    harm(path)
    before = path.read_bytes()
    with pytest.raises(StoreUnusable) as refused:
        await SQLiteStore.open(path, MAP)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == before
    assert not (tmp_path / "a.db-wal").exists()


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_is_not_ours(mode: int) -> None:
    """In a child that is nobody in particular, because root may do everything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "data"
        folder.mkdir(mode=mode)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                readable_folder(folder)
            except StoreUnusable as refused:
                code = 0 if "change its owner or mode" in str(refused) else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        folder.chmod(0o700)


@pytest.mark.parametrize("journal", [True, False])
@pytest.mark.parametrize("mode,fits", [(0o000, False), (0o700, True)])
def test_a_keyring_that_became_unwritable(*, journal: bool, mode: int, fits: bool) -> None:
    """In a child that is nobody in particular, because root may do everything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "data"
        folder.mkdir(mode=0o755)
        (keyring := folder / "amity.db.keys").touch()
        if journal:
            (folder / "amity.db.keys-journal").touch()
        target = folder / "amity.db.keys-journal" if journal else folder
        os.chown(target, 65534 if os.geteuid() == 0 else -1, -1)
        target.chmod(mode | 0o500 if target is folder else mode)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                said = trouble_with(keyring, identity(keyring))
                code = 0 if (said == "") is fits and (fits or f"{target} cannot" in said) else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        target.chmod(0o700)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnusable, match="cannot be made"):
        await SQLiteStore.open(tmp_path / "file" / "data" / "a.db", MAP)


async def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "a.db").mkdir()
    with pytest.raises(StoreUnusable):
        await SQLiteStore.open(tmp_path / "a.db", MAP)


# -------------------------------------------------------------------------------------- batches


async def test_batches_of_a_group_are_whole_or_not_there(store: SQLiteStore) -> None:
    await store.write([Add(THINGS, {"id": "gate", "value": "0"})], ALL)

    async def one(number: int) -> bool:
        batch: list[Operation] = [
            Add(NOTES, note(f"a{number}")),
            Change(THINGS, "gate", {"value": "0"}, when={"value": "0" if number % 2 else "1"}),
            Add(NOTES, note(f"b{number}")),
            Remove(NOTES, f"a{number}"),
            Add(NOTES, note(f"c{number}")),
        ]
        try:
            await store.write(batch, ALL)
        except Conflict:
            return False
        return True

    outcomes = await asyncio.gather(*(one(number) for number in range(100)))
    assert outcomes == [number % 2 == 1 for number in range(100)]
    rows: list[Row] = await store.find(NOTES, "id", ALL)
    assert sorted(str(r["id"]) for r in rows) == sorted(
        f"{letter}{number}" for number in range(1, 100, 2) for letter in "bc"
    )


EXTRA = Collection(
    id=900,
    name='a table; -- "strange"',
    about="A name that SQL could stumble over.",
    purposes=NOTES.purposes,
    fields=(Field(id=1, name='se"lect', optional=True), Field(id=2, name="order", optional=True)),
)


async def test_strange_names_are_only_names(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "a.db", DataMap((*MAP.collections, EXTRA)))
    row: Row = {"id": "x", 'se"lect': "1", "order": "2"}
    await store.write([Add(EXTRA, row)], ALL)
    await store.write([Change(EXTRA, "x", {"order": "3"}, when={'se"lect': "1"})], ALL)
    assert await store.find(EXTRA, "id", ALL) == [row | {"order": "3"}]
    await store.aclose()
