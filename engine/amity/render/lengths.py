"""How long a text is: in a platform's unit, and in columns of a monospaced font."""

import unicodedata
from collections.abc import Iterable

from amity.markup import TextUnit

__all__ = ["graphemes", "joins_left", "length", "offsets", "width"]


def length(text: str, unit: TextUnit) -> int:
    """Return how long a platform that counts in ``unit`` finds a text.

    A lone surrogate counts as one code unit, or three bytes.

    Example:
        >>> length("aé😀", TextUnit.UTF16), length("aé😀", TextUnit.BYTES)
        (4, 7)
    """
    if unit is TextUnit.CODE_POINTS or text.isascii():
        return len(text)
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def offsets(text: str, positions: Iterable[int], unit: TextUnit) -> dict[int, int]:
    """Return where positions in a text, given in code points, lie in another unit."""
    if unit is TextUnit.CODE_POINTS or text.isascii():
        return {position: position for position in positions}
    found: dict[int, int] = {}
    last = counted = 0
    for position in sorted(set(positions)):
        counted += length(text[last:position], unit)
        last = position
        found[position] = counted
    return found


def width(text: str) -> int:
    """Return how many columns a monospaced font takes for a text."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def joins_left(char: str) -> bool:
    """Whether a character may be part of the grapheme cluster that the one before it began."""
    if char.isascii():
        return False
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def graphemes(text: str) -> list[str]:
    """Cut a text into what people take for single characters (grapheme clusters)."""
    import regex

    return regex.findall(r"\X", text)
