"""The slash commands: the core's words, described in each of its languages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from amity.adapter import MenuEntry
from amity_discord.rest import Json
from amity_discord.texts import DISCORD_LOCALES, word

__all__ = ["SUGGESTED", "payloads", "same", "suggestions"]

_LONGEST: Final = 100  # characters of a description, and of a choice
_MOST: Final = 100  # commands
_CHOICES: Final = 25
_STRING: Final = 3
_CHAT_INPUT: Final = 1
_SERVERS: Final = 0  # where a command can be installed, and used
_DIRECT: Final = 1

_ALONE: Final = frozenset(
    {
        *("start", "help", "privacy", "terms", "developer_info", "export", "pause", "resume"),
        *("stop", "regenerate"),
    }
)
"""Words that nothing can be added to."""

SUGGESTED: Final = frozenset({"persona", "language"})
"""Words to which something can be added that Amity suggests while it is typed."""

_SETTINGS: Final = ("call_name", "language", "country", "time_zone")


def payloads(
    entries: Mapping[str, Sequence[MenuEntry]], *, settings: Mapping[str, str]
) -> list[Json]:
    """Return the commands as Discord takes them.

    Args:
        entries: The menu by language; the first language is the one to fall back on.
        settings: Names of the settings, by what they are called in the command.
    """
    if not entries:
        return []
    fallback = next(iter(entries))
    described = {
        entry.command: {tag: one.description for tag, menu in entries.items() for one in menu
                        if one.command == entry.command}
        for entry in entries[fallback]
    }  # fmt: skip
    return [
        {
            "type": _CHAT_INPUT,
            "name": command,
            **_described(described[command], fallback),
            "options": _options(command, list(entries), settings),
            "integration_types": [_SERVERS],
            "contexts": [_SERVERS, _DIRECT],
        }
        for command in list(described)[:_MOST]
    ]


def _described(by_language: Mapping[str, str], fallback: str) -> Json:
    return {
        "description": _cut(by_language[fallback]),
        "description_localizations": {
            locale: _cut(description)
            for tag, description in by_language.items()
            for locale in DISCORD_LOCALES.get(tag.partition("-")[0].lower(), ())
        },
    }


def _options(command: str, languages: Sequence[str], settings: Mapping[str, str]) -> list[Json]:
    if command in _ALONE:
        return []
    if command == "settings":
        choices = [{"name": _cut(settings.get(name, name)), "value": name} for name in _SETTINGS]
        return [
            {**_option("setting", "option.setting", languages), "choices": choices},
            _option("value", "option.value", languages),
        ]
    if command in SUGGESTED:
        suggested = _option("text", f"option.{command}", languages)
        return [{**suggested, "autocomplete": True}]
    return [_option("text", "option.text", languages)]


def _option(name: str, key: str, languages: Sequence[str]) -> Json:
    return {
        "type": _STRING,
        "name": name,
        **_described({tag: word(tag, key) for tag in languages}, languages[0]),
    }


def suggestions(typed: str, offered: Mapping[str, str]) -> list[Json]:
    """Return what can be chosen, by value, that fits what was typed so far."""
    wanted = typed.casefold().strip()
    fitting = [
        {"name": _cut(label), "value": value}
        for value, label in offered.items()
        if wanted in label.casefold() or wanted in value.casefold()
    ]
    return fitting[:_CHOICES]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def same(wanted: Sequence[Json], there: Sequence[Json]) -> bool:
    """Whether Discord has these commands already, in whatever order and with whatever defaults."""
    return _by_name(wanted) == _by_name(there)


def _by_name(commands: Sequence[Json]) -> dict[str, Any]:
    return {command["name"]: _essence(command) for command in commands}


def _essence(command: Json) -> Json:
    return {
        "description": command.get("description"),
        "localized": command.get("description_localizations") or {},
        "options": [
            {
                "name": option["name"],
                "type": option["type"],
                "description": option.get("description"),
                "localized": option.get("description_localizations") or {},
                "suggested": bool(option.get("autocomplete")),
                "choices": [(one["name"], one["value"]) for one in option.get("choices") or ()],
            }
            for option in command.get("options") or ()
        ],
        "contexts": sorted(command.get("contexts") or ()),
    }
