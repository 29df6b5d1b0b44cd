"""Chats: a bot's private chat with a person, basic groups, supergroups and their topics."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.clock import ServerClock
from amity.testing.telegram_server.drafts import Drafts
from amity.testing.telegram_server.messages import StoredMessage

__all__ = [
    "ADMINISTRATOR_RIGHTS",
    "Action",
    "Chat",
    "GroupChat",
    "Member",
    "PrivateChat",
    "Topic",
]

_INSIDE: Final = frozenset({"creator", "administrator", "member", "restricted"})
ADMINISTRATOR_RIGHTS: Final = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories", "can_send_welcome_messages", "can_pin_messages"),
    "can_manage_topics",
)


@dataclass(slots=True, kw_only=True)
class Topic:
    """A topic of a forum.

    Attributes:
        id: Its ``message_thread_id``: the number of the message that tells of its creation.
        name: Its name.
        color: The color of its icon.
        emoji: The custom emoji of its icon; may be empty.
        closed: True while nobody but administrators can write in it.
    """

    id: int
    name: str
    color: int = 0x6FB9F0
    emoji: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that a bot was shown to be doing, such as ``typing``.

    Attributes:
        bot: Who.
        action: What, in Telegram's word.
        time: Since when, in seconds since 1970.
        thread: In which topic; 0 for none.
    """

    bot: User
    action: str
    time: float
    thread: int = 0


class Chat:
    """A place where messages stand.

    Attributes:
        id: Its number, as bots know it.
        messages: All of them, oldest first, by number.
        topics: The topics of a forum, by number.
        actions: What bots were shown to be doing, oldest first.
        keyboards: The reply keyboard that each person sees, by the number of the account.
    """

    def __init__(self, chat_id: int) -> None:
        self.id = chat_id
        self.messages: dict[int, StoredMessage] = {}
        self.topics: dict[int, Topic] = {}
        self.actions: list[Action] = []
        self.keyboards: dict[int, dict[str, Any]] = {}

    @property
    def kind(self) -> str:
        """``private``, ``group`` or ``supergroup``."""
        raise AssertionError

    @property
    def is_forum(self) -> bool:
        """Whether it has topics."""
        return False

    def as_json(self) -> dict[str, Any]:
        """Return it as a ``Chat``."""
        raise AssertionError

    def next_number(self) -> int:
        """Return the number that the next message will have."""
        raise AssertionError

    def take_id(self) -> int:
        """Return the number of the next message, and count on."""
        raise AssertionError

    def hearers(self, message: StoredMessage) -> Iterator[BotAccount]:
        """Yield the bots that are told of a message."""
        raise AssertionError

    def find(self, message_id: int) -> StoredMessage | None:
        """Return a message that is still there."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message


class PrivateChat(Chat):
    """What one person and one bot share.

    Attributes:
        bot: The bot.
        person: The person.
        started: True once the person has written; before that the bot cannot.
        blocked: True while the person has blocked the bot.
        drafts: The replies that are being written.
    """

    def __init__(self, bot: BotAccount, person: User, clock: ServerClock) -> None:
        super().__init__(person.id)
        self.bot = bot
        self.person = person
        self.started = False
        self.blocked = False
        self.drafts = Drafts(clock)

    @property
    def kind(self) -> str:
        """``private``."""
        return "private"

    @property
    def is_forum(self) -> bool:
        """Whether the bot has topics in its private chats."""
        return self.bot.topics

    def as_json(self) -> dict[str, Any]:
        """Return it as a ``Chat``."""
        about: dict[str, Any] = {"id": self.id, "first_name": self.person.first_name}
        for name in ("last_name", "username"):
            if value := getattr(self.person, name):
                about[name] = value
        return {**about, "type": "private"}

    def next_number(self) -> int:
        """Return the number that the next message will have."""
        return self.bot.next_id

    def take_id(self) -> int:
        """Return the number of the next message: one count for all private chats of a bot."""
        number = self.bot.next_id
        self.bot.next_id += 1
        return number

    def hearers(self, message: StoredMessage) -> Iterator[BotAccount]:
        """Yield the bot, unless it wrote the message itself or was blocked."""
        if message.sender is not self.bot.user and not self.blocked:
            yield self.bot


@dataclass(slots=True, kw_only=True)
class Member:
    """Somebody's place in a group, also after leaving.

    Attributes:
        user: Who.
        status: ``creator``, ``administrator``, ``member``, ``restricted``, ``left``, ``kicked``.
        rights: What an administrator may do, or what a restricted member may.
    """

    user: User
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether they are in the group."""
        return self.status in _INSIDE

    def as_json(self) -> dict[str, Any]:
        """Return it as a ``ChatMember``."""
        about: dict[str, Any] = {"user": self.user.as_json(), "status": self.status}
        match self.status:
            case "creator":
                about["is_anonymous"] = False
            case "administrator":
                about |= {"can_be_edited": False, "is_anonymous": False}
                about |= {name: self.rights.get(name, False) for name in ADMINISTRATOR_RIGHTS}
            case "restricted":
                about |= {"is_member": True, "until_date": 0}
                about |= {name: self.rights.get(name, False) for name in _MEMBER_RIGHTS}
            case "kicked":
                about["until_date"] = 0
        return about


