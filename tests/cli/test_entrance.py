"""What `amity` says before it does anything."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.amity import amity_command

HEAVY = {
    *("litellm", "pydantic", "aiohttp", "structlog", "yaml", "prometheus_client", "cryptography"),
}
COMMANDS = (
    *("run", "chat", "init", "check", "status", "reload", "config", "persona", "person", "policy"),
    *("retention", "keys", "backup", "restore"),
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, json, contextlib, io\n"
        "from amity.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-Ic", code], capture_output=True, text=True, check=True)
    modules = set(json.loads(done.stdout))
    assert not modules & HEAVY
    assert not [name for name in modules if name.startswith("amity_")]


def test_help_is_cheap() -> None:
    # CPU time, not time on the wall: the machine's other work does not count. The best of three,
    # because the first may compile.
    costs = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([amity_command(), "--help"], capture_output=True, check=True, env=_plain())
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(costs) <= 0.3


def _plain() -> dict[str, str]:
    """Without the coverage that this suite may be run with."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "COVERAGE_"))}


async def test_help_names_every_command_and_variable(amity_cli: Callable[..., Any]) -> None:
    done = await amity_cli("--help")
    assert done.code == 0
    for word in (*COMMANDS, "AMITY_CONFIG", "AMITY_DATA", "AMITY_MASTER_KEY", "AMITY_ENV"):
        assert word in done.out


@pytest.mark.parametrize("command", COMMANDS)
async def test_each_command_has_help(amity_cli: Callable[..., Any], command: str) -> None:
    done = await amity_cli(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: amity {command}")


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["person"], ["run", "--fast"], ["backup"], ["--conf", "x", "run"]],
)
async def test_wrong_use_is_2(amity_cli: Callable[..., Any], arguments: list[str]) -> None:
    done = await amity_cli(*arguments)
    assert done.code == 2
    assert "usage: amity" in done.err
    assert "Traceback" not in done.err


async def test_the_version(amity_cli: Callable[..., Any]) -> None:
    from amity import __version__

    assert (await amity_cli("--version")).out == f"amity {__version__}\n"


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-Im", "amity", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("amity ")
