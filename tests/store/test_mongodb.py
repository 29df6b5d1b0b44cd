"""The store on MongoDB: the contract over PyMongo and over Motor, and several processes on one."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from amity.datamap.declarations import ENGINE, MESSAGES, PEOPLE
from amity.errors import KeyDestroyed, KeyringError, StoreUnavailable, StoreUnusable
from amity.sealed import SealedText
from amity.store import Add, Change, Remove, Vault
from amity.store.keyring_mongodb import MongoShelf
from amity.store.mongodb import MongoStore
from amity.store.mongodb_client import MongoClient
from amity.store.seal import bound_to, cipher, open_sealed, seal
from amity.testing.store_kit import StoreKit
from amity.testing.store_kit_base import ANN, NOTES, keys, note
from tests.store.vaults import (
    ALL,
    CANARY,
    MASTER,
    about,
    filled,
    message,
    opened,
    person,
    readable,
)
from tests.support.mongo import MongoServer
from tests.support.ports import free_port

pytestmark = pytest.mark.mongo


class TestPyMongo(StoreKit):
    atomic = False
    rounds = 40

    @pytest.fixture
    async def store(self, mongo_url: str) -> AsyncIterator[MongoStore]:
        store = await MongoStore.open(mongo_url, self.datamap)
        yield store
        await store.aclose()


class TestMotor(StoreKit):
    atomic = False
    rounds = 40

    @pytest.fixture
    async def store(self, mongo_url: str) -> AsyncIterator[MongoStore]:
        url = mongo_url.replace("mongodb://", "mongodb+motor://")
        store = await MongoStore.open(url, self.datamap)
        yield store
        await store.aclose()


async def documents(url: str, database: str) -> dict[str, list[dict[str, Any]]]:
    """Return everything that lies in a database, as someone with its password would."""
    client = await MongoClient.open(url)
    found = client._client[database]
    names = await found.list_collection_names()
    everything = {name: await found[name].find({}).to_list(None) for name in names}
    await client.aclose()
    return everything


def name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


async def test_documents_hold_only_what_is_declared(mongo_url: str) -> None:
    vault = await opened(Path(), url=mongo_url)
    await filled(vault)
    key = vault.blind("dedupe", "1")
    await vault.write([Add(MESSAGES, message("ann", dedupe=key, cut=True))], about("ann"))
    await vault.claim("lane", "me", now=1, lease=1)
    await vault.aclose()
    found = await documents(mongo_url, name_of(mongo_url))
    assert len(found["messages"]) == 37
    assert set(found) <= {*ENGINE.by_name, "amity_meta"}
    for name, rows in found.items():
        if name != "amity_meta":
            declared = {"_id", *ENGINE.by_name[name].by_name}
            assert all(row.keys() <= declared for row in rows)
    assert CANARY not in str(found)
    assert CANARY.encode() not in b"".join(bytes(row["body"]) for row in found["messages"])


async def test_it_is_there_after_a_restart_on_either_driver(mongo_url: str) -> None:
    vault = await opened(Path(), url=mongo_url)
    await filled(vault)
    await vault.aclose()
    vault = await opened(Path(), url=mongo_url.replace("mongodb://", "mongodb+motor://"))
    assert len(await readable(vault, "ann")) == 6
    await vault.aclose()
    with pytest.raises(KeyringError, match="master key"):
        await opened(Path(), b"x" * 32, url=mongo_url)


async def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-Ic", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


# ------------------------------------------------------------------------------- several processes


@pytest.fixture
async def two(mongo_url: str) -> AsyncIterator[tuple[Vault, Vault]]:
    vaults = await asyncio.gather(*(opened(Path(), url=mongo_url) for _ in range(2)))
    yield vaults[0], vaults[1]
    for vault in vaults:
        await vault.aclose()


async def test_two_that_start_at_once_share_store_and_keyring(two: tuple[Vault, Vault]) -> None:
    one, other = two
    assert one.store.id == other.store.id
    assert one.blind("x", "y") == other.blind("x", "y")


async def test_keys_made_at_the_same_time_are_one_key(two: tuple[Vault, Vault]) -> None:
    for number in range(8):
        who = f"p{number}"
        await asyncio.gather(
            *(vault.write([Add(MESSAGES, message(who))], about(who)) for vault in two)
        )
        for vault in two:
            rows = await vault.find(MESSAGES, "journal", about(who), equal={"person": who})
            assert [row["body"] for row in rows] == [SealedText(CANARY)] * 2
    assert not two[0].unreadable
    assert not two[1].unreadable


async def test_a_key_made_later_by_another_is_found(two: tuple[Vault, Vault]) -> None:
    one, other = two
    await one.write([Add(PEOPLE, person("ann"))], about("ann"))
    await other.keyring.fetch([("ann", "c1", 0)], make=False)  # not there yet, and remembered
    await one.write([Add(MESSAGES, message("ann"))], about("ann"))
    rows = await other.find(MESSAGES, "journal", about("ann"), equal={"person": "ann"})
    assert [row["body"] for row in rows] == [SealedText(CANARY)]


@pytest.mark.parametrize("remembered", [0.05, 1000.0])
async def test_what_another_destroyed_is_refused(
    two: tuple[Vault, Vault], remembered: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the other one still remembers the key."""
    one, other = two
    for vault in two:
        await vault.write([Add(MESSAGES, message("ann"))], about("ann"))
    await one.destroy("ann", "c1", 0)
    await one.write([Remove(MESSAGES, index="journal", equal={"person": "ann"})], about("ann"))
    monkeypatch.setattr(other.keyring._shelf, "max_age", remembered)
    await asyncio.sleep(0.1)
    with pytest.raises(KeyDestroyed):
        await other.write([Add(MESSAGES, message("ann"))], about("ann"))
    assert await readable(other, "ann") == []
    assert await other.store.count(MESSAGES, "journal", ALL, equal={"person": "ann"}) == 0


