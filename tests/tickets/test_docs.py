"""The page for operators: its configurations load, and its words and commands are there."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from amity.config import load_config
from amity.config.settings import SupportSettings
from amity.errors import ConfigError
from amity.locales import Locales
from amity.plugin import find_adapters
from amity.setup import read_setup
from tests.support.amity import run_amity

PAGE: Final = (Path(__file__).parents[2] / "docs" / "support.md").read_text("utf-8")
CONFIGS: Final = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SECRETS: Final = {
    "TG_TOKEN_MIA": "1:abc",
    "TG_TOKEN_HELPER": "2:abc",
    "DISCORD_TOKEN": "MTIz.abc.def",
}


@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_configurations_load(number: int, tmp_path: Path) -> None:
    file = tmp_path / "amity.yaml"
    # What is commented out is a key, too.
    for text in (CONFIGS[number], re.sub(r"# (?=[a-z_]+: )", "", CONFIGS[number])):
        file.write_text(text, "utf-8")
        setup = read_setup(load_config(file, SECRETS, tmp_path / "data"), find_adapters().manifests)
        assert setup.support.desk is not None
        assert setup.support.desk.channel in {channel.name for channel in setup.channels}
        assert bool(setup.support.operators) == bool(
            re.search(r"^ *operators:", text, re.MULTILINE)
        )


def test_every_key_is_explained() -> None:
    shown = "".join(CONFIGS)
    assert [key for key in SupportSettings.model_fields if f"{key}:" not in shown] == []


def test_it_names_the_words_that_the_operators_chat_explains() -> None:
    explained = set(re.findall(r"/(\w+)", Locales.load().text("en", "desk.help")))
    named = set(re.findall(r"`/(\w+)[ `,]", PAGE.partition("## How do I answer?")[2]))
    assert len(explained) == 6
    assert explained <= named


async def test_the_commands_are_those_it_names(tmp_path: Path) -> None:
    named = set(re.findall(r"`amity ticket (\w+)", PAGE))
    told = (await run_amity(tmp_path / "home", "ticket", "--help")).out
    assert named == {"list", "show", "reply", "close", "reopen", "refuse"}
    assert [word for word in named if not re.search(rf"\b{word}\b", told)] == []


@pytest.mark.parametrize(
    "support, why",
    [
        ({"channel": "web", "chat": "1"}, "on web nobody has a chat that can be named"),
        ({"channel": "mai", "chat": "1"}, 'did you mean "mia"?'),
        ({"channel": "off", "chat": "1"}, "is switched off"),
        ({"channel": "mia"}, "needs both, channel and chat"),
        ({"thread": "7"}, "a thread needs the chat that it is in"),
        ({"operators": ["7"]}, "operators need the chat that they are in"),
        ({"due": "31d"}, "at most 30d"),
        ({"due": "2d"}, "remind must be shorter than due"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(
    support: dict[str, object], why: str, tmp_path: Path
) -> None:
    config = {
        "channels": [
            {"name": "web", "adapter": "web"},
            {"name": "mia", "adapter": "telegram", "token": "1:abc"},
            {"name": "off", "adapter": "telegram", "token": "2:abc", "enabled": False},
        ],
        "support": support,
    }
    file = tmp_path / "amity.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    with pytest.raises(ConfigError, match=re.escape(why)):
        read_setup(load_config(file, {}, tmp_path / "data"), find_adapters().manifests)