_MEMBER_RIGHTS: Final = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages"),
    *("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages"),
    "can_manage_topics",
)


class GroupChat(Chat):
    """A basic group or a supergroup.

    Attributes:
        title: Its name.
        username: Its public name; may be empty.
        supergroup: False for a basic group.
        forum: Whether it has topics.
        members: Everybody who is or was in it, by number.
        bots: The bots among them, by number.
        became: The supergroup that it was turned into.
        last_bot: The bot that wrote last: it is the one that a bare command is for.
        next_id: The number of the next message.
    """

    def __init__(self, chat_id: int, *, title: str, supergroup: bool, forum: bool) -> None:
        super().__init__(chat_id)
        self.title = title
        self.username = ""
        self.supergroup = supergroup
        self.forum = forum
        self.members: dict[int, Member] = {}
        self.bots: dict[int, BotAccount] = {}
        self.became: GroupChat | None = None
        self.last_bot: BotAccount | None = None
        self.next_id = 1

    @property
    def kind(self) -> str:
        """``group`` or ``supergroup``."""
        return "supergroup" if self.supergroup else "group"

    @property
    def is_forum(self) -> bool:
        """Whether it has topics."""
        return self.forum

    def as_json(self) -> dict[str, Any]:
        """Return it as a ``Chat``."""
        about: dict[str, Any] = {"id": self.id, "title": self.title}
        if self.username:
            about["username"] = self.username
        about["type"] = self.kind
        if self.forum:
            about["is_forum"] = True
        return about

    def next_number(self) -> int:
        """Return the number that the next message will have."""
        return self.next_id

    def take_id(self) -> int:
        """Return the number of the next message, and count on."""
        number = self.next_id
        self.next_id += 1
        return number

    def member(self, user: User) -> Member:
        """Return somebody's place; of who never was here, a place that was left."""
        return self.members.get(user.id) or Member(user=user, status="left")

    def hearers(self, message: StoredMessage) -> Iterator[BotAccount]:
        """Yield the bots that are told of a message, by the rules of privacy mode."""
        for bot in self.bots.values():
            member = self.member(bot.user)
            if not member.inside or message.sender.is_bot:
                continue
            reads_all = bot.reads_groups or member.status == "administrator" or message.service
            if reads_all or self._is_for(message, bot):
                yield bot

    def _is_for(self, message: StoredMessage, bot: BotAccount) -> bool:
        """Say whether a message is meant for a bot that has privacy mode on."""
        if message.reply_to is not None and message.reply_to.sender is bot.user:
            return True
        encoded = message.text.encode("utf-16-le")
        for entity in message.entities:
            first, last = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
            words = encoded[first:last].decode("utf-16-le")
            _, at, name = words.partition("@")
            if entity["type"] == "mention" and name.lower() == bot.username.lower():
                return True
            if entity["type"] == "text_mention" and entity["user"].get("id") == bot.id:
                return True
            if entity["type"] == "bot_command":
                mine = name.lower() == bot.username.lower() if at else self._takes_bare(bot)
                if mine:
                    return True
        return False

    def _takes_bare(self, bot: BotAccount) -> bool:
        """Say whether a command without a bot's name is for this one."""
        inside = [one for one in self.bots.values() if self.member(one.user).inside]
        return self.last_bot is bot or len(inside) == 1
