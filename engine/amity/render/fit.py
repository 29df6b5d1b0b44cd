"""How long a text is on a platform, and cutting it into pieces that the platform takes."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from amity.markup import SMALLEST_LIMIT, Dialect, Markup, TextUnit
from amity.render.characters import is_plain
from amity.render.cuts import Cut, Depth, Rank, cuts, larger, parted
from amity.render.inline import Mark, canonical, extents, unstyled
from amity.render.lengths import length
from amity.render.lists import made_list, part_of_list
from amity.render.parse import parse
from amity.render.spelling import spelt, spelt_inlines
from amity.render.styled import blocks_to_plain, blocks_to_words, to_plain
from amity.render.tables import Row, rows_of
from amity.render.to_dialect import blocks_to_dialect, to_dialect
from amity.render.to_markdown import blocks_to_markdown
from amity.render.tree import (
    Block,
    CodeBlock,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Run,
    Style,
    Table,
)

__all__ = ["fit", "measure"]

# How much of what would fit a piece must hold to end at such a place.
_SHARES: Final = (
    (Rank.BLOCK, 1 / 3),
    (Rank.ITEM, 1 / 2),
    (Rank.PART, 1 / 2),
    (Rank.SENTENCE, 1 / 2),
    (Rank.WORD, 0.0),
)
_NESTING: Final = re.compile(r"^[ \t>*+\-\d.)]+", re.MULTILINE)

_Blocks = tuple[Block, ...]


def measure(text: str, unit: TextUnit, markup: Markup | Dialect) -> int:
    """Return how long a platform finds a text.

    Args:
        text: Markdown, also for ``Markup.PLAIN``.
        unit: In what the platform counts.
        markup: What the text is rendered for. The length is that of the plain text for ``PLAIN``
            and ``SPANS``, that of the source for ``MARKDOWN``, and that of what is written for a
            dialect.

    Example:
        >>> measure("**Hello**", TextUnit.UTF16, Markup.SPANS)
        5
    """
    if isinstance(markup, Dialect):
        return length(to_dialect(text, markup), unit)
    if markup is Markup.MARKDOWN or is_plain(text):
        return length(text, unit)
    return length(_shown(markup)(parse(text).blocks), unit)


def fit(
    text: str,
    *,
    limit: int,
    unit: TextUnit,
    markup: Markup | Dialect,
    first: int | None = None,
) -> list[str]:
    r"""Cut a text into pieces that a platform takes.

    A text that fits is one piece, untouched. Else each piece is a text of its own: what is cut in
    the middle is closed and opened again. Code goes on as code of its language, a list with its
    numbers, a table under its header, a quote as a quote, a link with its address. It is cut
    between blocks, else items or rows, sentences, words, never within what people take for one
    character, and within bold words, a link, a heading or a row only if that alone is too long.
    Nothing but white space is lost; a text without anything else is one empty piece.

    Args:
        text: Markdown.
        limit: What one piece may measure at most, rendered for ``markup``; at least 64.
        unit: In what the platform counts.
        markup: What the pieces will be rendered for.
        first: A limit of its own for the first piece, such as that of a caption.

    Returns:
        What an adapter is given: Markdown, but for ``Markup.PLAIN`` plain text.

    Raises:
        ValueError: a limit is under 64.

    Example:
        >>> text = "1. This is *about* as long as can be.\n2. **And this has no room there.**"
        >>> fit(text, limit=64, unit=TextUnit.UTF16, markup=Markup.MARKDOWN)
        ['1. This is *about* as long as can be.', '2. **And this has no room there.**']
    """
    for given in (limit, first):
        if given is not None and given < SMALLEST_LIMIT:
            raise ValueError(
                f"a limit of {given} is too small to fit a text to; "
                f"it must be at least {SMALLEST_LIMIT}"
            )
    if _surely_fits(text, first or limit, unit, markup):
        return [to_plain(text) if markup is Markup.PLAIN else text]
    return _Fitter(unit, markup).pieces(text, limit, first or limit)


def _surely_fits(text: str, limit: int, unit: TextUnit, markup: Markup | Dialect) -> bool:
    """Whether a text fits for certain, found without parsing it."""
    size = length(text, unit)
    if markup is Markup.MARKDOWN:
        return size <= limit
    if size > limit:
        return False
    if "|" not in text:  # a table repeats its headers
        # A mark is written as four units at most, and a line gets what its block begins with.
        nesting = max(map(len, _NESTING.findall(text)), default=0)
        if 4 * size + (6 * nesting + 3) * (text.count("\n") + 1) <= limit:
            return True
    return not isinstance(markup, Dialect) and is_plain(text)


def _shown(markup: Markup | Dialect) -> Callable[[Sequence[Block]], str]:
    """Return what renders blocks to the text that a platform counts."""
    if isinstance(markup, Dialect):
        return lambda blocks: blocks_to_dialect(blocks, markup)
    match markup:
        case Markup.PLAIN:
            return blocks_to_plain
        case Markup.MARKDOWN:
            return blocks_to_markdown
        case Markup.SPANS:
            return blocks_to_words


class _Fitter:
    """Cuts texts for one platform."""

    def __init__(self, unit: TextUnit, markup: Markup | Dialect) -> None:
        self._unit = unit
        self._markup = markup
        self._shown = _shown(markup)
        self._density = 1.0  # characters of the text to a unit, lately

    def pieces(self, text: str, limit: int, first: int) -> list[str]:
        """Return the pieces of a text."""
        blocks = parse(text).blocks
        plain = self._markup is Markup.PLAIN
        # A text that counts as it is written was found to be too long already.
        if self._markup is not Markup.MARKDOWN and self._fits(blocks, first):
            return [blocks_to_plain(blocks) if plain else text]
        rest = self._prepared(blocks, min(limit, first))
        found: list[str] = []
        while rest:
            room = limit if found else first
            if self._fits(rest, room):
                head, rest = rest, ()
            else:
                head, rest = self._cut(rest, room)
            if self._shown(head).strip():
                found.append(self._written(head))
        return found or [""]

    def _written(self, blocks: Sequence[Block]) -> str:
        plain = self._markup is Markup.PLAIN
        return blocks_to_plain(blocks) if plain else blocks_to_markdown(blocks)

    def _fits(self, blocks: Sequence[Block], room: int) -> bool:
        return not larger(blocks, room) and length(self._shown(blocks), self._unit) <= room

    def _really_fits(self, blocks: Sequence[Block], room: int) -> bool:
        """Whether blocks fit once they were handed over as text and read again."""
        if self._markup is not Markup.PLAIN:
            blocks = parse(blocks_to_markdown(blocks)).blocks
        return self._fits(blocks, room)

    def _prepared(self, blocks: Sequence[Block], limit: int) -> _Blocks:
        """Return blocks as they are shown, so that what is cut is what is seen."""
        found = tuple(self._without_tables(spelt(blocks, self._markup), limit))
        return tuple(_unstyled(found)) if self._markup is Markup.PLAIN else found

    def _without_tables(self, blocks: Sequence[Block], limit: int) -> Iterator[Block]:
        """Take tables apart whose header leaves no room for a row."""
        for block in blocks:
            match block:
                case Table(rows=rows):
                    if all(self._fits([replace(block, rows=(row,))], limit) for row in rows):
                        yield block
                    else:
                        yield from spelt(rows_of(block), self._markup)
                case Quote(blocks=inner):
                    yield Quote(tuple(self._without_tables(inner, limit)))
                case List(items=items, start=start, tight=tight):
                    rest = tuple(tuple(self._without_tables(item, limit)) for item in items)
                    yield made_list(rest, start, tight=tight)
                case _:
                    yield block

    def _cut(self, blocks: _Blocks, room: int) -> tuple[_Blocks, _Blocks]:
        """Return a piece of blocks that do not fit, and the rest."""
        while True:
            for depth in (Depth.WHOLE, Depth.AROUND, Depth.WORDS, Depth.GRAPHEMES):
                if (found := self._best(blocks, depth, room)) is not None:
                    return found
            simpler = _simpler(blocks)
            if simpler is None:
                break
            blocks = simpler
            if self._fits(blocks, room):
                return blocks, ()
        found = self._best(blocks, Depth.CHARACTERS, room)
        assert found is not None, "one character is longer than a piece"
        return found

    def _best(self, blocks: _Blocks, depth: Depth, room: int) -> tuple[_Blocks, _Blocks] | None:
        """Cut blocks at the best place that leaves a piece which fits."""
        places = list(cuts(blocks, depth, room, lambda part: self._fits(part, room)))
        for place in _by_preference(places[: self._reach(blocks, places, room)]):
            head, tail = self._parted(blocks, place)
            if self._shown(head).strip() and self._really_fits(head, room):
                return head, tail
        return None

    def _reach(self, blocks: _Blocks, places: Sequence[Cut], room: int) -> int:
        """Return how many of the places, from the first on, leave a piece that fits."""
        sizes = [place.size for place in places]
        low, high = 0, len(places)  # places[:low] fit, places[high:] do not
        guess = self._density * room
        by_guess = True
        while low < high:
            middle = (low + high) // 2
            if by_guess:  # the length grows about evenly with the characters
                middle = max(bisect_right(sizes, guess, low, high) - 1, low)
            long = length(self._shown(self._parted(blocks, places[middle])[0]), self._unit)
            if long <= room:
                low = middle + 1
            else:
                high = middle
            self._density = sizes[middle] / max(long, 1)
            guess = self._density * room
            by_guess = not by_guess
        return low

    def _parted(self, blocks: _Blocks, place: Cut) -> tuple[_Blocks, _Blocks]:
        # Elsewhere the whole address would be spelt out behind each of its parts.
        linked = self._markup is Markup.SPANS or self._markup is Markup.MARKDOWN
        return parted(blocks, place.path, linked=linked)


def _by_preference(places: Sequence[Cut]) -> Iterator[Cut]:
    if not places:
        return
    for most, share in _SHARES:
        least = share * places[-1].size
        for place in reversed(places):
            if place.size < least:
                break
            if place.rank <= most:
                yield place
                break
    yield from reversed(places)


def _unstyled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Take off styles that are not shown, so that nothing is kept whole for them."""
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield replace(block, inlines=canonical(map(unstyled, inlines)))
            case Quote(blocks=inner):
                yield Quote(tuple(_unstyled(inner)))
            case List(items=items):
                yield replace(block, items=tuple(tuple(_unstyled(item)) for item in items))
            case _:
                yield block


