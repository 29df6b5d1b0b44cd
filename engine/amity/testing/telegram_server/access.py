"""May this bot do that there: chats, messages, threads and rights, with Telegram's answers."""

from enum import IntEnum

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import Chat, GroupChat, PrivateChat
from amity.testing.telegram_server.errors import ApiError, bad_request, forbidden
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.world import World

__all__ = ["Need", "find_chat", "find_chat_by", "find_message", "known_message", "need_right"]


class Need(IntEnum):
    """What a bot wants to do in a chat."""

    READ = 1
    EDIT = 2
    WRITE = 3


def find_chat(call: Call, need: Need) -> Chat:
    """Return the chat that a request names.

    Raises:
        ApiError: There is none that the bot may use in this way.
    """
    return find_chat_by(call, call.fields.text("chat_id"), need)


def find_chat_by(call: Call, given: str, need: Need) -> Chat:
    """Return the chat of this number or ``@name``.

    Raises:
        ApiError: There is none that the bot may use in this way.
    """
    world, bot = call.world, call.bot
    if not given:
        raise bad_request("chat_id is empty")
    if given.startswith("@"):
        group = next(
            (g for g in world.groups.values() if g.username.lower() == given[1:].lower()), None
        )
        if group is None:
            raise bad_request("chat not found")
        return _usable_group(bot, group, need)
    try:
        number = int(given)
    except ValueError as error:
        raise bad_request("chat not found") from error
    if number in world.groups:
        return _usable_group(bot, world.groups[number], need)
    return _usable_private(world, bot, number, need)


def _usable_private(world: World, bot: BotAccount, number: int, need: Need) -> PrivateChat:
    person = world.people.get(number)
    if person is None:
        if any(other.id == number for other in world.bots.values()) and need is Need.WRITE:
            raise forbidden("bots can't send messages to bots")
        raise bad_request("chat not found")
    if not world.knows(bot, person):
        raise bad_request("chat not found")
    chat = world.private(bot, person)
    if need >= Need.EDIT and person.deleted:
        raise forbidden("user is deactivated")
    if need is Need.WRITE and not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if need is Need.WRITE and chat.blocked:
        raise forbidden("bot was blocked by the user")
    return chat


def _usable_group(bot: BotAccount, group: GroupChat, need: Need) -> GroupChat:
    if bot.id not in group.bots:
        raise bad_request("chat not found")
    if group.became is not None and need is Need.WRITE:
        raise bad_request(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.became.id
        )
    member = group.member(bot.user)
    kind = f"{group.kind} chat"
    if member.status == "kicked" and (need >= Need.EDIT or group.supergroup):
        raise forbidden(f"bot was kicked from the {kind}")
    if member.status == "left" and (need >= Need.EDIT or group.supergroup):
        raise forbidden(f"bot is not a member of the {kind}")
    return group


def find_message(call: Call, need: Need, what: str) -> StoredMessage:
    """Return the message that a request names.

    Args:
        what: Begins Telegram's sentence when it is not there, such as ``message to edit``.

    Raises:
        ApiError: It is not there, or the bot may not use it in this way.
    """
    message = known_message(call, find_chat(call, need), call.fields.number("message_id"))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def known_message(call: Call, chat: Chat, number: int) -> StoredMessage | None:
    """Return a message that the bot knows: those of other bots in a group it does not."""
    message = chat.find(number)
    if message is None:
        return None
    others = message.sender.is_bot and message.sender is not call.bot.user
    return None if others and isinstance(chat, GroupChat) else message


def need_right(bot: BotAccount, group: GroupChat, right: str, doing: str) -> None:
    """Refuse what needs a right that the bot does not have.

    Raises:
        ApiError: The bot is no administrator with this right.
    """
    member = group.member(bot.user)
    if member.status != "administrator" or not member.rights.get(right):
        raise ApiError(400, f"Bad Request: not enough rights to {doing}")
