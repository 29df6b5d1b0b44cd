"""How much may be sent: what Telegram publishes, and what it says when that was too much.

What must arrive waits for its turn; what may be left out (drafts, edits of an unfinished reply,
typing) is left out as soon as it would cost what must arrive its place.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from amity_telegram.config import Limits

__all__ = ["ChatId", "Limiter"]

ChatId = int | str

_AT_ONCE: Final = 5.0  # messages to one person, before the average counts
_MOST_CHATS: Final = 5000
_REFUSED_TOGETHER: Final = 3  # so many chats refused at once mean that the bot itself is
_WHOLE: Final = 1.0 - 1e-6  # what adds up to one is not waited for on account of its rounding
_MARGIN: Final = 0.2  # seconds; Telegram counts in whole ones


class _Bucket:
    """So many at once, then so many a second."""

    __slots__ = ("_at", "_left", "_most", "_rate", "lock", "until")

    def __init__(self, most: float, rate: float, now: float) -> None:
        self._most = max(1.0, most)
        self._rate = rate
        self._left = self._most
        self._at = now
        self.until = 0.0
        self.lock = asyncio.Lock()

    def _fill(self, now: float) -> None:
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now

    def wait(self, now: float) -> float:
        """Return the seconds until one more may go."""
        self._fill(now)
        short = (1.0 - self._left) / self._rate if self._left < _WHOLE else 0.0
        return max(short, self.until - now, 0.0)

    def has_spare(self, now: float) -> bool:
        """Whether one more may go and half of what may go at once is still left."""
        self._fill(now)
        return now >= self.until and self._left >= max(1.0, self._most / 2)

    def take(self) -> None:
        """Count one."""
        self._left -= 1.0

    def idle(self, now: float) -> bool:
        """Whether nothing is known of it that matters."""
        self._fill(now)
        return self._left >= self._most and now >= self.until and not self.lock.locked()


class Limiter:
    """The limits of one bot, for all its chats.

    Args:
        limits: What may be sent.
        now: A clock in seconds that never goes back.
        sleep: Waits.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._bot = _Bucket(limits.per_second, limits.per_second, now())
        self._chats: OrderedDict[ChatId, _Bucket] = OrderedDict()

    async def turn(self, chat: ChatId) -> None:
        """Wait until a message to a chat may go. Those that wait go in the order they came."""
        bucket = self._bucket(chat)
        async with bucket.lock:
            await self._wait(bucket)
            bucket.take()
        async with self._bot.lock:
            await self._wait(self._bot)
            self._bot.take()

    def spare(self, chat: ChatId, *, message: bool = True) -> bool:
        """Whether something that may be left out may go to a chat now; if so it is counted.

        Args:
            chat: The chat.
            message: Whether it counts as a message there; a preview of one does not.
        """
        now, bucket = self._now(), self._bucket(chat)
        if bucket.lock.locked() or self._bot.lock.locked():
            return False  # something that must arrive waits already
        room = bucket.has_spare(now) if message else now >= bucket.until
        if not (room and self._bot.has_spare(now)):
            return False
        if message:
            bucket.take()
        self._bot.take()
        return True

    def refused(self, chat: ChatId, seconds: float) -> None:
        """Take note that Telegram asks to wait before more is sent to a chat.

        It does not say whether it means the chat or the bot: several chats at once mean the bot.
        """
        now = self._now()
        self._bucket(chat).until = max(self._bucket(chat).until, now + seconds + _MARGIN)
        waiting = sorted(b.until for b in self._chats.values() if b.until > now)
        if len(waiting) >= _REFUSED_TOGETHER:
            self._bot.until = max(self._bot.until, waiting[0])

    def waits(self, chat: ChatId) -> float:
        """Return for how many seconds Telegram wants nothing sent to a chat."""
        now = self._now()
        bucket = self._chats.get(chat)
        return max(0.0, self._bot.until - now, (bucket.until if bucket else 0.0) - now)

    async def _wait(self, bucket: _Bucket) -> None:
        while (seconds := bucket.wait(self._now())) > 0:
            await self._sleep(seconds)

    def _bucket(self, chat: ChatId) -> _Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            self._forget_idle()
            bucket = self._chats[chat] = self._new(chat)
        self._chats.move_to_end(chat)
        return bucket

    def _new(self, chat: ChatId) -> _Bucket:
        if isinstance(chat, int) and chat > 0:
            rate = self._limits.private_per_second
            return _Bucket(max(_AT_ONCE, rate), rate, self._now())
        a_minute = self._limits.group_per_minute
        return _Bucket(a_minute, a_minute / 60, self._now())

    def _forget_idle(self) -> None:
        """Drop a chat that has been quiet for longest, if there are many and it may be dropped."""
        if len(self._chats) < _MOST_CHATS:
            return
        now = self._now()
        for chat, bucket in self._chats.items():
            if bucket.idle(now):
                del self._chats[chat]
                return
