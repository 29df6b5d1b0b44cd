"""A platform's own Markdown."""

import pytest

from amity.markup import Dialect
from amity.render import to_dialect
from tests.render.reading import CHAT, COMMONMARK, POOR, shown_in_chat


@pytest.mark.parametrize(
    "text, written",
    [
        ("**a** __b__ *c* _d_ ~~e~~ ***f***", "**a** **b** *c* *d* ~~e~~ **_f_**"),
        ("a*b*c **d**", "a*b*c **d**"),
        ("2 * 3, snake_case, a~b, `c_d`", "2 \\* 3, snake\\_case, a\\~b, `c_d`"),
        ("<@123> <#1> @everyone", "\\<\\@123> \\<#1> \\@everyone"),
        ("||a|| \\# b - c", "\\|\\|a\\|\\| # b - c"),
        ("\\# a\n\\- b\n\\> c\n1\\. d\n#e -5", "\\# a\n\\- b\n\\> c\n1\\. d\n#e -5"),
        ("1234567890. a", "1234567890\\. a"),
        ("999999999. a\n1. b", "999999999. a\n999999999. b"),
        ("[a](http://b/(c)) http://d_e.", "[a](<http://b/%28c%29>) <http://d_e>."),
        ("[a](/b) [http://c](http://d)", "a (/b) http\\://c (<http://d>)"),
        ("# a\n### b\n#### c *d*", "# a\n\n### b\n\n**c _d_**"),
        ("> a\n> > b\n> - c\n> 1. d", "> a\n>\n> b\n>\n> • c\n>\n> 1. d"),
        ("- a\n  - b\n\n1) c\n2) d", "- a\n  - b\n\n1. c\n2. d"),
        ("- a\n  > b\n\n- # c", "- a\n\n> b\n\n- **c**"),
        ("`` a`b `` `` ` ``", "``a`b`` `` ` ``"),
        ("``` a``b ```", "``a`\u200b`b``"),
        ("```py x\na\n\n  b\n```", "```py\na\n\n  b\n```"),
        ("````\n```\n````", "```\n`\u200b`\u200b`\n```"),
        ("- a\n  ~~~\n    b\n  ~~~", "- a\n```\n  b\n```"),
        ("***", "———"),
        ("| a | b |\n|---|--:|\n| c | 10 |", "```\na |  b\n--+---\nc | 10\n```"),
        ("*`*`*", "`*`"),
        ("a  \nb", "a\nb"),
    ],
)
def test_a_chat(text: str, written: str) -> None:
    assert to_dialect(text, CHAT) == written


@pytest.mark.parametrize(
    "text, written",
    [
        ("# a", "**a**"),
        ("[a](http://b_c)", "a (http://b%5Fc)"),
        ("http://b", "http://b"),
        ("[a] <b> |c|", "[a] <b> |c|"),
    ],
)
def test_a_poor_one(text: str, written: str) -> None:
    assert to_dialect(text, POOR) == written


@pytest.mark.parametrize(
    "text, written",
    [
        ("http://b_c", "[http\\://b\\_c](http://b_c)"),
        ("# a \\#\n# \\##\n# **C**#", "# a \\#\n\n# \\##\n\n# **C**\\#"),
        ("> - a\n>   > b", "> - a\n>\n>   > b"),
        ("- a\n  ```\n  b\n  ```", "- a\n  ```\n  b\n  ```"),
        ("````\n```\n````", "````\n```\n````"),
    ],
)
def test_one_like_commonmark(text: str, written: str) -> None:
    assert to_dialect(text, COMMONMARK) == written


def test_marks_that_would_be_shown_are_left_out() -> None:
    # As the end of a word, a mark behind punctuation is no end of emphasis in CommonMark.
    assert to_dialect("**(a)**&#98;", CHAT) == "(a)b"
    assert to_dialect("&#97;**_b_**", CHAT) == "a*b*"
    assert to_dialect("[*a*](/b)c", CHAT) == "*a* (/b)c"


def test_what_a_platform_takes_for_markup_is_told_by_its_dialect() -> None:
    assert to_dialect("a|b $c$", Dialect(escaped="$")) == "a|b \\$c\\$"
    assert to_dialect("a|b", Dialect(escaped="", spoilers=True)) == "a\\|b"


def test_the_reader_of_these_tests_sees_what_would_be_wrong() -> None:
    assert shown_in_chat("\\<@1> \\_\\_a\\_\\_ **b**") == "<@1> __a__ b"
    assert "\ue000" in shown_in_chat("<@1>")
    assert "\ue001" in shown_in_chat("__a__")
    assert "\ue002" in shown_in_chat("||a||")
    assert shown_in_chat("> ```py\n> a\n> ```\n- `b`") == "\na\n\nb"
