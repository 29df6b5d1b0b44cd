"""The adapter's own few words. Everything else that is said comes from the core."""

from collections.abc import Mapping
from typing import Final

__all__ = ["DISCORD_LOCALES", "word"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "option.text": "What to add; it may be left out",
        "option.setting": "What to change",
        "option.value": "What to change it to; leave it out to be asked",
        "option.persona": "With whom to talk",
        "option.language": "Which language",
        "elsewhere": "This bot does not serve this server. You can write to it directly.",
        "stale": "This button is not yours, or is too old. Please use the command instead.",
    },
    "ru": {
        "option.text": "Что добавить; можно не указывать",
        "option.setting": "Что изменить",
        "option.value": "На что изменить; не указывайте — и я спрошу",
        "option.persona": "С кем говорить",
        "option.language": "Какой язык",
        "elsewhere": "Этот бот не обслуживает этот сервер. Вы можете написать ему напрямую.",
        "stale": "Эта кнопка не ваша или устарела. Пожалуйста, используйте команду.",
    },
}

DISCORD_LOCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("en-US", "en-GB"),
    "es": ("es-ES", "es-419"),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
    "nb": ("no",),
    **{
        tag: (tag,)
        for tag in (
            *("bg", "cs", "da", "de", "el", "fi", "fr", "hi", "hr", "hu", "id", "it", "ja", "ko"),
            *("lt", "nl", "no", "pl", "ro", "ru", "th", "tr", "uk", "vi"),
        )
    },
}
"""Discord's locales of a language; it takes no others."""


def word(language: str | None, key: str) -> str:
    """Return a word in the best language for a BCP 47 tag."""
    tag = (language or "").partition("-")[0].lower()
    return _WORDS.get(tag, _WORDS["en"])[key]
