"""What a person sees in a chat."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.chats import Action, Chat, PrivateChat
from amity.testing.telegram_server.drafts import DraftShown
from amity.testing.telegram_server.menus import menu_for
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.view import Shown, show
from amity.testing.telegram_server.world import World

__all__ = ["PATIENCE", "SeenChat"]

PATIENCE: Final = 15.0
"""For so many seconds a wait goes on that names no other time."""

_ACTION_SECONDS: Final = 5.0

_Found = TypeVar("_Found")


class SeenChat:
    """A chat as a person sees it.

    Attributes:
        chat: What the server keeps of it.
        topic: The topic that is open; 0 for the chat as a whole.
    """

    def __init__(self, world: World, user: User, chat: Chat, topic: int) -> None:
        self.chat = chat
        self.topic = topic
        self._world = world
        self._user = user
        self._read: set[int] = set()

    @property
    def messages(self) -> Sequence[Shown]:
        """Everything that can be read now, oldest first."""
        return [shown for one in self._here() if (shown := show(one)) is not None]

    def _here(self) -> Iterator[StoredMessage]:
        for message in self.chat.messages.values():
            if not self.topic or message.thread == self.topic:
                yield message

    def _unread(self) -> Iterator[StoredMessage]:
        for message in self._here():
            mine = message.sender is self._user
            if not (mine or message.service or message.deleted or message.id in self._read):
                yield message

    @property
    def unread(self) -> Sequence[Shown]:
        """What others wrote and ``next`` has not given yet."""
        return [shown for one in self._unread() if (shown := show(one)) is not None]

    async def next(self, seconds: float = PATIENCE) -> Shown:
        """Wait for the next message that somebody else wrote, and take it as read.

        Raises:
            TimeoutError: None came in so many seconds.
        """
        while True:
            message = await self._world.changes.until(
                lambda: next(self._unread(), None), seconds, "a message"
            )
            self._read.add(message.id)
            # It may have been taken away while this task waited for its turn.
            if (shown := show(message)) is not None:
                return shown

    async def until(
        self,
        look: Callable[["SeenChat"], _Found | None],
        seconds: float = PATIENCE,
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
        return None if found is None else show(found)

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
        return self.chat.keyboards.get(self._user.id)

    @property
    def draft(self) -> DraftShown | None:
        """The reply that is being written, as it looks now; ``None`` if none is."""
        if not isinstance(self.chat, PrivateChat):
            return None
        return self.chat.drafts.current(self.topic)

    @property
    def drafts(self) -> Sequence[DraftShown]:
        """Every draft as it was shown, oldest first."""
        if not isinstance(self.chat, PrivateChat):
            return ()
        return tuple(one for one in self.chat.drafts.history if one.thread == self.topic)

    @property
    def unfinished_drafts(self) -> Sequence[DraftShown]:
        """Drafts that vanished and no message came in their place."""
        if not isinstance(self.chat, PrivateChat):
            return ()
        # Looking at what is shown now makes those vanish whose time is over.
        self.chat.drafts.current(self.topic)
        return tuple(one for one in self.chat.drafts.unfinished if one.thread == self.topic)

    def menu(self, bot: BotAccount | None = None) -> Mapping[str, str]:
        """Return the bot's menu of commands here: each command and what is said of it.

        Args:
            bot: Whose, in a group.
        """
        if isinstance(self.chat, PrivateChat):
            bot = self.chat.bot
        if bot is None:
            raise ValueError("in a group, say whose menu")
        return menu_for(bot, self.chat, self._user)
