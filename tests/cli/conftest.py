"""A quick way to run a command: the same entrance, in this process."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from amity.cli import main
from tests.support.amity import Finished


@pytest.fixture
def amity_here(
    amity_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Run an `amity` command in a thread of this process, for commands that only ask another.

    A process of its own costs most of a second, which is all that most of these tests would do.
    """
    monkeypatch.chdir(amity_home)
    monkeypatch.setenv("AMITY_DATA", str(amity_home / "data"))

    async def run(*args: str, environment: Mapping[str, str] | None = None) -> Finished:
        with monkeypatch.context() as patch:
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = await asyncio.to_thread(main, args)
        said = capsys.readouterr()
        return Finished(code=code, out=said.out, err=said.err)

    return run
