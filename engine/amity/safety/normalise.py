"""One plain form of a text, made once, that every rule of safety reads.

Lower case, compatibility forms folded (NFKC), nothing invisible, no apostrophes (``i'm`` and ``im``
are one word), look-alike letters put back into their word's script, digits standing in for letters
put back (``su1cide``), spelled-out words joined (``d i e``), words apart by one space, and sentences
by `` . `` or `` ? ``.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = ["MAX_CHARACTERS", "STEM", "Plain", "normalise"]

# What is judged of one text. Longer texts are judged by their head and tail; the gate of the
# engine lets fewer characters in than this, so only foreign callers ever meet it.
MAX_CHARACTERS: Final = 16_000

# Rules name words of inflecting languages by their first letters.
STEM: Final = 4

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘`´ʼ＇"))
# Joiners, direction marks, soft hyphen and variation selectors show nothing and split words.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_MARKS: Final = re.compile("[\u0300-\u036f]")
_TOKEN: Final = re.compile(r"[^\W_]+|[.!;…\n]|\?")
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_LEET_INSIDE: Final = re.compile(r"(?<=[^\W\d_])[013457@$!*]+(?=[^\W\d_])")
_LEET: Final = str.maketrans("013457@$!*", "oieastasii")
_SPELLED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*·]){2,}[^\W\d_](?![^\W_])")
_SEPARATORS: Final = re.compile(r"[ .\-_*·]")
_MIXED: Final = re.compile("[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[a-z]")
_PAIRS: Final = "аaеeоoрpсcуyхxкkмmтtвbнhіiјjѕsԁdզqгrпnиu"
_TO_LATIN: Final = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_TO_CYRILLIC: Final = str.maketrans(_PAIRS[1:26:2], _PAIRS[0:26:2])


@dataclass(frozen=True, slots=True, repr=False)
class Plain:
    """A text in its plain form. It is content: it has no useful ``repr`` and stays in RAM.

    Attributes:
        text: The words between single spaces, with a space at both ends.
        words: The set of its words, and of their stems followed by ``*``.
        latin: True if it holds a Latin letter.
        cyrillic: True if it holds a Cyrillic letter.
    """

    text: str
    words: frozenset[str]
    latin: bool
    cyrillic: bool

    def __repr__(self) -> str:
        return "Plain(…)"


def normalise(text: str) -> Plain:
    """Return the plain form of a text."""
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]}\n{text[-half:]}"
    if text.isascii():
        text = text.lower().replace("'", "").replace("`", "")
        cyrillic = False
    else:
        text = _fold(text)
        cyrillic = _CYRILLIC.search(text) is not None
    if _STRETCHED.search(text):
        text = _STRETCHED.sub(_shorten, text)
    if _SPELLED.search(text):
        text = _SPELLED.sub(lambda match: _SEPARATORS.sub("", match[0]), text)
    if _LEET_INSIDE.search(text):
        text = _LEET_INSIDE.sub(lambda match: match[0].translate(_LEET), text)
    tokens = _TOKEN.findall(text)
    words = set(tokens)
    words.update([word[:STEM] + "*" for word in words if len(word) >= STEM])
    plain = " ".join(["." if token in _ENDS else token for token in tokens])
    # Every text ends as a sentence does, so that rules need to know one kind of end only.
    return Plain(f" {plain} . ", frozenset(words), _LATIN.search(text) is not None, cyrillic)


_ENDS: Final = frozenset(".!;…\n")


def _fold(text: str) -> str:
    """Return a text that is not ASCII in lower case, folded, in one script a word."""
    text = text.translate(_APOSTROPHES)
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).lower().replace("ё", "е")
    if not text.isascii():
        # Й and й are one code point each in NFKC, so what is left over are ornaments.
        text = _MARKS.sub("", text)
    if _MIXED.search(text):
        text = _WORD.sub(lambda match: _one_script(match[0]), text)
    return text


def _one_script(word: str) -> str:
    latin = len(_LATIN.findall(word))
    cyrillic = len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(_TO_LATIN if latin >= cyrillic else _TO_CYRILLIC)


def _shorten(match: re.Match[str]) -> str:
    letter = match[1]
    if letter.isdigit():
        return match[0]
    # "killlll" needs its two, "dieeee" and "sooooo" want one.
    return letter * 2 if letter in "ls" else letter
