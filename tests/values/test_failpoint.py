"""Fail points: a process dies where it was told to, and only there."""

import os
import signal
import subprocess
import sys

import pytest

from amity.failpoint import NAMES

PROGRAM = """
from amity.failpoint import failpoint
for number in range(5):
    failpoint("send.after")
    failpoint("send.before")
    print(number, flush=True)
"""


def run(setting: str | None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "AMITY_FAILPOINT"}
    if setting is not None:
        environment["AMITY_FAILPOINT"] = setting
    return subprocess.run(
        [sys.executable, "-Ic", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "setting, passed", [("send.before", 0), ("send.before:1", 0), ("send.before:3", 2)]
)
def test_it_dies_at_the_pass_that_is_named(setting: str, passed: int) -> None:
    done = run(setting)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [str(n) for n in range(passed)]


@pytest.mark.parametrize("setting", [None, "", "send.before:6", "clear.after_keys"])
def test_it_lives_where_nothing_ends_it(setting: str | None) -> None:
    done = run(setting)
    assert done.returncode == 0
    assert len(done.stdout.split()) == 5


def test_an_unknown_name_is_refused_with_the_list() -> None:
    done = run("send.befor")
    assert done.returncode == 1
    assert "there is no fail point send.befor" in done.stderr
    assert all(name in done.stderr for name in NAMES)


@pytest.mark.parametrize("count", ["0", "-1", "often", ""])
def test_a_count_that_can_never_come_is_refused(count: str) -> None:
    done = run(f"send.before:{count}")
    assert done.returncode == 1
    assert "AMITY_FAILPOINT: send.before:" in done.stderr
    assert done.stdout == ""
