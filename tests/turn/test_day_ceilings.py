"""What is held of a day's ceilings while answers run, and what is written of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.datamap.declarations import COUNTERS
from amity.datamap.schema import Purpose
from amity.models import LimitsConfig, Usage
from amity.people import Person, State
from amity.store.contract import EVERYONE, Access, Get, Increment, Operation
from amity.store.vault import OpenRow, Vault
from amity.turn.ceilings import DayCeilings
from amity.turn.turn import Turn
from tests.support.vaults import MovedClock, open_test_vault
from tests.turn.fakes import arrival, turn_of

ACCESS = Access(Purpose.SERVICE, EVERYONE)
CALL = Usage(input_tokens=100, output_tokens=20, cost=0.5)


def limits(**ceilings: dict[str, Any]) -> LimitsConfig:
    return LimitsConfig.model_validate(ceilings)


def a_turn(id: str, *, lane: str = "", person: str = "person") -> Turn:
    made = turn_of([arrival("m", lane or f"lane-{id}")], id=id)
    return replace(made, person=Person(id=person, state=State.ACTIVE))


def expected() -> Usage:
    return CALL


class Counting:
    """Ceilings, with the commits of turns."""

    def __init__(self, vault: Vault, clock: MovedClock, config: LimitsConfig) -> None:
        self.vault, self.clock = vault, clock
        self.ceilings = DayCeilings(vault, clock, limits=lambda: config)

    async def begins(self, turn: Turn) -> str | None:
        return await self.ceilings.reserve(turn, expected)

    async def ends(self, turn: Turn, usage: Usage | None = CALL, *, written: bool = True) -> None:
        self.ceilings.used(turn, usage)
        operations = self.ceilings.charge(turn)
        if written:
            await self.write(operations)
        self.ceilings.settle(turn, written)

    async def write(self, operations: Sequence[Operation]) -> None:
        if operations:
            await self.vault.write(operations, ACCESS)

    async def amount(self, name: str, owner: str, day: str = "2026-09-21") -> float:
        row = await self.vault.get(COUNTERS, f"{day}:{name}:{owner}", ACCESS)
        return 0.0 if row is None else float(cast("float", row["amount"]))


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await open_test_vault(tmp_path)
    yield vault
    await vault.aclose()


def counting(vault: Vault, **ceilings: dict[str, Any]) -> Counting:
    return Counting(vault, MovedClock(), limits(**ceilings))


@pytest.mark.parametrize(
    "ceilings,let_in,says",
    [
        ({"per_person": {"messages": 2}}, 2, "limit.day"),
        ({"per_person": {"tokens": 121}}, 2, "limit.day"),
        ({"service": {"money": 1.5}}, 3, "limit.service"),
    ],
)
async def test_what_runs_at_once_is_counted(
    vault: Vault, ceilings: dict[str, dict[str, Any]], let_in: int, says: str
) -> None:
    count = counting(vault, **ceilings)
    turns = [a_turn(str(number)) for number in range(8)]
    said = await asyncio.gather(*(count.begins(turn) for turn in turns))
    assert said.count(None) == let_in
    assert set(said) == {None, says}


async def test_what_was_not_used_is_free_again(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1, "tokens": 1000})
    for number in range(3):
        turn = a_turn(str(number))
        assert await count.begins(turn) is None
        await count.ends(turn, None)
    assert await count.amount("person.messages", "person") == 0


async def test_what_was_used_is_there_after_a_restart(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1, "tokens": 1000})
    turn = a_turn("a")
    assert await count.begins(turn) is None
    await count.ends(turn)
    assert await count.amount("person.tokens", "person") == 120
    assert await count.amount("service.tokens", "service") == 0, "only what has a ceiling"
    again = counting(vault, per_person={"messages": 1})
    assert await again.begins(a_turn("b")) == "limit.day"
    assert await again.begins(a_turn("c", person="another")) is None


async def test_an_answer_that_begins_anew_is_one_message_of_many_tokens(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1, "tokens": 10_000})
    for _ in range(2):
        restarted = a_turn("a", lane="lane")
        assert await count.begins(restarted) is None
        count.ceilings.used(restarted, CALL)
    turn = a_turn("a", lane="lane")
    assert await count.begins(turn) is None
    await count.ends(turn)
    assert await count.amount("person.messages", "person") == 1
    assert await count.amount("person.tokens", "person") == 360


@pytest.mark.parametrize("ceiling,says", [(2, None), (1, "limit.day")])
async def test_a_commit_on_its_way_is_counted_once(
    vault: Vault, ceiling: int, says: str | None
) -> None:
    count = counting(vault, per_person={"messages": ceiling})
    first = a_turn("a")
    await count.begins(first)
    count.ceilings.used(first, CALL)
    await count.write(count.ceilings.charge(first))
    second = asyncio.create_task(count.begins(a_turn("b")))
    if says is None:  # nobody can say yet whether the counter holds it
        await asyncio.wait([second], timeout=0.05)
        assert not second.done()
    count.ceilings.settle(first, written=True)
    assert await second == says


async def test_what_could_not_be_written_is_written_later(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 3}, service={"messages": 100, "tokens": 10_000})
    lost, other, last = a_turn("a"), a_turn("b", person="another"), a_turn("c")
    assert await count.begins(lost) is None
    await count.ends(lost, written=False)
    assert await count.begins(other) is None
    await count.ends(other)
    assert await count.amount("service.messages", "service") == 2
    assert await count.amount("person.messages", "another") == 1
    assert await count.amount("person.messages", "person") == 0, "only with a turn of their own"
    assert await count.begins(last) is None
    await count.ends(last)
    assert await count.amount("person.messages", "person") == 2
    assert await count.amount("service.tokens", "service") == 360


async def test_a_turn_that_the_store_did_not_take_goes_on_with_what_it_had(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1})
    stranded = a_turn("a", lane="lane")
    assert await count.begins(stranded) is None
    await count.ends(stranded, written=False)
    again = a_turn("a", lane="lane")
    assert await count.begins(again) is None
    await count.ends(again)
    assert await count.amount("person.messages", "person") == 1
    assert await count.begins(a_turn("b")) == "limit.day"


async def test_a_new_day_begins_with_nothing(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1})
    lost = a_turn("a")
    assert await count.begins(lost) is None
    await count.ends(lost, written=False)
    assert await count.begins(a_turn("b")) == "limit.day"
    count.clock.forward(24 * 3_600_000)
    turn = a_turn("c")
    assert await count.begins(turn) is None
    await count.ends(turn)
    assert await count.amount("person.messages", "person", day="2026-09-22") == 1


async def test_a_turn_that_broke_holds_nothing_for_long(vault: Vault) -> None:
    count = counting(vault, per_person={"messages": 1})
    assert await count.begins(a_turn("broken", lane="lane")) is None
    following = a_turn("b", lane="lane")
    count.ceilings.charge(following)
    count.ceilings.settle(following, written=True)
    assert await count.begins(a_turn("c")) is None


class Slow:
    """Counters whose reads and commits take some steps of the loop, before and after their work."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.amounts: dict[str, float] = {}

    async def pause(self) -> None:
        for _ in range(self._random.randint(0, 5)):
            await asyncio.sleep(0)

    async def read(self, gets: Sequence[Get], _access: Access) -> list[OpenRow | None]:
        await self.pause()
        found = [self.amounts.get(get.id) for get in gets]
        await self.pause()
        return [None if amount is None else {"amount": amount} for amount in found]

    async def write(self, operations: Sequence[Operation], _access: Access) -> None:
        await self.pause()
        for one in operations:
            assert isinstance(one, Increment)
            self.amounts[one.id] = self.amounts.get(one.id, 0.0) + one.amount
        await self.pause()


