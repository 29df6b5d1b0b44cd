# ruff: noqa: D102 - a test is named for what it shows
"""The store kit: each kind of write."""

import asyncio

import pytest

from amity.errors import Conflict, Duplicate
from amity.store.contract import Add, Change, Increment, Put, Range, Remove, Row, Store
from amity.testing.store_kit_base import (
    ALL,
    ANN,
    BOB,
    NONE,
    NOTES,
    TALLIES,
    StoreKitBase,
    keys,
    note,
)

__all__ = ["WritingKit"]


class WritingKit(StoreKitBase):
    """Each kind of write."""

    # ------------------------------------------------------------------------------ add, put

    async def test_adding_twice_is_a_duplicate(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a"))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Add(NOTES, note("a", rank=1))], ANN)
        assert await store.write([Add(NOTES, note("a", rank=1), ignore_duplicate=True)], ANN) == [0]
        assert await store.get(NOTES, "a", ANN) == note("a")
        assert await store.write([Add(NOTES, note("b"), ignore_duplicate=True)], ANN) == [1]

    async def test_a_unique_value_is_there_once(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", once="x"))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Add(NOTES, note("b", once="x"))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Put(NOTES, note("b", once="x"))], ANN)
        assert await store.write([Add(NOTES, note("b", once="x"), ignore_duplicate=True)], ANN) == [
            0
        ]
        await store.write([Add(NOTES, note("b", once="y"))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Change(NOTES, "b", {"once": "x"})], ANN)
        assert await store.get(NOTES, "b", ANN) == note("b", once="y")
        # Free again as soon as it is given up.
        await store.write([Change(NOTES, "a", {"once": None})], ANN)
        await store.write([Change(NOTES, "b", {"once": "x"})], ANN)
        await store.write([Remove(NOTES, "b"), Add(NOTES, note("c", once="x"))], ANN)

    async def test_a_unique_value_is_there_once_for_all_subjects(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", once="x"))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Add(NOTES, note("b", "bob", once="x"))], BOB)

    async def test_none_is_never_a_duplicate(self, store: Store) -> None:
        rows = [note(key, pair="p") for key in "ab"] + [note(key, half=1) for key in "cd"]
        await store.write([Add(NOTES, row) for row in rows], ANN)
        await store.write([Add(NOTES, note("e", pair="p", half=1))], ANN)
        with pytest.raises(Duplicate):
            await store.write([Change(NOTES, "a", {"half": 1})], ANN)
        with pytest.raises(Duplicate):
            await store.write([Change(NOTES, "c", {"pair": "p"})], ANN)
        with pytest.raises(Duplicate):
            await store.write([Add(NOTES, note("f", pair="p", half=1))], ANN)
        await store.write(
            [Change(NOTES, "a", {"half": 2}), Change(NOTES, "e", {"half": None})], ANN
        )
        await store.write([Change(NOTES, "b", {"half": 1})], ANN)

    async def test_put_replaces_a_row_whole(self, store: Store) -> None:
        assert await store.write([Put(NOTES, note("a", rank=1, open="x"))], ANN) == [1]
        assert await store.write([Put(NOTES, {"id": "a", "person": "ann", "group": "h"})], ANN) == [
            1
        ]
        assert await store.get(NOTES, "a", ANN) == note("a", group="h")
        assert await store.find(NOTES, "open", ANN) == []

    # --------------------------------------------------------------------------------- change

    async def test_change_sets_only_what_it_names(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1, open="x"))], ANN)
        assert await store.write([Change(NOTES, "a", {"rank": 2, "open": None})], ANN) == [1]
        assert await store.get(NOTES, "a", ANN) == note("a", rank=2)

    async def test_change_compares(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1, flag=False))], ANN)
        whens: list[Row] = [
            {"rank": 2},
            {"rank": None},
            {"open": "x"},
            {"rank": 1, "open": "x"},
            {"flag": True},
        ]
        for when in whens:
            with pytest.raises(Conflict):
                await store.write([Change(NOTES, "a", {"group": "h"}, when)], ANN)
            lenient = Change(NOTES, "a", {"group": "h"}, when, lenient=True)
            assert await store.write([lenient], ANN) == [0]
        assert await store.get(NOTES, "a", ANN) == note("a", rank=1, flag=False)
        holds: Row = {"rank": 1, "open": None, "flag": False, "person": "ann"}
        assert await store.write([Change(NOTES, "a", {"rank": 2}, holds)], ANN) == [1]

    async def test_change_compares_the_owner(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a"))], ANN)
        with pytest.raises(Conflict):
            await store.write([Change(NOTES, "a", {"body": b"x"}, owner={"person": "bob"})], ALL)
        assert await store.write(
            [Change(NOTES, "a", {"body": b"x"}, owner={"person": "ann"})], ALL
        ) == [1]

    async def test_changing_a_missing_row(self, store: Store) -> None:
        with pytest.raises(Conflict):
            await store.write([Change(NOTES, "a", {"rank": 1})], ANN)
        assert await store.write([Change(NOTES, "a", {"rank": 1}, lenient=True)], ANN) == [0]

    async def test_an_empty_change_is_a_precondition(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1))], ANN)
        then = Add(NOTES, note("b"))
        with pytest.raises(Conflict):
            await store.write([Change(NOTES, "a", {}, when={"rank": 2}), then], ANN)
        assert await store.get(NOTES, "b", ANN) is None
        assert await store.write([Change(NOTES, "a", {}, when={"rank": 1}), then], ANN) == [1, 1]

    async def test_a_change_to_the_same_value_counts(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1))], ANN)
        assert await store.write([Change(NOTES, "a", {"rank": 1})], ANN) == [1]

    # ------------------------------------------------------------------------------ increment

    async def test_increment_makes_and_adds(self, store: Store) -> None:
        row: Row = {"person": "ann", "day": "d"}
        assert await store.write([Increment(TALLIES, "a", "amount", 1.5, row)], ANN) == [1]
        assert await store.write(
            [Increment(TALLIES, "a", "amount", -1, {**row, "day": "e"})], ANN
        ) == [1]
        assert await store.write([Increment(TALLIES, "a", "times", 2, row)], ANN) == [1]
        got = await store.get(TALLIES, "a", ANN)
        assert got == {"id": "a", "person": "ann", "day": "d", "amount": 0.5, "times": 2}
        assert type(got["times"]) is int

    async def test_increments_at_once_all_count(self, store: Store) -> None:
        row: Row = {"person": None, "day": "d"}
        await asyncio.gather(
            *(
                store.write([Increment(TALLIES, "s", "times", 1, row)], NONE)
                for _ in range(self.rounds)
            )
        )
        got = await store.get(TALLIES, "s", NONE)
        assert got is not None
        assert got["times"] == self.rounds

    # --------------------------------------------------------------------------------- remove

    async def test_remove(self, store: Store) -> None:
        await self.ranked(store)
        assert await store.write([Remove(NOTES, "a"), Remove(NOTES, "a")], ANN) == [1, 0]
        removal = Remove(NOTES, index="group", equal={"group": "g"}, range=Range(after=1))
        assert await store.write([removal], ANN) == [2]
        assert keys(await store.find(NOTES, "id", ANN)) == ["b", "d", "f"]
        assert await store.write([Remove(NOTES, index="person", equal={"person": "ann"})], ANN) == [
            3
        ]

    async def test_remove_by_a_sparse_index(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", open="x")), Add(NOTES, note("b"))], ANN)
        assert await store.write([Remove(NOTES, index="open")], ALL) == [1]
        assert keys(await store.find(NOTES, "id", ANN)) == ["b"]
