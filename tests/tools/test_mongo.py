"""The MongoDB stand-in answers both clients, keeps databases apart, and survives being killed."""

from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import DuplicateKeyError

from tests.support.mongo import MongoServer

pytestmark = pytest.mark.mongo


async def test_insert_and_find(mongo_url: str) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client:
        rows = client.get_default_database()["rows"]
        await rows.insert_one({"_id": "a", "sealed": b"\x00\x01"})
        assert await rows.find_one({"_id": "a"}) == {"_id": "a", "sealed": b"\x00\x01"}
        with pytest.raises(DuplicateKeyError):
            await rows.insert_one({"_id": "a"})


async def test_each_test_has_its_own_database(mongo_url: str) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client:
        assert await client.get_default_database()["rows"].find_one({}) is None


async def test_motor_speaks_to_it_too(mongo_url: str) -> None:
    from motor.motor_asyncio import AsyncIOMotorClient

    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url)
    rows = client.get_default_database()["rows"]
    await rows.insert_one({"_id": 1, "n": 1})
    after = await rows.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}}, return_document=True)
    assert after == {"_id": 1, "n": 2}
    client.close()


@pytest.mark.may_block(reason="the server is restarted in a plain call")
async def test_it_keeps_its_data_over_a_kill(mongo_server: MongoServer) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongo_server.url) as client:
        await client["one"]["rows"].insert_one({"_id": "kept"})
        mongo_server.restart()
        assert await client["one"]["rows"].find_one({}) == {"_id": "kept"}
