"""Deleting on time: the sweeper, driven by the data map and the periods of the config.

For each collection the declaration names a period. How old a row is it says itself: by the time it
expires, the time its account or it itself ended, its own time, or its id (see ``amity.ids``). A
part goes with the whole that it belongs to. Days are counted whole, so that a row which names only
its day goes within a day after its limit, never before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from amity.clock import day_of
from amity.datamap.declarations import (
    ADMISSIONS,
    ERASURES,
    FORMER_NAMES,
    IDENTITIES,
    MESSAGES,
    PEOPLE,
    TOMBSTONES,
)
from amity.datamap.schema import Collection, DataMap, KeyScope, Kind, Purpose
from amity.ids import Ids, first_id_at
from amity.people import State
from amity.privacy.erasure import erase_person
from amity.privacy.walk import (
    about_people,
    by_conversation,
    index_on,
    is_kept,
    of_subject,
    pages,
    parts_of,
    stands_alone,
    subjects,
)
from amity.store.contract import EVERYONE, Access, Get, Range, Remove, Row, Value

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.store.vault import Vault

__all__ = ["sweep", "uncovered"]

_ACCESS: Final = Access(Purpose.RETENTION, EVERYONE)
_UNTIMED: Final = frozenset({"account", "none"})
_ACCOUNT_KEYS: Final = ("gate", "inactivity")
_BATCH: Final = 500
_GRACE: Final = 3_600_000  # milliseconds
_ID_LETTERS: Final = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def uncovered(datamap: DataMap, retention: Mapping[str, int | None]) -> list[str]:
    """Return the periods that the data map names and the config does not give."""
    named = {c.retention for c in datamap.collections} - _UNTIMED
    return sorted(key for key in {*named, *_ACCOUNT_KEYS} if key not in retention)


async def sweep(
    vault: "Vault",
    datamap: DataMap,
    retention: Mapping[str, int | None],
    clock: "Clock",
    *,
    dry_run: bool = False,
    thorough: bool = False,
    batch: int = _BATCH,
) -> dict[str, int]:
    """Delete everything whose time has come; return how many rows of which collection.

    People whose gate ran out or who have not written for the time of ``inactivity`` are erased
    whole, and count as people. Works in batches and lets others work in between; cut off in the
    middle it goes on at the next call.

    Args:
        vault: The store.
        datamap: What is stored.
        retention: Milliseconds by key; ``None`` for no end.
        clock: The clock.
        dry_run: Only count.
        thorough: Also look for rows about people who are gone, which another process may have
            written while they were being erased. Asks for each person in each collection, so it
            is for once a day.
        batch: Most rows of one write.

    Raises:
        ValueError: a period is missing; nothing was deleted.
    """
    if missing := uncovered(datamap, retention):
        raise ValueError(f"privacy.retention lacks {', '.join(missing)}")
    sweeper = _Sweeper(vault, retention, clock, dry_run, batch)
    await sweeper.people()
    await sweeper.admissions()
    for collection in datamap.collections:
        await sweeper.collection(collection)
    await sweeper.former_names()
    if thorough:
        for collection in about_people(datamap):
            await sweeper.orphans(collection)
    if (sweeper.counts or vault.unscrubbed) and not dry_run:
        await vault.scrub_when_free()
    return sweeper.counts


class _Sweeper:
    def __init__(  # private, made in one place
        self,
        vault: "Vault",
        retention: Mapping[str, int | None],
        clock: "Clock",
        dry_run: bool,
        batch: int,
    ) -> None:
        self._vault = vault
        self._retention = retention
        self._clock = clock
        self._now = clock.now()
        self._dry_run = dry_run
        self._batch = batch
        self.counts: dict[str, int] = {}
        self._counted = set[tuple[str, str]]()

    async def people(self) -> None:
        """Erase people whose gate ran out, and those who have not written for long."""
        inactivity = self._retention["inactivity"]
        limit = None if inactivity is None else self._now - inactivity
        gone: list[Row] = []
        async for page in pages(self._vault, PEOPLE, Purpose.RETENTION, size=self._batch):
            gone += [row for row in page if self._person_is_due(row, limit)]
            await asyncio.sleep(0)
        ids = Ids(self._clock)
        for row in gone:
            if not self._dry_run:
                await erase_person(
                    self._vault,
                    str(row["id"]),
                    self._clock,
                    ids,
                    with_accounts=row["state"] != State.NEW,
                )
        self._count(PEOPLE, len(gone))

    def _person_is_due(self, row: Row, limit: int | None) -> bool:
        expires, seen = row["expires_at"], row["seen_at"]
        if row["state"] == State.NEW and isinstance(expires, int) and expires <= self._now:
            return True
        return limit is not None and isinstance(seen, int) and seen <= limit

    async def admissions(self) -> None:
        """Forget who gave an access code and never became somebody."""
        gate = self._retention["gate"]
        if gate is None:
            return
        async for page in pages(self._vault, ADMISSIONS, Purpose.RETENTION, size=self._batch):
            old = [r for r in page if _number(r, "created_at") <= self._now - gate]
            gets = [Get(IDENTITIES, str(row["identity"])) for row in old]
            known = await self._vault.store.read(gets, _ACCESS) if gets else []
            gone = [row for row, identity in zip(old, known, strict=True) if identity is None]
            await self._remove(ADMISSIONS, gone)

    async def former_names(self) -> None:
        """Forget what people were called before, where no message is left that may hold it."""
        async for page in pages(self._vault, FORMER_NAMES, Purpose.RETENTION, size=self._batch):
            gone = [row for row in page if not await self._holds_messages(row["conversation"])]
            await self._remove(FORMER_NAMES, gone)

    async def _holds_messages(self, conversation: Value) -> bool:
        left = await self._vault.store.find(
            MESSAGES,
            by_conversation(MESSAGES),
            _ACCESS,
            equal={"conversation": conversation},
            # In a dry run those are there that would be gone by now.
            limit=None if self._dry_run else 1,
            only=("id",),
        )
        return any((MESSAGES.name, str(row["id"])) not in self._counted for row in left)

    async def collection(self, collection: Collection) -> None:
        """Delete a collection's rows whose time has come."""
        expiry = next((i.name for i in collection.indexes if i.fields[0] == "expires_at"), None)
        if expiry is not None and collection is not PEOPLE:
            bound = Range(before=self._now + 1)
            await self._remove_all(collection, self._found(collection, expiry, bound))
        if collection.retention in _UNTIMED or collection.part_of is not None:
            return
        period = self._retention[collection.retention]
        if period is not None:
            await self._remove_all(collection, self._too_old(collection, self._now - period))

    async def orphans(self, collection: Collection) -> None:
        """Delete rows about people who are not there."""
        if collection is PEOPLE or is_kept(collection):
            return
        index, subject = of_subject(collection)
        async for person in subjects(self._vault, collection, Purpose.RETENTION):
            if not await self._is_there(person, collection.holders):
                rows = await self._vault.store.find(
                    collection, index, _ACCESS, equal={subject: person}
                )
                if len(collection.holders) > 1:
                    # The row that it is to belong to may be about to be written.
                    rows = [r for r in rows if _is_old(collection, r, self._now - _GRACE)]
                await self._remove(collection, rows)
            await asyncio.sleep(0)

    async def _is_there(self, subject: str, holders: Sequence[str]) -> bool:
        gets = [Get(self._vault.datamap.by_name[name], subject) for name in holders]
        return any(row is not None for row in await self._vault.store.read(gets, _ACCESS))

    def _too_old(self, collection: Collection, limit: int) -> AsyncIterator[list[Row]]:
        """Find the rows that were made at ``limit`` or before, by the cheapest way there is."""
        by_field = {i.fields[0]: i.name for i in collection.indexes}
        if is_kept(collection):
            index = by_field.get("ended_at")
            if index is None:
                raise ValueError(f"collection {collection.name}: no index begins with ended_at")
            return self._found(collection, index, Range(before=limit + 1))
        if "closed_at" in by_field:
            return self._found(collection, by_field["closed_at"], Range(before=limit + 1))
        if "time" in by_field:
            return self._found(collection, by_field["time"], Range(before=limit + 1))
        if "day" in by_field:
            return self._found(collection, by_field["day"], Range(before=day_of(limit)))
        if collection.keys is KeyScope.CONVERSATION:
            return self._made_before(collection, limit)
        return self._walked(collection, limit)

    async def _made_before(self, collection: Collection, limit: int) -> AsyncIterator[list[Row]]:
        """Find rows by the time in their ids, and by their own where that cannot be right.

        Ids go on behind those that a clock made which was ahead, until the clock has caught up.
        """
        async for rows in self._found(collection, "id", Range(before=first_id_at(limit + 1))):
            yield rows
        async for rows in self._walked(collection, limit, after=first_id_at(self._now + _GRACE)):
            yield rows

    async def _found(
        self, collection: Collection, index: str, bound: Range
    ) -> AsyncIterator[list[Row]]:
        # What is found is removed before the next look; what stays (in a dry run, all of it) is
        # found again, so the next page is longer by that.
        staying = set[str]()
        wanted = ("id", collection.subject or "id", "finished")
        needed = [name for name in dict.fromkeys(wanted) if name in collection.by_name]
        while True:
            limit = self._batch + len(staying)
            rows = await self._vault.store.find(
                collection, index, _ACCESS, range=bound, limit=limit, only=needed
            )
            fresh = [row for row in rows if str(row["id"]) not in staying]
            if not fresh:
                return
            yield [row for row in fresh if _may_go(collection, row)]
            staying.update(
                str(row["id"]) for row in fresh if self._dry_run or not _may_go(collection, row)
            )
            await asyncio.sleep(0)

    async def _walked(
        self, collection: Collection, limit: int, *, after: str | None = None
    ) -> AsyncIterator[list[Row]]:
        async for page in pages(
            self._vault, collection, Purpose.RETENTION, size=self._batch, after=after
        ):
            yield [r for r in page if _is_old(collection, r, limit) and _may_go(collection, r)]
            await asyncio.sleep(0)

    async def _remove_all(self, collection: Collection, found: AsyncIterator[list[Row]]) -> None:
        async for rows in found:
            await self._remove(collection, rows)

    async def _remove(self, collection: Collection, rows: Sequence[Row]) -> None:
        ids = [str(row["id"]) for row in rows]
        if self._dry_run:
            # A row can be due for two reasons; really removed, it is found only once.
            ids = [i for i in ids if (collection.name, i) not in self._counted]
            self._counted.update((collection.name, i) for i in ids)
        for row in () if self._dry_run else rows:
            if stands_alone(collection, row):
                await self._vault.destroy(str(row["id"]))
        for part, field in parts_of(self._vault.datamap, collection):
            await self._remove_parts(part, field, ids)
        if ids and not self._dry_run:
            await self._vault.write([Remove(collection, i) for i in ids], _ACCESS)
        self._count(collection, len(ids))

    async def _remove_parts(self, part: Collection, field: str, wholes: Sequence[str]) -> None:
        """Remove what belongs to rows that are about to go, before they do."""
        index = index_on(part, field)
        for whole in wholes:
            equal = {field: whole}
            if self._dry_run:
                number = await self._vault.count(part, index, _ACCESS, equal=equal)
            else:
                remove = Remove(part, index=index, equal=equal)
                (number,) = await self._vault.write([remove], _ACCESS)
            self._count(part, number)

    def _count(self, collection: Collection, number: int) -> None:
        if number:
            self.counts[collection.name] = self.counts.get(collection.name, 0) + number


def _may_go(collection: Collection, row: Row) -> bool:
    if collection is ERASURES:
        return bool(row["finished"])
    # A row about nobody in a collection about people is the service's own count.
    return collection.subject is None or row[collection.subject] is not None


def _is_old(collection: Collection, row: Row, limit: int) -> bool:
    for name in ("time", "created_at"):
        field = collection.by_name.get(name)
        if field is not None and field.kind is Kind.INTEGER:
            return _number(row, name) <= limit
    if collection is TOMBSTONES:
        return False
    row_id = str(row["id"])
    timed = len(row_id) == 26 and _ID_LETTERS.issuperset(row_id)
    return timed and row_id < first_id_at(limit + 1)


def _number(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0
