"""How messages look in JSON, to one bot and with what it may read."""

import hashlib
from typing import Final

from amity.testing.discord_server.clock import Clock, iso
from amity.testing.discord_server.flags import MessageFlag, MessageType
from amity.testing.discord_server.model import (
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    User,
)
from amity.testing.discord_server.payloads import Payloads

__all__ = ["Links", "MessagePayloads", "emoji"]

_WITH_REFERENCE: Final = (
    MessageType.REPLY,
    MessageType.THREAD_STARTER_MESSAGE,
    MessageType.CONTEXT_MENU_COMMAND,
)


class Links:
    """Addresses of attachments: signed, and good for a day."""

    LIFE: Final = 24 * 3600

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.base = ""

    def make(self, channel: int, attachment: int, name: str) -> str:
        """Return a new address."""
        expires = f"{int(self._clock.now()) + self.LIFE:x}"
        issued = f"{int(self._clock.now()):x}"
        path = f"attachments/{channel}/{attachment}/{name}"
        return f"{self.base}/cdn/{path}?ex={expires}&is={issued}&hm={self._sign(path, expires)}&"

    def holds(self, path: str, expires: str, signature: str) -> bool:
        """Return whether an address is ours and has not expired."""
        if signature != self._sign(path, expires):
            return False
        return int(expires, 16) >= self._clock.now()

    @staticmethod
    def _sign(path: str, expires: str) -> str:
        return hashlib.sha256(f"{path}?{expires}".encode()).hexdigest()


def emoji(name: str) -> Json:
    """Return an emoji that is written as ``👍`` or ``name:id``."""
    text, _, id = name.partition(":")
    return {"id": id or None, "name": text, **({"animated": False} if id else {})}


