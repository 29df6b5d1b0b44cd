"""The page's Markdown: no word is lost, nothing becomes markup, hostile text costs no more."""

import json
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.conftest import Serve

PAGE = Path(str(resources.files("amity_web").joinpath("page")))
PIECES = [
    *"*_~`[]()<>!#>-+|\\\n\t: .1\"'",
    "**",
    "__",
    "~~",
    "```",
    "\n\n",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n> ",
    "\n# ",
    "\n| a | b |\n|---|:-:|\n| ",
    "https://example.org/x_(y)",
    "](",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "word",
    "слово",
    "שלום",
    "\u200b",
    "\U0001f642",
]


class Parser:
    """A running Node that parses with the page's own module."""

    def __init__(self) -> None:
        driver = Path(__file__).with_name("markdown_driver.mjs")
        self._node = subprocess.Popen(
            ["node", str(driver), str(PAGE / "markdown.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def parse(self, text: str) -> Any:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(text) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())

    def close(self) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        self._node.wait()
        self._node.stdout.close()


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    if shutil.which("node") is None:
        pytest.skip("node: no node on the PATH; to get it: install Node.js 20 or later")
    parser = Parser()
    yield parser
    parser.close()


def strings(tree: Any) -> Iterator[str]:
    """All the words of a tree that a person can see or hear."""
    if isinstance(tree, list):
        for item in tree:
            yield from strings(item)
    elif isinstance(tree, dict):
        for name in ("text", "info", "url", "title"):
            if tree.get("type") == "marks":
                raise AssertionError("a mark was left in the tree")
            if name in tree and not (name == "url" and bare(tree)):
                yield tree[name]
        for name in ("children", "items", "head", "rows"):
            if name in tree:
                yield from strings(tree[name])


def bare(tree: Any) -> bool:
    """Whether a link shows its own address, which is then there once, not twice."""
    return bool(tree["raw"] == tree["url"])


def letters(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]", text))


@pytest.mark.node
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)))
def test_no_letter_is_lost(parser: Parser, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert letters("".join(strings(parser.parse(text)))) == letters(text)


@pytest.mark.node
@pytest.mark.parametrize(
    "text, tree",
    [
        ("**bold** _it_", ["strong", "text", "em"]),
        ("a*b*c and snake_case_name", ["text", "em", "text"]),
        ("~~gone~~ ~kept~", ["del", "text"]),
        ("`` a`b ``", ["code"]),
        ("[x](https://example.org)", ["link"]),
        ("see https://example.org/a_b. Yes", ["text", "link", "text"]),
        ("one\ntwo", ["text", "break", "text"]),
        ("2 * 3 * 4", ["text"]),
        (r"\*no\*", ["text"]),
    ],
)
def test_inline(parser: Parser, text: str, tree: list[str]) -> None:
    (paragraph,) = parser.parse(text)
    assert [node["type"] for node in paragraph["children"]] == tree


@pytest.mark.node
@pytest.mark.parametrize(
    "text, types",
    [
        ("# Title\ntext", ["heading", "paragraph"]),
        ("- a\n- b\n\n1. c", ["list", "list"]),
        ("> a\n> b", ["quote"]),
        ("```py\nx\n\ny\n```\nafter", ["code", "paragraph"]),
        ("```\nnever closed", ["code"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["table"]),
        ("---", ["rule"]),
        ("a | b", ["paragraph"]),
        ("text\n- a", ["paragraph", "list"]),
    ],
)
def test_blocks(parser: Parser, text: str, types: list[str]) -> None:
    assert [block["type"] for block in parser.parse(text)] == types


@pytest.mark.node
def test_lists_nest_and_keep_their_number(parser: Parser) -> None:
    (tree,) = parser.parse("3. a\n   - b\n     - c\n4. d")
    assert (tree["ordered"], tree["start"], len(tree["items"])) == (True, 3, 2)
    assert tree["items"][0][1]["items"][0][1]["items"][0][0]["type"] == "paragraph"


@pytest.mark.node
@pytest.mark.parametrize(
    "text",
    [
        "*a " * 20000,
        "[" * 20000,
        "`" * 20000 + "a",
        "> " * 5000,
        "[a](" * 5000,
        "- " * 5000,
        "**a_" * 10000,
        "|" * 10000 + "\n|-|",
        "<http://" * 5000,
        "http://" * 5000,
    ],
)
def test_hostile_text_comes_to_an_end(parser: Parser, text: str) -> None:
    assert parser.parse(text)


@pytest.mark.browser
async def test_no_text_becomes_markup(serving: Serve, page: Any) -> None:
    site = await serving()
    await page.goto(site.url)
    await page.wait_for_selector("#gate-card button")
    dice = random.Random(20261123)
    texts = ["".join(dice.choices(PIECES, k=dice.randint(1, 40))) for _ in range(300)]
    texts += [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](//evil.example/)",
        "![pic](https://evil.example/p.png)",
        "[a [b](https://b.example) c](https://c.example)",
    ]
    found = await page.evaluate(
        """async (texts) => {
          const source = document.querySelector('script[type=module]').src;
          const { markdown } = await import(new URL('markdown-dom.js', source));
          const box = document.createElement('div');
          const bad = [];
          const fine = new Set(['P','H3','H4','H5','H6','HR','BLOCKQUOTE','FIGURE','FIGCAPTION',
            'PRE','CODE','OL','UL','LI','DIV','TABLE','THEAD','TBODY','TR','TH','TD','BR','A',
            'SPAN','EM','STRONG','DEL']);
          for (const text of texts) {
            box.replaceChildren(...markdown(text));
            for (const node of box.querySelectorAll('*')) {
              if (!fine.has(node.tagName)) bad.push([text, node.tagName]);
              if (node.tagName === 'A') {
                if (!['http:', 'https:', 'mailto:'].includes(node.protocol)) bad.push([text, 1]);
                if (node.origin !== location.origin && !node.classList.contains('leaves'))
                  bad.push([text, 'not labelled']);
                if (!node.rel.includes('noopener') || node.querySelector('a')) bad.push([text]);
              }
              for (const { name } of node.attributes)
                if (/^on|style|src/.test(name)) bad.push([text, name]);
            }
            const seen = box.textContent;
            for (const word of ['word', 'слово', 'שלום'])
              if (text.split(word).length > seen.split(word).length) bad.push([text, seen]);
          }
          return bad;
        }""",
        texts,
    )
    assert found == []


def test_no_file_of_the_page_parses_markup() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
        r"|setHTML|\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie"
    )
    for file in sorted(PAGE.glob("*.js")):
        code = re.sub(r"^\s*//.*$", "", file.read_text("utf-8"), flags=re.MULTILINE)
        assert not forbidden.search(code), file.name
        assert len(code.splitlines()) < 500, file.name
