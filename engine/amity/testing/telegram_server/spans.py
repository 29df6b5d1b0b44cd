"""What the parsers of markup and the server's own text have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Draft", "Entity", "MarkupError", "units"]


class MarkupError(ValueError):
    """Raised when markup cannot be parsed; the text says why, as Telegram says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A run of text that is shown in a special way, in whatever unit its holder counts."""

    kind: str
    offset: int
    length: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.offset + self.length

    def at(self, start: int, end: int) -> "Entity":
        """Return the same between other bounds."""
        return replace(self, offset=start, length=end - start)

    def shift(self, by: int) -> "Entity":
        """Return the same somewhere else."""
        return replace(self, offset=self.offset + by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text and its entities, counted in UTF-16 units."""

    text: str
    entities: list[Entity]


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)