async def test_a_late_writer_in_another_process_leaves_no_row(two: tuple[Vault, Vault]) -> None:
    one, other = two
    for number in range(10):
        who = f"p{number}"
        await other.write([Add(MESSAGES, message(who))], about(who))  # it remembers the key

        async def late(who: str = who) -> None:
            for _ in range(5):
                try:
                    await other.write([Add(MESSAGES, message(who))], about(who))
                except KeyDestroyed:
                    return

        async def clear(who: str = who) -> None:
            await one.destroy(who, "c1", 0)
            removal = Remove(MESSAGES, index="conversation", equal={"conversation": "c1"})
            await one.write([removal], about(who))

        await asyncio.gather(late(), clear())
    assert await one.store.count(MESSAGES, "id", ALL) == 0


async def test_destroying_wins_against_making(two: tuple[Vault, Vault], mongo_url: str) -> None:
    one, other = two
    for number in range(8):
        who = f"p{number}"

        async def late(who: str = who) -> None:
            for generation in range(3):
                try:
                    await other.write([Add(MESSAGES, message(who, "c", generation))], about(who))
                except KeyDestroyed:
                    return

        await asyncio.gather(late(), one.destroy(who))
    kept = await documents(mongo_url, name_of(mongo_url) + "_keys")
    assert kept["keys"] == []
    assert kept["people"] == []
    assert len(kept["destroyed"]) == 8


