"""A document of 40,000 characters with all that Markdown has arrives whole everywhere.

Each of its words is there once, so that each can be told by itself.
"""

import itertools
import re

import pytest

from amity.markup import Dialect, Markup, SpanKind, TextUnit
from amity.render import fit, length, measure, parse, styled, to_dialect, to_plain
from tests.render.reading import CHAT, clusters, links, seen, shown_in_chat
from tests.render.texts import CLUSTERS

pytestmark = pytest.mark.no_cover  # test_parse.py and test_fit.py have the same lines
SIZE = 40_000
WORD = re.compile(r"w\d+")


class Script:
    """A document, and what must come of it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.bold: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.headers: set[str] = set()
        self.rows: list[list[str]] = []
        self.steps: list[str] = []
        self.codes: list[str] = []
        parts: list[str] = []
        while sum(map(len, parts)) < SIZE:
            parts += self._chapter(len(self.bold))
        self.text = "\n\n".join(parts)

    def _words(self, count: int = 1) -> str:
        return " ".join(f"w{next(self._numbers)}" for _ in range(count))

    def _chapter(self, number: int) -> list[str]:
        words = self._words
        return [
            f"## {words(3)} {CLUSTERS[number % len(CLUSTERS)]}",
            f"{words(30)}. {words(20)}, {self._bold()} {words(9)}! {self._link()} {words(12)}?",
            f"שלום {words()} עולם, مرحبا {words()} بالعالم. {'你好，世界。' * 6}",
            " ".join(CLUSTERS),
            "\n".join(self._step(number) for number in range(7, 19)),
            self._code(),
            self._table(columns=2, long=1),
            self._table(columns=3, long=7),
            f"> {words(9)}\n> - {words(5)}\n>   > {words(4)}\n>\n> `{words(2)}|` ~~{words(3)}~~",
            "---",
        ]

    def _bold(self) -> str:
        self.bold.append(self._words(4))
        return f"**{self.bold[-1]}**"

    def _link(self) -> str:
        words, address = self._words(3), f"https://example.org/p({len(self.links)})?a=*b*_c_"
        self.links.append((address, words.replace(" ", "")))
        return f"[{words}]({address})"

    def _step(self, number: int) -> str:
        self.steps.append(f"{number}. {self._words(2)}")
        inner = f"   - {self._words(5)}\n     * *{self._words(2)}* {self._words()}"
        return f"{self.steps[-1]} {self._words(4)}\n{inner}"

    def _code(self) -> str:
        self.codes += [self._words(), self._words()]
        first, last = self.codes[-2:]
        return f"```python\ndef {first}(x):\n    # ```\n\n\treturn {last} | x\n```"

    def _table(self, *, columns: int, long: int) -> str:
        header = [self._words() for _ in range(columns)]
        rows = [[self._words(long) for _ in range(columns)] for _ in range(6)]
        self.headers.update(header)
        self.rows += rows
        table = [header, ["---"] * columns, *rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in table)


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


PLATFORMS = pytest.mark.parametrize(
    "limit, unit, markup",
    [
        (4096, TextUnit.UTF16, Markup.SPANS),
        (2000, TextUnit.CODE_POINTS, CHAT),
        (90, TextUnit.BYTES, Markup.PLAIN),
        (1000, TextUnit.BYTES, Markup.MARKDOWN),
    ],
    ids=["spans", "chat", "plain", "markdown"],
)


def shown(piece: str, markup: Markup | Dialect) -> str:
    """Return what a person sees of a piece."""
    if isinstance(markup, Dialect):
        return shown_in_chat(to_dialect(piece, markup))
    match markup:
        case Markup.PLAIN:
            return piece
        case Markup.SPANS:
            return styled(piece, TextUnit.UTF16).text
        case Markup.MARKDOWN:
            return "\n".join(seen(parse(piece).blocks))


@PLATFORMS
def test_every_piece_fits_and_every_word_is_there(
    script: Script, limit: int, unit: TextUnit, markup: Markup | Dialect
) -> None:
    assert len(script.text) > SIZE
    pieces = fit(script.text, limit=limit, unit=unit, markup=markup)
    plain = markup is Markup.PLAIN
    assert all((length(p, unit) if plain else measure(p, unit, markup)) <= limit for p in pieces)
    said = [word for piece in pieces for word in WORD.findall(shown(piece, markup))]
    whole = WORD.findall(script.text)
    assert script.headers <= set(said)
    assert [w for w in said if w not in script.headers] == [
        w for w in whole if w not in script.headers
    ]
    # No piece is so small that people would wonder.
    assert sum(length(shown(p, markup), unit) for p in pieces) > 0.6 * limit * len(pieces)


@PLATFORMS
def test_what_belongs_together_is_in_one_piece(
    script: Script, limit: int, unit: TextUnit, markup: Markup | Dialect
) -> None:
    pieces = [
        WORD.findall(shown(piece, markup))
        for piece in fit(script.text, limit=limit, unit=unit, markup=markup)
    ]
    where = {word: number for number, piece in enumerate(pieces) for word in piece}
    together = [WORD.findall(bold) for bold in script.bold] if markup is not Markup.PLAIN else []
    together += [WORD.findall(" ".join(row)) for row in script.rows if len(" ".join(row)) < 60]
    if limit > 500:
        together += [WORD.findall(" ".join(row)) for row in script.rows]
    assert [words for words in together if len({where[word] for word in words}) > 1] == []


@PLATFORMS
def test_lists_go_on_with_their_numbers(
    script: Script, limit: int, unit: TextUnit, markup: Markup | Dialect
) -> None:
    pieces = fit(script.text, limit=limit, unit=unit, markup=markup)
    if isinstance(markup, Dialect):
        pieces = [to_dialect(piece, markup) for piece in pieces]
    lines = {line for piece in pieces for line in piece.split("\n")}
    found = [step for step in script.steps if any(line.startswith(step) for line in lines)]
    assert found == script.steps


@PLATFORMS
def test_characters_stay_whole(
    script: Script, limit: int, unit: TextUnit, markup: Markup | Dialect
) -> None:
    pieces = fit(script.text, limit=limit, unit=unit, markup=markup)
    parts = [c for piece in pieces for c in clusters([shown(piece, markup)]) if c in CLUSTERS]
    assert parts == [c for c in clusters([to_plain(script.text)]) if c in CLUSTERS]


def test_styles_links_and_code_are_as_they_were_written(script: Script) -> None:
    pieces = fit(script.text, limit=4096, unit=TextUnit.UTF16, markup=Markup.SPANS)
    texts = [styled(piece, TextUnit.UTF16) for piece in pieces]
    held = {
        (span.kind, span.data, cut(text.text, span.offset, span.length))
        for text in texts
        for span in text.spans
    }
    assert {(SpanKind.BOLD, "", bold) for bold in script.bold} <= held
    assert set(script.links) <= {(a, w.replace(" ", "")) for kind, a, w in held if kind == "link"}
    python = " ".join(words for kind, data, words in held if (kind, data) == ("block", "python"))
    assert set(script.codes) <= set(WORD.findall(python))
    assert set(script.links) <= {link for piece in pieces for link in links(parse(piece).blocks)}


def cut(text: str, offset: int, size: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + size)].decode("utf-16-le")


def test_a_chat_sees_styles_links_and_code(script: Script) -> None:
    pieces = fit(script.text, limit=2000, unit=TextUnit.CODE_POINTS, markup=CHAT)
    written = "\n".join(to_dialect(piece, CHAT) for piece in pieces)
    for bold in script.bold:
        assert f"**{bold}**" in written
    for number, (_, words) in enumerate(script.links):
        found = re.search(
            rf"\[([^]]+)\]\(<https://example.org/p%28{number}%29\?a=\*b\*_c_>\)", written
        )
        assert found is not None
        assert found[1].replace(" ", "") == words
    for first in script.codes[::2]:
        assert f"```python\ndef {first}(x):\n" in written
    assert written.count("```") % 2 == 0
