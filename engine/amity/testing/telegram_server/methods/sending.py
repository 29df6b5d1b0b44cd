"""Methods that send a message of words, and those that show that something is being done."""

from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.access import Need, find_chat
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import Action
from amity.testing.telegram_server.entities import TEXT_LIMIT, Formatted, format_text
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.fields import Fields
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.placement import check_thread, read_placement

__all__ = ["METHODS", "read_text", "text_content"]

_ACTIONS: Final = frozenset(
    (
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice"),
        *("upload_voice", "upload_document", "choose_sticker", "find_location"),
        *("record_video_note", "upload_video_note", "record_audio", "upload_audio"),
    )
)
_PREVIEW: Final = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")


def read_text(fields: Fields) -> Formatted:
    """Read the text of a message.

    Raises:
        ApiError: It is empty, too long, or its entities are wrong.
    """
    text = fields.text("text")
    if not text:
        raise bad_request("message text is empty")
    formatted = format_text(
        text,
        parse_mode=fields.text("parse_mode"),
        entities=fields.sequence("entities"),
        limit=TEXT_LIMIT,
    )
    if not formatted.text:
        raise bad_request("text must be non-empty")
    return formatted


def text_content(fields: Fields) -> dict[str, Any]:
    """Return the content of a message of words."""
    formatted = read_text(fields)
    content: dict[str, Any] = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.entities
    if preview := _preview(fields):
        content["link_preview_options"] = preview
    return content


def _preview(fields: Fields) -> dict[str, Any]:
    given = fields.mapping("link_preview_options", "link preview options")
    if given is None:
        return {"is_disabled": True} if fields.flag("disable_web_page_preview") else {}
    options: dict[str, Any] = {name: True for name in _PREVIEW if given.get(name)}
    if given.get("url"):
        options["url"] = given["url"]
    return options


def send_message(call: Call) -> dict[str, Any]:
    """Send words."""
    content = text_content(call.fields)
    return call.written(read_placement(call).post(call, content))


def send_chat_action(call: Call) -> bool:
    """Show that the bot is doing something, for five seconds at most."""
    action = call.fields.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = find_chat(call, Need.WRITE)
    thread = call.fields.number("message_thread_id")
    check_thread(call.bot, chat, thread)
    chat.actions.append(
        Action(bot=call.bot.user, action=action, time=call.world.clock.time(), thread=thread)
    )
    call.world.changes.notify()
    return True


METHODS: Final[Mapping[str, Method]] = {
    "sendmessage": send_message,
    "sendchataction": send_chat_action,
}
