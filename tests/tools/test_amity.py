"""Amity starts from nothing as its own process, ends when asked, and starts again on its data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import has_command
from tests.support.amity import AmityProcess
from tests.support.program import http_status

pytestmark = pytest.mark.skipif(not has_command(), reason="the command line is not there yet")


async def test_it_starts_from_nothing_and_again_after_a_kill(
    start_amity: Callable[..., AmityProcess], amity_home: Path
) -> None:
    first = start_amity()
    await first.aready()
    assert first.data.is_dir()
    assert [path.name for path in amity_home.iterdir() if path.suffix == ".db"] == []
    first.kill()
    second = start_amity()
    await second.aready()
    assert second.data == first.data
    assert await second.astop() == 0
    assert http_status(f"{second.admin_url}/livez") is None


async def test_a_command_is_run_to_its_end(amity_cli: Callable[..., Any]) -> None:
    done = await amity_cli("--help")
    assert done.code == 0
    assert "run" in done.out
    wrong = await amity_cli("no-such-command")
    assert wrong.code == 2
    assert "no-such-command" in wrong.err
