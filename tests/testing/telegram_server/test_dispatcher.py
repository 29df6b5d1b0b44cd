"""aiogram's Dispatcher, which polls as programs do."""

import asyncio
import contextlib

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat

YES = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]]
)


def dispatcher() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message) -> None:
        await message.answer("Tea?", reply_markup=YES)

    @dispatcher.message(F.text)
    async def echo(message: Message) -> None:
        await message.reply(f"You said: {message.text}")

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        await query.answer("Good")
        assert isinstance(query.message, Message)
        await query.message.edit_text("Tea it is.")

    return dispatcher


async def test_a_whole_conversation(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat
) -> None:
    program = asyncio.create_task(
        dispatcher().start_polling(bot, handle_signals=False, close_bot_session=False)
    )
    try:
        chat.start()
        question = await chat.next()
        press = chat.press("Yes")
        assert (await press.answered()).text == "Good"
        edited = await chat.until(
            lambda chat: one if (one := chat.message(question.id)) and one.edited else None
        )
        assert (edited.text, edited.buttons) == ("Tea it is.", ())
        said = chat.say("Hello")
        answer = await chat.next()
        assert (answer.text, answer.reply_to) == ("You said: Hello", said.id)
        await chat.until(lambda _: not mia.updates.pending or None)
    finally:
        program.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await program
    assert server.unsupported == []
