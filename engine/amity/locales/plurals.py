"""Which plural form a number takes.

The rules are those of the Unicode CLDR, "Language Plural Rules" (cardinals, whole numbers only):
https://cldr.unicode.org/index/cldr-spec/plural-rules.
"""

from collections.abc import Callable

__all__ = ["FORMS", "plural_form"]

FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


def _english(number: int) -> str:
    return "one" if number == 1 else "other"


def _russian(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}:
        return "few"
    return "many"


_RULES: dict[str, Callable[[int], str]] = {"en": _english, "ru": _russian}


def plural_form(language: str, number: int) -> str:
    """Return ``one``, ``few``, ``many`` or ``other``; always ``other`` for a language not known."""
    rule = _RULES.get(language.partition("-")[0].lower())
    return rule(abs(number)) if rule else "other"
