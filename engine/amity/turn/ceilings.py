"""The ceilings of a day, checked before a model is called and charged with the answer's commit."""

from collections.abc import Callable, Sequence
from typing import cast

from amity.clock import Clock, day_of
from amity.datamap.declarations import COUNTERS
from amity.datamap.schema import Purpose
from amity.models.budgets import LimitsConfig, charges, check, names
from amity.store.contract import EVERYONE, Access, Get, Increment, Operation
from amity.store.vault import OpenRow, Vault
from amity.turn.turn import Turn

__all__ = ["DayCeilings"]


class DayCeilings:
    """Reads and charges the counters of the present UTC day."""

    def __init__(self, vault: Vault, clock: Clock, *, limits: Callable[[], LimitsConfig]) -> None:
        self._vault = vault
        self._clock = clock
        self._limits = limits

    async def reached(self, person: str) -> str | None:
        """Return the key of the text that says which ceiling is reached, or ``None``."""
        limits = self._limits()
        wanted = names(limits)
        if not wanted:
            return None
        day = day_of(self._clock.now())
        gets = [Get(COUNTERS, _id(name, person, day)) for name in wanted]
        rows = await self._vault.read(gets, Access(Purpose.SERVICE, EVERYONE))
        counters = {
            name: float(cast("float", row["amount"]))
            for name, row in zip(wanted, rows, strict=True)
            if row is not None
        }
        verdict = check(limits, counters)
        if verdict.allowed:
            return None
        return "limit.day" if verdict.scope == "person" else "limit.service"

    def charge(self, turn: Turn) -> Sequence[Operation]:
        """Return the writes that count what a turn used; none where no model was asked.

        Only what has a ceiling is counted: each counter is one more write with every answer, and
        one more number about a person.
        """
        counted = names(self._limits())
        if turn.usage is None or not counted or not turn.person.stored:
            return ()
        person, day = turn.person.id, day_of(self._clock.now())
        operations: list[Operation] = []
        for charge in charges(person, day, turn.usage):
            if charge.name not in counted:
                continue
            id = _id(charge.name, person, day)
            row: OpenRow = {
                "id": id,
                "person": charge.person,
                "name": charge.name,
                "day": day,
                "amount": 0.0,
            }
            operations.append(Increment(COUNTERS, id, "amount", charge.amount, row))
        return operations


def _id(name: str, person: str, day: str) -> str:
    owner = person if name.startswith("person.") else "service"
    return f"{day}:{name}:{owner}"
