"""Long polling: an update stays until a higher offset confirms it."""

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.types import Update

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, Person
from tests.testing.telegram_server.making import MakeBot, messages


def texts(updates: list[Update]) -> list[str | None]:
    return [message.text for message in messages(updates)]


async def test_what_is_fetched_stays_until_a_higher_offset(bot: Bot, chat: OpenChat) -> None:
    chat.say("one")
    chat.say("two")
    first = await bot.get_updates()
    assert texts(first) == ["one", "two"]
    assert texts(await bot.get_updates()) == ["one", "two"]
    assert texts(await bot.get_updates(offset=first[0].update_id)) == ["one", "two"]
    assert texts(await bot.get_updates(offset=first[1].update_id)) == ["two"]
    assert texts(await bot.get_updates()) == ["two"]
    assert await bot.get_updates(offset=first[1].update_id + 1) == []
    assert await bot.get_updates() == []


async def test_ids_grow_by_one_and_limit_takes_the_oldest(bot: Bot, chat: OpenChat) -> None:
    for number in range(5):
        chat.say(str(number))
    updates = await bot.get_updates()
    assert [update.update_id - updates[0].update_id for update in updates] == [0, 1, 2, 3, 4]
    assert texts(await bot.get_updates(limit=2)) == ["0", "1"]
    assert texts(await bot.get_updates(limit=1000)) == ["0", "1", "2", "3", "4"]


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(
    bot: Bot, chat: OpenChat
) -> None:
    for number in range(5):
        chat.say(str(number))
    assert texts(await bot.get_updates(offset=-2)) == ["3", "4"]
    assert texts(await bot.get_updates()) == ["3", "4"]


async def test_an_offset_in_the_future_confirms_nothing(bot: Bot, chat: OpenChat) -> None:
    chat.say("one")
    (update,) = await bot.get_updates()
    assert texts(await bot.get_updates(offset=update.update_id + 1000)) == ["one"]
    assert texts(await bot.get_updates()) == ["one"]


async def test_a_poll_waits_for_what_comes(bot: Bot, chat: OpenChat) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    chat.say("one")
    chat.say("two")
    assert texts(await asyncio.wait_for(waiting, 10)) == ["one", "two"]


async def test_a_poll_ends_empty(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == []


async def test_a_second_poll_ends_the_first_with_a_conflict(
    bot: Bot, chat: OpenChat, server: BotApiServer
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await server.world.changes.until(lambda: server.calls("getUpdates") or None, 10, "a poll")
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError) as refused:
        await asyncio.wait_for(first, 10)
    assert refused.value.message == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    chat.say("one")
    assert texts(await asyncio.wait_for(second, 10)) == ["one"]


async def test_only_wanted_kinds_come_and_the_wish_is_kept(
    bot: Bot, chat: OpenChat, mia: BotAccount
) -> None:
    said = chat.say("one")
    chat.edit(said, "two")
    await bot.get_updates(offset=-1, allowed_updates=["message"])
    (edited,) = await bot.get_updates()
    assert edited.edited_message is not None, "what came before the wish is not touched by it"
    chat.edit(said, "three")
    chat.say("four")
    assert texts(await bot.get_updates(offset=edited.update_id + 1)) == ["four"]
    await bot.get_updates(allowed_updates=[])
    chat.edit(said, "five")
    assert (await bot.get_updates())[-1].edited_message is not None
    assert mia.updates.allowed is None


async def test_reactions_come_only_when_asked_for(bot: Bot, chat: OpenChat) -> None:
    said = chat.say("one")
    chat.react(said, "👍")
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(allowed_updates=["message", "message_reaction"])
    chat.react(said, "❤")
    reaction = (await bot.get_updates())[-1].message_reaction
    assert reaction is not None
    assert reaction.user is not None
    assert reaction.user.id == chat.person.id
    assert [one.model_dump()["emoji"] for one in reaction.old_reaction] == ["👍"]
    assert [one.model_dump()["emoji"] for one in reaction.new_reaction] == ["❤"]


async def test_updates_are_kept_for_a_day(bot: Bot, chat: OpenChat, server: BotApiServer) -> None:
    chat.say("old")
    server.move_clock(23 * 3600)
    chat.say("new")
    assert texts(await bot.get_updates()) == ["old", "new"]
    server.move_clock(2 * 3600)
    assert texts(await bot.get_updates()) == ["new"]


async def test_two_bots_have_two_queues_and_one_person(
    server: BotApiServer, sdk: MakeBot, ann: Person, mia: BotAccount, bot: Bot
) -> None:
    leo = server.bot("Leo")
    other = sdk(leo)
    ann.open(mia).say("to Mia")
    ann.open(leo).say("to Leo")
    (to_mia,) = await bot.get_updates()
    (to_leo,) = await other.get_updates()
    assert (texts([to_mia]), texts([to_leo])) == (["to Mia"], ["to Leo"])
    assert to_mia.message is not None
    assert to_leo.message is not None
    assert to_mia.message.chat.id == to_leo.message.chat.id == ann.id
    assert ann.id > 2**32


async def test_an_update_delivered_twice_has_one_id(
    server: BotApiServer, bot: Bot, chat: OpenChat, mia: BotAccount
) -> None:
    server.deliver_twice(mia)
    chat.say("one")
    chat.say("two")
    first = await bot.get_updates()
    again = await bot.get_updates(offset=first[-1].update_id + 1)
    assert texts(again) == ["one"]
    assert again[0].update_id == first[0].update_id
    assert await bot.get_updates(offset=first[-1].update_id + 1) == []


async def test_a_chat_held_back_is_overtaken(
    server: BotApiServer, bot: Bot, chat: OpenChat, mia: BotAccount
) -> None:
    bea = server.person("Bea").open(mia)
    with server.held(mia, chat):
        chat.say("Ann, first")
        chat.say("Ann, second")
        bea.say("Bea")
        assert texts(await bot.get_updates()) == ["Bea"]
    updates = await bot.get_updates()
    assert texts(updates) == ["Bea", "Ann, first", "Ann, second"]
    assert [u.update_id for u in updates] == sorted(u.update_id for u in updates)


async def test_old_words_carry_an_old_date(server: BotApiServer, bot: Bot, chat: OpenChat) -> None:
    chat.say("yesterday", ago=86_400)
    server.move_clock(3600)
    chat.say("an hour later")
    old, new = (u.message for u in await bot.get_updates())
    assert old is not None
    assert new is not None
    assert 86_400 <= (new.date - old.date).total_seconds() - 3600 <= 86_405


async def test_an_offset_that_confirms_is_understood_in_any_type(
    server: BotApiServer, mia: BotAccount, chat: OpenChat
) -> None:
    chat.say("one")
    url = f"{server.url}/bot{mia.token}"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/GETUPDATES?offset=0&limit=abc") as answer:
            body = await answer.json()
            assert [one["message"]["text"] for one in body["result"]] == ["one"]
        offset = body["result"][0]["update_id"] + 1
        async with session.post(f"{url}/getUpdates", json={"offset": offset}) as answer:
            assert (await answer.json()) == {"ok": True, "result": []}


async def test_the_newest_can_come_once_more_after_it_was_confirmed(
    bot: Bot, mia: BotAccount, chat: OpenChat
) -> None:
    mia.updates.again()
    assert await bot.get_updates() == []
    chat.say("one")
    (update,) = await bot.get_updates()
    assert await bot.get_updates(offset=update.update_id + 1) == []
    mia.updates.again()
    (same,) = await bot.get_updates(offset=update.update_id + 1)
    assert same == update
    assert await bot.get_updates(offset=update.update_id + 1) == []
