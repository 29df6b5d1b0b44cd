"""From one declaration to the next, on both stores."""

import dataclasses
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from amity.datamap.declarations import LEASES
from amity.datamap.schema import (
    Collection,
    DataMap,
    Field,
    Form,
    Index,
    KeyScope,
    Kind,
    Purpose,
)
from amity.errors import Duplicate, StoreUnusable
from amity.store import EVERYONE, Access, Add, Remove, Row
from amity.store.mongodb import MongoStore
from amity.store.sqlite import SQLiteStore
from amity.store.sqlite_schema import Step

ALL = Access(Purpose.SERVICE, EVERYONE)
ROW: Row = {"id": "a", "person": "ann", "word": "w", "mood": None}

BEFORE = Collection(
    id=1,
    name="notes",
    about="As it was.",
    subject="person",
    purposes=frozenset({Purpose.SERVICE}),
    fields=(
        Field(id=1, name="person"),
        Field(id=2, name="word"),
        Field(id=3, name="mood", optional=True),
    ),
    indexes=(Index(name="word", fields=("word",)),),
)

Opened = SQLiteStore | MongoStore
Open = Callable[..., Awaitable[Opened]]


def changed(**values: Any) -> DataMap:
    return DataMap((dataclasses.replace(BEFORE, **values), LEASES))


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.mongo)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "sqlite":

        async def sqlite(datamap: DataMap) -> Opened:
            return await SQLiteStore.open(tmp_path / "a.db", datamap)

        return sqlite
    url = request.getfixturevalue("mongo_url")

    async def mongodb(datamap: DataMap) -> Opened:
        return await MongoStore.open(url, datamap)

    return mongodb


async def first(reopen: Open) -> str:
    store = await reopen(changed())
    await store.write([Add(BEFORE, ROW)], ALL)
    await store.aclose()
    return store.id


async def only_row(reopen: Open, datamap: DataMap) -> Row:
    store = await reopen(datamap)
    rows = await store.find(datamap.collections[0], "id", ALL)
    await store.aclose()
    assert len(rows) == 1
    return rows[0]


async def test_nothing_changed(reopen: Open) -> None:
    identity = await first(reopen)
    assert await only_row(reopen, changed()) == ROW
    store = await reopen(changed())
    assert store.id == identity
    await store.aclose()


async def test_a_new_field_and_collection(reopen: Open) -> None:
    await first(reopen)
    fields = (*BEFORE.fields, Field(id=4, name="extra", kind=Kind.INTEGER, optional=True))
    other = dataclasses.replace(BEFORE, id=2, name="others")
    datamap = DataMap((dataclasses.replace(BEFORE, fields=fields), LEASES, other))
    assert await only_row(reopen, datamap) == ROW | {"extra": None}
    store = await reopen(datamap)
    await store.write([Add(other, ROW)], ALL)
    await store.write([Add(datamap.collections[0], ROW | {"id": "b", "extra": 5})], ALL)
    await store.aclose()


async def test_a_new_field_in_a_new_index(reopen: Open) -> None:
    await first(reopen)
    datamap = changed(
        fields=(*BEFORE.fields, Field(id=4, name="extra", kind=Kind.INTEGER, optional=True)),
        indexes=(
            Index(name="extra", fields=("extra",), sparse=True),
            Index(name="word", fields=("word", "mood")),
            Index(name="once", fields=("mood",), unique=True, sparse=True),
        ),
    )
    store = await reopen(datamap)
    notes = datamap.collections[0]
    await store.write([Add(notes, ROW | {"id": "b", "extra": 5, "mood": "good"})], ALL)
    assert [r["id"] for r in await store.find(notes, "extra", ALL)] == ["b"]
    found = await store.find(notes, "word", ALL, equal={"word": "w", "mood": "good"})
    assert [r["id"] for r in found] == ["b"]
    with pytest.raises(Duplicate):
        await store.write([Add(notes, ROW | {"id": "c", "mood": "good"})], ALL)
    await store.aclose()


async def test_an_index_dropped(reopen: Open) -> None:
    await first(reopen)
    assert await only_row(reopen, changed(indexes=())) == ROW
    assert await only_row(reopen, changed()) == ROW


async def test_a_field_that_may_now_be_empty(reopen: Open) -> None:
    await first(reopen)
    fields = (BEFORE.fields[0], Field(id=2, name="word", optional=True), BEFORE.fields[2])
    datamap = changed(fields=fields)
    store = await reopen(datamap)
    await store.write([Add(datamap.collections[0], ROW | {"id": "b", "word": None})], ALL)
    await store.aclose()


async def test_another_name_for_a_field(reopen: Open) -> None:
    await first(reopen)
    fields = (
        Field(id=1, name="who"),
        Field(id=2, name="saying"),
        Field(id=3, name="mood", optional=True),
    )
    index = Index(name="word", fields=("saying",))
    datamap = changed(fields=fields, subject="who", indexes=(index,))
    renamed: Row = {"id": "a", "who": "ann", "saying": "w", "mood": None}
    assert await only_row(reopen, datamap) == renamed
    store = await reopen(datamap)
    found = await store.find(datamap.collections[0], "word", ALL, equal={"saying": "w"})
    assert found == [renamed]
    await store.aclose()


