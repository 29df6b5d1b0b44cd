"""The adapter's own few words. Everything else that is said comes from the core."""

from collections.abc import Mapping
from typing import Final

__all__ = ["words"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "stale": "This button no longer works, or it is meant for somebody else. Write /help.",
        "not_for_sale": "Nothing is sold here, and nothing was charged. Questions: /paysupport.",
    },
    "ru": {
        "stale": "Эта кнопка больше не работает или предназначена другому. Напишите /help.",
        "not_for_sale": "Здесь ничего не продаётся, деньги не списаны. Вопросы: /paysupport.",
    },
}


def words(language: str | None) -> Mapping[str, str]:
    """Return the words in a language, English for one that is not here."""
    return _WORDS.get((language or "").partition("-")[0].lower(), _WORDS["en"])
