"""What no SDK sends, but programs written by hand do: each gets Telegram's sentence."""

import asyncio
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, Topic
from amity.testing.telegram_server.methods import METHODS

TO = 7_100_000_001
FORUM = -1_002_400_000_001
GREEN = {"text": "a", "callback_data": "a"}


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def message(**fields: Any) -> dict[str, Any]:
    return {"chat_id": TO, "text": "a", **fields}


def media(*items: Any, **fields: Any) -> dict[str, Any]:
    return {"chat_id": TO, "media": list(items), **fields}


Wrong = tuple[str, dict[str, Any], str]
WRONG: list[Wrong] = [
    ("sendMessage", {"text": "a"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": "me", "text": "a"}, "chat not found"),
    ("sendMessage", message(text="a" * 40_000), "text is too long"),
    (
        "sendMessage",
        message(reply_markup="{"),
        "can't parse reply keyboard markup JSON object",
    ),
    ("sendMessage", message(reply_markup=[]), "object expected as reply markup"),
    (
        "sendMessage",
        message(reply_markup={"inline_keyboard": "a"}),
        'field "inline_keyboard" must be of type Array',
    ),
    (
        "sendMessage",
        message(reply_markup={"inline_keyboard": ["a"]}),
        'field "inline_keyboard" must be an Array of Arrays',
    ),
    (
        "sendMessage",
        message(reply_markup=inline("a")),
        "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ),
    (
        "sendMessage",
        message(reply_markup=inline({"callback_data": "a"})),
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        "sendMessage",
        message(reply_markup=inline({"text": "a", "callback_data": 1})),
        'can\'t parse inline keyboard button: Field "callback_data" must be of type String',
    ),
    (
        "sendMessage",
        message(reply_markup=inline({"text": " ", "callback_data": "a"})),
        "BUTTON_TEXT_INVALID",
    ),
    (
        "sendMessage",
        message(reply_markup=inline({"text": "a", "url": "ftp://a.b"})),
        "inline keyboard button URL 'ftp://a.b' is invalid: Unsupported URL protocol",
    ),
    (
        "sendMessage",
        message(reply_markup=inline({"text": "a", "pay": True})),
        "BUTTON_TYPE_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": FORUM, "text": "a"}
        | {"reply_markup": inline({"text": "a", "web_app": {"url": "https://a.b"}})},
        "BUTTON_TYPE_INVALID",
    ),
    (
        "sendMessage",
        message(reply_markup={"keyboard": [[{"request_contact": True}]]}),
        "can't parse keyboard button: Can't find field \"text\"",
    ),
    ("sendMessage", message(reply_markup={"keyboard": [[" "]]}), "BUTTON_TEXT_INVALID"),
    (
        "sendMessage",
        {"chat_id": FORUM, "text": "a"}
        | {"reply_markup": {"keyboard": [[{"text": "a", "request_contact": True}]]}},
        "BUTTON_TYPE_INVALID",
    ),
    ("sendMessage", message(reply_parameters="{"), "can't parse reply parameters JSON object"),
    ("sendMessage", message(reply_parameters=[]), "object expected as reply parameters"),
    (
        "sendMessage",
        message(reply_parameters={"message_id": "a"}),
        'field "message_id" must be a valid Number',
    ),
    (
        "sendMessage",
        message(reply_parameters={"message_id": 1, "quote": "never said"}),
        "QUOTE_TEXT_INVALID",
    ),
    ("sendMessage", message(reply_to_message_id=99), "message to be replied not found"),
    ("sendMessage", message(link_preview_options=1), "object expected as link preview options"),
    ("sendPhoto", {"chat_id": TO}, "there is no photo in the request"),
    ("sendVideoNote", {"chat_id": TO}, "there is no video note in the request"),
    ("sendPhoto", {"chat_id": TO, "photo": "attach://nothing"}, "there is no photo in the request"),
    ("sendMediaGroup", {"chat_id": TO, "media": "{"}, "can't parse media JSON object"),
    ("sendMediaGroup", media(), "there are no messages to send"),
    ("sendMediaGroup", media("a"), "can't parse InputMedia: expected an Object"),
    (
        "sendMediaGroup",
        media({"type": "animation", "media": "a"}),
        "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
    ),
    (
        "sendMediaGroup",
        media({"type": "voice", "media": "a"}),
        'can\'t parse InputMedia: type "voice" is unsupported',
    ),
    (
        "sendMediaGroup",
        media({"type": "photo", "media": "attach://nothing"}),
        "can't parse InputMedia: media not found",
    ),
    ("getFile", {}, "file_id not specified"),
    ("editMessageText", {"chat_id": TO, "text": "a"}, "message identifier is not specified"),
    ("editMessageMedia", {"chat_id": TO, "message_id": 2}, "can't parse media JSON object"),
    (
        "editMessageMedia",
        {"chat_id": TO, "message_id": 2, "media": {"type": "voice", "media": "a"}},
        'can\'t parse InputMedia: type "voice" is unsupported',
    ),
    ("deleteMessage", {"chat_id": TO}, "message identifier is not specified"),
    ("deleteMessages", {"chat_id": TO}, "message identifiers are not specified"),
    (
        "deleteMessages",
        {"chat_id": TO, "message_ids": list(range(101))},
        "too many message identifiers specified",
    ),
    ("deleteMessage", {"chat_id": FORUM, "message_id": 2}, "message can't be deleted"),
    (
        "setMessageReaction",
        {"chat_id": TO, "message_id": 1, "reaction": ["a"]},
        "can't parse reaction type: Unsupported type specified",
    ),
    (
        "setMessageReaction",
        {"chat_id": TO, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🥸"}]},
        "REACTION_INVALID",
    ),
    (
        "setMessageReaction",
        {
            "chat_id": TO,
            "message_id": 1,
            "reaction": [{"type": "emoji", "emoji": emoji} for emoji in "👍👎"],
        },
        "REACTIONS_TOO_MANY",
    ),
    (
        "setMessageReaction",
        {"chat_id": FORUM, "message_id": 2, "reaction": []},
        "REACTION_INVALID",
    ),
    ("setMyCommands", {"commands": "{"}, "can't parse commands JSON object"),
    ("setMyCommands", {"commands": ["a"]}, "can't parse BotCommand: expected an Object"),
    (
        "setMyCommands",
        {"commands": [{"command": "a", "description": "a"}] * 101},
        "BOT_COMMANDS_TOO_MUCH",
    ),
    (
        "getMyCommands",
        {"scope": {"type": "moon"}},
        "can't parse BotCommandScope: Unsupported type specified",
    ),
    ("setMyName", {"name": "a" * 65}, "bot name is too long"),
    ("getChatMember", {"chat_id": TO}, "invalid user_id specified"),
    ("getChatMember", {"chat_id": TO, "user_id": 5}, "member not found"),
    ("createForumTopic", {"chat_id": FORUM, "name": " "}, "topic name must be non-empty"),
    (
        "createForumTopic",
        {"chat_id": FORUM, "name": "a", "icon_color": 1},
        "invalid forum topic icon color specified",
    ),
    ("editForumTopic", {"chat_id": FORUM, "message_thread_id": 9}, "TOPIC_ID_INVALID"),
    ("editForumTopic", {"chat_id": FORUM, "message_thread_id": 2}, "TOPIC_NOT_MODIFIED"),
    ("deleteForumTopic", {"chat_id": TO, "message_thread_id": 2}, "the chat is not a forum"),
    ("sendInvoice", {"chat_id": TO}, 'parameter "title" is required'),
    (
        "answerCallbackQuery",
        {"callback_query_id": ""},
        "query is too old and response timeout expired or query ID is invalid",
    ),
]


async def post(server: BotApiServer, bot: BotAccount, method: str, **body: Any) -> dict[str, Any]:
    url = f"{server.url}/bot{bot.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, **body) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status == found.get("error_code", 200)
        return found


def furnish(server: BotApiServer, bot: BotAccount, chat: OpenChat) -> Topic:
    """Make a forum with a topic, and let the person write first."""
    forum = server.group("Forum", chat.person, bot, forum=True)
    forum.promote(bot)
    assert (chat.person.id, forum.id) == (TO, FORUM)
    chat.say("Hello")
    return forum.topic("Tea")


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{one[0]}: {one[2][:50]}" for one in WRONG])
async def test_a_malformed_request_is_refused(
    server: BotApiServer, mia: BotAccount, chat: OpenChat, wrong: Wrong
) -> None:
    method, body, sentence = wrong
    assert furnish(server, mia, chat).id == 2
    found = await post(server, mia, method, json=body)
    assert found == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {sentence}",
    }
    assert server.unsupported == []


@pytest.mark.parametrize(
    "lacking",
    [
        ("sendPhoto", {"photo": "https://a.b/c.png"}, "files that are sent by their address"),
        ("sendMessage", message(receiver_user_id=TO), "the field receiver_user_id"),
        ("editMessageText", {"inline_message_id": "a"}, "the field inline_message_id"),
        (
            "setMessageReaction",
            {"reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}], "message_id": 1},
            "reactions with custom emoji",
        ),
    ],
)
async def test_what_this_server_has_not_is_refused_and_noted(
    server: BotApiServer, mia: BotAccount, chat: OpenChat, lacking: Wrong
) -> None:
    method, body, what = lacking
    furnish(server, mia, chat)
    found = await post(server, mia, method, json={"chat_id": TO, **body})
    assert found["description"] == f"Bad Request: this server knows nothing of {what}"
    assert server.unsupported == [f"{what}, in {method}"]


names = st.sampled_from(
    (
        *("chat_id", "text", "message_id", "message_ids", "entities", "parse_mode", "caption"),
        *("reply_parameters", "reply_markup", "media", "photo", "document", "message_thread_id"),
        *("reaction", "commands", "scope", "language_code", "user_id", "prices", "title"),
        *("description", "payload", "currency", "draft_id", "link_preview_options", "url"),
        *("allowed_updates", "offset", "limit", "file_id", "name", "action", "quote"),
        *("secret_token", "callback_query_id", "pre_checkout_query_id", "icon_color"),
    )
)
likely = st.sampled_from((TO, str(TO), FORUM, 1, 2, "a", "HTML", "XTR", "typing", "default", 50))
inner = st.sampled_from(
    (
        *("type", "offset", "length", "message_id", "quote", "inline_keyboard", "keyboard"),
        *("text", "callback_data", "command", "description", "emoji", "media", "label", "amount"),
    )
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**53) | st.floats(allow_nan=False) | likely,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(inner, children, max_size=4),
    max_leaves=8,
)


USUAL = {
    "chat_id": FORUM,
    "text": "Hello",
    "message_id": 2,
    "title": "a",
    "description": "a",
    "payload": "a",
    "currency": "XTR",
    "draft_id": 1,
    "user_id": TO,
}


@given(st.sampled_from(sorted(METHODS)), st.dictionaries(names, values, max_size=8))
@settings(deadline=None)
def test_whatever_comes_is_done_or_refused(method: str, body: dict[str, Any]) -> None:
    async def ask() -> None:
        async with BotApiServer() as server:
            bot = server.bot("Mia")
            furnish(server, bot, server.person("Ann").open(bot))
            found = await post(server, bot, method, json={**USUAL, **body})
            assert found["ok"] or found["error_code"] in {400, 403, 404, 429}

    asyncio.run(ask())


async def test_a_body_that_cannot_be_read(server: BotApiServer, mia: BotAccount) -> None:
    json = {"Content-Type": "application/json"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for data, headers in [(b"{", json), (b"[]", json), (b"text=%ff\xff", form)]:
        found = await post(server, mia, "getMe", data=data, headers=headers)
        assert found["error_code"] == 400
    assert server.requests == []


async def test_what_is_no_bot_and_no_method(server: BotApiServer, mia: BotAccount) -> None:
    async with aiohttp.ClientSession() as session:
        for path, status in [
            ("/", 404),
            ("/bot/getMe", 404),
            ("/botabc/getMe", 404),
            ("/bot123:abc/getMe", 401),
            (f"/bot{mia.token}/", 404),
            (f"/file/bot{mia.token}/photos/file_1.jpg", 404),
        ]:
            async with session.get(server.url + path) as answer:
                assert answer.status == status, path
                assert (await answer.json())["ok"] is False


@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_fields_come_in_every_way(
    server: BotApiServer, mia: BotAccount, chat: OpenChat, how: str
) -> None:
    chat.say("Hello")
    fields = {"chat_id": str(TO), "text": "Hi", "disable_web_page_preview": "True"}
    found = await post(server, mia, "SENDMESSAGE", **{how: fields})
    assert found["result"]["link_preview_options"] == {"is_disabled": True}
    assert chat.messages[-1].text == "Hi"


async def test_native_types_in_json_are_taken(
    server: BotApiServer, mia: BotAccount, chat: OpenChat
) -> None:
    chat.say("Hello")
    entities = [{"type": "bold", "offset": 0, "length": 2}]
    markup = {"keyboard": [["Yes", {"text": "No"}]], "one_time_keyboard": True}
    body = message(text="Hi", entities=entities, protect_content=True, reply_markup=markup)
    found = await post(server, mia, "sendMessage", json=body)
    assert found["result"]["entities"] == entities
    assert found["result"]["has_protected_content"] is True
    assert chat.keyboard is not None
    assert chat.keyboard["keyboard"] == [[{"text": "Yes"}, {"text": "No"}]]
    assert found["result"].get("reply_markup") is None
    empty = await post(server, mia, "sendMessage", json=message(reply_markup=inline(GREEN)))
    assert empty["result"]["reply_markup"] == inline(GREEN)
