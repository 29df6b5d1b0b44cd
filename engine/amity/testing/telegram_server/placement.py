"""Where a message goes and what it carries besides its content, read off a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amity.testing.telegram_server.access import Need, find_chat, find_chat_by, known_message
from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import Chat, GroupChat
from amity.testing.telegram_server.entities import format_text
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.fields import Fields
from amity.testing.telegram_server.keyboards import Markup, read_markup
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.spans import units

__all__ = ["Placement", "check_thread", "read_placement"]

_QUOTE_LIMIT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a message goes.

    Attributes:
        chat: The chat.
        thread: The topic or thread; 0 for none.
        reply_to: The message that it answers.
        quote: What it quotes of that, as a ``TextQuote``.
        markup: What stands below it.
        options: What else the message shows, such as ``has_protected_content``.
    """

    chat: Chat
    thread: int = 0
    reply_to: StoredMessage | None = None
    quote: dict[str, Any] | None = None
    markup: Markup = field(default_factory=Markup)
    options: dict[str, Any] = field(default_factory=dict)

    def post(self, call: Call, content: dict[str, Any], *, album: str = "") -> StoredMessage:
        """Put a message of the bot there."""
        message = call.world.post(
            self.chat,
            call.bot.user,
            content,
            thread=self.thread,
            reply_to=self.reply_to,
            quote=self.quote,
            markup=self.markup.inline,
            options=dict(self.options),
            album=album,
        )
        if self.markup.other is not None:
            self._set_keyboard(self.markup.other)
        return message

    def _set_keyboard(self, keyboard: dict[str, Any]) -> None:
        """Show a reply keyboard to whom it is for, or take it away."""
        chat = self.chat
        if isinstance(chat, GroupChat):
            readers = [member.user.id for member in chat.members.values() if member.inside]
            if keyboard.get("selective") and self.reply_to is not None:
                readers = [self.reply_to.sender.id]
        else:
            readers = [chat.id]
        for reader in readers:
            if keyboard.get("remove_keyboard"):
                chat.keyboards.pop(reader, None)
            else:
                chat.keyboards[reader] = keyboard


def read_placement(call: Call, *, invoice: bool = False) -> Placement:
    """Read where a message goes.

    Raises:
        ApiError: It cannot go there, or what is to stand below it is wrong.
    """
    fields = call.fields
    reply = _reply_parameters(fields)
    chat = find_chat(call, Need.WRITE)
    markup = read_markup(fields, private=chat.kind == "private", invoice=invoice)
    if isinstance(chat, GroupChat):
        _may_write(chat, call.bot)
    replied = _replied(call, chat, reply)
    thread = fields.number("message_thread_id")
    check_thread(call.bot, chat, thread)
    options: dict[str, Any] = {}
    if fields.flag("protect_content"):
        options["has_protected_content"] = True
    if effect := fields.text("message_effect_id"):
        options["effect_id"] = effect
    return Placement(
        chat=chat,
        thread=thread or _thread_of(chat, replied),
        reply_to=replied,
        quote=_quote(replied, reply) if replied is not None else None,
        markup=markup,
        options=options,
    )


def _may_write(group: GroupChat, bot: BotAccount) -> None:
    member = group.member(bot.user)
    if member.status == "restricted" and not member.rights.get("can_send_messages"):
        raise bad_request("not enough rights to send text messages to the chat")


def _reply_parameters(fields: Fields) -> Mapping[str, Any]:
    given = fields.mapping("reply_parameters", "reply parameters")
    if given is not None:
        return given
    return {
        "message_id": fields.number("reply_to_message_id"),
        "allow_sending_without_reply": fields.flag("allow_sending_without_reply"),
    }


def _replied(call: Call, chat: Chat, reply: Mapping[str, Any]) -> StoredMessage | None:
    """Return the message that is answered."""
    if not reply.get("message_id"):
        return None
    place = chat
    if reply.get("chat_id") not in {None, "", chat.id, str(chat.id)}:
        place = find_chat_by(call, str(reply["chat_id"]), Need.READ)
    try:
        number = int(reply["message_id"])
    except (TypeError, ValueError) as error:
        raise bad_request('field "message_id" must be a valid Number') from error
    message = known_message(call, place, number)
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _thread_of(chat: Chat, replied: StoredMessage | None) -> int:
    """Return the topic that a reply stands in because of what it answers."""
    if replied is not None and replied.chat is chat and chat.is_forum:
        return replied.thread
    return 0


def check_thread(bot: BotAccount, chat: Chat, thread: int) -> None:
    """Refuse a thread that is not there or that the bot may not write in.

    Raises:
        ApiError: It is not there, or it is a topic that was closed.
    """
    if not thread:
        return
    topic = chat.topics.get(thread)
    if topic is None:
        threaded = isinstance(chat, GroupChat) and chat.supergroup and not chat.forum
        if threaded and chat.find(thread) is not None:
            return
        raise bad_request("message thread not found")
    if topic.closed and not (
        isinstance(chat, GroupChat) and chat.member(bot.user).rights.get("can_manage_topics")
    ):
        raise bad_request("TOPIC_CLOSED")


def _quote(replied: StoredMessage, reply: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a reply quotes, which must stand in the message that it answers."""
    given = reply.get("quote")
    if not given:
        return None
    entities = reply.get("quote_entities")
    quoted = format_text(
        str(given),
        parse_mode=str(reply.get("quote_parse_mode") or ""),
        entities=entities if isinstance(entities, list) else None,
        limit=_QUOTE_LIMIT,
    )
    at = replied.text.find(quoted.text)
    if at < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    quote: dict[str, Any] = {"text": quoted.text, "position": units(replied.text[:at])}
    quote["is_manual"] = True
    return quote
