"""The terminal's own few words. Everything else that is said comes from the core."""

from collections.abc import Mapping
from typing import Final

__all__ = ["words"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "prompt": "You: ",
        "begin": "Ctrl-C stops a reply; twice at the prompt, or Ctrl-D, ends the chat.",
        "again": "Press Ctrl-C once more to leave.",
        "bye": "Goodbye.",
        "unavailable": "That was not taken: the store does not answer. Please send it again.",
        "ignored": "That was not taken.",
        "late": "There is no answer yet. You can go on writing; it will appear here.",
        "taken_back": "(taken back)",
        "cut": "[cut]",
        "file": "[file {name}, {size} bytes: write /save to keep it, or /save FILE]",
        "file_gone": "[file {name}: it cannot be fetched in this terminal]",
        "saved": "Saved as {path}.",
        "save_none": "There is no file to save.",
        "save_exists": "There is something of that name already; give another: /save FILE",
        "save_failed": "It cannot be written there; give another place: /save FILE",
        "medium": "[{kind}: it cannot be shown in a terminal]",
    },
    "ru": {
        "prompt": "Вы: ",
        "begin": "Ctrl-C останавливает ответ; дважды в строке ввода или Ctrl-D — конец разговора.",
        "again": "Нажмите Ctrl-C ещё раз, чтобы выйти.",
        "bye": "До свидания.",
        "unavailable": "Не принято: хранилище не отвечает. Пожалуйста, отправьте ещё раз.",
        "ignored": "Не принято.",
        "late": "Ответа пока нет. Можно писать дальше; он появится здесь.",
        "taken_back": "(отозвано)",
        "cut": "[прервано]",
        "file": "[файл {name}, {size} байт: чтобы сохранить, напишите /save или /save ФАЙЛ]",
        "file_gone": "[файл {name}: в этом терминале его не получить]",
        "saved": "Сохранено как {path}.",
        "save_none": "Сохранять нечего.",
        "save_exists": "Такое имя уже занято; укажите другое: /save ФАЙЛ",
        "save_failed": "Туда записать не удаётся; укажите другое место: /save ФАЙЛ",
        "medium": "[{kind}: в терминале это не показать]",
    },
}


def words(language: str) -> Mapping[str, str]:
    """Return the words in a language, English for one that is not here."""
    return _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])
