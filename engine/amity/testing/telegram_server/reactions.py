"""Reactions to messages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from amity.testing.telegram_server.accounts import User
from amity.testing.telegram_server.chats import GroupChat, PrivateChat
from amity.testing.telegram_server.errors import Unsupported, bad_request
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.world import World

__all__ = ["EMOJI", "react", "read_reactions"]

_EMOJI: Final = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆
💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄
😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
EMOJI: Final = frozenset(_EMOJI.split())
"""What can be put on a message without Telegram Premium."""


def read_reactions(raw: Sequence[Any]) -> list[dict[str, Any]]:
    """Read the reactions of a bot, which may put one on a message.

    Raises:
        ApiError: It is none, or there are several.
    """
    reactions = []
    for one in raw:
        kind = one.get("type") if isinstance(one, Mapping) else None
        if kind == "custom_emoji":
            raise Unsupported("reactions with custom emoji")
        if kind != "emoji":
            raise bad_request("can't parse reaction type: Unsupported type specified")
        emoji = str(one.get("emoji", "")).replace("\ufe0f", "")
        if emoji not in EMOJI:
            raise bad_request("REACTION_INVALID")
        reactions.append({"type": "emoji", "emoji": emoji})
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    return reactions


def react(
    world: World, message: StoredMessage, user: User, reactions: list[dict[str, Any]]
) -> None:
    """Give a message the reactions of somebody, in place of those they had put on it.

    Bots are told of what people do, in private chats and where they are administrators.
    """
    old = message.reactions.get(user.id, [])
    message.reactions[user.id] = reactions
    world.changes.notify()
    if user.is_bot or old == reactions:
        return
    chat = message.chat
    bots = []
    if isinstance(chat, PrivateChat) and not chat.blocked:
        bots = [chat.bot]
    elif isinstance(chat, GroupChat):
        bots = [b for b in chat.bots.values() if chat.member(b.user).status == "administrator"]
    body = {
        "chat": chat.as_json(),
        "message_id": message.id,
        "user": user.as_json(),
        "date": world.clock.now(),
        "old_reaction": old,
        "new_reaction": reactions,
    }
    for bot in bots:
        bot.updates.add("message_reaction", body, lane=chat.id)