def _simpler(blocks: _Blocks) -> _Blocks | None:
    """Return blocks with less around their first words; ``None`` if those stand alone."""
    first, *rest = blocks
    match first:
        case Quote(blocks=inner):
            return (*inner, *rest)
        case List(items=items, start=start, tight=tight):
            head, *others = items
            number = None if start is None else start + 1
            tail = (part_of_list(tuple(others), number, tight=tight),) if others else ()
            return (*head, *tail, *rest)
        case Table():
            return (*rows_of(first), *rest)
        case CodeBlock(text=text, info=info):
            if info:
                return (CodeBlock(text), *rest)
            lines = canonical([Run(text)])
            return (Paragraph(lines), *rest)
        case Heading(inlines=inlines) | Row(inlines=inlines):
            return (Paragraph(inlines), *rest)
        case Paragraph(inlines=inlines):
            words = _simpler_words(inlines)
            return None if words is None else (Paragraph(words), *rest)
        case _:
            return None


def _simpler_words(inlines: Sequence[Inline]) -> tuple[Inline, ...] | None:
    """Return words of which the first link is spelt out, or else the first run has no style."""
    head = inlines[0]
    assert isinstance(head, Run)
    if head.link:
        end = extents(inlines)[0][Mark(link=head.link)]
        spelled = spelt_inlines(inlines[:end], Markup.PLAIN)
        unlinked = (replace(run, link="") if isinstance(run, Run) else run for run in spelled)
        return canonical([*unlinked, *inlines[end:]])
    if head.style:
        return canonical([replace(head, style=Style.NONE), *inlines[1:]])
    return None
