"""A Markdown text as a tree: blocks, and in them runs of words with their styles.

Words are not nested in their styles: a run knows all of its own, so a text can be cut anywhere and
put together again. ``amity.render.parse`` makes a tree in one canonical form: no empty runs or
blocks, no two neighbouring runs alike, no style that begins or ends in white space, no white space
where a line begins or ends.
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Final

__all__ = [
    "Align",
    "Block",
    "Break",
    "Cell",
    "CodeBlock",
    "Document",
    "Heading",
    "Inline",
    "Item",
    "List",
    "Paragraph",
    "Quote",
    "Rule",
    "Run",
    "Style",
    "Table",
]


class Style(IntFlag):
    """How a run of words is shown; any of them together."""

    NONE = 0
    STRONG = 1
    EMPHASIS = 2
    STRIKE = 4
    CODE = 8


# To combine flags takes a microsecond, to look one up a fraction of that.
_CODE: Final = frozenset(Style(number) for number in range(16) if number & Style.CODE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are shown alike.

    Attributes:
        text: The words; never empty, without line ends.
        style: How they are shown.
        link: The address they lead to; empty if they are no link.
    """

    text: str
    style: Style = Style.NONE
    link: str = ""

    @property
    def is_code(self) -> bool:
        """Whether the words are code."""
        return self.style in _CODE


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph.

    Attributes:
        hard: True if the author asked for it. Every channel shows both kinds as a line end.
    """

    hard: bool = False


Inline = Run | Break
Cell = tuple[Inline, ...]


class Align(StrEnum):
    """To which side the cells of a column are set."""

    NONE = ""
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6, without line breaks."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code.

    Attributes:
        text: The code, without line ends before and after it.
        info: What the author wrote behind the fence, usually the language.
    """

    text: str
    info: str = ""

    @property
    def language(self) -> str:
        """The first word of ``info``; empty if there is none."""
        return self.info.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that are quoted."""

    blocks: "tuple[Block, ...]"


Item = tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list.

    Attributes:
        items: What stands in each item; nothing in an empty one.
        start: The first number; ``None`` for a list with bullets.
        tight: True if no blank lines part the items and what is in them.
    """

    items: tuple[Item, ...]
    start: int | None = None
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Every row has as many cells as the header."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Paragraph | Heading | CodeBlock | Quote | List | Table | Rule


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text."""

    blocks: tuple[Block, ...]
