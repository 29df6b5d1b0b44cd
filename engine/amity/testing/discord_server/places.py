"""Guilds, channels and threads: making and changing them, and telling of it."""

from amity.testing.discord_server.errors import ApiError
from amity.testing.discord_server.flags import (
    BOT_PERMISSIONS,
    MEMBER_PERMISSIONS,
    ChannelType,
    Intent,
    MessageFlag,
    MessageType,
    Permission,
)
from amity.testing.discord_server.messages import Messages
from amity.testing.discord_server.model import (
    THREADS,
    Channel,
    Guild,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)
from amity.testing.discord_server.world import Event, View, World, always

__all__ = ["Places"]


class Places:
    """The guilds of a world and what is in them."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages

    # ----------------------------------------------------------------------------------- guilds

    def new_guild(self, name: str, owner: User, *, locale: str) -> Guild:
        """Make a guild with the role of everyone."""
        world = self._world
        guild = Guild(id=world.ids.next(), name=name, owner=owner, locale=locale)
        guild.roles[guild.id] = Role(id=guild.id, name="@everyone", permissions=MEMBER_PERMISSIONS)
        world.guilds[guild.id] = guild
        self.add_member(guild, owner)
        return guild

    def add_member(
        self, guild: Guild, user: User, *, nick: str | None = None, extra: Json | None = None
    ) -> Member:
        """Let an account join; once it is in, nothing happens."""
        if user.id in guild.members:
            return guild.members[user.id]
        member = Member(
            user=user, joined=self._world.clock.now(), nick=nick, extra=dict(extra or {})
        )
        guild.members[user.id] = member
        data = {**self._world.payloads.member(member), "guild_id": str(guild.id)}
        self._tell_guild(guild, "GUILD_MEMBER_ADD", data, Intent.GUILD_MEMBERS, but=user)
        return member

    def add_bot(self, guild: Guild, bot: User, permissions: Permission = BOT_PERMISSIONS) -> None:
        """Let a bot join with its own role; it gets GUILD_CREATE from whoever calls this."""
        role = self.new_role(guild, bot.display, permissions, bot_id=bot.id)
        self.add_member(guild, bot).roles.add(role.id)

    def tell_member(self, guild: Guild, member: Member) -> None:
        """Tell that a member has changed; a bot is always told of itself."""
        data = {**self._world.payloads.member(member), "guild_id": str(guild.id)}
        event = Event(
            name="GUILD_MEMBER_UPDATE",
            build=lambda view: (
                data if Intent.GUILD_MEMBERS in view.intents or view.user is member.user else None
            ),
            guild=guild,
        )
        self._world.announce(event)
        self._world.changes.pulse()

    def remove_member(self, guild: Guild, user: User) -> None:
        """Let an account leave; a bot is told that the guild is gone."""
        if guild.members.pop(user.id, None) is None:
            return
        for thread in guild.channels.values():
            thread.members.pop(user.id, None)
        data = {"guild_id": str(guild.id), "user": self._world.payloads.user(user)}
        self._tell_guild(guild, "GUILD_MEMBER_REMOVE", data, Intent.GUILD_MEMBERS)
        if user.bot:
            self._world.announce(
                Event(
                    name="GUILD_DELETE",
                    build=always({"id": str(guild.id)}),
                    intent=Intent.GUILDS,
                    guild=guild,
                    only=user,
                )
            )
        self._world.changes.pulse()

    def set_available(self, guild: Guild, *, available: bool) -> None:
        """Take a guild away for a while, as in an outage, or give it back."""
        guild.unavailable = not available
        if not available:
            data: Json = {"id": str(guild.id), "unavailable": True}
            self._tell_guild(guild, "GUILD_DELETE", data, Intent.GUILDS)

    def new_role(
        self,
        guild: Guild,
        name: str,
        permissions: Permission,
        *,
        mentionable: bool = False,
        bot_id: int | None = None,
    ) -> Role:
        """Make a role."""
        role = Role(
            id=self._world.ids.next(),
            name=name,
            permissions=permissions,
            position=len(guild.roles),
            mentionable=mentionable,
            bot_id=bot_id,
        )
        guild.roles[role.id] = role
        data = {"guild_id": str(guild.id), "role": self._world.payloads.role(role)}
        self._tell_guild(guild, "GUILD_ROLE_CREATE", data, Intent.GUILDS)
        return role

    def _tell_guild(
        self, guild: Guild, name: str, data: Json, intent: Intent, *, but: User | None = None
    ) -> None:
        self._world.announce(
            Event(
                name=name,
                build=lambda view: None if view.user is but else data,
                intent=intent,
                guild=guild,
            )
        )
        self._world.changes.pulse()

    # --------------------------------------------------------------------------------- channels

    def new_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelType = ChannelType.TEXT,
        *,
        nsfw: bool = False,
        topic: str | None = None,
    ) -> Channel:
        """Make a channel."""
        channel = Channel(
            id=self._world.ids.next(),
            type=kind,
            name=name,
            guild=guild,
            nsfw=nsfw,
            topic=topic,
            position=len(guild.channels),
        )
        guild.channels[channel.id] = self._world.channels[channel.id] = channel
        self.tell_channel("CHANNEL_CREATE", channel)
        return channel

    def change_channel(self, channel: Channel, fields: Json) -> None:
        """Change a channel's name, topic, mark or, of a thread, whether it is open."""
        if "name" in fields:
            channel.name = str(fields["name"])
        if "topic" in fields:
            channel.topic = fields["topic"]
        if "nsfw" in fields:
            channel.nsfw = bool(fields["nsfw"])
        if channel.is_thread:
            channel.archived = bool(fields.get("archived", channel.archived))
            channel.locked = bool(fields.get("locked", channel.locked))
        self.tell_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)

    def allow(self, channel: Channel, id: int, overwrite: Overwrite) -> None:
        """Set a channel's exception for a role or a member.

        A bot that sees the channel only now is told of its open threads, too.
        """
        world = self._world
        bots = [application.user for application in world.applications.values()]
        seen = {bot.id for bot in bots if world.sees(channel, bot)}
        channel.overwrites[id] = overwrite
        self.tell_channel("CHANNEL_UPDATE", channel)
        for bot in bots:
            if bot.id not in seen and world.sees(channel, bot):
                self._sync_threads(channel, bot)

    def _sync_threads(self, channel: Channel, bot: User) -> None:
        guild = channel.guild
        assert guild is not None
        threads = [
            each for each in guild.threads if each.parent is channel and self._world.sees(each, bot)
        ]
        payloads = self._world.payloads
        data: Json = {
            "guild_id": str(guild.id),
            "channel_ids": [str(channel.id)],
            "threads": [payloads.channel(each, bot) for each in threads],
            "members": [
                payloads.thread_member(each, bot.id) for each in threads if bot.id in each.members
            ],
        }
        self._world.announce(
            Event(
                name="THREAD_LIST_SYNC",
                build=always(data),
                intent=Intent.GUILDS,
                guild=guild,
                only=bot,
            )
        )

    def delete_channel(self, channel: Channel) -> None:
        """Take a channel or thread away."""
        guild = channel.guild
        if guild is None:
            raise ApiError(400, 50003, "Cannot execute action on a DM channel")
        if channel.is_thread:
            assert channel.parent is not None
            gone: Json = {
                "id": str(channel.id),
                "guild_id": str(guild.id),
                "parent_id": str(channel.parent.id),
                "type": int(channel.type),
            }
            event = Event(
                name="THREAD_DELETE",
                build=always(gone),
                intent=Intent.GUILDS,
                channel=channel,
            )
            self._world.announce(event)
        else:
            self.tell_channel("CHANNEL_DELETE", channel)
        channel.deleted = True
        guild.channels.pop(channel.id, None)
        for thread in [each for each in guild.channels.values() if each.parent is channel]:
            thread.deleted = True
            guild.channels.pop(thread.id)
        self._world.changes.pulse()

    def tell_channel(self, name: str, channel: Channel, **more: bool) -> None:
        """Tell those who see a channel or thread what it is now."""
        world = self._world

        def build(view: View) -> Json:
            return {**world.payloads.channel(channel, view.user), **more}

        world.announce(Event(name=name, build=build, intent=Intent.GUILDS, channel=channel))
        world.changes.pulse()

    # ---------------------------------------------------------------------------------- threads

    def start_thread(
        self,
        parent: Channel,
        name: str,
        owner: User,
        *,
        message: Message | None = None,
        private: bool = False,
    ) -> Channel:
        """Start a thread, from a message where one is given: then it has the message's id.

        Raises ApiError 50024 where a channel can have none, 160004 where the message has one.
        """
        if parent.guild is None or parent.type in THREADS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if message is not None and message.thread is not None:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        thread = Channel(
            id=message.id if message is not None else self._world.ids.next(),
            type=ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD,
            name=name,
            guild=parent.guild,
            parent=parent,
            owner=owner,
        )
        thread.members[owner.id] = self._world.clock.now()
        parent.guild.channels[thread.id] = self._world.channels[thread.id] = thread
        self.tell_channel("THREAD_CREATE", thread, newly_created=True)
        if message is not None:
            message.thread = thread
            message.flags |= MessageFlag.HAS_THREAD
            self._messages.touch(message)
            self._first_message(thread, message)
        elif not private:
            self._messages.note(parent, owner, MessageType.THREAD_CREATED, None, name)
        return thread

    def _first_message(self, thread: Channel, message: Message) -> None:
        """Put the pointer to the message that a thread grew from."""
        first = Message(
            id=self._world.ids.next(),
            channel=thread,
            author=message.author,
            type=MessageType.THREAD_STARTER_MESSAGE,
            reference=message,
            reference_id=message.id,
            reference_channel=message.channel,
        )
        thread.messages[first.id] = first

    def join_thread(self, thread: Channel, user: User) -> None:
        """Let an account join a thread."""
        if user.id in thread.members:
            return
        was_seen = self._world.sees(thread, user)
        thread.members[user.id] = self._world.clock.now()
        if user.bot and not was_seen:
            self._world.announce(
                Event(
                    name="THREAD_CREATE",
                    build=lambda view: self._world.payloads.channel(thread, view.user),
                    intent=Intent.GUILDS,
                    channel=thread,
                    only=user,
                )
            )
        self._tell_thread_members(thread, added=[user.id], removed=[])

    def leave_thread(self, thread: Channel, user: User) -> None:
        """Let an account leave a thread."""
        if user.id in thread.members:
            self._tell_thread_members(thread, added=[], removed=[user.id])
            del thread.members[user.id]

    def _tell_thread_members(
        self, thread: Channel, *, added: list[int], removed: list[int]
    ) -> None:
        """Tell of members; without the member intent a bot hears only of itself."""
        guild = thread.guild
        assert guild is not None

        def build(view: View) -> Json | None:
            everyone = Intent.GUILD_MEMBERS in view.intents
            joined = [id for id in added if everyone or id == view.user.id]
            left = [id for id in removed if everyone or id == view.user.id]
            if not joined and not left:
                return None
            return {
                "id": str(thread.id),
                "guild_id": str(guild.id),
                "member_count": len(thread.members),
                "added_members": [self._world.payloads.thread_member(thread, id) for id in joined],
                "removed_member_ids": [str(id) for id in left],
            }

        self._world.announce(
            Event(name="THREAD_MEMBERS_UPDATE", build=build, intent=Intent.GUILDS, channel=thread)
        )
        self._world.changes.pulse()

    def wake_thread(self, channel: Channel, user: User) -> None:
        """Open an archived thread in which somebody writes. Raises ApiError 50083 if locked."""
        if not channel.is_thread:
            return
        if channel.archived:
            may = Permission.MANAGE_THREADS in self._world.permissions(channel, user)
            if channel.locked and not may:
                raise ApiError(400, 50083, "Thread is archived")
            self.change_channel(channel, {"archived": False})
