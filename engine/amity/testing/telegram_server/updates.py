"""What waits for a bot's program, and how it is fetched: offsets, long polling, allowed kinds."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.clock import Changes, ServerClock
from amity.testing.telegram_server.errors import ApiError, conflict

__all__ = ["PendingUpdate", "UpdateQueue"]

KINDS: Final = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("business_connection", "business_message", "edited_business_message"),
    *("deleted_business_messages", "guest_message", "message_reaction"),
    *("message_reaction_count", "inline_query", "chosen_inline_result", "callback_query"),
    *("shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer"),
    *("my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost"),
    *("managed_bot", "subscription", "stopped_message_generation"),
)
ASKED_FOR: Final = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that only those bots get who name them."""

_LIFETIME: Final = 86_400.0
_POLL_LIMIT: Final = 50
_BATCH: Final = 100


@dataclass(slots=True, kw_only=True, eq=False)
class PendingUpdate:
    """An update that no program has confirmed.

    Attributes:
        id: Its ``update_id``.
        kind: The field that it has.
        body: What stands in that field.
        lane: The chat or the person whose updates keep their order in webhook delivery.
        expires: When the server throws it away.
        again: How many times it is delivered once more after it was confirmed.
    """

    id: int
    kind: str
    body: dict[str, Any]
    lane: int
    expires: float
    again: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as an ``Update``."""
        return {"update_id": self.id, self.kind: self.body}


@dataclass(slots=True)
class _Poll:
    """A program that waits for updates, and why it must stop waiting."""

    error: ApiError | None = None


class UpdateQueue:
    """The updates of one bot.

    Attributes:
        allowed: The kinds that the bot wants; ``None`` for all but those that must be asked for.
        webhook: True while a webhook is set, so that polling is refused.
    """

    def __init__(self, clock: ServerClock, changes: Changes, *, first: int) -> None:
        self.allowed: frozenset[str] | None = None
        self.webhook = False
        self._clock = clock
        self._changes = changes
        self._next = first
        self._pending: deque[PendingUpdate] = deque()
        self._held: dict[int, list[tuple[str, dict[str, Any]]]] = {}
        self._repeats = 0
        self._newest: PendingUpdate | None = None
        self._poll: _Poll | None = None

    @property
    def pending(self) -> Sequence[PendingUpdate]:
        """What waits, oldest first."""
        self._expire()
        return tuple(self._pending)

    def add(self, kind: str, body: dict[str, Any], *, lane: int) -> None:
        """Put an update into the queue, unless the bot does not want its kind."""
        wanted = kind not in ASKED_FOR if self.allowed is None else kind in self.allowed
        if not wanted:
            return
        if lane in self._held:
            self._held[lane].append((kind, body))
            return
        update = PendingUpdate(
            id=self._next, kind=kind, body=body, lane=lane, expires=self._clock.time() + _LIFETIME
        )
        if self._repeats:
            self._repeats -= 1
            update.again = 1
        self._next += 1
        self._newest = update
        self._pending.append(update)
        self._changes.notify()

    def again(self) -> None:
        """Deliver the newest update once more, exactly as it was. Without any it is a no-op."""
        newest = self._newest
        if newest is None:
            return
        # Its number may lie before what the bot has confirmed.
        newest.again += 1
        if newest not in self._pending:
            self._pending.append(newest)
        self._changes.notify()

    def repeat(self, times: int) -> None:
        """Deliver each of the next so many updates once more after it was confirmed."""
        self._repeats += times

    @contextmanager
    def hold(self, lane: int) -> Iterator[None]:
        """Keep the updates of one chat back, so that those of others overtake them."""
        self._held.setdefault(lane, [])
        try:
            yield
        finally:
            for kind, body in self._held.pop(lane, []):
                self.add(kind, body, lane=lane)

    def allow(self, kinds: Sequence[Any] | None) -> None:
        """Set what the bot wants from now on; ``None`` leaves it as it is."""
        if kinds is None:
            return
        known = frozenset(kind for kind in kinds if kind in KINDS)
        self.allowed = known or None

    def confirm(self, update: PendingUpdate) -> None:
        """Forget an update, or keep it where it is to be delivered once more."""
        if update.again:
            update.again -= 1
        elif update in self._pending:
            self._pending.remove(update)

    def clear(self, *, keep: int = 0) -> None:
        """Forget all but the newest ``keep`` updates."""
        while len(self._pending) > keep:
            self._pending.popleft()

    def _expire(self) -> None:
        now = self._clock.time()
        while self._pending and self._pending[0].expires < now:
            self._pending.popleft()

    def _after(self, offset: int, limit: int) -> list[PendingUpdate]:
        """Confirm what lies before an offset and return what follows."""
        self._expire()
        if offset < 0:
            self.clear(keep=-offset)
        if 0 < offset <= self._next:
            for update in [one for one in self._pending if one.id < offset]:
                self.confirm(update)
        # An offset in the future is taken for none, and confirms nothing.
        return list(self._pending)[:limit]

    def end_poll(self, reason: str) -> None:
        """Answer the program that waits, if one does, with a conflict."""
        if self._poll is not None:
            self._poll.error = conflict(reason)
            self._changes.notify()

    async def fetch(self, *, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:
        """Return what waits, as ``getUpdates`` does.

        Raises:
            ApiError: A webhook is set, or another program began to poll while this one waited.
        """
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        limit = min(max(limit, 1), _BATCH)
        found = self._after(offset, limit)
        if found or timeout <= 0:
            return [update.as_json() for update in found]
        self.end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        poll = self._poll = _Poll()
        loop = asyncio.get_running_loop()
        until = loop.time() + min(timeout, _POLL_LIMIT)
        try:
            while not self.pending and poll.error is None and (left := until - loop.time()) > 0:
                await self._changes.wait(left)
            # What is said in one go is fetched in one go.
            await asyncio.sleep(0)
            if poll.error is not None:
                raise poll.error
            return [update.as_json() for update in self.pending[:limit]]
        finally:
            if self._poll is poll:
                self._poll = None
