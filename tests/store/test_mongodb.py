"""The store on MongoDB: the contract over PyMongo and over Motor."""

from collections.abc import AsyncIterator

import pytest

from amity.store.mongodb import MongoStore
from amity.testing.store_kit import StoreKit


@pytest.mark.mongo
class TestPyMongo(StoreKit):
    atomic = False
    rounds = 40

    @pytest.fixture
    async def store(self, mongo_url: str) -> AsyncIterator[MongoStore]:
        store = await MongoStore.open(mongo_url, self.datamap)
        yield store
        await store.aclose()


@pytest.mark.mongo
class TestMotor(StoreKit):
    atomic = False
    rounds = 40

    @pytest.fixture
    async def store(self, mongo_url: str) -> AsyncIterator[MongoStore]:
        url = mongo_url.replace("mongodb://", "mongodb+motor://")
        store = await MongoStore.open(url, self.datamap)
        yield store
        await store.aclose()
