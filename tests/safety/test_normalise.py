"""The plain form that every rule reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.safety.normalise import MAX_CHARACTERS, normalise
from amity.safety.screen import Screen
from amity.sealed import SealedText


@pytest.mark.parametrize(
    "text, plain",
    [
        ("Hello, World!", " hello world . . "),
        ("I'm  fine", " im fine . "),
        ("I’m fine?", " im fine ? . "),
        ("ЁЛКА и ёж", " елка и еж . "),
        ("ｆｕｌｌ ｗｉｄｔｈ", " full width . "),
        ("su1c1de and k!ll", " suicide and kill . "),
        ("d.i.e", " die . "),
        ("k i l l", " kill . "),
        ("r u a bot", " r u a bot . "),
        ("an A.I.", " an ai . . "),
        ("sooooo diiiie killlll", " so die kill . "),
        ("zero\u200bwidth soft\u00adhyphen", " zerowidth softhyphen . "),
        ("kіll and humаn", " kill and human . "),
        ("чeловек", " человек . "),
        ("a…b", " a . b . "),
        ("line\nbreak", " line . break . "),
        ("room 101 at 15:30", " room 101 at 15 30 . "),
        ("z̷̢a̸l̵g̶o̷", " zalgo . "),
        ("", "  . "),
    ],
)
def test_the_plain_form(text: str, plain: str) -> None:
    assert normalise(text).text == plain


def test_words_and_stems_are_there_to_look_up() -> None:
    words = normalise("Suicidal thoughts").words
    assert {"suicidal", "suic*", "thoughts", "thou*"} <= words


def test_scripts_are_told() -> None:
    assert normalise("abc").latin
    assert not normalise("abc").cyrillic
    assert normalise("где").cyrillic
    assert not normalise("где").latin


def test_a_text_beyond_all_limits_is_judged_by_head_and_tail() -> None:
    plain = normalise("start " + "x " * 100_000 + "end")
    assert len(plain.text) < MAX_CHARACTERS + 100
    assert plain.text.startswith(" start ")
    assert " end " in plain.text


def test_it_shows_nothing_in_its_repr() -> None:
    assert "canary" not in repr(normalise("canary-9"))


@given(st.text(max_size=400))
def test_any_text_has_a_plain_form_and_a_verdict(text: str) -> None:
    plain = normalise(text)
    assert plain.text.startswith(" ")
    assert plain.text.endswith(" . ")
    assert "  " not in plain.text.strip()
    Screen().judge(SealedText(text))


# Patterns that backtrack badly show on repetitions of their own words.
@pytest.mark.parametrize(
    "text",
    [
        "want to " * 2000,
        "i " * 8000,
        "my friend said he " * 900,
        "suicide " * 2000,
        "just really " * 1300,
        "am i talking to you are you " * 500,
        "child " * 1300 + "sex " * 1300,
        "мне всего только " * 900,
        "я не хочу " * 1500,
        "everyone would be so much happier " * 450,
        "im only just actually " * 700,
        "a.b.c." * 2500,
        '"' * 16000,
    ],
)
@pytest.mark.timeout(20)
def test_no_text_makes_the_rules_run_away(text: str) -> None:
    Screen().judge(SealedText(text))


@pytest.mark.parametrize(
    "text, plain",
    [
        ("хочу ум3реть", " хочу умереть . "),
        ("я чел0век", " я человек . "),
        # Most letters are Latin, but one has no double there.
        ("xoчу yмepeть", " хочу умереть . "),
    ],
)
def test_digits_and_doubles_in_a_cyrillic_word_become_its_letters(text: str, plain: str) -> None:
    assert normalise(text).text == plain
