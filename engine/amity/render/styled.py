"""A tree as plain text: with spans beside it that say how it is shown, or alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from amity.markup import Markup, Span, SpanKind, StyledText, TextUnit
from amity.render.characters import is_plain
from amity.render.inline import Close, Mark, Open, nested, words
from amity.render.lengths import offsets
from amity.render.page import Layout
from amity.render.parse import parse
from amity.render.spelling import can_lead, spelt
from amity.render.tables import columns_of
from amity.render.tree import (
    Block,
    Break,
    CodeBlock,
    Heading,
    Inline,
    Paragraph,
    Quote,
    Run,
    Style,
    Table,
)

__all__ = ["blocks_to_plain", "blocks_to_words", "styled", "to_plain"]

_BULLETS: Final = "•◦▪"
_RULE: Final = "———"
_KINDS: Final = {
    Style.STRONG: SpanKind.BOLD,
    Style.EMPHASIS: SpanKind.ITALIC,
    Style.STRIKE: SpanKind.STRIKE,
}


def styled(text: str, unit: TextUnit) -> StyledText:
    """Render Markdown as plain text with spans, for platforms that take both apart.

    Args:
        text: Markdown. Nothing is refused: what is no markup is text.
        unit: In what the offsets and lengths of the spans are counted.

    Returns:
        The text, and its spans by where they begin, outer ones first. Spans never cross, none is
        empty, and none begins or ends in white space, but for a ``BLOCK`` whose code begins with it
        and a ``QUOTE`` that begins with such. Nothing stands within ``CODE`` and ``BLOCK``, and no
        ``QUOTE`` within another. Headings are bold lines. A table is a ``BLOCK`` of aligned columns
        where it fits a small screen, else lines of "header: cell". A link without a scheme is no
        ``LINK``: its address follows in brackets.

    Example:
        >>> styled("Hello, **Anna**!", TextUnit.UTF16).spans
        (Span(kind=<SpanKind.BOLD: 'bold'>, offset=7, length=4, data=''),)
    """
    if is_plain(text):
        return StyledText(text)
    return _blocks_to_styled(parse(text).blocks, unit)


def to_plain(text: str) -> str:
    """Render Markdown as plain text, for platforms that know no markup at all.

    Marks are left out, addresses follow their words in brackets, quoted lines begin with ``>``, and
    lists and tables are set with spaces.

    Example:
        >>> to_plain("* [Amity](https://example.org) is **kind**")
        '• Amity (https://example.org) is kind'
    """
    return text if is_plain(text) else blocks_to_plain(parse(text).blocks)


def _blocks_to_styled(blocks: Sequence[Block], unit: TextUnit) -> StyledText:
    """Render blocks as text with spans."""
    layout = _Styled()
    layout.blocks(spelt(blocks, Markup.SPANS))
    text = layout.page.text
    ranges = [found for begun in layout.ranges if (found := _trimmed(begun, text))]
    ranges.sort(key=lambda found: (found.start, -found.end))
    places = offsets(text, [p for found in ranges for p in (found.start, found.end)], unit)
    spans = [
        Span(found.kind, places[found.start], places[found.end] - places[found.start], found.data)
        for found in ranges
    ]
    return StyledText(text, tuple(spans))


def blocks_to_words(blocks: Sequence[Block]) -> str:
    """Render blocks as the text that spans go with."""
    layout = _Words()
    layout.blocks(spelt(blocks, Markup.SPANS))
    return layout.page.text


def blocks_to_plain(blocks: Sequence[Block]) -> str:
    """Render blocks as text alone."""
    layout = _Plain()
    layout.blocks(spelt(blocks, Markup.PLAIN))
    return layout.page.text


class _Text(Layout):
    """What plain text has in common, with spans and without."""

    def marker(self, number: int | None, other: bool) -> str:
        if number is not None:
            return f"{number}. "
        return f"{_BULLETS[min(self.bullets, len(_BULLETS)) - 1]} "

    def paragraph(self, block: Paragraph) -> None:
        self.inlines(block.inlines)

    def heading(self, block: Heading) -> None:
        self.inlines(block.inlines)

    def code(self, block: CodeBlock) -> None:
        self.lines(block.text.split("\n"))

    def table(self, block: Table) -> None:
        self.lines(columns_of(block) or [])

    def rule(self) -> None:
        self.page.line()
        self.page.put(_RULE)

    def lines(self, lines: Sequence[str]) -> None:
        for line in lines:
            if line:
                self.page.line()
                self.page.put(line)
            else:
                self.page.blank()

    def inlines(self, inlines: Sequence[Inline]) -> None:
        for line in words(inlines).split("\n"):
            self.page.line()
            self.page.put(line)


class _Plain(_Text):
    def quote(self, block: Quote) -> None:
        with self.page.behind("> ", "> ", mark=True):
            self.blocks(block.blocks)


@dataclass(slots=True)
class _Range:
    """A span that is being written, in code points."""

    kind: SpanKind
    start: int
    data: str = ""
    end: int = -1


class _Styled(_Text):
    def __init__(self) -> None:
        super().__init__()
        self.ranges: list[_Range] = []

    def quote(self, block: Quote) -> None:
        if self.quotes > 1:
            with self.page.behind("> ", "> ", mark=True):
                self.blocks(block.blocks)
            return
        with self.page.flush():
            quoted = _Range(SpanKind.QUOTE, self.page.size)
            self.ranges.append(quoted)
            self.blocks(block.blocks)
            quoted.end = self.page.size

    def heading(self, block: Heading) -> None:
        self.inlines([_strong(item) for item in block.inlines])

    def lines(self, lines: Sequence[str]) -> None:
        self._set(lines, "")

    def code(self, block: CodeBlock) -> None:
        self._set(block.text.split("\n"), block.language)

    def inlines(self, inlines: Sequence[Inline]) -> None:
        opened: list[_Range] = []
        self.page.line()
        for step in nested(inlines):
            match step:
                case Open(mark=mark):
                    opened.append(_range(mark, self.page.size))
                    self.ranges.append(opened[-1])
                case Close():
                    opened.pop().end = self.page.size
                case Break():
                    self.page.line()
                case Run(text=text):
                    start = self.page.size
                    self.page.put(text)
                    if step.is_code:
                        self.ranges.append(_Range(SpanKind.CODE, start, end=self.page.size))

    def _set(self, lines: Sequence[str], language: str) -> None:
        with self.page.flush():
            self.page.line()
            start = self.page.size
            self.page.put(lines[0])
            super().lines(lines[1:])
        self.ranges.append(_Range(SpanKind.BLOCK, start, language, self.page.size))


class _Words(_Styled):
    """The text without the spans, which takes half the time."""

    def inlines(self, inlines: Sequence[Inline]) -> None:
        _Text.inlines(self, inlines)


def _strong(item: Inline) -> Inline:
    return replace(item, style=item.style | Style.STRONG) if isinstance(item, Run) else item


def _range(mark: Mark, start: int) -> _Range:
    if mark.link:
        return _Range(SpanKind.LINK, start, mark.link)
    return _Range(_KINDS[mark.style], start)


def _trimmed(found: _Range, text: str) -> _Range | None:
    """Take white space off a span's edges; ``None`` if nothing is left, or it leads nowhere."""
    if found.kind is SpanKind.LINK and not can_lead(found.data):
        return None
    start, end = found.start, found.end
    while start < end and text[end - 1].isspace():
        end -= 1
    # Code may begin with spaces, and with it a quote.
    space = {SpanKind.BLOCK: "", SpanKind.QUOTE: "\n"}.get(found.kind)
    while start < end and (text[start].isspace() if space is None else text[start] in space):
        start += 1
    return replace(found, start=start, end=end) if start < end else None
