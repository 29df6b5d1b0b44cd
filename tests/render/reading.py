"""What a reader sees of a rendered text: told without the code that renders it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import regex

from amity.markup import Dialect
from amity.render.tree import (
    Block,
    CodeBlock,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Run,
    Table,
)

__all__ = [
    "CHAT",
    "COMMONMARK",
    "POOR",
    "clusters",
    "has_table",
    "links",
    "seen",
    "shown_in_chat",
    "solid",
    "unmarked",
    "whole_words",
]

CHAT = Dialect(
    escaped="<>[]#-:@",
    headings=3,
    nested_quotes=False,
    autolinks=True,
    underline=True,
    spoilers=True,
    long_fences=False,
)
COMMONMARK = Dialect(escaped="!&<|:")
POOR = Dialect(escaped="", headings=0, nested_quotes=False, links=False)

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_MEANT = re.compile(r"<(?:@[!&]?|#)\d+>|<t:-?\d+(?::\w)?>|<a?:\w+:\d+>|@(?:everyone|here)")
_ADDRESS = re.compile(r"<([^: >]+:/[^ >]+)>")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?(https?://[^)>\s]+)>?\)", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)
_WRAPPED = (
    (re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL), ""),
    (re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL), "\ue001"),
    (re.compile(r"~~((?:\\.|[^\\])+?)~~", re.DOTALL), ""),
    (re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|", re.DOTALL), "\ue002"),
    (re.compile(r"\*(?=\S)((?:\*\*|\\.|[^*\\])+?)\*(?!\*)", re.DOTALL), ""),
    (re.compile(r"_((?:__|\\.|[^\\_])+?)_(?![^\W_])", re.DOTALL), ""),
)
_LINE = re.compile(r"(?:#{1,3} )|(?: *(?:[-*]|\d+\.)(?: |$))+")


def whole_words(inlines: Iterable[Inline]) -> str:
    return "".join(item.text if isinstance(item, Run) else "\n" for item in inlines)


def seen(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield all words of a tree, block by block and cell by cell."""
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield whole_words(inlines)
            case CodeBlock(text=text):
                yield text
            case Quote(blocks=inner):
                yield from seen(inner)
            case List(items=items):
                for item in items:
                    yield from seen(item)
            case Table(header=header, rows=rows):
                for row in (header, *rows):
                    yield from map(whole_words, row)
            case _:
                pass


def has_table(blocks: Sequence[Block]) -> bool:
    for block in blocks:
        match block:
            case Table():
                return True
            case Quote(blocks=inner):
                if has_table(inner):
                    return True
            case List(items=items):
                if any(map(has_table, items)):
                    return True
            case _:
                pass
    return False


def _inlines(blocks: Sequence[Block]) -> Iterator[Sequence[Inline]]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield inlines
            case Quote(blocks=inner):
                yield from _inlines(inner)
            case List(items=items):
                for item in items:
                    yield from _inlines(item)
            case Table(header=header, rows=rows):
                for row in (header, *rows):
                    yield from row
            case _:
                pass


def links(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Yield the address and the words of each link."""
    for inlines in _inlines(blocks):
        runs = [item for item in inlines if isinstance(item, Run)]
        for address, group in groupby(runs, key=lambda run: run.link):
            if address:
                yield address, solid(run.text for run in group)


def solid(texts: Iterable[str]) -> str:
    """Return texts without white space."""
    return re.sub(r"\s", "", "".join(texts))


def unmarked(texts: Iterable[str]) -> str:
    """Return texts without white space and whatever a list, quote or rule may begin with."""
    return re.sub(r"[\s\d.•◦▪>—\u200b]", "", "".join(texts))


def clusters(texts: Iterable[str]) -> list[str]:
    """Return the grapheme clusters of texts, those of each word by itself."""
    return [
        cluster for text in texts for word in text.split() for cluster in regex.findall(r"\X", word)
    ]


def shown_in_chat(text: str) -> str:
    """Read a text as a chat does whose Markdown is made of regular expressions.

    What should have been text but means something there (an underline, a spoiler, a mention) comes
    out as a character that nobody writes.
    """
    shown: list[str] = []
    plain: list[str] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        quoted = lines[number] == ">" or lines[number].startswith("> ")
        line = lines[number][2:] if quoted else lines[number]
        number += 1
        if not line.startswith("```"):
            plain.append(_LINE.sub("", line, count=1) if _LINE.match(line) else line)
            continue
        shown.append(_inline("\n".join(plain)))
        plain = []
        code: list[str] = []
        while number < len(lines) and "```" not in lines[number]:
            code.append(lines[number][2:] if quoted else lines[number])
            number += 1
        assert number < len(lines), "a fence was left open"
        shown += [*code, lines[number].replace("```", "").removeprefix("> ")]
        number += 1
    shown.append(_inline("\n".join(plain)))
    return "\n".join(shown)


def _inline(text: str) -> str:
    shown: list[str] = []
    place = 0
    while place < len(text):
        if found := _ESCAPE.match(text, place) or _ADDRESS.match(text, place):
            shown.append(found[1])
        elif found := _MEANT.match(text, place):
            shown.append("\ue000")
        elif found := _LINK.match(text, place):
            shown.append(_inline(found[1]))
        elif found := _CODE.match(text, place):
            shown.append(found[2])
        else:
            for pattern, meant in _WRAPPED:
                if found := pattern.match(text, place):
                    shown.append(meant + _inline(found[1]) + meant)
                    break
            else:
                shown.append(text[place])
                place += 1
                continue
        place = found.end()
    return "".join(shown)
