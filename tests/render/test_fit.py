"""Cutting what is too long: where it is cut, and what becomes of what is cut in the middle."""

from typing import Any

import pytest

from amity.markup import Dialect, Markup, TextUnit
from amity.render import fit, length, measure, parse, to_markdown
from tests.render.reading import CHAT
from tests.render.texts import CLUSTERS

LIMIT = 64


def cut(
    text: str, limit: int = LIMIT, markup: Markup | Dialect = Markup.SPANS, **more: Any
) -> list[str]:
    return fit(text, limit=limit, unit=TextUnit.CODE_POINTS, markup=markup, **more)


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count)


@pytest.mark.parametrize("text", ["", "  ", "a", "* a\n\n\n\n*  b", words(13)[:LIMIT]])
@pytest.mark.parametrize("markup", [Markup.SPANS, Markup.MARKDOWN, CHAT])
def test_what_fits_is_left_as_it_is(text: str, markup: Markup | Dialect) -> None:
    assert cut(text, markup=markup) == [text]


def test_where_there_is_no_markup_it_gets_plain_text() -> None:
    assert cut("**a**\n* b", markup=Markup.PLAIN) == ["a\n\n• b"]


def test_marks_count_only_where_they_are_shown() -> None:
    text = f"**{words(12)}**"
    assert cut(text) == [text]
    assert len(cut(text, markup=Markup.MARKDOWN)) == 1
    assert len(cut(f"*{text}*", markup=Markup.MARKDOWN)) == 2


@pytest.mark.parametrize("text", ["", " " * 100, "\n" * 100, "\u00a0" * 100])
def test_nothing_is_one_empty_piece(text: str) -> None:
    assert [piece.strip() for piece in cut(text)] == [""]


@pytest.mark.parametrize("limit", [-1, 0, 63])
def test_a_limit_too_small_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match=f"a limit of {limit} is too small .* at least 64"):
        cut("a", limit=limit)
    with pytest.raises(ValueError, match="at least 64"):
        cut("a", first=limit)


def test_the_first_piece_may_have_a_limit_of_its_own() -> None:
    pieces = cut(words(60), 100, first=64)
    assert [len(piece) for piece in pieces] == [64, 99, 99, 34]
    assert [len(piece) for piece in cut(words(60), 64, first=200)] == [199, 64, 34]


