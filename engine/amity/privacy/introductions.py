"""Where it is clear that a word in small is somebody's name: my name is mark; mark here; mark92."""

import re
import unicodedata
from typing import Final

from amity.invisible import INVISIBLE

__all__ = ["APOSTROPHES", "is_introduced"]

APOSTROPHES: Final = "'\u2018\u2019\u02bc\u2032`\u00b4\uff07"
"""What people and their keyboards write for an apostrophe."""

_A: Final = f"[{APOSTROPHES}]?"
_SAID_BEFORE: Final = "|".join(
    (
        rf"my\s+name{_A}(?:s|\s+is)?",
        rf"name{_A}s",
        r"(?:call|calls|called|named|name)\s+me",
        rf"(?:i\s+am|i{_A}m)\s+(?:called|named)",
        r"i\s+go\s+by",
        r"known\s+as",
        r"меня\s+(?:зовут|звать)",
        r"(?:зови|зовите|называй|называйте)\s+меня",
        r"мо[её]\s+имя",
    )
)
_TOLD: Final = re.compile(rf"(?<!\w)(?:{_SAID_BEFORE})\W{{1,3}}\Z", re.IGNORECASE)
_I_AM: Final = re.compile(rf"(?<!\w)(?:i\s+am|i{_A}m)\s+\Z", re.IGNORECASE)
# In Russian there is no verb: only where the sentence ends there, "я роман" says who.
_I: Final = re.compile(r"(?<!\w)я\s*[-—–]?\s*\Z", re.IGNORECASE)
_END: Final = re.compile(r"\s*(?:[.,!?;)\n]|\Z)")
_BEFORE_HERE: Final = re.compile(
    rf"(?:\A|[.!?,\n]|(?<!\w)(?:it{_A}s|this\s+is))\s*\Z", re.IGNORECASE
)
_HERE: Final = re.compile(r"\s+(?:here|speaking)(?!\w)", re.IGNORECASE)
_NO_WORD: Final = re.compile(r"\W*\Z")

# After "I am" these say how somebody is, not who.
_ADJECTIVES: Final = frozenset(
    [
        "dear",
        "frank",
        "ginger",
        "happy",
        "lucky",
        "merry",
        "misty",
        "rich",
        "rusty",
        "sage",
        "sandy",
        "sunny",
        "woody",
        "мила",
        "милая",
        "рада",
    ]
)
_LOOKED_AT: Final = 60


def is_introduced(text: str, start: int, end: int) -> bool:
    """Whether the word of a text that stands from ``start`` to ``end`` is there as a name."""
    before = INVISIBLE.sub("", text[max(0, start - _LOOKED_AT) : start])
    after = INVISIBLE.sub("", text[end : end + _LOOKED_AT])
    if len(after) > 1 and after[:2].isdecimal():  # a handle
        return True
    if _TOLD.search(before) or (_BEFORE_HERE.search(before) and _HERE.match(after)):
        return True
    if _NO_WORD.match(before) and _NO_WORD.match(after):  # an answer of one word
        return True
    word = unicodedata.normalize("NFC", INVISIBLE.sub("", text[start:end])).lower()
    if word in _ADJECTIVES:
        return False
    return bool(_I_AM.search(before) or (_I.search(before) and _END.match(after)))
