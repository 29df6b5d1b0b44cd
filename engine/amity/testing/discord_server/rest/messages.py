"""Messages, their reactions and their pins."""

from collections.abc import Sequence
from typing import Any, Final

from amity.testing.discord_server.checks import check_allowed_mentions, check_nonce
from amity.testing.discord_server.clock import iso, snowflake_seconds
from amity.testing.discord_server.errors import Api, ApiError, invalid_form
from amity.testing.discord_server.flags import Intent, MessageType, Permission
from amity.testing.discord_server.messages import Draft, find_reply
from amity.testing.discord_server.model import Channel, Json, Message, Sticker, User
from amity.testing.discord_server.rest.routes import Call, route

NONCE_MEMORY: Final = 300.0
"""Seconds for which a nonce is remembered; Discord says "the past few minutes"."""
_FORTNIGHT: Final = 14 * 24 * 3600


@route("POST", "/channels/{channel}/messages")
def create_message(call: Call) -> Json:
    """Write a message; one with an enforced nonce that was seen returns what it wrote then."""
    form = call.form
    nonce = check_nonce(form.get("nonce"))
    channel = _may_write(call)
    known = _known(call, nonce) if form.get("enforce_nonce") else None
    if known is not None:
        return _shown_with_nonce(call, known)
    reference = form.get("message_reference") or {}
    forwarding = reference.get("type") == 1
    message = call.services.messages.create(
        Draft(
            channel=channel,
            author=call.user,
            content=form.get("content"),
            embeds=form.get("embeds"),
            components=form.get("components"),
            attachments=_files(call, channel),
            stickers=_stickers(form.get("sticker_ids")),
            flags=int(form.get("flags") or 0),
            allowed=check_allowed_mentions(form.get("allowed_mentions")),
            reply_to=None if forwarding else _replied(call, channel, reference),
            forward=_forwarded(call, reference) if forwarding else None,
            nonce=nonce,
            tts=bool(form.get("tts")),
        )
    )
    if nonce is not None:
        call.bot.nonces[str(nonce)] = (call.services.world.clock.now(), message)
    return _shown_with_nonce(call, message)


def _shown_with_nonce(call: Call, message: Message) -> Json:
    shown = call.show(message)
    return shown if message.nonce is None else {**shown, "nonce": message.nonce}