@given(
    ceiling=st.integers(1, 8),
    lanes=st.lists(st.lists(st.booleans(), min_size=1, max_size=4), min_size=2, max_size=5),
    random=st.randoms(use_true_random=True),
)
def test_neither_too_many_nor_too_few_are_let_in(
    ceiling: int, lanes: list[list[bool]], random: Random
) -> None:
    """Each lane answers turns one after the other; each is committed, or its commit fails."""

    async def run() -> None:
        store = Slow(random)
        count = Counting(cast("Any", store), MovedClock(), limits(per_person={"messages": ceiling}))
        let_in = 0

        async def lane(number: int, commits: list[bool]) -> None:
            nonlocal let_in
            for turn_number, written in enumerate(commits):
                turn = a_turn(f"{number}.{turn_number}", lane=f"lane-{number}")
                if await count.begins(turn) is None:
                    let_in += 1
                    assert let_in <= ceiling
                    await store.pause()
                    await count.ends(turn, written=written)
                else:
                    assert let_in >= ceiling, "refused below the ceiling"

        await asyncio.gather(*(lane(number, commits) for number, commits in enumerate(lanes)))
        assert let_in == min(ceiling, sum(map(len, lanes)))
        last = a_turn("last")
        await count.ends(last, None)
        assert sum(store.amounts.values()) == let_in

    asyncio.run(run())
