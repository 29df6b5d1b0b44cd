"""Whose words are passed on can mark nothing up: they are shown as they were written."""

from hypothesis import given
from hypothesis import strategies as st

from amity.render import parse, to_plain
from amity.render.tree import Paragraph, Quote, Run
from amity.support.wording import literal, quoted

_TRICKY = st.sampled_from(
    ["**", "__", "*a*", "`", "```", "> ", "# ", "- ", "1. ", "| a |", "---", "[x](http://x.y)",
     "<b>", "&amp;", "~~", "\\", "!", "http://a.b/c_d", "Ticket 12", " ", "\n", "\n\n", "===", "a"]
)  # fmt: skip
# The renderer shows control characters, and what Unicode has for no character, as replaced.
_NONE = [
    *range(0xFDD0, 0xFDF0),
    *(plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF)),
]
_READABLE = st.characters(
    exclude_categories=("Cc", "Cs"), exclude_characters="".join(map(chr, _NONE))
)
_WORDS = st.lists(_TRICKY | st.text(_READABLE, max_size=8), max_size=12).map("".join)


def _lines(text: str) -> list[str]:
    """Return the lines that hold something, without the white space around them."""
    return [line for line in map(str.strip, text.splitlines()) if line]


@given(_WORDS)
def test_what_is_literal_reads_as_it_was_written(text: str) -> None:
    assert _lines(to_plain(literal(text))) == _lines(text)


@given(_WORDS)
def test_nothing_of_it_is_marked_up(text: str) -> None:
    for block in parse(literal(text)).blocks:
        assert isinstance(block, Paragraph)
        for inline in block.inlines:
            assert not isinstance(inline, Run) or (not inline.style and not inline.link)


@given(_WORDS)
def test_a_quotation_is_one_whatever_it_says(text: str) -> None:
    blocks = parse(f"**Ticket 1**\n\n{quoted(text)}\n\nthe end").blocks
    assert [type(block) for block in blocks] == [
        Paragraph,
        *([Quote] if _lines(text) else []),
        Paragraph,
    ]
