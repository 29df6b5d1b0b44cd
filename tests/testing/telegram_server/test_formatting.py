"""Formatted text, without the network: what entities become, in UTF-16 units."""

from typing import Any

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given, settings
from hypothesis import strategies as st

from amity.testing.telegram_server.entities import (
    TEXT_LIMIT,
    Formatted,
    detect,
    format_text,
)
from amity.testing.telegram_server.errors import ApiError
from amity.testing.telegram_server.spans import units

NESTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")


def formatted(
    text: str, *, mode: str = "", entities: list[dict[str, Any]] | None = None
) -> Formatted:
    return format_text(text, parse_mode=mode, entities=entities, limit=TEXT_LIMIT)


def spans(result: Formatted) -> list[tuple[str, str]]:
    """Return each entity's kind and the words below it, cut out as a client would."""
    encoded = result.text.encode("utf-16-le")
    return [
        (
            one["type"],
            encoded[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"),
        )
        for one in result.entities
    ]


def span(kind: str, offset: int, length: int, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    "source,text,expected",
    [
        ("<b>a</b> <strong>b</strong>", "a b", [("bold", "a"), ("bold", "b")]),
        ("<i>😀</i><em>b</em>", "😀b", [("italic", "😀b")]),
        ("<u>a</u><s>b</s>", "ab", [("underline", "a"), ("strikethrough", "b")]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", "a")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ('<a href="https://a.b/?x=1&amp;y=2">a</a>', "a", [("text_link", "a")]),
        ("<code>a &lt; b</code>", "a < b", [("code", "a < b")]),
        ("<pre>a\nb</pre>", "a\nb", [("pre", "a\nb")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ('<tg-emoji emoji-id="5">😀</tg-emoji>', "😀", [("custom_emoji", "😀")]),
        ("&#128512; &#x1F600; &amp; &unknown; &", "😀 😀 & &unknown; &", []),
        ("<b></b>a<B>b</>", "ab", [("bold", "b")]),
        ("<b> a </b>", "a", [("bold", "a")]),
    ],
)
def test_html(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    result = formatted(source, mode="HTML")
    assert result.text == text
    assert spans(result) == expected


def test_html_keeps_addresses_and_languages() -> None:
    link = formatted('<a href="https://a.b/?x=1&amp;y=2">a</a>', mode="HTML").entities[0]
    assert link["url"] == "https://a.b/?x=1&y=2"
    block = formatted('<pre><code class="language-python">a</code></pre>', mode="HTML").entities
    assert block == [span("pre", 0, 1, language="python")]


@pytest.mark.parametrize(
    "source,sentence",
    [
        ("<b", "Unclosed start tag at byte offset 0"),
        ("ж<b", "Unclosed start tag at byte offset 2"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>a</b x", "Unclosed end tag at byte offset 4"),
        ("<a =1>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href>a</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=a/b>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
    ],
)
def test_wrong_html(source: str, sentence: str) -> None:
    with pytest.raises(ApiError) as error:
        formatted(source, mode="HTML")
    assert error.value.description == f"Bad Request: can't parse entities: {sentence}"


@pytest.mark.parametrize(
    "source,text,expected",
    [
        ("*a* _b_ __c__ ~d~ ||e||", "a b c d e", list(zip(NESTABLE, "abcde", strict=True))),
        ("*a _b_*", "a b", [("bold", "a b"), ("italic", "b")]),
        ("[a](https://a.b)", "a", [("text_link", "a")]),
        ("`a.b`", "a.b", [("code", "a.b")]),
        ("```\na\n```", "a", [("pre", "a")]),
        ("```python\na```", "a", [("pre", "a")]),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", "a\nb\n")]),
        ("![😀](tg://emoji?id=5)", "😀", [("custom_emoji", "😀")]),
        ("a\\.b \\😀", "a.b \\😀", []),
        ("c\n>q", "c\nq", [("blockquote", "q")]),
    ],
)
def test_markdown_v2(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    result = formatted(source, mode="MarkdownV2")
    assert result.text == text
    assert sorted(spans(result)) == sorted(expected)


@pytest.mark.parametrize(
    "source,sentence",
    [
        ("a!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("ж __a", "Can't find end of Underline entity at byte offset 3"),
        ("```python\na", "Can't find end of PreCode entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("![a]", "Custom emoji entity must contain a tg://emoji URL"),
        ("![a](b)", "Custom emoji URL must have an emoji identifier"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_wrong_markdown_v2(source: str, sentence: str) -> None:
    with pytest.raises(ApiError) as error:
        formatted(source, mode="MarkdownV2")
    assert error.value.description == f"Bad Request: can't parse entities: {sentence}"


@pytest.mark.parametrize(
    "source,text,expected",
    [
        ("*a* _b_ `c`", "a b c", [("bold", "a"), ("italic", "b"), ("code", "c")]),
        ("[a](https://a.b) [b]", "a b", [("text_link", "a")]),
        ("```python\na```", "a", [("pre", "a")]),
        ("a\\_b a.b!", "a_b a.b!", []),
    ],
)
def test_old_markdown(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    result = formatted(source, mode="Markdown")
    assert result.text == text
    assert spans(result) == expected


def test_what_the_server_finds_stands_beside_what_was_given() -> None:
    result = formatted(
        "See https://a.b/c, a.org or me@a.b, @some_bot /go@some_bot #tag $USD and @code",
        entities=[span("code", 73, 5)],
    )
    assert spans(result) == [
        ("url", "https://a.b/c"),
        ("url", "a.org"),
        ("email", "me@a.b"),
        ("mention", "@some_bot"),
        ("bot_command", "/go@some_bot"),
        ("hashtag", "#tag"),
        ("cashtag", "$USD"),
        ("code", "@code"),
    ]
    assert detect("no links, 1/2 a/b #1 a@b") == []


def test_overlapping_entities_are_put_in_order() -> None:
    crossing = formatted("abcdef", entities=[span("bold", 0, 4), span("italic", 2, 4)])
    assert spans(crossing) == [("bold", "ab"), ("italic", "cdef"), ("bold", "cd")]
    in_code = formatted("abcdef", entities=[span("code", 1, 3), span("bold", 0, 6)])
    assert spans(in_code) == [("bold", "a"), ("code", "bcd"), ("bold", "ef")]
    links = formatted(
        "abcdef",
        entities=[
            span("text_link", 0, 4, url="https://a.b/"),
            span("text_link", 2, 4, url="https://c.d/"),
        ],
    )
    assert spans(links) == [("text_link", "abcd")]
    twice = formatted("abcdef", entities=[span("bold", 0, 3), span("bold", 3, 3)])
    assert spans(twice) == [("bold", "abcdef")]


def test_only_a_hundred_entities_are_kept() -> None:
    many = [span("bold", 2 * number, 1) for number in range(150)]
    assert len(formatted("a " * 150, entities=many).entities) == 100


@pytest.mark.parametrize(
    "entity,sentence",
    [
        ("bold", "expected an Object"),
        ({"offset": 0, "type": "bold"}, 'Can\'t find field "length"'),
        ({"offset": "a", "length": 1, "type": "bold"}, 'Field "offset" must be a valid Number'),
        ({"offset": 0, "length": 1}, 'Can\'t find field "type"'),
        (span("blinking", 0, 1), "Unsupported type specified"),
        (span("text_link", 0, 1), 'Can\'t find field "url"'),
    ],
)
def test_wrong_entities(entity: Any, sentence: str) -> None:
    with pytest.raises(ApiError) as error:
        formatted("abc", entities=[entity])
    assert error.value.description == f"Bad Request: can't parse MessageEntity: {sentence}"


@pytest.mark.parametrize("offset,length", [(-1, 1), (0, -1)])
def test_entities_are_not_negative(offset: int, length: int) -> None:
    with pytest.raises(ApiError, match="receive an entity with incorrect"):
        formatted("abc", entities=[span("bold", offset, length)])


texts = st.text(st.sampled_from("ab ж😀👨‍👩‍👧\n\t*_<>&[]`~|.\\\u202e"), min_size=1, max_size=40)
entities = st.lists(
    st.builds(
        lambda kind, offset, length: span(
            kind, offset, length, **({"url": "https://a.b/"} if kind == "text_link" else {})
        ),
        st.sampled_from((*NESTABLE, "code", "pre", "text_link", "blockquote")),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    max_size=6,
)


def boundaries(text: str) -> set[int]:
    places, offset = {0}, 0
    for character in text:
        offset += len(character.encode("utf-16-le")) // 2
        places.add(offset)
    return places


@given(texts, entities)
@settings(deadline=None)
def test_entities_are_refused_or_lie_within_the_text(
    text: str, given_entities: list[dict[str, Any]]
) -> None:
    places = boundaries(text)
    fits = all(
        one["offset"] in places and one["offset"] + one["length"] in places
        for one in given_entities
        if one["length"]
    )
    if not fits:
        with pytest.raises(ApiError, match="entity be"):
            formatted(text, entities=given_entities)
        return
    result = formatted(text, entities=given_entities)
    kept = boundaries(result.text)
    assert result.text == result.text.strip(" \n")
    for one in result.entities:
        assert one["length"] > 0
        assert {one["offset"], one["offset"] + one["length"]} <= kept
    assert nest_or_lie_apart(result.entities)


def nest_or_lie_apart(found: list[dict[str, Any]]) -> bool:
    """Say whether no two entities cross each other."""
    bounds = [(one["offset"], one["offset"] + one["length"]) for one in found]
    return not any(
        first[0] < second[0] < first[1] < second[1] for first in bounds for second in bounds
    )


plain = st.text(st.sampled_from("abж😀.*_<>&[]()~`#+-=|{}!\\ "), min_size=1, max_size=30)


@given(st.lists(st.tuples(st.sampled_from((*NESTABLE, "")), plain), min_size=1, max_size=6))
@settings(deadline=None)
def test_what_aiogram_escapes_comes_back_as_it_was(pieces: list[tuple[str, str]]) -> None:
    text, wanted = "", []
    for kind, words in pieces:
        if kind:
            wanted.append(MessageEntity(type=kind, offset=units(text), length=units(words)))
        text += f"{words}\n"
    for mode, decoration in (("HTML", html_decoration), ("MarkdownV2", markdown_decoration)):
        source = decoration.unparse(text, wanted)
        parsed = formatted(source, mode=mode)
        direct = formatted(text, entities=[one.model_dump(exclude_none=True) for one in wanted])
        assert parsed.text == direct.text
        assert parsed.entities == direct.entities
