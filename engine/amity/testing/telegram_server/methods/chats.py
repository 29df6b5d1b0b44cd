"""Methods about chats, who is in them, and topics."""

from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.access import Need, find_chat, need_right
from amity.testing.telegram_server.accounts import User
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import Chat, GroupChat, Member, Topic
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.methods.method import Method

__all__ = ["METHODS"]

_COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
_NAME_LIMIT: Final = 128
_GIFTS: Final = (
    *("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"),
    "gifts_from_channels",
)


def get_chat(call: Call) -> dict[str, Any]:
    """Return what there is to know about a chat."""
    chat = find_chat(call, Need.READ)
    about = chat.as_json() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if isinstance(chat, GroupChat):
        about["permissions"] = {"can_send_messages": True, "can_manage_topics": chat.forum}
        if chat.supergroup:
            about["join_to_send_messages"] = True
    username = about.get("username")
    if username:
        about["active_usernames"] = [username]
    return about


def _group(call: Call, need: Need = Need.READ) -> GroupChat:
    chat = find_chat(call, need)
    if not isinstance(chat, GroupChat):
        raise bad_request("there are no administrators in the private chat")
    return chat


def get_chat_member(call: Call) -> dict[str, Any]:
    """Return somebody's place in a chat."""
    chat = find_chat(call, Need.READ)
    number = call.fields.number("user_id")
    if number <= 0:
        raise bad_request("invalid user_id specified")
    user = _user(call, number)
    if user is None:
        raise bad_request("member not found")
    if isinstance(chat, GroupChat):
        if number not in chat.members:
            raise bad_request("member not found")
        return chat.member(user).as_json()
    if number not in {chat.id, call.bot.id}:
        raise bad_request("member not found")
    return Member(user=user).as_json()


def _user(call: Call, number: int) -> User | None:
    if number in call.world.people:
        return call.world.people[number]
    return next((bot.user for bot in call.world.bots.values() if bot.id == number), None)


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """Return the administrators of a group; of the bots among them only the one that asks."""
    return [
        member.as_json()
        for member in _group(call).members.values()
        if member.status in {"creator", "administrator"}
        and (not member.user.is_bot or member.user is call.bot.user)
    ]


def get_chat_member_count(call: Call) -> int:
    """Return how many are in a chat."""
    chat = find_chat(call, Need.READ)
    if isinstance(chat, GroupChat):
        return sum(member.inside for member in chat.members.values())
    return 2


def leave_chat(call: Call) -> bool:
    """Let the bot leave a group."""
    group = _group(call, Need.EDIT)
    bot = call.bot.user
    call.world.post(group, bot, {"left_chat_member": bot.as_json()}, service=True)
    call.world.set_member(group, bot, bot, status="left")
    return True


# Topics.


def _forum(call: Call, doing: str) -> Chat:
    """Return the forum of a request, in which the bot may do this to topics."""
    chat = find_chat(call, Need.WRITE)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if isinstance(chat, GroupChat):
        need_right(call.bot, chat, "can_manage_topics", doing)
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(call.fields.number("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def create_forum_topic(call: Call) -> dict[str, Any]:
    """Open a topic."""
    fields = call.fields
    name = fields.text("name").strip()
    color = fields.number("icon_color", _COLORS[0])
    emoji = fields.text("icon_custom_emoji_id")
    chat = _forum(call, "create a topic")
    if not name:
        raise bad_request("topic name must be non-empty")
    if color not in _COLORS:
        raise bad_request("invalid forum topic icon color specified")
    topic = call.world.open_topic(chat, call.bot.user, name[:_NAME_LIMIT], color=color, emoji=emoji)
    about = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color}
    return {**about, "icon_custom_emoji_id": emoji} if emoji else about


def edit_forum_topic(call: Call) -> bool:
    """Give a topic another name or icon."""
    chat = _forum(call, "edit the topic")
    topic = _topic(call, chat)
    name = call.fields.text("name").strip()[:_NAME_LIMIT]
    changed: dict[str, Any] = {}
    if name and name != topic.name:
        topic.name = changed["name"] = name
    if "icon_custom_emoji_id" in call.fields:
        topic.emoji = changed["icon_custom_emoji_id"] = call.fields.text("icon_custom_emoji_id")
    if not changed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    _tell(call, chat, topic, {"forum_topic_edited": changed})
    return True


def _tell(call: Call, chat: Chat, topic: Topic, content: dict[str, Any]) -> None:
    call.world.post(chat, call.bot.user, content, service=True, thread=topic.id)


def _set_closed(call: Call, *, closed: bool) -> bool:
    chat = _forum(call, "close the topic" if closed else "reopen the topic")
    topic = _topic(call, chat)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _tell(call, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def close_forum_topic(call: Call) -> bool:
    """Close a topic: only administrators write in it from now on."""
    return _set_closed(call, closed=True)


def reopen_forum_topic(call: Call) -> bool:
    """Open a closed topic again."""
    return _set_closed(call, closed=False)


def delete_forum_topic(call: Call) -> bool:
    """Take a topic away with all that stands in it."""
    chat = find_chat(call, Need.WRITE)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if isinstance(chat, GroupChat):
        need_right(call.bot, chat, "can_delete_messages", "delete the topic")
    topic = _topic(call, chat)
    del chat.topics[topic.id]
    for message in chat.messages.values():
        if message.thread == topic.id:
            message.deleted = True
    call.world.changes.notify()
    return True


METHODS: Final[Mapping[str, Method]] = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
    "createforumtopic": create_forum_topic,
    "editforumtopic": edit_forum_topic,
    "closeforumtopic": close_forum_topic,
    "reopenforumtopic": reopen_forum_topic,
    "deleteforumtopic": delete_forum_topic,
}