async def test_a_removed_plugins_rows_stay(reopen: Open) -> None:
    await first(reopen)
    store = await reopen(DataMap((LEASES,)))
    await store.aclose()
    assert await only_row(reopen, changed()) == ROW


def mood(**values: Any) -> tuple[Field, ...]:
    return (*BEFORE.fields[:2], Field(id=3, name="mood", **values))


@pytest.mark.parametrize(
    "values, why",
    [
        ({"fields": BEFORE.fields[:2]}, "newer Amity"),
        ({"fields": (*BEFORE.fields, Field(id=4, name="must"))}, "no migration step"),
        (
            {"fields": mood()},
            "may not be empty, and there is no migration step",
        ),
        (
            {
                "fields": (
                    *BEFORE.fields[:2],
                    Field(id=3, name="mood", kind=Kind.INTEGER, optional=True),
                )
            },
            "no migration step",
        ),
        (
            {
                "fields": (
                    *BEFORE.fields[:2],
                    Field(id=3, name="mood", form=Form.SEALED, optional=True),
                )
            },
            "no migration step",
        ),
        ({"subject": None}, "whose data it is"),
        ({"keys": KeyScope.PERSON}, "whose data it is"),
    ],
)
async def test_what_cannot_be_derived_is_refused(
    reopen: Open, values: dict[str, Any], why: str
) -> None:
    await first(reopen)
    with pytest.raises(StoreUnusable, match=why) as refused:
        await reopen(changed(**values))
    assert "\n" not in str(refused.value)
    assert await only_row(reopen, changed()) == ROW


# ------------------------------------------------------------------------------------ SQLite alone


async def test_another_name_for_a_collection(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "a.db", changed())
    await store.write([Add(BEFORE, ROW)], ALL)
    await store.aclose()
    datamap = changed(name="remarks")
    store = await SQLiteStore.open(tmp_path / "a.db", datamap)
    assert await store.find(datamap.collections[0], "word", ALL, equal={"word": "w"}) == [ROW]
    await store.aclose()


async def test_a_copy_is_made_before(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.db", tmp_path / "a.db.before-migration"
    store = await SQLiteStore.open(path, changed())
    await store.write([Add(BEFORE, ROW)], ALL)
    await store.aclose()
    assert not copy.exists()
    await (await SQLiteStore.open(path, changed())).aclose()
    assert not copy.exists()
    await (await SQLiteStore.open(path, changed(indexes=()))).aclose()
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT word FROM notes").fetchall() == [("w",)]
        indexes = db.execute("SELECT name FROM sqlite_schema WHERE name = 'notes__word'")
        assert indexes.fetchall() == [("notes__word",)]
    assert copy.stat().st_mode & 0o077 == 0
    # Whoever erases something does not want it to stay there.
    store = await SQLiteStore.open(path, changed(indexes=()))
    await store.write([Remove(store.datamap.collections[0], "a")], ALL)
    await store.scrub()
    assert not copy.exists()
    await store.aclose()


def _numbers(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE notes ADD COLUMN must TEXT")
    connection.execute("UPDATE notes SET must = word || '!'")


def _fails(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE notes SET word = 'spoilt'")
    connection.execute("SELECT * FROM nowhere")


MUST = (*BEFORE.fields, Field(id=4, name="must"))


async def test_a_step_runs_once(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = await SQLiteStore.open(path, changed())
    await store.write([Add(BEFORE, ROW)], ALL)
    await store.aclose()
    steps = [Step(1, "gives every note what it must have", _numbers, frozenset({"notes"}))]
    for _ in range(2):
        store = await SQLiteStore.open(path, changed(fields=MUST), steps=steps)
        notes = store.datamap.collections[0]
        assert await store.find(notes, "id", ALL) == [ROW | {"must": "w!"}]
        await store.aclose()
    with pytest.raises(StoreUnusable, match="newer Amity"):
        await SQLiteStore.open(path, changed(fields=MUST))


async def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = await SQLiteStore.open(path, changed())
    await store.write([Add(BEFORE, ROW)], ALL)
    await store.aclose()
    steps = [Step(1, "fails", _fails, frozenset({"notes"}))]
    with pytest.raises(StoreUnusable, match="nothing was changed"):
        await SQLiteStore.open(path, changed(fields=MUST), steps=steps)
    store = await SQLiteStore.open(path, changed())
    assert await store.find(BEFORE, "id", ALL) == [ROW]
    await store.aclose()


async def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await (await SQLiteStore.open(path, changed())).aclose()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE amity_meta SET value = '99' WHERE name = 'format'")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="newer Amity"):
        await SQLiteStore.open(path, changed())
    assert path.read_bytes() == before
