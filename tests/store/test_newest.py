"""A process goes on behind the newest thing that its store holds."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amity.datamap.declarations import MESSAGES, TICKET_MESSAGES
from amity.ids import Ids
from amity.store import Add, Row, Vault
from amity.store.newest import newest_id
from tests.store.vaults import ALL, message, opened
from tests.support.vaults import MovedClock

MINUTE = 60_000


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
async def vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Vault]:
    mongo = request.param == "mongo"
    url = str(request.getfixturevalue("mongo_url")) if mongo else "sqlite:///a.db"
    vault = await opened(tmp_path, url=url)
    yield vault
    await vault.aclose()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def ids(clock: MovedClock) -> Ids:
    return Ids(clock)


async def add(vault: Vault, *rows: Row) -> None:
    await vault.write([Add(MESSAGES, row) for row in rows], ALL)


async def test_nothing_is_newest_where_nothing_was_said(vault: Vault) -> None:
    assert await newest_id(vault.store) == ""


async def test_it_is_the_greatest_id_of_whomever(vault: Vault, ids: Ids) -> None:
    made = [ids.new() for _ in range(5)]
    people = ("zoe", "ann", "bob", "ann", "cat")
    rows = [
        message(who, id=id, position=id) for who, id in zip(people, reversed(made), strict=True)
    ]
    await add(vault, *rows)
    assert await newest_id(vault.store) == made[-1]


async def test_it_is_the_position_of_a_reply_that_took_long(
    vault: Vault, ids: Ids, clock: MovedClock
) -> None:
    first, reply = ids.new(), ids.new()
    clock.forward(10 * MINUTE)
    others = [ids.new() for _ in range(300)]
    position = ids.new()
    await add(vault, message("ann", id=reply, position=position))
    await add(vault, *(message("bob", id=id, position=id) for id in others))
    await add(vault, message("cat", id=first, position=None))
    assert await newest_id(vault.store) == position


async def test_a_request_counts_as_well(vault: Vault, ids: Ids) -> None:
    await add(vault, message("ann", id=ids.new()))
    last = ids.new()
    row: Row = {
        "id": last,
        "holder": "ann",
        "kind": "message",
        "time": 1,
        "state": "kept",
        "attempts": 0,
        "shown": 0,
        "revised": 0,
    }
    await vault.store.write([Add(TICKET_MESSAGES, row)], ALL)
    assert await newest_id(vault.store) == last
