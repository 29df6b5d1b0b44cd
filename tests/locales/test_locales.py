"""The texts of the program: every language whole, every placeholder filled, plurals right."""

from pathlib import Path

import pytest

from amity.errors import ConfigError
from amity.locales import Locales, plural_form
from amity.locales.catalogue import placeholders

LOCALES = Locales.load(strict=True)


@pytest.mark.parametrize("language", [tag for tag in LOCALES.languages if tag != "en"])
def test_a_shipped_language_has_the_keys_of_english(language: str) -> None:
    assert LOCALES.keys(language) == LOCALES.keys("en")


@pytest.mark.parametrize("key", sorted(LOCALES.keys("en")))
def test_the_same_placeholders_in_every_language(key: str) -> None:
    wanted = placeholders(LOCALES.entry("en", key))
    for language in LOCALES.languages:
        assert placeholders(LOCALES.entry(language, key)) == wanted, language


@pytest.mark.parametrize("language", LOCALES.languages)
@pytest.mark.parametrize("key", sorted(LOCALES.keys("en")))
def test_every_text_can_be_filled_and_leaves_no_mark(key: str, language: str) -> None:
    values = dict.fromkeys(placeholders(LOCALES.entry(language, key)), 3)
    text = LOCALES.text(language, key, **values)
    assert text
    assert "{" not in text
    assert "}" not in text


@pytest.mark.parametrize("language", LOCALES.languages)
def test_plural_entries_have_every_form_their_language_uses(language: str) -> None:
    used = {plural_form(language, number) for number in range(200)} | {"other"}
    for key in LOCALES.keys(language):
        entry = LOCALES.entry(language, key)
        if not isinstance(entry, str):
            assert used <= set(entry), key


@pytest.mark.parametrize(
    "number, english, russian",
    [
        (0, "other", "many"),
        (1, "one", "one"),
        (2, "other", "few"),
        (4, "other", "few"),
        (5, "other", "many"),
        (11, "other", "many"),
        (12, "other", "many"),
        (14, "other", "many"),
        (21, "other", "one"),
        (22, "other", "few"),
        (25, "other", "many"),
        (101, "other", "one"),
        (111, "other", "many"),
        (112, "other", "many"),
        (122, "other", "few"),
    ],
)
def test_plural_forms_are_those_of_the_cldr(number: int, english: str, russian: str) -> None:
    assert plural_form("en", number) == english
    assert plural_form("ru-RU", number) == russian
    assert plural_form("xx", number) == "other"


def test_an_entry_inside_an_entry_is_counted() -> None:
    text = LOCALES.text("ru", "clear.ask", persona="Mia", messages=22)
    assert "22 сообщения" in text
    assert "1 message." in LOCALES.text("en", "clear.ask", persona="Mia", messages=1)


@pytest.mark.parametrize(
    "tag, language",
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru", "ru"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("not a tag; drop table", "en"),
    ],
)
def test_the_best_language_for_a_tag(tag: str | None, language: str) -> None:
    assert LOCALES.best(tag) == language


@pytest.mark.parametrize(
    "tag, language", [(None, "ru"), ("xx", "ru"), ("", "ru"), ("en-GB", "en"), ("ru", "ru")]
)
def test_whose_language_is_not_known_is_spoken_with_in_the_services_first(
    tag: str | None, language: str
) -> None:
    locales = Locales.load(first="ru-RU", strict=True)
    assert locales.best(tag) == language
    assert locales.languages == ("ru", "en")
    assert (locales.speaks("en-GB"), locales.speaks("xx")) == (True, False)
    # A text that is missing there is still said in English.
    assert Locales({"en": {"k": "v"}, "ru": {}}, first="ru").text("ru", "k") == "v"


def test_an_operators_file_adds_a_language_and_replaces_a_text(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text('language.name: Deutsch\nstop.stopped: "Angehalten."\n')
    (tmp_path / "pt-br.yaml").write_text("language.name: Português\n")
    (tmp_path / "en.yaml").write_text('stop.stopped: "Halted."\n')
    locales = Locales.load([tmp_path], strict=True)
    assert locales.languages == ("en", "de", "pt-BR", "ru")
    assert locales.text("de-AT", "stop.stopped") == "Angehalten."
    assert locales.text("de", "loading") == locales.text("en", "loading")
    assert locales.text("en", "stop.stopped") == "Halted."
    assert locales.best("pt-PT") == "pt-BR"
    assert locales.name("de") == "Deutsch"


def test_a_missing_key_fails_in_tests_and_is_never_shown() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        LOCALES.text("en", "no.such.key")
    kind = Locales.load()
    assert "no.such.key" not in kind.text("ru", "no.such.key")
    assert kind.text("ru", "no.such.key")


def test_a_missing_value_fails_in_tests_and_is_bridged_for_people() -> None:
    with pytest.raises(KeyError, match="error_id"):
        LOCALES.text("en", "error.internal")
    assert "error_id" not in Locales.load().text("en", "error.internal")


def test_a_value_is_never_read_as_a_text_with_placeholders() -> None:
    text = LOCALES.text("en", "persona.switched", persona="{persona:help} {0.__class__}")
    assert "{persona:help} {0.__class__}" in text


@pytest.mark.parametrize(
    "content, message",
    [
        ("- a\n- b\n", "de.yaml:1: a locale file is a flat mapping"),
        ("a: x\nb: 3\n", "de.yaml:2: b: must be a text"),
        ("a: x\na: y\n", "de.yaml:2: a: is in the file twice"),
        ("a:\n  one: x\n", "de.yaml:1: a: the plural form `other` is missing"),
        ("a:\n  one: x\n  lots: y\n", "de.yaml:3: a.lots: a plural form is one of"),
        ("a: 'x\n", "de.yaml:.*not YAML"),
        ("a: \x00", "de.yaml: not YAML"),
    ],
)
def test_a_bad_file_is_told_by_line_and_key(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "de.yaml").write_text(content)
    with pytest.raises(ConfigError, match=message):
        Locales.load([tmp_path])


def test_a_file_whose_name_is_no_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "my texts.yaml").write_text("a: x\n")
    with pytest.raises(ConfigError, match="no language tag"):
        Locales.load([tmp_path])


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        Locales.load([tmp_path])
