"""Runs of words: put in their canonical form, and nested as styles that open and close."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from amity.render.tree import Break, Inline, Run, Style

__all__ = [
    "Close",
    "Mark",
    "Open",
    "Step",
    "canonical",
    "extents",
    "nested",
    "on_one_line",
    "unstyled",
    "words",
]

_LINE_END: Final = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_SHOWN: Final = (Style.STRONG, Style.EMPHASIS, Style.STRIKE)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run of words is wrapped in: one style, or a link."""

    style: Style = Style.NONE
    link: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A mark begins. ``end`` is the number of the first inline that it no longer holds."""

    mark: Mark
    end: int


@dataclass(frozen=True, slots=True)
class Close:
    """A mark ends."""

    mark: Mark


_MARKS: Final = {
    Style(number): [Mark(style) for style in _SHOWN if number & style] for number in range(16)
}


def words(inlines: Iterable[Inline]) -> str:
    """Return the words alone, with line ends for the breaks."""
    return "".join(item.text if isinstance(item, Run) else "\n" for item in inlines)


def on_one_line(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return inlines with spaces for the breaks."""
    found = canonical(inlines)
    if any(isinstance(item, Break) for item in found):
        return canonical(Run(" ") if isinstance(item, Break) else item for item in found)
    return found


def unstyled(item: Inline) -> Inline:
    """Return an inline without any style but code."""
    if isinstance(item, Break):
        return item
    return Run(item.text, Style.CODE if item.is_code else Style.NONE, item.link)


def canonical(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return inlines in the one form that ``parse`` makes; see ``amity.render.tree``."""
    return tuple(_joined(_spaced(_segments(inlines))))


def _segments(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Take white space at a run's edges for itself, and line ends out of the words."""
    for item in inlines:
        if isinstance(item, Break):
            yield item
        elif item.is_code:
            if item.text:
                yield item
        elif _LINE_END.search(item.text):
            for number, line in enumerate(_LINE_END.split(item.text)):
                if number:
                    yield Break()
                yield from _edged(line, item)
        else:
            yield from _edged(item.text, item)


def _edged(line: str, run: Run) -> Iterator[Run]:
    solid = line.strip()
    if len(solid) == len(line):
        if line:
            yield run if line is run.text else Run(line, run.style, run.link)
        return
    start = line.index(solid) if solid else len(line)
    for text in (line[:start], solid, line[start + len(solid) :]):
        if text:
            yield Run(text, run.style, run.link)


def _spaced(segments: Iterable[Inline]) -> Iterator[Inline]:
    """Settle what lies between words: a break, or space with the styles of both its sides."""
    before: Run | None = None
    between: list[Inline] = []
    for item in segments:
        if isinstance(item, Break) or (item.text.isspace() and not item.is_code):
            between.append(item)
            continue
        if before is not None and between:
            yield from _settled(before, between, item)
        between = []
        before = item
        yield item


def _settled(before: Run, between: Sequence[Inline], after: Run) -> Iterator[Inline]:
    breaks = [item.hard for item in between if isinstance(item, Break)]
    if breaks:
        yield Break(hard=any(breaks))
        return
    for item in between:
        assert isinstance(item, Run)
        style = item.style
        if not style == before.style == after.style:
            style = style & before.style & after.style
        link = item.link if item.link == before.link == after.link else ""
        yield Run(item.text, style, link)


def _joined(items: Iterable[Inline]) -> Iterator[Inline]:
    """Put neighbours that are shown alike together."""
    alike: list[Run] = []
    for item in items:
        if isinstance(item, Run):
            if alike and (item.style, item.link) == (alike[0].style, alike[0].link):
                alike.append(item)
                continue
            yield from _together(alike)
            alike = [item]
        else:
            yield from _together(alike)
            alike = []
            yield item
    yield from _together(alike)


def _together(alike: Sequence[Run]) -> Sequence[Run]:
    if len(alike) < 2:
        return alike
    return (Run("".join([run.text for run in alike]), alike[0].style, alike[0].link),)


def _marks(item: Run) -> list[Mark]:
    """Return a run's marks; code is not among them, since it is a matter of each run alone."""
    marks = _MARKS[item.style]
    return [*marks, Mark(link=item.link)] if item.link else marks


def extents(inlines: Sequence[Inline]) -> list[dict[Mark, int]]:
    """Return for each inline its marks, and where each ends: the next inline without it.

    A break has the marks that both its neighbours have.
    """
    found: list[dict[Mark, int]] = [{} for _ in inlines]
    following: dict[Mark, int] = {}
    for number in range(len(inlines) - 1, -1, -1):
        item = inlines[number]
        if isinstance(item, Run):
            marks = _marks(item)
        else:
            previous = inlines[number - 1] if number else None
            shared = _marks(previous) if isinstance(previous, Run) else []
            marks = [mark for mark in shared if mark in following]
        following = {mark: following.get(mark, number + 1) for mark in marks}
        found[number] = following
    return found


Step = Open | Close | Run | Break


def nested(inlines: Sequence[Inline]) -> Iterator[Step]:
    """Yield the inlines with their marks as what opens and closes around them, properly nested.

    Longer marks stand outside shorter ones. A link is never closed for another mark's sake: a mark
    that would end within it is closed before it and opened again inside. Nothing begins
    right before a break or ends right after it.
    """
    held: Break | None = None
    for step in _steps(inlines):
        if isinstance(step, Break):
            held = step
            continue
        if held is not None and not isinstance(step, Close):
            yield held
            held = None
        yield step


def _steps(inlines: Sequence[Inline]) -> Iterator[Step]:
    if not any(isinstance(item, Run) and _marks(item) for item in inlines):
        yield from inlines
        return
    stack: list[Open] = []
    for number, (item, marks) in enumerate(zip(inlines, extents(inlines), strict=True)):
        yield from _closing(stack, [opened.end <= number for opened in stack])
        if isinstance(item, Break):
            yield item
            continue
        missing = marks.keys() - {opened.mark for opened in stack}
        link = next((mark for mark in missing if mark.link), None)
        if link is not None:
            yield from _closing(stack, [opened.end < marks[link] for opened in stack])
            missing = marks.keys() - {opened.mark for opened in stack}
        for mark in sorted(missing, key=lambda m: (-marks[m], bool(m.link), m.style)):
            opening = Open(mark, marks[mark])
            stack.append(opening)
            yield opening
        yield item
    yield from _closing(stack, [True] * len(stack))


def _closing(stack: list[Open], due: list[bool]) -> Iterator[Close]:
    """Close what is due, and with it all that was opened inside."""
    if True in due:
        first = due.index(True)
        for opened in reversed(stack[first:]):
            yield Close(opened.mark)
        del stack[first:]