def _may_write(call: Call) -> Channel:
    """Return the channel if the bot may write there."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    if channel.is_dm:
        _check_dm(call, channel)
        return channel
    write = Permission.SEND_MESSAGES
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else write
    world.channel_with(channel.id, call.user, needed)
    call.services.places.wake_thread(channel, call.user)
    return channel


def _check_dm(call: Call, channel: Channel) -> None:
    person = channel.other(call.user)
    assert person is not None
    if person.dms_closed or call.user.id in person.blocked:
        raise Api.cannot_dm()
    if not channel.opened_by_person and not call.services.world.met(person, call.user):
        raise Api.no_mutual_guild()


def _known(call: Call, nonce: str | int | None) -> Message | None:
    """Return what the bot wrote with this nonce in the past few minutes.

    Raises ApiError 10008 where that was deleted meanwhile: it is not written again.
    """
    if nonce is None or str(nonce) not in call.bot.nonces:
        return None
    at, message = call.bot.nonces[str(nonce)]
    if call.services.world.clock.now() - at > NONCE_MEMORY:
        return None
    if message.deleted:
        raise Api.unknown("message")
    return message


def _files(call: Call, channel: Channel) -> list[Any]:
    if call.files:
        world = call.services.world
        world.channel_with(channel.id, call.user, Permission.ATTACH_FILES)
    return call.attachments(call.form.get("attachments"))


def _stickers(ids: Sequence[str] | None) -> list[Sticker]:
    if ids and len(ids) > 3:
        raise invalid_form(("sticker_ids", "BASE_TYPE_MAX_LENGTH", "Must be 3 or fewer in length."))
    if ids:
        # A bot may only send stickers of the guild, and guilds have none here.
        raise ApiError(400, 50081, "Invalid stickers sent")
    return []


def _replied(call: Call, channel: Channel, reference: Json) -> Message | None:
    allowed = call.services.world.permissions(channel, call.user)
    if reference and Permission.READ_MESSAGE_HISTORY not in allowed:
        raise ApiError(403, 160002, "Cannot reply without permission to read message history")
    return find_reply(channel, reference)


def _forwarded(call: Call, reference: Json) -> Message:
    world = call.services.world
    channel = world.channel(int(reference.get("channel_id") or 0), call.user)
    message = world.message(channel, int(reference.get("message_id") or 0))
    granted = Intent.MESSAGE_CONTENT in call.bot.privileged
    if not world.payloads.reads(message, call.user, granted=granted):
        text = "You cannot forward a message whose content you cannot read."
        raise ApiError(400, 160014, text)
    return message


@route("GET", "/channels/{channel}/messages")
def get_messages(call: Call) -> list[Json]:
    """Return history, newest first: the last, or those before, after or around an id."""
    world = call.services.world
    limit = call.query_number("limit", 50, 1, 100)
    channel = world.channel(call.id("channel"), call.user)
    if Permission.READ_MESSAGE_HISTORY not in world.permissions(channel, call.user):
        return []
    common = [each for each in channel.messages.values() if not each.ephemeral]
    chosen = choose(
        common,
        limit,
        before=call.query_id("before"),
        after=call.query_id("after"),
        around=call.query_id("around"),
    )
    return [call.show(each) for each in reversed(chosen)]


def choose(
    messages: list[Message],
    limit: int,
    *,
    before: int | None,
    after: int | None,
    around: int | None,
) -> list[Message]:
    """Return so many of the messages, oldest first, near an id or at the end."""
    if around is not None:
        older = [each for each in messages if each.id < around][-(limit // 2) or len(messages) :]
        newer = [each for each in messages if each.id >= around]
        return [*older, *newer[: limit - limit // 2]][-limit:]
    if before is not None:
        return [each for each in messages if each.id < before][-limit:]
    if after is not None:
        return [each for each in messages if each.id > after][:limit]
    return messages[-limit:]


@route("GET", "/channels/{channel}/messages/{message}")
def get_message(call: Call) -> Json:
    """Return one message."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    if Permission.READ_MESSAGE_HISTORY not in world.permissions(channel, call.user):
        raise Api.missing_access()
    return call.show(world.message(channel, call.id("message")))


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit_message(call: Call) -> Json:
    """Change a message of the bot's own."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    message = world.message(channel, call.id("message"))
    if message.author is not call.user:
        raise Api.anothers_message()
    check_allowed_mentions(call.form.get("allowed_mentions"))
    new = call.attachments(call.form.get("attachments"))
    call.services.messages.edit(message, call.form, new)
    return call.show(message)


@route("DELETE", "/channels/{channel}/messages/{message}")
def delete_message(call: Call) -> None:
    """Take a message away: the bot's own, or any with the permission to."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    message = world.message(channel, call.id("message"))
    if message.author is not call.user:
        if channel.is_dm:
            raise Api.not_in_dm()
        world.channel_with(channel.id, call.user, Permission.MANAGE_MESSAGES)
    if message.type is MessageType.THREAD_STARTER_MESSAGE:
        raise ApiError(403, 50021, "Cannot execute action on a system message")
    call.services.messages.delete(message)


@route("POST", "/channels/{channel}/messages/bulk-delete")
def delete_messages(call: Call) -> None:
    """Take 2 to 100 messages away that are not older than a fortnight."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    if channel.is_dm:
        raise Api.not_in_dm()
    world.channel_with(channel.id, call.user, Permission.MANAGE_MESSAGES)
    ids = [int(id) for id in call.form.get("messages") or []]
    if not 2 <= len(ids) <= 100 or len(set(ids)) != len(ids):
        raise ApiError(
            400,
            50016,
            "Provided too few or too many messages to delete. Must provide at least 2 "
            "and fewer than 100 messages to delete",
        )
    oldest = world.clock.now() - _FORTNIGHT
    if any(snowflake_seconds(id) < oldest for id in ids):
        raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    found = (channel.messages.get(id) for id in ids)
    call.services.messages.delete_many(
        channel, [each for each in found if each is not None and not each.ephemeral]
    )


# ------------------------------------------------------------------------------------- reactions


def _reacted(call: Call) -> tuple[Message, str]:
    """Return the message and the emoji of a reaction's route."""
    world = call.services.world
    channel = world.channel_with(call.id("channel"), call.user, Permission.READ_MESSAGE_HISTORY)
    message = world.message(channel, call.id("message"))
    name = call.parameters["emoji"]
    text, _, id = name.partition(":")
    # A plain word is no emoji; a custom one comes as name:id.
    if not text or (id and not id.isdecimal()) or (not id and text.isascii() and text.isalpha()):
        raise Api.unknown("emoji")
    return message, name


