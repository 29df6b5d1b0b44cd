"""The server below aiogram: what a bot is told, and what people read."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from amity.testing.telegram_server import BotApiServer


async def test_a_person_says_something_and_reads_the_answer() -> None:
    async with BotApiServer() as server:
        mia = server.bot("Mia")
        ann = server.person("Ann", language_code="en")
        chat = ann.open(mia)
        session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
        async with Bot(mia.token, session=session) as bot:
            me = await bot.get_me()
            assert (me.id, me.username) == (mia.id, "mia_bot")
            chat.say("Hello")
            (update,) = await bot.get_updates(timeout=5)
            assert update.message is not None
            assert update.message.text == "Hello"
            assert update.message.from_user is not None
            assert update.message.from_user.language_code == "en"
            await bot.send_message(update.message.chat.id, "Hello, <b>Ann</b>", parse_mode="HTML")
            shown = await chat.next()
            assert (shown.text, shown.entities[0]["type"]) == ("Hello, Ann", "bold")
