"""The page for operators: its configurations load, and every key in it is one."""

import re
from pathlib import Path

import pytest

from amity.config import load_config
from amity.plugin import find_adapters
from amity.setup import read_setup
from amity_telegram import Config
from amity_telegram.config import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text("utf-8")
CONFIGS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TOKENS = {"TG_TOKEN_MIA": "1:abc", "TG_TOKEN_LEO": "2:abc"}


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
