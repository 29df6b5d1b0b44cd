"""Every file under config/ loads."""

from pathlib import Path

import pytest
import yaml

from amity.config import load_config, validate_channels
from amity.plugin import find_adapters

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


def test_the_container_reads_a_config_that_can_be_there() -> None:
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    environment = compose["services"]["amity"]["environment"]
    assert environment["AMITY_CONFIG"].endswith("/config/amity.yaml")
    assert environment["AMITY_MASTER_KEY"].startswith("${AMITY_MASTER_KEY:?")
    (port,) = compose["services"]["amity"]["ports"]
    assert port.startswith("127.0.0.1:")
