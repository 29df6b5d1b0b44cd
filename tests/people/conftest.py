"""People on a real vault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amity.ids import Ids
from amity.people import Evidence, People
from amity.store.vault import Vault
from tests.support.vaults import MovedClock, open_test_vault

GATE_TTL = 24 * 3600 * 1000


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
async def vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Vault]:
    if request.param == "mongo":
        url = str(request.getfixturevalue("mongo_url"))
        vault = await open_test_vault(tmp_path, url=url)
    else:
        vault = await open_test_vault(tmp_path)
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
