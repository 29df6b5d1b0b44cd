"""The commands of the Makefile: they pass signals on, install once, and refuse an old Python."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.house.tree import ROOT
from tests.support.program import Program, clean_environment

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on the PATH")

# Stands where the installed command would: says that it runs, and how it ended.
STAND_IN: Final = """#!{python} -I
import signal, sys, time

def end(number, frame):
    print("ended by", signal.Signals(number).name, flush=True)
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
print("running", *sys.argv[1:], flush=True)
while True:
    time.sleep(0.05)
"""
# Stands where the environment's Python would: notes what it was asked to do.
NOTES_PIP: Final = """#!/bin/sh
echo "$@" >>asked
"""
OLD_PYTHON: Final = """#!/bin/sh
case "$1" in
-V) echo "Python 3.9.2" ;;
*) exit 1 ;;
esac
"""


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the commands in it and nothing installed."""
    folder = tmp_path / "checkout"
    (folder / ".ci").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", ".ci/venv"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def installed_checkout(checkout: Path) -> Path:
    """The same after an installation, with a stand-in for the command."""
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    script(binaries / "python", NOTES_PIP)
    script(binaries / "amity", STAND_IN.format(python=sys.executable))
    stamp = subprocess.run(
        ["sh", "-c", 'printf %s "$(cksum <pyproject.toml) $(pwd)"'],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    (checkout / ".venv" / ".amity-run").write_text(stamp.stdout)
    return checkout


def make(folder: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *args],
        cwd=folder,
        env={**clean_environment(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_reaches_amity(installed_checkout: Path, number: signal.Signals) -> None:
    program = Program(
        ["make", "--no-print-directory", "run", "ARGS=--verbose"],
        folder=installed_checkout,
        environment=clean_environment(installed_checkout),
    )
    program.wait_for_text("running run --verbose")
    # A terminal's Ctrl-C goes to the whole group; an init system's TERM goes to make alone.
    if number is signal.SIGINT:
        os.killpg(program.pid, number)
    else:
        program.signal(number)
    program.wait_until(
        lambda: f"ended by {number.name}" in program.output or program.code is not None, "ending"
    )
    program.stop()
    assert f"ended by {number.name}" in program.output


def test_what_is_installed_is_installed_again_only_after_a_change(installed_checkout: Path) -> None:
    asked = installed_checkout / "asked"
    assert make(installed_checkout, "venv").returncode == 0
    assert not asked.exists()
    with (installed_checkout / "pyproject.toml").open("a") as project:
        project.write("# changed\n")
    for _ in range(2):
        assert make(installed_checkout, "venv").returncode == 0
    (call,) = asked.read_text().splitlines()
    assert call.startswith("-m pip install")
    assert call.endswith("--editable .[all]")


def test_what_developers_have_serves_to_run(installed_checkout: Path) -> None:
    (installed_checkout / ".venv" / ".amity-run").rename(
        installed_checkout / ".venv" / ".amity-dev"
    )
    assert make(installed_checkout, "venv").returncode == 0
    assert not (installed_checkout / "asked").exists()


def test_an_old_python_is_refused_in_one_sentence(checkout: Path, tmp_path: Path) -> None:
    script(tmp_path / "oldpython", OLD_PYTHON)
    done = make(checkout, "run", PYTHON=str(tmp_path / "oldpython"))
    assert done.returncode != 0
    (sentence,) = [line for line in done.stderr.splitlines() if "Amity needs" in line]
    assert "Python 3.11 or later" in sentence
    assert "3.9.2" in sentence
    assert not (checkout / ".venv").exists()


def test_no_python_is_said_in_one_sentence(checkout: Path) -> None:
    done = make(checkout, "run", PYTHON="no-such-python")
    assert done.returncode != 0
    assert "there is no 'no-such-python' here" in done.stderr


def test_help_shows_every_command(checkout: Path) -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    shown = make(checkout).stdout
    commands = set(phony[1].split()) - {"venv", "venv-dev"}
    assert {command for command in commands if f"make {command} " not in shown} == set()


@pytest.mark.parametrize("path,shell", [(".ci/run", "bash"), (".ci/venv", "sh")])
def test_the_scripts_can_be_parsed(path: str, shell: str) -> None:
    done = subprocess.run([shell, "-n", str(ROOT / path)], check=False)
    assert done.returncode == 0
