"""The README: every command and every configuration in it does what it says."""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from amity.config import load_config
from amity.plugin import find_adapters
from amity.setup import read_setup
from tests.support.amity import AmityProcess, Finished
from tests.support.talker import talking

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(README) if name == language]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]

SECRETS = ("ANTHROPIC_API_KEY", "TG_TOKEN_MIA", "TG_TOKEN_LEO", "DISCORD_TOKEN")


def test_there_are_commands_configs_and_programs() -> None:
    assert {"sh", "yaml", "python"} <= {name for name, _ in BLOCK.findall(README)}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_make_knows_its_targets(command: str) -> None:
    done = subprocess.run(
        ["make", "-n", *shlex.split(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", blocks("yaml"))
def test_configurations_load(text: str, tmp_path: Path) -> None:
    file = tmp_path / "amity.yaml"
    file.write_text(text, "utf-8")
    named = {name: f"{number}:x" for number, name in enumerate(SECRETS)}
    setup = read_setup(load_config(file, named, tmp_path / "data"), find_adapters().manifests)
    assert setup.channels
    assert setup.models.names == (("main", "spare") if "models:" in text else ("offline",))


@pytest.mark.parametrize("page", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_links_lead_somewhere(page: str) -> None:
    assert (ROOT / page).exists()


async def test_commands_run_against_a_running_service(
    start_amity: Callable[..., AmityProcess],
    amity_cli: Callable[..., Awaitable[Finished]],
) -> None:
    await start_amity().aready()
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] == "amity" and words[1] != "chat":
            done = await amity_cli(*words[1:])
            assert done.code == 0, f"{command}: {done.err}{done.out}"


async def test_chat_answers_in_a_pipe(
    start_amity: Callable[..., AmityProcess],
    amity_cli: Callable[..., Awaitable[Finished]],
) -> None:
    await start_amity().aready()
    done = await amity_cli("chat", stdin="/help\n")
    assert done.code == 0, done.err
    assert "/export" in done.out


@pytest.mark.parametrize("program", blocks("python"))
async def test_programs_run(program: str, start_amity: Callable[..., AmityProcess]) -> None:
    running = start_amity()
    await running.aready()
    async with talking() as person:
        ann = person(running.url)
        await ann.enter()
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{running.url}/api/v1/keys", json={"label": "readme"}, headers=ann.headers()
            ) as answer,
        ):
            key = (await answer.json())["key"]
    mine = program.replace("http://127.0.0.1:8080", running.url).replace("amity_…", key)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", mine],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) > 20
