"""Text of people, as a value that cannot slip into a log.

A ``SealedText`` shows nothing in ``repr`` and refuses ``str`` and ``format``, so an f-string, a
log call or an exception message that is handed one either shows nothing or fails in its test.
"""

from typing import NoReturn

__all__ = ["SealedText"]


class SealedText:
    """What somebody said, or what was said to them. Only ``reveal()`` gives the text.

    Values compare by their text and are hashable. ``len()`` counts code points, which is not
    content; ``bool()`` is false for the empty text.
    """

    __slots__ = ("_text",)

    _text: str

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. Each call is a place where text may leave: keep them few."""
        return self._text

    def __repr__(self) -> str:
        return "SealedText(…)"

    def __str__(self) -> NoReturn:
        raise TypeError("a SealedText has no str(); call reveal() where the text is really needed")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a SealedText cannot be formatted; call reveal() where the text is needed")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SealedText cannot be pickled; store it in a sealed field")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SealedText):
            return self._text == other._text
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)
