"""A room says in `__all__` what is public, and means it; entry points and lists are complete."""

import ast
import importlib
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.tree import ROOT, import_packages, parse, room_faces, source_files

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ENTRY_POINTS: Final = [
    (group, name, target)
    for group, declared in PROJECT["project"]["entry-points"].items()
    for name, target in declared.items()
]
# What importing runs: __main__ is a program, not a room.
MODULES: Final = [path for path in source_files() if path.name != "__main__.py"]


def dotted(path: Path) -> str:
    """Return the import name of a source file."""
    parts = path.with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exported(path: Path) -> list[str] | None:
    """Return the names in a module's `__all__`, None where it has none."""
    for node in parse(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            return list(ast.literal_eval(node.value))
    return None


def defined(path: Path) -> set[str]:
    """Return the public names that a module defines itself, not those it imports."""
    names: set[str] = set()
    for node in parse(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_what_is_exported_exists_once(path: Path) -> None:
    names = exported(path)
    if names is None:
        return
    module = importlib.import_module(dotted(path))
    assert len(names) == len(set(names)), "a name is exported twice"
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize("path", sorted(room_faces()), ids=str)
def test_a_room_with_something_to_offer_says_so(path: Path) -> None:
    names = exported(path)
    brings = [
        alias.asname or alias.name
        for node in parse(path).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{dotted(path)}.")
        for alias in node.names
    ]
    public = {name for name in [*brings, *defined(path)] if not name.startswith("_")}
    if not public:
        return
    assert names is not None, "the room's face brings names in but has no __all__"
    assert sorted(public - set(names)) == [], "public in the room's face but not in __all__"


@pytest.mark.parametrize("group,name,target", ENTRY_POINTS, ids=str)
def test_every_entry_point_loads(group: str, name: str, target: str) -> None:
    module, _, attribute = target.partition(":")
    if module not in import_packages():
        pytest.skip(f"{module} is not there yet")
    installed = {entry.name: entry for entry in entry_points(group=group)}
    assert name in installed, f"{name} is declared but not installed: make venv-dev"
    assert installed[name].value == target
    assert installed[name].load() is getattr(importlib.import_module(module), attribute)


def test_every_adapter_and_plugin_is_found_and_watched() -> None:
    packages = import_packages()
    declared = {target.split(":")[0] for _, _, target in ENTRY_POINTS}
    assert packages.keys() - {"amity"} <= declared, "a package without an entry point is never used"
    linter = PROJECT["tool"]["importlinter"]
    assert set(linter["root_packages"]) == packages.keys(), "import-linter does not see a package"
    kept_out = next(
        contract["forbidden_modules"]
        for contract in linter["contracts"]
        if contract["name"].startswith("the engine knows no channel")
    )
    assert packages.keys() - {"amity"} <= set(kept_out)


def test_the_version_is_said_in_one_place() -> None:
    import amity

    assert PROJECT["project"]["dynamic"] == ["version"]
    assert amity.__version__.count(".") == 2
