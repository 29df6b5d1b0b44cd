"""Splitting: every piece fits, and nothing but white space is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.markup import TextUnit
from amity.render import length, split_text

texts = st.text() | st.text(alphabet="ab .!?…\n\té😀\u2003\ud83d", max_size=200)
limits = st.integers(min_value=4, max_value=40)
units = st.sampled_from(TextUnit)


def solid(text: str) -> str:
    return "".join(text.split())


@given(texts, limits, units)
@example("😀" * 30, 4, TextUnit.BYTES)
@example("😀" * 30, 5, TextUnit.UTF16)
@example(" " * 30 + "a", 4, TextUnit.CODE_POINTS)
@example("a b" + " " * 30, 4, TextUnit.CODE_POINTS)
@example("\ud83d" * 30, 4, TextUnit.BYTES)
def test_pieces_fit_and_lose_white_space_only(text: str, limit: int, unit: TextUnit) -> None:
    pieces = split_text(text, limit, unit)
    assert all(length(piece, unit) <= limit for piece in pieces)
    assert solid("".join(pieces)) == solid(text)
    if text.strip():
        assert all(piece.strip() for piece in pieces)
    else:
        assert len(pieces) == 1


@given(texts, units)
def test_what_fits_is_left_alone(text: str, unit: TextUnit) -> None:
    assert split_text(text, max(4, length(text, unit)), unit) == [text]


@given(st.lists(st.sampled_from(["hi", "there,", "world."]), min_size=1).map(" ".join), limits)
def test_no_word_is_torn_that_fits_in_half_a_piece(text: str, limit: int) -> None:
    if limit < 14:
        return
    pieces = split_text(text, limit, TextUnit.CODE_POINTS)
    assert " ".join(pieces) == text


@pytest.mark.parametrize(
    "text, pieces",
    [
        ("one two.\n\nthree four", ["one two.", "three four"]),
        ("one two\nthree four", ["one two", "three four"]),
        ("One two. Three four", ["One two.", "Three four"]),
        ("one two three four", ["one two", "three four"]),
        ("onetwothreefourfive", ["onetwothreef", "ourfive"]),
    ],
)
def test_it_prefers_paragraph_line_sentence_word(text: str, pieces: list[str]) -> None:
    assert split_text(text, 12, TextUnit.CODE_POINTS) == pieces


@pytest.mark.parametrize(
    "unit, long", [(TextUnit.CODE_POINTS, 3), (TextUnit.UTF16, 4), (TextUnit.BYTES, 7)]
)
def test_lengths_are_those_of_the_platform(unit: TextUnit, long: int) -> None:
    assert length("aé😀", unit) == long


@given(st.text())
def test_lengths_are_those_of_the_encodings(text: str) -> None:
    assert length(text, TextUnit.UTF16) == len(text.encode("utf-16-le")) // 2
    assert length(text, TextUnit.BYTES) == len(text.encode())


def test_a_limit_too_small_for_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        split_text("a", 3, TextUnit.CODE_POINTS)
