"""Persona files: the two that ship, and every way a file can be wrong."""

from pathlib import Path

import pytest

from amity.defaults.files import builtin, yaml_files
from amity.errors import ConfigError
from amity.locales import Locales
from amity.persona import Gender, PersonaLibrary, Rating, read_persona

GOOD = """\
name: Ann
age: 30
about: A test.
character: Calm.
greeting: Hello, I am an AI.
"""


def write(folder: Path, text: str, name: str = "ann.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_mia_and_leo_ship_complete_in_every_language_of_the_program() -> None:
    library = PersonaLibrary.load()
    assert {"mia", "leo"} <= set(library)
    for persona in library.values():
        for language in Locales.load().languages:
            assert language in persona.languages
            for field in ("names", "about", "character", "speech", "greeting"):
                assert getattr(persona, field)[language], (persona.id, field)
            for field in ("interests", "boundaries", "examples"):
                assert len(getattr(persona, field)[language]) >= 2, (persona.id, field)
        assert persona.age >= 18
    assert library["mia"].gender is Gender.FEMALE
    assert library["leo"].gender is Gender.MALE


def test_the_languages_of_a_persona_that_ships_say_the_same_number_of_things() -> None:
    for file in yaml_files(builtin("personas")):
        persona = read_persona(file)
        for field in ("interests", "boundaries", "examples"):
            counts = {len(items) for items in getattr(persona, field).values()}
            assert len(counts) == 1, (persona.id, field)


def test_a_persona_of_few_keys_is_enough(tmp_path: Path) -> None:
    persona = read_persona(write(tmp_path, GOOD))
    assert persona.id == "ann"
    assert persona.name("ru") == "Ann"
    assert persona.languages == ("en",)
    assert persona.rating is Rating.GENERAL
    assert persona.gender is Gender.NEUTRAL
    assert persona.model is None


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    first = read_persona(write(tmp_path, GOOD)).version
    again = read_persona(write(tmp_path, "# a comment\n" + GOOD.replace("30", " 30"))).version
    other = read_persona(write(tmp_path, GOOD.replace("Calm", "Loud"))).version
    assert first == again
    assert first != other
    assert len(first) == 12


@pytest.mark.parametrize(
    "change, message",
    [
        (("age: 30", "age: 17"), r"ann\.yaml:2: age: a persona is an adult"),
        (("age: 30", "age: old"), r"ann\.yaml:2: age: input should be a valid integer"),
        (("age: 30", "age: '30'"), r"ann\.yaml:2: age: input should be a valid integer"),
        (("about", "abuot"), r"ann\.yaml:3: abuot: is no key .* did you mean about\?"),
        (("greeting: Hello, I am an AI.\n", ""), r"ann\.yaml:1: greeting: is missing"),
        (("Hello, I am an AI.", "{en: Hi, klingonian: x}"), r"ann\.yaml:5: greeting\.klingonian"),
        (("Hello, I am an AI.", "{en: [1]}"), r"ann\.yaml:5: greeting\.en"),
        (("Hello, I am an AI.", "I'm a real human."), r"ann\.yaml:5: greeting: .* human"),
        (("Calm.", "A schoolgirl who talks about sex."), r"ann\.yaml:4: character: .* minors"),
        (("name: Ann", "name: Ann\ngender: robot"), r"ann\.yaml:2: gender: input should be"),
        (("name: Ann", "name: Ann\nid: My Ann"), r"ann\.yaml:2: id: an id is made of"),
        (("name: Ann", "name: Ann\ntemperature: 3"), r"ann\.yaml:2: temperature: input should be"),
        (
            (
                "name: Ann",
                "name: Ann\nexamples:\n  - user: a\n    char: b\n  - user: a\n    chr: b",
            ),
            r"ann\.yaml:5: examples\.1\.char: field required",
        ),
        (("name: Ann", "name: Ann\nname: Bob"), r"ann\.yaml:2: name: is in the file twice"),
    ],
)
def test_a_mistake_is_told_by_line_and_key(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    assert change[0] in GOOD
    with pytest.raises(ConfigError, match=message):
        read_persona(write(tmp_path, GOOD.replace(*change)))


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ann\.yaml:1: a persona is a mapping"):
        read_persona(write(tmp_path, "- a"))


def test_an_operators_persona_replaces_one_that_ships_and_adds_others(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("Ann", "Mia the second"), "mia.yaml")
    library = PersonaLibrary.load(tmp_path)
    assert list(library) == sorted(["ann", "leo", "mia"])
    assert library["mia"].name() == "Mia the second"
    assert set(PersonaLibrary.load(tmp_path, defaults=False)) == {"ann", "mia"}
    assert len(library) == 3


def test_a_folder_that_is_not_there_holds_no_personas(tmp_path: Path) -> None:
    assert len(PersonaLibrary.load(tmp_path / "none", defaults=False)) == 0


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD + "id: ann\n", "bob.yaml")
    with pytest.raises(ConfigError, match=r"bob\.yaml: id ann is that of ann\.yaml too"):
        PersonaLibrary.load(tmp_path)


@pytest.mark.parametrize("word", ["mia", "Mia", " МИЯ ", "мия"])
def test_a_persona_is_found_by_id_and_by_name_in_any_language(word: str) -> None:
    found = PersonaLibrary.load().find(word)
    assert found is not None
    assert found.id == "mia"
    assert PersonaLibrary.load().find("nobody") is None
