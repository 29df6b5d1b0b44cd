"""The prompt: rules first, the persona as data, the newest message always there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.locales import Locales
from amity.models.contract import ChatMessage, Speaker
from amity.persona import Composer, PersonaLibrary, read_persona
from amity.sealed import SealedText

LOCALES = Locales.load(strict=True)
LIBRARY = PersonaLibrary.load()
MIA = LIBRARY["mia"]


def estimate(text: str) -> int:
    return len(text) // 4 + 4


def history(*texts: str) -> list[ChatMessage]:
    speakers = (Speaker.USER, Speaker.ASSISTANT)
    return [ChatMessage(speakers[at % 2], SealedText(text)) for at, text in enumerate(texts)]


def texts(messages: tuple[ChatMessage, ...]) -> list[str]:
    return [message.text.reveal() for message in messages]


@pytest.fixture
def composer() -> Composer:
    return Composer(LOCALES)


def test_rules_stand_before_the_persona_and_the_persona_before_examples(
    composer: Composer,
) -> None:
    system = composer.system(MIA, "en", None)
    places = [
        system.index(part)
        for part in ("# Rules of the service", "# How to answer", "# Who you are", "# Examples")
    ]
    assert places == sorted(places)
    assert "You are an AI" in system
    assert "English" in system
    assert "{" not in system


def test_the_language_asked_for_is_named_and_used(composer: Composer) -> None:
    system = composer.system(MIA, "ru-RU", None)
    assert "Русский" in system
    assert "старые карты" in system
    assert "old maps" not in system


def test_macros_become_names(composer: Composer) -> None:
    named = composer.system(MIA, "en", "⟦name⟧")
    assert "If ⟦name⟧ is unfair" in named
    assert "Mia is an AI companion who" in named
    unnamed = composer.system(MIA, "en", None)
    assert "If the person is unfair" in unnamed
    assert "⟦" not in unnamed


def test_a_personas_text_is_never_run_as_a_template(composer: Composer, tmp_path: Path) -> None:
    file = tmp_path / "eve.yaml"
    file.write_text(
        "name: Eve\nage: 40\nabout: x\ngreeting: Hi\n"
        "character: 'a {{ name.__class__ }} {% for x in y %} {{ USER }} {{  Char }} {{{user}}} z'\n"
    )
    system = composer.system(read_persona(file), "en", "{{char}}")
    assert "a {{ name.__class__ }} {% for x in y %} {{char}} Eve {{{char}}} z" in system


def test_an_adult_persona_lacks_only_the_rule_on_explicit_content(
    composer: Composer, tmp_path: Path
) -> None:
    file = tmp_path / "eve.yaml"
    text = "name: Eve\nage: 40\nabout: x\ngreeting: Hi\ncharacter: y\n"
    file.write_text(text)
    general = composer.system(read_persona(file), "en", None)
    file.write_text(text + "rating: adult\n")
    adult = composer.system(read_persona(file), "en", None)
    assert set(general.splitlines()) - set(adult.splitlines()) == {"- No explicit sexual content."}
    assert "No sexual content with or about minors" in adult


def test_the_stable_part_is_the_same_object_from_turn_to_turn(composer: Composer) -> None:
    first = composer.compose(MIA, "en", None, history("a"), budget=4000, estimate=estimate)
    second = composer.compose(
        MIA, "en", None, history("a", "b", "c"), budget=4000, estimate=estimate
    )
    assert first.stable == second.stable == 1
    assert first.messages[0] is second.messages[0]
    assert first.messages[0].speaker is Speaker.SYSTEM
    assert texts(second.messages)[1:] == ["a", "b", "c"]


def test_what_is_cached_does_not_mix_personas_languages_or_names(composer: Composer) -> None:
    seen = {
        composer.system(persona, language, name)
        for persona in LIBRARY.values()
        for language in ("en", "ru")
        for name in (None, "[A]", "[B]")
    }
    assert len(seen) == len(LIBRARY) * 6


def test_the_cache_is_bounded(composer: Composer) -> None:
    for number in range(600):
        composer.compose(MIA, "en", f"[{number}]", history("a"), budget=4000, estimate=estimate)
    assert len(composer._statics) <= 256
    assert len(composer._costs) <= 256


def test_the_oldest_messages_are_dropped_first(composer: Composer) -> None:
    spoken = history(*(f"{number} " + "word " * 100 for number in range(20)))
    whole = composer.compose(MIA, "en", None, spoken, budget=100_000, estimate=estimate)
    assert whole.dropped == 0
    room = estimate(composer.system(MIA, "en", None)) + 3 * estimate(spoken[10].text.reveal())
    some = composer.compose(MIA, "en", None, spoken, budget=room, estimate=estimate)
    assert texts(some.messages)[1:] == [message.text.reveal() for message in spoken[-3:]]
    assert some.dropped == 17
    assert some.tokens <= room


def test_a_newest_message_too_long_is_cut_in_its_middle(composer: Composer) -> None:
    text = "START " + "x" * 40_000 + " END"
    room = estimate(composer.system(MIA, "en", None)) + 200
    spoken = history("older", "old", text)
    made = composer.compose(MIA, "en", None, spoken, budget=room, estimate=estimate)
    assert len(made.messages) == 2
    newest = texts(made.messages)[-1]
    assert newest.startswith("START ")
    assert newest.endswith(" END")
    assert "[…]" in newest
    assert made.tokens <= room
    assert made.dropped == 2


def test_even_without_room_the_newest_message_is_there(composer: Composer) -> None:
    made = composer.compose(MIA, "en", None, history("Hello!"), budget=1, estimate=estimate)
    assert texts(made.messages)[-1] == "Hello!"


COMPOSER = Composer(LOCALES)


@given(
    st.lists(st.text(max_size=300), min_size=1, max_size=40),
    st.integers(min_value=0, max_value=4000),
    st.sampled_from([estimate, len, lambda text: len(text.encode()) // 3 + 1]),
)
def test_a_prompt_is_the_system_message_and_a_tail_of_the_conversation(
    said: list[str], room: int, cost: Callable[[str], int]
) -> None:
    spoken = history(*said)
    budget = cost(COMPOSER.system(MIA, "en", None)) + room
    made = COMPOSER.compose(MIA, "en", None, spoken, budget=budget, estimate=cost)
    tail = texts(made.messages)[1:]
    assert len(tail) >= 1
    assert made.dropped + len(tail) == len(said)
    assert tail[:-1] == said[made.dropped : -1]
    assert made.messages[-1].speaker is spoken[-1].speaker
    if room >= 64:
        assert made.tokens <= budget


def test_nothing_of_a_conversation_is_shown_by_its_prompt(composer: Composer) -> None:
    made = composer.compose(MIA, "en", None, history("canary-7"), budget=4000, estimate=estimate)
    assert "canary-7" not in repr(made)


def test_every_persona_that_ships_fits_a_small_model() -> None:
    for persona in LIBRARY.values():
        for language in LOCALES.languages:
            assert len(COMPOSER.system(persona, language, "[NAME]")) < 8_000
