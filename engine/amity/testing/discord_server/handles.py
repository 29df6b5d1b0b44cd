"""What a test holds in its hands: bots, people, guilds and their channels."""

from collections.abc import Sequence
from typing import Any, Self

from amity.testing.discord_server import model
from amity.testing.discord_server.chat import Chat
from amity.testing.discord_server.flags import (
    BOT_PERMISSIONS,
    NO_PERMISSIONS,
    ChannelType,
    Intent,
    Permission,
)
from amity.testing.discord_server.model import Json, Overwrite
from amity.testing.discord_server.record import Request
from amity.testing.discord_server.services import Services
from amity.testing.discord_server.sessions import Sessions
from amity.testing.discord_server.world import Event, View

__all__ = ["Bot", "Channel", "Guild", "Person"]


class Bot:
    """A bot: its token for the program under test, and its side of the gateway."""

    def __init__(self, services: Services, application: model.Application) -> None:
        self._services = services
        self.application = application

    @property
    def name(self) -> str:
        """Its name."""
        return self.application.user.display

    @property
    def id(self) -> int:
        """The id of its account and of its application."""
        return self.application.id

    @property
    def token(self) -> str:
        """The token that it identifies with."""
        return self.application.token

    @property
    def mention(self) -> str:
        """What to write to mention it."""
        return self.application.user.mention

    @property
    def gateway(self) -> Sessions:
        """Its sessions at the gateway, with all that can go wrong there."""
        return self._services.gateway.of(self.application)

    @property
    def requests(self) -> list[Request]:
        """What it asked for, oldest first."""
        return [each for each in self._services.requests if each.bot == self.name]

    def commands(self, guild: "Guild | None" = None) -> list[Json]:
        """Return the commands that it registered everywhere, or in a guild."""
        id = None if guild is None else guild.id
        return self._services.commands.listed(self.application, id)

    def allow(self, intents: Intent) -> None:
        """Switch privileged intents on, and all others off, as its operator would."""
        self.application.privileged = intents

    def change_token(self) -> str:
        """Make its token void and return a new one."""
        head, _, tail = self.application.token.rpartition(".")
        self.application.token = f"{head}.{tail[::-1]}"
        self.gateway.kick(4004)
        return self.application.token

    async def online(self, *, seconds: float = 20.0) -> Self:
        """Wait until it has a session. Raises AssertionError when it does not come."""
        await self._services.world.changes.until(
            lambda: self.gateway.online,
            f"{self.name} at the gateway",
            seconds=seconds,
            now=lambda: f"{self.gateway.identifies} identifies, {self.gateway.resumes} resumes",
        )
        return self


class Person:
    """A person with an account."""

    def __init__(self, services: Services, user: model.User) -> None:
        self._services = services
        self.user = user

    @property
    def name(self) -> str:
        """Their name."""
        return self.user.display

    @property
    def id(self) -> int:
        """Their account's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """What to write to mention them."""
        return self.user.mention

    def dm(self, bot: Bot) -> Chat:
        """Open the direct conversation with a bot."""
        channel = self._services.world.dm(self.user, bot.application.user)
        return Chat(self._services, self.user, channel)

    def at(self, channel: "Channel | Chat") -> Chat:
        """Open a guild's channel or a thread."""
        found = self._services.world.channels[channel.id]
        return Chat(self._services, self.user, found)

    def close_dms(self) -> None:
        """Take no direct messages any more: whoever writes gets error 50007."""
        self.user.dms_closed = True

    def open_dms(self) -> None:
        """Take direct messages again."""
        self.user.dms_closed = False

    def block(self, bot: Bot) -> None:
        """Take no direct messages of this bot any more."""
        self.user.blocked.add(bot.id)

    def unblock(self, bot: Bot) -> None:
        """Take direct messages of this bot again."""
        self.user.blocked.discard(bot.id)

    def join(self, guild: "Guild") -> None:
        """Join a guild."""
        guild.add(self)

    def leave(self, guild: "Guild") -> None:
        """Leave a guild."""
        self._services.places.remove_member(guild.guild, self.user)


