"""Finding adapters: one that is broken is named, and the others are found."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, sys
sys.path[:0] = sys.argv[1:]
from amity.plugin import find_adapters
found = find_adapters()
broken = {name: [type(e).__name__, str(e)] for name, e in found.broken.items()}
print(json.dumps({"manifests": {n: m.realm for n, m in found.manifests.items()}, "broken": broken}))
"""
GOOD = """
from pydantic import BaseModel
from amity.adapter import Manifest
def load():
    raise ImportError
def manifest(name, realm="good", **more):
    return Manifest(name=name, realm=realm, config=BaseModel, load=load, **more)
Good = manifest("good")
Old = manifest("old", contract=0)
Web = manifest("web", "another")
nothing = 5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "amity_good.py").write_text(GOOD)
    (tmp_path / "amity_broken.py").write_text("raise RuntimeError('canary')")
    (tmp_path / "amity_exits.py").write_text("raise SystemExit(3)")
    return tmp_path


def package(folder: Path, name: str, entry_points: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points)


def find(folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-Ic", PROGRAM, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "value, said",
    [
        ("amity_broken:Manifest", "cannot be imported (RuntimeError)"),
        ("amity_exits:Manifest", "cannot be imported (SystemExit)"),
        ("amity_not_there:Manifest", "cannot be imported (ModuleNotFoundError)"),
        ("amity_good:Missing", "cannot be imported (AttributeError)"),
        ("not a value", "cannot be imported"),
        ("amity_good:nothing", "is no amity.adapter.Manifest"),
        ("amity_good:Old", "is written for contract version 0, this Amity speaks 1"),
    ],
)
def test_a_broken_adapter_is_named_and_the_others_are_found(
    folder: Path, value: str, said: str
) -> None:
    package(folder, "stranger", f"[amity.adapters]\nbad = {value}\ngood = amity_good:Good\n")
    found = find(folder)
    assert found["manifests"]["good"] == "good"
    assert "web" in found["manifests"]
    assert list(found["broken"]) == ["bad"]
    kind, sentence = found["broken"]["bad"]
    assert kind == "PluginError"
    assert sentence.startswith("adapter bad of package stranger ")
    assert said in sentence
    assert "canary" not in sentence


def test_a_package_with_an_unreadable_list_does_not_hide_the_others(folder: Path) -> None:
    package(folder, "unreadable", "[amity.adapters]\nthis is no entry point\n")
    package(folder, "stranger", "[amity.adapters]\ngood = amity_good:Good\n")
    found = find(folder)
    assert {"good", "web"} <= set(found["manifests"])
    assert "package unreadable" in found["broken"]["unreadable"][1]


def test_a_name_belongs_to_the_first(folder: Path) -> None:
    """A package that calls its adapter ``web`` is told apart from ours, not put in its place."""
    package(
        folder, "stranger", "[amity.adapters]\nmine = amity_good:Good\nthine = amity_good:Good\n"
    )
    found = find(folder)
    assert found["manifests"]["good"] == "good"
    assert "another adapter is named good" in found["broken"]["thine"][1]


def test_nothing_broken_is_nothing_said(folder: Path) -> None:
    assert find(folder)["broken"] == {}
