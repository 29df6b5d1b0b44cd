"""Finding a name in running text: whole words, any case, the forms that Russian gives it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from amity.invisible import INVISIBLE
from amity.privacy.introductions import APOSTROPHES, is_introduced
from amity.privacy.russian import called, inflected, is_cyrillic
from amity.sealed import SealedText

__all__ = ["NamePattern", "name_pattern"]

# Names that are words of everyday language are taken for the name only where they are written with
# a capital letter; hiding every "will" would leave a model without the verb.
_EVERYDAY: Final = """
angel april art august autumn bill brook candy chance charity charm chase chip clay cliff crystal
daisy dawn dear destiny drew earl faith flora forest frank friend gene ginger grace grant
guy happy harmony harry hazel heath holly honor hope hunter iris ivy jack jade jasmine jean jewel
job joy june king lance laurel lily love lucky mark mason max may melody mercy merry mike miles
misty moon nick norm olive opal pat patience pearl penny pepper pierce poppy prince princess queen
ray reed rich rob robin rock rod rose ruby rusty sage sandy scarlet scout shadow skip sky star
sterling stone storm sue summer sunny terry tiger trip victor violet wade will willow winter wolf
woody baby boss you
вера весна вечер волк друг заря заяц зайка зая звезда злата кот котик кошка лада лев лиса лилия
любовь май малыш малышка марта мила милая мир надежда принц принцесса рада роза роман света слава
солнце солнышко тень тигр фея
"""
_WORDS: Final = frozenset(_EVERYDAY.split())

_HYPHENS: Final = "\u2010\u2011\u2012\u2013-"
_BETWEEN_PARTS: Final = re.compile(f"[ {_HYPHENS}]")
_BREAKS: Final = re.compile(f"[ {APOSTROPHES}{_HYPHENS}]")
_EDGE: Final = r"[^\W_]"
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class NamePattern:
    """How one name is found.

    Attributes:
        pattern: Matches the name; in its group what may as well be an everyday word.
        parted: The same for a text in which something invisible may stand between the letters.
        probes: Lower-case pieces of which a text must hold one to be worth a search.
    """

    pattern: re.Pattern[str]
    parted: str
    probes: tuple[str, ...]

    def sub(self, replacement: str, text: str) -> str:
        """Return the text with the name replaced, also where something invisible stands in it."""
        seen, pattern = text, self.pattern
        if not text.isascii() and INVISIBLE.search(text):
            # Compiled here, since hardly any text holds such a thing; ``re`` remembers it.
            seen, pattern = INVISIBLE.sub("", text), re.compile(self.parted)
        low = seen.lower()
        for probe in self.probes:
            if probe in low:
                return pattern.sub(
                    lambda found: replacement if _means_name(found) else found[0], text
                )
        return text


def _means_name(found: re.Match[str]) -> bool:
    return found.lastindex is None or is_introduced(found.string, *found.span())


@lru_cache(maxsize=4096)
def name_pattern(name: SealedText, *, as_given: bool = False) -> NamePattern | None:
    """Return how a name is found; ``None`` for one too short to point at anybody.

    Kept in mind for the names that were asked for last.

    Args:
        name: The name.
        as_given: Only as it was given, without its parts and other forms.
    """
    seen = INVISIBLE.sub("", name.reveal())
    if sum(c.isalnum() for c in seen) < 2:
        seen = name.reveal()
    whole = " ".join(unicodedata.normalize("NFC", seen).split())
    if not 2 <= len(whole) <= _LONGEST or not any(c.isalnum() for c in whole):
        return None
    forms = _as_given(whole) if as_given else _all_forms(whole)
    between = f"{INVISIBLE.pattern}*"
    pieces: list[str] = []
    parted: list[str] = []
    small: list[str] = []
    small_parted: list[str] = []
    probes: list[str] = []
    for form in forms:
        # A text may come composed or decomposed.
        for spelling in dict.fromkeys((form.text, unicodedata.normalize("NFD", form.text))):
            pieces.append(_piece(spelling, form.any_case))
            parted.append(_piece(spelling, form.any_case, between))
            if not form.any_case:
                small.append(_piece(spelling.lower(), any_case=True))
                small_parted.append(_piece(spelling.lower(), any_case=True, between=between))
            # Where a text holds what nobody sees, they are looked for in what one sees of it.
            probes.extend(_probes(INVISIBLE.sub("", spelling)))
    probes.sort(key=len)
    # A probe that holds another one is found by that one.
    kept: list[str] = []
    for probe in probes:
        if not any(k in probe for k in kept):
            kept.append(probe)
    return NamePattern(
        re.compile(_either(pieces, small)), _either(parted, small_parted), tuple(kept)
    )


def _either(pieces: Sequence[str], small: Sequence[str]) -> str:
    """Return one pattern; what may be an everyday word in small is its only group."""
    pattern = "|".join(dict.fromkeys(pieces))
    return f"{pattern}|({'|'.join(dict.fromkeys(small))})" if small else pattern


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a name; without ``any_case`` it is an everyday word when it is in small."""

    text: str
    any_case: bool


