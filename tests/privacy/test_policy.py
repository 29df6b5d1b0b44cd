"""The policy says what the program does, in every language, and consent names the text as shown."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from amity.datamap.declarations import ENGINE
from amity.datamap.schema import Basis, Collection, DataMap, Field
from amity.defaults.files import builtin
from amity.errors import ConfigError
from amity.privacy import PAGES, Cookie, Policy, PolicyFacts, Processor, datamap_json

DAY = 86_400_000
FACTS = PolicyFacts(
    service="Ami",
    controller="Example Ltd, 1 Example Street",
    contact="privacy@example.org",
    support="support@example.org",
    authority="the authority of Exampleland",
    region="EU",
    base_url="https://chat.example.org",
    retention={
        "messages": 180 * DAY,
        "media": DAY,
        "technical": 30 * DAY,
        "tombstones": None,
        "tickets": 365 * DAY,
        "consents": 3 * 365 * DAY,
        "decisions": 180 * DAY,
        "erasures": 400 * DAY,
        "gate": DAY,
        "inactivity": 365 * DAY,
    },
    processors=(Processor(name="Model House", region="US", contract="DPA 7"),),
    cookies=(Cookie(name="amity_session", purpose="keeps you signed in", lifetime="1 year"),),
)
LANGUAGES = ("en", "ru")


def policy(**changes: Any) -> Policy:
    return Policy.load(replace(FACTS, **changes), ENGINE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_who_answers_and_nothing_is_left_blank(page: str, language: str) -> None:
    text = policy().text(page, language)
    assert text.startswith("# ")
    assert "{{" not in text
    assert "{%" not in text
    assert "None" not in text
    assert "Ami" in text
    assert FACTS.contact in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_come_from_config_and_data_map(language: str) -> None:
    made = policy()
    text = made.text("privacy", language)
    for expected in (
        "Example Ltd",
        "Model House",
        "| US |",
        "DPA 7",
        "amity_session",
        "Exampleland",
    ):
        assert expected in text
    for collection in ENGINE.collections:
        if collection.subject is not None:
            assert made.described(collection, language) in text
            assert made.kept_for(collection, language) in text


def test_a_changed_period_or_processor_changes_the_text_and_its_hash() -> None:
    before = policy()
    shorter = policy(retention={**FACTS.retention, "messages": 90 * DAY})
    assert "90 days" in shorter.text("privacy", "en")
    assert "90 days" not in before.text("privacy", "en")
    alone = policy(processors=())
    assert "At present none is connected" in alone.text("privacy", "en")
    hashes = {p.hash(language) for p in (before, shorter, alone) for language in LANGUAGES}
    assert len(hashes) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hash_is_of_the_text_as_shown(language: str) -> None:
    made = policy()
    assert made.hash(language) == sha256(made.text("privacy", language).encode()).hexdigest()
    assert made.hash(language) == policy().hash(language)


def test_the_languages_that_ship_are_complete_and_up_to_date() -> None:
    made = policy()
    assert made.languages == LANGUAGES
    # A translation names the hash of the English text that it translates: after a change of the
    # English text translate the change, then write the new hash into the translation.
    hashes = {k: s.hash for k, s in made._edition.sources.items() if k[1] == "en"}
    assert [key for key in made._edition.sources if made.is_stale(*key)] == [], hashes
    for page in PAGES:
        assert made.title(page, "ru") != made.title(page, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_everything_declared(language: str) -> None:
    source = policy()._edition.sources["privacy", language].words
    assert set(source["basis"]) == {basis.value for basis in Basis}
    recipients = {r for c in ENGINE.collections for r in c.recipients}
    assert recipients <= set(source["recipient"])
    shown = {c.name for c in ENGINE.collections if c.subject or c.retention != "none"}
    assert shown <= set(source["collection"])


def test_a_plugins_collection_appears_by_its_own_words() -> None:
    diary = Collection(
        id=990,
        name="diary",
        about="Pages of your diary.",
        subject="person",
        retention="account",
        fields=(Field(id=1, name="person"),),
    )
    made = Policy.load(FACTS, DataMap((*ENGINE.collections, diary)))
    assert "Pages of your diary." in made.text("privacy", "en")
    assert "Pages of your diary." in made.text("privacy", "ru")


@pytest.mark.parametrize(
    "tag, language",
    [("ru", "ru"), ("ru-RU", "ru"), ("RU_ru", "ru"), ("pt-BR", "en"), (None, "en"), ("", "en")],
)
def test_a_language_that_is_not_there_is_english(tag: str | None, language: str) -> None:
    made = policy()
    assert made.language(tag) == language
    assert made.text("terms", tag or "") == made.text("terms", language)


@pytest.mark.parametrize(
    "milliseconds, english, russian",
    [
        (180 * DAY, "180 days", "180 дней"),
        (DAY, "1 day", "1 день"),
        (22 * DAY, "22 days", "22 дня"),
        (365 * DAY, "1 year", "1 год"),
        (5 * 365 * DAY, "5 years", "5 лет"),
        (36 * 3_600_000, "36 hours", "36 часов"),
        (90_000, "90 seconds", "90 секунд"),
        (None, "until the block is lifted", "пока блокировка не снята"),
    ],
)
def test_periods_in_words(milliseconds: int | None, english: str, russian: str) -> None:
    made = policy(retention={**FACTS.retention, "messages": milliseconds})
    assert made.period("messages", "en") == english
    assert made.period("messages", "ru") == russian


@pytest.mark.parametrize("key", ["service", "controller", "contact", "region"])
def test_what_must_not_be_blank_is_named(key: str) -> None:
    assert FACTS.missing() == []
    blank: dict[str, Any] = {key: " "}
    assert replace(FACTS, **blank).missing() == [
        "service.name" if key == "service" else f"service.{key}"
    ]


def test_a_processor_without_region_or_contract_is_named() -> None:
    facts = replace(FACTS, processors=(Processor(name="Model House"),))
    assert [m.rpartition(": ")[2] for m in facts.missing()] == ["region", "contract"]
    assert replace(FACTS, retention={}).missing() == ["privacy.retention"]


def test_a_test_installation_says_that_nobody_is_named() -> None:
    text = policy(controller="", contact="", region="").text("privacy", "en")
    assert text.count("(not named by the operator yet)") >= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_html_without_scripts_or_foreign_things(page: str, language: str) -> None:
    made = policy(controller="<script>alert(1)</script> & <b>Ltd</b>")
    html = made.render_html(page, language, stylesheet="/legal.css")
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1
    assert "<script" not in html
    assert "<b>" not in html
    assert "<style" not in html
    assert 'rel="stylesheet" href="/legal.css"' in html
    assert "src=" not in html
    assert html.count('aria-current="page"') == 1
    for other in PAGES:
        assert f'href="/{other}?lang={language}"' in html
    assert "<style" in made.render_html(page, language)


def test_a_bar_in_a_name_does_not_break_a_table() -> None:
    html = policy(processors=(Processor(name="A | B", region="EU"),)).render_html("privacy", "en")
    assert "<td>A | B</td>" in html


def test_an_unknown_page_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        policy().text("imprint", "en")


# ------------------------------------------------------------------ an operator's own folder


def front(**keys: Any) -> str:
    return f"---\n{yaml.safe_dump(keys, allow_unicode=True)}---\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of pages: `write(version="2", date="2027-01-01", english="…")`."""
    words = Policy.load(FACTS, ENGINE)._edition.sources["privacy", "en"].words

    def make(
        folder: str = "",
        *,
        version: str = "1",
        date: str = "2026-01-01",
        english: str = "# Policy of {{ service }}\n",
        **extra: Any,
    ) -> Path:
        target = tmp_path / "policy" / folder
        target.mkdir(parents=True, exist_ok=True)
        keys = {"version": version, "date": date, "title": "Policy", "words": words, **extra}
        (target / "en.md").write_text(front(**keys) + english)
        for page in PAGES[1:]:
            (target / f"{page}.en.md").write_text(
                front(version=version, date=date, title=page) + f"# {page}\n"
            )
        return tmp_path / "policy"

    return make


