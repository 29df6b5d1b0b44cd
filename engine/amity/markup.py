"""How platforms mark text up, as values: what the core renders for, and what it renders to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["SMALLEST_LIMIT", "Dialect", "Markup", "Span", "SpanKind", "StyledText", "TextUnit"]

# A text is not cut into pieces smaller than this, in any unit: each must hold what belongs to it,
# such as the marks of a quote, a fence and its language, or a link.
SMALLEST_LIMIT: Final = 64


class TextUnit(StrEnum):
    """In what a platform counts the length of a text."""

    CODE_POINTS = "code points"
    UTF16 = "UTF-16 code units"
    BYTES = "UTF-8 bytes"


class Markup(StrEnum):
    """How a platform takes text that is marked up."""

    PLAIN = "plain"  # not at all: it is given plain text
    MARKDOWN = "markdown"  # as CommonMark with tables; its length is that of the source
    SPANS = "spans"  # as plain text with spans beside it; its length is that of the plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A platform's own Markdown. The length of a text is that of what it is written as.

    Attributes:
        escaped: The characters that get a backslash where they are meant literally, beside those
            that are marks in every dialect; ``#``, ``>``, ``+`` and ``-`` only where a line begins.
        headings: The deepest level of headings that it shows; deeper ones become bold lines.
        nested_quotes: Whether a quote may hold quotes and lists, and a list quotes, code
            and headings; otherwise they are laid flat.
        links: Whether it shows words as links; otherwise the address follows the words.
        autolinks: Whether an address in the text is followed by a preview unless it stands in
            angle brackets.
        underline: Whether ``__`` underlines instead of making bold.
        spoilers: Whether ``||`` hides.
        long_fences: Whether code that holds three backticks can stand in a longer fence; otherwise
            an invisible space parts those within.
    """

    escaped: str
    headings: int = 6
    nested_quotes: bool = True
    links: bool = True
    autolinks: bool = False
    underline: bool = False
    spoilers: bool = False
    long_fences: bool = True


class SpanKind(StrEnum):
    """What a run of characters is shown as."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    BLOCK = "block"  # of code; ``data`` names the language
    LINK = "link"  # ``data`` is the address
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of a ``StyledText``, counted in the unit it was rendered for."""

    kind: SpanKind
    offset: int
    length: int
    data: str = ""


@dataclass(frozen=True, slots=True)
class StyledText:
    """Plain text and how runs of it are shown. Spans nest or lie apart; they never cross."""

    text: str
    spans: tuple[Span, ...] = ()
