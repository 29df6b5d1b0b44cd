"""Every file under config/ loads."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from amity.config import load_config, validate_channels
from amity.errors import ConfigError
from amity.plugin import find_adapters
from amity.setup import read_setup

FOLDER = Path(__file__).parents[2] / "config"
FILES = sorted(
    path for path in FOLDER.rglob("*") if path.is_file() and path.suffix in {".yaml", ".yml"}
)


def test_there_are_examples() -> None:
    assert {path.name for path in FILES} >= {"amity.example.yaml", "compose.yaml"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text()), dict)


def test_the_configuration_loads_without_any_secret(tmp_path: Path) -> None:
    loaded = load_config(FOLDER / "amity.example.yaml", {}, tmp_path)
    assert [c.name for c in validate_channels(loaded, find_adapters().manifests.values())] == [
        "web"
    ]
    assert loaded.warnings == ()
    assert loaded.personas == FOLDER / "personas"
    assert loaded.personas.is_dir()


def test_what_is_commented_out_loads_too(tmp_path: Path) -> None:
    text = (FOLDER / "amity.example.yaml").read_text()
    begin, end = text.index("models: {}"), text.index("personas: ./")
    block = text[begin:end].replace("models: {}", "models:").replace("\n#", "\n")
    path = tmp_path / "amity.yaml"
    path.write_text(text[:begin] + block + text[end:])
    loaded = load_config(path, {"OPENAI_API_KEY": "x"}, tmp_path)
    assert set(loaded.tree.value["models"]["processors"]) == {"main", "spare"}


_ENVIRON = {
    "OPENAI_API_KEY": "x",
    "ANTHROPIC_API_KEY": "x",
    "TG_TOKEN_1": "8200000001:of-mia",
    "TG_TOKEN_2": "8200000002:of-leo",
    "TG_CODE_2": "let me in",
    "TG_SUPPORT_TOKEN": "8200000003:of-support",
    "DISCORD_TOKEN": "MTIz.of.mia",
}


def _uncommented(name: str) -> str:
    """Return an example in which everything that is only commented out counts.

    That is what has a # at the beginning of its line and no space, or the name of a section, after
    it. What an alternative to the line above is stands behind a deeper #, and stays one.
    """
    text = (FOLDER / name).read_text().replace("models: {}", "models:")
    text = re.sub(r"^#(?=(?:  )+[-\w])", "", text, flags=re.MULTILINE)
    return re.sub(r"^# (?=(?:support|limits):)", "", text, flags=re.MULTILINE)


def test_every_channel_that_is_commented_out_loads(tmp_path: Path) -> None:
    path = tmp_path / "amity.yaml"
    path.write_text(_uncommented("amity.example.yaml"))
    (tmp_path / "personas").mkdir()
    manifests = find_adapters().manifests
    loaded = load_config(path, _ENVIRON, tmp_path)
    assert loaded.warnings == ()
    assert loaded.config.support.channel == "ami_support_bot"
    channels = {c.name: c for c in validate_channels(loaded, manifests.values())}
    assert {name: c.settings.adapter for name, c in channels.items()} == {
        "web": "web",
        "ami_female_bot": "telegram",
        "ami_male_bot": "telegram",
        "community": "discord",
        "ami_support_bot": "telegram",
    }
    assert [name for name, c in channels.items() if c.settings.support] == ["ami_support_bot"]
    shown = [getattr(c.options, "token", SecretStr("")) for c in channels.values()]
    tokens = [token.get_secret_value() for token in shown]
    wanted = ("TG_TOKEN_1", "TG_TOKEN_2", "DISCORD_TOKEN", "TG_SUPPORT_TOKEN")
    assert tokens == ["", *(_ENVIRON[name] for name in wanted)]
    # All the parts of it fit together, not only each by itself.
    assert len(read_setup(loaded, manifests).channels) == 5


def test_without_a_token_it_is_said_which_variable_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "amity.yaml"
    path.write_text(_uncommented("amity.example.yaml"))
    environ = {name: value for name, value in _ENVIRON.items() if name != "DISCORD_TOKEN"}
    with pytest.raises(ConfigError) as caught:
        load_config(path, environ, tmp_path)
    (line,) = str(caught.value).splitlines()
    assert "channels[3].token: the variable DISCORD_TOKEN is not set" in line


def test_the_container_is_given_what_the_example_asks_for() -> None:
    compose = yaml.safe_load(_uncommented("compose.yaml"))
    given = set(compose["services"]["amity"]["environment"])
    text = _uncommented("amity.example.yaml")
    asked = set(re.findall(r"token: \"\$\{(\w+)\}|code: \"\$\{(\w+)\}", text))
    assert {token or code for token, code in asked} <= given


def test_the_container_reads_a_config_that_can_be_there() -> None:
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    environment = compose["services"]["amity"]["environment"]
    assert environment["AMITY_CONFIG"].endswith("/config/amity.yaml")
    assert environment["AMITY_MASTER_KEY"].startswith("${AMITY_MASTER_KEY:?")
    (port,) = compose["services"]["amity"]["ports"]
    assert port.startswith("127.0.0.1:")
