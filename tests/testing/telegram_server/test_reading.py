"""What people read of what a bot sent, and what a bot is told of what people wrote."""

import pytest
from aiogram import Bot
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    MessageOriginHiddenUser,
    MessageOriginUser,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from amity.testing.telegram_server import (
    BotAccount,
    BotApiServer,
    Button,
    Contact,
    Dice,
    Location,
    OpenChat,
    Passport,
    Person,
    Poll,
    Venue,
)
from tests.testing.telegram_server.making import MakeBot, messages


async def test_words_with_everything_below_and_around_them(
    bot: Bot, chat: OpenChat, ann: Person
) -> None:
    said = chat.say("What is there?")
    sent = await bot.send_message(
        ann.id,
        "  Tea and https://example.org 😀 bold",
        entities=[MessageEntity(type="bold", offset=33, length=4)],
        reply_parameters=ReplyParameters(message_id=said.id, quote="there"),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[
                [
                    InlineKeyboardButton(text="Yes", callback_data="y"),
                    InlineKeyboardButton(text="Site", url="https://example.org"),
                ]
            ]
        ),
    )
    shown = await chat.next()
    assert shown.text == sent.text == "Tea and https://example.org 😀 bold"
    assert [(e["type"], e["offset"], e["length"]) for e in shown.entities] == [
        ("url", 8, 19),
        ("bold", 31, 4),
    ]
    assert shown.buttons == (
        (Button(text="Yes", data="y"), Button(text="Site", url="https://example.org")),
    )
    assert (shown.reply_to, shown.quote) == (said.id, "there")
    assert shown.from_bot
    assert shown.author == "Mia"
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "What is there?"
    assert sent.has_protected_content
    assert sent.link_preview_options is not None
    assert chat.unread == []


async def test_what_people_write_has_its_entities(bot: Bot, chat: OpenChat) -> None:
    chat.start("campaign-7")
    chat.say("😀 /help me@example.org #tag @mia_bot", reply_to=1, quote="start")
    chat.say("bold", entities=[{"type": "bold", "offset": 0, "length": 4}])
    start, rich, bold = messages(await bot.get_updates())
    assert start.text == "/start campaign-7"
    assert start.entities is not None
    assert start.entities[0].type == "bot_command"
    assert rich.entities is not None
    assert [(e.type, e.extract_from(rich.text or "")) for e in rich.entities] == [
        ("bot_command", "/help"),
        ("email", "me@example.org"),
        ("hashtag", "#tag"),
        ("mention", "@mia_bot"),
    ]
    assert rich.reply_to_message is not None
    assert rich.reply_to_message.message_id == start.message_id
    assert rich.quote is not None
    assert (rich.quote.text, rich.quote.position) == ("start", 1)
    assert bold.entities is not None
    assert bold.entities[0].type == "bold"


async def test_forwarded_words(bot: Bot, chat: OpenChat, server: BotApiServer) -> None:
    bea = server.person("Bea")
    chat.forward("She said so", author=bea.user, ago=60)
    chat.forward("Somebody said so", author="Hidden Person")
    known, hidden = messages(await bot.get_updates())
    assert isinstance(known.forward_origin, MessageOriginUser)
    assert known.forward_origin.sender_user.id == bea.id
    assert known.from_user is not None
    assert known.from_user.id == chat.person.id
    assert isinstance(hidden.forward_origin, MessageOriginHiddenUser)


async def test_what_has_no_file(bot: Bot, chat: OpenChat) -> None:
    chat.send(Location(latitude=1.5, longitude=2.5, live_period=60))
    chat.send(Venue(title="Café"))
    chat.send(Contact(phone_number="+1", user_id=chat.person.id))
    chat.send(Poll(question="Tea?"))
    chat.send(Dice(value=6))
    chat.send(Passport(email="me@example.org"))
    place, venue, contact, poll, dice, passport = messages(await bot.get_updates())
    assert place.location is not None
    assert (place.location.latitude, place.location.live_period) == (1.5, 60)
    assert venue.venue is not None
    assert venue.location is not None
    assert contact.contact is not None
    assert contact.contact.user_id == chat.person.id
    assert poll.poll is not None
    assert [option.text for option in poll.poll.options] == ["Tea", "Coffee"]
    assert dice.dice is not None
    assert dice.dice.value == 6
    assert passport.passport_data is not None
    assert [one.email for one in passport.passport_data.data] == [None, "me@example.org"]


