"""The state behind the API: what there is, who sees it, and who is told when it changes."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from amity.testing.discord_server.clock import Clock, Snowflakes
from amity.testing.discord_server.errors import Api
from amity.testing.discord_server.flags import (
    ALL_PERMISSIONS,
    ChannelType,
    Intent,
    Permission,
)
from amity.testing.discord_server.message_payloads import Links, MessagePayloads
from amity.testing.discord_server.model import (
    DM_PERMISSIONS,
    Application,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    User,
)

__all__ = ["Changes", "Event", "View", "World", "always"]


@dataclass(frozen=True, slots=True)
class View:
    """Through whose eyes an event is told: a bot's account, and its session's intents."""

    user: User
    intents: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that bots are told by the gateway.

    Attributes:
        name: Such as ``MESSAGE_CREATE``.
        build: Makes the payload for a view; ``None`` where this view is not told.
        intent: What a session must have asked for.
        channel: Where it happened: only bots that see the channel are told.
        guild: Where it happened: only its members are told.
        only: The one bot that is told.
    """

    name: str
    build: Callable[[View], Json | None]
    intent: Intent | None = None
    channel: Channel | None = None
    guild: Guild | None = None
    only: User | None = None


def always(data: Json) -> Callable[[View], Json]:
    """Return what builds the same payload for every view."""
    return lambda _: data


def _nobody(event: Event) -> None:
    """Tell nobody, until a gateway is there."""


class Changes:
    """Wakes those who wait for something to become true."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def pulse(self) -> None:
        """Say that something has changed."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(
        self, ready: Callable[[], bool], what: str, *, seconds: float, now: Callable[[], str]
    ) -> None:
        """Return once ``ready()`` holds.

        Raises AssertionError, with what was waited for and ``now()``, when it does not come.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not ready():
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"waited {seconds:g} s for {what}; there is: {now()}")
            await self.next(seconds=min(left, 0.25))

    async def next(self, *, seconds: float) -> None:
        """Wait for the next change, at most so long."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait([future], timeout=seconds)
        finally:
            self._waiting.discard(future)


class World:
    """Everything that one server knows."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.ids = Snowflakes(self.clock)
        self.links = Links(self.clock)
        self.payloads = MessagePayloads(self.links)
        self.changes = Changes()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.applications: dict[int, Application] = {}
        self._dms: dict[frozenset[int], Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.fault_log: list[str] = []
        self.announce: Callable[[Event], None] = _nobody
        self.clock.watch(self.changes.pulse)

    # ------------------------------------------------------------------------------- accounts

    def new_user(self, name: str, *, bot: bool, locale: str, extra: Json) -> User:
        """Make an account; its user name is the name in lower case without spaces."""
        plain = "".join(name.lower().split())
        user = User(
            id=self.ids.next(), name=plain, display=name, bot=bot, locale=locale, extra=extra
        )
        self.users[user.id] = user
        return user

    def new_application(self, name: str, *, privileged: Intent, description: str) -> Application:
        """Make a bot with a token."""
        user = self.new_user(name, bot=True, locale="en-US", extra={})
        application = Application(
            user=user,
            token=f"{user.id}.{secrets.token_urlsafe(6)}.{secrets.token_urlsafe(27)}",
            privileged=privileged,
            description=description,
        )
        self.applications[user.id] = application
        return application

    def by_token(self, token: str) -> Application | None:
        """Return the bot that a token belongs to."""
        found = (each for each in self.applications.values() if each.token == token)
        return next(found, None)

    # --------------------------------------------------------------------------------- places

    def dm(self, one: User, other: User) -> Channel:
        """Return the direct conversation of two accounts; it is made where it is missing."""
        pair = frozenset((one.id, other.id))
        channel = self._dms.get(pair)
        if channel is None:
            channel = Channel(id=self.ids.next(), type=ChannelType.DM, recipients=(one, other))
            self.channels[channel.id] = self._dms[pair] = channel
        return channel

    def permissions(self, channel: Channel, user: User) -> Permission:
        """Return what an account may do in a channel; nothing where it does not see it."""
        if channel.guild is None:
            return DM_PERMISSIONS if user in channel.recipients else Permission(0)
        found = self.base_permissions(channel.guild, user)
        if Permission.ADMINISTRATOR in found:
            return ALL_PERMISSIONS
        place = channel.parent if channel.is_thread and channel.parent is not None else channel
        found = self._with_overwrites(found, place, user)
        hidden = channel.type is ChannelType.PRIVATE_THREAD and not (
            user.id in channel.members or Permission.MANAGE_THREADS in found
        )
        return Permission(0) if hidden or Permission.VIEW_CHANNEL not in found else found

    @staticmethod
    def base_permissions(guild: Guild, user: User) -> Permission:
        """Return what an account may do in a guild, channels' exceptions aside."""
        member = guild.members.get(user.id)
        if member is None:
            return Permission(0)
        if guild.owner is user:
            return ALL_PERMISSIONS
        found = guild.roles[guild.id].permissions
        for id in member.roles:
            found |= guild.roles[id].permissions
        return ALL_PERMISSIONS if Permission.ADMINISTRATOR in found else found

    @staticmethod
    def _with_overwrites(found: Permission, channel: Channel, user: User) -> Permission:
        assert channel.guild is not None
        member = channel.guild.members.get(user.id)
        if member is None:
            return Permission(0)
        everyone = channel.overwrites.get(channel.guild.id)
        if everyone is not None:
            found = found & ~everyone.deny | everyone.allow
        roles = [channel.overwrites[id] for id in member.roles if id in channel.overwrites]
        allow = deny = Permission(0)
        for each in roles:
            allow, deny = allow | each.allow, deny | each.deny
        found = found & ~deny | allow
        own = channel.overwrites.get(user.id)
        return found if own is None else found & ~own.deny | own.allow

    def sees(self, channel: Channel, user: User) -> bool:
        """Return whether an account sees a channel."""
        return Permission.VIEW_CHANNEL in self.permissions(channel, user)

    # ------------------------------------------------------------------------------- looking up

    def channel(self, id: int, user: User) -> Channel:
        """Return a channel that a bot sees. Raises ApiError 10003 or 50001."""
        channel = self.channels.get(id)
        if channel is None or channel.deleted:
            raise Api.unknown("channel")
        if not self.sees(channel, user):
            raise Api.missing_access()
        return channel

    def channel_with(self, id: int, user: User, needed: Permission) -> Channel:
        """Return a channel where a bot may do something. Raises ApiError, also 50013."""
        channel = self.channel(id, user)
        if needed not in self.permissions(channel, user):
            raise Api.missing_permissions()
        return channel

    @staticmethod
    def message(channel: Channel, id: int) -> Message:
        """Return a message that everyone in a channel sees. Raises ApiError 10008."""
        message = channel.messages.get(id)
        if message is None or message.ephemeral:
            raise Api.unknown("message")
        return message

    def guild(self, id: int, user: User) -> Guild:
        """Return a guild that a bot is in. Raises ApiError 10004 or 50001."""
        guild = self.guilds.get(id)
        if guild is None:
            raise Api.unknown("guild")
        if user.id not in guild.members:
            raise Api.missing_access()
        return guild

    def met(self, one: User, other: User) -> bool:
        """Return whether two accounts share a guild."""
        return any(
            one.id in guild.members and other.id in guild.members for guild in self.guilds.values()
        )
