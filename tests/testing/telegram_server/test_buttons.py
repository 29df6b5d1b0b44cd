"""Pressed buttons, what the bot is told and what the person is shown; menus and texts."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from amity.testing.telegram_server import BotAccount, BotApiServer, CallbackAnswer, OpenChat, Person
from tests.testing.telegram_server.making import MakeBot


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=label, callback_data=f"d:{label}") for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def test_a_pressed_button_carries_its_data_and_waits_for_an_answer(
    bot: Bot, chat: OpenChat
) -> None:
    chat.start()
    sent = await bot.send_message(chat.person.id, "Tea?", reply_markup=keyboard("Yes", "No"))
    press = chat.press("Yes")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.id, query.data) == (press.id, "d:Yes")
    assert query.from_user.id == chat.person.id
    assert isinstance(query.message, Message)
    assert query.message.message_id == sent.message_id
    assert press.answer is None
    waiting = asyncio.create_task(press.answered())
    await bot.answer_callback_query(query.id, text="Good", show_alert=True)
    assert await waiting == CallbackAnswer(text="Good", alert=True)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)


async def test_an_answer_can_be_too_late_or_somebody_elses(
    bot: Bot, chat: OpenChat, server: BotApiServer, sdk: MakeBot
) -> None:
    chat.start()
    await bot.send_message(chat.person.id, "Tea?", reply_markup=keyboard("Yes"))
    press = chat.press("Yes")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await sdk(server.bot("Leo")).answer_callback_query(press.id)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(press.id, text="a" * 201)
    server.move_clock(16)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(press.id)
    with pytest.raises(TimeoutError):
        await press.answered(0.05)


async def test_a_button_is_found_by_its_label_newest_first(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    to = chat.person.id
    first = await bot.send_message(to, "Tea?", reply_markup=keyboard("Yes"))
    second = await bot.send_message(to, "Coffee?", reply_markup=keyboard("Yes"))
    chat.press("Yes")
    chat.press("Yes", message=first.message_id)
    queries = [u.callback_query for u in await bot.get_updates() if u.callback_query]
    pressed = [query.message.message_id for query in queries if query.message is not None]
    assert pressed == [second.message_id, first.message_id]
    with pytest.raises(ValueError, match=r"no button 'Maybe'; there are \['Yes'\]"):
        chat.press("Maybe")
    site = InlineKeyboardButton(text="Site", url="https://example.org")
    await bot.send_message(to, "a", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[site]]))
    with pytest.raises(ValueError, match="tells the bot nothing"):
        chat.press("Site")


def commands(*names: str) -> list[BotCommand]:
    return [BotCommand(command=name, description=f"About {name}") for name in names]


async def test_the_menu_of_the_narrowest_scope_in_the_persons_language(
    bot: Bot, mia: BotAccount, server: BotApiServer, ann: Person, chat: OpenChat
) -> None:
    chat.start()
    rita = server.person("Rita", language_code="ru")
    group = server.group("Friends", ann, rita, mia)
    await bot.set_my_commands(commands("help"))
    assert chat.menu() == {"help": "About help"}
    await bot.set_my_commands(commands("pomosch"), language_code="ru")
    assert rita.open(mia).menu() == {"pomosch": "About pomosch"}
    assert chat.menu() == {"help": "About help"}
    await bot.set_my_commands(commands("private"), scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(commands("group"), scope=BotCommandScopeAllGroupChats())
    assert list(chat.menu()) == ["private"]
    assert list(rita.open(mia).menu()) == ["private"]
    assert list(rita.open(group).menu(mia)) == ["group"]
    mine = BotCommandScopeChat(chat_id=ann.id)
    await bot.set_my_commands(commands("mine"), scope=mine)
    assert list(chat.menu()) == ["mine"]
    assert [one.command for one in await bot.get_my_commands(scope=mine)] == ["mine"]
    await bot.delete_my_commands(scope=mine)
    assert list(chat.menu()) == ["private"]
    bosses = BotCommandScopeChatAdministrators(chat_id=group.id)
    await bot.set_my_commands(commands("boss"), scope=bosses)
    member = BotCommandScopeChatMember(chat_id=group.id, user_id=rita.id)
    await bot.set_my_commands(commands("rita"), scope=member)
    assert list(ann.open(group).menu(mia)) == ["boss"]
    assert list(rita.open(group).menu(mia)) == ["rita"]
    assert await bot.get_my_commands(language_code="de") == []


@pytest.mark.parametrize(
    "command,description,sentence",
    [
        ("Help", "About", "BOT_COMMAND_INVALID"),
        ("a" * 33, "About", "BOT_COMMAND_INVALID"),
        ("help", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("help", "a" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_wrong_menu_is_refused(
    bot: Bot, command: str, description: str, sentence: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=sentence):
        await bot.set_my_commands([BotCommand(command=command, description=description)])


async def test_names_and_descriptions_by_language(bot: Bot) -> None:
    await bot.set_my_name("Mia")
    await bot.set_my_name("Мия", language_code="ru")
    await bot.set_my_description("A companion")
    await bot.set_my_short_description("Short")
    assert (await bot.get_my_name(language_code="ru")).name == "Мия"
    assert (await bot.get_my_name(language_code="de")).name == "Mia"
    assert (await bot.get_my_description(language_code="ru")).description == "A companion"
    assert (await bot.get_my_short_description()).short_description == "Short"
    with pytest.raises(TelegramBadRequest, match="LANG_CODE_INVALID"):
        await bot.set_my_name("Mia", language_code="russian")
