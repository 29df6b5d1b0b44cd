"""Guilds: what they are, their channels, roles and members."""

from amity.testing.discord_server.errors import Api
from amity.testing.discord_server.flags import ChannelType, Intent, Permission
from amity.testing.discord_server.model import Guild, Json
from amity.testing.discord_server.rest.routes import Call, route


def _guild(call: Call) -> Guild:
    return call.services.world.guild(call.id("guild"), call.user)


@route("GET", "/guilds/{guild}")
def get_guild(call: Call) -> Json:
    """Return a guild."""
    guild = _guild(call)
    found = call.services.world.payloads.guild(guild)
    if call.query.get("with_counts") in ("true", "1"):
        found["approximate_member_count"] = len(guild.members)
        found["approximate_presence_count"] = len(guild.members)
    return found


@route("GET", "/guilds/{guild}/channels")
def get_guild_channels(call: Call) -> list[Json]:
    """Return a guild's channels, those that the bot does not see too, but no threads."""
    payloads = call.services.world.payloads
    channels = _guild(call).channels.values()
    return [payloads.channel(each, call.user) for each in channels if not each.is_thread]


@route("POST", "/guilds/{guild}/channels", status=201)
def create_guild_channel(call: Call) -> Json:
    """Make a channel."""
    guild = _guild(call)
    world = call.services.world
    if Permission.MANAGE_CHANNELS not in world.base_permissions(guild, call.user):
        raise Api.missing_permissions()
    channel = call.services.places.new_channel(
        guild,
        str(call.form.get("name") or "channel"),
        ChannelType(int(call.form.get("type") or 0)),
        nsfw=bool(call.form.get("nsfw")),
        topic=call.form.get("topic"),
    )
    return world.payloads.channel(channel, call.user)


@route("GET", "/guilds/{guild}/roles")
def get_roles(call: Call) -> list[Json]:
    """Return a guild's roles."""
    payloads = call.services.world.payloads
    return [payloads.role(each) for each in _guild(call).roles.values()]


@route("GET", "/guilds/{guild}/members")
def get_members(call: Call) -> list[Json]:
    """Return a guild's members; only for applications with the member intent switched on."""
    guild = _guild(call)
    if Intent.GUILD_MEMBERS not in call.bot.privileged:
        raise Api.missing_access()
    limit = call.query_number("limit", 1, 1, 1000)
    after = call.query_id("after") or 0
    found = sorted(guild.members.values(), key=lambda each: each.user.id)
    payloads = call.services.world.payloads
    return [payloads.member(each) for each in found if each.user.id > after][:limit]


@route("GET", "/guilds/{guild}/members/{user}")
def get_member(call: Call) -> Json:
    """Return a member."""
    member = _guild(call).members.get(call.id("user"))
    if member is None:
        raise Api.unknown("member")
    return call.services.world.payloads.member(member)


@route("PATCH", "/guilds/{guild}/members/@me")
def change_own_member(call: Call) -> Json:
    """Change the bot's nick."""
    guild = _guild(call)
    if "nick" in call.form:
        guild.members[call.user.id].nick = call.form["nick"]
        call.services.places.tell_member(guild, guild.members[call.user.id])
    return call.services.world.payloads.member(guild.members[call.user.id])


@route("GET", "/guilds/{guild}/emojis")
def get_emojis(call: Call) -> list[Json]:
    """Return a guild's emoji; there are none here."""
    _guild(call)
    return []


@route("GET", "/guilds/{guild}/stickers")
def get_stickers(call: Call) -> list[Json]:
    """Return a guild's stickers; there are none here."""
    _guild(call)
    return []


@route("GET", "/stickers/{sticker}")
def get_sticker(call: Call) -> Json:
    """Return a sticker that somebody has sent."""
    id = call.id("sticker")
    for channel in call.services.world.channels.values():
        for message in channel.messages.values():
            for sticker in message.stickers:
                if sticker.id == id:
                    return {
                        "id": str(sticker.id),
                        "name": sticker.name,
                        "description": sticker.description or None,
                        "tags": sticker.tags,
                        "type": 2,
                        "format_type": sticker.format,
                        "available": True,
                    }
    raise Api.unknown("sticker")
