"""The store on SQLite: the contract, and what is promised of its file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amity.store.sqlite import SQLiteStore
from amity.testing.store_kit import StoreKit


class TestSQLite(StoreKit):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SQLiteStore]:
        store = await SQLiteStore.open(tmp_path / "a.db", self.datamap)
        yield store
        await store.aclose()
