"""The store on MongoDB, through PyMongo's asynchronous client, or through Motor.

No transaction, no update by pipeline, no server clock: a batch is applied one operation after the
other, preconditions first, and callers are written to repair what a failure in the middle leaves.
Deletion on the server's own disk is the server's; content is sealed before it gets there.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from amity.datamap.declarations import LEASES
from amity.datamap.schema import Collection, DataMap
from amity.errors import Conflict, Duplicate, StoreUnavailable, Undeclared
from amity.store.backup_files import empty_folder
from amity.store.backup_lines import write_lines
from amity.store.checks import Checks, checked_increment_row
from amity.store.contract import (
    UNBOUNDED,
    Access,
    Add,
    Change,
    Get,
    Increment,
    Operation,
    Put,
    Range,
    Remove,
    Row,
    Value,
)
from amity.store.keyring_mongodb import MongoShelf
from amity.store.mongodb_client import MongoClient
from amity.store.mongodb_documents import DocumentShape, Filter
from amity.store.mongodb_schema import prepare

__all__ = ["MongoStore"]

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_TRIES: Final = 5
_BATCH: Final = 1000


class MongoStore:
    """A store in one MongoDB database.

    Attributes:
        datamap: What may be stored.
        where: The address without credentials, for messages.
        id: A random id that the store got when it was made.
    """

    def __init__(self, client: MongoClient, datamap: DataMap, store_id: str) -> None:
        self.datamap = datamap
        self.where = client.where
        self.id = store_id
        self._client = client
        self._database = client.database
        self._checks = Checks(datamap)
        self._shapes = {n: DocumentShape(shape) for n, shape in self._checks.shapes.items()}
        self._closing = False
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, url: str, datamap: DataMap) -> Self:
        """Open the database that the address names (``amity`` if it names none).

        Raises:
            OperatorError: the driver is not installed.
            StoreUnusable: the server does not answer or refuses us, or the database is of a newer
                Amity or needs a migration step that this program does not have.
        """
        client = await MongoClient.open(url)
        try:
            shapes = {n: DocumentShape(s) for n, s in Checks(datamap).shapes.items()}
            with client.unusable():
                store_id = await prepare(client, datamap, shapes, secrets.token_hex(16))
        except BaseException:
            await client.aclose()
            raise
        return cls(client, datamap, store_id)

    async def keyring(self) -> MongoShelf:
        """Return the shelf of the store's keys, in a database of its own."""
        shelf = MongoShelf(self._client.sibling("_keys"))
        await shelf.prepare()
        return shelf

    # ---------------------------------------------------------------------------------- reading

    async def get(
        self,
        collection: Collection,
        id: str,
        access: Access,
    ) -> Row | None:
        """Return the row, or ``None`` if it is not there or belongs to another subject."""
        shape = self._checks.shape(collection, access)
        documents = self._shapes[shape.name]
        wanted = documents.by_id(id, self._checks.subject_of(shape, access))
        async with self._call():
            found = await self._database[shape.name].find_one(wanted)
        return None if found is None else documents.row(found, shape.names)

    async def read(self, gets: Sequence[Get], access: Access) -> list[Row | None]:
        """Return several rows, in order; those of one collection in one round trip."""
        wanted: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for get in gets:
            shape = self._checks.shape(get.collection, access)
            wanted.setdefault((shape.name, get.only), []).append(get.id)

        async def some(
            name: str, only: tuple[str, ...], ids: list[str]
        ) -> dict[tuple[str, tuple[str, ...], str], Row]:
            documents = self._shapes[name]
            names = documents.shape.chosen(only)
            subject = self._checks.subject_of(documents.shape, access)
            conditions: list[Filter] = [{"_id": {"$in": ids}}, *documents.restriction(subject)]
            async with self._call():
                cursor = self._database[name].find(
                    {"$and": conditions}, documents.projection(names)
                )
                found = await cursor.to_list(None)
            return {(name, only, d["_id"]): documents.row(d, names) for d in found}

        parts = await asyncio.gather(*(some(*kind, ids) for kind, ids in wanted.items()))
        rows = {key: row for part in parts for key, row in part.items()}
        found = [rows.get((get.collection.name, get.only, get.id)) for get in gets]
        return [None if row is None else dict(row) for row in found]

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
        """Return rows by a declared index, ordered by it, then id.

        Raises:
            Undeclared: see the contract.
        """
        shape = self._checks.shape(collection, access)
        query = self._checks.query(shape, index, equal, range)
        names = shape.chosen(only)
        if limit == 0:  # to the server it would mean all
            return []
        documents = self._shapes[shape.name]
        wanted = documents.filter(query, self._checks.subject_of(shape, access))
        async with self._call():
            cursor = self._database[shape.name].find(wanted, documents.projection(names))
            cursor = cursor.sort(documents.order(query, descending=descending))
            if limit is not None:
                cursor = cursor.limit(limit)
            found = await cursor.to_list(None)
        return [documents.row(document, names) for document in found]

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
        shape = self._checks.shape(collection, access)
        query = self._checks.query(shape, index, equal, range)
        wanted = self._shapes[shape.name].filter(query, self._checks.subject_of(shape, access))
        async with self._call():
            return int(await self._database[shape.name].count_documents(wanted))

    # ---------------------------------------------------------------------------------- writing

    async def write(self, operations: Sequence[Operation], access: Access) -> list[int]:
        """Apply operations in order; see the contract for what a failure leaves.

        Raises:
            Conflict: a precondition did not hold; what stood before it in the batch is applied.
            Duplicate: an added row is there already; likewise.
            Undeclared: the data map does not allow one of them. Nothing was written.
            StoreUnavailable: the server did not answer; nobody can say how far it came.
        """
        for operation in operations:
            self._checks.operation(operation, access)
            self._client.check_encodes(operation)
        counts: list[int] = []
        async with self._call():
            for operation in operations:
                shape = self._shapes[operation.collection.name]
                subject = self._checks.subject_of(shape.shape, access)
                counts.append(await self._apply(shape, operation, subject))
        return counts

    async def _apply(self, shape: DocumentShape, operation: Operation, subject: str | None) -> int:
        match operation:
            case Add():
                return await self._add(shape, operation)
            case Put():
                return await self._put(shape, operation, subject)
            case Change():
                return await self._change(shape, operation, subject)
            case Increment():
                return await self._increment(shape, operation, subject)
            case Remove():
                return await self._remove(shape, operation, subject)

    async def _add(self, shape: DocumentShape, operation: Add) -> int:
        try:
            await self._database[shape.shape.name].insert_one(shape.document(operation.row))
        except self._client.duplicate:
            if operation.ignore_duplicate:
                return 0
            raise Duplicate(f"{shape.shape.name}: a row like this is there already") from None
        return 1

    async def _put(self, shape: DocumentShape, operation: Put, subject: str | None) -> int:
        collection = self._database[shape.shape.name]
        whole = shape.replacement(operation.row)
        key = str(operation.row["id"])
        wanted = shape.by_id(key, subject)
        for _ in range(_TRIES):
            try:
                await collection.update_one(wanted, whole, upsert=True)
            except self._client.duplicate:
                # Another subject's row, another row's unique value, or another call was first.
                await self._refuse_foreign(shape, key, wanted)
            else:
                return 1
        raise Duplicate(f"{shape.shape.name}: another row has a unique value already")

    async def _refuse_foreign(self, shape: DocumentShape, key: str, wanted: Filter) -> None:
        collection = self._database[shape.shape.name]
        if await collection.find_one({"_id": key}, {"_id": 1}) is None:
            raise Duplicate(f"{shape.shape.name}: another row has a unique value already") from None
        if await collection.find_one(wanted, {"_id": 1}) is None:
            raise Conflict(f"{shape.shape.name}: the row is another subject's") from None

    async def _change(self, shape: DocumentShape, operation: Change, subject: str | None) -> int:
        collection = self._database[shape.shape.name]
        conditions = [
            shape.by_id(operation.id, subject),
            *shape.same(operation.when),
            *shape.same(operation.owner),
        ]
        try:
            if not operation.set:
                found = await collection.find_one({"$and": conditions}, {"_id": 1})
                changed = int(found is not None)
            elif shape.joins(operation.set):
                changed = await self._change_joined(shape, operation, conditions)
            else:
                result = await collection.update_one(
                    {"$and": conditions}, shape.update(operation.set)
                )
                changed = int(result.matched_count)
        except self._client.duplicate:
            raise Duplicate(f"{shape.shape.name}: another row has the unique value") from None
        if changed == 0 and not operation.lenient:
            raise Conflict("a precondition of the write did not hold")
        return changed

    async def _change_joined(
        self, shape: DocumentShape, operation: Change, conditions: list[Filter]
    ) -> int:
        """Change fields of which a unique index keeps a joined copy: the copy must fit the row."""
        collection = self._database[shape.shape.name]
        indexes = shape.joins(operation.set)
        names = list({name for index in indexes for name in index.fields})
        for _ in range(_TRIES):
            found = await collection.find_one({"$and": conditions})
            if found is None:
                return 0
            before = shape.row(found, names)
            after = {**before, **operation.set}
            update = shape.update(operation.set)
            for index in indexes:
                for word, fields in shape.joined_update(index, after).items():
                    update[word] = {**update.get(word, {}), **fields}
            result = await collection.update_one(
                {"$and": [*conditions, *shape.same(before)]}, update
            )
            if result.matched_count:
                return 1
        raise StoreUnavailable(f"{shape.shape.name}: a row changed again and again; try it later")

    async def _increment(
        self, shape: DocumentShape, operation: Increment, subject: str | None
    ) -> int:
        collection = self._database[shape.shape.name]
        row = checked_increment_row(operation)
        amount = shape.stored(operation.name, row.pop(operation.name))
        if shape.joins({operation.name: 1}):
            raise Undeclared(f"{shape.shape.name}: {operation.name} is part of a unique index")
        made = shape.document(row)
        wanted = shape.by_id(operation.id, subject)
        for _ in range(_TRIES):
            result = await collection.update_one(wanted, {"$inc": {operation.name: amount}})
            if result.matched_count:
                return 1
            try:
                await collection.insert_one({**made, operation.name: amount})
            except self._client.duplicate:
                await self._refuse_foreign(shape, operation.id, wanted)
            else:
                return 1
        raise StoreUnavailable(f"{shape.shape.name}: a row came and went; try it later")

    async def _remove(self, shape: DocumentShape, operation: Remove, subject: str | None) -> int:
        collection = self._database[shape.shape.name]
        if operation.id is not None:
            result = await collection.delete_one(shape.by_id(operation.id, subject))
        else:
            query = self._checks.query(
                shape.shape, operation.index or "id", operation.equal, operation.range
            )
            result = await collection.delete_many(shape.filter(query, subject))
        return int(result.deleted_count)

    # ----------------------------------------------------------------------------------- leases

    async def claim(self, name: str, owner: str, *, now: int, lease: int) -> int | None:
        """Take or renew a lease; see the contract."""
        leases = self._leases()
        until = {"until": now + lease}
        async with self._call():
            mine = {"_id": name, "owner": owner}
            if (await leases.update_one(mine, {"$set": until})).matched_count:
                found = await leases.find_one(mine)
                if found is not None:
                    return int(found["fence"])
            free = {"_id": name, "owner": {"$ne": owner}, "until": {"$lte": now}}
            taken = await leases.find_one_and_update(
                free,
                {"$set": {"owner": owner, **until}, "$inc": {"fence": 1}},
                return_document=True,
            )
            if taken is not None:
                return int(taken["fence"])
            try:
                await leases.insert_one({"_id": name, "owner": owner, **until, "fence": 1})
            except self._client.duplicate:
                return None
            return 1

    async def release(self, name: str, owner: str) -> None:
        """Give a lease up. Not ours, or not there, is a no-op."""
        async with self._call():
            await self._leases().update_one(
                {"_id": name, "owner": owner}, {"$set": {"owner": "", "until": 0}}
            )

    def _leases(self) -> Any:
        if LEASES.name not in self._shapes:
            raise Undeclared(f"the data map has no collection {LEASES.name}")
        return self._database[LEASES.name]

    # ---------------------------------------------------------------------------------- keeping

    async def backup(self, folder: str) -> None:
        """Write the documents as lines of JSON into an empty folder, one file a collection.

        The server goes on meanwhile: each document is whole, the copy as a whole is of the time
        that the copying took. Nothing depends on documents of one instant.

        Raises:
            StoreUnusable: the folder is not empty or cannot be written.
        """
        target = await asyncio.to_thread(empty_folder, Path(folder))
        for name, documents in self._shapes.items():
            path = target / f"{name}.jsonl"
            await asyncio.to_thread(path.touch)
            last: str | None = None
            while True:
                wanted: Filter = {} if last is None else {"_id": {"$gt": last}}
                async with self._call():
                    cursor = self._database[name].find(wanted).sort([("_id", 1)]).limit(_BATCH)
                    found = await cursor.to_list(None)
                if not found:
                    break
                rows = [documents.row(document, documents.shape.names) for document in found]
                await asyncio.to_thread(write_lines, path, rows)
                last = found[-1]["_id"]

    async def scrub(self) -> None:
        """Nothing to do: what the server's files keep of deleted documents is its own matter."""

    @property
    def failures(self) -> int:
        """None that the server would not say again when it is asked."""
        return 0

    async def shortage(self) -> str:
        """Return nothing: a server that has no room refuses also the smallest write."""
        return ""

    async def figures(self) -> dict[str, int]:
        """Return the number of rows of each collection, and the data's size as ``bytes``."""
        async with self._call():
            counts = {
                name: int(await self._database[name].count_documents({})) for name in self._shapes
            }
            return counts | {"bytes": await self._client.size()}

    async def holds_nothing(self) -> bool:
        """Tell whether no collection has a row."""
        async with self._call():
            for name in self._shapes:
                if await self._database[name].find_one({}, {"_id": 1}) is not None:
                    return False
        return True

    @contextlib.asynccontextmanager
    async def _call(self) -> AsyncIterator[None]:
        if self._closing:
            raise StoreUnavailable("the store is closed")
        self._client.begin()
        try:
            with self._client.unavailable():
                yield
        finally:
            self._client.end()

    async def aclose(self) -> None:
        """Finish the calls that run and close. Calling it again is a no-op."""
        if not self._closing:
            self._closing = True
            await self._client.aclose()
