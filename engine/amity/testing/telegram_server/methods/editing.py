"""Methods that change messages, take them away, or react to them."""

from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.access import (
    Need,
    find_chat,
    find_message,
    known_message,
    need_right,
)
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import Chat, GroupChat
from amity.testing.telegram_server.entities import CAPTION_LIMIT, format_text
from amity.testing.telegram_server.errors import NOT_MODIFIED, ApiError, bad_request
from amity.testing.telegram_server.fields import Fields
from amity.testing.telegram_server.keyboards import read_markup
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.methods.media import read_media
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.methods.sending import text_content
from amity.testing.telegram_server.reactions import react, read_reactions

__all__ = ["METHODS"]

_TWO_DAYS: Final = 48 * 3600
_CAPTIONED: Final = ("photo", "voice", "audio", "video", "document", "animation")
_CAPTION: Final = ("caption", "caption_entities", "show_caption_above_media")
_LASTING: Final = ("forum_topic_created", "migrate_to_chat_id", "migrate_from_chat_id")


def _own_message(call: Call) -> StoredMessage:
    """Return the message to edit, which must be one of the bot's own."""
    if not call.fields.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = find_message(call, Need.EDIT, "message to edit")
    if message.sender is not call.bot.user or message.service:
        raise bad_request("message can't be edited")
    return message


def _change(call: Call, message: StoredMessage, content: dict[str, Any] | None) -> dict[str, Any]:
    """Give a message another content, or only another keyboard, and return it."""
    invoice = "invoice" in message.content
    markup = read_markup(
        call.fields, private=message.chat.kind == "private", invoice=invoice
    ).inline
    if content is None or content == message.content:
        if markup == message.markup:
            raise bad_request(NOT_MODIFIED)
    else:
        assert content is not None
        message.content = content
        message.edited = call.world.clock.now()
        call.world.files.remember(content)
    message.markup = markup
    call.world.changed(message)
    return call.written(message)


def edit_message_text(call: Call) -> dict[str, Any]:
    """Give a message other words."""
    content = text_content(call.fields)
    message = _own_message(call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(call, message, content)


def edit_message_caption(call: Call) -> dict[str, Any]:
    """Give a file another caption, or none."""
    fields = call.fields
    caption = format_text(
        fields.text("caption"),
        parse_mode=fields.text("parse_mode"),
        entities=fields.sequence("caption_entities"),
        limit=CAPTION_LIMIT,
        what="caption",
    )
    message = _own_message(call)
    if not any(kind in message.content for kind in _CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    content = {name: value for name, value in message.content.items() if name not in _CAPTION}
    if caption.text:
        content["caption"] = caption.text
    if caption.entities:
        content["caption_entities"] = caption.entities
    if caption.text and fields.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return _change(call, message, content)


def edit_message_media(call: Call) -> dict[str, Any]:
    """Put another file in the place of one."""
    item = call.fields.mapping("media", "media")
    if item is None:
        raise bad_request("can't parse media JSON object")
    kind = item.get("type")
    if kind not in _CAPTIONED or kind == "voice":
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    content = read_media(call, str(kind), Fields(item, call.fields.uploads), "media")
    return _change(call, _own_message(call), content)


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    """Give a message another inline keyboard, or none."""
    return _change(call, _own_message(call), None)


def _may_delete(call: Call, chat: Chat, message: StoredMessage) -> None:
    """Refuse to delete what the bot may not take away."""
    refused = bad_request("message can't be deleted")
    old = call.world.clock.now() - message.date > _TWO_DAYS
    if any(name in message.content for name in _LASTING):
        raise refused
    if isinstance(chat, GroupChat):
        try:
            need_right(call.bot, chat, "can_delete_messages", "delete messages")
        except ApiError as error:
            if message.sender is not call.bot.user or old:
                raise refused from error
    elif old:
        raise refused


def _delete(call: Call, message: StoredMessage) -> None:
    message.deleted = True
    call.world.changes.notify()


def delete_message(call: Call) -> bool:
    """Take a message away for everybody."""
    if not call.fields.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = find_message(call, Need.WRITE, "message to delete")
    _may_delete(call, message.chat, message)
    _delete(call, message)
    return True


def delete_messages(call: Call) -> bool:
    """Take up to a hundred messages away; those that are not there are passed over."""
    raw = call.fields.sequence("message_ids")
    if not raw:
        raise bad_request("message identifiers are not specified")
    if len(raw) > 100:
        raise bad_request("too many message identifiers specified")
    chat = find_chat(call, Need.WRITE)
    try:
        numbers = [int(number) for number in raw]
    except (TypeError, ValueError) as error:
        raise bad_request("can't parse message identifiers") from error
    found = (known_message(call, chat, number) for number in numbers)
    messages = [message for message in found if message is not None]
    for message in messages:
        _may_delete(call, chat, message)
    for message in messages:
        _delete(call, message)
    return True


def set_message_reaction(call: Call) -> bool:
    """Put a reaction on a message, or take the bot's own off."""
    reactions = read_reactions(call.fields.sequence("reaction") or ())
    message = find_message(call, Need.READ, "message to react")
    if message.service:
        raise bad_request("REACTION_INVALID")
    react(call.world, message, call.bot.user, reactions)
    return True


METHODS: Final[Mapping[str, Method]] = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "setmessagereaction": set_message_reaction,
}
