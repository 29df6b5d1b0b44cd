"""The slash commands: the core's words, described in each of its languages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from amity.adapter import MenuEntry
from amity_discord.rest import Json
from amity_discord.texts import DISCORD_LOCALES, word

__all__ = ["payloads", "same"]

_LONGEST: Final = 100  # characters of a description, and of a choice
_MOST: Final = 100  # commands
_CHOICES: Final = 25
_STRING: Final = 3
_CHAT_INPUT: Final = 1
_SERVERS: Final = 0  # where a command can be installed, and used
_DIRECT: Final = 1

_ALONE: Final = frozenset(
    {"start", "help", "privacy", "terms", "export", "pause", "resume", "stop", "regenerate"}
)
"""Words that nothing can be added to."""

_SETTINGS: Final = ("call_name", "language", "country", "time_zone")


def payloads(
    entries: Mapping[str, Sequence[MenuEntry]],
    *,
    personas: Mapping[str, str],
    languages: Mapping[str, str],
    settings: Mapping[str, str],
) -> list[Json]:
    """Return the commands as Discord takes them.

    Args:
        entries: The menu by language; the first language is the one to fall back on.
        personas: Names of the personas that can be chosen, by id.
        languages: Names of the languages, by tag.
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
    choices = {"persona": personas, "language": languages}
    return [
        {
            "type": _CHAT_INPUT,
            "name": command,
            **_described(described[command], fallback),
            "options": _options(command, list(entries), choices, settings),
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


def _options(
    command: str,
    languages: Sequence[str],
    choices: Mapping[str, Mapping[str, str]],
    settings: Mapping[str, str],
) -> list[Json]:
    if command in _ALONE:
        return []
    if command == "settings":
        chosen = {name: settings.get(name, name) for name in _SETTINGS}
        return [
            _option("setting", "option.setting", languages, chosen),
            _option("value", "option.value", languages, {}),
        ]
    key = f"option.{command}" if command in choices else "option.text"
    offered = choices.get(command, {})
    return [_option("text", key, languages, offered if len(offered) <= _CHOICES else {})]


def _option(name: str, key: str, languages: Sequence[str], choices: Mapping[str, str]) -> Json:
    option: Json = {
        "type": _STRING,
        "name": name,
        **_described({tag: word(tag, key) for tag in languages}, languages[0]),
    }
    if choices:
        option["choices"] = [
            {"name": _cut(label), "value": value} for value, label in choices.items()
        ]
    return option


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
                "choices": [(one["name"], one["value"]) for one in option.get("choices") or ()],
            }
            for option in command.get("options") or ()
        ],
        "contexts": sorted(command.get("contexts") or ()),
    }
