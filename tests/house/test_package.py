"""What a stranger installs: only our packages, all of their files, and it runs."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.house.conftest import Installed
from tests.house.tree import ROOT, ROOTS, has_command, import_packages

pytestmark = pytest.mark.timeout(180)
HAS_CLI = pytest.mark.skipif(not has_command(), reason="the command line is not there yet")


def in_wheel(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_only_our_packages(built: tuple[Path, Path]) -> None:
    top = {name.split("/")[0] for name in in_wheel(built[1])}
    about = {name for name in top if name.startswith("amity-") and name.endswith(".dist-info")}
    assert len(about) == 1
    assert top - about == set(import_packages())


def test_the_wheel_holds_every_file_of_them(built: tuple[Path, Path]) -> None:
    names = set(in_wheel(built[1]))
    wanted = {
        str(path.relative_to(ROOT / root))
        for root in ROOTS
        for path in (ROOT / root).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.parent != ROOT / root
    }
    assert wanted - names == set()
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_says_that_it_is_typed(built: tuple[Path, Path]) -> None:
    names = set(in_wheel(built[1]))
    missing = [name for name in import_packages() if f"{name}/py.typed" not in names]
    assert missing == []


def test_the_sdist_can_be_tested(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py"} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith("data/")]


def test_it_is_imported_from_where_it_was_installed(installed: Installed, tmp_path: Path) -> None:
    code = "import amity; print(amity.__file__); print(amity.__version__)"
    done = installed.run("python", "-c", code, home=tmp_path)
    assert done.returncode == 0, done.stderr
    where, version = done.stdout.split()
    assert Path(where).is_relative_to(installed.folder)
    assert f"-{version}-" in installed.wheel.name


def test_every_package_imports_there(installed: Installed, tmp_path: Path) -> None:
    code = (
        "import importlib, sys; [print(importlib.import_module(n).__file__) for n in sys.argv[1:]]"
    )
    done = installed.run("python", "-W", "error", "-c", code, *import_packages(), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(Path(line).is_relative_to(installed.folder) for line in done.stdout.split())


@HAS_CLI
@pytest.mark.parametrize("command", [["--help"], ["check"]], ids=" ".join)
def test_the_command_works_there(installed: Installed, tmp_path: Path, command: list[str]) -> None:
    done = installed.run("amity", *command, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
