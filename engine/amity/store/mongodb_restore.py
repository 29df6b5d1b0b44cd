"""Bringing a backup of lines back into MongoDB."""

import asyncio
from pathlib import Path
from typing import Any

import orjson

from amity.datamap.schema import DataMap
from amity.errors import StoreUnusable
from amity.store.backup_lines import read_lines
from amity.store.checks import Checks
from amity.store.contract import Row
from amity.store.keyring_mongodb import KEYRING_PARTS
from amity.store.mongodb_client import MongoClient
from amity.store.mongodb_documents import DocumentShape
from amity.store.mongodb_schema import META, prepare

__all__ = ["place"]

_BATCH = 500


async def place(folder: Path, url: str, datamap: DataMap, store: str, keyring: Path | None) -> None:
    """Put a backup's rows into an empty database, and a copy of the keyring beside it.

    Raises:
        StoreUnusable: there is data already, or no keyring. Nothing was changed.
    """
    client = await MongoClient.open(url)
    keys = client.sibling("_keys")
    try:
        with client.unusable():
            await _refuse_data(client)
            there = await keys.database.meta.find_one({"_id": "keyring"}) is not None
            if keyring is not None and there:
                raise StoreUnusable(f"{keys.where}: there is a keyring here already; use it")
            if keyring is None and not there:
                raise StoreUnusable(f"{keys.where}: the keyring is missing; name its latest copy")
            shapes = {n: DocumentShape(s) for n, s in Checks(datamap).shapes.items()}
            await prepare(client, datamap, shapes, store)
            for name, shape in shapes.items():
                await _insert(client, shape, folder / f"{name}.jsonl")
            if keyring is not None:
                await _insert_keys(keys, keyring)
    finally:
        await client.aclose()


async def _refuse_data(client: MongoClient) -> None:
    for name in await client.database.list_collection_names():
        if name == META or await client.database[name].find_one({}, {"_id": 1}) is not None:
            raise StoreUnusable(
                f"{client.where}: there is data here already; restore into an empty database"
            )


async def _insert(client: MongoClient, shape: DocumentShape, path: Path) -> None:
    documents: list[dict[str, Any]] = []
    for row in await asyncio.to_thread(_rows, path):
        documents.append(shape.document(row))
        if len(documents) >= _BATCH:
            await client.database[shape.shape.name].insert_many(documents)
            documents = []
    if documents:
        await client.database[shape.shape.name].insert_many(documents)


def _rows(path: Path) -> list[Row]:
    # A collection that the backup's Amity did not know yet has no file.
    return list(read_lines(path)) if path.exists() else []


async def _insert_keys(keys: MongoClient, path: Path) -> None:
    try:
        parts = orjson.loads(await asyncio.to_thread(path.read_bytes))
        found = {
            name: [
                {n: bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for n, v in d.items()}
                for d in parts[name]
            ]
            for name in KEYRING_PARTS
        }
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreUnusable(f"{path}: this is no copy of a MongoDB keyring") from None
    for name in KEYRING_PARTS:
        if found[name]:
            await keys.database[name].insert_many(found[name])
