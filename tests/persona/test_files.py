"""Any YAML file is a persona, or one sentence says what is wrong with it; none takes long."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import ConfigError
from amity.persona import Persona, PersonaLibrary, read_persona
from amity.persona.library import _PersonaFile

GOOD: Final[dict[str, Any]] = {
    "name": "Ann",
    "age": 30,
    "about": "A test.",
    "character": "Calm.",
    "greeting": "Hello.",
}


class File:
    """A file that lies nowhere."""

    name = "ann.yaml"

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read_bytes(self) -> bytes:
        return self._content


def read(text: str | bytes) -> Persona:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return read_persona(File(content))  # type: ignore[arg-type]  # all of it that is used


def refused(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as error:
        read(text)
    return str(error.value)


def of(**more: object) -> str:
    return yaml.safe_dump({**GOOD, **more}, allow_unicode=True, sort_keys=False)


def bomb(levels: int, each: str = "[{}]") -> str:
    lines = ["a: &a " + each.format(",".join(["x"] * 9))]
    for before, name in zip("abcdefgh", "bcdefghi"[:levels], strict=False):
        lines.append(f"{name}: &{name} " + each.format(",".join([f"*{before}"] * 9)))
    return "\n".join([*lines, f"name: *{'abcdefghi'[levels]}", ""])


def test_a_small_file_cannot_become_a_large_one() -> None:
    assert re.match(r"ann\.yaml:\d+: \w+: aliases or nesting make this more", refused(bomb(8)))
    merged = "a: &a {k1: 1, k2: 2}\n" + "".join(
        f"{name}: &{name}\n  <<: [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert "aliases or nesting make this more" in refused(merged)
    assert "aliases or nesting make this more" in refused("name: &a [*a]\n")
    assert "aliases or nesting make this more" in refused("name: &a {en: *a}\n")
    assert "not YAML" in refused("name: " + "[" * 100_000)
    assert "is larger than 512 KiB" in refused("# " + "x" * 600_000)


@pytest.mark.parametrize("key", ["name", "about", "character", "speech", "greeting"])
@pytest.mark.parametrize("value", ["", "  ", "\n", "\u200b\u2060", {"en": " "}])
def test_a_text_that_shows_nothing_is_refused(key: str, value: object) -> None:
    assert re.match(rf"ann\.yaml:\d+: {key}(\.en)?: is empty", refused(of(**{key: value})))


@pytest.mark.parametrize("key", ["name", "about", "character", "greeting"])
def test_a_text_in_no_language_is_refused(key: str) -> None:
    assert re.match(rf"ann\.yaml:\d+: {key}: is empty", refused(of(**{key: {}})))


def test_names_hold_no_macro_and_texts_no_control_character() -> None:
    assert "ann.yaml:1: name: a name cannot hold" in refused(of(name="{{user}}"))
    assert "ann.yaml:1: name: holds a control character" in refused(of(name="A\0B"))
    assert "languages: '../x' is no language tag" in refused(of(languages=["../x"]))


def test_the_longest_texts_and_most_languages_are_taken() -> None:
    tags = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    persona = read(of(character=dict.fromkeys(tags, "Calm. " * 1000)))
    assert len(persona.character) == 64


SCALARS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.binary(max_size=8),
    st.text(max_size=30),
    st.sampled_from(["{{char}}", "{{user}}", "I am 15.", "a real human", "en", "ru", "general"]),
)
TREES: Final = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.text(), SCALARS), inner, max_size=3),
    ),
    max_leaves=8,
)
KEYS: Final = st.sampled_from(sorted(_PersonaFile.model_fields))
ODD: Final = st.sampled_from(
    [
        "!!int ''", "!!int x", "!!bool x", "!!timestamp x", "!!float x", "!!binary '*'", "!!set x",
        "!!omap [a]", "!!python/name:os", "!x y", "2020-99-99", "1e999", ".nan", "9" * 5000, "0o9",
        "1:99:99", "*nobody", "&a [*a]", "&a {*a: *a}", "{? [a] : b}", "{<<: x}", "{<<: [[x]]}",
        "|\n  x", ">-\n", "'", '"\\ud800"', '"\\0"', "- x", "? x", "%", "@", "`", "~", "{}", "[]",
    ]
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=60))
    if kind == 1:
        return draw(st.text("abc:-?[]{}&*!|>'\"% \n\t#<,=1.~", max_size=60)).encode()
    if kind == 2:
        changed = {**GOOD, draw(KEYS): draw(TREES)}
        return yaml.dump(changed, allow_unicode=True).encode("utf-8", "surrogatepass")
    lines = [f"{key}: {value}" for key, value in GOOD.items() if draw(st.integers(0, 9))]
    lines.insert(draw(st.integers(0, len(lines))), f"{draw(KEYS)}: {draw(ODD)}")
    return "\n".join(lines).encode()


@given(files())
def test_any_file_is_a_persona_or_one_sentence_says_why_not(content: bytes) -> None:
    persona, sentence = None, ""
    try:
        persona = read(content)
    except ConfigError as error:
        sentence = str(error)
    if persona is None:
        assert sentence.startswith("ann.yaml")
        assert "\n" not in sentence
        return
    assert persona.name().strip()
    assert persona.greeting_in("en", "friend").strip()
    assert persona.age >= 18


def test_macros_are_filled_wherever_a_text_is_shown() -> None:
    persona = read(
        of(
            name={"en": "Ann", "ru": "Аня"},
            about="{{char}} listens.",
            greeting="Hi {{ User }}, I am {{CHAR}}. {{other}}",
            interests=["{{user}}'s day"],
        )
    )
    assert persona.greeting_in("en", "Kim") == "Hi Kim, I am Ann. {{other}}"
    assert persona.greeting_in("ru", "Kim") == "Hi Kim, I am Аня. {{other}}"
    assert persona.about_in("en", "friend") == "Ann listens."
    assert persona.interests_in("en", "Kim") == ("Kim's day",)


@pytest.mark.parametrize("act", [read_persona, lambda file: PersonaLibrary.load(file.parent)])
def test_a_bad_file_is_named_however_it_is_read(
    tmp_path: Path, act: Callable[[Path], object]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(bomb(6))
    with pytest.raises(ConfigError, match=r"bad\.yaml:\d+: "):
        act(file)
