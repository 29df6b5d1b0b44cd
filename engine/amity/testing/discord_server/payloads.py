"""How accounts, guilds and channels look in JSON."""

import hashlib

from amity.testing.discord_server.clock import iso
from amity.testing.discord_server.flags import (
    ALL_PERMISSIONS,
    ChannelType,
)
from amity.testing.discord_server.model import (
    Application,
    Channel,
    Guild,
    Json,
    Member,
    Overwrite,
    Role,
    User,
)

__all__ = ["Payloads"]


class Payloads:
    """Makes the JSON objects of accounts and places."""

    def user(self, user: User) -> Json:
        """Return a user object."""
        found: Json = {
            "id": str(user.id),
            "username": user.name,
            "discriminator": "0000" if user.bot else "0",
            "global_name": None if user.bot else user.display,
            "avatar": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "public_flags": 0,
        }
        if user.bot:
            found["bot"] = True
        return {**found, **user.extra}

    def me(self, application: Application) -> Json:
        """Return the bot's own account as it sees it itself."""
        return {
            **self.user(application.user),
            "flags": 0,
            "verified": True,
            "mfa_enabled": False,
            "email": None,
            "locale": application.user.locale,
            "bio": application.description,
        }

    def member(self, member: Member, *, with_user: bool = True) -> Json:
        """Return a guild member object."""
        found: Json = {
            "nick": member.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(id) for id in sorted(member.roles)],
            "joined_at": iso(member.joined),
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            **member.extra,
        }
        return {**found, "user": self.user(member.user)} if with_user else found

    def role(self, role: Role) -> Json:
        """Return a role object."""
        found: Json = {
            "id": str(role.id),
            "name": role.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": role.position,
            "permissions": str(int(role.permissions)),
            "managed": role.bot_id is not None,
            "mentionable": role.mentionable,
            "flags": 0,
        }
        if role.bot_id is not None:
            found["tags"] = {"bot_id": str(role.bot_id)}
        return found

    def channel(self, channel: Channel, viewer: User) -> Json:
        """Return a channel object, a thread's and a direct conversation's too."""
        if channel.is_thread:
            return self._thread(channel, viewer)
        last = channel.last_message_id
        found: Json = {
            "id": str(channel.id),
            "type": int(channel.type),
            "flags": 0,
            "last_message_id": None if last is None else str(last),
        }
        if channel.is_dm:
            others = [each for each in channel.recipients if each is not viewer]
            return {**found, "recipients": [self.user(each) for each in others]}
        assert channel.guild is not None
        return {
            **found,
            "guild_id": str(channel.guild.id),
            "name": channel.name,
            "topic": channel.topic,
            "nsfw": channel.nsfw,
            "position": channel.position,
            "rate_limit_per_user": 0,
            "parent_id": None if channel.parent is None else str(channel.parent.id),
            "permission_overwrites": [
                self._overwrite(id, overwrite, channel.guild)
                for id, overwrite in channel.overwrites.items()
            ],
        }

    @staticmethod
    def _overwrite(id: int, overwrite: Overwrite, guild: Guild) -> Json:
        return {
            "id": str(id),
            "type": 0 if id in guild.roles else 1,
            "allow": str(int(overwrite.allow)),
            "deny": str(int(overwrite.deny)),
        }

    def _thread(self, thread: Channel, viewer: User) -> Json:
        assert thread.guild is not None
        assert thread.parent is not None
        last = thread.last_message_id
        count = len(thread.messages)
        found: Json = {
            "id": str(thread.id),
            "type": int(thread.type),
            "guild_id": str(thread.guild.id),
            "parent_id": str(thread.parent.id),
            "owner_id": str(thread.owner.id) if thread.owner is not None else None,
            "name": thread.name,
            "flags": 0,
            "last_message_id": None if last is None else str(last),
            "rate_limit_per_user": 0,
            "message_count": count,
            "total_message_sent": count,
            "member_count": len(thread.members),
            "thread_metadata": {
                "archived": thread.archived,
                "archive_timestamp": iso(thread.messages_time()),
                "auto_archive_duration": 4320,
                "locked": thread.locked,
                "create_timestamp": iso(thread.made),
            },
        }
        if thread.type is ChannelType.PRIVATE_THREAD:
            found["thread_metadata"]["invitable"] = True
        if viewer.id in thread.members:
            found["member"] = self.thread_member(thread, viewer.id)
        return found

    def thread_member(self, thread: Channel, user: int) -> Json:
        """Return the object that says that an account joined a thread."""
        return {
            "id": str(thread.id),
            "user_id": str(user),
            "join_timestamp": iso(thread.members[user]),
            "flags": 0,
        }

    def guild(self, guild: Guild) -> Json:
        """Return a guild object without what only GUILD_CREATE brings."""
        return {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "owner_id": str(guild.owner.id),
            "afk_channel_id": None,
            "afk_timeout": 300,
            "widget_enabled": False,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": [self.role(each) for each in guild.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "max_members": 500_000,
            "vanity_url_code": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": guild.locale,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "incidents_data": None,
        }

    def application(self, application: Application) -> Json:
        """Return the application object that a bot gets of itself."""
        owner = {
            "id": "1",
            "username": "operator",
            "discriminator": "0",
            "global_name": "Operator",
            "avatar": None,
            "public_flags": 0,
        }
        return {
            "id": str(application.id),
            "name": application.user.display,
            "icon": None,
            "description": application.description,
            "summary": "",
            "type": None,
            "bot": self.user(application.user),
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": hashlib.sha256(str(application.id).encode()).hexdigest(),
            "flags": application.flags,
            "hook": True,
            "owner": owner,
            "team": None,
            "tags": [],
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "approximate_guild_count": 0,
            "approximate_user_install_count": 0,
            "integration_types_config": {"0": {}, "1": {}},
            "install_params": {"scopes": ["bot"], "permissions": str(int(ALL_PERMISSIONS))},
        }
