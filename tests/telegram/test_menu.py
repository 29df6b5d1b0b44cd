"""The menu is set once for as long as it stays the same, also where Telegram asks to wait."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from amity import MenuEntry
from amity.testing.telegram_server import BotAccount, BotApiServer, Fault
from amity_telegram.calls import CallFailed
from tests.telegram.host import running


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


def menu(*words: str) -> Mapping[str, Sequence[MenuEntry]]:
    return {
        language: [MenuEntry(command=word, description=f"{word} {language}") for word in words]
        for language in ("en", "ru")
    }


async def test_it_is_set_although_telegram_asks_to_wait(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    chat = telegram.person("Ann", language_code="en").open(mia)
    async with running(telegram.url, mia.token) as one:
        telegram.fail("setMyCommands", Fault.flood(1), times=None, every=5)
        await one.adapter.menu(menu("help", "privacy"))
        assert chat.menu() == {"help": "help en", "privacy": "privacy en"}
        olga = telegram.person("Olga", language_code="ru").open(mia)
        assert olga.menu()["help"] == "help ru"


async def test_what_fails_is_told_and_tried_the_next_time(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    async with running(telegram.url, mia.token) as one:
        telegram.fail("setMyCommands", Fault.internal_error(), times=None)
        with pytest.raises(CallFailed):
            await one.adapter.menu(menu("help"))
        telegram.mend()
        await one.adapter.menu(menu("help"))
        chat = telegram.person("Ann", language_code="en").open(mia)
        assert chat.menu() == {"help": "help en"}


async def test_the_same_menu_is_not_set_again(telegram: BotApiServer, mia: BotAccount) -> None:
    async with running(telegram.url, mia.token) as one:
        await asyncio.gather(*(one.adapter.menu(menu("help")) for _ in range(3)))
        calls = len(telegram.calls("setMyCommands"))
        assert calls == 6
        await one.adapter.menu(menu("help", "stop"))
        assert len(telegram.calls("setMyCommands")) == 2 * calls
