"""What our Markdown does beyond CommonMark, as rules of markdown-it.

No word is lost: what is nested too deep stays as paragraphs, and cells that a table has no column
for stay in its last one. A picture is a link to it. A bare address is a link, so that nothing in it
is taken for markup and nothing cuts it in two.
"""

import re
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline, link

__all__ = ["ADDRESS", "clean_address", "markdown"]

# Counted as markdown-it does: a quote is one level, a list with its item two.
_DEEPEST: Final = 16

ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(?<!\w)https?\Z", re.IGNORECASE)
_SENTENCE_END: Final = ".,:;!?*_~。，、！？；：」』）】》”’…"
_UNSAFE: Final = re.compile(r"[\s\x00-\x1f\x7f<>\"`\\]")


def clean_address(address: str) -> str:
    """Return an address whose white space and marks are percent-encoded."""
    if not _UNSAFE.search(address):
        return address
    return _UNSAFE.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8")), address
    )


class _Parser(MarkdownIt):
    """markdown-it, but for what it does to addresses: ours stay as they were written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- markdown-it's name
        return clean_address(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 -- markdown-it's name
        return link


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """Return the parser."""
    parser = _Parser("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "image"])
    parser.block.ruler.at("table", _whole_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "depth", _depth)
    parser.inline.ruler.before("link", "picture", _picture)
    parser.inline.ruler.before("newline", "bare_address", _bare_address)
    return parser


def _depth(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Take what is nested too deep as a paragraph, whatever it looks like."""
    if silent or state.level < _DEEPEST:
        return False
    line = first + 1
    while line < end and not state.isEmpty(line) and not 0 <= state.sCount[line] < state.blkIndent:
        line += 1
    state.line = line
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [first, line]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(first, line, state.blkIndent, False).strip()
    inline.map = [first, line]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _whole_table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Keep the cells that are more than a table has columns, which GFM throws away."""
    before = len(state.tokens)
    if not table(state, first, end, silent):
        return False
    columns, line, last = 0, 0, None
    for token in state.tokens[before:]:
        if token.type == "tr_open" and token.map:
            line = token.map[0]
        elif token.type == "th_open":
            columns += 1
        elif token.type == "inline":
            last = token
        elif token.type == "tr_close" and last is not None:
            start = state.bMarks[line] + state.tShift[line]
            surplus = _cells(state.src[start : state.eMarks[line]])[columns:]
            last.content = " | ".join([last.content, *surplus])
    return True


def _cells(line: str) -> list[str]:
    """Cut a row into its cells, as markdown-it does."""
    cells = re.split(r"(?<!\\)\|", line.strip())
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _picture(state: StateInline, silent: bool) -> bool:
    """Take a picture as a link: nothing is fetched from elsewhere to be shown."""
    start = state.pos
    if not state.src.startswith("![", start) or start + 1 >= state.posMax:
        return False
    state.pos = start + 1
    if link(state, silent):
        return True
    state.pos = start
    return False


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Take an address that stands in the text as a link."""
    if silent or state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if scheme is None:
        return False
    start = state.pos - len(scheme[0])
    found = ADDRESS.match(state.src, start, state.posMax)
    if found is None:
        return False
    address = _without_end_of_sentence(found[0])
    if len(address) <= len(scheme[0]) + 3:
        return False
    state.pending = state.pending[: -len(scheme[0])]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": address}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def _without_end_of_sentence(address: str) -> str:
    """Leave off the marks that end the sentence around an address."""
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end:
        if address[end - 1] in _SENTENCE_END:
            end -= 1
        elif address[end - 1] == ")" and unopened > 0:
            end -= 1
            unopened -= 1
        else:
            break
    return address[:end]
