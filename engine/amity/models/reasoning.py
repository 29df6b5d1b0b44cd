"""Keeps a model's reasoning out of the chat while the answer streams.

Models without a reasoning channel write it inline, between ``<think>`` and ``</think>`` or a tag
like it. A tag may be split over any chunks, and may never be closed; then all that follows is
reasoning. A tag right after a backtick is something the answer talks about, and stays.

Some servers put the opening tag into the prompt, so that the answer begins with reasoning and only
the closing tag comes. What stands before it is reasoning, too: it is held back until then where
that is known of a model, and taken back where it is not.
"""

import re
from typing import Final

__all__ = ["ReasoningFilter"]

_NAMES: Final = ("think", "thinking", "thought", "reasoning")
_OPENING: Final = tuple(f"<{name}>" for name in _NAMES)
_CLOSING: Final = tuple(f"</{name}>" for name in _NAMES)
_LONGEST: Final = max(map(len, _CLOSING))
_TAG: Final = re.compile(rf"(?<!`)<(/?)({'|'.join(_NAMES)})>", re.IGNORECASE | re.ASCII)
_CLOSINGS: Final = {name: re.compile(f"</{name}>", re.IGNORECASE | re.ASCII) for name in _NAMES}


class ReasoningFilter:
    """Takes the chunks of one answer, gives back what may be shown.

    White space before the first words is dropped: it is what separates reasoning from the answer.
    Opening tags do not nest, since reasoning may mention its own tag. If the first tag of an answer
    is a closing one, what came before it was reasoning; any later one that closes nothing is
    dropped.

    Args:
        held: Show nothing before the first tag has come, or the answer has ended without any.
    """

    __slots__ = ("_before", "_held", "_inside", "_pending", "_started", "_tagged", "_taken_back")

    def __init__(self, *, held: bool = False) -> None:
        self._held: list[str] | None = [] if held else None
        self._tagged = False  # whether a tag has come
        self._taken_back = False
        self._pending = ""
        self._before = ""  # the last character let through, for the backtick rule
        self._inside: str | None = None  # the tag name that is open
        self._started = False

    def feed(self, chunk: str) -> str:
        """Take the next chunk and return what of the answer can be shown now, maybe nothing."""
        if self._held is not None:
            self._held.append(chunk)
            if ">" not in chunk:
                return ""
            chunk = "".join(self._held)
            if _TAG.search(chunk) is None:
                self._held = [chunk]
                return ""
            self._held = None
        if self._started and self._inside is None and not self._pending and "<" not in chunk:
            if chunk:
                self._before = chunk[-1]
            return chunk
        text = self._pending + chunk
        self._pending = ""
        return self._visible(self._scan(text))

    def takes_back(self) -> bool:
        """Whether what was returned before the last chunk was reasoning; it says so once."""
        taken_back, self._taken_back = self._taken_back, False
        return taken_back

    def finish(self, *, cut: bool = False) -> str:
        """End the answer and return what was held back and turned out to be no tag.

        Args:
            cut: The answer is not whole; then what waited for the end of reasoning is reasoning.
        """
        text, self._pending = self._pending, ""
        if self._held is not None:
            text, self._held = "" if cut else "".join(self._held), None
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
            elif not self._tagged:
                shown.clear()
                self._taken_back, self._started = self._started, False
                self._before = ""
            self._tagged = True

    def _next_tag(self, text: str, at: int) -> re.Match[str] | None:
        found = _TAG.search(text, at)
        if found is not None and found.start() == 0 and self._before == "`":
            return _TAG.search(text, found.end())
        return found

    def _end_of_reasoning(self, text: str, at: int) -> int | None:
        assert self._inside is not None
        closing = f"</{self._inside}>"
        found = _CLOSINGS[self._inside].search(text, at)
        if found is not None:
            return found.end()
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
