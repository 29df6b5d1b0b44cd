"""One plain form of a text, made once, that every rule of safety reads.

Lower case, compatibility forms folded (NFKC), nothing invisible, no apostrophes (``i'm`` and ``im``
are one word), look-alike letters put back into their word's script, digits standing in for letters
put back (``su1cide``), spelled-out words joined (``d.i.e``), words apart by one space, and
sentences by `` . `` or `` ? ``.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from amity.invisible import INVISIBLE

__all__ = ["MAX_CHARACTERS", "STEM", "Plain", "normalise"]

# What is judged of one text. Longer texts are judged by their head and tail; the gate of the
# engine lets fewer characters in than this, so only foreign callers ever meet it.
MAX_CHARACTERS: Final = 16_000

# Rules name words of inflecting languages by their first letters.
STEM: Final = 4

_APOSTROPHES: Final = "'’‘`´ʼ＇"
# What most texts are made of; anything else is folded with care.
_ODD: Final = re.compile("[^\x00-\x7fЀ-ӿ—–«»…“”„’‘№]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_TOKEN: Final = re.compile(r"[^\W_]+|[.!;…\n]|\?")
_PLAIN_TOKEN: Final = re.compile(r"[a-z0-9Ѐ-ӿ]+|[.!;…\n]|\?")
_ENDS: Final = frozenset(".!;…\n")
# For ASCII, every sign but letters, digits and the marks of a sentence becomes a space.
_ASCII: Final = "".join(
    chr(at) if chr(at).isalnum() or chr(at) in ".?" else " " for at in range(128)
)
# The first finds whether there is any, at less than half the price of the second.
_TRIPLE: Final = re.compile(r"(.)\1\1")
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_LEET_SIGN: Final = re.compile("[013457@$!*]")
_LEET_INSIDE: Final = re.compile(r"(?<=[^\W\d_])[013457@$!*]+(?=[^\W\d_])")
_LEET: Final = str.maketrans("013457@$!*", "oieastasii")
# "k i l l" and "d.i.e", but not "r u a bot"; a dotted "a.i." is a word of its own.
_SPELLED: Final = re.compile(
    r"(?<![^\W_])(?:(?:[^\W\d_] ){3,}|(?:[^\W\d_][.\-_*·]){2,}|a\.(?=i\b))[^\W\d_](?![^\W_])"
)
# A line broken behind such a word ends no sentence.
_BROKEN: Final = re.compile(
    r"(?<![^\W_])((?:i['’`]?m|i am|my age is)(?: (?:only|just|actually|still|almost|turning))?|"
    r"мне(?: (?:всего|только|сейчас|уже|скоро|почти|будет))?) *\s*\n\s*(?=[^\W_])",
    re.IGNORECASE,
)
_SEPARATORS: Final = re.compile(r"[ .\-_*·]")
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя")
_MIXED: Final = re.compile("[a-z][Ѐ-ӿ]|[Ѐ-ӿ][a-z]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
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
        folded: The text before its signs were dropped, for what asks where a clause ends.
    """

    text: str
    words: frozenset[str]
    latin: bool
    cyrillic: bool
    folded: str = ""

    def __repr__(self) -> str:
        return "Plain(…)"


def normalise(text: str) -> Plain:
    """Return the plain form of a text."""
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]}\n{text[-half:]}"
    if "\n" in text:
        text = _BROKEN.sub(r"\1 ", text)
    if text.isascii():
        text = text.lower().replace("'", "").replace("`", "")
        cyrillic = False
    else:
        text = _fold(text)
        cyrillic = _CYRILLIC.search(text) is not None
    if _LEET_SIGN.search(text):
        text = _LEET_INSIDE.sub(lambda match: match[0].translate(_LEET), text)
        if cyrillic and _MIXED.search(text):  # "ум3реть": the letters for digits are Latin
            text = _WORD.sub(lambda match: _one_script(match[0]), text)
    if _TRIPLE.search(text):
        text = _STRETCHED.sub(_shorten, text)
    if "a.i" in text:
        text = _joined(text)
    tokens = _tokens(text)
    words = set(tokens)
    # Three different letters that stand alone may be a word spelled out.
    if len(words & _LETTERS) > 2:
        text = _joined(text)
        tokens = _tokens(text)
        words = set(tokens)
    words.update([word[:STEM] + "*" for word in words if len(word) >= STEM])
    # Every text ends as a sentence does, so that rules need to know one kind of end only.
    plain = f" {' '.join(tokens)} . "
    return Plain(plain, frozenset(words), _LATIN.search(text) is not None, cyrillic, text)


def _tokens(text: str) -> list[str]:
    """Return the words of a text and its sentences' ends, as ``.`` and ``?``."""
    if not text.isascii():
        pattern = _TOKEN if _ODD.search(text) else _PLAIN_TOKEN
        return ["." if token in _ENDS else token for token in pattern.findall(text)]
    # The same by means that are five times as fast, for most of all English text.
    text = text.replace("!", ".").replace(";", ".").replace("\n", ".").translate(_ASCII)
    return text.replace(".", " . ").replace("?", " ? ").split()


def _joined(text: str) -> str:
    return _SPELLED.sub(lambda match: _SEPARATORS.sub("", match[0]), text)


def _fold(text: str) -> str:
    """Return a text that is not ASCII in lower case, folded, in one script a word."""
    for sign in _APOSTROPHES:
        if sign in text:
            text = text.replace(sign, "")
    if _ODD.search(text):
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        # Й and й are one code point each in NFKC, so what is left over are ornaments.
        text = _MARKS.sub("", text.lower())
    else:
        text = text.lower()
    text = text.replace("ё", "е")
    if _LATIN.search(text) and _MIXED.search(text):
        text = _WORD.sub(lambda match: _one_script(match[0]), text)
    return text


def _one_script(word: str) -> str:
    latin = len(_LATIN.findall(word))
    cyrillic = len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    in_latin, in_cyrillic = word.translate(_TO_LATIN), word.translate(_TO_CYRILLIC)
    # A letter without a double in the other script shows which one the word is in.
    if _CYRILLIC.search(in_latin) or _LATIN.search(in_cyrillic):
        return in_latin if _LATIN.search(in_cyrillic) else in_cyrillic
    return in_latin if latin >= cyrillic else in_cyrillic


def _shorten(match: re.Match[str]) -> str:
    letter = match[1]
    if letter.isdigit():
        return match[0]
    # "killlll" needs its two, "dieeee" and "sooooo" want one.
    return letter * 2 if letter in "ls" else letter
