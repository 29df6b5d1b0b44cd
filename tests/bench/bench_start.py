"""CPU that a command costs before it does anything, beside a bare Python and a bare argparse."""

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

ROUNDS: Final = 7
BUDGET: Final = 0.3
"""Seconds of CPU that `amity --help` may need."""

_BARE: Final = [sys.executable, "-I", "-c", "pass"]
_ARGPARSE: Final = [
    *(sys.executable, "-I", "-c"),
    "import argparse; argparse.ArgumentParser(prog='x').print_help()",
]
AMITY_HELP: Final = [str(Path(sys.executable).with_name("amity")), "--help"]


def cpu_seconds(command: list[str]) -> float:
    """Return the CPU time, user and system, of one run of a command that must end well."""
    # coverage, where it is on, would be measured with it.
    environment = {name: value for name, value in os.environ.items() if "COV" not in name}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}: {said.decode()}")
    return usage.ru_utime + usage.ru_stime


def measure(command: list[str], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the least and the median CPU time of some runs, after one that warms the caches."""
    cpu_seconds(command)
    times = [cpu_seconds(command) for _ in range(rounds)]
    return min(times), statistics.median(times)


def main() -> None:
    """Print the table."""
    print(f"{'command':28}{'least':>9}{'median':>9}   (seconds of CPU, {ROUNDS} runs)")
    rows = {"python -c pass": _BARE, "argparse with nothing": _ARGPARSE, "amity --help": AMITY_HELP}
    for name, command in rows.items():
        least, median = measure(command)
        print(f"{name:28}{least:9.3f}{median:9.3f}")
    print(f"budget of amity --help: {BUDGET:.3f}")
