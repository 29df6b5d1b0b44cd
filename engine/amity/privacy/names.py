"""Finding a name in running text: whole words, any case, the forms that Russian gives it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from amity.invisible import INVISIBLE
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

_EDGE: Final = r"[^\W_]"
_CYRILLIC: Final = re.compile(r"[а-яё]{3,}\Z", re.IGNORECASE)
_CONSONANTS: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_ENDINGS: Final = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ою", "ей", "ею"),
    "я": ("я", "и", "е", "ю", "ей", "ею", "ёй", "ёю"),
    "й": ("й", "я", "ю", "ем", "ём", "е", "и"),
    "ь": ("ь", "я", "ю", "ем", "ём", "е", "и", "ью"),
}
_HARD: Final = ("", "а", "у", "ом", "ем", "е")
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class NamePattern:
    """How one name is found.

    Attributes:
        pattern: Matches the name; groups and flags are its own.
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
                return pattern.sub(lambda _: replacement, text)
        return text


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
    pieces: list[str] = []
    parted: list[str] = []
    probes: list[str] = []
    for form in _as_given(whole) if as_given else _all_forms(whole):
        # A text may come composed or decomposed.
        for spelling in dict.fromkeys((form.text, unicodedata.normalize("NFD", form.text))):
            pieces.append(_piece(spelling, form.any_case))
            parted.append(_piece(spelling, form.any_case, between=f"{INVISIBLE.pattern}*"))
            # Where a text holds what nobody sees, they are looked for in what one sees of it.
            probes.extend(_probes(INVISIBLE.sub("", spelling)))
    pattern = re.compile("|".join(dict.fromkeys(pieces)))
    probes.sort(key=len)
    # A probe that holds another one is found by that one.
    kept: list[str] = []
    for probe in probes:
        if not any(k in probe for k in kept):
            kept.append(probe)
    return NamePattern(pattern, "|".join(dict.fromkeys(parted)), tuple(kept))


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    any_case: bool


def _as_given(whole: str) -> list[_Form]:
    return [_Form(whole, any_case=not _everyday(whole))]


def _all_forms(whole: str) -> list[_Form]:
    words = whole.split(" ")
    forms = _as_given(whole)
    if len(words) > 1:
        # A part of a longer name counts where it is written as one.
        forms += [_Form(w, any_case=False) for w in words if len(w) >= 3 and w[:1].isupper()]
    for word in words:
        if _CYRILLIC.match(word) and (len(words) == 1 or word[:1].isupper()):
            any_case = len(words) == 1 and not _everyday(word)
            forms += [_Form(form, any_case) for form in _inflected(word)]
            forms += [_Form(form, any_case=False) for form in _called(word)]
    if not forms[0].any_case:
        # As it was given it is always the name, whatever its case.
        forms += [_Form(f.text[:1].upper() + f.text[1:], any_case=False) for f in forms]
    # Longest first, so that a form is not taken for the shorter one that it begins with.
    return sorted(set(forms), key=lambda f: (-len(f.text), f.text, f.any_case))


def _everyday(word: str) -> bool:
    return word.lower() in _WORDS


def _inflected(word: str) -> set[str]:
    """Return the forms that the cases of Russian commonly give a name."""
    last = word[-1].lower()
    if last in _ENDINGS:
        return {word[:-1] + ending for ending in _ENDINGS[last]}
    if last not in _CONSONANTS:
        return set()
    forms = {word + ending for ending in _HARD}
    if len(word) >= 4 and word[-2].lower() in "еёо":
        # Павел — Павла, Ванёк — Ванька: the last vowel goes.
        soft = "ь" if word[-2].lower() == "ё" else ""
        forms |= {word[:-2] + soft + word[-1] + ending for ending in _HARD[1:]}
    return forms


def _called(word: str) -> set[str]:
    """Return the short form by which somebody is called: Маша — Маш, Таня — Тань."""
    last = word[-1].lower()
    if len(word) < 4 or last not in "ая" or word[-2].lower() not in _CONSONANTS:
        return set()
    short = word[:-1] + ("ь" if last == "я" else "")
    return {short[:1].upper() + short[1:]}


def _piece(text: str, any_case: bool, between: str = "") -> str:
    body = between.join(_letter(c) for c in text)
    before = f"(?<!{_EDGE})" if _bounded(text, text[0]) else ""
    # A combining mark makes another letter of the last one.
    after = rf"(?!{_EDGE}|[\u0300-\u034e\u0350-\u036f])" if _bounded(text, text[-1]) else ""
    return f"{before}(?i:{body}){after}" if any_case else f"{before}{body}{after}"


def _letter(char: str) -> str:
    if char in "её":
        return "[её]"
    if char in "ЕЁ":
        return "[ЕЁ]"
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
    longest = max(low.split(" "), key=len)
    return list(dict.fromkeys((longest, longest.replace("ё", "е"), longest.replace("е", "ё"))))
