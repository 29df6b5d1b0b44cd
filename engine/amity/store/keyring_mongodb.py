"""Wrapped keys in a MongoDB database of their own.

There is no transaction. A mark that an owner is destroyed is written before its keys are deleted,
and whoever adds a key looks for such a mark afterwards and takes the key back: whichever comes
first, in the end there is no key.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from amity.store.keyring import FOREVER, Found, Made, Owner, Tags
from amity.store.keyring_files import COPY_NAME, fresh, replace_and_overwrite, synced
from amity.store.mongodb_client import MongoClient
from amity.store.seal import bound_to

__all__ = ["KEYRING_PARTS", "MongoShelf"]

KEYRING_PARTS: Final = ("meta", "people", "keys", "destroyed")

# Another process may destroy a key that we remember; for so long it may still be used here.
_REMEMBERED_SECONDS: Final = 30.0


class MongoShelf:
    """The keyring of a MongoDB store."""

    max_age: float | None = _REMEMBERED_SECONDS

    def __init__(self, client: MongoClient) -> None:
        self.where = client.where
        self._client = client
        self._database = client.database

    @property
    def failures(self) -> int:
        """None that the server would not say again when the store asks it."""
        return 0

    async def prepare(self) -> None:
        """Make the index by which a person's keys are found."""
        with self._client.unusable():
            await self._database.keys.create_index([("person", 1)], name="person")
            await self._database.destroyed.create_index([("person", 1)], name="person")

    async def meta(self) -> dict[str, bytes]:
        """Return the keyring's own values."""
        with self._client.unusable():
            found = await self._database.meta.find_one({"_id": "keyring"})
        return {} if found is None else {n: bytes(v) for n, v in found.items() if n != "_id"}

    async def make(self, values: Mapping[str, bytes]) -> None:
        """Store the keyring's own values, unless they are there."""
        with self._client.unavailable():
            try:
                await self._database.meta.insert_one({"_id": "keyring", **values})
            except self._client.duplicate:
                return

    async def fetch(
        self, owners: Mapping[Owner, Tags], make: Callable[[Found], Made] | None
    ) -> Found:
        """Return what is there of the owners, and what ``make`` adds to it."""
        with self._client.unavailable():
            found = await self._read(owners)
            if make is None or not (owners.keys() - found.keys.keys() - found.destroyed):
                return found
            # First the person keys alone: another process may have made one at the same time,
            # and only what is wrapped by the one that stays can be unwrapped later.
            await self._insert("people", self._people(make(found).people))
            found = await self._read(owners)
            await self._insert("keys", self._keys(make(found).keys))
            found = await self._read(owners)
            for owner in found.destroyed:
                await self._database.keys.delete_many({"_id": _key_id(owner)})
                person = {"_id": owners[owner].person.hex()}
                if await self._database.destroyed.find_one(person) is not None:
                    await self._database.people.delete_many({"_id": owner[0]})
            return found

    @staticmethod
    def _people(made: Mapping[str, bytes]) -> list[dict[str, Any]]:
        return [{"_id": person, "wrapped": wrapped} for person, wrapped in made.items()]

    @staticmethod
    def _keys(made: Mapping[Owner, bytes]) -> list[dict[str, Any]]:
        return [
            {
                "_id": _key_id(owner),
                "person": owner[0],
                "conversation": owner[1],
                "generation": owner[2],
                "wrapped": wrapped,
            }
            for owner, wrapped in made.items()
        ]

    async def _insert(self, name: str, documents: Iterable[dict[str, Any]]) -> None:
        for document in documents:
            try:
                await self._database[name].insert_one(document)
            except self._client.duplicate:
                continue

    async def _read(self, owners: Mapping[Owner, Tags]) -> Found:
        found = Found()
        tags = {t.person.hex() for t in owners.values()}
        marks = await self._database.destroyed.find({"person": {"$in": list(tags)}}).to_list(None)
        upto = {mark["_id"]: int(mark["upto"]) for mark in marks}
        for owner, tag in owners.items():
            mark = upto.get(_mark_id(tag), -1)
            if tag.person.hex() in upto or mark >= owner[2]:
                found.destroyed.add(owner)
        asked = [owner for owner in owners if owner not in found.destroyed]
        people = {"_id": {"$in": list({owner[0] for owner in asked})}}
        for document in await self._database.people.find(people).to_list(None):
            found.people[document["_id"]] = bytes(document["wrapped"])
        by_id = {_key_id(owner): owner for owner in asked}
        keys = {"_id": {"$in": list(by_id)}}
        for document in await self._database.keys.find(keys).to_list(None):
            found.keys[by_id[document["_id"]]] = bytes(document["wrapped"])
        return found

    async def destroy(
        self, person: str, conversation: str | None, generation: int, tags: Tags
    ) -> int:
        """Mark the owner as destroyed, then delete keys."""
        tag = tags.person.hex()
        with self._client.unavailable():
            if conversation is None:
                await self._mark(tag, tag, FOREVER)
                keys: dict[str, Any] = {"person": person}
            else:
                await self._mark(_mark_id(tags), tag, generation)
                keys = {
                    "person": person,
                    "conversation": conversation,
                    "generation": {"$lte": generation},
                }
            count = int((await self._database.keys.delete_many(keys)).deleted_count)
            if conversation is None:
                people = await self._database.people.delete_many({"_id": person})
                count += int(people.deleted_count)
                await self._database.destroyed.delete_many({"person": tag, "_id": {"$ne": tag}})
        return count

    async def _mark(self, key: str, person: str, upto: int) -> None:
        marks = self._database.destroyed
        try:
            await marks.insert_one({"_id": key, "person": person, "upto": upto})
        except self._client.duplicate:
            await marks.update_one({"_id": key, "upto": {"$lt": upto}}, {"$set": {"upto": upto}})

    async def rewrap(
        self,
        new: Mapping[str, bytes],
        again: Callable[[str, bytes], bytes],
        rotating: bytes | None,
    ) -> None:
        """Replace the wrapping of person after person, then the own values in one step."""
        own = {"_id": "keyring"}
        with self._client.unavailable():
            if rotating is not None:
                await self._database.meta.update_one(own, {"$set": {"rotating": rotating}})
            for document in await self._database.people.find({}).to_list(None):
                wrapped = bytes(document["wrapped"])
                await self._database.people.update_one(
                    {"_id": document["_id"]},
                    {"$set": {"wrapped": again(document["_id"], wrapped)}},
                )
            change: dict[str, Any] = {"$unset": {"rotating": ""}}
            if new:
                change["$set"] = dict(new)
            await self._database.meta.update_one(own, change)

    async def copy(self, folder: str) -> None:
        """Write the keyring as JSON into a folder; the bytes of the copy before are overwritten."""
        parts: dict[str, Any] = {}
        with self._client.unavailable():
            for name in KEYRING_PARTS:
                found = await self._database[name].find({}).to_list(None)
                parts[name] = [
                    {
                        n: {"hex": v.hex()} if isinstance(v, bytes) else v
                        for n, v in document.items()
                    }
                    for document in found
                ]
        _write(Path(folder), orjson.dumps(parts))

    async def trouble(self) -> str:
        """Return nothing: the server is the store's, and whoever asks has asked that."""
        return ""

    async def aclose(self) -> None:
        """Wait for the calls that run; the client is the store's to close."""
        await self._client.aclose()


def _key_id(owner: Owner) -> str:
    return bound_to(owner[0], owner[1], str(owner[2])).decode("utf-8", "replace")


def _mark_id(tags: Tags) -> str:
    return f"{tags.person.hex()}/{tags.conversation.hex()}"


def _write(folder: Path, content: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / COPY_NAME
    part = fresh(target.with_name(target.name + ".part"))
    part.write_bytes(content)
    synced(part)
    replace_and_overwrite(part, target)
