"""How much a bot may send before the server answers 429."""

import math
from dataclasses import dataclass

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.clock import ServerClock
from amity.testing.telegram_server.errors import flood
from amity.testing.telegram_server.fields import Fields

__all__ = ["FloodGuard", "Limits"]

_COUNTED = ("send", "edit", "copy", "forward")
_FREE = frozenset({"sendchataction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Telegram's flood limits, as its FAQ gives them.

    Attributes:
        per_chat: Messages a second in one chat, in the long run.
        chat_burst: How many may come at once in one chat.
        per_group: Messages a minute in one group.
        per_bot: Messages a second of one bot.
    """

    per_chat: float = 1.0
    chat_burst: int = 5
    per_group: int = 20
    per_bot: float = 30.0


class _Bucket:
    """So many at once, and so many more a second."""

    def __init__(self, size: float, rate: float, now: float) -> None:
        self._size = size
        self._rate = rate
        self._left = size
        self._at = now

    def missing(self, count: int, now: float) -> float:
        """Return in how many seconds so many can be had; 0 for now."""
        self._left = min(self._size, self._left + max(now - self._at, 0.0) * self._rate)
        self._at = now
        # An album may be larger than the bucket: a full one is then enough.
        lacking = min(count, self._size) - self._left
        return max(lacking / self._rate, 0.0)

    def take(self, count: int) -> None:
        self._left -= count


class FloodGuard:
    """Counts what each bot sends, and refuses what is too much."""

    def __init__(self, limits: Limits, clock: ServerClock) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: dict[tuple[str, int, str], _Bucket] = {}

    def check(self, bot: BotAccount, method: str, fields: Fields) -> None:
        """Count a request.

        Raises:
            ApiError: It is too much; nothing was counted.
        """
        if not method.startswith(_COUNTED) or method in _FREE:
            return
        media = fields.sequence("media") if method == "sendmediagroup" else None
        count = max(len(media or ()), 1)
        buckets = self._buckets_for(bot, method, fields.text("chat_id"))
        now = self._clock.time()
        missing = max(bucket.missing(count, now) for bucket in buckets)
        if missing > 0:
            raise flood(math.ceil(missing))
        for bucket in buckets:
            bucket.take(count)

    def _buckets_for(self, bot: BotAccount, method: str, chat: str) -> list[_Bucket]:
        limits = self._limits
        buckets = [self._bucket("bot", bot, "", limits.per_bot, limits.per_bot)]
        if method.endswith("draft"):
            # What is shown while it is being written is no message in the chat yet.
            return buckets
        buckets.append(self._bucket("chat", bot, chat, limits.chat_burst, limits.per_chat))
        if chat.startswith(("-", "@")):
            size = float(limits.per_group)
            buckets.append(self._bucket("group", bot, chat, size, size / 60))
        return buckets

    def _bucket(self, kind: str, bot: BotAccount, chat: str, size: float, rate: float) -> _Bucket:
        key = (kind, bot.id, chat)
        if key not in self._buckets:
            self._buckets[key] = _Bucket(size, rate, self._clock.time())
        return self._buckets[key]
