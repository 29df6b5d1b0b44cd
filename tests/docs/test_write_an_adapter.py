"""docs/write-an-adapter.md: followed word by word, everything in it works."""

import asyncio
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from tests.docs.following import Block, apply, blocks
from tests.support.program import clean_environment

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "write-an-adapter.md").read_text("utf-8")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Reader:
    """Somebody who has Amity and nothing else, in a folder of their own."""

    def __init__(self, home: Path, python: Path) -> None:
        self.folder = home
        self._environment = {
            **clean_environment(home),
            "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
            "AMITY_DATA": str(home / "data"),
            "LINES_TOKEN": "a-secret-token",
            # What is to be had is here already; nothing is fetched for a test.
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "COLUMNS": "200",
        }
        self.said = ""

    async def run(self, command: str) -> int:
        """Type one command; return its exit status."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder /= words[1]
            return 0
        done = await asyncio.to_thread(
            subprocess.run,
            words,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said = done.stdout
        return done.returncode


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A Python with Amity in it, and what Amity and its kit need."""
    folder = tmp_path / "venv"
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    borrowed = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    borrowed += [str(ROOT / "engine"), str(ROOT / "adapters")]
    (site / "borrowed.pth").write_text("\n".join(dict.fromkeys(borrowed)) + "\n")
    found = folder / "bin" / "python"
    for name, module in (("amity", "amity"), ("pip", "pip"), ("pytest", "pytest")):
        script = found.with_name(name)
        script.write_text(f'#!/bin/sh\nexec "{found}" -m {module} "$@"\n')
        script.chmod(0o755)
    return found


@pytest.mark.soak
async def test_followed_word_by_word(tmp_path: Path, python: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    reader = Reader(home, python)
    for block in blocks(PAGE):
        match block.language, block.order:
            case "sh", order:
                await type_in(reader, block, fails=order == "fails")
            case "text", "":
                for line in block.text.splitlines():
                    assert line in reader.said, f"line {block.line}: this was not said"
            case "json", "event: said":
                await compare_event(reader.folder, block)
            case "yaml", "":
                shutil.rmtree(home / "config", ignore_errors=True)
                (reader.folder / "config").mkdir()
                (reader.folder / "config" / "amity.yaml").write_text(block.text, "utf-8")
            case "python", _:
                apply(reader.folder, block)
            case _:
                pytest.fail(f"line {block.line}: nobody knows what to do with this block")
    assert list((reader.folder / "dist").glob("amity_lines-0.1.0-*.whl"))
    await well_made(reader)


async def type_in(reader: Reader, block: Block, *, fails: bool) -> None:
    for command in block.text.splitlines():
        code = await reader.run(command)
        assert (code != 0) == fails, f"line {block.line}: {command}\n{reader.said}"
        if command.startswith("pytest") and not fails:
            assert " passed" in reader.said
            assert "skipped" not in reader.said


async def compare_event(folder: Path, block: Block) -> None:
    """See that the server really tells of a message like this."""
    fake = load(folder / "tests" / "fake_lines.py")
    async with fake.FakeLines() as server:
        await server.say("ann", "Hello")
        (event,) = server._events
    shown: dict[str, Any] = json.loads(block.text)
    assert {**event, "at": 0} == {**shown, "at": 0}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    del sys.modules[path.stem]
    return module


async def well_made(reader: Reader) -> None:
    """See that what the reader has in the end is as tidy as what was written."""
    for command in ("ruff check --no-cache .", "ruff format --no-cache --diff .", "mypy"):
        words = command.split()
        code = await reader.run(shlex.join([sys.executable, "-m", *words]))
        assert code == 0, f"{command}: {reader.said}"


def test_every_block_is_looked_at() -> None:
    assert len(list(blocks(PAGE))) == PAGE.count("\n```") / 2


def names(of: Iterable[Block]) -> set[str]:
    return {block.language for block in of}


def test_the_page_has_all_kinds_of_blocks() -> None:
    assert names(blocks(PAGE)) == {"sh", "python", "json", "text", "yaml"}
