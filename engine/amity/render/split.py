"""Splitting a long text into pieces that a platform takes."""

from amity.markup import TextUnit

__all__ = ["length", "split_text"]

_SEPARATORS = ("\n\n", "\n", ". ", "! ", "? ", "… ", " ")


def length(text: str, unit: TextUnit) -> int:
    """Return how long a platform that counts in ``unit`` finds a text."""
    match unit:
        case TextUnit.CODE_POINTS:
            return len(text)
        case TextUnit.UTF16:
            return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)
        case TextUnit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))


def _fitting(text: str, limit: int, unit: TextUnit) -> int:
    """Return how many leading code points fit the limit, at least one."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if length(text[:middle], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def split_text(text: str, limit: int, unit: TextUnit) -> list[str]:
    """Split a text into pieces of at most ``limit`` units.

    It is cut between paragraphs, else lines, sentences or words, else anywhere. No word of the
    text is lost; white space at the places of the cuts is. An empty text is one empty piece.

    Raises:
        ValueError: the limit is under 4, the most units that one code point can take.
    """
    if limit < 4:
        raise ValueError(f"a limit of {limit} is too small to split for; it must be at least 4")
    pieces: list[str] = []
    while length(text, unit) > limit:
        fitting = _fitting(text, limit, unit)
        head = text[:fitting]
        cut = fitting
        for separator in _SEPARATORS:
            found = head.rfind(separator)
            if found > fitting // 2:
                cut = found + len(separator)
                break
        piece = text[:cut].rstrip()
        if piece:
            pieces.append(piece)
        text = text[cut:].lstrip()
    if text or not pieces:
        pieces.append(text)
    return pieces
