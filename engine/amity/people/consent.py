"""The consent log: who agreed to what, when, and how that can be proved.

It is only ever appended to. Each entry carries a keyed hash over itself and the entry before, so
that a changed, removed or inserted row is found by whoever holds the key. An entry says what a
person did; their row says what follows from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from amity import __version__
from amity.datamap.declarations import CONSENTS
from amity.datamap.schema import Purpose
from amity.people.person import Evidence, Person, Scope
from amity.store.contract import Access, Add, Get

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.ids import Ids
    from amity.store.vault import Vault

__all__ = ["AGE", "ConsentLog", "Entry", "Problem", "Statement", "Tried"]

AGE: Final = "age"
"""The log's word for the statement of age, which is evidence and no scope."""

_FIRST: Final = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a person said: a scope (or ``AGE``), given or withdrawn."""

    scope: str
    given: bool


Tried = dict[str, Statement]
"""Ids of entries that a try to append made, with what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log."""

    id: str
    person: str
    number: int
    scope: str
    given: bool
    policy_version: str
    policy_hash: str
    language: str
    time: int
    channel: str
    method: str
    engine_version: str
    hash: str
    ended_at: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> "Entry":
        """Make the value from a row of ``consents``."""
        return cls(**{name: row[name] for name in _FIELDS})  # type: ignore[arg-type]  # as declared


_FIELDS: Final = tuple(Entry.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is wrong with a person's log.

    Attributes:
        person: The person's id.
        number: The entry's number; 0 where the whole log is meant.
        what: One sentence, without content.
    """

    person: str
    number: int
    what: str


class ConsentLog:
    """Writes and checks the log."""

    def __init__(self, vault: "Vault", clock: "Clock", ids: "Ids") -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids

    async def entries(self, person_id: str) -> list[Entry]:
        """Return a person's log, first entry first."""
        rows = await self._vault.find(
            CONSENTS, "person", Access(Purpose.RIGHTS, person_id), equal={"person": person_id}
        )
        return [Entry.from_row(row) for row in rows]

    async def prepare(
        self, person_id: str, statements: Sequence[Statement], evidence: Evidence, tried: Tried
    ) -> list[Add]:
        """Return the operations that append statements.

        Args:
            person_id: Whose log.
            statements: What they said, in order.
            evidence: How.
            tried: Empty at the first try, then passed again: a batch that failed in the middle may
                have left entries in the log, which are not appended twice.
        """
        access = Access(Purpose.ACCOUNTABILITY, person_id)
        there = await self._vault.read([Get(CONSENTS, entry) for entry in tried], access)
        done = {tried[str(row["id"])] for row in there if row is not None}
        rows = await self._vault.find(
            CONSENTS, "person", access, equal={"person": person_id}, descending=True, limit=1
        )
        last = Entry.from_row(rows[0]) if rows else None
        number, before = (last.number, last.hash) if last else (0, _FIRST)
        operations, now = [], self._clock.now()
        for statement in statements:
            if statement in done:
                continue
            number += 1
            entry_id = self._ids.new()
            tried[entry_id] = statement
            entry = Entry(
                id=entry_id,
                person=person_id,
                number=number,
                scope=statement.scope,
                given=statement.given,
                policy_version=evidence.policy_version,
                policy_hash=evidence.policy_hash,
                language=evidence.language,
                time=now,
                channel=evidence.channel,
                method=evidence.method,
                engine_version=__version__,
                hash="",
            )
            before = self._hash(before, entry)
            row = {name: getattr(entry, name) for name in _FIELDS} | {"hash": before}
            operations.append(Add(CONSENTS, row))
        return operations

    async def verify(self, person_id: str, person: Person | None = None) -> list[Problem]:
        """Return what is wrong with a person's log; empty if all is well.

        Args:
            person_id: Whose log. It may outlive the person.
            person: Their row, if it is there: then what is in force must follow from the log, which
                also finds entries that were cut off at its end.
        """
        problems = []
        before, said = _FIRST, dict[str, bool]()
        for place, entry in enumerate(await self.entries(person_id), start=1):
            if entry.number != place:
                what = f"an entry is missing or out of place (number {place} was expected)"
                problems.append(Problem(person=person_id, number=entry.number, what=what))
                break
            if self._hash(before, entry) != entry.hash:
                what = "the entry or the one before it was changed"
                problems.append(Problem(person=person_id, number=entry.number, what=what))
                break
            before = entry.hash
            said[entry.scope] = entry.given
        if person is not None and not problems:
            problems = _unfounded(person, said)
        return problems

    def _hash(self, before: str, entry: Entry) -> str:
        # Without ``ended_at``: that is written when the account ends, over a log that stands.
        return self._vault.blind(
            "consent log",
            before,
            entry.id,
            entry.person,
            str(entry.number),
            entry.scope,
            "given" if entry.given else "withdrawn",
            entry.policy_version,
            entry.policy_hash,
            entry.language,
            str(entry.time),
            entry.channel,
            entry.method,
            entry.engine_version,
        )


def _unfounded(person: Person, said: Mapping[str, bool]) -> list[Problem]:
    problems = []
    for scope in Scope:
        if (scope in person.scopes) and not said.get(scope, False):
            what = f"the scope {scope} is in force without an entry that gives it"
            problems.append(Problem(person=person.id, number=0, what=what))
        # The other way round (given in the log, not in force) can be an entry whose effect a
        # crash cut off, which asks the person again and so errs on the right side.
    if person.adult_at is not None and not said.get(AGE, False):
        what = "the age statement has no entry"
        problems.append(Problem(person=person.id, number=0, what=what))
    return problems
