"""People: what they do in their chats, and what they see there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.chats import Action, Chat, GroupChat, PrivateChat
from amity.testing.telegram_server.entities import detect
from amity.testing.telegram_server.groups import Group
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.queries import CALLBACK_SECONDS, CallbackAnswer, Query
from amity.testing.telegram_server.spans import units
from amity.testing.telegram_server.view import Button, Shown, show
from amity.testing.telegram_server.world import World

__all__ = ["OpenChat", "Person", "Press"]

_ACTION_SECONDS: Final = 5.0
_PATIENCE: Final = 15.0

_Found = TypeVar("_Found")


class Person:
    """Somebody with a Telegram account.

    Attributes:
        user: The account.
    """

    def __init__(self, world: World, user: User) -> None:
        self.user = user
        self._world = world
        self._open: dict[tuple[int, int], OpenChat] = {}

    @property
    def id(self) -> int:
        """The account's number."""
        return self.user.id

    @property
    def name(self) -> str:
        """First and last name."""
        return self.user.full_name

    def open(self, place: BotAccount | Group, *, topic: int = 0) -> "OpenChat":
        """Open the chat with a bot, or a group, or one topic of a forum.

        The same place gives the same chat, with what was read of it.
        """
        if isinstance(place, Group):
            chat: Chat = place.chat
            key = (place.id, topic)
        else:
            chat = self._world.private(place, self.user)
            key = (place.id, topic)
        if key not in self._open:
            self._open[key] = OpenChat(self._world, self, chat, topic)
        return self._open[key]

    def delete_account(self) -> None:
        """Leave Telegram."""
        self.user.deleted = True


class Press:
    """A button that was pressed."""

    def __init__(self, world: World, query: Query) -> None:
        self._world = world
        self._query = query

    @property
    def id(self) -> str:
        """The id of the callback query."""
        return self._query.id

    @property
    def answer(self) -> CallbackAnswer | None:
        """What the bot answered; ``None`` while the button still shows that it waits."""
        answer: CallbackAnswer | None = self._query.answer
        return answer

    async def answered(self, seconds: float = _PATIENCE) -> CallbackAnswer:
        """Wait for the bot's answer.

        Raises:
            TimeoutError: None came in so many seconds.
        """
        return await self._world.changes.until(
            lambda: self.answer, seconds, "an answer to a pressed button"
        )


