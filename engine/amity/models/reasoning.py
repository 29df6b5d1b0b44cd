"""Keeps a model's reasoning out of the chat while the answer streams.

Models without a reasoning channel write it inline, between ``<think>`` and ``</think>`` or a tag
like it. A tag may be split over any chunks, and may never be closed; then all that follows is
reasoning. A tag right after a backtick is something the answer talks about, and stays.
"""

import re
from typing import Final

__all__ = ["ReasoningFilter"]

_NAMES: Final = ("think", "thinking", "thought", "reasoning")
_OPENING: Final = tuple(f"<{name}>" for name in _NAMES)
_CLOSING: Final = tuple(f"</{name}>" for name in _NAMES)
_LONGEST: Final = max(map(len, _CLOSING))
_TAG: Final = re.compile(rf"(?<!`)<(/?)({'|'.join(_NAMES)})>", re.IGNORECASE)


class ReasoningFilter:
    """Takes the chunks of one answer, gives back what may be shown.

    White space before the first words is dropped: it is what separates reasoning from the answer.
    Opening tags do not nest, since reasoning may mention its own tag; a closing tag without an
    opening one is dropped.
    """

    __slots__ = ("_before", "_inside", "_pending", "_started")

    def __init__(self) -> None:
        self._pending = ""
        self._before = ""  # the last character let through, for the backtick rule
        self._inside: str | None = None  # the tag name that is open
        self._started = False

    def feed(self, chunk: str) -> str:
        """Take the next chunk and return what of the answer can be shown now, maybe nothing."""
        if self._started and self._inside is None and not self._pending and "<" not in chunk:
            if chunk:
                self._before = chunk[-1]
            return chunk
        text = self._pending + chunk
        self._pending = ""
        return self._visible(self._scan(text))

    def finish(self) -> str:
        """End the answer and return what was held back and turned out to be no tag."""
        text, self._pending = self._pending, ""
        return "" if self._inside is not None else self._visible(text)

    def _scan(self, text: str) -> str:
        """Return the shown parts of a text; keep back an end that may begin a tag."""
        shown: list[str] = []
        at = 0
        while True:
            if self._inside is not None:
                end = self._end_of_reasoning(text, at)
                if end is None:
                    return "".join(shown)
                at, self._inside = end, None
                self._before = ""
            found = self._next_tag(text, at)
            if found is None:
                cut = _open_end(text, at)
                shown.append(text[at:cut])
                self._pending = text[cut:]
                return "".join(shown)
            shown.append(text[at : found.start()])
            at = found.end()
            if not found[1]:
                self._inside = found[2].lower()

    def _next_tag(self, text: str, at: int) -> re.Match[str] | None:
        found = _TAG.search(text, at)
        if found is not None and found.start() == 0 and self._before == "`":
            return _TAG.search(text, found.end())
        return found

    def _end_of_reasoning(self, text: str, at: int) -> int | None:
        closing = f"</{self._inside}>"
        found = text.lower().find(closing, at)
        if found >= 0:
            return found + len(closing)
        # Only an end that may begin the closing tag has to be remembered.
        start = max(at, len(text) - len(closing) + 1)
        tail = text[start:]
        cut = tail.rfind("<")
        if cut >= 0 and closing.startswith(tail[cut:].lower()):
            self._pending = tail[cut:]
        return None

    def _visible(self, text: str) -> str:
        if not self._started:
            text = text.lstrip()
        if text:
            self._started = True
            self._before = text[-1]
        return text


def _open_end(text: str, at: int) -> int:
    """Return where an unfinished tag at the end of the text begins, or the end."""
    cut = text.rfind("<", max(at, len(text) - _LONGEST))
    if cut < 0:
        return len(text)
    tail = text[cut:].lower()
    if any(tag.startswith(tail) for tag in (*_OPENING, *_CLOSING)):
        return cut
    return len(text)
