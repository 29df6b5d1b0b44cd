"""A configuration made into parts: what it names must be there."""

from pathlib import Path

import pytest

from amity.config import load_config
from amity.errors import ConfigError
from amity.plugin import find_adapters
from amity.setup import Setup, read_setup


def read(folder: Path, text: str) -> Setup:
    (folder / "amity.yaml").write_text(text, "utf-8")
    return read_setup(
        load_config(folder / "amity.yaml", {}, folder / "data"), find_adapters().manifests
    )


def test_a_folder_of_personas_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"personas: there is no folder .*nowhere; make it"):
        read(tmp_path, "personas: ./nowhere")
    (tmp_path / "nowhere").mkdir()
    read(tmp_path, "personas: ./nowhere")


def test_a_channel_with_an_unknown_persona_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="channels: web: there is no persona max; there are"):
        read(tmp_path, "channels: [{name: web, adapter: web, persona: max}]")


def test_whose_language_is_not_known_is_spoken_with_in_the_services(tmp_path: Path) -> None:
    setup = read(tmp_path, "service: {language: ru}")
    assert (setup.texts.best(None), setup.texts.best("en-GB")) == ("ru", "en")
    assert read(tmp_path, "").texts.best(None) == "en"
    with pytest.raises(ConfigError, match=r"service\.language: there are no texts in 'xx'"):
        read(tmp_path, "service: {language: xx}")