@route("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me")
def add_reaction(call: Call) -> None:
    """React to a message."""
    message, name = _reacted(call)
    if name not in message.reactions:
        call.services.world.channel_with(message.channel.id, call.user, Permission.ADD_REACTIONS)
        if len(message.reactions) >= 20:
            raise ApiError(403, 30010, "Maximum number of reactions reached (20)")
    if message.channel.is_dm:
        person = message.channel.other(call.user)
        if person is not None and call.user.id in person.blocked:
            raise ApiError(403, 90001, "Reaction was blocked")
    call.services.messages.react(message, name, call.user)


@route("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me")
def remove_own_reaction(call: Call) -> None:
    """Take the bot's reaction back."""
    message, name = _reacted(call)
    call.services.messages.unreact(message, name, call.user)


@route("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}")
def remove_reaction(call: Call) -> None:
    """Take somebody's reaction away."""
    message, name = _reacted(call)
    if message.channel.is_dm:
        raise Api.not_in_dm()
    world = call.services.world
    world.channel_with(message.channel.id, call.user, Permission.MANAGE_MESSAGES)
    user = world.users.get(call.id("user"))
    if user is None:
        raise Api.unknown("user")
    call.services.messages.unreact(message, name, user)


@route("GET", "/channels/{channel}/messages/{message}/reactions/{emoji}")
def get_reactions(call: Call) -> list[Json]:
    """Return who reacted with an emoji."""
    message, name = _reacted(call)
    limit = call.query_number("limit", 25, 1, 100)
    after = call.query_id("after") or 0
    users: list[User] = sorted(message.reactions.get(name, []), key=lambda each: each.id)
    payloads = call.services.world.payloads
    return [payloads.user(each) for each in users if each.id > after][:limit]


def _clear(call: Call, name: str | None) -> None:
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    message = world.message(channel, call.id("message"))
    if channel.is_dm:
        raise Api.not_in_dm()
    world.channel_with(channel.id, call.user, Permission.MANAGE_MESSAGES)
    call.services.messages.clear_reactions(message, name)


@route("DELETE", "/channels/{channel}/messages/{message}/reactions")
def clear_reactions(call: Call) -> None:
    """Take all reactions away."""
    _clear(call, None)


@route("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}")
def clear_emoji(call: Call) -> None:
    """Take all reactions of one emoji away."""
    _clear(call, _reacted(call)[1])


# ------------------------------------------------------------------------------------------ pins


@route("GET", "/channels/{channel}/messages/pins")
def get_pins(call: Call) -> Json:
    """Return the pinned messages, newest first."""
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    pinned = [each for each in channel.messages.values() if each.pinned]
    return {
        "items": [
            {"pinned_at": iso(each.sent), "message": call.show(each)} for each in reversed(pinned)
        ],
        "has_more": False,
    }


def _pin(call: Call, *, pinned: bool) -> None:
    world = call.services.world
    channel = world.channel(call.id("channel"), call.user)
    if not channel.is_dm:
        world.channel_with(channel.id, call.user, Permission.MANAGE_MESSAGES)
    message = world.message(channel, call.id("message"))
    changed = message.pinned is not pinned
    message.pinned = pinned
    call.services.messages.touch(message)
    if pinned and changed:
        call.services.messages.note(channel, call.user, MessageType.PINNED, message)


@route("PUT", "/channels/{channel}/messages/pins/{message}")
def pin(call: Call) -> None:
    """Pin a message."""
    _pin(call, pinned=True)


@route("DELETE", "/channels/{channel}/messages/pins/{message}")
def unpin(call: Call) -> None:
    """Take a pin away."""
    _pin(call, pinned=False)
