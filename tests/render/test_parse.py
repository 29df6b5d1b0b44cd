"""Reading Markdown: what is markup and what is text, and that nothing breaks it."""

import pytest

from amity.render import (
    Align,
    Break,
    CodeBlock,
    Document,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Rule,
    Run,
    Style,
    Table,
    parse,
    to_markdown,
)
from tests.render.reading import seen, solid


def words(*texts: str | Inline) -> Paragraph:
    return Paragraph(tuple(Run(text) if isinstance(text, str) else text for text in texts))


def one(text: str) -> tuple[Inline, ...]:
    (block,) = parse(text).blocks
    assert isinstance(block, Paragraph)
    return block.inlines


def test_styles_are_known_to_each_run() -> None:
    assert one("a *b **c*** ~~d~~ `e` ***f***") == (
        Run("a "),
        Run("b ", Style.EMPHASIS),
        Run("c", Style.EMPHASIS | Style.STRONG),
        Run(" "),
        Run("d", Style.STRIKE),
        Run(" "),
        Run("e", Style.CODE),
        Run(" "),
        Run("f", Style.EMPHASIS | Style.STRONG),
    )


def test_links_pictures_and_addresses_are_links() -> None:
    address = "https://example.org/a_b_(c)"
    assert one(f"[**a**]({address}) ![b](/p.png) {address}. <mailto:me@example.org>") == (
        Run("a", Style.STRONG, address),
        Run(" "),
        Run("b", link="/p.png"),
        Run(" "),
        Run(address, link=address),
        Run(". "),
        Run("mailto:me@example.org", link="mailto:me@example.org"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "xhttps://example.org",
        "https://",
        "[a]",
        "snake_case_name",
        "2 * 3 * 4",
        "~one~",
        "https\\://example.org",
    ],
)
def test_what_is_no_markup_is_text(text: str) -> None:
    assert one(text) == (Run(text.replace("\\", "")),)


def test_breaks_are_hard_or_soft() -> None:
    assert one("a\nb  \nc\\\nd") == (
        Run("a"),
        Break(),
        Run("b"),
        Break(hard=True),
        Run("c"),
        Break(hard=True),
        Run("d"),
    )


def test_blocks() -> None:
    text = """\
# One *two*

Three
===
> four
> > five

```python title=x
def six():

    return "```"
```

    seven

***
"""
    assert parse(text) == Document(
        (
            Heading(1, (Run("One "), Run("two", Style.EMPHASIS))),
            Heading(1, (Run("Three"),)),
            Quote((words("four"), Quote((words("five"),)))),
            CodeBlock('def six():\n\n    return "```"', "python title=x"),
            CodeBlock("seven"),
            Rule(),
        )
    )
    block = parse(text).blocks[3]
    assert isinstance(block, CodeBlock)
    assert block.language == "python"


def test_lists_have_numbers_and_are_tight_or_not() -> None:
    assert parse("3. a\n4. b\n   - c\n\n* d\n\n  e\n* f").blocks == (
        List(((words("a"),), (words("b"), List(((words("c"),),), tight=True))), 3, tight=True),
        List(((words("d"), words("e")), (words("f"),))),
    )


def test_tables_keep_every_cell() -> None:
    table = parse("| a | b |\n|:--|--:|\n| `x\\|y` | 1 | 2 |\n| z |").blocks[0]
    assert table == Table(
        ((Run("a"),), (Run("b"),)),
        (((Run("x|y", Style.CODE),), (Run("1 | 2"),)), ((Run("z"),), ())),
        (Align.LEFT, Align.RIGHT),
    )


def test_definitions_are_used_or_shown() -> None:
    assert to_markdown(parse("See [a].\n\n[a]: /b 'T'\n[c]: /d 'E'")) == (
        "See [a](/b).\n\n\\[c\\]: /d 'E'"
    )


@pytest.mark.parametrize("text", ["#", "```\n```", "[]()", ">", "> \n> #"])
def test_marks_alone_are_text(text: str) -> None:
    assert solid(seen(parse(text).blocks)) == solid([text])


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert parse(text) == Document(())


@pytest.mark.parametrize(
    "text, read",
    [
        ("a\0b", "a\ufffdb"),
        ("a\ud83db", "a\ufffdb"),
        ("a\x1b[1mb", "a\ufffd[1mb"),
        ("a\ufffeb\U0003ffffc", "a\ufffdb\ufffdc"),
        ("a\x0cb\x85c", "a b c"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u2029b", "a\n\nb"),
    ],
)
def test_characters_that_no_platform_takes(text: str, read: str) -> None:
    assert parse(text) == parse(read)


def test_what_is_nested_too_deep_is_text() -> None:
    text = "> - " * 30 + "x *y*\n\nz"
    assert "->->->-xyz" in solid(seen(parse(text).blocks))
    assert len(parse("- " * 30 + "a").blocks) == 1


HOSTILE = {
    "quotes": ">" * 100_000,
    "quotes with spaces": "> " * 40_000 + "x",
    "lists": "- " * 40_000,
    "both": "> - " * 20_000 + "x",
    "items": "- a\n" * 10_000,
    "brackets": "[" * 20_000,
    "links": "[a](" * 10_000,
    "pictures": "![" * 10_000,
    "pictures in pictures": "![" * 2_000 + "a" + "](b)" * 2_000,
    "stars": "*a " * 20_000,
    "nested styles": "*a **b " * 10_000,
    "ticks": "".join("`" * (number % 100) + "a" for number in range(1_000)),
    "addresses": "http://a.b/" + ")" * 40_000,
    "no addresses": "x://" * 10_000,
    "definitions": "".join(f"[a{number}]: b\n" for number in range(5_000)),
    "a long table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 5_000,
    "a wide table": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n|x|",
    "entities": "&amp" * 20_000,
    "backslashes": "\\" * 40_000,
    "lines": "a\n" * 20_000,
    "fences": "```\n" * 10_000,
    "a word": "x" * 400_000,
    "nul": "\0" * 40_000,
    "surrogates": "\udc00" * 40_000,
}


# Whatever took time in the square of its length would run into the limit of a minute for a test.
@pytest.mark.no_cover  # measured, it takes thrice as long and shows no line that is new
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    tree = parse(text)
    assert parse(to_markdown(tree)) == tree
