"""People on a real vault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amity.ids import Ids
from amity.people import Evidence, People
from amity.store.vault import Vault
from tests.support.vaults import MovedClock, sqlite_vault

GATE_TTL = 24 * 3600 * 1000


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await sqlite_vault(tmp_path)
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
