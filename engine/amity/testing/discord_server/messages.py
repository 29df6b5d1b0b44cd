"""Writing, changing and taking back messages, whoever does it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.discord_server.checks import (
    check_components,
    check_content,
    check_embeds,
    each_component,
    refusal_of_mixed_components,
)
from amity.testing.discord_server.clock import iso
from amity.testing.discord_server.errors import Api, ApiError, invalid_form
from amity.testing.discord_server.flags import Intent, MessageFlag, MessageType, Permission
from amity.testing.discord_server.message_payloads import emoji
from amity.testing.discord_server.model import (
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    Sticker,
    User,
)
from amity.testing.discord_server.world import Event, View, World, always

__all__ = ["Draft", "Messages", "find_reply"]

_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
_EVERYONE: Final = re.compile(r"@(everyone|here)\b")
TYPING_SECONDS: Final = 10
_SETTABLE: Final = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.IS_COMPONENTS_V2
)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message before it is one.

    Attributes:
        allowed: The ``allowed_mentions`` object; ``None`` where there was none.
        reply_to: The message that it replies to.
        loading: Whether it only says that the bot is thinking.
    """

    channel: Channel
    author: User
    content: Any = ""
    embeds: Any = None
    components: Any = None
    attachments: list[Attachment] = field(default_factory=list)
    stickers: list[Sticker] = field(default_factory=list)
    flags: int = 0
    allowed: Json | None = None
    reply_to: Message | None = None
    forward: Message | None = None
    nonce: str | int | None = None
    tts: bool = False
    type: MessageType = MessageType.DEFAULT
    interaction: Interaction | None = None
    only_for: User | None = None
    loading: bool = False