def test_a_stale_translation_is_shown_after_the_english_text(write: Callable[..., Path]) -> None:
    folder = write(english="# Old {{ service }}\n")
    english = Policy.load(FACTS, ENGINE, folder)._edition.sources["privacy", "en"]
    translation = front(version="1", date="2026-01-01", title="Правила", english_hash=english.hash)
    (folder / "ru.md").write_text(translation + "# Правила {{ service }}\n")
    fresh = Policy.load(FACTS, ENGINE, folder)
    assert not fresh.is_stale("privacy", "ru")
    assert fresh.text("privacy", "ru") == "# Правила Ami\n"
    write(english="# New {{ service }}\n")
    stale = Policy.load(FACTS, ENGINE, folder)
    assert stale.is_stale("privacy", "ru")
    text = stale.text("privacy", "ru")
    assert text.index("# New Ami") < text.index("# Правила Ami")
    assert text.startswith("*")
    assert stale.hash("ru") != fresh.hash("ru")


def test_the_newest_version_is_in_force_unless_one_is_named(write: Callable[..., Path]) -> None:
    write("1", version="1", date="2026-01-01", english="# One\n")
    folder = write(
        "2", version="2", date="2027-01-01", english="# Two\n", material=False, summary="x"
    )
    newest = Policy.load(FACTS, ENGINE, folder)
    assert (newest.version, newest.date, newest.material) == ("2", "2027-01-01", False)
    assert newest.summary == "x"
    named = Policy.load(FACTS, ENGINE, folder, "1")
    assert (named.text("privacy", "en"), named.material) == ("# One\n", True)
    with pytest.raises(ConfigError, match="no version 3; there are: 1, 2"):
        Policy.load(FACTS, ENGINE, folder, "3")