class MessagePayloads(Payloads):
    """Makes the JSON objects of the API."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def attachment(self, channel: Channel, attachment: Attachment) -> Json:
        """Return an attachment object with a fresh address."""
        url = self.links.make(channel.id, attachment.id, attachment.name)
        found: Json = {
            "id": str(attachment.id),
            "filename": attachment.name,
            "size": len(attachment.data),
            "url": url,
            "proxy_url": url,
            "content_type": attachment.content_type,
            "content_scan_version": 1,
        }
        if attachment.description is not None:
            found["description"] = attachment.description
        if attachment.size is not None:
            found["width"], found["height"] = attachment.size
        if attachment.seconds is not None:
            found["duration_secs"] = attachment.seconds
        if attachment.waveform is not None:
            found["waveform"] = attachment.waveform
        if attachment.ephemeral:
            found["ephemeral"] = True
        return found

    @staticmethod
    def reads(message: Message, viewer: User, *, granted: bool) -> bool:
        """Return whether a bot gets a message's content.

        Without the intent it does in a direct conversation with it, in its own messages and where
        it is mentioned.
        """
        return (
            granted
            or message.author is viewer
            or viewer in message.mentions
            or (message.channel.is_dm and viewer in message.channel.recipients)
        )

    def message(
        self,
        message: Message,
        viewer: User,
        *,
        granted: bool,
        event: bool = False,
        deep: bool = True,
    ) -> Json:
        """Return a message object.

        Args:
            message: The message.
            viewer: The bot's account.
            granted: Whether the bot has the message content intent here.
            event: Whether it goes out by the gateway, with what only events bring.
            deep: Whether to resolve the message that it refers to.
        """
        found: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "type": int(message.type),
            "author": self.user(message.author),
            "timestamp": iso(message.sent),
            "edited_timestamp": None if message.edited is None else iso(message.edited),
            "tts": message.tts,
            "mention_everyone": message.mention_everyone,
            "mentions": [self._mentioned(each, message, event=event) for each in message.mentions],
            "mention_roles": [str(id) for id in message.mention_roles],
            "pinned": message.pinned,
            "flags": int(message.flags),
            **self._content(message, shown=self.reads(message, viewer, granted=granted)),
        }
        if message.stickers:
            found["sticker_items"] = [
                {"id": str(each.id), "name": each.name, "format_type": each.format}
                for each in message.stickers
            ]
        if message.reactions:
            found["reactions"] = [
                self._reaction(name, users, viewer) for name, users in message.reactions.items()
            ]
        if message.nonce is not None and event:
            found["nonce"] = message.nonce
        if message.thread is not None:
            found["thread"] = self.channel(message.thread, viewer)
        self._add_reference(found, message, viewer, granted=granted, deep=deep)
        self._add_interaction(found, message)
        if event:
            self._add_place(found, message)
        return found

    def _content(self, message: Message, *, shown: bool) -> Json:
        if not shown:
            return {"content": "", "attachments": [], "embeds": [], "components": []}
        suppressed = MessageFlag.SUPPRESS_EMBEDS in message.flags
        return {
            "content": message.content,
            "attachments": [self.attachment(message.channel, each) for each in message.attachments],
            "embeds": [] if suppressed else message.embeds,
            "components": message.components,
        }

    def _mentioned(self, user: User, message: Message, *, event: bool) -> Json:
        found = self.user(user)
        guild = message.channel.guild
        if event and guild is not None and user.id in guild.members:
            found["member"] = self.member(guild.members[user.id], with_user=False)
        return found

    @staticmethod
    def _reaction(name: str, users: list[User], viewer: User) -> Json:
        return {
            "emoji": emoji(name),
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me": viewer in users,
            "me_burst": False,
        }

    def _add_reference(
        self, found: Json, message: Message, viewer: User, *, granted: bool, deep: bool
    ) -> None:
        if message.reference_channel is None:
            return
        reference: Json = {
            "type": 0 if message.snapshot is None else 1,
            "channel_id": str(message.reference_channel.id),
        }
        if message.reference_id is not None:
            reference["message_id"] = str(message.reference_id)
        if message.reference_channel.guild is not None:
            reference["guild_id"] = str(message.reference_channel.guild.id)
        found["message_reference"] = reference
        if message.snapshot is not None:
            shown = self.reads(message, viewer, granted=granted)
            hidden: Json = {"content": "", "attachments": [], "embeds": [], "components": []}
            found["message_snapshots"] = [
                {"message": message.snapshot if shown else {**message.snapshot, **hidden}}
            ]
        elif message.type in _WITH_REFERENCE and deep:
            target = message.reference
            found["referenced_message"] = (
                None
                if target is None or target.deleted
                else self.message(target, viewer, granted=granted, deep=False)
            )

    def _add_interaction(self, found: Json, message: Message) -> None:
        interaction = message.interaction
        if interaction is None:
            return
        found["webhook_id"] = found["application_id"] = str(interaction.application.id)
        found["interaction_metadata"] = self.interaction_metadata(interaction, message)
        if message.type is MessageType.CHAT_INPUT_COMMAND:
            found["interaction"] = {
                "id": str(interaction.id),
                "type": interaction.type,
                "name": interaction.data["name"],
                "user": self.user(interaction.user),
            }

    def interaction_metadata(self, interaction: Interaction, message: Message | None) -> Json:
        """Return what a message says of the interaction that it answers."""
        guild = interaction.channel.guild
        found: Json = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "user": self.user(interaction.user),
            "authorizing_integration_owners": {"0": "0" if guild is None else str(guild.id)},
        }
        original = interaction.original
        if message is not None and original is not None and message is not original:
            found["original_response_message_id"] = str(original.id)
        if interaction.message is not None and interaction.origin is None:
            found["interacted_message_id"] = str(interaction.message.id)
        if interaction.origin is not None:
            found["triggering_interaction_metadata"] = self.interaction_metadata(
                interaction.origin, None
            )
        return found

    def _add_place(self, found: Json, message: Message) -> None:
        """Add the guild and the author's membership.

        An ephemeral message comes like one of a direct conversation, with no guild: so it has been
        since they exist (issue 4557 of discord-api-docs).
        """
        channel = message.channel
        found["channel_type"] = int(channel.type)
        if channel.guild is None or message.ephemeral:
            return
        found["guild_id"] = str(channel.guild.id)
        member = channel.guild.members.get(message.author.id)
        if member is not None:
            found["member"] = self.member(member, with_user=False)
