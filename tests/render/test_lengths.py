"""Lengths as platforms count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.markup import Dialect, Markup, TextUnit
from amity.render import length, measure
from amity.render.lengths import joins_left, offsets, width
from tests.render.reading import CHAT


@pytest.mark.parametrize(
    "unit, long", [(TextUnit.CODE_POINTS, 3), (TextUnit.UTF16, 4), (TextUnit.BYTES, 7)]
)
def test_lengths_are_those_of_the_platform(unit: TextUnit, long: int) -> None:
    assert length("aé😀", unit) == long


@given(st.text())
def test_lengths_are_those_of_the_encodings(text: str) -> None:
    assert length(text, TextUnit.UTF16) == len(text.encode("utf-16-le")) // 2
    assert length(text, TextUnit.BYTES) == len(text.encode())


def test_lone_surrogates_have_a_length() -> None:
    assert [length("\ud83d", unit) for unit in TextUnit] == [1, 1, 3]


@given(st.text(), st.sampled_from(TextUnit))
def test_offsets_are_lengths_of_what_lies_before(text: str, unit: TextUnit) -> None:
    places = range(len(text) + 1)
    assert offsets(text, places, unit) == {n: length(text[:n], unit) for n in places}


@pytest.mark.parametrize(
    "text, columns", [("ab", 2), ("東京", 4), ("é", 1), ("e\u0301", 1), ("😀", 2)]
)
def test_columns_of_a_monospaced_font(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize("char", "\u0301\u200d\ufe0f\u20e3🏽\U000e0067ி")
def test_what_follows_a_character_and_belongs_to_it(char: str) -> None:
    assert joins_left(char)


@pytest.mark.parametrize("char", "a é\u2003字😀")
def test_what_follows_a_character_and_does_not(char: str) -> None:
    assert not joins_left(char)


@pytest.mark.parametrize(
    "markup, long",
    [(Markup.PLAIN, 14), (Markup.SPANS, 1), (Markup.MARKDOWN, 15), (CHAT, 17)],
)
def test_a_measure_is_that_of_what_is_counted(markup: Markup | Dialect, long: int) -> None:
    assert measure("[a](http://b/c)", TextUnit.UTF16, markup) == long
