"""What people do on Telegram, as ``Inbound``."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from amity import (
    Address,
    Audio,
    Choice,
    Event,
    File,
    Image,
    Inbound,
    Location,
    MediaRef,
    Part,
    Reaction,
    SealedText,
    Sender,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity_telegram.callbacks import ANYONE, Callbacks
from amity_telegram.updates import (
    CallbackQuery,
    Document,
    Entity,
    MediaFile,
    Message,
    PhotoSize,
    ReactionChange,
    ReactionType,
    StoppedDraft,
)

__all__ = ["Me", "Reader"]

_MOST_AUTHORS: Final = 10_000
_START: Final = "/start "


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself.

    Attributes:
        id: Its id.
        username: Its name, without the ``@``.
    """

    id: int
    username: str


class Reader:
    """Reads what people do, for one bot.

    What is not meant for the bot, or not said by a person, is ``None``: of it nothing is taken in.

    Args:
        channel: The channel's name.
        me: The bot.
        callbacks: Checks what buttons and links carry.
    """

    def __init__(self, channel: str, me: Me, callbacks: Callbacks) -> None:
        self._channel = channel
        self._me = me
        self._callbacks = callbacks
        self._authors: OrderedDict[tuple[str, str], str] = OrderedDict()

    def author(self, chat: str, message: str) -> str:
        """Return who wrote a message of a group, or ``ANYONE`` if that is not known any more."""
        return self._authors.get((chat, message), ANYONE)

    def message(self, message: Message) -> Inbound | None:
        """Return a message that somebody sent."""
        return self.album((message,))

    def album(self, messages: Sequence[Message]) -> Inbound | None:
        """Return what was sent together, as one message under the id of its first part."""
        if len(messages) > 1:
            messages = sorted(messages, key=lambda message: message.message_id)
        first = messages[0]
        sender = _sender(first)
        if sender is None or not _holds_something(messages):
            return None
        addressed = first.chat.private or any(self._is_meant(m) for m in messages)
        if not addressed or not (first.chat.private or first.chat.shared):
            return None
        chat, id = str(first.chat.id), str(first.message_id)
        if first.chat.shared:
            self._note_author(chat, id, sender.id)
        return Inbound(
            address=Address(channel=self._channel, chat=chat, thread=_thread(first)),
            sender=sender,
            id=id,
            time=first.date * 1000,
            parts=tuple([part for message in messages for part in self._parts(message)]),
            private=first.chat.private,
            addressed=True,
            reply_to=_reply_to(first),
        )

    def edited(self, message: Message, update_id: int) -> Inbound | None:
        """Return new words in the place of others."""
        inbound = None if message.location or message.venue else self.message(message)
        if inbound is None:
            return None
        # Telegram counts whole seconds: the update's id keeps two edits within one apart.
        time = (message.edit_date or message.date) * 1000 + update_id % 1000
        return replace(inbound, event=Event.EDITED, time=time)

    def choice(self, query: CallbackQuery, now: int) -> Inbound | None:
        """Return a pressed button; ``None`` for one that is not ours, or not for who pressed it."""
        message = query.message
        if message is None or query.data is None or query.from_.is_bot:
            return None
        chat = str(message.chat.id)
        pressed = self._callbacks.read_button(query.data, chat, str(query.from_.id))
        if pressed is None or not (message.chat.private or message.chat.shared):
            return None
        id = f"callback:{query.id}"
        if message.chat.shared:
            self._note_author(chat, id, str(query.from_.id))
        thread = message.message_thread_id if message.is_topic_message else None
        return Inbound(
            address=Address(
                channel=self._channel, chat=chat, thread=None if thread is None else str(thread)
            ),
            sender=Sender(id=str(query.from_.id), locale=query.from_.language_code),
            id=id,
            time=now,
            parts=(Choice(command=pressed.verb, argument=pressed.argument),),
            private=message.chat.private,
            reply_to=str(message.message_id),
        )

    def stopped(self, stopped: StoppedDraft, update_id: int, now: int) -> Inbound | None:
        """Return a pressed Stop. Drafts are shown in private chats, which name their person."""
        if not stopped.chat.private:
            return None
        chat, thread = str(stopped.chat.id), stopped.message_thread_id
        return Inbound(
            address=Address(
                channel=self._channel, chat=chat, thread=None if thread is None else str(thread)
            ),
            sender=Sender(id=chat),
            id=f"stop:{update_id}",
            time=now,
            parts=(Choice(command="stop"),),
        )

    def reactions(self, change: ReactionChange, update_id: int) -> list[Inbound]:
        """Return the reactions that somebody put on a message or took off it."""
        user = change.user
        if user is None or user.is_bot or not (change.chat.private or change.chat.shared):
            return []
        before = {emoji for one in change.old_reaction if (emoji := _emoji(one))}
        now = {emoji for one in change.new_reaction if (emoji := _emoji(one))}
        changes = [(emoji, True) for emoji in sorted(before - now)]
        changes += [(emoji, False) for emoji in sorted(now - before)]
        message_id = str(change.message_id)
        return [
            Inbound(
                event=Event.REACTION,
                address=Address(channel=self._channel, chat=str(change.chat.id)),
                sender=Sender(id=str(user.id), locale=user.language_code),
                id=f"reaction:{update_id}:{number}",
                time=change.date * 1000,
                private=change.chat.private,
                addressed=change.chat.private,
                reaction=Reaction(emoji=emoji, message_id=message_id, removed=removed),
            )
            for number, (emoji, removed) in enumerate(changes)
        ]

    # ------------------------------------------------------------------ what a message holds

    def _parts(self, message: Message) -> list[Part]:
        text = self._words(message, message.text, message.entities)
        if text is not None:
            return [self._deep_link(message, text) or Text(SealedText(text))]
        words = self._words(message, message.caption, message.caption_entities)
        caption = SealedText(words) if words else None
        medium = _medium(message, caption)
        if medium is not None:
            return [medium]
        if message.location or message.venue:
            return [Location()]
        return [Text(caption)] if caption else []

    def _words(self, message: Message, text: str | None, entities: Sequence[Entity]) -> str | None:
        """Return what was written; in a group without the mention that only calls the bot."""
        if text is None or not message.chat.shared:
            return text
        for entity in entities:
            if self._is_mention(entity, text):
                before, after = _around(text, entity)
                if not before.strip():
                    return after.lstrip(" ,:;—-\n\t") or text
                if not after.strip():
                    return before.rstrip(" ,\n\t")
        return text

    def _deep_link(self, message: Message, text: str) -> Choice | None:
        """Return what a link into the private chat says, if it is one of ours."""
        if not message.chat.private or message.from_ is None or not text.startswith(_START):
            return None
        said = self._callbacks.read_link(text[len(_START) :].strip(), str(message.from_.id))
        if said is None:
            return None
        return Choice(command=said.verb, argument=said.argument, method="deep link")

    # ------------------------------------------------------------------ whom it is meant for

    def _is_meant(self, message: Message) -> bool:
        """Whether a message in a group is meant for the bot: a mention, a command or a reply."""
        text = message.text if message.text is not None else message.caption
        entities = message.entities or message.caption_entities
        if text is not None:
            command = self._command(text, entities)
            if command is not None:
                return command == self._me.username.casefold()
            if any(self._is_mention(entity, text) for entity in entities):
                return True
        replied = message.reply_to_message
        return (
            replied is not None
            and replied.from_ is not None
            and replied.from_.id == self._me.id
            and not replied.forum_topic_created
        )

    def _command(self, text: str, entities: Sequence[Entity]) -> str | None:
        """Return the bot that a command names, in lower case; ``None`` if it is no command.

        A command without a name is meant for whichever bot knows it, which is nobody's business.
        """
        for entity in entities:
            if entity.type == "bot_command" and entity.offset == 0:
                _, _, name = _cut(text, entity).partition("@")
                return name.casefold() or None
        return None

    def _is_mention(self, entity: Entity, text: str) -> bool:
        if entity.type == "text_mention":
            return entity.user is not None and entity.user.id == self._me.id
        if entity.type != "mention":
            return False
        return _cut(text, entity).casefold() == f"@{self._me.username}".casefold()

    def _note_author(self, chat: str, message: str, sender: str) -> None:
        self._authors[chat, message] = sender
        if len(self._authors) > _MOST_AUTHORS:
            self._authors.popitem(last=False)