async def test_a_rotation_that_ended_in_the_middle_is_undone(mongo_url: str) -> None:
    vault = await opened(Path(), url=mongo_url)
    await filled(vault)
    shelf = vault.keyring._shelf
    assert isinstance(shelf, MongoShelf)
    # What a process leaves that ends after the first of two people.
    old, new = cipher(MASTER), cipher(b"n" * 32)
    rotating = seal(old, b"n" * 32, bound_to("rotating"))
    await shelf._database.meta.update_one({"_id": "keyring"}, {"$set": {"rotating": rotating}})
    first = await shelf._database.people.find_one({"_id": "ann"})
    bound = bound_to("person", "ann")
    moved = seal(new, open_sealed(old, bytes(first["wrapped"]), bound), bound)
    await shelf._database.people.update_one({"_id": "ann"}, {"$set": {"wrapped": moved}})
    await vault.aclose()
    with pytest.raises(KeyringError):
        await opened(Path(), b"n" * 32, url=mongo_url)
    vault = await opened(Path(), url=mongo_url)
    assert len(await readable(vault, "ann")) == 6
    assert len(await readable(vault, "bob")) == 6
    await vault.rotate(b"n" * 32)
    await vault.aclose()
    vault = await opened(Path(), b"n" * 32, url=mongo_url)
    assert len(await readable(vault, "ann")) == 6
    await vault.aclose()


# ----------------------------------------------------------------------------------- a bad server


@pytest.mark.parametrize("scheme", ["mongodb", "mongodb+motor"])
async def test_no_server(scheme: str) -> None:
    # In a program of its own: a driver that is closed while it tries to connect leaves a half-made
    # socket to the garbage collector, which complains of it in whichever test comes next.
    url = f"{scheme}://dbname7:dbword7@127.0.0.1:{free_port()}/x?serverSelectionTimeoutMS=200"
    code = (
        "import asyncio, sys, traceback\n"
        "from amity.store.mongodb import MongoStore\n"
        "from amity.datamap.declarations import ENGINE\n"
        "from amity.errors import StoreUnusable\n"
        "try: asyncio.run(MongoStore.open(sys.argv[1], ENGINE))\n"
        "except StoreUnusable: traceback.print_exc(file=sys.stdout)"
    )
    done = await run_python(code, url)
    assert "no MongoDB server answers" in done.stdout, done.stderr
    assert "dbname7" not in done.stdout
    assert "dbword7" not in done.stdout


async def test_a_malformed_address(mongo_url: str) -> None:
    for url in ("mongodb://", "mongodb://user:sec:ret@host:99999/x"):
        with pytest.raises(StoreUnusable) as refused:
            await MongoStore.open(url, StoreKit.datamap)
        assert "ret" not in str(refused.value).replace("reference", "")


async def test_a_server_that_went_away_and_came_back(mongo_server: MongoServer) -> None:
    url = mongo_server.url.replace("/?", "/x?serverSelectionTimeoutMS=300&")
    store = await MongoStore.open(url, StoreKit.datamap)
    await store.write([Add(NOTES, note("a"))], ANN)
    mongo_server.program.kill()
    for call in (
        store.get(NOTES, "a", ANN),
        store.write([Add(NOTES, note("b"))], ANN),
        store.find(NOTES, "id", ANN),
        store.claim("lane", "me", now=1, lease=1),
    ):
        with pytest.raises(StoreUnavailable):
            await call
    mongo_server.restart()
    await store.write([Change(NOTES, "a", {"rank": 1})], ANN)
    assert keys(await store.find(NOTES, "id", ANN)) in (["a"], ["a", "b"])
    await store.aclose()


@pytest.mark.parametrize(
    "missing, scheme, line",
    [
        ("pymongo", "mongodb", 'pip install "amity[mongo]"'),
        ("motor", "mongodb+motor", 'pip install "amity[mongo]" motor'),
    ],
)
async def test_a_missing_driver_is_said_with_the_line_that_gets_it(
    missing: str, scheme: str, line: str
) -> None:
    code = (
        "import asyncio, sys; sys.modules[sys.argv[1]] = None\n"
        "from amity.store.mongodb import MongoStore\n"
        "from amity.datamap.declarations import ENGINE\n"
        "from amity.errors import OperatorError\n"
        "try: asyncio.run(MongoStore.open(sys.argv[2] + '://127.0.0.1/x', ENGINE))\n"
        "except OperatorError as error:\n"
        "    assert isinstance(error, ImportError); print(error)"
    )
    done = await run_python(code, missing, scheme)
    assert done.stdout.strip().endswith(line), done.stderr
