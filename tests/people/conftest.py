"""People on a real vault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amity.ids import Ids
from amity.people import Evidence, People
from amity.store.vault import Vault
from tests.support.vaults import SQLITE, MovedClock, open_test_vault

GATE_TTL = 24 * 3600 * 1000


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where the rows lie: every test here runs on both stores."""
    return str(request.getfixturevalue("mongo_url")) if request.param == "mongo" else SQLITE


@pytest.fixture
async def vault(store_url: str, tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await open_test_vault(tmp_path, url=store_url)
    yield vault
    await vault.aclose()


@pytest.fixture
def people(vault: Vault, clock: MovedClock) -> People:
    return People(vault, clock, Ids(clock), gate_ttl_ms=GATE_TTL)


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(
        channel="web", method="button", language="en", policy_version="1", policy_hash="ab" * 32
    )
