"""A server, a bot on it under aiogram, a person, and the chat of the two."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, Person
from tests.testing.telegram_server.making import MakeBot, make_bot


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def sdk(server: BotApiServer) -> AsyncIterator[MakeBot]:
    """Make aiogram's Bot for a bot of the server."""
    bots: list[Bot] = []

    def make(account: BotAccount) -> Bot:
        bots.append(make_bot(server, account))
        return bots[-1]

    yield make
    for bot in bots:
        await bot.session.close()


@pytest.fixture
def mia(server: BotApiServer) -> BotAccount:
    return server.bot("Mia")


@pytest.fixture
def bot(mia: BotAccount, sdk: MakeBot) -> Bot:
    return sdk(mia)


@pytest.fixture
def ann(server: BotApiServer) -> Person:
    return server.person("Ann Example", language_code="en")


@pytest.fixture
def chat(ann: Person, mia: BotAccount) -> OpenChat:
    return ann.open(mia)
