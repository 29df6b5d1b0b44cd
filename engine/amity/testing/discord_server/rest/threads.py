"""Threads: starting, joining, leaving and finding them."""

from amity.testing.discord_server.errors import Api, invalid_form
from amity.testing.discord_server.flags import ChannelType, Permission
from amity.testing.discord_server.model import Channel, Json
from amity.testing.discord_server.rest.routes import Call, route


def _name(call: Call) -> str:
    name = str(call.form.get("name") or "")
    if not 1 <= len(name) <= 100:
        raise invalid_form(("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."))
    return name


@route("POST", "/channels/{channel}/messages/{message}/threads", status=201)
def start_thread_from_message(call: Call) -> Json:
    """Start a thread from a message."""
    world = call.services.world
    channel = world.channel_with(call.id("channel"), call.user, Permission.CREATE_PUBLIC_THREADS)
    message = world.message(channel, call.id("message"))
    thread = call.services.places.start_thread(channel, _name(call), call.user, message=message)
    return world.payloads.channel(thread, call.user)


@route("POST", "/channels/{channel}/threads", status=201)
def start_thread(call: Call) -> Json:
    """Start a thread without a message, private unless the request says otherwise."""
    world = call.services.world
    private = call.form.get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    channel = world.channel_with(call.id("channel"), call.user, needed)
    thread = call.services.places.start_thread(channel, _name(call), call.user, private=private)
    return world.payloads.channel(thread, call.user)


def _thread(call: Call) -> Channel:
    thread = call.services.world.channel(call.id("channel"), call.user)
    if not thread.is_thread:
        raise Api.unknown("channel")
    return thread


@route("PUT", "/channels/{channel}/thread-members/@me")
def join_thread(call: Call) -> None:
    """Let the bot join a thread."""
    call.services.places.join_thread(_thread(call), call.user)


@route("DELETE", "/channels/{channel}/thread-members/@me")
def leave_thread(call: Call) -> None:
    """Let the bot leave a thread."""
    call.services.places.leave_thread(_thread(call), call.user)


@route("PUT", "/channels/{channel}/thread-members/{user}")
def add_to_thread(call: Call) -> None:
    """Add somebody to a thread."""
    thread = _thread(call)
    user = call.services.world.users.get(call.id("user"))
    if user is None:
        raise Api.unknown("user")
    call.services.places.join_thread(thread, user)


@route("GET", "/channels/{channel}/thread-members")
def get_thread_members(call: Call) -> list[Json]:
    """Return who joined a thread."""
    thread = _thread(call)
    return [call.services.world.payloads.thread_member(thread, id) for id in thread.members]


@route("GET", "/guilds/{guild}/threads/active")
def get_active_threads(call: Call) -> Json:
    """Return a guild's open threads that the bot sees."""
    world = call.services.world
    guild = world.guild(call.id("guild"), call.user)
    return _listed(call, [each for each in guild.threads if world.sees(each, call.user)])


@route("GET", "/channels/{channel}/threads/archived/public")
def get_archived_threads(call: Call) -> Json:
    """Return a channel's archived public threads."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    guild = channel.guild
    threads = [
        each
        for each in (guild.channels.values() if guild is not None else ())
        if each.parent is channel and each.archived and each.type is ChannelType.PUBLIC_THREAD
    ]
    return {**_listed(call, threads), "has_more": False}


def _listed(call: Call, threads: list[Channel]) -> Json:
    payloads = call.services.world.payloads
    return {
        "threads": [payloads.channel(each, call.user) for each in threads],
        "members": [
            payloads.thread_member(each, call.user.id)
            for each in threads
            if call.user.id in each.members
        ],
    }
