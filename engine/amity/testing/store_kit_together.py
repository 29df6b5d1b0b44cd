# ruff: noqa: D102 - a test is named for what it shows
"""The store kit: batches, calls at the same time, leases, closing."""

import asyncio
import itertools

import pytest

from amity.errors import Conflict, Duplicate, StoreError
from amity.store.contract import Add, Change, Increment, Operation, Put, Remove, Store
from amity.testing.store_kit_base import ALL, ANN, NOTES, THINGS, StoreKitBase, keys, note

__all__ = ["TogetherKit"]


class TogetherKit(StoreKitBase):
    """Batches, calls at the same time, leases, closing."""

    # -------------------------------------------------------------------------------- batches

    async def test_a_batch_is_applied_in_order(self, store: Store) -> None:
        batch: list[Operation] = [
            Add(NOTES, note("a", rank=1)),
            Change(NOTES, "a", {"rank": 2}, when={"rank": 1}),
            Increment(NOTES, "a", "rank", 5, note("a")),
            Remove(NOTES, index="group", equal={"group": "x"}),
            Put(NOTES, note("b")),
        ]
        assert await store.write(batch, ANN) == [1, 1, 1, 0, 1]
        assert await store.get(NOTES, "a", ANN) == note("a", rank=7)
        assert await store.write([], ANN) == []

    async def test_a_conflict_first_leaves_nothing(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1))], ANN)
        batch: list[Operation] = [
            Change(NOTES, "a", {"rank": 2}, when={"rank": 9}),
            Add(NOTES, note("b")),
        ]
        with pytest.raises(Conflict):
            await store.write(batch, ANN)
        assert await store.find(NOTES, "id", ANN) == [note("a", rank=1)]

    async def test_a_failure_later_leaves_nothing_or_a_prefix(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=1))], ANN)
        before = await store.find(NOTES, "id", ANN)
        failing = (Change(NOTES, "a", {"rank": 2}, when={"rank": 9}), Add(NOTES, note("a")))
        for last in failing:
            batch: list[Operation] = [
                Add(NOTES, note("b")),
                Remove(NOTES, "a"),
                Add(NOTES, note("a")),
                last,
            ]
            with pytest.raises(StoreError):
                await store.write(batch, ANN)
            after = await store.find(NOTES, "id", ANN)
            if self.atomic:
                assert after == before
            else:
                assert after == [note("a"), note("b")]
                await store.write([Remove(NOTES, "b")], ANN)

    async def test_a_failing_call_harms_no_other(self, store: Store) -> None:
        await store.write([Add(NOTES, note("taken"))], ANN)

        async def one(number: int) -> bool:
            key = "taken" if number % 3 == 0 else f"k{number:04d}"
            try:
                await store.write([Add(NOTES, note(key)), Add(THINGS, {"id": f"t{number}"})], ANN)
            except Duplicate:
                return False
            return True

        written = await asyncio.gather(*(one(number) for number in range(self.rounds)))
        assert [number for number, fine in enumerate(written) if not fine] == [
            *range(0, self.rounds, 3)
        ]
        assert await store.count(NOTES, "id", ALL) == 1 + sum(written)
        if self.atomic:
            assert await store.count(THINGS, "id", ALL) == sum(written)

    async def test_of_many_compare_and_sets_one_wins(self, store: Store) -> None:
        await store.write([Add(NOTES, note("a", rank=0))], ANN)
        for generation in range(max(2, self.rounds // 40)):

            async def attempt(now: int = generation) -> bool:
                try:
                    await store.write(
                        [Change(NOTES, "a", {"rank": now + 1}, when={"rank": now})], ANN
                    )
                except Conflict:
                    return False
                return True

            assert sum(await asyncio.gather(*(attempt() for _ in range(8)))) == 1

    async def test_of_many_adds_of_a_unique_value_one_wins(self, store: Store) -> None:
        counts = await asyncio.gather(
            *(
                store.write([Add(NOTES, note(f"k{n}", once="x"), ignore_duplicate=True)], ANN)
                for n in range(20)
            )
        )
        assert sum(count for (count,) in counts) == 1
        assert await store.count(NOTES, "id", ANN) == 1

    async def test_what_is_written_is_read(self, store: Store) -> None:
        async def one(number: int) -> None:
            key = f"k{number:04d}"
            await store.write([Add(NOTES, note(key, rank=number))], ANN)
            assert await store.get(NOTES, key, ANN) == note(key, rank=number)
            found = await store.find(NOTES, "group", ANN, equal={"group": "g", "rank": number})
            assert keys(found) == [key]

        await asyncio.gather(*(one(number) for number in range(self.rounds)))

    # --------------------------------------------------------------------------------- leases

    async def test_a_lease_keeps_others_out(self, store: Store) -> None:
        fence = await store.claim("lane", "a", now=1000, lease=100)
        assert fence is not None
        assert await store.claim("lane", "b", now=1099, lease=100) is None
        assert await store.claim("other", "b", now=1000, lease=100) is not None
        assert await store.claim("lane", "a", now=1050, lease=100) == fence
        assert await store.claim("lane", "b", now=1149, lease=100) is None
        taken = await store.claim("lane", "b", now=1150, lease=100)
        assert taken is not None
        assert taken > fence
        assert await store.claim("lane", "a", now=1200, lease=100) is None

    async def test_a_released_lease_is_free_and_its_number_grows(self, store: Store) -> None:
        numbers = itertools.cycle("ab")
        last = 0
        for owner, _ in zip(numbers, range(6), strict=False):
            fence = await store.claim("lane", owner, now=1000, lease=10_000)
            assert fence is not None
            assert fence > last
            last = fence
            await store.release("lane", owner)
        await store.release("lane", "a")
        await store.release("never", "a")

    async def test_only_the_owner_releases(self, store: Store) -> None:
        await store.claim("lane", "a", now=1000, lease=100)
        await store.release("lane", "b")
        assert await store.claim("lane", "b", now=1001, lease=100) is None

    async def test_of_many_claims_one_wins(self, store: Store) -> None:
        for number in range(max(2, self.rounds // 40)):
            claims = [store.claim(f"l{number}", f"o{n}", now=1000, lease=100) for n in range(8)]
            won = [fence for fence in await asyncio.gather(*claims) if fence is not None]
            assert len(won) == 1

    # ---------------------------------------------------------------------------------- close

    async def test_closing_finishes_what_is_queued(self, store: Store) -> None:
        writing = [
            asyncio.ensure_future(store.write([Add(NOTES, note(f"k{n}"))], ANN)) for n in range(20)
        ]
        await asyncio.sleep(0)
        await store.aclose()
        assert await asyncio.gather(*writing) == [[1]] * 20
        await store.aclose()
        with pytest.raises(StoreError):
            await store.get(NOTES, "k0", ANN)