class Messages:
    """The messages of all channels."""

    def __init__(self, world: World) -> None:
        self._world = world

    # --------------------------------------------------------------------------------- writing

    def create(self, draft: Draft) -> Message:
        """Write a message and tell those who see it. Raises ApiError where it is refused."""
        flags = MessageFlag(draft.flags) & _SETTABLE
        message = Message(
            id=self._world.ids.next(),
            channel=draft.channel,
            author=draft.author,
            content=check_content(draft.content, nitro=draft.author.nitro),
            type=draft.type,
            flags=flags,
            embeds=check_embeds(draft.embeds),
            components=check_components(draft.components, flags),
            attachments=draft.attachments,
            stickers=draft.stickers,
            nonce=draft.nonce,
            tts=draft.tts,
            only_for=draft.only_for,
            interaction=draft.interaction,
        )
        if draft.only_for is not None:
            message.flags |= MessageFlag.EPHEMERAL
        if draft.loading:
            message.flags |= MessageFlag.LOADING
        self._refer(message, draft)
        self._check_whole(message, loading=draft.loading)
        self._parse_mentions(message, draft.allowed)
        self._place(message)
        return message

    def note(
        self,
        channel: Channel,
        author: User,
        kind: MessageType,
        about: Message | None,
        text: str = "",
    ) -> None:
        """Write a message of the system's own, such as the one that tells of a pin."""
        message = Message(
            id=self._world.ids.next(), channel=channel, author=author, type=kind, content=text
        )
        if about is not None:
            message.reference, message.reference_id = about, about.id
            message.reference_channel = about.channel
        self._place(message)

    def _refer(self, message: Message, draft: Draft) -> None:
        target = draft.reply_to or draft.forward
        if target is None:
            return
        message.reference = target
        message.reference_id = target.id
        message.reference_channel = target.channel
        if draft.reply_to is not None:
            if message.type is MessageType.DEFAULT:
                message.type = MessageType.REPLY
            return
        message.flags |= MessageFlag.HAS_SNAPSHOT
        payloads = self._world.payloads
        message.snapshot = {
            "type": int(target.type),
            "content": target.content,
            "embeds": target.embeds,
            "attachments": [
                payloads.attachment(target.channel, each) for each in target.attachments
            ],
            "components": target.components,
            "timestamp": iso(target.sent),
            "edited_timestamp": None if target.edited is None else iso(target.edited),
            "flags": int(target.flags),
            "mentions": [],
            "mention_roles": [],
        }

    @staticmethod
    def _check_whole(message: Message, *, loading: bool) -> None:
        new_kind = MessageFlag.IS_COMPONENTS_V2 in message.flags
        if new_kind and (message.content or message.embeds or message.stickers):
            raise refusal_of_mixed_components()
        if MessageFlag.IS_VOICE_MESSAGE in message.flags:
            _check_voice(message)
        something = (
            message.content
            or message.embeds
            or message.attachments
            or message.stickers
            or message.components
            or message.snapshot
        )
        if not something and not loading:
            raise Api.empty_message()

    def _parse_mentions(self, message: Message, allowed: Json | None) -> None:
        """Find whom the text mentions, as far as it is allowed to."""
        text = message.content
        if MessageFlag.IS_COMPONENTS_V2 in message.flags:
            text = "\n".join(_texts(message.components))
        parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
        rules = allowed or {}
        message.mentions = [
            self._world.users[id]
            for id in _ids(_USER, text)
            if id in self._world.users and _allows(rules, parse, "users", id)
        ]
        guild = message.channel.guild
        message.mention_roles = [
            id
            for id in _ids(_ROLE, text)
            if guild is not None and id in guild.roles and _allows(rules, parse, "roles", id)
        ]
        may = Permission.MENTION_EVERYONE in self._world.permissions(
            message.channel, message.author
        )
        message.mention_everyone = (
            guild is not None and may and "everyone" in parse and bool(_EVERYONE.search(text))
        )
        replied = message.reference
        pings = allowed is None or bool(rules.get("replied_user"))
        if message.type is not MessageType.REPLY or replied is None or not pings:
            return
        if replied.author not in message.mentions:
            message.mentions.append(replied.author)

    def _place(self, message: Message) -> None:
        channel = message.channel
        channel.messages[message.id] = message
        channel.typing.pop(message.author.id, None)
        if channel.is_dm and not message.author.bot:
            channel.opened_by_person = True
        self._tell("MESSAGE_CREATE", message)

    # -------------------------------------------------------------------------------- changing

    def edit(self, message: Message, fields: Json, attachments: Sequence[Attachment] = ()) -> None:
        """Change what ``fields`` names of content, embeds, components, flags and attachments.

        Raises ApiError where the result would be refused; then nothing is changed.
        """
        if MessageFlag.IS_VOICE_MESSAGE in message.flags:
            raise ApiError(400, 50162, "Voice messages cannot be edited.")
        flags = self._edited_flags(message, fields)
        content = message.content
        if "content" in fields:
            content = check_content(fields["content"], nitro=message.author.nitro)
        embeds = check_embeds(fields["embeds"]) if "embeds" in fields else message.embeds
        components = message.components
        if "components" in fields:
            components = check_components(fields["components"], flags)
        kept = message.attachments
        if fields.get("attachments") is not None:
            wanted = {str(each.get("id")) for each in fields["attachments"]}
            kept = [each for each in kept if str(each.id) in wanted]
        kept = [*kept, *attachments]
        if not (content or embeds or components or kept or message.stickers or message.snapshot):
            raise Api.empty_message()
        if MessageFlag.IS_COMPONENTS_V2 in flags and (content or embeds):
            raise refusal_of_mixed_components()
        message.content, message.embeds, message.components = content, embeds, components
        message.attachments = kept
        # What takes the place of "is thinking" does not count as edited.
        answered = MessageFlag.LOADING in message.flags
        message.flags = flags & ~MessageFlag.LOADING
        if "content" in fields or "components" in fields:
            self._parse_mentions(message, fields.get("allowed_mentions"))
        if not answered:
            message.edited = self._world.clock.now()
        self._tell("MESSAGE_UPDATE", message)

    @staticmethod
    def _edited_flags(message: Message, fields: Json) -> MessageFlag:
        if fields.get("flags") is None:
            return message.flags
        changeable = MessageFlag.SUPPRESS_EMBEDS
        wanted = MessageFlag(int(fields["flags"]))
        flags = message.flags & ~changeable | wanted & changeable
        return flags | wanted & MessageFlag.IS_COMPONENTS_V2

    def touch(self, message: Message) -> None:
        """Tell of a message again without an edit, as Discord does for pins and link previews."""
        self._tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self._forget(message)
        self._world.announce(
            self._event("MESSAGE_DELETE", message, {"id": str(message.id)}),
        )
        self._world.changes.pulse()

    def delete_many(self, channel: Channel, messages: Iterable[Message]) -> None:
        """Take several messages of a guild's channel away with one event."""
        gone = list(messages)
        for message in gone:
            self._forget(message)
        if gone:
            ids = {"ids": [str(message.id) for message in gone]}
            self._world.announce(self._event("MESSAGE_DELETE_BULK", gone[0], ids))
            self._world.changes.pulse()

    @staticmethod
    def _forget(message: Message) -> None:
        message.channel.messages.pop(message.id, None)
        message.deleted = True

    # ------------------------------------------------------------------------ reactions, typing

    def react(self, message: Message, name: str, user: User) -> None:
        """Add a reaction; one that is there already changes nothing."""
        users = message.reactions.setdefault(name, [])
        if user in users:
            return
        users.append(user)
        self._tell_reaction("MESSAGE_REACTION_ADD", message, name, user)

    def unreact(self, message: Message, name: str, user: User) -> None:
        """Take a reaction back; one that is not there changes nothing."""
        users = message.reactions.get(name, [])
        if user not in users:
            return
        users.remove(user)
        if not users:
            del message.reactions[name]
        self._tell_reaction("MESSAGE_REACTION_REMOVE", message, name, user)

    def clear_reactions(self, message: Message, name: str | None = None) -> None:
        """Take all reactions away, or all of one emoji."""
        data: Json = {"message_id": str(message.id)}
        if name is None:
            message.reactions.clear()
            event = "MESSAGE_REACTION_REMOVE_ALL"
        else:
            message.reactions.pop(name, None)
            data["emoji"] = emoji(name)
            event = "MESSAGE_REACTION_REMOVE_EMOJI"
        self._world.announce(self._event(event, message, data, reaction=True))
        self._world.changes.pulse()

    def _tell_reaction(self, event: str, message: Message, name: str, user: User) -> None:
        channel = message.channel
        data: Json = {
            "user_id": str(user.id),
            "message_id": str(message.id),
            "emoji": emoji(name),
            "burst": False,
            "type": 0,
        }
        if event == "MESSAGE_REACTION_ADD":
            data["message_author_id"] = str(message.author.id)
            if channel.guild is not None and user.id in channel.guild.members:
                data["member"] = self._world.payloads.member(channel.guild.members[user.id])
        self._world.announce(self._event(event, message, data, reaction=True))
        self._world.changes.pulse()

    def type(self, channel: Channel, user: User) -> None:
        """Show somebody as typing for ten seconds or until they write."""
        now = self._world.clock.now()
        channel.typing[user.id] = now + TYPING_SECONDS
        data: Json = {
            "channel_id": str(channel.id),
            "user_id": str(user.id),
            "timestamp": int(now),
        }
        guild = channel.guild
        if guild is not None:
            data["guild_id"] = str(guild.id)
            if user.id in guild.members:
                data["member"] = self._world.payloads.member(guild.members[user.id])
        intent = Intent.DIRECT_MESSAGE_TYPING if guild is None else Intent.GUILD_MESSAGE_TYPING
        self._world.announce(
            Event(name="TYPING_START", build=always(data), intent=intent, channel=channel)
        )
        self._world.changes.pulse()

    # ---------------------------------------------------------------------------------- telling

    def _tell(self, name: str, message: Message) -> None:
        world = self._world

        def build(view: View) -> Json:
            granted = Intent.MESSAGE_CONTENT in view.intents
            return world.payloads.message(message, view.user, granted=granted, event=True)

        world.announce(self._addressed(name, message, build))
        world.changes.pulse()

    def _event(self, name: str, message: Message, data: Json, *, reaction: bool = False) -> Event:
        channel = message.channel
        whole = {"channel_id": str(channel.id), **data}
        if channel.guild is not None and not message.ephemeral:
            whole["guild_id"] = str(channel.guild.id)
        return self._addressed(name, message, always(whole), reaction=reaction)

    @staticmethod
    def _addressed(name: str, message: Message, build: Any, *, reaction: bool = False) -> Event:
        """Return an event with those who get it.

        An ephemeral message goes to its bot alone, under the intent of direct messages, also when
        it stands in a guild's channel.
        """
        channel = message.channel
        direct = channel.guild is None or message.ephemeral
        if reaction:
            intent = Intent.DIRECT_MESSAGE_REACTIONS if direct else Intent.GUILD_MESSAGE_REACTIONS
        else:
            intent = Intent.DIRECT_MESSAGES if direct else Intent.GUILD_MESSAGES
        only = message.author if message.ephemeral else None
        return Event(name=name, build=build, intent=intent, channel=channel, only=only)


