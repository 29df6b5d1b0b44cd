# ruff: noqa: D102 - a test is named for what it shows
"""The store kit: reading, subjects, and what is refused."""

import pytest

from amity.datamap.schema import Collection, Purpose
from amity.errors import Conflict, Undeclared
from amity.sealed import SealedText
from amity.store.contract import (
    Access,
    Add,
    Change,
    Get,
    Increment,
    Put,
    Range,
    Remove,
    Row,
    Store,
    Value,
)
from amity.testing.store_kit_base import (
    ALL,
    ANN,
    BOB,
    NONE,
    NOTES,
    PURPOSES,
    TALLIES,
    THINGS,
    UNKNOWN,
    StoreKitBase,
    keys,
    note,
)

__all__ = ["ReadingKit"]


class ReadingKit(StoreKitBase):
    """Reading, subjects, and what is refused."""

    # ------------------------------------------------------------------------------ get, read

    async def test_what_was_added_is_there(self, store: Store) -> None:
        row = note(
            "a",
            rank=-(2**63),
            open="x\x00\U0001f600",
            flag=True,
            weight=0.5,
            blob=b"\x00\xff",
            body=b"sealed",
        )
        assert await store.write([Add(NOTES, row)], ANN) == [1]
        got = await store.get(NOTES, "a", ANN)
        assert got == row
        assert got is not None
        assert type(got["flag"]) is bool
        assert type(got["weight"]) is float

    async def test_a_field_left_out_is_none(self, store: Store) -> None:
        await store.write([Add(NOTES, {"group": "g", "id": "a", "person": "ann"})], ANN)
        assert await store.get(NOTES, "a", ANN) == note("a")

    async def test_a_number_comes_back_as_float(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", weight=3))], ANN)
        got = await store.get(NOTES, "a", ANN)
        assert got is not None
        assert type(got["weight"]) is float

    async def test_a_missing_row_is_none(self, store: Store) -> None:
        assert await store.get(NOTES, "a", ANN) is None

    async def test_read_keeps_the_order(self, store: Store) -> None:
        await store.write(
            [Add(NOTES, note("a")), Add(THINGS, {"id": "t"}), Add(NOTES, note("b", "bob"))], ALL
        )
        found = await store.read(
            [Get(THINGS, "t"), Get(NOTES, "x"), Get(NOTES, "a"), Get(NOTES, "b"), Get(NOTES, "a")],
            ANN,
        )
        assert found == [{"id": "t", "value": None}, None, note("a"), None, note("a")]
        assert await store.read([], ANN) == []

    async def test_read_takes_the_named_fields_only(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a")), Add(NOTES, note("b", "bob"))], ALL)
        found = await store.read(
            [Get(NOTES, "a", ("group",)), Get(NOTES, "a"), Get(NOTES, "b", ("group",))], ANN
        )
        assert found == [{"id": "a", "group": note("a")["group"]}, note("a"), None]
        with pytest.raises(Undeclared):
            await store.read([Get(NOTES, "a", ("colour",))], ANN)

    async def test_what_is_returned_is_the_callers(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a"))], ANN)
        first = await store.get(NOTES, "a", ANN)
        assert first is not None
        first["group"] = "changed"
        assert await store.get(NOTES, "a", ANN) == note("a")

    # ------------------------------------------------------------------------------- subjects

    async def test_nothing_of_another_subject_is_returned(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a")), Add(NOTES, note("b", "bob"))], ALL)
        assert await store.get(NOTES, "b", ANN) is None
        for index in ("id", "group", "person"):
            assert keys(await store.find(NOTES, index, ANN)) == ["a"]
            assert keys(await store.find(NOTES, index, BOB)) == ["b"]
            assert await store.count(NOTES, index, ANN) == 1
            assert keys(await store.find(NOTES, index, ALL)) == ["a", "b"]
            assert await store.count(NOTES, index, ALL) == 2
            assert await store.find(NOTES, index, NONE) == []
        assert await store.find(NOTES, "person", ANN, equal={"person": "bob"}) == []

    async def test_nothing_of_another_subject_is_changed(self, store: Store) -> None:
        await store.write([Add(NOTES, note("b", "bob", rank=1))], BOB)
        for operation in (
            Change(NOTES, "b", {"rank": 2}),
            Put(NOTES, note("b", "ann")),
            Increment(NOTES, "b", "rank", 1, note("b", "ann")),
        ):
            with pytest.raises(Conflict):
                await store.write([operation], ANN)
        assert await store.write([Change(NOTES, "b", {"rank": 2}, lenient=True)], ANN) == [0]
        assert await store.write([Remove(NOTES, "b")], ANN) == [0]
        assert await store.write([Remove(NOTES, index="group", equal={"group": "g"})], ANN) == [0]
        assert await store.get(NOTES, "b", BOB) == note("b", "bob", rank=1)

    async def test_a_row_of_another_subject_is_not_written(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a"))], ANN)
        for operation in (
            Add(NOTES, note("b", "bob")),
            Put(NOTES, note("b", "bob")),
            Increment(NOTES, "b", "rank", 1, note("b", "bob")),
            Change(NOTES, "a", {"person": "bob"}),
        ):
            with pytest.raises(Undeclared):
                await store.write([operation], ANN)
        assert keys(await store.find(NOTES, "id", ALL)) == ["a"]

    async def test_rows_about_nobody(self, store: Store) -> None:
        mine: Row = {"id": "a", "person": "ann", "day": "d", "amount": None, "times": None}
        whole: Row = {**mine, "id": "s", "person": None}
        await store.write([Add(TALLIES, mine), Add(TALLIES, whole), Add(THINGS, {"id": "t"})], ANN)
        assert await store.find(TALLIES, "day", ANN) == [mine, whole]
        assert await store.find(TALLIES, "day", BOB) == [whole]
        assert await store.find(TALLIES, "day", NONE) == [whole]
        assert await store.get(TALLIES, "a", NONE) is None
        assert await store.get(TALLIES, "s", BOB) == whole
        assert await store.get(THINGS, "t", NONE) == await store.get(THINGS, "t", BOB) != None  # noqa: E711 - a chain
        with pytest.raises(Undeclared):
            await store.write([Add(TALLIES, {**mine, "id": "b"})], NONE)

    async def test_a_call_without_subject_is_refused(self, store: Store) -> None:
        with pytest.raises(Undeclared):
            await store.get(NOTES, "a", Access(Purpose.SERVICE, ""))

    # ----------------------------------------------------------------------------- undeclared

    async def test_an_undeclared_purpose_is_refused(self, store: Store) -> None:
        access = Access(Purpose.SAFETY, "ann")
        with pytest.raises(Undeclared):
            await store.get(NOTES, "a", access)
        with pytest.raises(Undeclared):
            await store.read([Get(NOTES, "a")], access)
        with pytest.raises(Undeclared):
            await store.find(NOTES, "id", access)
        with pytest.raises(Undeclared):
            await store.count(NOTES, "id", access)
        with pytest.raises(Undeclared):
            await store.write([Add(NOTES, note("a"))], access)
        assert await store.get(NOTES, "a", ANN) is None

    async def test_an_undeclared_collection_is_refused(self, store: Store) -> None:
        other = Collection(id=101, name="kit_notes", about="another", fields=(), purposes=PURPOSES)
        for collection in (UNKNOWN, other):
            with pytest.raises(Undeclared):
                await store.get(collection, "a", ANN)
            with pytest.raises(Undeclared):
                await store.write([Add(collection, {"id": "a"})], ANN)

    @pytest.mark.parametrize(
        "row",
        [
            note("a") | {"extra": 1},
            {"id": "a", "person": "ann"},
            {"person": "ann", "group": "g"},
            note("a", group=None),
            note("a", group=1),
            note("a", rank="1"),
            note("a", rank=1.5),
            note("a", rank=True),
            note("a", flag=1),
            note("a", weight=True),
            note("a", blob="text"),
            note("a", body="text"),
            note("a", body=SealedText("text")),
            note("a", open=SealedText("text")),
            note("a", rank=2**63),
            note("a", open="\ud800"),
        ],
    )
    async def test_an_undeclared_row_is_refused(self, store: Store, row: Row) -> None:
        for operation in (Add(NOTES, row), Put(NOTES, row)):
            # A good operation of the same batch is not applied either.
            with pytest.raises(Undeclared):
                await store.write([operation, Add(NOTES, note("ok"))], ANN)
        assert await store.find(NOTES, "id", ALL) == []

    @pytest.mark.parametrize(
        "operation",
        [
            Change(NOTES, "a", {"extra": 1}),
            Change(NOTES, "a", {"id": "b"}),
            Change(NOTES, "a", {"group": None}),
            Change(NOTES, "a", {"rank": "1"}),
            Change(NOTES, "a", {}, when={"extra": 1}),
            Change(NOTES, "a", {}, when={"body": b"x"}),
            Change(NOTES, "a", {}, owner={"extra": 1}),
            Increment(NOTES, "a", "group", 1, note("a")),
            Increment(NOTES, "a", "extra", 1, note("a")),
            Increment(NOTES, "a", "rank", 0.5, note("a")),
            Increment(NOTES, "a", "rank", 1, note("b")),
            Increment(NOTES, "a", "rank", 1, {"person": "ann"}),
            Remove(NOTES),
            Remove(NOTES, "a", "group"),
            Remove(NOTES, index="rank"),
        ],
    )
    async def test_an_undeclared_operation_is_refused(
        self, store: Store, operation: Change | Increment | Remove
    ) -> None:
        await store.write([Add(NOTES, note("a"))], ANN)
        with pytest.raises(Undeclared):
            await store.write([operation], ANN)
        assert await store.get(NOTES, "a", ANN) == note("a")

    async def test_an_undeclared_look_up_is_refused(self, store: Store) -> None:
        with pytest.raises(Undeclared):
            await store.find(NOTES, "rank", ANN)
        with pytest.raises(Undeclared):
            await store.find(NOTES, "group", ANN, equal={"rank": 1})
        with pytest.raises(Undeclared):
            await store.find(NOTES, "group", ANN, equal={"group": "g", "open": "x"})
        with pytest.raises(Undeclared):
            await store.find(NOTES, "group", ANN, equal={"group": 1})
        with pytest.raises(Undeclared):
            await store.find(NOTES, "group", ANN, equal={"group": "g"}, range=Range(after="x"))
        with pytest.raises(Undeclared):
            await store.count(NOTES, "open", ANN, equal={"open": "x", "id": "a", "group": "g"})

    # ----------------------------------------------------------------------------------- find

    async def test_find_orders_by_the_index_then_the_id(self, store: Store) -> None:
        await self.ranked(store)
        assert keys(await store.find(NOTES, "group", ANN)) == ["d", "b", "a", "c", "e", "f"]
        assert keys(await store.find(NOTES, "group", ANN, descending=True)) == [
            *("f", "e", "c", "a", "b", "d")
        ]
        assert keys(await store.find(NOTES, "id", ANN)) == ["a", "b", "c", "d", "e", "f"]
        assert keys(await store.find(NOTES, "id", ANN, descending=True)) == [*"fedcba"]

    async def test_find_by_equal_fields(self, store: Store) -> None:
        await self.ranked(store)
        equal: Row = {"group": "g"}
        assert keys(await store.find(NOTES, "group", ANN, equal=equal)) == ["d", "b", "a", "c", "e"]
        equal = {"rank": 2, "group": "g"}  # in any order
        assert keys(await store.find(NOTES, "group", ANN, equal=equal)) == ["a", "c"]
        equal = {"group": "g", "rank": None}
        assert keys(await store.find(NOTES, "group", ANN, equal=equal)) == ["d"]
        assert await store.find(NOTES, "group", ANN, equal={"group": "x"}) == []
        assert keys(await store.find(NOTES, "id", ANN, equal={"id": "c"})) == ["c"]

    async def test_bounds_are_exclusive(self, store: Store) -> None:
        await self.ranked(store)
        for bounds, expected in (
            (Range(after=1), ["a", "c", "e"]),
            (Range(before=2), ["b"]),
            (Range(after=1, before=3), ["a", "c"]),
            (Range(after=3), []),
            (Range(), ["d", "b", "a", "c", "e"]),
        ):
            found = await store.find(NOTES, "group", ANN, equal={"group": "g"}, range=bounds)
            assert keys(found) == expected
            backward = await store.find(
                NOTES, "group", ANN, equal={"group": "g"}, range=bounds, descending=True
            )
            assert keys(backward) == [row["id"] for row in reversed(found)]
            count = await store.count(NOTES, "group", ANN, equal={"group": "g"}, range=bounds)
            assert count == len(expected)

    async def test_after_the_last_field_the_id_is_ranged_over(self, store: Store) -> None:
        await self.ranked(store)
        equal: Row = {"group": "g", "rank": 2}
        assert keys(await store.find(NOTES, "group", ANN, equal=equal, range=Range(after="a"))) == [
            "c"
        ]
        assert keys(await store.find(NOTES, "id", ANN, range=Range(after="b", before="e"))) == [
            "c",
            "d",
        ]
        found = await store.find(
            NOTES, "person", ANN, equal={"person": "ann"}, range=Range(before="c")
        )
        assert keys(found) == ["a", "b"]

    async def test_a_range_over_the_first_field(self, store: Store) -> None:
        await self.ranked(store)
        assert keys(await store.find(NOTES, "group", ANN, range=Range(after="g"))) == ["f"]
        assert await store.count(NOTES, "group", ANN, range=Range(before="h")) == 5

    async def test_a_limit(self, store: Store) -> None:
        await self.ranked(store)
        assert keys(await store.find(NOTES, "id", ANN, limit=2)) == ["a", "b"]
        assert keys(await store.find(NOTES, "id", ANN, limit=2, descending=True)) == ["f", "e"]
        assert len(await store.find(NOTES, "id", ANN, limit=100)) == 6
        assert await store.find(NOTES, "id", ANN, limit=0) == []

    async def test_a_sparse_index_leaves_none_out(self, store: Store) -> None:
        rows = [note("a", open="y"), note("b"), note("c", open="x"), note("d", open="y")]
        await store.write([Add(NOTES, row) for row in rows], ANN)
        assert keys(await store.find(NOTES, "open", ANN)) == ["c", "a", "d"]
        assert keys(await store.find(NOTES, "open", ANN, equal={"open": "y"})) == ["a", "d"]
        assert keys(await store.find(NOTES, "open", ANN, range=Range(after="x"))) == ["a", "d"]
        assert await store.find(NOTES, "open", ANN, equal={"open": None}) == []
        assert await store.count(NOTES, "open", ANN) == 3
        await store.write([Change(NOTES, "a", {"open": None})], ANN)
        assert keys(await store.find(NOTES, "open", ANN)) == ["c", "d"]
        await store.write([Change(NOTES, "b", {"open": "y"})], ANN)
        assert keys(await store.find(NOTES, "open", ANN, equal={"open": "y"})) == ["b", "d"]

    async def test_a_page_at_a_time_sees_every_row_once(self, store: Store) -> None:
        await store.write([Add(NOTES, note(f"{n:03d}", rank=n % 3)) for n in range(50)], ANN)
        seen: list[Value] = []
        while page := await store.find(
            NOTES, "id", ANN, range=Range(after=seen[-1] if seen else None), limit=7
        ):
            seen += keys(page)
        assert seen == [f"{n:03d}" for n in range(50)]
