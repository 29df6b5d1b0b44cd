"""Messages of Discord as those of the core.

Of whoever wrote one nothing is read but the account's id (promise P26). Mentions become words
without ids, so that nobody is named by somebody else's message.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import discord

from amity.message import (
    Audio,
    Event,
    File,
    Image,
    Inbound,
    MediaRef,
    Part,
    Sender,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity.sealed import SealedText
from amity_discord.places import Place, milliseconds_of

__all__ = ["is_addressed", "is_of_a_person", "message_from", "words_of"]

_SPOKEN: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
_MARK: Final = re.compile(
    r"<(?:@!?(?P<account>[0-9]{1,20})|@&(?P<role>[0-9]{1,20})|#(?P<channel>[0-9]{1,20})"
    r"|/(?P<command>[^:<>\n]{1,100}):[0-9]{1,20}|a?:(?P<emoji>\w{2,32}):[0-9]{1,20}"
    r"|t:(?P<time>-?[0-9]{1,11})(?::[A-Za-z])?|id:(?P<page>[a-z]{1,20}))>"
)


def is_of_a_person(message: discord.Message) -> bool:
    """Whether a person wrote it: no bot, no webhook, no notice of Discord's own."""
    return (
        not message.author.bot
        and not message.webhook_id
        and not message.author.system
        and message.type in _SPOKEN
    )


def is_addressed(message: discord.Message, me: int) -> bool:
    """Whether the bot is meant: in a server by a mention, or by a reply to one of its messages."""
    if message.guild is None and not _has_guild(message):
        return True
    if any(account.id == me for account in message.mentions):
        return True
    answered = message.reference.resolved if message.reference is not None else None
    return isinstance(answered, discord.Message) and answered.author.id == me


def _has_guild(message: discord.Message) -> bool:
    return getattr(message.channel, "guild_id", None) is not None


def message_from(
    message: discord.Message,
    *,
    me: int,
    name: str,
    channel: str,
    place: Place,
    event: Event = Event.MESSAGE,
    emoji: Sequence[str | None] = (),
) -> Inbound | None:
    """Return the event that a message is; ``None`` if there is nothing in it that we take.

    Args:
        message: The message.
        me: The bot's own id.
        name: The bot's own name: what is left of a message that only calls it.
        channel: The configured channel.
        place: Where it was said.
        event: Whether it is new or was edited.
        emoji: What its stickers stand for.
    """
    parts = _parts(message, me, name, emoji)
    if not parts:
        return None
    edited = message.edited_at if event is Event.EDITED else None
    reference = message.reference
    quoted = reference is not None and reference.type is discord.MessageReferenceType.default
    return Inbound(
        event=event,
        address=place.address(channel),
        sender=Sender(id=str(message.author.id)),
        id=str(message.id),
        time=int(edited.timestamp() * 1000) if edited else milliseconds_of(message.id),
        parts=parts,
        private=place.private,
        adult=place.adult,
        addressed=is_addressed(message, me),
        reply_to=str(reference.message_id) if reference is not None and quoted else None,
    )


def _parts(
    message: discord.Message, me: int, name: str, emoji: Sequence[str | None]
) -> tuple[Part, ...]:
    parts: list[Part] = []
    words = words_of(message.content, me=me)
    if words:
        parts.append(Text(SealedText(words)))
    for snapshot in message.message_snapshots:
        forwarded = words_of(snapshot.content, me=me)
        if forwarded:
            quoted = "\n".join(f"> {line}" for line in forwarded.splitlines())
            parts.append(Text(SealedText(quoted)))
        parts += [_medium(message, one) for one in snapshot.attachments]
    parts += [_medium(message, one) for one in message.attachments]
    parts += [Sticker(emoji=one) for one in emoji]
    if not parts and message.content.strip():
        parts.append(Text(SealedText(f"@{name}")))  # a call and nothing else
    return tuple(parts)


def _medium(message: discord.Message, attachment: discord.Attachment) -> Part:
    media_type = (attachment.content_type or "application/octet-stream").partition(";")[0].strip()
    media = MediaRef(
        # With the ids a fresh address can be had when this one has run out.
        key=f"{message.channel.id}/{message.id}/{attachment.id} {attachment.url}",
        media_type=media_type,
        size=attachment.size,
    )
    if attachment.is_voice_message():
        return Voice(media=media, seconds=attachment.duration)
    match media_type.partition("/")[0]:
        case "image":
            return Image(media=media)
        case "audio":
            return Audio(media=media, seconds=attachment.duration)
        case "video":
            return Video(media=media, seconds=attachment.duration)
        case _:
            return File(media=media)


def words_of(content: str, *, me: int) -> str:
    """Return what a person wrote without Discord's marks: no call of the bot, no ids."""
    if "<" not in content:
        return content.strip()
    called = rf"<@!?{me}>"
    content = re.sub(rf"\A\s*(?:{called}\s*)+[,:;]?\s*", "", content)
    content = re.sub(rf"[^\S\n]*{called}", "", content)
    return _MARK.sub(_plain, content).strip()


def _plain(mark: re.Match[str]) -> str:
    match mark.lastgroup:
        case "account":
            return "@someone"
        case "role":
            return "@some-role"
        case "command":
            return f"/{mark['command']}"
        case "emoji":
            return f":{mark['emoji']}:"
        case "time":
            return _moment(int(mark["time"]), mark[0])
        case _:
            return "#some-channel"


def _moment(seconds: int, otherwise: str) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return otherwise.strip("<>")
