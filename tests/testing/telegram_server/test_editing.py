"""What a bot changes and takes away."""

from collections.abc import Awaitable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    Message,
)

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, Person

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
YES = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]]
)


async def refusal(call: Awaitable[object]) -> str:
    with pytest.raises(TelegramBadRequest) as error:
        await call
    return error.value.message


async def test_words_are_changed_and_read_changed(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    to = chat.person.id
    sent = await bot.send_message(to, "tea", reply_markup=YES)
    edited = await bot.edit_message_text(
        "<i>coffee</i>", chat_id=to, message_id=sent.message_id, parse_mode="HTML"
    )
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    shown = chat.message(sent.message_id)
    assert shown is not None
    assert (shown.text, shown.entities[0]["type"], shown.edited) == ("coffee", "italic", True)
    assert shown.buttons == (), "an edit without a keyboard takes the keyboard away"
    again = bot.edit_message_text(
        "<i>coffee</i>", chat_id=to, message_id=sent.message_id, parse_mode="HTML"
    )
    assert await refusal(again) == NOT_MODIFIED
    plain = await bot.edit_message_text("coffee", chat_id=to, message_id=sent.message_id)
    assert isinstance(plain, Message), "other entities are another content"


async def test_the_keyboard_alone_is_changed(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    to = chat.person.id
    sent = await bot.send_message(to, "tea")
    await bot.edit_message_reply_markup(chat_id=to, message_id=sent.message_id, reply_markup=YES)
    shown = chat.message(sent.message_id)
    assert shown is not None
    assert shown.button("Yes") is not None
    assert not shown.edited
    again = bot.edit_message_reply_markup(chat_id=to, message_id=sent.message_id, reply_markup=YES)
    assert await refusal(again) == NOT_MODIFIED
    await bot.edit_message_reply_markup(chat_id=to, message_id=sent.message_id)
    assert chat.messages[-1].buttons == ()


async def test_a_caption_and_a_file_are_changed(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    to = chat.person.id
    sent = await bot.send_document(to, BufferedInputFile(b"one", "one.txt"), caption="One")
    await bot.edit_message_caption(chat_id=to, message_id=sent.message_id, caption="Eins")
    assert chat.messages[-1].text == "Eins"
    text = bot.edit_message_text("a", chat_id=to, message_id=sent.message_id)
    assert await refusal(text) == "Bad Request: there is no text in the message to edit"
    await bot.edit_message_media(
        InputMediaDocument(media=BufferedInputFile(b"two", "two.txt"), caption="Two"),
        chat_id=to,
        message_id=sent.message_id,
    )
    shown = chat.messages[-1]
    assert shown.file is not None
    assert (shown.text, shown.file.data, shown.file.name) == ("Two", b"two", "two.txt")
    words = await bot.send_message(to, "words")
    caption = bot.edit_message_caption(chat_id=to, message_id=words.message_id, caption="a")
    assert await refusal(caption) == "Bad Request: there is no caption in the message to edit"


async def test_what_is_deleted_is_gone(bot: Bot, chat: OpenChat, server: BotApiServer) -> None:
    asked = chat.say("Hello")
    to = chat.person.id
    sent = await bot.send_message(to, "tea")
    await bot.delete_message(to, sent.message_id)
    await bot.delete_message(to, asked.id)
    assert chat.messages == []
    gone = bot.edit_message_text("a", chat_id=to, message_id=sent.message_id)
    assert await refusal(gone) == "Bad Request: message to edit not found"
    ids = [(await bot.send_message(to, str(number))).message_id for number in range(3)]
    await bot.delete_messages(to, [*ids[:2], 999])
    assert [shown.text for shown in chat.messages] == ["2"]
    server.move_clock(49 * 3600)
    assert await refusal(bot.delete_message(to, ids[2])) == "Bad Request: message can't be deleted"


async def test_in_a_group_others_messages_need_a_right(
    bot: Bot, server: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = server.group("Friends", ann, mia)
    said = ann.open(group).say("Hello")
    delete = bot.delete_message(group.id, said.id)
    assert await refusal(delete) == "Bad Request: message can't be deleted"
    group.promote(mia)
    await bot.delete_message(group.id, said.id)
    assert [shown.kind for shown in group.messages] == ["service"]
    own = await bot.send_message(group.id, "mine")
    await bot.delete_message(group.id, own.message_id)