class Channel:
    """A channel of a guild."""

    def __init__(self, services: Services, channel: model.Channel) -> None:
        self._services = services
        self.channel = channel

    @property
    def id(self) -> int:
        """Its id."""
        return self.channel.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.channel.name

    @property
    def mention(self) -> str:
        """What to write to mention it."""
        return f"<#{self.channel.id}>"

    def change(self, **fields: Any) -> None:
        """Change name, topic or the mark for adults (``nsfw``), as its moderator would."""
        self._services.places.change_channel(self.channel, fields)

    def allow(
        self,
        who: "Bot | Person | Guild",
        allow: Permission = NO_PERMISSIONS,
        deny: Permission = NO_PERMISSIONS,
    ) -> None:
        """Set what somebody may and may not do here besides their roles; a guild is everyone."""
        self._services.places.allow(self.channel, who.id, Overwrite(allow=allow, deny=deny))

    def delete(self) -> None:
        """Delete it."""
        self._services.places.delete_channel(self.channel)

    def delete_messages(self, ids: Sequence[int]) -> None:
        """Take several messages away at once, as a moderator."""
        found = [self.channel.messages[id] for id in ids if id in self.channel.messages]
        self._services.messages.delete_many(self.channel, found)


class Guild:
    """A guild."""

    def __init__(self, services: Services, guild: model.Guild) -> None:
        self._services = services
        self.guild = guild

    @property
    def id(self) -> int:
        """Its id, which is that of everyone's role too."""
        return self.guild.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.guild.name

    def channel(self, name: str, *, nsfw: bool = False, topic: str | None = None) -> Channel:
        """Return the text channel of this name; it is made where it is missing."""
        for channel in self.guild.channels.values():
            if channel.name == name and not channel.is_thread:
                return Channel(self._services, channel)
        made = self._services.places.new_channel(
            self.guild, name, ChannelType.TEXT, nsfw=nsfw, topic=topic
        )
        return Channel(self._services, made)

    def add(
        self,
        who: Person | Bot,
        *,
        nick: str | None = None,
        permissions: Permission = BOT_PERMISSIONS,
        extra: Json | None = None,
    ) -> None:
        """Let somebody join.

        Args:
            who: A person, or a bot, which is told of the guild.
            nick: The name here.
            permissions: What a bot may do here.
            extra: More fields of the member object.
        """
        if isinstance(who, Person):
            self._services.places.add_member(self.guild, who.user, nick=nick, extra=extra)
            return
        user = who.application.user
        self._services.places.add_bot(self.guild, user, permissions)
        self._tell_bot(user)

    def _tell_bot(self, user: model.User) -> None:
        gateway, guild = self._services.gateway, self.guild

        def build(view: View) -> Json:
            return gateway.whole_guild(guild, view)

        self._services.world.announce(
            Event(name="GUILD_CREATE", build=build, intent=Intent.GUILDS, guild=guild, only=user)
        )

    def remove(self, who: Person | Bot) -> None:
        """Put somebody out."""
        user = who.user if isinstance(who, Person) else who.application.user
        self._services.places.remove_member(self.guild, user)

    def role(
        self, name: str, permissions: Permission = NO_PERMISSIONS, *, members: Sequence[Person] = ()
    ) -> int:
        """Make a role, give it to people, and return its id."""
        role = self._services.places.new_role(self.guild, name, permissions)
        for person in members:
            member = self.guild.members[person.id]
            member.roles.add(role.id)
            self._services.places.tell_member(self.guild, member)
        return role.id

    def rename_member(self, person: Person, nick: str | None) -> None:
        """Give a member another name here."""
        member = self.guild.members[person.id]
        member.nick = nick
        self._services.places.tell_member(self.guild, member)

    def go_away(self) -> None:
        """Become unavailable, as in an outage of this guild."""
        self._services.places.set_available(self.guild, available=False)

    def come_back(self) -> None:
        """Become available again."""
        self._services.places.set_available(self.guild, available=True)
        for application in self._services.world.applications.values():
            if application.id in self.guild.members:
                self._tell_bot(application.user)
