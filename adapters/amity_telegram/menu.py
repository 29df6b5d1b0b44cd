"""The menu of commands that Telegram's apps show."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from amity import MenuEntry
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.faults import Kind

__all__ = ["Menu", "menu_calls"]

_IN_GROUPS: Final = frozenset({"help", "privacy", "support", "stop"})
_LONGEST: Final = 256
_MOST: Final = 100
_ATTEMPTS: Final = 5


class Menu:
    """Sets the menu of one bot, once for as long as it stays the same.

    Args:
        calls: Makes the calls.
        fallback: The language for everybody whose own has no menu.
    """

    def __init__(self, calls: Calls, fallback: str) -> None:
        self._calls = calls
        self._fallback = fallback
        self._one_at_a_time = asyncio.Lock()
        self._shown: Mapping[str, tuple[MenuEntry, ...]] | None = None

    async def show(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        """Set the menu.

        Raises:
            CallFailed: Telegram did not take it.
        """
        wanted = {language: tuple(of_it) for language, of_it in entries.items()}
        async with self._one_at_a_time:
            if wanted == self._shown:
                return
            self._shown = None
            for method in menu_calls(wanted, self._fallback):
                await self._patiently(method)
            self._shown = wanted

    async def _patiently(self, method: SetMyCommands) -> None:
        """Make a call, again after as long as Telegram asks to wait: bots start together."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._calls.plain(method)
            except CallFailed as failed:
                if failed.fault.kind is not Kind.RETRY_AFTER or attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(failed.fault.seconds)
            else:
                return


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