def _sender(message: Message) -> Sender | None:
    """Return who said it; ``None`` for bots, channels and groups that speak for themselves."""
    user = message.from_
    if user is None or user.is_bot or message.sender_chat or message.is_automatic_forward:
        return None
    return Sender(id=str(user.id), locale=user.language_code)


def _holds_something(messages: Sequence[Message]) -> bool:
    """Whether somebody said something; Telegram also tells of members, titles and pins."""
    return any(
        message.text is not None
        or message.caption is not None
        or message.location
        or message.venue
        or message.dropped
        or _medium(message, None) is not None
        for message in messages
    )


def _thread(message: Message) -> str | None:
    if not message.is_topic_message or message.message_thread_id is None:
        return None
    return str(message.message_thread_id)


def _reply_to(message: Message) -> str | None:
    """Return which message this one answers. The beginning of a topic is answered by nobody."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created:
        return None
    return str(replied.message_id)


def _medium(message: Message, caption: SealedText | None) -> Part | None:
    if message.photo:
        return Image(media=_picture(message.photo), caption=caption)
    if message.voice is not None:
        return _sound(Voice, message.voice, "audio/ogg", caption)
    if message.audio is not None:
        return _sound(Audio, message.audio, "audio/mpeg", caption)
    # An animation comes as a document, too.
    moving = message.video or message.video_note or message.animation or message.live_photo
    if moving is not None:
        return _sound(Video, moving, "video/mp4", caption)
    if message.document is not None:
        return File(media=_file(message.document, "application/octet-stream"), caption=caption)
    return None if message.sticker is None else Sticker(emoji=message.sticker.emoji)


def _sound(
    kind: type[Voice | Audio | Video], file: MediaFile, usual: str, caption: SealedText | None
) -> Part:
    return kind(media=_file(file, usual), caption=caption, seconds=file.duration)


def _file(file: Document, usual: str) -> MediaRef:
    return MediaRef(key=file.file_id, media_type=file.mime_type or usual, size=file.file_size)


def _picture(sizes: Sequence[PhotoSize]) -> MediaRef:
    largest = max(sizes, key=lambda size: (size.width * size.height, size.file_size or 0))
    return MediaRef(key=largest.file_id, media_type="image/jpeg", size=largest.file_size)


def _emoji(reaction: ReactionType) -> str:
    return "⭐" if reaction.type == "paid" else reaction.emoji or ""


def _around(text: str, entity: Entity) -> tuple[str, str]:
    """Return what stands before and after an entity."""
    if text.isascii():
        return text[: entity.offset], text[entity.offset + entity.length :]
    units = text.encode("utf-16-le", "surrogatepass")
    before = units[: 2 * entity.offset].decode("utf-16-le", "replace")
    after = units[2 * (entity.offset + entity.length) :].decode("utf-16-le", "replace")
    return before, after


def _cut(text: str, entity: Entity) -> str:
    """Return the words of an entity, which is counted in UTF-16 units."""
    if text.isascii():
        return text[entity.offset : entity.offset + entity.length]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode(
        "utf-16-le", "replace"
    )
