"""What the server remembers: people, guilds, channels, messages, interactions."""

from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.discord_server.clock import snowflake_seconds
from amity.testing.discord_server.flags import (
    ChannelType,
    Intent,
    MessageFlag,
    MessageType,
    Permission,
)

__all__ = [
    "DM_PERMISSIONS",
    "THREADS",
    "Application",
    "Attachment",
    "Channel",
    "Guild",
    "Interaction",
    "Json",
    "Member",
    "Message",
    "Overwrite",
    "Role",
    "Sticker",
    "User",
]

Json = dict[str, Any]
"""A JSON object."""

THREADS: Final = (
    ChannelType.ANNOUNCEMENT_THREAD,
    ChannelType.PUBLIC_THREAD,
    ChannelType.PRIVATE_THREAD,
)
DM_PERMISSIONS: Final = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.ADD_REACTIONS
    | Permission.SEND_VOICE_MESSAGES
    | Permission.USE_APPLICATION_COMMANDS
)


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account: a person's or a bot's.

    Attributes:
        extra: More fields of the user object, as a test wants a bot to get them.
        nitro: Whether the person pays Discord, and may write twice as much in a message.
        dms_closed: Whether nobody may write to this account.
        blocked: Accounts that may not write to it.
    """

    id: int
    name: str
    display: str
    bot: bool = False
    locale: str = "en-US"
    extra: Json = field(default_factory=dict)
    nitro: bool = False
    dms_closed: bool = False
    blocked: set[int] = field(default_factory=set)

    @property
    def mention(self) -> str:
        """What to write to mention the account."""
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A role of a guild; the one with the guild's own id is everyone's."""

    id: int
    name: str
    permissions: Permission
    position: int = 0
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """An account's place in a guild."""

    user: User
    joined: float
    nick: str | None = None
    roles: set[int] = field(default_factory=set)
    extra: Json = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """A channel's exception for a role or a member."""

    allow: Permission = Permission(0)
    deny: Permission = Permission(0)


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A guild, which people call a server."""

    id: int
    name: str
    owner: User
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)
    unavailable: bool = False

    @property
    def threads(self) -> list["Channel"]:
        """Its threads that are not archived."""
        return [each for each in self.channels.values() if each.is_thread and not each.archived]


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A place for messages: a guild's channel, a thread, a conversation of two.

    Attributes:
        recipients: The two accounts of a direct conversation.
        members: Who joined a thread, with the time.
        messages: By id, oldest first; ephemeral ones too.
        typing: Until when an account is shown as typing.
        opened_by_person: In a direct conversation, whether the person wrote in it.
    """

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = None
    topic: str | None = None
    nsfw: bool = False
    position: int = 0
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: tuple[User, ...] = ()
    owner: User | None = None
    members: dict[int, float] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    messages: dict[int, "Message"] = field(default_factory=dict)
    typing: dict[int, float] = field(default_factory=dict)
    opened_by_person: bool = False
    deleted: bool = False

    @property
    def is_dm(self) -> bool:
        """Whether it is a direct conversation."""
        return self.type is ChannelType.DM

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread."""
        return self.type in THREADS

    @property
    def age_restricted(self) -> bool:
        """Whether it is marked for adults; a thread has its parent's mark."""
        return self.parent.nsfw if self.is_thread and self.parent is not None else self.nsfw

    @property
    def made(self) -> float:
        """When it was made, in seconds since the Unix epoch."""
        return snowflake_seconds(self.id)

    @property
    def last_message_id(self) -> int | None:
        """The newest message that everyone sees."""
        common = [each.id for each in self.messages.values() if each.only_for is None]
        return common[-1] if common else None

    def messages_time(self) -> float:
        """Return when somebody last wrote in it, or when it was made."""
        last = self.last_message_id
        return self.made if last is None else snowflake_seconds(last)

    def other(self, user: User) -> User | None:
        """Return the other account of a direct conversation."""
        return next((each for each in self.recipients if each is not user), None)


@dataclass(slots=True, kw_only=True, eq=False)
class Attachment:
    """A file of a message."""

    id: int
    name: str
    content_type: str
    data: bytes
    description: str | None = None
    seconds: float | None = None
    waveform: str | None = None
    size: tuple[int, int] | None = None
    ephemeral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """A sticker as a message carries it. Format 1 is PNG, 2 APNG, 3 Lottie, 4 GIF."""

    id: int
    name: str
    format: int = 1
    tags: str = ""
    description: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message.

    Attributes:
        reactions: Who reacted, by the emoji as ``name`` or ``name:id``, in order.
        only_for: The one person who sees an ephemeral message.
        dismissed: Whether that person took it off their screen; the server does not mind.
        notified: Whom it pinged.
        snapshot: Of a forwarded message, what it said then.
        interaction: What it answers.
    """

    id: int
    channel: Channel
    author: User
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: MessageFlag = MessageFlag(0)
    edited: float | None = None
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    stickers: list[Sticker] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, list[User]] = field(default_factory=dict)
    reference: "Message | None" = None
    reference_id: int | None = None
    reference_channel: Channel | None = None
    snapshot: Json | None = None
    nonce: str | int | None = None
    tts: bool = False
    pinned: bool = False
    only_for: User | None = None
    dismissed: bool = False
    interaction: "Interaction | None" = None
    thread: Channel | None = None
    deleted: bool = False

    @property
    def sent(self) -> float:
        """When it was sent, in seconds since the Unix epoch."""
        return snowflake_seconds(self.id)

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.only_for is not None


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """Something that a person did with an application, and what came of it.

    Attributes:
        application: The bot's account, which is also the application.
        callback: The type of the first answer, ``None`` before it.
        original: The message that the first answer made or changed.
        modal: The form that the first answer opened.
        origin: For a form that was sent in: what opened it.
    """

    id: int
    token: str
    type: int
    application: User
    user: User
    channel: Channel
    data: Json
    created: float
    message: Message | None = None
    callback: int | None = None
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)
    origin: "Interaction | None" = None
    delivered: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Application:
    """A bot: its account, its token, and what its operator set up for it.

    Attributes:
        privileged: The privileged intents that are switched on for it.
        commands: Its commands, by guild (``None``: everywhere) and id.
        nonces: What it sent with a nonce that the server enforces, with the time.
        identified: When it last identified at the gateway, in real seconds.
        sessions_left: How many sessions it may start today.
    """

    user: User
    token: str
    privileged: Intent
    description: str = ""
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)
    identified: float = 0.0
    sessions_left: int = 1000

    @property
    def id(self) -> int:
        """The id of the application, and of its bot's account."""
        return self.user.id

    @property
    def flags(self) -> int:
        """The application's flags, which tell its privileged intents (limited ones)."""
        bits = {
            Intent.GUILD_PRESENCES: 1 << 13,
            Intent.GUILD_MEMBERS: 1 << 15,
            Intent.MESSAGE_CONTENT: 1 << 19,
        }
        return sum(bit for intent, bit in bits.items() if intent in self.privileged)
