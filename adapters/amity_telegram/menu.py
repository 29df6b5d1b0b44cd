"""The menu of commands that Telegram's apps show."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from amity import MenuEntry

__all__ = ["menu_calls"]

_IN_GROUPS: Final = frozenset({"help", "privacy", "support", "stop"})
_LONGEST: Final = 256
_MOST: Final = 100


def menu_calls(
    entries: Mapping[str, Sequence[MenuEntry]], fallback: str
) -> Iterator[SetMyCommands]:
    """Return the calls that set the menu.

    Args:
        entries: The commands by language.
        fallback: The language for everybody whose own is not among them.
    """
    done: set[str] = set()
    for language in sorted(entries, key=lambda tag: (tag != fallback, "-" in tag, tag)):
        code = language.partition("-")[0].lower()
        if code in done or len(code) != 2:
            continue
        done.add(code)
        commands = [
            BotCommand(command=entry.command, description=entry.description[:_LONGEST])
            for entry in entries[language]
        ][:_MOST]
        few = [command for command in commands if command.command in _IN_GROUPS]
        for language_code in (None, code) if language == fallback else (code,):
            yield SetMyCommands(
                commands=commands,
                scope=BotCommandScopeAllPrivateChats(),
                language_code=language_code,
            )
            yield SetMyCommands(
                commands=few, scope=BotCommandScopeAllGroupChats(), language_code=language_code
            )
