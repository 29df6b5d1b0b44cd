"""Where a text can be cut in two, and cutting it there.

A place is a path: the number of a block, in it that of an item or row or the offset of a
character, and so on inward. ``cuts`` lists places from the beginning on, ``parted`` cuts at one.
Cut in the middle, code goes on as code, a quote as a quote, a list with its numbers, and a table
under its header.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from typing import Final

from amity.render.inline import Mark, canonical, extents, words
from amity.render.lengths import graphemes, joins_left
from amity.render.lists import part_of_list
from amity.render.tables import Row
from amity.render.tree import (
    Block,
    CodeBlock,
    Heading,
    Inline,
    Item,
    List,
    Paragraph,
    Quote,
    Run,
    Table,
)

__all__ = ["Cut", "Depth", "Path", "Rank", "cuts", "larger", "parted"]

Path = tuple[int, ...]


class Rank(IntEnum):
    """What a cut lies between; the lower the better."""

    BLOCK = 0
    ITEM = 1  # items of a list, rows of a table
    PART = 2  # what is in an item or a quote, paragraphs of code
    SENTENCE = 3  # also lines
    WORD = 4
    GRAPHEME = 5
    CHARACTER = 6


class Depth(IntEnum):
    """How far a search for cuts goes."""

    WHOLE = 0  # between words, but not in what is shown as one: bold, links, code, headings, rows
    AROUND = 1  # within words as well
    WORDS = 2  # between any words
    GRAPHEMES = 3  # within any words
    CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Cut:
    """A place to cut at.

    Attributes:
        path: Where.
        rank: Between what.
        size: How many characters of the text lie before it.
    """

    path: Path
    rank: Rank
    size: int


_Fits = Callable[[Sequence[Block]], bool]

# Some scripts have no spaces; their words may be parted anywhere.
_IDEOGRAPHS: Final = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_GAPS: Final = re.compile(
    rf"\s+|(?<=[{_IDEOGRAPHS}])(?=[{_IDEOGRAPHS}])|(?<=[，、；：。！？])(?=[^\s，、；：。！？”’」』）])"
)
_SENTENCE_ENDS: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？][”’」』）]*")
_LINES: Final = re.compile(r"\n+")


def cuts(blocks: Sequence[Block], depth: Depth, most: int, fits: _Fits) -> Iterator[Cut]:
    """Yield the places where blocks can be cut, from the beginning on.

    Args:
        blocks: The text.
        depth: How far to go.
        most: With more characters than this before it a cut is of no use any more.
        fits: Whether blocks alone fit a piece; what does is not cut unless ``depth`` asks for it.
    """
    for cut in _Search(depth, most, fits).blocks(blocks, Rank.BLOCK):
        if cut.size > most:
            return
        yield cut


class _Search:
    """Walks through blocks and counts the characters that it has passed."""

    def __init__(self, depth: Depth, most: int, fits: _Fits) -> None:
        self._depth = depth
        self._most = most
        self._fits = fits
        self._size = 0

    def blocks(self, blocks: Sequence[Block], rank: Rank) -> Iterator[Cut]:
        for number, block in enumerate(blocks):
            if number:
                yield Cut((number,), _rank_between(blocks[number - 1], block, rank), self._size)
            for cut in self._block(block, rank):
                yield replace(cut, path=(number, *cut.path))
            if self._size > self._most:
                return

    def _block(self, block: Block, rank: Rank) -> Iterator[Cut]:
        match block:
            case Row(inlines=inlines) | Heading(inlines=inlines):
                whole = self._depth <= Depth.AROUND and self._fits([block])
                yield from self._words(inlines, whole=whole)
            case Paragraph(inlines=inlines):
                yield from self._words(inlines)
            case CodeBlock(text=text):
                yield from self._code(text)
            case Quote(blocks=inner):
                yield from self.blocks(inner, Rank.PART)
            case List(items=items):
                yield from self._items(items, rank)
            case Table():
                yield from self._rows(block)
            case _:
                self._size += 1

    def _items(self, items: Sequence[Item], rank: Rank) -> Iterator[Cut]:
        for number, item in enumerate(items):
            if number:
                yield Cut((number,), max(rank, Rank.ITEM), self._size)
            for cut in self.blocks(item, Rank.PART):
                yield replace(cut, path=(number, *cut.path))
            if self._size > self._most:
                return

    def _rows(self, table: Table) -> Iterator[Cut]:
        self._size += sum(len(words(cell)) for cell in table.header)
        for number, row in enumerate(table.rows):
            if number:
                yield Cut((number,), Rank.ITEM, self._size)
            self._size += sum(len(words(cell)) for cell in row)
            if self._size > self._most:
                return

    def _code(self, text: str) -> Iterator[Cut]:
        near = text[: 2 * (self._most + 1)]
        lines = {
            match.start(): Rank.PART if len(match[0]) > 1 else Rank.SENTENCE
            for match in _LINES.finditer(near)
        }
        ranks = {} if self._depth <= Depth.AROUND else self._ranks(near)
        yield from self._places(ranks | lines, len(text))

    def _words(self, inlines: Sequence[Inline], *, whole: bool = False) -> Iterator[Cut]:
        # What begins within a piece and is longer than a piece has no end among these.
        near = _beginning(inlines, 2 * (self._most + 1))
        text = words(near)
        ranks = {} if whole else self._ranks(text)
        if self._depth <= Depth.AROUND and ranks:
            held = self._held(near, len(text))
            ranks = {place: rank for place, rank in ranks.items() if not held[place]}
        yield from self._places(ranks, len(text))

    def _places(self, ranks: dict[int, Rank], size: int) -> Iterator[Cut]:
        for place in sorted(ranks):
            if 0 < place < size:
                yield Cut((place,), ranks[place], self._size + place)
        self._size += size

    def _ranks(self, text: str) -> dict[int, Rank]:
        """Return where words can be cut; the space between two of them goes with the second."""
        most = min(self._most - self._size, len(text))
        ranks: dict[int, Rank] = {}
        if self._depth is Depth.CHARACTERS:
            return dict.fromkeys(range(1, most + 1), Rank.CHARACTER)
        if self._depth in {Depth.AROUND, Depth.GRAPHEMES}:
            # What follows the last one might belong to it.
            ends = [*accumulate(map(len, graphemes(text[: most + 1])))][:-1]
            ranks = dict.fromkeys(ends, Rank.GRAPHEME)
        for match in _GAPS.finditer(text):
            if match.start() > most:
                break
            if match.end() < len(text) and not joins_left(text[match.end()]):
                ranks[match.start()] = Rank.SENTENCE if "\n" in match[0] else Rank.WORD
        for match in _SENTENCE_ENDS.finditer(text, 0, most + 1):
            if ranks.get(match.end()) is Rank.WORD:
                ranks[match.end()] = Rank.SENTENCE
        return ranks

    def _held(self, inlines: Sequence[Inline], size: int) -> Sequence[int]:
        """Tell of each place in words whether it lies within something that must stay whole."""
        starts = [0, *accumulate(map(_size, inlines))]
        held = bytearray(size + 1)
        before: Collection[Mark] = ()
        for number, marks in enumerate(extents(inlines)):
            if starts[number] > self._most:
                break
            item = inlines[number]
            ends = {end for mark, end in marks.items() if mark not in before}
            if isinstance(item, Run) and item.is_code:
                ends.add(number + 1)
            for end in ends:
                long = starts[end] - starts[number]
                if long <= self._most and self._fits([Paragraph(tuple(inlines[number:end]))]):
                    first, last = starts[number] + 1, min(starts[end], size + 1)
                    held[first:last] = b"\x01" * (last - first)
            before = marks
        return held


def _beginning(inlines: Sequence[Inline], most: int) -> Sequence[Inline]:
    """Return as many inlines as hold that many characters."""
    for number, size in enumerate(accumulate(map(_size, inlines)), start=1):
        if size > most:
            return inlines[:number]
    return inlines


def _rank_between(before: Block, after: Block, rank: Rank) -> Rank:
    """Rank the place between two blocks; what announces the other should stay with it."""
    match before, after:
        case (Heading(), _):
            return Rank.WORD
        case (Row(), _):
            return rank
        case (Paragraph(inlines=inlines), List() | CodeBlock() | Table() | Quote() | Row()):
            announced = rank is not Rank.BLOCK or words(inlines).endswith(":")
            return Rank.WORD if announced else rank
        case _:
            return rank


def larger(blocks: Sequence[Block], most: int) -> bool:
    """Whether blocks have more characters than ``most``, whatever they are rendered to."""
    size = 0
    for text in _texts(blocks):
        size += len(text)
        if size > most:
            return True
    return False


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield from (item.text for item in inlines if isinstance(item, Run))
            case CodeBlock(text=text):
                yield text
            case Quote(blocks=inner):
                yield from _texts(inner)
            case List(items=items):
                for item in items:
                    yield from _texts(item)
            case Table(header=header, rows=rows):
                for row in (header, *rows):
                    yield from map(words, row)
            case _:
                pass


_Side = tuple[Block, ...]


def parted(blocks: Sequence[Block], path: Path, *, linked: bool) -> tuple[_Side, _Side]:
    """Cut blocks in two.

    Args:
        blocks: The text.
        path: Where.
        linked: Whether both parts of an address that is cut shall lead to the whole of it;
            otherwise neither leads anywhere.
    """
    number, *inner = path
    if not inner:
        return tuple(blocks[:number]), tuple(blocks[number:])
    head, tail = _parted(blocks[number], tuple(inner), linked=linked)
    return (*blocks[:number], *head), (*tail, *blocks[number + 1 :])


def _parted(block: Block, path: Path, *, linked: bool) -> tuple[_Side, _Side]:
    place = path[0]
    match block:
        case Paragraph() | Heading():
            return _parted_words(block, place, linked=linked)
        case CodeBlock(text=text):
            within = text[place] != "\n"
            sides = (text[:place], text[place:].lstrip(" \t" if within else "\n"))
            before, after = (
                (replace(block, text=s.strip("\n")),) if s.strip() else () for s in sides
            )
            return before, after
        case Quote(blocks=inner):
            head, tail = parted(inner, path, linked=linked)
            return (Quote(head),) if head else (), (Quote(tail),) if tail else ()
        case List():
            return _parted_list(block, path, linked=linked)
        case Table(rows=rows):
            return (replace(block, rows=rows[:place]),), (replace(block, rows=rows[place:]),)
        case _:
            raise AssertionError("a rule is not cut")


def _parted_list(block: List, path: Path, *, linked: bool) -> tuple[_Side, _Side]:
    """Cut a list. What follows in an item that is cut goes on without its marker."""
    number, *inner = path
    items = block.items[:number]
    rest = block.items[number:]
    between: _Side = ()
    if inner:
        head, between = parted(rest[0], tuple(inner), linked=linked)
        items = (*items, head)
        rest = rest[1:]
    start = None if block.start is None else block.start + len(block.items) - len(rest)
    before = part_of_list(items, block.start, tight=block.tight)
    after = (part_of_list(rest, start, tight=block.tight),) if rest else ()
    return (before,), (*between, *after)


def _parted_words(block: Paragraph | Heading, place: int, *, linked: bool) -> tuple[_Side, _Side]:
    number = 0
    while place >= (size := _size(block.inlines[number])):
        place -= size
        number += 1
    head = block.inlines[:number]
    tail = block.inlines[number:]
    if place:
        cut = tail[0]
        assert isinstance(cut, Run)
        unlink = cut.text == cut.link and not linked
        link = "" if unlink else cut.link
        left, right = cut.text[:place].rstrip(), cut.text[place:].lstrip()
        head = (*head, Run(left, cut.style, link)) if left else head
        tail = (Run(right, cut.style, link), *tail[1:]) if right else tail[1:]
        if unlink:  # they may look like their neighbours now
            head, tail = canonical(head), canonical(tail)
    head, tail = _without_space_after(head), _without_space_before(tail)
    before, after = ((replace(block, inlines=side),) if side else () for side in (head, tail))
    return before, after


def _size(item: Inline) -> int:
    return len(item.text) if isinstance(item, Run) else 1


def _without_space_after(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    end = len(inlines)
    while end:
        last = inlines[end - 1]
        if isinstance(last, Run):
            text = last.text if last.is_code else last.text.rstrip()
            if text:
                return (*inlines[: end - 1], Run(text, last.style, last.link))
        end -= 1
    return ()


def _without_space_before(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    for number, first in enumerate(inlines):
        if isinstance(first, Run):
            text = first.text if first.is_code else first.text.lstrip()
            if text:
                return (Run(text, first.style, first.link), *inlines[number + 1 :])
    return ()
