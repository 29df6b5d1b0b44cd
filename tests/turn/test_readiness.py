"""When people can be answered: the store takes writes, and a configured channel is up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from amity.adapter import AdapterFactory, Manifest
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
    assert log["event"] == "store.state"
    assert "takes no writes" in log["error"]
    said = {"state": "down", "error": log["error"]}
    assert [parts["store"] for _, parts in looks] == [said] * 3


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
