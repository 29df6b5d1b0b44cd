"""A tree to Markdown, so that reading it gives the same tree again."""

import re
from collections.abc import Sequence
from typing import Final

from amity.render.delimiters import Delimiter, Token, bare_address, delimited, flaws
from amity.render.page import HIGHEST_NUMBER, Layout
from amity.render.tree import (
    Align,
    Block,
    Break,
    Cell,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Paragraph,
    Quote,
    Run,
    Table,
)

__all__ = ["blocks_to_markdown", "code_span", "fence_of", "to_markdown"]

_SPECIAL: Final = re.compile(
    r"[\\`*\[\]<]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it is no mark
    r"|~(?=~|\Z)|(?<=~)~|\A~"
    r"|&(?=[#A-Za-z])|!\Z|:(?=//)"
)
_LINE_START: Final = re.compile(
    r"(\d{1,9}(?=[.)](?:\s|\Z)))?"
    r"(?:(?<=\d)[.)]|[-+](?=[\s\-:|]|\Z)|#{1,6}(?=\s|\Z)|[>=]|[|:](?=[\s|:\-]*\Z))"
)
_AUTOLINK: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>\x00-\x20]*")
_SIMPLE_ADDRESS: Final = re.compile(r"[^\s<>()\\&]+")
_IN_ADDRESS: Final = re.compile(r"[\\<>&]")
_PASSES: Final = 5
_DELIMITERS: Final = {
    Align.NONE: "---",
    Align.LEFT: ":--",
    Align.CENTER: ":-:",
    Align.RIGHT: "--:",
}


def to_markdown(document: Document) -> str:
    r"""Write a tree as Markdown: ``parse(to_markdown(tree)) == tree`` for all that ``parse`` makes.

    Example:
        >>> to_markdown(parse("Hello __Anna__\n* one\n* 2 < 3"))
        'Hello **Anna**\n\n- one\n- 2 \\< 3'
    """
    return blocks_to_markdown(document.blocks)


def blocks_to_markdown(blocks: Sequence[Block]) -> str:
    """Write blocks as Markdown."""
    layout = _Markdown()
    layout.blocks(blocks)
    return layout.page.text


def code_span(text: str) -> str:
    """Return text as a code span, in marks longer than those within."""
    fence = "`"
    inside = set(re.findall("`+", text))
    while fence in inside:
        fence += "`"
    spaced = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" "))
    return f"{fence} {text} {fence}" if spaced else f"{fence}{text}{fence}"


def fence_of(text: str, mark: str = "`") -> str:
    """Return the shortest fence that is longer than all runs of its mark in a text."""
    return mark * max(3, 1 + max(map(len, re.findall(f"{mark}+", text)), default=0))


class _Markdown(Layout):
    def marker(self, number: int | None, other: bool) -> str:
        if number is None:
            # One mark over and over, with nothing behind, would be a rule.
            return "+ " if other else f"{'-*'[(self.bullets - 1) % 2]} "
        return f"{min(number, HIGHEST_NUMBER)}{')' if other else '.'} "

    def paragraph(self, block: Paragraph) -> None:
        for line in _inline(block.inlines).split("\n"):
            self.page.line()
            self.page.put(line)

    def heading(self, block: Heading) -> None:
        self.page.line()
        self.page.put(f"{'#' * block.level} {_inline(block.inlines, heading=True)}")

    def code(self, block: CodeBlock) -> None:
        fence = fence_of(block.text, "~" if "`" in block.info else "`")
        gap = " " if block.info.startswith("~") else ""
        info = re.sub(r"[\\&]", r"\\\g<0>", block.info)
        for line in (f"{fence}{gap}{info}", *block.text.split("\n"), fence):
            if line:
                self.page.line()
                self.page.put(line)
            else:
                self.page.blank()

    def quote(self, block: Quote) -> None:
        with self.page.behind("> ", "> ", mark=True):
            self.blocks(block.blocks)

    def table(self, block: Table) -> None:
        marks = [_DELIMITERS[align] for align in block.align]
        for cells in (map(_cell, block.header), marks, *(map(_cell, row) for row in block.rows)):
            self.page.line()
            self.page.put(f"| {' | '.join(cells)} |")

    def rule(self) -> None:
        self.page.line()
        self.page.put("___")


def _cell(cell: Cell) -> str:
    return _inline(cell).replace("|", "\\|")


def _inline(inlines: Sequence[Inline], *, heading: bool = False) -> str:
    tokens = delimited(inlines)
    faulty = _encoded(tokens)
    parts: list[str] = []
    fresh = not heading
    number = 0
    while number < len(tokens):
        token = tokens[number]
        match token:
            case Break(hard=hard):
                parts.append("\\\n" if hard else "\n")
            case Run(is_code=True):
                parts.append(code_span(token.text))
            case Run(text=text):
                first, last = (number, True) in faulty, (number, False) in faulty
                parts.append(_words(text, first=first, last=last, fresh=fresh, heading=heading))
            case Delimiter(mark=mark, opens=opens, text=text):
                bare = bare_address(tokens, number)
                if bare is not None and _AUTOLINK.fullmatch(bare):
                    parts.append(f"<{bare}>")
                    number += 2
                else:
                    parts.append(text or ("[" if opens else f"]({_address(mark.link)})"))
        fresh = isinstance(token, Break)
        number += 1
    return "".join(parts)


def _encoded(tokens: Sequence[Token]) -> set[tuple[int, bool]]:
    """Return the characters that must be written as punctuation for marks to be read as such."""
    encoded: set[tuple[int, bool]] = set()
    for _ in range(_PASSES):  # what is written otherwise may ask for more beside it
        found = flaws(tokens, encoded=encoded)
        more = {(flaw.neighbour, flaw.first) for flaw in found} - encoded
        if not more:
            return encoded
        encoded |= more
    marks = [n for n, token in enumerate(tokens) if isinstance(token, Delimiter) and token.text]
    return {(n + 1, True) for n in marks} | {(n - 1, False) for n in marks}


def _address(address: str) -> str:
    if _SIMPLE_ADDRESS.fullmatch(address):
        return address
    return f"<{_IN_ADDRESS.sub(_escaped, address)}>"


def _words(text: str, *, first: bool, last: bool, fresh: bool, heading: bool) -> str:
    """Write words so that none of them is taken for markup.

    Args:
        text: The words.
        first: Whether the first character must be punctuation to what stands before it.
        last: The same of the last character.
        fresh: Whether they begin a line.
        heading: Whether they stand in a heading.
    """
    before = after = ""
    if first:
        before, text, fresh = f"&#{ord(text[0])};", text[1:], False
    if last and text:
        text, after = text[:-1], f"&#{ord(text[-1])};"
    start = _LINE_START.match(text) if fresh else None
    if start is not None:
        number = start[1] or ""
        before, text = f"{number}\\{text[len(number)]}", text[len(number) + 1 :]
    text = _SPECIAL.sub(_escaped, text)
    if heading:
        text = text.replace("#", "\\#")
    return f"{before}{text}{after}"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"
