"""What goes wrong on demand, the flood limits, and the record."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.types import BufferedInputFile, InputMediaDocument

from amity.testing.telegram_server import (
    BotAccount,
    BotApiServer,
    Fault,
    FaultKind,
    Limits,
    OpenChat,
)
from tests.testing.telegram_server.making import MakeBot, make_bot


async def test_a_dropped_request_did_nothing_and_a_lost_answer_hides_what_was_done(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    chat.start()
    server.fail("sendMessage", Fault.dropped())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat.person.id, "one")
    assert chat.unread == []
    server.fail("sendMessage", Fault.answer_lost())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat.person.id, "two")
    assert [shown.text for shown in chat.unread] == ["two"]
    await bot.send_message(chat.person.id, "three")
    records = server.calls("sendMessage")
    assert [record.fault for record in records] == [
        FaultKind.DROPPED,
        FaultKind.ANSWER_LOST,
        None,
    ]
    assert [record.ok for record in records] == [False, True, True]
    assert records[1].result["text"] == "two"


async def test_faults_strike_a_method_a_bot_and_so_many_times(
    server: BotApiServer, bot: Bot, chat: OpenChat, sdk: MakeBot, mia: BotAccount
) -> None:
    leo = server.bot("Leo")
    chat.start()
    chat.person.open(leo).start()
    server.fail("sendMessage", Fault.internal_error(), bot=mia, times=2)
    await sdk(leo).send_message(chat.person.id, "a")
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(chat.person.id, "a")
    await bot.send_message(chat.person.id, "a")
    server.fail("", Fault.internal_error(), times=None)
    for _ in range(3):
        with pytest.raises(TelegramServerError):
            await bot.get_me()
    server.mend()
    await bot.get_me()


async def test_each_third_call_can_fail(server: BotApiServer, bot: Bot, chat: OpenChat) -> None:
    chat.start()
    server.fail("sendMessage", Fault.flood(3), times=None, every=3)
    outcomes = []
    for _ in range(6):
        try:
            await bot.send_message(chat.person.id, "a")
            outcomes.append(0)
        except TelegramRetryAfter as error:
            outcomes.append(error.retry_after)
    assert outcomes == [0, 0, 3, 0, 0, 3]
    assert server.calls("sendMessage")[2].answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }


async def test_a_slow_answer_comes_after_all_or_too_late(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    chat.start()
    server.fail("sendMessage", Fault.slow(0.05))
    assert (await bot.send_message(chat.person.id, "one")).text == "one"
    server.fail("sendMessage", Fault.slow(30))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat.person.id, "two", request_timeout=1)
    assert [shown.text for shown in chat.unread] == ["one", "two"]


async def test_an_outage_breaks_what_waits_and_refuses_what_comes(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.world.changes.until(lambda: server.calls("getUpdates") or None, 10, "a poll")
    await asyncio.sleep(0.05)
    url = server.url
    async with server.outage():
        with pytest.raises(TelegramNetworkError):
            await asyncio.wait_for(poll, 10)
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()
        chat.say("meanwhile")
    assert server.url == url
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "meanwhile"
    other = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=30))
    await asyncio.sleep(0.05)
    chat.say("afterwards")
    assert len(await asyncio.wait_for(other, 10)) == 1


async def test_the_record_has_everything_but_the_secret(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat
) -> None:
    chat.start()
    await bot.send_document(
        chat.person.id,
        BufferedInputFile(b"bytes", "a.txt"),
        caption="a",
        reply_parameters={"message_id": 1},  # type: ignore[arg-type]  # as JSON, as others send it
    )
    record = await server.call("sendDocument")
    assert record.path == f"/bot{mia.id}:***/sendDocument"
    assert mia.token not in str([record.path, record.headers, record.fields])
    assert record.fields["chat_id"] == str(chat.person.id)
    assert record.fields["reply_parameters"]["message_id"] == 1
    assert b"bytes" in record.fields.values()
    assert record.headers["content-type"].startswith("multipart/form-data")
    assert record.status == 200
    assert record.bot is mia
    assert [one.method for one in server.requests] == ["sendDocument"]
    with pytest.raises(TimeoutError):
        await server.call("sendDocument", count=2, seconds=0.05)


async def test_a_chat_takes_a_burst_and_then_one_a_second() -> None:
    async with BotApiServer(limits=Limits(chat_burst=3)) as server:
        account = server.bot("Mia")
        ann, bea = server.person("Ann"), server.person("Bea")
        ann.open(account).start()
        bea.open(account).start()
        async with make_bot(server, account) as bot:
            for _ in range(3):
                await bot.send_message(ann.id, "a")
            with pytest.raises(TelegramRetryAfter) as error:
                await bot.send_message(ann.id, "a")
            assert error.value.retry_after == 1
            await bot.send_chat_action(ann.id, "typing")
            await bot.send_message_draft(ann.id, 1, text="a")
            await bot.send_message(bea.id, "a")
            server.move_clock(1)
            await bot.send_message(ann.id, "a")
            server.move_clock(60)
            media = [InputMediaDocument(media=BufferedInputFile(b"a", "a.txt"))] * 3
            await bot.send_media_group(ann.id, list(media))
            with pytest.raises(TelegramRetryAfter):
                await bot.edit_message_text("b", chat_id=ann.id, message_id=2)


async def test_a_group_takes_so_many_a_minute_and_a_bot_so_many_a_second() -> None:
    limits = Limits(chat_burst=100, per_group=5, per_bot=10)
    async with BotApiServer(limits=limits) as server:
        account = server.bot("Mia")
        ann = server.person("Ann")
        group = server.group("Friends", ann, account)
        ann.open(account).start()
        async with make_bot(server, account) as bot:
            for _ in range(5):
                await bot.send_message(group.id, "a")
            with pytest.raises(TelegramRetryAfter) as error:
                await bot.send_message(group.id, "a")
            assert error.value.retry_after == 12
            server.move_clock(10)
            for _ in range(10):
                await bot.send_message(ann.id, "a")
            sending = [bot.send_message(ann.id, "a") for _ in range(20)]
            outcomes = await asyncio.gather(*sending, return_exceptions=True)
            assert any(isinstance(outcome, TelegramRetryAfter) for outcome in outcomes)


async def test_a_fault_strikes_any_of_several_methods(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    chat.say("hello")
    server.fail(["sendMessage", "sendDice"], Fault.flood(1), times=2)
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter):
            await bot.send_dice(chat.person.id)
    await bot.send_message(chat.person.id, "hi")
