"""The ceilings of a day, checked before a model is called and charged with the answer's commit.

What a call may use is held from before it begins until it is written: whoever asks many times at
once, in many conversations, finds it counted. What is held is known to this process alone; the
store's counters are the truth over restarts, and between processes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, cast

from amity.clock import Clock, day_of
from amity.datamap.declarations import COUNTERS
from amity.datamap.schema import Purpose
from amity.models.budgets import LimitsConfig, Verdict, charges, check, names
from amity.models.contract import Usage
from amity.store.contract import EVERYONE, Access, Get, Increment, Operation
from amity.store.vault import OpenRow, Vault
from amity.turn.turn import Turn

__all__ = ["DayCeilings"]

_Key = tuple[str, str | None]
"""A counter's name and whose it is; ``None`` for the service's own."""
_Amounts = dict[_Key, float]
_NOTHING: Final = 1e-9  # what adding and taking away fractions of a dollar may leave


@dataclass(slots=True, kw_only=True)
class _Hold:
    """What one turn has used or may use, until that is written.

    A turn that ended without a commit (its conversation was cleared, the store was away) leaves
    what it used to be written with a later one.
    """

    turn: str
    person: str
    day: str
    used: Usage | None = None
    expected: Usage | None = None
    inherited: _Amounts = field(default_factory=dict)
    writing: bool = False

    def own(self) -> _Amounts:
        """Return what the turn's own calls use."""
        whole = self.used
        if self.expected is not None:
            whole = self.expected if whole is None else whole + self.expected
        if whole is None:
            return {}
        return {(c.name, c.person): c.amount for c in charges(self.person, self.day, whole)}

    def amounts(self) -> _Amounts:
        """Return all that is held."""
        return _sum(self.own(), self.inherited)


