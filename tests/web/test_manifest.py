"""The adapter as a package: found by its entry point, cheap until it is used."""

import re
import subprocess
import sys
from importlib import metadata, resources
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from amity_web import Config, Web
from amity_web.texts import CORE_WORDS, best_language, languages, page_words

LOCALES = resources.files("amity_web").joinpath("locales")


def test_its_entry_point_finds_it() -> None:
    (found,) = metadata.entry_points(group="amity.adapters", name="web")
    assert found.load() is Web


def test_reading_the_manifest_imports_no_server() -> None:
    code = "import sys, amity_web; print([m for m in ('aiohttp', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-Ic", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "config",
    [
        {"path": "chat"},
        {"path": "/chat"},
        {"path": "//"},
        {"path": "/a{b}/"},
        {"origins": ["chat.example.org"]},
        {"origins": ["https://chat.example.org/"]},
        {"orgins": []},
        {"max_streams": 0},
    ],
)
def test_a_wrong_config_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Config(**config)


def test_its_paths_are_known_before_it_starts() -> None:
    assert Web.paths(Config()) == ("/",)
    assert Web.paths(Config(path="/chat/")) == ("/chat/",)


def test_another_adapters_config_is_refused() -> None:
    class Other(BaseModel):
        pass

    with pytest.raises(TypeError):
        Web.load()("web", Other())


def read(language: str) -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(LOCALES.joinpath(f"{language}.yaml").read_text("utf-8"))
    return words


def test_every_language_has_every_word_with_the_same_places() -> None:
    english = read("en")
    for language in languages():
        words = read(language)
        assert words.keys() == english.keys()
        for key, text in words.items():
            assert isinstance(text, str), key
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
                re.findall(r"\{\w+\}", english[key])
            ), key


def test_every_word_of_the_page_is_there_and_used() -> None:
    page = "".join(
        file.read_text("utf-8")
        for file in resources.files("amity_web").joinpath("page").iterdir()
        if file.name.endswith((".js", ".html"))
    )
    known = {*read("en"), *CORE_WORDS}
    used = set(re.findall(r"\b(?:t|has)\(\s*\"([\w.]+)\"", page))
    used |= set(re.findall(r"data-t(?:-label)?=\"([\w.]+)\"", page))
    assert used <= known
    built = re.findall(r"`([\w.]+)\$", page)
    for key in read("en").keys() - {"language.name"}:
        assert f'"{key}"' in page or any(key.startswith(start) for start in built), key


def test_the_best_language_is_chosen() -> None:
    assert best_language("de", "ru-RU", "en") == "ru"
    assert best_language(None, "", "de") == "en"
    assert page_words("xx")["save"] == "Save"
