"""Spans become entities that keep Telegram's rules, and a draft that is too long shows its end."""

from hypothesis import given
from hypothesis import strategies as st

from amity.markup import Span, SpanKind, StyledText
from amity_telegram.entities import entities_of, newest_part, tidy

CODE = {SpanKind.CODE, SpanKind.BLOCK}


def end(span: Span) -> int:
    return span.offset + span.length


@st.composite
def nested(
    draw: st.DrawFn, start: int = 0, length: int = 60, depth: int = 4, *, quotes: bool = True
) -> list[Span]:
    """Spans that nest or lie apart, of any kinds; quotes stand in quotes only."""
    spans: list[Span] = []
    at = start
    for _ in range(draw(st.integers(0, 3))):
        gap, size = draw(st.integers(0, 6)), draw(st.integers(1, max(1, length)))
        at += gap
        if at + size > start + length:
            break
        kinds = [kind for kind in SpanKind if quotes or kind is not SpanKind.QUOTE]
        kind = draw(st.sampled_from(kinds))
        data = "https://example.org/" if kind is SpanKind.LINK else ""
        spans.append(Span(kind, at, size, data))
        if depth:
            inner = quotes and kind is SpanKind.QUOTE
            spans += draw(nested(at, size, depth - 1, quotes=inner))
        at += size
    return spans


@given(nested())
def test_whatever_is_nested_keeps_telegrams_rules(spans: list[Span]) -> None:
    kept = tidy(spans)
    for number, one in enumerate(kept):
        for other in kept[number + 1 :]:
            if one.offset >= end(other) or other.offset >= end(one):
                continue
            inside = one.offset <= other.offset and end(other) <= end(one)
            around = other.offset <= one.offset and end(one) <= end(other)
            assert inside or around
            kinds = {one.kind, other.kind}
            assert one.kind is not other.kind
            if kinds & CODE:
                assert SpanKind.QUOTE in kinds
            assert not kinds <= {SpanKind.LINK, *CODE}


@given(nested())
def test_every_link_and_all_code_outside_of_links_is_kept(spans: list[Span]) -> None:
    def covered(of: list[Span], kinds: set[SpanKind]) -> set[int]:
        return {n for s in of if s.kind in kinds for n in range(s.offset, end(s))}

    kept = tidy(spans)
    links = covered(spans, {SpanKind.LINK})
    assert covered(kept, {SpanKind.LINK}) == links
    in_links = [s for s in spans if s.kind in CODE and set(range(s.offset, end(s))) & links]
    lost = covered(in_links, CODE)
    assert covered(kept, CODE) >= covered(spans, CODE) - lost


def test_bold_is_cut_around_code() -> None:
    spans = (Span(SpanKind.BOLD, 0, 10), Span(SpanKind.CODE, 3, 4))
    assert [(e.type, e.offset, e.length) for e in entities_of(StyledText("0123456789", spans))] == [
        ("bold", 0, 3),
        ("code", 3, 4),
        ("bold", 7, 3),
    ]


def test_a_link_and_a_block_say_where_and_in_which_language() -> None:
    spans = (
        Span(SpanKind.LINK, 0, 2, "https://example.org"),
        Span(SpanKind.BLOCK, 3, 2, "python"),
        Span(SpanKind.BLOCK, 6, 2),
    )
    link, python, plain = entities_of(StyledText("ab cd ef", spans))
    assert (link.type, link.url) == ("text_link", "https://example.org")
    assert (python.type, python.language, plain.language) == ("pre", "python", None)


def test_an_address_that_telegram_does_not_open_is_no_link() -> None:
    spans = tuple(
        Span(SpanKind.LINK, 0, 2, address)
        for address in ("javascript:alert(1)", "file:///etc/passwd", "http://[::1", "//x", "")
    )
    assert all(not entities_of(StyledText("ab", (span,))) for span in spans)


def test_no_more_than_telegram_reads() -> None:
    spans = tuple(Span(SpanKind.BOLD, 2 * n, 1) for n in range(150))
    assert len(entities_of(StyledText("a " * 150, spans))) == 100


@given(st.text(max_size=400), st.integers(20, 200), st.data())
def test_the_newest_part_fits_and_is_the_end(text: str, limit: int, data: st.DataObject) -> None:
    whole = len(text.encode("utf-16-le", "surrogatepass")) // 2
    spans: tuple[Span, ...] = ()
    if whole:
        offset = data.draw(st.integers(0, whole - 1))
        spans = (Span(SpanKind.BOLD, offset, data.draw(st.integers(1, whole - offset))),)
    shown = newest_part(StyledText(text, spans), limit)
    length = len(shown.text.encode("utf-16-le")) // 2
    if whole <= limit:
        assert shown == StyledText(text, spans)
        return
    assert length <= limit
    assert shown.text[0] == "…"
    assert text.endswith(shown.text[1:])
    assert len(shown.text) > 1 or "\n" in text
    for span in shown.spans:
        assert span.offset >= 1
        assert span.length > 0
        assert span.offset + span.length <= length


def test_a_link_that_would_call_somebody_is_left_out() -> None:
    spans = [
        Span(SpanKind.LINK, 0, 1, "tg://user?id=4711"),
        Span(SpanKind.LINK, 2, 1, "TG://USER?id=4711"),
        Span(SpanKind.LINK, 4, 1, "tg://resolve?domain=telegram"),
        Span(SpanKind.LINK, 6, 1, "javascript:alert(1)"),
    ]
    assert [span.offset for span in tidy(spans)] == [4]
