"""Messages as the server keeps them, and as it writes them for one bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amity.testing.telegram_server.accounts import User
from amity.testing.telegram_server.files import Attached, FileStore

if TYPE_CHECKING:
    from amity.testing.telegram_server.chats import Chat

__all__ = ["StoredMessage", "Writer"]


@dataclass(slots=True, kw_only=True, eq=False)
class StoredMessage:
    """A message, also after it was deleted.

    Attributes:
        chat: Where it stands.
        id: Its number there.
        sender: Who sent it.
        date: When, in seconds since 1970.
        content: Its content in Telegram's own form, with ``Attached`` in place of files.
        service: True for what nobody wrote, such as that somebody joined.
        thread: The ``message_thread_id``; 0 for none.
        topic: True if that thread is a topic of a forum.
        reply_to: The message that it answers.
        quote: The part of it that was quoted, as a ``TextQuote``.
        forward_origin: Where it was forwarded from, as a ``MessageOrigin``.
        album: Its ``media_group_id``; empty for none.
        markup: Its inline keyboard.
        options: Its ``link_preview_options``, ``has_protected_content`` and ``effect_id``.
        edited: When it was edited last; 0 for never.
        deleted: True once it is gone for everybody.
        reactions: Who reacted how, by the number of the account.
    """

    chat: "Chat"
    id: int
    sender: User
    date: int
    content: dict[str, Any]
    service: bool = False
    thread: int = 0
    topic: bool = False
    reply_to: "StoredMessage | None" = None
    quote: dict[str, Any] | None = None
    forward_origin: dict[str, Any] | None = None
    album: str = ""
    markup: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    edited: int = 0
    deleted: bool = False
    reactions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def entities(self) -> Sequence[Mapping[str, Any]]:
        """The entities of its text or caption."""
        return self.content.get("entities") or self.content.get("caption_entities") or ()


class Writer:
    """Writes what the server keeps as JSON for one bot, with the file ids that this bot knows."""

    def __init__(self, files: FileStore, bot_id: int) -> None:
        self._files = files
        self._bot_id = bot_id

    def write(self, value: Any) -> Any:
        """Return a value with every file in it as JSON."""
        match value:
            case Attached(file=file, about=about):
                return {
                    "file_id": self._files.id_for(file, self._bot_id),
                    "file_unique_id": file.unique_id,
                    "file_size": len(file.data),
                    **self.write(about),
                }
            case Mapping():
                return {name: self.write(inner) for name, inner in value.items()}
            case list() | tuple():
                return [self.write(inner) for inner in value]
            case _:
                return value

    def message(self, message: StoredMessage, *, with_reply: bool = True) -> dict[str, Any]:
        """Return a message as JSON."""
        written: dict[str, Any] = {"message_id": message.id}
        written["from"] = message.sender.as_json()
        written["chat"] = message.chat.as_json()
        written["date"] = message.date
        if message.thread:
            written["message_thread_id"] = message.thread
        if message.topic:
            written["is_topic_message"] = True
        if message.edited:
            written["edit_date"] = message.edited
        if message.album:
            written["media_group_id"] = message.album
        replied = message.reply_to
        if with_reply and replied is not None and not replied.deleted:
            if replied.chat is message.chat:
                written["reply_to_message"] = self.message(replied, with_reply=False)
            else:
                written["external_reply"] = self._external(replied)
        if message.quote is not None:
            written["quote"] = message.quote
        if message.forward_origin is not None:
            written["forward_origin"] = message.forward_origin
        written |= self.write(message.content)
        written |= message.options
        if message.markup is not None:
            written["reply_markup"] = message.markup
        return written

    def _external(self, replied: StoredMessage) -> dict[str, Any]:
        """Return a message of another chat, as an ``ExternalReplyInfo``."""
        media = {
            name: value
            for name, value in replied.content.items()
            if name not in {"text", "entities", "caption", "caption_entities"}
        }
        return {
            "origin": {
                "type": "user",
                "date": replied.date,
                "sender_user": replied.sender.as_json(),
            },
            **self.write(media),
        }
