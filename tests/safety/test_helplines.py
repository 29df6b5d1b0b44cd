"""Helplines: confirmed facts with source and date, the directories everywhere else."""

import re
from pathlib import Path

import pytest

from amity.defaults.files import builtin, read_yaml
from amity.errors import ConfigError
from amity.locales import Locales
from amity.safety import Helplines

LOCALES = Locales.load(strict=True)
HELPLINES = Helplines.load()
TABLE = read_yaml(builtin("helplines.yaml")).data["countries"]


def test_every_number_has_its_source_and_date() -> None:
    for code, country in TABLE.items():
        assert re.fullmatch("[A-Z]{2}", code)
        if "emergency" in country:
            assert country["emergency"]["sources"], code
        for service in country.get("services", []):
            assert service["sources"], (code, service["name"])
            assert service["date"], (code, service["name"])
            assert service.get("phones") or service.get("text") or service.get("chat"), code


def test_64_countries_are_named_in_english_and_russian() -> None:
    assert len(HELPLINES.countries) == 64
    for code in HELPLINES.countries:
        for language in LOCALES.languages:
            name = HELPLINES.country_name(code, language)
            assert name != code
            assert HELPLINES.parse_country(name) == code


@pytest.mark.parametrize(
    "text, code",
    [
        ("Germany", "DE"),
        ("germany!", "DE"),
        ("deutschland", "DE"),
        ("DE", "DE"),
        ("DE.", "DE"),
        ("IT", "IT"),
        ("I'm in US", "US"),
        ("US", "US"),
        ("u.s.", "US"),
        ("in the US", "US"),
        ("de", None),
        ("No", None),
        ("NO", None),
        ("no", None),
        ("it", None),
        ("It", None),
        ("is", None),
        ("in", None),
        ("be", None),
        ("at", None),
        ("my", None),
        ("by", None),
        ("id", None),
        ("us", None),
        ("am", None),
        ("from us", None),
        ("in it", None),
        ("HELP IT", None),
        ("Norway", "NO"),
        ("I'm from Germany", "DE"),
        ("I live in the UK", "GB"),
        ("UK", "GB"),
        ("England", "GB"),
        ("U.S.A.", "US"),
        ("America", "US"),
        ("Россия", "RU"),
        ("россия.", "RU"),
        ("Я из России", "RU"),
        ("в Казахстане", "KZ"),
        ("из Польши", "PL"),
        ("Южная Корея", "KR"),
        ("türkiye", "TR"),
        ("Côte d'Ivoire", None),
        ("Germany is nice in spring", None),
        ("I am sad", None),
        ("hello", None),
        ("да", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_country_is_read_from_plain_words(text: str, code: str | None) -> None:
    assert HELPLINES.parse_country(text) == code


def test_the_country_of_the_settings_may_be_a_code_or_a_name() -> None:
    assert HELPLINES.country_from_settings("de") == "DE"
    assert HELPLINES.country_from_settings("it") == "IT"
    assert HELPLINES.country_from_settings("NO") == "NO"
    assert HELPLINES.country_from_settings("no") is None
    assert HELPLINES.country_from_settings(" Germany ") == "DE"
    assert HELPLINES.country_from_settings("XX") is None
    assert HELPLINES.country_from_settings("") is None
    assert HELPLINES.country_from_settings(None) is None


@pytest.mark.parametrize(
    "text", ["No", "no.", "NO!", "No thanks", "нет", "Не хочу", "Нет, не скажу"]
)
def test_who_does_not_want_to_name_a_country_says_no(text: str) -> None:
    assert HELPLINES.declines(text)
    assert HELPLINES.parse_country(text) is None


@pytest.mark.parametrize("text", ["Norway", "no one loves me", "нет сил", "it", "", "x" * 10_000])
def test_other_words_do_not_decline(text: str) -> None:
    assert not HELPLINES.declines(text)


def test_where_the_country_stays_untold_it_is_not_asked_for_again() -> None:
    for language in LOCALES.languages:
        text = HELPLINES.anywhere(language, LOCALES)
        assert "findahelpline.com" in text
        assert "/settings" not in text


def test_a_known_country_shows_its_numbers_and_where_to_find_more() -> None:
    text = HELPLINES.text(HELPLINES.for_country("US", "en"), "en", LOCALES)
    assert "**911**" in text
    assert "**988**" in text
    assert "findahelpline.com" in text
    assert "United States" in text
    assert "/settings country" not in text


def test_an_unknown_country_shows_the_directories_and_asks() -> None:
    text = HELPLINES.text(HELPLINES.for_country(None, "en"), "en", LOCALES)
    assert "findahelpline.com" in text
    assert "/settings country=DE" in text
    assert "local emergency number" in text


def test_a_country_without_a_confirmed_line_shows_its_emergency_number_only() -> None:
    shown = HELPLINES.for_country("TR", "en")
    assert shown.services == ()
    assert shown.emergency == ("112",)
    text = HELPLINES.text(shown, "en", LOCALES)
    assert "**112**" in text
    assert "befrienders.org" in text


@pytest.mark.parametrize("code", ["UA", "PK", "PE", "MA", "TH"])
def test_an_emergency_number_in_conflict_is_not_shown(code: str) -> None:
    assert HELPLINES.for_country(code).emergency == ()


@pytest.mark.parametrize("retired", ["0900-0113", "1393", "1800-599-0019"])
def test_a_retired_number_is_nowhere(retired: str) -> None:
    everywhere = [
        phone
        for country in TABLE.values()
        for service in country.get("services", [])
        for phone in service.get("phones", [])
    ]
    assert retired not in everywhere


@pytest.mark.parametrize("language", LOCALES.languages)
@pytest.mark.parametrize("code", [*HELPLINES.countries, "ZZ", None])
def test_every_country_has_a_whole_text_in_every_language(code: str | None, language: str) -> None:
    for young in (False, True):
        shown = HELPLINES.for_country(code, language, young=young)
        for text in (
            HELPLINES.text(shown, language, LOCALES),
            HELPLINES.text(shown, language, LOCALES, again=True),
            HELPLINES.pointer(shown, language, LOCALES),
        ):
            assert "{" not in text
            assert "None" not in text
            assert "findahelpline.com" in text
            assert len(text) < 3_000


def test_lines_for_the_young_come_first_for_the_young_only() -> None:
    adult = HELPLINES.for_country("CA", "en")
    young = HELPLINES.for_country("CA", "en", young=True)
    assert all(service.kind != "youth" for service in adult.services)
    assert young.services[0].kind == "youth"


def test_lines_that_speak_the_persons_language_come_first() -> None:
    first = HELPLINES.for_country("FI", "en").services
    spoken = [not service.languages or "en" in service.languages for service in first]
    assert spoken == sorted(spoken, reverse=True)


def test_the_whole_text_is_said_differently_the_second_time() -> None:
    shown = HELPLINES.for_country("DE", "en")
    assert HELPLINES.text(shown, "en", LOCALES) != HELPLINES.text(shown, "en", LOCALES, again=True)


def test_an_operators_table_replaces_whole_countries(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "countries:\n"
        "  DE:\n"
        "    names: {en: Germany}\n"
        "    services:\n"
        "    - {name: Our line, kind: emotional_support, phones: ['123'], date: '2026-11-01'}\n"
        "  ZZ:\n"
        "    names: {en: Zedland, ru: Зедландия}\n"
        "    emergency: {numbers: ['777']}\n"
    )
    own = Helplines.load(file)
    germany = own.for_country("DE", "en")
    assert [service.name for service in germany.services] == ["Our line"]
    assert germany.emergency == ()
    assert own.parse_country("Зедландия") == "ZZ"
    assert own.for_country("US").emergency == ("911",)
    assert len(own.for_country(None).directories) == 2


@pytest.mark.parametrize(
    "text, message",
    [
        ("countries: [1]", r"own\.yaml:1: countries: "),
        ("countries:\n  DE:\n    name: x", r"own\.yaml:2: countries\.DE\.names: field required"),
        ("countries:\n  DE:\n    names: {en: x}\n    services: [{kind: y}]", r"own\.yaml:4: "),
        ("- 1", r"own\.yaml:1: a table of helplines is a mapping"),
        ("country: {}", r"own\.yaml:1: country: extra"),
    ],
)
def test_a_bad_table_is_told_by_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        Helplines.load(file)