async def test_an_edit_and_a_deletion_of_a_person(bot: Bot, chat: OpenChat) -> None:
    said = chat.say("tea")
    (first,) = await bot.get_updates()
    assert chat.edit(said, "coffee").edited
    chat.delete(said)
    updates = await bot.get_updates(offset=first.update_id + 1)
    assert len(updates) == 1, "Telegram tells bots nothing of a deletion"
    assert updates[0].edited_message is not None
    assert updates[0].edited_message.text == "coffee"
    assert updates[0].edited_message.message_id == said.id
    assert updates[0].edited_message.edit_date is not None
    assert chat.messages == []


async def test_reactions_of_bots_are_seen(bot: Bot, chat: OpenChat, mia: BotAccount) -> None:
    said = chat.say("tea")
    await bot.set_message_reaction(chat.person.id, said.id, [ReactionTypeEmoji(emoji="👍")])
    assert chat.messages[0].reactions == {mia.id: ("👍",)}
    await bot.set_message_reaction(chat.person.id, said.id, [])
    assert chat.messages[0].reactions == {}


async def test_typing_is_shown_for_five_seconds_or_until_the_message(
    bot: Bot, chat: OpenChat, server: BotApiServer
) -> None:
    chat.say("Hello")
    assert chat.action == ""
    await bot.send_chat_action(chat.person.id, "typing")
    assert chat.action == "typing"
    server.move_clock(6)
    assert chat.action == ""
    await bot.send_chat_action(chat.person.id, "record_voice")
    assert chat.action == "record_voice"
    await bot.send_message(chat.person.id, "Hi")
    assert chat.action == ""
    assert [one.action for one in chat.actions] == ["typing", "record_voice"]


async def test_a_reply_keyboard_stays_until_it_is_taken_away(bot: Bot, chat: OpenChat) -> None:
    chat.say("Hello")
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
    await bot.send_message(chat.person.id, "Well?", reply_markup=keyboard)
    await bot.send_message(chat.person.id, "So?")
    assert chat.keyboard is not None
    assert chat.keyboard["keyboard"] == [[{"text": "Yes"}]]
    await bot.send_message(chat.person.id, "Good", reply_markup=ReplyKeyboardRemove())
    assert chat.keyboard is None


async def test_a_message_is_waited_for_only_so_long(chat: OpenChat) -> None:
    with pytest.raises(TimeoutError, match=r"a message did not happen within 0\.05 s"):
        await chat.next(seconds=0.05)


async def test_ids_count_over_all_private_chats_of_a_bot(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat, sdk: MakeBot
) -> None:
    other = server.person("Bea").open(mia)
    leo = chat.person.open(server.bot("Leo"))
    ids = [chat.say("one").id, other.say("two").id, chat.say("three").id, leo.say("four").id]
    assert ids == [1, 2, 3, 1]


async def test_a_bot_answers_another_chats_message(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat, ann: Person
) -> None:
    group = server.group("Friends", ann, mia)
    chat.start()
    asked = ann.open(group).say("@mia_bot tea?")
    sent = await bot.send_message(
        ann.id, "Yes", reply_parameters=ReplyParameters(message_id=asked.id, chat_id=group.id)
    )
    assert sent.reply_to_message is None
    assert sent.external_reply is not None


async def test_a_missing_reply_may_be_allowed(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    sent = await bot.send_message(
        chat.person.id,
        "Hi",
        reply_parameters=ReplyParameters(message_id=999, allow_sending_without_reply=True),
    )
    assert sent.reply_to_message is None
