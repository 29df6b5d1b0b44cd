"""Collections and indexes on MongoDB, from the declared data map."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any, Final

from amity.datamap.schema import DataMap
from amity.errors import StoreUnusable
from amity.store.mongodb_client import MongoClient
from amity.store.mongodb_documents import DocumentShape, IndexKeys, joined_name
from amity.store.schema_changes import (
    DropIndex,
    MakeCollection,
    MakeIndex,
    RenameCollection,
    RenameField,
    SchemaChange,
    describe,
    newer,
    schema_changes,
)

__all__ = ["FORMAT", "META", "prepare"]

FORMAT: Final = 1
META: Final = "amity_meta"


async def prepare(
    client: MongoClient, datamap: DataMap, shapes: Mapping[str, DocumentShape], new_id: str
) -> str:
    """Bring the database to what is declared and return the store's id.

    Every change can be repeated, so a process that ends in the middle is no harm, nor are two
    that start at once.

    Raises:
        StoreUnusable: it is of a newer Amity, or needs a step that there is none for.
    """
    database = client.database
    meta = database[META]
    declared = {str(c.id): describe(c) for c in datamap.collections}
    found = await meta.find_one({"_id": "store"})
    recorded: dict[str, Any] = {}
    if found is None:
        first = {"_id": "store", "format": FORMAT, "store": new_id, "schema": json.dumps({})}
        try:
            await meta.insert_one(first)
        except client.duplicate:
            found = await meta.find_one({"_id": "store"})
    if found is not None:
        recorded = _recorded(client.where, found)
        new_id = str(found["store"])
    if not declared.items() <= recorded.items():
        for change in schema_changes(client.where, recorded, datamap):
            await _apply(client, change, shapes)
        schema = json.dumps(recorded | declared)
        await meta.update_one({"_id": "store"}, {"$set": {"schema": schema}})
    return new_id


def _recorded(where: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if int(meta["format"]) > FORMAT:
            raise newer(where)
        recorded: dict[str, Any] = json.loads(meta["schema"])
    except (KeyError, TypeError, ValueError):
        raise StoreUnusable(
            f"{where}: its own description ({META}) cannot be read; restore a backup"
        ) from None
    return recorded


async def _apply(
    client: MongoClient, change: SchemaChange, shapes: Mapping[str, DocumentShape]
) -> None:
    database = client.database
    match change:
        case MakeCollection(collection):
            # The first index makes the collection, too.
            await _make_index(client, collection.name, "id", [("id", 1)], {})
        case RenameCollection(old, collection):
            if old in await database.list_collection_names():
                await database[old].rename(collection.name)
        case RenameField(collection, old, field):
            await database[collection.name].update_many({}, {"$rename": {old: field.name}})
        case DropIndex(owner, name):
            for known in (name, joined_name(name)):
                # It may never have been made, or be gone since another process dropped it.
                with contextlib.suppress(client.refused):
                    await client.database[owner].drop_index(known)
        case MakeIndex(collection, index):
            for name, keys, options in shapes[collection.name].indexes():
                if name in (index.name, joined_name(index.name)):
                    await _make_index(client, collection.name, name, keys, options)
        case _:
            return


async def _make_index(
    client: MongoClient, collection: str, name: str, keys: IndexKeys, options: Mapping[str, bool]
) -> None:
    try:
        await client.database[collection].create_index(keys, name=name, **options)
    except client.duplicate:
        raise StoreUnusable(
            f"{client.where}: {collection} has rows that the index {name} does not allow"
        ) from None
