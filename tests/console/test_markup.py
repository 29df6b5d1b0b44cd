"""Text for a terminal: marks become styles or go, and nothing commands the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity_console.markup import Markup, clean


@pytest.mark.parametrize(
    "text, plain",
    [
        ("**bold** word", "bold word"),
        ("a * b, 2*3", "a * b, 2*3"),
        ("`code`", "code"),
        ("# Title\ntext", "Title\ntext"),
        (r"\*not bold\*", "*not bold*"),
        ("[policy](http://x.example/p)", "policy (http://x.example/p)"),
        ("[http://x.example](http://x.example)", "http://x.example"),
        ("[plain] brackets", "[plain] brackets"),
    ],
)
def test_marks_are_shown_as_a_person_reads_them(text: str, plain: str) -> None:
    assert Markup(styled=False).whole(text) == plain


def test_bold_is_bold_and_never_left_on() -> None:
    markup = Markup(styled=True)
    assert markup.whole("a **b** c") == "a \x1b[1mb\x1b[22m c"
    assert markup.whole("a **b") == "a \x1b[1mb\x1b[22m"


def test_nothing_said_commands_the_terminal() -> None:
    hostile = "a\x1b[2J\x1b]0;title\x07b\x08\x9b31mc\u202ed\r\ne\tf"
    assert clean(hostile) == "a[2J]0;titleb31mcd\ne\tf"
    assert "\x1b" not in Markup(styled=False).whole(hostile)


pieces = st.lists(
    st.sampled_from(["**", "*", "`", "\\", "[", "]", "(", ")", "# ", "#", "\n", "a", " b", "x.y"]),
    max_size=14,
)


@given(pieces, st.booleans())
def test_what_was_shown_of_a_growing_text_stays(parts: list[str], styled: bool) -> None:
    markup = Markup(styled=styled)
    text, before = "", ""
    for part in parts:
        text += part
        shown = markup.growing(text)
        assert shown.startswith(before)
        before = shown
    assert markup.whole(text).startswith(before)
