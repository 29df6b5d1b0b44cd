"""Channels themselves: looking at them, changing them, typing in them."""

from amity.testing.discord_server.errors import invalid_form
from amity.testing.discord_server.flags import Permission
from amity.testing.discord_server.model import Json, Overwrite
from amity.testing.discord_server.rest.routes import Call, route


@route("GET", "/channels/{channel}")
def get_channel(call: Call) -> Json:
    """Return a channel."""
    world = call.services.world
    return world.payloads.channel(world.channel(call.id("channel"), call.user), call.user)


@route("PATCH", "/channels/{channel}")
def change_channel(call: Call) -> Json:
    """Change a guild's channel or a thread."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    own_thread = channel.is_thread and channel.owner is call.user
    needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
    if not own_thread:
        channel = world.channel_with(channel.id, call.user, needed)
    name = call.form.get("name")
    if name is not None and not 1 <= len(name) <= 100:
        raise invalid_form(("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."))
    call.services.places.change_channel(channel, call.form)
    return world.payloads.channel(channel, call.user)


@route("DELETE", "/channels/{channel}")
def delete_channel(call: Call) -> Json:
    """Delete a guild's channel or a thread; a direct conversation is only closed."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    shown = world.payloads.channel(channel, call.user)
    if not channel.is_dm:
        needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
        world.channel_with(channel.id, call.user, needed)
        call.services.places.delete_channel(channel)
    return shown


@route("PUT", "/channels/{channel}/permissions/{target}")
def set_overwrite(call: Call) -> None:
    """Set a channel's exception for a role or a member."""
    world = call.services.world
    channel = world.channel_with(call.id("channel"), call.user, Permission.MANAGE_ROLES)
    overwrite = Overwrite(
        allow=Permission(int(call.form.get("allow") or 0)),
        deny=Permission(int(call.form.get("deny") or 0)),
    )
    call.services.places.allow(channel, call.id("target"), overwrite)


@route("POST", "/channels/{channel}/typing")
def type_in_channel(call: Call) -> None:
    """Show the bot as typing."""
    world = call.services.world
    channel = world.channel_with(call.id("channel"), call.user, Permission.SEND_MESSAGES)
    call.services.messages.type(channel, call.user)