def _as_given(whole: str) -> list[_Form]:
    return [_Form(whole, any_case=not _everyday(whole))]


def _all_forms(whole: str) -> list[_Form]:
    words = _BETWEEN_PARTS.split(whole)
    forms = _as_given(whole)
    if len(words) > 1:
        # A part of a longer name counts where it is written as one.
        forms += [_Form(w, any_case=False) for w in words if len(w) >= 3 and w[:1].isupper()]
    for word in words:
        if is_cyrillic(word) and (len(words) == 1 or word[:1].isupper()):
            any_case = len(words) == 1 and not _everyday(word)
            forms += [_Form(form, any_case) for form in inflected(word)]
            forms += [_Form(form, any_case=False) for form in called(word)]
    for form in list(forms):
        bare = _without_marks(form.text)
        if bare != form.text:
            forms.append(_Form(bare, form.any_case and not _everyday(bare)))
    # As it was given it is always the name, and so it is in capitals.
    written = [f for f in forms if not f.any_case]
    forms += [_Form(f.text[:1].upper() + f.text[1:], any_case=False) for f in written]
    forms += [_Form(f.text.upper(), any_case=False) for f in written]
    # Longest first, so that a form is not taken for the shorter one that it begins with.
    return sorted(set(forms), key=lambda f: (-len(f.text), f.text, f.any_case))


def _everyday(word: str) -> bool:
    return word.lower() in _WORDS


def _without_marks(text: str) -> str:
    """Return what somebody types who leaves the marks of Latin letters out: José — Jose."""
    apart = unicodedata.normalize("NFD", text)
    bare = (c for i, c in enumerate(apart) if not (_is_mark(c) and _is_latin(apart[:i])))
    return unicodedata.normalize("NFC", "".join(bare))


def _is_mark(char: str) -> bool:
    return 0x300 <= ord(char) <= 0x36F


def _is_latin(before: str) -> bool:
    letter = next((c for c in reversed(before) if not _is_mark(c)), "")
    return letter.isascii() and letter.isalpha()


def _piece(text: str, any_case: bool, between: str = "") -> str:
    body = between.join(_letter(c) for c in text)
    return f"(?i:{_edged(text, body)})" if any_case else _edged(text, body)


def _edged(text: str, body: str) -> str:
    """Return the pattern of a word as one that stands alone, or has a number behind it."""
    before = f"(?<!{_EDGE})" if _bounded(text, text[0]) else ""
    after = ""
    if _bounded(text, text[-1]):
        number = rf"(?=\d{{0,8}}(?!{_EDGE}))" if text[-1].isalpha() else f"(?!{_EDGE})"
        # A combining mark makes another letter of the last one.
        after = rf"(?![\u0300-\u034e\u0350-\u036f]){number}"
    return f"{before}{body}{after}"


def _letter(char: str) -> str:
    if char in "её":
        return "[её]"
    if char in "ЕЁ":
        return "[ЕЁ]"
    if char in APOSTROPHES:
        return f"[{APOSTROPHES}]?"
    if char in _HYPHENS:
        return f"[{_HYPHENS}]"
    return r"\s+" if char == " " else re.escape(char)


def _bounded(text: str, edge: str) -> bool:
    """Whether a word must end at this edge: not where its script puts no spaces between words."""
    if not (edge.isalnum() or unicodedata.combining(edge)):
        return False
    return len(text) < 2 or not _spaceless(edge)


def _spaceless(char: str) -> bool:
    point = ord(char)
    return (
        0x0E00 <= point <= 0x0EFF  # Thai, Lao
        or 0x1000 <= point <= 0x109F  # Burmese
        or 0x1780 <= point <= 0x17FF  # Khmer
        or 0x3040 <= point <= 0x30FF  # kana
        or 0x3400 <= point <= 0x9FFF  # Han
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
    )


def _probes(spelling: str) -> list[str]:
    low = spelling.lower()
    longest = max(_BREAKS.split(low), key=len) or low
    return list(dict.fromkeys((longest, longest.replace("ё", "е"), longest.replace("е", "ё"))))
