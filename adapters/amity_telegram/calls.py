"""Calls of the Bot API, within its limits, and what went wrong with them."""

from typing import Any, Final, TypeVar

from aiogram import Bot
from aiogram.methods import Response, TelegramMethod
from aiogram.types import Message as Sent

from amity_telegram.faults import Fault, Kind, fault_of
from amity_telegram.limits import ChatId, Limiter

__all__ = ["CallFailed", "Calls"]

T = TypeVar("T")

# aiogram asks pydantic for these with every call. Pydantic keeps them as long as somebody does,
# and building one takes milliseconds.
_RESPONSES: Final = (
    Response[list[Any]],
    Response[bool],
    Response[Sent],
    Response[Sent | bool],
)
_TIMEOUT: Final = 30  # seconds
_SHORT_TIMEOUT: Final = 10


class CallFailed(Exception):
    """Raised when a call did not work; ``fault`` says how. Telegram's own words are not in it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.value)
        self.fault = fault


class Calls:
    """Makes calls with one bot.

    Args:
        bot: The bot.
        limiter: Its limits.
    """

    def __init__(self, bot: Bot, limiter: Limiter) -> None:
        self._bot = bot
        self._limiter = limiter

    async def plain(self, method: TelegramMethod[T], *, timeout: int = _TIMEOUT) -> T:
        """Make a call that sends nothing to a chat.

        Raises:
            CallFailed: it did not work.
        """
        try:
            return await self._bot(method, request_timeout=timeout)
        except Exception as error:
            raise CallFailed(fault_of(error)) from error

    async def must(self, chat: ChatId, method: TelegramMethod[T], *, timeout: int = _TIMEOUT) -> T:
        """Make a call that puts something into a chat, when it is its turn.

        Raises:
            CallFailed: it did not work.
        """
        await self._limiter.turn(chat)
        return await self._made(chat, method, timeout)

    async def spare(
        self, chat: ChatId, method: TelegramMethod[T], *, message: bool = True
    ) -> T | None:
        """Make a call that may be left out; ``None`` if it was, for want of room.

        Args:
            chat: Where.
            method: The call.
            message: Whether it counts as a message in the chat.

        Raises:
            CallFailed: it did not work.
        """
        if not self._limiter.spare(chat, message=message):
            return None
        return await self._made(chat, method, _SHORT_TIMEOUT)

    async def sign(self, chat: ChatId, method: TelegramMethod[T]) -> None:
        """Make a call that shows a passing sign, such as typing, and does not count.

        Raises:
            CallFailed: it did not work.
        """
        if not self._limiter.waits(chat):
            await self._made(chat, method, _SHORT_TIMEOUT)

    async def _made(self, chat: ChatId, method: TelegramMethod[T], timeout: int) -> T:
        try:
            return await self.plain(method, timeout=timeout)
        except CallFailed as failed:
            if failed.fault.kind is Kind.RETRY_AFTER:
                self._limiter.refused(chat, failed.fault.seconds)
            raise
