"""Replies that are shown while they are written, and their Stop button."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import MessageEntity

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, Person
from tests.testing.telegram_server.making import MakeBot


def showing(chat: OpenChat) -> str | None:
    draft = chat.draft
    return None if draft is None else draft.text


async def test_a_draft_grows_and_its_message_takes_its_place(bot: Bot, chat: OpenChat) -> None:
    chat.say("Tell me")
    to = chat.person.id
    await bot.send_message_draft(to, 7, text="")
    thinking = chat.draft
    assert thinking is not None
    assert thinking.text == ""
    await bot.send_message_draft(to, 7, text="Once")
    await bot.send_message_draft(
        to, 7, text="Once upon", entities=[MessageEntity(type="bold", offset=0, length=4)]
    )
    assert showing(chat) == "Once upon"
    assert chat.drafts[-1].entities[0]["type"] == "bold"
    assert [one.animated for one in chat.drafts] == [False, True, True]
    assert len(chat.messages) == 1, "a draft is no message"
    await bot.send_message(to, "Once upon a time")
    assert showing(chat) is None
    assert chat.unfinished_drafts == ()
    assert [one.text for one in chat.drafts] == ["", "Once", "Once upon"]


async def test_a_draft_without_its_message_vanishes_after_thirty_seconds(
    bot: Bot, chat: OpenChat, server: BotApiServer
) -> None:
    chat.say("Tell me")
    await bot.send_message_draft(chat.person.id, 7, text="Once")
    server.move_clock(29)
    assert showing(chat) == "Once"
    await bot.send_message_draft(chat.person.id, 7, text="Once upon")
    server.move_clock(29)
    assert showing(chat) == "Once upon"
    server.move_clock(2)
    assert showing(chat) is None
    assert [one.text for one in chat.unfinished_drafts] == ["Once upon"]


async def test_another_draft_takes_the_place_of_the_first(bot: Bot, chat: OpenChat) -> None:
    chat.say("Tell me")
    await bot.send_message_draft(chat.person.id, 7, text="Once")
    await bot.send_message_draft(chat.person.id, 8, text="Twice")
    assert chat.draft is not None
    assert (chat.draft.text, chat.draft.animated) == ("Twice", False)
    assert [one.text for one in chat.unfinished_drafts] == ["Once"]


@pytest.mark.parametrize("keep", [False, True], ids=["gone at once", "kept for a while"])
async def test_stop_tells_the_bot_and_ends_further_drafts(
    bot: Bot, chat: OpenChat, server: BotApiServer, keep: bool
) -> None:
    chat.say("Tell me")
    to = chat.person.id
    (asked,) = await bot.get_updates()
    await bot.send_message_draft(to, 7, text="Once")
    with pytest.raises(ValueError, match="no Stop button"):
        chat.stop_draft()
    await bot.send_message_draft(to, 7, text="Once upon", can_stop=True, keep_on_stop=keep)
    chat.stop_draft()
    (stopped,) = await bot.get_updates(offset=asked.update_id + 1)
    assert stopped.stopped_message_generation is not None
    assert stopped.stopped_message_generation.model_dump(exclude_none=True) == {
        "chat": {"id": to, "type": "private", "first_name": "Ann", "last_name": "Example"},
        "draft_id": 7,
    }
    assert showing(chat) == ("Once upon" if keep else None)
    await bot.send_message_draft(to, 7, text="Once upon a time", can_stop=True)
    assert [one.text for one in chat.drafts] == ["Once", "Once upon"]
    server.move_clock(31)
    assert showing(chat) is None
    assert chat.unfinished_drafts == (), "what was stopped needs no message"
    await bot.send_message_draft(to, 8, text="Another")
    assert showing(chat) == "Another"


async def test_stop_is_not_told_to_who_did_not_ask_for_it(bot: Bot, chat: OpenChat) -> None:
    chat.say("Tell me")
    await bot.get_updates(allowed_updates=["message"])
    await bot.send_message_draft(chat.person.id, 7, text="Once", can_stop=True)
    chat.stop_draft()
    assert len(await bot.get_updates()) == 1


async def test_drafts_in_the_topics_of_a_private_chat(
    server: BotApiServer, ann: Person, sdk: MakeBot
) -> None:
    account: BotAccount = server.bot("Topical", topics=True)
    bot = sdk(account)
    ann.open(account).start()
    topic = await bot.create_forum_topic(ann.id, "Tea")
    thread = topic.message_thread_id
    chat = ann.open(account, topic=thread)
    chat.say("Here")
    await bot.send_message_draft(ann.id, 7, text="Once", message_thread_id=thread, can_stop=True)
    assert chat.draft is not None
    assert ann.open(account).draft is None
    chat.stop_draft()
    stopped = (await bot.get_updates())[-1].stopped_message_generation
    assert stopped is not None
    assert stopped.message_thread_id == thread


async def test_a_draft_is_judged_as_a_message_is(bot: Bot, chat: OpenChat) -> None:
    chat.say("Tell me")
    to = chat.person.id
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message_draft(to, 7, text="a" * 4097)
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await bot.send_message_draft(to, 7, text="<b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="draft identifier"):
        await bot.send_message_draft(to, 0, text="a")
    assert chat.drafts == ()
