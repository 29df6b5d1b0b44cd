"""Telegram's own sentences, and the exceptions that aiogram makes of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDice, TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
)

from amity.testing.telegram_server import (
    BotAccount,
    BotApiServer,
    Fault,
    OpenChat,
    Person,
    Voice,
)
from tests.testing.telegram_server.making import MakeBot, make_bot, messages


def keyboard(**button: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**button)]])


def bold(offset: int, length: int) -> list[MessageEntity]:
    return [MessageEntity(type="bold", offset=offset, length=length)]


async def refused(call: Awaitable[Any], kind: type[TelegramAPIError]) -> str:
    with pytest.raises(kind) as error:
        await call
    assert type(error.value) is kind
    return error.value.message


GROUP = -1_002_400_000_001
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)

Send = Callable[[Bot, int], Awaitable[object]]

WRONG: list[tuple[str, Send]] = [
    ("message text is empty", lambda bot, to: bot.send_message(to, "")),
    ("text must be non-empty", lambda bot, to: bot.send_message(to, " \n ")),
    ("message is too long", lambda bot, to: bot.send_message(to, "a" * 4097)),
    ("message is too long", lambda bot, to: bot.send_message(to, "😀" * 2049)),
    ("unsupported parse_mode", lambda bot, to: bot.send_message(to, "a", parse_mode="BBCode")),
    (
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        lambda bot, to: bot.send_message(to, "<b>a", parse_mode="HTML"),
    ),
    (
        'can\'t parse entities: Unsupported start tag "h1" at byte offset 3',
        lambda bot, to: bot.send_message(to, "ж <h1>a</h1>", parse_mode="HTML"),
    ),
    (
        'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        lambda bot, to: bot.send_message(to, "<b><i>a</b></i>", parse_mode="HTML"),
    ),
    (
        (
            "can't parse entities: Character '.' is reserved and must be escaped "
            "with the preceding '\\'"
        ),
        lambda bot, to: bot.send_message(to, "a.", parse_mode="MarkdownV2"),
    ),
    (
        "can't parse entities: Can't find end of Bold entity at byte offset 2",
        lambda bot, to: bot.send_message(to, "a *b", parse_mode="MarkdownV2"),
    ),
    (
        "can't parse entities: Can't find end of the entity starting at byte offset 2",
        lambda bot, to: bot.send_message(to, "a *b", parse_mode="Markdown"),
    ),
    (
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 4",
        lambda bot, to: bot.send_message(to, "abc", entities=bold(0, 4)),
    ),
    (
        "entity begins after the end of the text at UTF-16 offset 4",
        lambda bot, to: bot.send_message(to, "abc", entities=bold(4, 1)),
    ),
    (
        "entity begins in a middle of a UTF-16 symbol at byte offset 4",
        lambda bot, to: bot.send_message(to, "😀a", entities=bold(1, 2)),
    ),
    (
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
        lambda bot, to: bot.send_message(to, "a😀", entities=bold(0, 2)),
    ),
    (
        "BUTTON_DATA_INVALID",
        lambda bot, to: bot.send_message(
            to, "a", reply_markup=keyboard(text="a", callback_data="ж" * 33)
        ),
    ),
    (
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        lambda bot, to: bot.send_message(to, "a", reply_markup=keyboard(text="a")),
    ),
    (
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        lambda bot, to: bot.send_message(to, "a", reply_markup=keyboard(text="a", url="nowhere")),
    ),
    (
        "reply markup is too long",
        lambda bot, to: bot.send_message(
            to,
            "a",
            reply_markup=InlineKeyboardMarkup(
                inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="a")]] * 101
            ),
        ),
    ),
    (
        "message thread not found",
        lambda bot, to: bot.send_message(to, "a", message_thread_id=77),
    ),
    (
        "message to be replied not found",
        lambda bot, to: bot.send_message(
            to, "a", reply_parameters=ReplyParameters(message_id=9999)
        ),
    ),
    ("chat not found", lambda bot, to: bot.send_message(12345, "a")),
    ("chat not found", lambda bot, to: bot.send_message("@nobody_here", "a")),
    (
        "message to edit not found",
        lambda bot, to: bot.edit_message_text("a", chat_id=to, message_id=9999),
    ),
    (
        "message can't be edited",
        lambda bot, to: bot.edit_message_text("a", chat_id=to, message_id=1),
    ),
    (
        "message to delete not found",
        lambda bot, to: bot.delete_message(to, 9999),
    ),
    (
        "message to react not found",
        lambda bot, to: bot.set_message_reaction(to, 9999),
    ),
    (
        "query is too old and response timeout expired or query ID is invalid",
        lambda bot, to: bot.answer_callback_query("4000000000000000999"),
    ),
    (
        "query is too old and response timeout expired or query ID is invalid",
        lambda bot, to: bot.answer_pre_checkout_query("4000000000000000999", ok=True),
    ),
    (
        "wrong remote file identifier specified: Wrong padding in the string",
        lambda bot, to: bot.send_photo(to, "not a file"),
    ),
    ("invalid file_id", lambda bot, to: bot.get_file("not a file")),
    (
        "IMAGE_PROCESS_FAILED",
        lambda bot, to: bot.send_photo(to, BufferedInputFile(b"no picture", "a.jpg")),
    ),
    (
        "file must be non-empty",
        lambda bot, to: bot.send_document(to, BufferedInputFile(b"", "a.txt")),
    ),
    (
        "message caption is too long",
        lambda bot, to: bot.send_document(to, BufferedInputFile(b"a", "a.txt"), caption="a" * 1025),
    ),
    (
        "can't use the media of the specified type in the album",
        lambda bot, to: bot.send_media_group(
            to,
            [
                InputMediaAudio(media=BufferedInputFile(b"a", "a.mp3")),
                InputMediaPhoto(media=BufferedInputFile(PNG, "a.png")),
            ],
        ),
    ),
    ("TEXTDRAFT_PEER_INVALID", lambda bot, to: bot.send_message_draft(GROUP, 1, text="a")),
    ("wrong parameter action in request", lambda bot, to: bot.send_chat_action(to, "dancing")),
]


@pytest.mark.parametrize("sentence,send", WRONG, ids=[sentence[:60] for sentence, _ in WRONG])
async def test_a_wrong_request_gets_telegrams_sentence(
    sentence: str, send: Send, server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    server.group("Friends", chat.person, *server.world.bots.values())
    chat.say("Hello")
    message = await refused(send(bot, chat.person.id), TelegramBadRequest)
    assert message == f"Bad Request: {sentence}"
    assert server.requests[-1].answer == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {sentence}",
    }
    assert [shown.author for shown in chat.messages] == ["Ann Example"]


async def test_what_just_fits_is_taken(bot: Bot, chat: OpenChat) -> None:
    chat.say("Hello")
    to = chat.person.id
    await bot.send_message(to, "😀" * 2048)
    await bot.send_message(to, f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    await bot.send_document(to, BufferedInputFile(b"a", "a.txt"), caption="a" * 1024)
    await bot.send_message(to, "a", reply_markup=keyboard(text="a", callback_data="ж" * 32))
    await bot.send_message(to, "a", reply_markup=ForceReply())
    assert len(chat.messages) == 6


async def test_a_token_that_nobody_has(server: BotApiServer, sdk: MakeBot) -> None:
    gone = BotApiServer().bot("Gone", token="123:abc")
    assert await refused(sdk(gone).get_me(), TelegramUnauthorizedError) == "Unauthorized"


async def test_a_method_that_nobody_knows_is_not_found_and_noted(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    chat.say("Hello")

    class DoMagic(TelegramMethod[bool]):
        __returning__ = bool
        __api_method__ = "doMagic"

    assert await refused(bot(DoMagic()), TelegramNotFound) == "Not Found"
    await refused(bot(SendDice(chat_id=chat.person.id)), TelegramNotFound)
    await refused(
        bot.send_message(chat.person.id, "a", business_connection_id="b"), TelegramBadRequest
    )
    assert server.unsupported == [
        "the method doMagic",
        "the method sendDice",
        "the field business_connection_id, in sendMessage",
    ]


async def test_a_bot_cannot_begin_and_cannot_write_to_who_has_blocked_it(
    server: BotApiServer, bot: Bot, mia: BotAccount, ann: Person, chat: OpenChat
) -> None:
    say = "a"
    assert (
        await refused(bot.send_message(ann.id, say), TelegramBadRequest)
        == "Bad Request: chat not found"
    )
    server.group("Friends", ann, mia)
    assert (
        await refused(bot.send_message(ann.id, say), TelegramForbiddenError)
        == "Forbidden: bot can't initiate conversation with a user"
    )
    chat.start()
    await bot.send_message(ann.id, say)
    chat.block()
    blocked = "Forbidden: bot was blocked by the user"
    assert await refused(bot.send_message(ann.id, say), TelegramForbiddenError) == blocked
    draft = bot.send_message_draft(ann.id, 1, text=say)
    assert await refused(draft, TelegramForbiddenError) == blocked
    assert await refused(bot.send_chat_action(ann.id, "typing"), TelegramForbiddenError) == blocked
    with pytest.raises(ValueError, match="unblock"):
        chat.say("Hello?")
    chat.unblock()
    await bot.send_message(ann.id, say)
    ann.delete_account()
    assert (
        await refused(bot.send_message(ann.id, say), TelegramForbiddenError)
        == "Forbidden: user is deactivated"
    )
    changes = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    private = [one for one in changes if one.chat.type == "private"]
    assert [one.new_chat_member.status for one in private] == ["kicked", "member"]


async def test_bots_do_not_write_to_bots(server: BotApiServer, bot: Bot, mia: BotAccount) -> None:
    leo = server.bot("Leo")
    assert (
        await refused(bot.send_message(leo.id, "a"), TelegramForbiddenError)
        == "Forbidden: bots can't send messages to bots"
    )


@pytest.mark.parametrize("supergroup", [False, True], ids=["group", "supergroup"])
async def test_a_bot_that_was_thrown_out(
    server: BotApiServer, bot: Bot, mia: BotAccount, ann: Person, supergroup: bool
) -> None:
    kind = "supergroup" if supergroup else "group"
    group = server.group("Friends", ann, mia, supergroup=supergroup)
    await bot.send_message(group.id, "Hello")
    group.mute(mia)
    assert (
        await refused(bot.send_message(group.id, "a"), TelegramBadRequest)
        == "Bad Request: not enough rights to send text messages to the chat"
    )
    group.remove(mia)
    assert (
        await refused(bot.send_message(group.id, "a"), TelegramForbiddenError)
        == f"Forbidden: bot was kicked from the {kind} chat"
    )
    group.add(mia, by=ann)
    await bot.leave_chat(group.id)
    assert (
        await refused(bot.send_message(group.id, "a"), TelegramForbiddenError)
        == f"Forbidden: bot is not a member of the {kind} chat"
    )
    other = server.group("Others", ann)
    assert (
        await refused(bot.send_message(other.id, "a"), TelegramBadRequest)
        == "Bad Request: chat not found"
    )


async def test_a_group_that_became_a_supergroup(
    server: BotApiServer, bot: Bot, mia: BotAccount, ann: Person
) -> None:
    group = server.group("Friends", ann, mia, supergroup=False)
    new = group.upgrade()
    with pytest.raises(TelegramMigrateToChat) as error:
        await bot.send_message(group.id, "a")
    assert error.value.migrate_to_chat_id == new.id
    await bot.send_message(new.id, "a")
    told = messages(await bot.get_updates())
    assert (told[-2].migrate_to_chat_id, told[-1].migrate_from_chat_id) == (new.id, group.id)


async def test_a_file_of_another_bot_or_of_another_kind(
    server: BotApiServer, bot: Bot, mia: BotAccount, ann: Person, sdk: MakeBot
) -> None:
    leo = server.bot("Leo")
    ann.open(leo).start()
    chat = ann.open(mia)
    chat.send(Voice())
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.voice is not None
    file_id = update.message.voice.file_id
    assert (
        await refused(bot.send_document(ann.id, file_id), TelegramBadRequest)
        == "Bad Request: can't use file of type Voice as Document"
    )
    assert (
        await refused(sdk(leo).send_voice(ann.id, file_id), TelegramBadRequest)
        == "Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert (
        await refused(sdk(leo).get_file(file_id), TelegramBadRequest)
        == "Bad Request: wrong file_id or the file is temporarily unavailable"
    )


async def test_the_statuses_that_only_happen_on_demand(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    chat.say("Hello")
    to = chat.person.id

    async def fails(fault: Fault, kind: type[TelegramAPIError]) -> str:
        server.fail("sendMessage", fault)
        return await refused(bot.send_message(to, "a"), kind)

    await fails(Fault.internal_error(), TelegramServerError)
    await fails(Fault.internal_error(502), TelegramServerError)
    restart = Fault.refused(500, "Internal Server Error: restart")
    assert await fails(restart, RestartingTelegram) == "Internal Server Error: restart"
    too_large = Fault.refused(413, "Request Entity Too Large")
    assert await fails(too_large, TelegramEntityTooLarge) == "Request Entity Too Large"
    server.fail("sendMessage", Fault.flood(7))
    with pytest.raises(TelegramRetryAfter) as error:
        await bot.send_message(to, "a")
    assert error.value.retry_after == 7
    server.fail("sendMessage", Fault.garbage())
    with pytest.raises(ClientDecodeError):
        await bot.send_message(to, "a")
    server.fail("sendMessage", Fault.dropped())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(to, "a")
    assert [shown.from_bot for shown in chat.messages] == [False, True], "garbage came after all"


async def test_a_webhook_and_polling_exclude_each_other(bot: Bot) -> None:
    await bot.set_webhook("https://bot.example.org/hook")
    assert await refused(bot.get_updates(), TelegramConflictError) == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_logging_out_and_closing(server: BotApiServer, bot: Bot) -> None:
    with pytest.raises(TelegramRetryAfter):
        await bot.close()
    server.move_clock(601)
    assert await bot.close()
    assert await bot.log_out()
    assert await refused(bot.get_me(), TelegramBadRequest) == "Logged out"
    server.move_clock(601)
    assert (await bot.get_me()).is_bot


async def test_a_request_that_is_too_large() -> None:
    async with BotApiServer(upload_limit=100_000) as small:
        leo = small.bot("Leo")
        bea = small.person("Bea")
        bea.open(leo).start()
        async with make_bot(small, leo) as bot:
            document = BufferedInputFile(b"a" * 200_000, "a.txt")
            said = await refused(bot.send_document(bea.id, document), TelegramEntityTooLarge)
            assert said == "Request Entity Too Large"
