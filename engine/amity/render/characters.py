"""Characters: which no platform takes, and texts that are plain for certain."""

import re
from typing import Final

__all__ = ["is_plain", "usable"]

# In planes beyond the first, what is unusable lies at their ends; looking for it takes long, so it
# is done only where a text has such characters at all. No emoji has.
_RARE: Final = "\U0001fffe"
_RARELY_UNUSABLE: Final = re.compile(
    "[" + "".join(f"{chr(n << 16 | 0xFFFE)}{chr(n << 16 | 0xFFFF)}" for n in range(1, 17)) + "]"
)
_UNUSABLE: Final = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINES: Final = {0x2028: "\n", 0x2029: "\n\n"}
_SPACES: Final = dict.fromkeys((0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85), " ")
_RARE_SPACES: Final = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")

_MARKED_ASCII: Final = re.compile(r"[\\`*_\[\]<&~\x00-\x09\x0b-\x1f\x7f]")
_MARKED: Final = re.compile(
    r"[\\`*_\[\]<&~\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINE_STARTS: Final = frozenset("-+>#=:|")
_NUMBER: Final = re.compile(r"\d+[.)]")


def usable(text: str) -> str:
    """Return a text with U+FFFD for what no platform takes, and with usual spaces and line ends."""
    if _RARE_SPACES.search(text):
        text = text.translate(_LINES | _SPACES)
    text = _UNUSABLE.sub("\ufffd", text)
    if not text.isascii() and max(text) >= _RARE:
        text = _RARELY_UNUSABLE.sub("\ufffd", text)
    return text


def is_plain(text: str) -> bool:
    """Whether a text is, for certain, the same as Markdown and as plain text.

    Most texts have no markup at all, and are short: for them this takes the place of parsing.
    """
    marked = _MARKED_ASCII if text.isascii() else _MARKED
    if marked.search(text) or "://" in text or (marked is _MARKED and max(text) >= _RARE):
        return False
    after_blank = True
    for line in text.split("\n"):
        if not line:
            if after_blank:
                return not text
            after_blank = True
            continue
        first = line[0]
        if first in _LINE_STARTS or first.isspace() or line[-1].isspace():
            return False
        if first.isdecimal() and _NUMBER.match(line):
            return False
        after_blank = False
    return not after_blank
