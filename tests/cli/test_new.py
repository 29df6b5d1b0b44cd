"""`amity new adapter`: what it writes installs, is well made, and passes the kit untouched."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support.amity import Finished
from tests.support.program import clean_environment

Cli = Callable[..., Awaitable[Finished]]

LONGEST: Final = "a" + 19 * "b"
WANTED: Final = {
    "README.md",
    "pyproject.toml",
    "amity_lines/__init__.py",
    "amity_lines/adapter.py",
    "amity_lines/client.py",
    "amity_lines/py.typed",
    "tests/fake_lines.py",
    "tests/test_lines.py",
}


async def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program in a folder, as somebody with that package before them does."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**clean_environment(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
async def package(amity_cli: Cli, tmp_path: Path) -> Path:
    """The package of an adapter called lines."""
    folder = tmp_path / "amity-lines"
    done = await amity_cli("new", "adapter", "lines", "--folder", str(folder))
    assert done.code == 0, done.err
    assert str(folder) in done.out
    return folder


def test_it_writes_a_whole_package(package: Path) -> None:
    files = {str(p.relative_to(package)) for p in package.rglob("*") if p.is_file()}
    assert files == WANTED
    assert all("$" not in p.read_text() for p in package.rglob("*.py"))


def test_its_adapter_is_small(package: Path) -> None:
    assert len((package / "amity_lines" / "adapter.py").read_text().splitlines()) < 60


async def test_without_a_folder_it_is_named_for_the_adapter(
    amity_cli: Cli, amity_home: Path
) -> None:
    done = await amity_cli("new", "adapter", "my_chat")
    assert done.code == 0, done.err
    manifest = (amity_home / "amity-my_chat" / "amity_my_chat" / "__init__.py").read_text()
    assert "MyChat = amity.Manifest(" in manifest
    assert (amity_home / "amity-my_chat" / "README.md").read_text().count("${MY_CHAT_TOKEN}") == 1


@pytest.mark.parametrize(
    "name,sentence",
    [
        ("Lines", "named by small letters, digits and single _"),
        ("1st", "a letter first"),
        ("a-b", "named by small letters"),
        ("a__b", "single _ between them"),
        ("../up", "named by small letters"),
        ("", "named by small letters"),
        (LONGEST + "b", "at most 20 characters"),
        ("class", "that is a word of Python"),
        ("web", "an adapter of that name is installed already"),
    ],
)
async def test_a_bad_name_is_refused_in_a_sentence(
    name: str, sentence: str, amity_cli: Cli, amity_home: Path
) -> None:
    done = await amity_cli("new", "adapter", name)
    assert done.code == 1
    assert sentence in done.err
    assert len(done.err.splitlines()) == 1
    assert list(amity_home.iterdir()) == []


async def test_a_folder_that_is_in_use_is_left_alone(amity_cli: Cli, amity_home: Path) -> None:
    used = amity_home / "amity-lines"
    used.mkdir()
    (used / "mine.txt").write_text("mine")
    done = await amity_cli("new", "adapter", "lines")
    assert done.code == 1
    assert "is there already; --folder takes another" in done.err
    assert [p.name for p in used.iterdir()] == ["mine.txt"]


async def test_an_empty_folder_is_taken(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "empty").mkdir()
    done = await amity_cli("new", "adapter", "lines", "--folder", "empty")
    assert done.code == 0, done.err


async def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(
    amity_cli: Cli, amity_home: Path
) -> None:
    (amity_home / "file").write_text("")
    done = await amity_cli("new", "adapter", "lines", "--folder", "file/below")
    assert done.code == 1
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err


async def test_plugins_come_later(amity_cli: Cli) -> None:
    done = await amity_cli("new", "plugin", "moods")
    assert done.code == 1
    assert "plugins come with a later version of Amity" in done.err


@pytest.mark.parametrize("name", ["a", "my_chat", LONGEST])
async def test_what_it_writes_is_well_made(name: str, amity_cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    done = await amity_cli("new", "adapter", name, "--folder", str(folder))
    assert done.code == 0, done.err
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        checked = await run(folder, *command, "--no-cache")
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.slow
async def test_its_types_are_strict(package: Path) -> None:
    checked = await run(package, "mypy")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_it_installs_and_passes_the_kit_untouched(
    package: Path, tmp_path: Path, amity_cli: Cli
) -> None:
    site = tmp_path / "site"
    installed = await run(
        package,
        *("pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"),
        *("--no-build-isolation", "--target", str(site), "."),
    )
    assert installed.returncode == 0, installed.stderr
    assert {p.name for p in site.iterdir()} >= {"amity_lines", "amity_lines-0.1.0.dist-info"}

    config = {
        "channels": [{"name": "l", "adapter": "lines", "port": 7000, "token": "${LINES_TOKEN}"}]
    }
    environment = {"PYTHONPATH": str(site), "LINES_TOKEN": "its-secret"}
    shown = await amity_cli("config", "show", config=config, environment=environment)
    assert shown.code == 0, shown.err
    assert "its-secret" not in shown.out

    # What is tested is what was installed, not what lies beside the tests.
    tested = tmp_path / "tested"
    tested.mkdir()
    (package / "tests").rename(tested / "tests")
    (package / "pyproject.toml").rename(tested / "pyproject.toml")
    done = await run(tested, "pytest", "-q", "-p", "no:cacheprovider", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stdout
    passed = next(line for line in done.stdout.splitlines() if " passed" in line)
    assert "failed" not in passed
    assert "skipped" not in passed
    assert os.sep not in passed
