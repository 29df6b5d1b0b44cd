"""When people can be answered: the store takes writes, and a configured channel is up."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from amity.adapter import AdapterFactory, Manifest
from amity.errors import StoreUnavailable
from amity.readiness import Readiness
from amity.store import Vault
from amity.store.keyring import person_owner
from amity.turn.channel import Channel, ChannelState
from tests.support.vaults import MovedClock, open_test_vault
from tests.turn.fakes import channel_of


class Nothing(BaseModel):
    """An adapter's options: none."""


def _load() -> AdapterFactory:
    raise ImportError("nobody loads this")


def _channel(name: str, state: ChannelState, error: str = "") -> Channel:
    channel = channel_of(Manifest(name=name, realm=name, config=Nothing, load=_load))
    channel.state, channel.error = state, error
    return channel


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await open_test_vault(tmp_path)
    yield vault
    await vault.aclose()


async def test_one_channel_of_many_is_enough(vault: Vault) -> None:
    channels = {
        "web": _channel("web", ChannelState.UP),
        "bot": _channel("bot", ChannelState.DOWN, "The token is wrong."),
    }
    ready, parts = await Readiness(vault, MovedClock()).look(channels, configured=channels)
    assert ready
    assert parts == {
        "store": {"state": "up", "error": ""},
        "channels": {
            "web": {"state": "up", "error": ""},
            "bot": {"state": "down", "error": "The token is wrong."},
        },
    }


@pytest.mark.parametrize("state", [ChannelState.STARTING, ChannelState.DEGRADED, ChannelState.DOWN])
async def test_none_that_is_up_is_not_enough(vault: Vault, state: ChannelState) -> None:
    readiness = Readiness(vault, MovedClock())
    # An operator's terminal answers nobody else.
    channels = {"bot": _channel("bot", state), "terminal": _channel("terminal", ChannelState.UP)}
    ready, parts = await readiness.look(channels, configured=["bot"])
    assert not ready
    assert parts["channels"].keys() == channels.keys()
    assert (await readiness.look({}, configured=["bot"]))[0] is False


async def test_a_store_that_takes_no_writes_is_said_once_in_the_log(vault: Vault) -> None:
    readiness = Readiness(vault, MovedClock())
    channels = {"web": _channel("web", ChannelState.UP)}
    assert (await readiness.look(channels, configured=channels))[0]
    await vault.aclose()
    with capture_logs() as logs:
        looks = [await readiness.look(channels, configured=channels) for _ in range(3)]
    assert [ready for ready, _ in looks] == [False] * 3
    (log,) = logs
    assert (log["event"], log["log_level"]) == ("store.state", "error")
    assert "takes no writes" in log["error"]
    said = {"state": "down", "error": log["error"]}
    assert [parts["store"] for _, parts in looks] == [said] * 3


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Keep the files of this process from growing beyond a size, as a disk that is full does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def fill(vault: Vault, size: int) -> None:
    """Commit something of a size, in characters."""
    await vault.claim("something", "x" * size, now=1, lease=0)


# In one of two runs of the whole suite "up" was not logged within 20 s, three times in a row, and
# alone never: not understood yet, so it does not judge a change until it is.
@pytest.mark.soak
async def test_a_commit_that_failed_counts_where_a_small_row_still_fits(
    vault: Vault, tmp_path: Path
) -> None:
    readiness = Readiness(vault, MovedClock())
    channels = {"web": _channel("web", ChannelState.UP)}
    await fill(vault, 300_000)  # so that the longest file is the log
    (log,) = tmp_path.rglob("*.db-wal")
    assert (await readiness.look(channels, configured=channels))[0]
    with capture_logs() as logs:
        watching = asyncio.create_task(readiness.watch())
        with no_file_longer_than(log.stat().st_size + 20_000):
            with pytest.raises(StoreUnavailable):
                await fill(vault, 40_000)
            await vault.claim("small", "me", now=1, lease=1)
            for _ in range(3):
                ready, parts = await readiness.look(channels, configured=channels)
                assert not ready
                assert "it takes no writes" in parts["store"]["error"]
        # Nobody asks, and it is said in the log all the same.
        async with asyncio.timeout(20):
            while len(logs) < 2:
                await asyncio.sleep(0.05)
        assert (await readiness.look(channels, configured=channels))[0]
        watching.cancel()
    assert [(log["log_level"], log["state"]) for log in logs] == [
        ("error", "down"),
        ("warning", "up"),
    ]


async def test_a_failed_commit_is_said_in_the_log_though_nobody_asks(vault: Vault) -> None:
    readiness = Readiness(vault, MovedClock())
    with capture_logs() as logs:
        watching = asyncio.create_task(readiness.watch())
        with no_file_longer_than(0):
            with pytest.raises(StoreUnavailable):
                await vault.keyring.fetch([person_owner("ann")], make=True)
            async with asyncio.timeout(20):
                while not logs:
                    await asyncio.sleep(0.05)
        watching.cancel()
    assert [(log["log_level"], log["state"]) for log in logs] == [("error", "down")]


async def test_a_disk_with_no_room_for_a_message_is_not_ready(vault: Vault) -> None:
    readiness = Readiness(vault, MovedClock())
    channels = {"web": _channel("web", ChannelState.UP)}
    with no_file_longer_than(200_000):
        await vault.claim("small", "me", now=1, lease=1)
        ready, parts = await readiness.look(channels, configured=channels)
    assert not ready
    assert "it has no room for what is said" in parts["store"]["error"]
    assert (await readiness.look(channels, configured=channels))[0]


async def test_looking_leaves_one_row_however_often(vault: Vault) -> None:
    clock = MovedClock()
    readiness = Readiness(vault, clock)
    for _ in range(5):
        clock.forward(10)
        assert await readiness.store_error() == ""
    # A second process on the same store is not kept from it either.
    assert await Readiness(vault, clock).store_error() == ""
    assert (await vault.store.figures())["leases"] == 1


@pytest.mark.parametrize("trouble", ["removed", "replaced", "folder moved"])
async def test_a_keyring_that_can_keep_nothing_is_said(
    vault: Vault, tmp_path: Path, trouble: str
) -> None:
    readiness = Readiness(vault, MovedClock())
    channels = {"web": _channel("web", ChannelState.UP)}
    assert (await readiness.look(channels, configured=channels))[0]
    (keyring,) = tmp_path.rglob("*.keys")
    if trouble == "removed":
        keyring.unlink()
    elif trouble == "replaced":
        (copy := keyring.with_suffix(".copy")).write_bytes(keyring.read_bytes())
        copy.replace(keyring)
    else:
        keyring.parent.rename(keyring.parent.with_name("elsewhere"))
    ready, parts = await readiness.look(channels, configured=channels)
    assert not ready
    assert parts["store"]["state"] == "down"
    assert f"the keyring {keyring}" in parts["store"]["error"]


async def test_a_keyring_in_use_is_in_no_trouble(vault: Vault) -> None:
    await vault.keyring.fetch([person_owner("ann")], make=True)
    assert await vault.keyring.trouble() == ""
    await vault.keyring.destroy("ann", None, None)
    assert await vault.keyring.trouble() == ""
