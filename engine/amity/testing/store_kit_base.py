"""What the parts of the store kit share: collections, rows and the class they build on."""

from typing import ClassVar

import pytest

from amity.datamap.declarations import LEASES
from amity.datamap.schema import Collection, DataMap, Field, Form, Index, Kind, Purpose
from amity.store.contract import EVERYONE, NOBODY, Access, Add, Row, Store, Value

__all__ = [
    "ALL",
    "ANN",
    "BOB",
    "NONE",
    "NOTES",
    "PURPOSES",
    "TALLIES",
    "THINGS",
    "UNKNOWN",
    "StoreKitBase",
    "keys",
    "note",
]

PURPOSES = frozenset({Purpose.SERVICE, Purpose.RETENTION})

NOTES = Collection(
    id=101,
    name="kit_notes",
    about="Rows about persons, with every kind of field and index.",
    subject="person",
    purposes=PURPOSES,
    fields=(
        Field(id=1, name="person"),
        Field(id=2, name="group"),
        Field(id=3, name="rank", kind=Kind.INTEGER, optional=True),
        Field(id=4, name="open", optional=True),
        Field(id=5, name="once", optional=True),
        Field(id=6, name="flag", kind=Kind.BOOLEAN, optional=True),
        Field(id=7, name="weight", kind=Kind.NUMBER, optional=True),
        Field(id=8, name="blob", kind=Kind.BYTES, optional=True),
        Field(id=9, name="body", form=Form.SEALED, optional=True),
        Field(id=10, name="pair", optional=True),
        Field(id=11, name="half", kind=Kind.INTEGER, optional=True),
    ),
    indexes=(
        Index(name="group", fields=("group", "rank")),
        Index(name="open", fields=("open",), sparse=True),
        Index(name="once", fields=("once",), unique=True, sparse=True),
        Index(name="pair", fields=("pair", "half"), unique=True),
        Index(name="person", fields=("person",)),
    ),
)

TALLIES = Collection(
    id=102,
    name="kit_tallies",
    about="Small rows about a person or about nobody.",
    subject="person",
    purposes=PURPOSES,
    fields=(
        Field(id=1, name="person", optional=True),
        Field(id=2, name="day"),
        Field(id=3, name="amount", kind=Kind.NUMBER, optional=True),
        Field(id=4, name="times", kind=Kind.INTEGER, optional=True),
    ),
    indexes=(Index(name="day", fields=("day",)),),
)

THINGS = Collection(
    id=103,
    name="kit_things",
    about="Rows about nobody.",
    purposes=PURPOSES,
    fields=(Field(id=1, name="value", optional=True),),
)

UNKNOWN = Collection(
    id=104, name="kit_unknown", about="In no data map.", fields=(), purposes=PURPOSES
)

ANN = Access(Purpose.SERVICE, "ann")
BOB = Access(Purpose.SERVICE, "bob")
ALL = Access(Purpose.RETENTION, EVERYONE)
NONE = Access(Purpose.SERVICE, NOBODY)


def note(key: str, person: str = "ann", **values: Value) -> Row:
    """Return a whole row for ``kit_notes``."""
    row: Row = {f.name: None for f in NOTES.all_fields}
    return row | {"id": key, "person": person, "group": "g"} | values


def keys(rows: list[Row]) -> list[Value]:
    """Return the rows' ids in order."""
    return [row["id"] for row in rows]


class StoreKitBase:
    """What every part of the kit stands on."""

    datamap: ClassVar[DataMap] = DataMap((NOTES, TALLIES, THINGS, LEASES))
    atomic: ClassVar[bool] = True
    """Whether a batch is all or nothing; where not, a failure leaves a prefix."""
    rounds: ClassVar[int] = 200
    """How often the tests of things at the same time repeat; fewer for a slow server."""

    @pytest.fixture
    async def store(self) -> Store:
        """Return an empty store over ``datamap``. Yours to write."""
        pytest.fail("a StoreKit needs a fixture named store")

    @staticmethod
    async def ranked(store: Store) -> None:
        """Write six notes, five of one group and with ranks."""
        rows = [
            note("a", rank=2),
            note("b", rank=1),
            note("c", rank=2),
            note("d"),
            note("e", rank=3),
        ]
        await store.write([Add(NOTES, row) for row in (*rows, note("f", group="h", rank=0))], ANN)
