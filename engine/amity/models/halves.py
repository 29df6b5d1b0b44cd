"""Puts characters together that a provider cut in two.

JSON writes a character beyond the first plane as two escapes, and some servers send one of them in
a frame and the other in the next. Half a character can be neither shown nor stored.
"""

import re
from typing import Final

__all__ = ["Halves"]

_ANY: Final = re.compile("[\ud800-\udfff]")
_FIRST: Final = re.compile("[\ud800-\udbff]\\Z")
_LOST: Final = "\ufffd"


class Halves:
    """Takes the chunks of one answer, gives them back with whole characters only.

    A half whose other half never comes becomes U+FFFD.
    """

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first = ""

    def feed(self, chunk: str) -> str:
        """Return what is whole; a first half at the end is kept for the next chunk."""
        if not chunk or (not self._first and (chunk.isascii() or not _ANY.search(chunk))):
            return chunk
        text = self._first + chunk
        self._first = text[-1] if _FIRST.search(text) else ""
        text = text[: len(text) - len(self._first)]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def finish(self) -> str:
        """Return what stands for a half that stayed alone, if there is one."""
        first, self._first = self._first, ""
        return _LOST if first else ""