def _ids(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))


def _allows(rules: Json, parse: Sequence[str], kind: str, id: int) -> bool:
    return kind in parse or str(id) in {str(each) for each in rules.get(kind) or []}


def _texts(components: Sequence[Json]) -> Iterable[str]:
    return (each.get("content") or "" for each in each_component(components))


def _check_voice(message: Message) -> None:
    """Refuse a voice message that is none: one sound with its length and wave, and no text."""
    sound = message.attachments[0] if len(message.attachments) == 1 else None
    if sound is None or not sound.content_type.startswith("audio/"):
        raise ApiError(400, 50160, "Voice messages must have a single audio attachment.")
    if sound.seconds is None or sound.waveform is None:
        raise ApiError(400, 50161, "Voice messages must have supporting metadata.")
    if message.content:
        raise ApiError(400, 50159, "Voice messages do not support additional content.")


def find_reply(channel: Channel, reference: Json | None) -> Message | None:
    """Return the message that a request wants to reply to.

    Raises ApiError 50035 where it is not there, unless the request says not to mind.
    """
    if not reference or not reference.get("message_id"):
        return None
    message = channel.messages.get(int(reference["message_id"]))
    if message is not None and not message.ephemeral:
        return message
    if reference.get("fail_if_not_exists", True):
        raise invalid_form(
            ("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"),
        )
    return None
