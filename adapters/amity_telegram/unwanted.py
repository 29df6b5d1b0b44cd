"""The chats that do not want the bot: it was blocked, or removed from a group."""

from collections import OrderedDict
from typing import Final

from amity_telegram.limits import ChatId

__all__ = ["Unwanted"]

_MOST: Final = 10_000


class Unwanted:
    """What is known of them in this process. Telegram refuses what is sent there all the same."""

    def __init__(self) -> None:
        self._chats: OrderedDict[ChatId, None] = OrderedDict()

    def add(self, chat: ChatId) -> None:
        """Take note of one; the one known for longest is forgotten if there are too many."""
        self._chats[chat] = None
        if len(self._chats) > _MOST:
            self._chats.popitem(last=False)

    def discard(self, chat: ChatId) -> None:
        """Forget one. One that is not known is a no-op."""
        self._chats.pop(chat, None)

    def __contains__(self, chat: ChatId) -> bool:
        return chat in self._chats
