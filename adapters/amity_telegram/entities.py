"""Styled text as Telegram takes it: plain text with entities beside it, counted in UTF-16 units.

Telegram's rules for entities are narrower than Markdown's: code holds nothing and stands in nothing
but a quote, links do not nest, quotes do not nest. What breaks a rule is cut around what it must
not hold, or left out, and the words stay.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from aiogram.types import MessageEntity

from amity import Span, SpanKind, StyledText

__all__ = ["entities_of", "newest_part", "tidy"]

_MOST: Final = 100  # Telegram leaves out what is beyond
_TYPES: Final = {
    SpanKind.BOLD: "bold",
    SpanKind.ITALIC: "italic",
    SpanKind.STRIKE: "strikethrough",
    SpanKind.CODE: "code",
    SpanKind.BLOCK: "pre",
    SpanKind.LINK: "text_link",
    SpanKind.QUOTE: "blockquote",
}
_CODE: Final = frozenset({SpanKind.CODE, SpanKind.BLOCK})
_SCHEMES: Final = frozenset({"http", "https", "tg"})
_MORE: Final = "…"


def entities_of(styled: StyledText) -> list[MessageEntity]:
    """Return the entities of a text."""
    return [
        MessageEntity(
            type=_TYPES[span.kind],
            offset=span.offset,
            length=span.length,
            url=span.data if span.kind is SpanKind.LINK else None,
            language=(span.data or None) if span.kind is SpanKind.BLOCK else None,
        )
        for span in tidy(styled.spans)[:_MOST]
    ]


def tidy(spans: Iterable[Span]) -> list[Span]:
    """Return spans that keep Telegram's rules, outer ones first.

    A quote may hold others, and stands in nothing but a quote.
    """
    wanted = [span for span in spans if span.length > 0 and _allowed(span)]
    wanted.sort(key=lambda span: (span.offset, -span.length))
    links = _apart([span for span in wanted if span.kind is SpanKind.LINK])
    # A link is of use, code inside it is looks.
    code = [s for s in wanted if s.kind in _CODE and not any(_overlap(s, link) for link in links)]
    code = _apart(code)
    kept = [*links, *code, *_apart([span for span in wanted if span.kind is SpanKind.QUOTE])]
    for kind in (SpanKind.BOLD, SpanKind.ITALIC, SpanKind.STRIKE):
        for span in _apart([s for s in wanted if s.kind is kind]):
            kept += _around(span, code)
    return sorted(
        kept, key=lambda span: (span.offset, -span.length, span.kind is not SpanKind.QUOTE)
    )


def _allowed(span: Span) -> bool:
    if span.kind is not SpanKind.LINK:
        return True
    try:
        url = urlsplit(span.data)
    except ValueError:
        return False
    # A link to an account is a mention: it would call somebody whom a model made up.
    calls_somebody = url.scheme.lower() == "tg" and url.netloc.lower() == "user"
    return url.scheme.lower() in _SCHEMES and not calls_somebody


def _overlap(one: Span, other: Span) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return the outermost of spans of one sort; they are sorted, and nest or lie apart."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.offset >= kept[-1].offset + kept[-1].length:
            kept.append(span)
    return kept


def _around(span: Span, holes: Iterable[Span]) -> list[Span]:
    """Return what is left of a span around holes."""
    pieces: list[Span] = []
    at, end = span.offset, span.offset + span.length
    for hole in holes:
        if not _overlap(span, hole):
            continue
        if hole.offset > at:
            pieces.append(Span(span.kind, at, hole.offset - at, span.data))
        at = max(at, hole.offset + hole.length)
    if at < end:
        pieces.append(Span(span.kind, at, end - at, span.data))
    return pieces


def newest_part(styled: StyledText, limit: int) -> StyledText:
    """Return the end of a text that is too long, with what of its spans lies there.

    A text that fits is returned as it is. Cut at the beginning of a line where one is near.
    """
    units = styled.text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * limit:
        return styled
    start = len(units) // 2 - limit + len(_MORE)
    if _is_low_surrogate(units, start):
        start += 1
    near = units[2 * start : 2 * (start + limit // 4)].decode("utf-16-le", "ignore")
    before, line, _ = near.partition("\n")
    if line:
        start += len(before.encode("utf-16-le")) // 2 + 1
    text = _MORE + units[2 * start :].decode("utf-16-le", "replace")
    shift = start - len(_MORE)
    spans: list[Span] = []
    for span in styled.spans:
        begin = max(span.offset, start)
        length = span.offset + span.length - begin
        if length > 0:
            spans.append(Span(span.kind, begin - shift, length, span.data))
    return StyledText(text, tuple(spans))


def _is_low_surrogate(units: bytes, at: int) -> bool:
    return 0xDC <= units[2 * at + 1] <= 0xDF