@pytest.mark.parametrize(
    "text, pieces",
    [
        # between blocks rather than sentences, items rather than their parts
        (f"{words(6)}\n\nOne. {words(9)}", [words(6), f"One. {words(9)}"]),
        (f"- {words(8)}\n- One. {words(9)}", [f"- {words(8)}", f"- One. {words(9)}"]),
        # sentences rather than words, lines as well
        (f"{words(8)}. {words(9)}", [f"{words(8)}.", words(9)]),
        (f"“{words(8)}?” {words(9)}", [f"“{words(8)}?”", words(9)]),
        (f"{words(8)}\n{words(9)}", [words(8), words(9)]),
        (f"{'字' * 40}。{'字' * 40}", [f"{'字' * 40}。", "字" * 40]),
        # but not for the sake of a piece that says next to nothing
        (f"{words(2)}. {words(20)}", [f"{words(2)}. {words(10)}", words(10)]),
        # words rather than within them
        (words(20), [words(13), words(7)]),
        (f"a {'b' * 64}", ["a", "b" * 64]),
        ("a" * 100, ["a" * 64, "a" * 36]),
        # a heading stays with what it is for, and so does what ends in a colon
        (f"{words(10)}\n\n# word\n\n{words(5)}", [words(10), f"# word\n\n{words(5)}"]),
        (f"{words(5)}\n\nword:\n\n- {words(9)}", [words(5), f"word:\n\n- {words(9)}"]),
    ],
)
def test_where_it_is_cut(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


@pytest.mark.parametrize(
    "whole",
    [
        f"**{words(9)}**",
        f"*{words(9)}*",
        f"~~{words(9)}~~",
        f"`{words(9)}`",
        f"[{words(9)}](http://a)",
    ],
)
def test_what_is_shown_as_one_stays_whole(whole: str) -> None:
    assert cut(f"{words(8)} {whole} {words(8)}") == [words(8), f"{whole} {words(4)}", words(4)]


def test_a_word_is_cut_rather_than_what_is_shown_as_one() -> None:
    assert cut(f"{'a' * 40}**{'b' * 40}** c") == ["a" * 40, f"**{'b' * 40}** c"]
    address = "https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaa"
    assert cut(f"{'[' * 30}{address}") == ["\\[" * 30, f"<{address}>"]


def test_a_heading_stays_whole() -> None:
    heading = f"## One. {words(8)}"
    text = f"{words(9)}\n\n{heading}\n\n{words(9)}"
    assert cut(text) == [words(9), f"{heading}\n\n{words(3)}", words(6)]


def test_what_is_too_long_alone_is_closed_and_opened_again() -> None:
    assert cut(f"**{words(20)}**") == [f"**{words(13)}**", f"**{words(7)}**"]
    assert cut(f"*a **{words(20)}** b*") == [f"_a **{words(12)}**_", f"_**{words(8)}** b_"]
    assert cut(f"`{words(20)}`") == [f"`{words(13)}`", f"`{words(7)}`"]
    address = "https://example.org/(a)?b=c"
    assert cut(f"[{words(20)}]({address})") == [
        f"[{words(13)}](<{address}>)",
        f"[{words(7)}](<{address}>)",
    ]


def test_an_address_is_cut_only_if_it_is_too_long() -> None:
    address = "https://example.org/" + "a" * 40
    assert cut(f"{words(3)} {address} b") == [words(3), f"<{address}> b"]
    long = "https://example.org/" + "a" * 100
    parts = cut(long, markup=Markup.PLAIN)
    assert "".join(parts) == long
    assert len(parts) == 2


def test_code_goes_on_as_code_of_its_language() -> None:
    code = "\n".join(f"    line {number}" for number in range(12))
    pieces = cut(f"```python\n{code}\n```", markup=Markup.MARKDOWN)
    assert len(pieces) == 3
    for piece in pieces:
        lines = piece.split("\n")
        assert lines[0] == "```python"
        assert lines[-1] == "```"
        assert all(line.startswith("    line ") for line in lines[1:-1])
    assert "\n".join(line for piece in pieces for line in piece.split("\n")[1:-1]) == code


def test_a_list_goes_on_with_its_numbers() -> None:
    text = "\n".join(f"{number}. {words(3)}" for number in range(8, 15))
    assert cut(text, markup=Markup.MARKDOWN) == [
        f"8. {words(3)}\n9. {words(3)}\n10. {words(3)}",
        f"11. {words(3)}\n12. {words(3)}\n13. {words(3)}",
        f"14. {words(3)}",
    ]


def test_what_follows_in_an_item_goes_on_without_its_marker() -> None:
    text = f"1. {words(20)}\n   - {words(2)}\n2. {words(2)}"
    assert cut(text, markup=Markup.PLAIN) == [
        f"1. {words(12)}",
        f"{words(8)}\n\n• {words(2)}",
        f"2. {words(2)}",
    ]


def test_a_table_goes_on_under_its_header() -> None:
    head = "| A | B |\n| --- | --: |\n"
    rows = [f"| {name * 8} | {number} |" for number, name in enumerate("abcdefgh")]
    pieces = cut(head + "\n".join(rows), 100, markup=Markup.MARKDOWN)
    assert len(pieces) > 1
    assert all(piece.startswith(head) for piece in pieces)
    assert "\n".join(piece.removeprefix(head) for piece in pieces) == "\n".join(rows)


def test_a_row_is_cut_only_if_it_is_too_long() -> None:
    text = f"| A | B |\n|---|---|\n| {words(6)} | {words(5)} |\n| {words(6)} | {words(12)} |"
    assert cut(text, markup=Markup.PLAIN) == [
        f"A: {words(6)}\nB: {words(5)}",
        f"A: {words(6)}",
        f"B: {words(12)}",
    ]


def test_a_quote_goes_on_as_a_quote() -> None:
    assert cut(f"> {words(20)}\n>\n> {words(3)}", markup=Markup.MARKDOWN) == [
        f"> {words(12)}",
        f"> {words(8)}\n>\n> {words(3)}",
    ]
    assert cut(f"> > {words(20)}", markup=Markup.PLAIN) == [
        f"> > {words(12)}",
        f"> > {words(8)}",
    ]


def test_what_leaves_no_room_for_words_is_left_out() -> None:
    pieces = cut("> - " * 5 + f"{'a' * 100}", markup=Markup.PLAIN)
    assert "".join(piece.strip(">• ◦▪") for piece in pieces) == "a" * 100
    assert all(len(piece) <= LIMIT for piece in pieces)


@pytest.mark.parametrize("unit", TextUnit)
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_characters_stay_whole(cluster: str, unit: TextUnit) -> None:
    pieces = fit(cluster * 60, limit=LIMIT, unit=unit, markup=Markup.PLAIN)
    assert "".join(pieces) == cluster * 60
    assert all(piece == cluster * (len(piece) // len(cluster)) for piece in pieces)
    # A piece more would not have fitted.
    assert all(length(piece + cluster, unit) > LIMIT for piece in pieces[:-1])


@pytest.mark.parametrize("markup", [Markup.SPANS, Markup.PLAIN, CHAT])
def test_a_character_longer_than_a_piece_is_cut(markup: Markup | Dialect) -> None:
    text = "a" + "\u0301" * 200
    pieces = cut(f"> {text}", markup=markup)
    assert "".join(pieces).replace("> ", "").replace("\n", "") == text


def test_spaces_are_lost_at_the_cuts_only() -> None:
    text = f"{words(8)}.    {words(4)}  {words(4)}"
    assert cut(text) == [f"{words(8)}.", f"{words(4)}  {words(4)}"]


def test_pieces_are_whole_texts_of_their_own() -> None:
    text = f"1) a\n\n   - {words(20)}\n\n2) {words(5)}\n\n* * *\n\n* b\n\n+ {words(12)}"
    for markup in (Markup.MARKDOWN, Markup.SPANS, CHAT):
        for piece in cut(text, markup=markup):
            assert measure(piece, TextUnit.CODE_POINTS, markup) <= LIMIT
            assert to_markdown(parse(piece)) == piece
