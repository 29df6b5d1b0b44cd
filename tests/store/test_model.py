"""The store against a dictionary: whatever is done to both, they agree."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from amity.errors import Conflict, Duplicate
from amity.store import EVERYONE, Access, Add, Change, Increment, Operation, Put, Range, Remove, Row
from amity.store.sqlite import SQLiteStore
from amity.testing.store_kit import StoreKit
from amity.testing.store_kit_base import NOTES, PURPOSES, note

KEYS = st.sampled_from("abcdef")
PEOPLE = st.sampled_from(["ann", "bob"])
RANKS = st.none() | st.integers(-2, 2)
WORDS = st.none() | st.sampled_from(["x", "y"])
GROUPS = st.sampled_from(["g", "h"])
ACCESS = st.sampled_from(["ann", "bob", EVERYONE])


def rows() -> st.SearchStrategy[Row]:
    return st.builds(
        note, KEYS, PEOPLE, group=GROUPS, rank=RANKS, open=WORDS, once=WORDS, pair=WORDS, half=RANKS
    )


WHENS: st.SearchStrategy[Row] = st.one_of(
    st.builds(dict),
    st.builds(lambda rank: {"rank": rank}, RANKS),
    st.builds(lambda word: {"open": word}, WORDS),
)
SETS = st.fixed_dictionaries(
    {}, optional={"rank": RANKS, "open": WORDS, "once": WORDS, "half": RANKS}
)
OPERATIONS = st.one_of(
    st.builds(Add, st.just(NOTES), rows(), st.booleans()),
    st.builds(Put, st.just(NOTES), rows()),
    st.builds(Change, st.just(NOTES), KEYS, SETS, WHENS, st.booleans()),
    st.builds(Remove, st.just(NOTES), KEYS),
    st.builds(
        lambda group, after: Remove(
            NOTES, index="group", equal={"group": group}, range=Range(after=after)
        ),
        GROUPS,
        RANKS,
    ),
    st.builds(lambda key: ("increment", key), KEYS),
)


class Model:
    """The contract, as plainly as it can be written."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def write(self, operations: list[Operation], subject: str) -> list[int]:
        before = {key: dict(row) for key, row in self.rows.items()}
        try:
            return [self.apply(operation, subject) for operation in operations]
        except (Conflict, Duplicate):
            self.rows = before
            raise

    def mine(self, key: str, subject: str) -> Row | None:
        row = self.rows.get(key)
        return row if row is not None and subject in (EVERYONE, row["person"]) else None

    def set(self, row: Row) -> None:
        for key, other in self.rows.items():
            if key == row["id"]:
                continue
            if row["once"] is not None and other["once"] == row["once"]:
                raise Duplicate
            pairs = [(r["pair"], r["half"]) for r in (row, other)]
            if None not in pairs[0] and pairs[0] == pairs[1]:
                raise Duplicate
        self.rows[str(row["id"])] = dict(row)

    def apply(self, operation: Operation, subject: str) -> int:
        match operation:
            case Add():
                return self.add(operation)
            case Put():
                key = str(operation.row["id"])
                if key in self.rows and self.mine(key, subject) is None:
                    raise Conflict
                self.set(dict(operation.row))
                return 1
            case Change():
                return self.change(operation, subject)
            case Increment():
                row = self.mine(operation.id, subject)
                if row is None and operation.id in self.rows:
                    raise Conflict
                row = dict(operation.row) if row is None else row
                rank: Any = row["rank"] or 0
                self.set(row | {"rank": rank + operation.amount})
                return 1
            case Remove():
                return self.remove(operation, subject)

    def add(self, operation: Add) -> int:
        try:
            if operation.row["id"] in self.rows:
                raise Duplicate
            self.set(dict(operation.row))
        except Duplicate:
            if operation.ignore_duplicate:
                return 0
            raise
        return 1

    def change(self, operation: Change, subject: str) -> int:
        row = self.mine(operation.id, subject)
        if row is None or any(row[n] != v for n, v in operation.when.items()):
            if operation.lenient:
                return 0
            raise Conflict
        self.set(row | dict(operation.set))
        return 1

    def remove(self, operation: Remove, subject: str) -> int:
        keys = [
            key
            for key, row in self.rows.items()
            if self.mine(key, subject) is not None and _found(operation, row)
        ]
        for key in keys:
            del self.rows[key]
        return len(keys)


def _found(removal: Remove, row: Row) -> bool:
    if removal.id is not None:
        return row["id"] == removal.id
    rank: Any = row["rank"]
    after: Any = removal.range.after
    in_range = after is None or (rank is not None and rank > after)
    return row["group"] == removal.equal["group"] and in_range


class StoreMachine(RuleBasedStateMachine):
    """Batches on both; after each, everything that can be seen is the same."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.loop = asyncio.new_event_loop()
        self.model = Model()
        self.store = self.run_(SQLiteStore.open(self.folder / "a.db", StoreKit.datamap))

    def run_(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    @rule(batch=st.lists(OPERATIONS, min_size=1, max_size=4), subject=ACCESS)
    def write(self, batch: list[Any], subject: str) -> None:
        access = Access(min(PURPOSES), subject)
        person = "ann" if subject == EVERYONE else subject
        operations: list[Operation] = []
        for operation in batch:
            if isinstance(operation, tuple):
                key = operation[1]
                operations.append(Increment(NOTES, key, "rank", 1, note(key, person)))
            elif isinstance(operation, Add | Put) and subject != EVERYONE:
                operations.append(type(operation)(NOTES, {**operation.row, "person": subject}))
            else:
                operations.append(operation)
        expected: object
        try:
            expected = self.model.write(operations, subject)
        except (Conflict, Duplicate) as error:
            expected = type(error)
        got: object
        try:
            got = self.run_(self.store.write(operations, access))
        except (Conflict, Duplicate) as error:
            got = type(error)
        assert got == expected

    @rule()
    def restart(self) -> None:
        self.run_(self.store.aclose())
        self.store = self.run_(SQLiteStore.open(self.folder / "a.db", StoreKit.datamap))

    @rule(group=GROUPS, after=RANKS, before=RANKS, descending=st.booleans(), subject=ACCESS)
    def find(
        self, group: str, after: int | None, before: int | None, descending: bool, subject: str
    ) -> None:
        found = self.run_(
            self.store.find(
                NOTES,
                "group",
                Access(min(PURPOSES), subject),
                equal={"group": group},
                range=Range(after=after, before=before),
                descending=descending,
                limit=3,
            )
        )

        def in_range(row: Row) -> bool:
            rank: Any = row["rank"]
            if after is None and before is None:
                return True
            return rank is not None and (
                (after is None or rank > after) and (before is None or rank < before)
            )

        def order(row: Row) -> tuple[bool, Any, str]:
            return (row["rank"] is not None, row["rank"] or 0, str(row["id"]))

        expected = sorted(
            (
                row
                for row in self.model.rows.values()
                if row["group"] == group and subject in (EVERYONE, row["person"]) and in_range(row)
            ),
            key=order,
            reverse=descending,
        )
        assert found == expected[:3]

    @invariant()
    def everything_is_the_same(self) -> None:
        rows = self.run_(self.store.find(NOTES, "id", Access(min(PURPOSES), EVERYONE)))
        assert {str(row["id"]): row for row in rows} == self.model.rows

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run_(self.store.aclose())
            self.loop.close()
            shutil.rmtree(self.folder)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
