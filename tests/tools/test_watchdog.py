"""The watchdog sees a loop that is held, and only that."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.program import clean_environment
from tests.support.watchdog import LoopWatchdog


async def test_a_loop_that_waits_is_not_held() -> None:
    watchdog = LoopWatchdog(asyncio.get_running_loop(), limit=0.2)
    watchdog.start()
    await asyncio.sleep(0.4)
    assert watchdog.stop() is None


def compute() -> None:
    """Use the processor for most of a second."""
    end = time.thread_time() + 0.8
    while time.thread_time() < end:
        pass


@pytest.mark.may_block(reason="it holds the loop to see that this is noticed")
@pytest.mark.parametrize("hold", [compute, partial(time.sleep, 2)])
async def test_a_held_loop_is_reported_with_the_culprit(hold: Callable[[], None]) -> None:
    watchdog = LoopWatchdog(asyncio.get_running_loop(), limit=0.2)
    watchdog.start()
    await asyncio.sleep(0.1)
    hold()
    await asyncio.sleep(0.1)
    report = watchdog.stop()
    assert report is not None
    assert "hold()" in report


def test_a_loop_that_nobody_runs_is_not_held() -> None:
    loop = asyncio.new_event_loop()
    watchdog = LoopWatchdog(loop, limit=0.1)
    watchdog.start()
    time.sleep(0.4)
    assert watchdog.stop() is None
    loop.close()


HELD = """
import time
import pytest

async def test_holds():
    time.sleep(4)

@pytest.mark.may_block(reason="shown")
async def test_may():
    time.sleep(4)

async def test_waits(amity_home):
    assert amity_home.is_dir()
"""


def test_a_test_that_holds_the_loop_fails(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(HELD)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
        "addopts = -p tests.conftest -p no:randomly\nmarkers =\n  may_block\n  soak\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path)],
        cwd=tmp_path,
        env={
            **clean_environment(tmp_path),
            "PYTHONPATH": str(root),
            "AMITY_LOOP_LIMIT": "0.5",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the event loop was held" in done.stdout, done.stdout + done.stderr
    assert "3 passed, 1 error" in done.stdout
    assert "test_holds - Failed" in done.stdout
