"""Plain text with spans beside it, and plain text alone."""

import pytest

from amity.markup import Span, SpanKind, StyledText, TextUnit
from amity.render import styled, to_plain


def held(text: str) -> list[tuple[str, ...]]:
    """Return each span's kind and words, and its data if it has any."""
    shown = styled(text, TextUnit.CODE_POINTS)
    return [
        (
            span.kind.value,
            shown.text[span.offset : span.offset + span.length],
            *filter(None, [span.data]),
        )
        for span in shown.spans
    ]


def test_spans_are_counted_in_the_unit() -> None:
    text = "é😀 **a**"
    assert styled(text, TextUnit.CODE_POINTS).spans == (Span(SpanKind.BOLD, 3, 1),)
    assert styled(text, TextUnit.UTF16) == StyledText("é😀 a", (Span(SpanKind.BOLD, 4, 1),))
    assert styled(text, TextUnit.BYTES).spans == (Span(SpanKind.BOLD, 7, 1),)


@pytest.mark.parametrize(
    "text, spans",
    [
        ("a", []),
        ("*a **b***", [("italic", "a b"), ("bold", "b")]),
        ("**a *b***", [("bold", "a b"), ("italic", "b")]),
        ("~~a~~ `b`", [("strike", "a"), ("code", "b")]),
        ("` a `` b `", [("code", "a `` b")]),
        ("` `", []),
        ("**a\nb**", [("bold", "a\nb")]),
        ("[a *b*](http://c)", [("link", "a b", "http://c"), ("italic", "b")]),
        ("http://c", [("link", "http://c", "http://c")]),
        ("# a *b*", [("bold", "a b"), ("italic", "b")]),
        ("###### a **b** c", [("bold", "a b c")]),
        ("> a\n>\n> b", [("quote", "a\n\nb")]),
        ("> a\n> > b", [("quote", "a\n\n> b")]),
        ("```py x\n  a\n b  \n```", [("block", "  a\n b", "py")]),
        ("1. a\n\n   > b\n   > c", [("quote", "b\nc")]),
        ("- a\n  ```\n  b\n    c\n  ```", [("block", "b\n  c")]),
        ("*a&#32;* b", [("italic", "a")]),
    ],
)
def test_spans(text: str, spans: list[tuple[str, ...]]) -> None:
    assert held(text) == spans


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a  \nb\\\nc\nd", "a\nb\nc\nd"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("# a\nb", "a\n\nb"),
        ("- a\n- b\n  - c\n    - d\n      - e\n\n", "• a\n• b\n  ◦ c\n    ▪ d\n      ▪ e"),
        ("1. a\n2. b\n   * c", "1. a\n2. b\n   • c"),
        ("9. a\n\n10. b\n\n    c", "9. a\n\n10. b\n\n    c"),
        ("- a\n  b", "• a\n  b"),
        ("-\n- a", "•\n• a"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("&lt;b&gt; \\*c\\*", "<b> *c*"),
        ("[a](/b) [c](mailto:c) [d](x:d)", "a (/b) c d"),
        ("1. a\n   ```\n   b\n   ```", "1. a\nb"),
    ],
)
def test_text(text: str, shown: str) -> None:
    assert styled(text, TextUnit.UTF16).text == shown


@pytest.mark.parametrize(
    "text, shown",
    [
        ("**a** *b* ~~c~~ `d`", "a b c d"),
        ("[a](http://b) http://c [me@d](mailto:me@d)", "a (http://b) http://c me@d"),
        ("> a\n> > b\n>\n> c", "> a\n>\n> > b\n>\n> c"),
        ("- > a\n  > b", "• > a\n  > b"),
        ("- a\n  ```\n  b\n    c\n  ```", "• a\n  b\n    c"),
        ("## a\n1) b", "a\n\n1. b"),
    ],
)
def test_plain_text(text: str, shown: str) -> None:
    assert to_plain(text) == shown


def test_a_table_is_set_in_columns() -> None:
    text = "| Name | Age | 城 |\n|---|--:|:-:|\n| **Anna** | 7 | 東京 |\n| Bo | 31 | x |"
    table = "Name | Age |  城\n-----+-----+-----\nAnna |   7 | 東京\nBo   |  31 |  x"
    assert to_plain(text) == table
    assert styled(text, TextUnit.CODE_POINTS) == StyledText(
        table, (Span(SpanKind.BLOCK, 0, len(table)),)
    )


def test_a_table_that_is_too_wide_is_told_in_lines() -> None:
    long = "long " * 12
    text = f"| A | *B* | |\n|---|---|---|\n| {long}| x | |\n| y | | z |\n| | | |"
    assert to_plain(text) == f"A: {long.strip()}\nB: x\n\nA: y\nz"
    assert held(text) == [("bold", "A:"), ("bold", "B:"), ("italic", "B"), ("bold", "A:")]


def test_a_table_with_links_is_told_in_lines() -> None:
    text = "| A | B |\n|---|---|\n| [x](http://y) | |"
    assert to_plain(text) == "A: x (http://y)\nB:"
    assert held(text) == [("bold", "A:"), ("link", "x", "http://y"), ("bold", "B:")]


def test_a_header_alone_is_shown() -> None:
    wide = "h" * 40
    assert to_plain(f"| {wide} | {wide} |\n|---|---|") == f"{wide}:\n{wide}:"
