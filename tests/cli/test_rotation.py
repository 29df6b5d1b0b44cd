"""Replacing the master key: cut off anywhere, the store still opens by itself at the next start."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE
from amity.errors import KeyringError
from amity.store.keyring import person_owner
from amity.store.master_key import encode_master_key
from amity.store.open import Installation, open_installation

Cli = Callable[..., Any]


async def opened(data: Path) -> Installation:
    return await open_installation(
        "sqlite:///amity.db", datamap=ENGINE, data_folder=data, environ={}, clock=SystemClock()
    )


@pytest.fixture
async def data(amity_home: Path) -> Path:
    """A data folder with a store and somebody's key in it."""
    made = await opened(amity_home / "data")
    await made.vault.keyring.fetch([person_owner("ann")], make=True)
    await made.vault.aclose()
    return amity_home / "data"


async def readable(data: Path) -> Installation:
    made = await opened(data)
    await made.vault.keyring.fetch([person_owner("ann")], make=False)
    assert made.vault.keyring.usable(person_owner("ann")) is not None
    await made.vault.aclose()
    return made


@pytest.mark.parametrize(
    "point, followed, in_place",
    [
        ("rotate.key_written", False, False),
        ("rotate.keys_wrapped", True, False),
        ("rotate.key_in_place", True, True),
    ],
)
async def test_cut_off_anywhere_the_next_start_finishes_it(
    data: Path, amity_cli: Cli, point: str, *, followed: bool, in_place: bool
) -> None:
    file = data / "master.key"
    before = file.read_text()
    done = await amity_cli("keys", "rotate", environment={"AMITY_FAILPOINT": point})
    assert done.code == -signal.SIGKILL, done
    following = file if in_place else data / "master.key.new"
    after = following.read_text()
    assert after != before
    assert in_place or file.read_text() == before

    again = await readable(data)
    assert file.read_text() == (after if followed else before)
    assert encode_master_key(again.key.key) == file.read_text().strip()
    said = " ".join(again.key.warnings)
    assert ("is finished now" in said) is (followed and not in_place)
    assert (data / "master.key.new").exists() is not followed
    # Nothing is left to be finished.
    assert (await readable(data)).key.warnings == ()


async def test_rotating_again_finishes_what_was_cut_off(data: Path, amity_cli: Cli) -> None:
    cut = {"AMITY_FAILPOINT": "rotate.keys_wrapped"}
    assert (await amity_cli("keys", "rotate", environment=cut)).code == -signal.SIGKILL
    done = await amity_cli("keys", "rotate")
    assert done.code == 0, done.err
    assert not (data / "master.key.new").exists()
    assert (await readable(data)).key.warnings == ()


async def test_where_neither_key_fits_both_are_named(data: Path) -> None:
    before = {p.name: p.read_bytes() for p in data.iterdir()}
    for name in ("master.key", "master.key.new"):
        (data / name).write_text(encode_master_key(os.urandom(32)))
    wrong = (data / "master.key").read_text()
    with pytest.raises(KeyringError) as refused:
        await opened(data)
    assert f"neither {data / 'master.key'} nor {data / 'master.key.new'}" in str(refused.value)
    assert (data / "master.key").read_text() == wrong
    (data / "master.key").write_bytes(before["master.key"])
    await readable(data)


async def test_half_a_key_that_was_left_is_named(data: Path) -> None:
    right = (data / "master.key").read_text()
    (data / "master.key.new").write_text("half")
    await readable(data)  # the right one is in place: the other does not matter
    (data / "master.key").write_text(encode_master_key(os.urandom(32)))
    with pytest.raises(KeyringError, match=r"master\.key\.new must hold 32 bytes"):
        await opened(data)
    (data / "master.key").write_text(right)
    await readable(data)
