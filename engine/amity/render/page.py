"""Laying blocks out on lines. Each format says what it writes; where lines begin is the same."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from amity.render.tree import (
    Block,
    CodeBlock,
    Heading,
    List,
    Paragraph,
    Quote,
    Rule,
    Table,
)

__all__ = ["HIGHEST_NUMBER", "Layout", "Page"]

HIGHEST_NUMBER: Final = 999_999_999
"""The highest number that begins an item in Markdown (CommonMark, list items): one more digit and
its line is a text."""


@dataclass(slots=True)
class _Prefix:
    """What stands before the lines of a block.

    Attributes:
        first: Before its first line.
        rest: Before the others.
        mark: Whether it says something (a quote) and is no mere indentation.
    """

    first: str
    rest: str
    mark: bool
    used: bool = False


class Page:
    """Lines of text, each behind the prefixes of the blocks that it stands in."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._prefixes: list[_Prefix] = []
        self._flush = 0
        self.size = 0

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    def put(self, text: str) -> None:
        """Write on the line that was begun last."""
        self._parts.append(text)
        self.size += len(text)

    def line(self) -> None:
        """Begin a line."""
        self._begin(self._prefix())

    def blank(self) -> None:
        """Write an empty line."""
        self._begin(self._prefix().rstrip())

    @contextmanager
    def behind(self, first: str, rest: str, *, mark: bool = False) -> Iterator[None]:
        """Put something before each line that is written within."""
        prefix = _Prefix(first, rest, mark)
        self._prefixes.append(prefix)
        yield
        if not prefix.used:
            self._begin(self._prefix().rstrip())
        self._prefixes.pop()

    @contextmanager
    def flush(self) -> Iterator[None]:
        """Let lines begin without the indentation of the lists that they stand in."""
        if any(not prefix.used for prefix in self._prefixes):
            self._begin(self._prefix().rstrip())
        before, self._flush = self._flush, len(self._prefixes)
        yield
        self._flush = before

    def _begin(self, prefix: str) -> None:
        if self._parts:
            prefix = "\n" + prefix
        self._parts.append(prefix)
        self.size += len(prefix)

    def _prefix(self) -> str:
        found: list[str] = []
        for number, prefix in enumerate(self._prefixes):
            if prefix.mark or number >= self._flush:
                found.append(prefix.rest if prefix.used else prefix.first)
            prefix.used = True
        return "".join(found)


class Layout(ABC):
    """Writes blocks on a page; the formats say how each kind looks."""

    def __init__(self) -> None:
        self.page = Page()
        self.lists = 0  # how deep the block stands in lists
        self.bullets = 0  # how many of those have bullets
        self.quotes = 0

    def blocks(self, blocks: Sequence[Block], *, tight: bool = False) -> None:
        """Write blocks, with blank lines between them unless they stand in a tight list."""
        before: Block | None = None
        other = False
        for block in blocks:
            if before is not None and not tight:
                self.page.blank()
            other = not other and _same_kind(before, block)
            self._block(block, other)
            before = block

    def _block(self, block: Block, other: bool) -> None:
        match block:
            case Paragraph():
                self.paragraph(block)
            case Heading():
                self.heading(block)
            case CodeBlock():
                self.code(block)
            case Quote():
                self.quotes += 1
                self.quote(block)
                self.quotes -= 1
            case List():
                self._list(block, other)
            case Table():
                self.table(block)
            case Rule():
                self.rule()

    def _list(self, block: List, other: bool) -> None:
        self.lists += 1
        self.bullets += block.start is None
        for number, item in enumerate(block.items):
            if number and not block.tight:
                self.page.blank()
            marker = self.marker(None if block.start is None else block.start + number, other)
            with self.page.behind(marker, " " * len(marker)):
                self.blocks(item, tight=block.tight)
        self.bullets -= block.start is None
        self.lists -= 1

    @abstractmethod
    def marker(self, number: int | None, other: bool) -> str:
        """Return what an item begins with.

        Args:
            number: The item's number; ``None`` in a list without.
            other: Whether the list follows another one of its kind, and must look different
                where that would make them one.
        """

    @abstractmethod
    def paragraph(self, block: Paragraph) -> None:
        """Write a paragraph."""

    @abstractmethod
    def heading(self, block: Heading) -> None:
        """Write a heading."""

    @abstractmethod
    def code(self, block: CodeBlock) -> None:
        """Write code."""

    @abstractmethod
    def quote(self, block: Quote) -> None:
        """Write a quote."""

    @abstractmethod
    def table(self, block: Table) -> None:
        """Write a table."""

    @abstractmethod
    def rule(self) -> None:
        """Write a rule."""


def _same_kind(before: Block | None, block: Block) -> bool:
    return (
        isinstance(before, List)
        and isinstance(block, List)
        and (before.start is None) == (block.start is None)
    )
