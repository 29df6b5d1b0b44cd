"""What a store must do. It sees sealed bytes and keyed hashes, never text of people.

Every call names why (``purpose``) and about whom (``subject``): a person's id, ``EVERYONE`` for
jobs that walk over all people, or ``NOBODY``. A store checks the purpose against the data map,
returns and changes only rows of the named subject, and raises ``Undeclared`` for anything that
the data map does not declare.

A row is about the person in its collection's subject field; with ``None`` there, or in a
collection without a subject, it is about nobody. A call that names a person reaches that person's
rows and rows about nobody (a batch may count for a person and for the service at once), one that
names ``NOBODY`` reaches only rows about nobody, one that names ``EVERYONE`` reaches all.

No call needs a transaction over several documents, and none takes the server's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from amity.datamap.schema import Collection, DataMap, Purpose
from amity.sealed import SealedText

__all__ = [
    "EVERYONE",
    "NOBODY",
    "UNBOUNDED",
    "Access",
    "Add",
    "Change",
    "Get",
    "Increment",
    "Operation",
    "Put",
    "Range",
    "Remove",
    "Row",
    "Store",
    "Value",
]

Value = str | int | float | bool | bytes | SealedText | None
"""What a field holds. A ``SealedText`` is only for the vault: a store itself refuses it."""

Row = dict[str, Value]

EVERYONE: Final = "*"
NOBODY: Final = "-"
_NOTHING: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Access:
    """Why and about whom a store call is made."""

    purpose: Purpose
    subject: str


@dataclass(frozen=True, slots=True)
class Get:
    """Names one row.

    Attributes:
        collection: Where it is.
        id: Its id.
        only: The fields that are read, the id always among them; none for all.
    """

    collection: Collection
    id: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bounds on the field that follows the equal ones in an index (or on ``id`` after the last).

    ``None`` is unbounded. Bounds are exclusive (``after``, ``before``) so that a cursor can be
    passed on as it is. A row with ``None`` in a bounded field is not found.
    """

    after: Value = None
    before: Value = None


UNBOUNDED: Final = Range()


@dataclass(frozen=True, slots=True)
class Add:
    """Insert a row. ``Duplicate`` if its id or a unique value is there already."""

    collection: Collection
    row: Mapping[str, Value]
    ignore_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """Insert a row or replace the one of the same id whole.

    ``Duplicate`` if a unique value is another row's already; ``Conflict`` if the id is a row's of
    another subject.
    """

    collection: Collection
    row: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Change:
    """Set fields of one row, if it is there and ``when`` holds; otherwise ``Conflict``.

    With ``lenient`` a missing row or a failed ``when`` makes this a no-op instead. An empty
    ``set`` changes nothing and is a precondition for the rest of the batch.

    ``owner`` says whose the row is (the subject's field, and where the collection's keys are per
    conversation also ``conversation`` and ``generation``). The vault needs it to find the key
    when a sealed field is set and ``set`` itself does not hold these; stores treat it as part of
    ``when``, so a value can never be sealed for anyone but the row's owner.
    """

    collection: Collection
    id: str
    set: Mapping[str, Value]
    when: Mapping[str, Value] = field(default_factory=dict)
    lenient: bool = False
    owner: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Increment:
    """Add to a number field; a missing row is made from ``row`` first, with the field at 0.

    ``row`` need not hold the id or the counted field. A row that is there keeps its other fields;
    a ``None`` in the counted one counts as 0. ``Conflict`` if the row is of another subject.
    """

    collection: Collection
    id: str
    name: str
    amount: int | float
    row: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete rows: the one with ``id``, or all that an index finds. None there is a no-op.

    Exactly one of ``id`` and ``index`` is given.
    """

    collection: Collection
    id: str | None = None
    index: str | None = None
    equal: Mapping[str, Value] = field(default_factory=dict)
    range: Range = Range()


Operation = Add | Put | Change | Increment | Remove


class Store(Protocol):
    """A backend. Made by ``open`` of its module, closed by ``aclose``."""

    datamap: DataMap

    async def get(
        self,
        collection: Collection,
        id: str,
        access: Access,
    ) -> Row | None:
        """Return the row, or ``None`` if it is not there or belongs to another subject."""
        ...

    async def read(self, gets: Sequence[Get], access: Access) -> list[Row | None]:
        """Return several rows in one round trip, in order."""
        ...

    async def find(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
        descending: bool = False,
        limit: int | None = None,
        only: Sequence[str] = (),
    ) -> list[Row]:
        """Return rows by a declared index (``id`` names the key itself), ordered by it, then id.

        With ``only`` rows hold ``id`` and the named fields (and what else the backend or the
        vault needs), which costs less than whole rows and takes no more than is needed.

        ``equal`` names a leading run of the index's fields; ``range`` bounds the next one. Rows
        with ``None`` in an ordering field come before all others (``descending``: after them).
        """
        ...

    async def count(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
    ) -> int:
        """Count what ``find`` would return."""
        ...

    async def write(self, operations: Sequence[Operation], access: Access) -> list[int]:
        """Apply operations in order and commit; return how many rows each changed.

        Durable when it returns. A cancelled call may or may not have been applied. Where the
        backend can, all or nothing; where it cannot (MongoDB
        without transactions) operations that carry a precondition must come first in the batch,
        and a failure after them leaves a prefix applied, which callers are written to repair.

        Raises:
            Conflict: a ``Change``'s precondition did not hold.
            Duplicate: an added row is there already.
        """
        ...

    async def claim(self, name: str, owner: str, *, now: int, lease: int) -> int | None:
        """Take or renew the lease ``name`` for ``lease`` milliseconds.

        Returns the fencing number, which grows with each change of owner, or ``None`` while
        another owner's lease runs. The owner of a running lease renews it and keeps its number. A
        lease runs until ``now`` of a later call reaches its end; the store never looks at a clock.
        """
        ...

    async def release(self, name: str, owner: str) -> None:
        """Give a lease up. Not ours, or not there, is a no-op."""
        ...

    async def backup(self, folder: str) -> None:
        """Write a consistent copy of the data, without the keyring, into an empty folder."""
        ...

    async def aclose(self) -> None:
        """Finish what is queued and close. Calling it again is a no-op."""
        ...
