"""What the tests of this folder share."""

from collections.abc import Callable

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message, Update

from amity.testing.telegram_server import BotAccount, BotApiServer

__all__ = ["MakeBot", "make_bot", "messages"]

MakeBot = Callable[[BotAccount], Bot]


def make_bot(server: BotApiServer, account: BotAccount) -> Bot:
    """Return aiogram's Bot for a bot of the server; its session is the caller's to close."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    return Bot(account.token, session=session)


def messages(updates: list[Update]) -> list[Message]:
    """Return the messages that updates bring, in order."""
    return [update.message for update in updates if update.message is not None]
