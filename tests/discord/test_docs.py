"""The page for operators, and the config that it explains."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from amity.config import load_config
from amity.plugin import find_adapters
from amity.setup import read_setup
from amity_discord import Config
from amity_discord.check import invitation

PAGE = (Path(__file__).parents[2] / "docs" / "discord.md").read_text("utf-8")
CONFIGS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_configurations_load(number: int, tmp_path: Path) -> None:
    file = tmp_path / "amity.yaml"
    # What is commented out is a key, too.
    for text in (CONFIGS[number], re.sub(r"# (?=[a-z_]+: )", "", CONFIGS[number])):
        file.write_text(text, "utf-8")
        loaded = load_config(file, {"DISCORD_TOKEN": "MTIz.abc.def"}, tmp_path / "data")
        setup = read_setup(loaded, find_adapters().manifests)
        assert all(isinstance(channel.options, Config) for channel in setup.channels)


def test_the_link_that_invites_the_bot_is_the_one_that_check_prints() -> None:
    (shown,) = re.findall(r"https://discord\.com/oauth2/\S+(?=`)", PAGE)
    assert shown.replace("APPLICATION_ID", "80351110224678912") == invitation(80351110224678912)


def test_every_key_is_explained() -> None:
    assert [key for key in Config.model_fields if f"{key}:" not in "".join(CONFIGS)] == []


@pytest.mark.parametrize(
    "key, value",
    [
        ("token", ""),
        ("token", "two words"),
        ("api_base", "discord.com"),
        ("gateway_url", "https://gateway.discord.gg"),
        ("guilds", ["Home"]),
        ("tokn", "x"),
    ],
)
def test_what_cannot_be_right_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate({"token": "MTIz.abc.def", key: value})


def test_what_is_meant_is_taken() -> None:
    config = Config.model_validate(
        {"token": " Bot MTIz.abc.def\n", "guilds": [123, "456"], "api_base": "http://h/api/"}
    )
    assert config.token.get_secret_value() == "MTIz.abc.def"
    assert config.guilds == ("123", "456")
    assert config.api_base == "http://h/api"
    assert "abc" not in repr(config)