class OpenChat:
    """A chat that a person has open.

    Attributes:
        person: Who.
        chat: What the server keeps of it.
        topic: The topic that is open; 0 for the chat as a whole.
    """

    def __init__(self, world: World, person: Person, chat: Chat, topic: int) -> None:
        self.person = person
        self.chat = chat
        self.topic = topic
        self._world = world
        self._read: set[int] = set()

    # What the person sees.

    @property
    def messages(self) -> Sequence[Shown]:
        """Everything that can be read now, oldest first."""
        return [shown for _, shown in self._visible()]

    def _visible(self) -> list[tuple[StoredMessage, Shown]]:
        found = []
        for message in self.chat.messages.values():
            shown = show(message, self.person.user)
            if shown is not None and (not self.topic or message.thread == self.topic):
                found.append((message, shown))
        return found

    @property
    def unread(self) -> Sequence[Shown]:
        """What others wrote and ``next`` has not given yet."""
        return [
            shown
            for message, shown in self._visible()
            if message.id not in self._read
            and message.sender is not self.person.user
            and not message.service
        ]

    async def next(self, seconds: float = _PATIENCE) -> Shown:
        """Wait for the next message that somebody else wrote, and take it as read.

        Raises:
            TimeoutError: None came in so many seconds.
        """
        shown = await self.until(
            lambda chat: chat.unread[0] if chat.unread else None, seconds, "a message"
        )
        self._read.add(shown.id)
        return shown

    async def until(
        self,
        look: Callable[["OpenChat"], _Found | None],
        seconds: float = _PATIENCE,
        what: str = "what was waited for",
    ) -> _Found:
        """Wait until ``look`` finds something in this chat (anything but ``None``).

        Raises:
            TimeoutError: It found nothing in so many seconds.
        """
        return await self._world.changes.until(lambda: look(self), seconds, what)

    def message(self, message_id: int) -> Shown | None:
        """Return a message as it reads now; ``None`` if it is not there any more."""
        found = self.chat.find(message_id)
        return None if found is None else show(found, self.person.user)

    @property
    def actions(self) -> Sequence[Action]:
        """Everything that bots were shown to be doing, oldest first."""
        return [one for one in self.chat.actions if not self.topic or one.thread == self.topic]

    @property
    def action(self) -> str:
        """What is shown at the top now, such as ``typing``; empty for nothing.

        It ends after five seconds, and when a message of that bot comes.
        """
        if not self.actions:
            return ""
        last = self.actions[-1]
        if self._world.clock.time() - last.time > _ACTION_SECONDS:
            return ""
        newest = list(self.chat.messages.values())[-1:]
        ended = newest and newest[0].sender is last.bot and newest[0].date >= int(last.time)
        return "" if ended else last.action

    @property
    def keyboard(self) -> Mapping[str, Any] | None:
        """The reply keyboard that is shown in place of the letters."""
        return self.chat.keyboards.get(self.person.id)

    # What the person does.

    def say(
        self,
        text: str,
        *,
        reply_to: Shown | int | None = None,
        quote: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
        ago: float = 0,
    ) -> Shown:
        """Write words.

        Args:
            text: The words.
            reply_to: The message that they answer.
            quote: Words of that message that are quoted.
            entities: How parts of them are shown, in UTF-16 units; links, mentions and commands
                are found by themselves.
            ago: How many seconds they lie back already when the server gets them.
        """
        content: dict[str, Any] = {"text": text}
        if found := detect(text, entities):
            content["entities"] = found
        return self._post(content, reply_to=reply_to, quote=quote, ago=ago)

    def start(self, payload: str = "") -> Shown:
        """Press Start, or follow a link with a payload to it."""
        return self.say(f"/start {payload}".strip())

    def _post(
        self,
        content: dict[str, Any],
        *,
        reply_to: Shown | int | None = None,
        quote: str = "",
        ago: float = 0,
        **about: Any,
    ) -> Shown:
        chat = self.chat
        self._be_there()
        replied = self._own(reply_to) if reply_to is not None else None
        if replied is not None and quote:
            at = replied.text.find(quote)
            if at < 0:
                raise ValueError("the quoted words do not stand in that message")
            position = units(replied.text[:at])
            about["quote"] = {"text": quote, "position": position, "is_manual": True}
        thread = self.topic or (replied.thread if replied is not None and chat.is_forum else 0)
        message = self._world.post(
            chat, self.person.user, content, reply_to=replied, thread=thread, ago=ago, **about
        )
        shown = show(message, self.person.user)
        assert shown is not None
        return shown

    def _be_there(self) -> None:
        """Make sure that the person can write here."""
        chat = self.chat
        if isinstance(chat, GroupChat):
            member = chat.member(self.person.user)
            if not member.inside or member.status == "restricted":
                raise ValueError(f"{self.person.name} cannot write in this group")
        elif isinstance(chat, PrivateChat):
            if chat.blocked:
                raise ValueError(f"{self.person.name} has blocked the bot: unblock it first")
            chat.started = True

    def _own(self, which: Shown | int) -> StoredMessage:
        """Return the stored message of one that is shown."""
        number = which if isinstance(which, int) else which.id
        message = self.chat.find(number)
        if message is None:
            raise ValueError(f"message {number} is not there")
        return message

    def press(self, label: str, *, message: Shown | int | None = None) -> Press:
        """Press an inline button, by its label, below this message or the newest that has it.

        Raises:
            ValueError: There is no such button, or pressing it tells the bot nothing.
        """
        number, button = self._button(label, message)
        if button.data is None:
            raise ValueError(f"the button {label!r} tells the bot nothing when it is pressed")
        stored = self._own(number)
        bot = self._world.bot_of(stored.sender)
        assert bot is not None
        query = self._world.queries.ask(
            self._world.number(), bot, self.person.user, seconds=CALLBACK_SECONDS
        )
        body = {
            "id": query.id,
            "from": self.person.user.as_json(),
            "message": self._world.writer(bot).message(stored),
            "chat_instance": str(abs(self.chat.id) * 7919 + bot.id),
            "data": button.data,
        }
        bot.updates.add("callback_query", body, lane=self.chat.id)
        return Press(self._world, query)

    def _button(self, label: str, message: Shown | int | None) -> tuple[int, Button]:
        if message is None:
            candidates = list(reversed(self.messages))
        else:
            shown = self.message(message if isinstance(message, int) else message.id)
            candidates = [] if shown is None else [shown]
        for shown in candidates:
            button = shown.button(label)
            if button is not None:
                return shown.id, button
        there = sorted({one.text for shown in candidates for row in shown.buttons for one in row})
        raise ValueError(f"there is no button {label!r}; there are {there}")
