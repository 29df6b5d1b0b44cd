"""Markdown as a terminal shows it, and text that cannot command the terminal."""

import re
from typing import Final

__all__ = ["Markup", "clean"]

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINK: Final = re.compile(r"(?<!\\)\[([^\[\]\n]{1,200})\]\(<?([^()\s<>]{1,500})>?\)")
_MARKS: Final = re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~])|(\*\*)|(`)")
_HEADING: Final = re.compile(r"^#{1,6} +", re.MULTILINE)
# An end that more text could still turn into a mark.
_UNFINISHED: Final = re.compile(
    r"(?:[\\*]*\[[^\[\]\n]{0,200}(?:\](?:\([^()\s]{0,500})?)?|[\\*]+|^#{1,6} *)\Z",
    re.MULTILINE,
)
_BOLD: Final = ("\x1b[1m", "\x1b[22m")


def clean(text: str) -> str:
    """Return text without control characters: it comes from a model and must only be read.

    Line ends and tabs stay. What would turn the direction of writing around goes, too.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class Markup:
    """Turns Markdown into a terminal's text.

    Args:
        styled: Whether bold is shown as such; otherwise its marks are left out.
    """

    def __init__(self, *, styled: bool) -> None:
        self._styled = styled

    def growing(self, text: str) -> str:
        """Return what can be shown of a text that is still growing.

        For a longer text that begins with this one the result begins with this result.
        """
        text = clean(text)
        cut = _UNFINISHED.search(text)
        return self._shown(text[: cut.start()] if cut else text)[0]

    def whole(self, text: str) -> str:
        """Return a finished text."""
        shown, bold = self._shown(clean(text))
        return shown + _BOLD[1] if bold and self._styled else shown

    def _shown(self, text: str) -> tuple[str, bool]:
        bold = False

        def mark(match: re.Match[str]) -> str:
            nonlocal bold
            if match[1]:
                return match[1]
            if match[3]:
                return ""
            bold = not bold
            return _BOLD[0 if bold else 1] if self._styled else ""

        text = _LINK.sub(_link, _HEADING.sub("", text))
        return _MARKS.sub(mark, text), bold


def _link(match: re.Match[str]) -> str:
    label, address = match[1], match[2]
    return address if label == address else f"{label} ({address})"
