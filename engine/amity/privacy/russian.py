"""The forms that Russian gives a name."""

import re
from typing import Final

__all__ = ["called", "inflected", "is_cyrillic"]

_CYRILLIC: Final = re.compile(r"[а-яё]{2,}\Z", re.IGNORECASE)
_CONSONANTS: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_ENDINGS: Final = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ою", "ей", "ею"),
    "я": ("я", "и", "е", "ю", "ей", "ею", "ёй", "ёю"),
    "й": ("й", "я", "ю", "ем", "ём", "е", "и"),
    "ь": ("ь", "я", "ю", "ем", "ём", "е", "и", "ью"),
}
_HARD: Final = ("", "а", "у", "ом", "ем", "е")
# Surnames that are adjectives: Достоевский — Достоевского, Крупская — Крупской.
_OF_ADJECTIVES: Final = ("ого", "его", "ому", "ему", "им", "ым", "ом", "ем")
_OF_FEMININE_ADJECTIVES: Final = ("ой", "ей", "ую", "юю", "ою", "ею")


def is_cyrillic(word: str) -> bool:
    """Whether a word is one that Russian may inflect."""
    return _CYRILLIC.match(word) is not None


def inflected(word: str) -> set[str]:
    """Return the forms that the cases of Russian commonly give a name."""
    last = word[-1].lower()
    if last in _ENDINGS:
        return {word[:-1] + ending for ending in _ENDINGS[last]} | _as_adjective(word)
    if last not in _CONSONANTS:
        return set()
    forms = {word + ending for ending in _HARD}
    if len(word) > 2 and word[-2].lower() in "еёо":
        for stem in _without_vowel(word):
            forms |= {stem + ending for ending in _HARD[1:]}
    return forms


def _without_vowel(word: str) -> list[str]:
    """Return the stems of a name whose last vowel goes: Павел — Павл, Ванёк — Ваньк, Лев — Льв."""
    soft = word[:-2] + "ь" + word[-1]
    if word[-2].lower() == "ё" or word[-3].lower() == "л":
        return [soft]
    # Who writes no ё writes Витек, and Витька all the same.
    return [word[:-2] + word[-1], soft] if word[-1].lower() == "к" else [word[:-2] + word[-1]]


def _as_adjective(word: str) -> set[str]:
    end = word[-2:].lower()
    if len(word) >= 5 and end in {"ий", "ый", "ой"}:
        return {word[:-2] + ending for ending in _OF_ADJECTIVES}
    if len(word) >= 5 and end in {"ая", "яя"}:
        return {word[:-2] + ending for ending in _OF_FEMININE_ADJECTIVES}
    return set()


def called(word: str) -> set[str]:
    """Return the short form by which somebody is called: Маша — Маш, Таня — Тань."""
    last = word[-1].lower()
    if len(word) < 3 or last not in "ая" or word[-2].lower() not in _CONSONANTS:
        return set()
    short = word[:-1] + ("ь" if last == "я" else "")
    return {short[:1].upper() + short[1:]}