@pytest.mark.parametrize(
    "text, said",
    [
        ("no front matter", "begin with a front matter"),
        ("---\nversion: [\n---\n", "not YAML"),
        ("---\n- a\n---\n", "holds no keys"),
        ("---\ntitle: x\n---\n", "lacks version, date"),
        (
            "---\nversion: 1\ndate: 2026-01-01\ntitle: x\n---\n{{ controler }}",
            "cannot be filled in",
        ),
        ("---\nversion: 1\ndate: 2026-01-01\ntitle: x\n---\n{% if %}", "cannot be filled in"),
        (
            "---\nversion: 1\ndate: 2026-01-01\ntitle: x\n---\n{{ ''.__class__.__mro__ }}",
            "cannot be filled in",
        ),
    ],
)
def test_a_file_that_is_wrong_is_named(write: Callable[..., Path], text: str, said: str) -> None:
    folder = write()
    (folder / "terms.en.md").write_text(text)
    with pytest.raises(ConfigError, match=r"^terms\.en\.md") as caught:
        Policy.load(FACTS, ENGINE, folder)
    assert said in str(caught.value)


def test_a_missing_page_or_folder_is_named(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write()
    (folder / "terms.en.md").unlink()
    with pytest.raises(ConfigError, match=r"terms\.en\.md"):
        Policy.load(FACTS, ENGINE, folder)
    with pytest.raises(ConfigError, match="no policy here"):
        Policy.load(FACTS, ENGINE, tmp_path / "nowhere")


def test_the_data_map_as_json_says_everything_of_every_field() -> None:
    shown = datamap_json(ENGINE, FACTS.retention)
    assert [c["name"] for c in shown["collections"]] == [c.name for c in ENGINE.collections]
    for collection, declared in zip(shown["collections"], ENGINE.collections, strict=True):
        assert {f["name"] for f in collection["fields"]} == set(declared.by_name)
        for field in collection["fields"]:
            assert field["basis"] in {b.value for b in Basis}
            assert field["about"]
    messages = next(c for c in shown["collections"] if c["name"] == "messages")
    assert messages["retention"] == {"key": "messages", "milliseconds": 180 * DAY}
    assert messages["recipients"] == ["AI processors", "channels"]


def test_what_ships_is_packaged() -> None:
    names = {f.name for f in builtin("policy").iterdir()}
    assert {"en.md", "ru.md", "terms.ru.md", "crisis-protocol.ru.md"} <= names