class DayCeilings:
    """Reads and charges the counters of the present UTC day."""

    def __init__(self, vault: Vault, clock: Clock, *, limits: Callable[[], LimitsConfig]) -> None:
        self._vault = vault
        self._clock = clock
        self._limits = limits
        self._day = ""
        self._holds: dict[str, _Hold] = {}  # by conversation: it has one turn at a time
        self._ended: dict[str, _Hold] = {}  # those of them whose turn is over
        self._held: defaultdict[_Key, float] = defaultdict(float)
        self._in_commit: defaultdict[_Key, float] = defaultdict(float)
        # What was written while somebody reads the counters.
        self._reading = 0
        self._written: defaultdict[_Key, float] = defaultdict(float)
        self._settled = asyncio.Event()

    async def reserve(self, turn: Turn, expected: Callable[[], Usage]) -> str | None:
        """Hold what a call may use, or return the key of the text that says what is reached.

        Args:
            turn: Who asks. A turn that begins anew goes on with what it had.
            expected: Returns what the call is likely to use.
        """
        limits = self._limits()
        if not names(limits):
            return None
        self._turn_the_page()
        self._reading += 1
        try:
            verdict = await self._verdict(limits, turn)
        finally:
            self._reading -= 1
            if not self._reading:
                self._written.clear()
        if not verdict.allowed:
            return "limit.day" if verdict.scope == "person" else "limit.service"
        hold = self._of(turn)
        with self._changing(hold):
            hold.expected = expected()
        return None

    def used(self, turn: Turn, usage: Usage | None) -> None:
        """Put what a call used in place of what it was expected to use; ``None`` is nothing."""
        hold = self._holds.get(turn.conversation_id)
        if hold is None or hold.turn != turn.id:
            return
        with self._changing(hold):
            hold.expected = None
            if usage is not None:
                hold.used = usage if hold.used is None else hold.used + usage

    def charge(self, turn: Turn) -> Sequence[Operation]:
        """Return the writes that count what a turn used; ``settle`` says what became of them.

        Only what has a ceiling is counted: each counter is one more write with every answer, and
        one more number about a person.
        """
        counted = names(self._limits())
        if not counted or not turn.person.stored:
            return ()
        if turn.conversation_id not in self._holds and not self._ended:
            return ()
        self._turn_the_page()
        hold = self._of(turn)
        with self._changing(hold):
            hold.expected = None
        self._inherit(hold)
        hold.writing = True
        amounts = hold.amounts()
        _add(self._in_commit, amounts)
        return [
            _increment(name, whose, hold.day, amount)
            for (name, whose), amount in amounts.items()
            if name in counted
        ]

    def settle(self, turn: Turn, written: bool) -> None:
        """Note whether what ``charge`` returned was written; a turn that wrote nothing says so."""
        hold = self._holds.get(turn.conversation_id)
        if hold is None or hold.turn != turn.id:
            return
        if hold.writing:
            hold.writing = False
            _add(self._in_commit, hold.amounts(), -1)
        if written:
            if self._reading:
                _add(self._written, hold.amounts())
            self._drop(turn.conversation_id)
        else:
            with self._changing(hold):
                hold.expected = None
            if hold.amounts():
                self._ended[turn.conversation_id] = hold
            else:
                self._drop(turn.conversation_id)
        self._settled.set()
        self._settled = asyncio.Event()

    # ----------------------------------------------------------------------------------- inside

    async def _verdict(self, limits: LimitsConfig, turn: Turn) -> Verdict:
        """Return what the counters and all that is held allow.

        A commit that is on its way while the counters are read may be in them already, or not
        yet. Where that makes the difference it is waited for.
        """
        keys = [_key(name, turn.person.id) for name in names(limits)]
        while True:
            before = {key: self._written.get(key, 0.0) for key in keys}
            stored = await self._stored(keys)
            least, most = {}, {}
            for key, held in self._held_by_others(keys, turn).items():
                least[key] = stored[key] + held - self._in_commit.get(key, 0.0)
                most[key] = stored[key] + held + self._written.get(key, 0.0) - before[key]
            verdict = check(limits, _named(most))
            if verdict.allowed or not check(limits, _named(least)).allowed:
                return verdict
            if any(key in self._in_commit for key in keys):
                await self._settled.wait()

    async def _stored(self, keys: Sequence[_Key]) -> _Amounts:
        gets = [Get(COUNTERS, _id(name, whose, self._day)) for name, whose in keys]
        rows = await self._vault.read(gets, Access(Purpose.SERVICE, EVERYONE))
        return {
            key: 0.0 if row is None else float(cast("float", row["amount"]))
            for key, row in zip(keys, rows, strict=True)
        }

    def _held_by_others(self, keys: Iterable[_Key], turn: Turn) -> _Amounts:
        """Return what is held, but for what the same turn had: one answer is charged once."""
        hold = self._holds.get(turn.conversation_id)
        own = hold.own() if hold is not None and hold.turn == turn.id else {}
        return {key: self._held.get(key, 0.0) - own.get(key, 0.0) for key in keys}

    def _of(self, turn: Turn) -> _Hold:
        """Return a turn's hold; a new one takes over what an earlier turn there has left."""
        before = self._holds.get(turn.conversation_id)
        if before is not None and before.turn == turn.id:
            self._ended.pop(turn.conversation_id, None)
            return before
        hold = _Hold(turn=turn.id, person=turn.person.id, day=self._day)
        if before is not None:
            self._drop(turn.conversation_id)
            before.expected = None
            if before.day == hold.day:
                hold.inherited = before.amounts()
        self._holds[turn.conversation_id] = hold
        _add(self._held, hold.amounts())
        return hold

    def _inherit(self, hold: _Hold) -> None:
        """Take over what ended turns have left: the person's own, and the service's of all."""
        for conversation, other in list(self._ended.items()):
            amounts = other.amounts()
            mine = {
                (name, whose): amount
                for (name, whose), amount in amounts.items()
                if whose in (None, hold.person)
            }
            hold.inherited = _sum(hold.inherited, mine)
            # What is held stays the same: it only changes hands.
            other.used = None
            other.inherited = {key: a for key, a in amounts.items() if key not in mine}
            if not other.inherited:
                del self._ended[conversation], self._holds[conversation]

    @contextmanager
    def _changing(self, hold: _Hold) -> Iterator[None]:
        """Keep the sums right around a change of a hold."""
        _add(self._held, hold.amounts(), -1)
        yield
        _add(self._held, hold.amounts())

    def _drop(self, conversation: str) -> None:
        hold = self._holds.pop(conversation)
        self._ended.pop(conversation, None)
        _add(self._held, hold.amounts(), -1)

    def _turn_the_page(self) -> None:
        """Forget what belongs to another day, but for the turns that still run."""
        today = day_of(self._clock.now())
        if today == self._day:
            return
        self._day = today
        for conversation in list(self._ended):
            self._drop(conversation)


def _increment(name: str, whose: str | None, day: str, amount: float) -> Operation:
    id = _id(name, whose, day)
    row: OpenRow = {"id": id, "person": whose, "name": name, "day": day, "amount": 0.0}
    return Increment(COUNTERS, id, "amount", amount, row)


def _key(name: str, person: str) -> _Key:
    return name, person if name.startswith("person.") else None


def _id(name: str, whose: str | None, day: str) -> str:
    return f"{day}:{name}:{whose or 'service'}"


def _named(amounts: Mapping[_Key, float]) -> dict[str, float]:
    return {name: amount for (name, _), amount in amounts.items()}


def _sum(one: _Amounts, other: _Amounts) -> _Amounts:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in {**one, **other}}


def _add(to: defaultdict[_Key, float], amounts: _Amounts, sign: int = 1) -> None:
    for key, amount in amounts.items():
        to[key] += sign * amount
        if abs(to[key]) < _NOTHING:
            del to[key]
