"""`amity check` says of a data folder what `amity run` would, and leaves it as it is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amity.clock import SystemClock
from amity.datamap.declarations import ENGINE
from amity.store.master_key import encode_master_key
from amity.store.open import open_installation

Cli = Callable[..., Any]

LOST = {
    "the database": ("amity.db",),
    "the keyring": ("amity.db.keys", "amity.db.keys-journal"),
    "the database and the master key": ("amity.db", "master.key"),
    "all but half a master key": ("amity.db", "amity.db.keys", "amity.db.keys-journal"),
    "the folder": (),
}


@pytest.fixture
async def data(amity_home: Path) -> Path:
    folder = amity_home / "data"
    made = await open_installation(
        "sqlite:///amity.db", datamap=ENGINE, data_folder=folder, environ={}, clock=SystemClock()
    )
    await made.vault.claim("something", "to lose", now=1, lease=0)
    await made.vault.aclose()
    return folder


def contents(folder: Path) -> dict[str, bytes] | None:
    if not folder.is_dir():
        return None
    # The lock and an empty rollback journal say nothing.
    left = {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.endswith(".lock")}
    return {name: held for name, held in left.items() if not name.endswith("-journal")}


@pytest.mark.parametrize(
    "lost, said",
    [
        ("the database", "if the data was lost, bring it back with `amity restore"),
        ("the keyring", "the keyring of this store is missing"),
        ("the database and the master key", "the master key of the existing database is missing"),
        ("all but half a master key", "must hold 32 bytes in base64"),
        ("the folder", "is no folder"),
    ],
)
async def test_it_says_what_run_says(
    data: Path, amity_cli: Cli, amity_here: Cli, lost: str, said: str
) -> None:
    for name in LOST[lost]:
        (data / name).unlink()
    if lost == "all but half a master key":
        (data / "master.key").write_text("half")
    elif lost == "the folder":
        data.rename(data.with_name("moved"))
        data.write_text("")
    before = contents(data)
    check = await amity_here("check", "--offline")
    assert contents(data) == before
    run = await amity_cli("run")
    assert (run.code, check.code) == (1, 1)
    assert said in run.err
    for sentence in run.err.splitlines():
        assert f"FAIL  store: {sentence}\n" in check.out
    assert "will be made" not in check.out
    assert "Traceback" not in check.err + run.err
    # What run refuses it leaves, too: a new master key would be in the way of the right one.
    assert (data / "master.key").exists() is (
        lost != "the folder" and "master.key" not in LOST[lost]
    )


async def test_what_would_be_made_is_no_finding(data: Path, amity_here: Cli) -> None:
    for name in ("amity.db", "amity.db.keys", "amity.db.keys-journal", "amity.db.lock"):
        (data / name).unlink()
    (data / "master.key").chmod(0o644)
    before = contents(data)
    check = await amity_here("check", "--offline")
    assert f"NOTE  store: will be made in {data}" in check.out
    assert "WARN  keys: " in check.out
    assert "FAIL  store" not in check.out
    assert contents(data) == before


async def test_a_malformed_key_of_the_environment_is_said(amity_here: Cli) -> None:
    check = await amity_here("check", "--offline", environment={"AMITY_MASTER_KEY": "half"})
    assert check.code == 1
    assert "FAIL  store: AMITY_MASTER_KEY must hold 32 bytes" in check.out
    right = encode_master_key(os.urandom(32))
    check = await amity_here("check", "--offline", environment={"AMITY_MASTER_KEY": right})
    assert "FAIL  store" not in check.out
