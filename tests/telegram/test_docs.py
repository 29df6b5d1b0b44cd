"""The page for operators: its configurations load, and every key in it is one."""

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

import amity_telegram
from amity.config import load_config
from amity.plugin import find_adapters
from amity.setup import read_setup
from amity.testing.telegram_server import BotApiServer
from amity_telegram import Config
from amity_telegram.config import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text("utf-8")
CONFIGS = [
    textwrap.dedent(found)
    for found in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
]
TOKENS = {"TG_TOKEN_MIA": "1:abc", "TG_TOKEN_LEO": "2:abc", "TG_TOKEN_SUPPORT": "3:abc"}


@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_configurations_load(number: int, tmp_path: Path) -> None:
    file = tmp_path / "amity.yaml"
    file.write_text(CONFIGS[number], "utf-8")
    loaded = load_config(file, TOKENS, tmp_path / "data")
    setup = read_setup(loaded, find_adapters().manifests)
    assert all(isinstance(channel.options, Config) for channel in setup.channels)
    # What is commented out is a key, too.
    file.write_text(re.sub(r"# (?=[a-z_]+: )", "", CONFIGS[number]), "utf-8")
    spoken = {**TOKENS, "TG_HOOK_SECRET": "secret"}
    read_setup(load_config(file, spoken, tmp_path / "data"), find_adapters().manifests)


def test_the_limits_it_names_are_keys() -> None:
    named = set(re.findall(r"`limits\.(\w+)`", PAGE))
    assert named == set(Limits.model_fields)
    assert "fetch_limit" in Config.model_fields


def test_what_it_says_of_troubles_is_what_is_said() -> None:
    rows = PAGE.partition("| what it says |")[2].partition("\n\n")[0].splitlines()[2:]
    package = Path(amity_telegram.__file__).parent
    source = "".join(
        (package / f"{name}.py").read_text("utf-8") for name in ("polling", "checking")
    )
    # Sentences are written in pieces.
    said = re.sub(r'"\s*f?"', "", source)
    assert len(rows) >= 7
    assert [row for row in rows if row.split("|")[1].strip() not in said] == []


async def test_its_commands_run(telegram: BotApiServer, amity_cli: Callable[..., Any]) -> None:
    """The first steps, with a Telegram of this machine in place of the real one."""
    mia = telegram.bot("Mia")
    (exported,) = re.findall(r"export (\w+)=", PAGE)
    channel = yaml.safe_load(CONFIGS[0])["channels"][0] | {"api_base": telegram.url}
    assert channel["token"] == f"${{{exported}}}"
    done = await amity_cli(
        "check", config={"channels": [channel]}, environment={exported: mia.token}
    )
    assert f"Telegram knows the bot: @{mia.username}" in done.out
    # The number of a group is where the page says.
    ann = telegram.person("Ann")
    group = telegram.group("Operators", ann, mia)
    ann.open(group).say(f"/help@{mia.username}")
    (asked,) = re.findall(
        r'curl "https://api.telegram.org(/bot)\$TG_TOKEN_SUPPORT(/getUpdates)"', PAGE
    )
    url = f"{telegram.url}{asked[0]}{mia.token}{asked[1]}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        updates = (await answer.json())["result"]
    assert group.id in [one["message"]["chat"]["id"] for one in updates if "message" in one]
