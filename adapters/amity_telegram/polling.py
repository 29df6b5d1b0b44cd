"""Long polling: asks Telegram for updates, and confirms what the core has committed.

Telegram keeps what was not confirmed, for a day. So the only state is Telegram's own: the next
request names the first update that it is to send, and that is never one that was not taken in.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Final

from aiogram.methods import DeleteWebhook, TelegramMethod

from amity import Host, OperatorError, StoreUnavailable
from amity_telegram.albums import Albums
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.config import Config
from amity_telegram.faults import Fault, Kind
from amity_telegram.intake import Intake
from amity_telegram.updates import ALLOWED_UPDATES, read_updates, update_id_of

__all__ = ["Backoff", "Polling", "sentence", "wrong_token"]

_AT_ONCE: Final = 100
_FIRST_WAIT: Final = 1.0  # seconds
_LONGEST_WAIT: Final = 30.0
_MOST_REMOVALS: Final = 3
_SURELY: Final = 3
_GRACE: Final = 15  # seconds beyond those that Telegram holds a request


class _GetUpdates(TelegramMethod[list[Any]]):
    """``getUpdates`` as it comes: what is read of it is said in ``updates``."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = _AT_ONCE
    timeout: int = 0
    allowed_updates: tuple[str, ...] = ALLOWED_UPDATES


class Backoff:
    """How long to wait before the next attempt; twice as long after each failure in a row."""

    def __init__(self, first: float = _FIRST_WAIT, longest: float = _LONGEST_WAIT) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def worked(self) -> None:
        """Begin anew."""
        self._next = self._first

    async def wait(self, at_least: float = 0.0) -> None:
        """Wait."""
        seconds = max(self._next * random.uniform(0.75, 1.25), at_least)  # noqa: S311 -- spreads retries
        self._next = min(self._next * 2, self._longest)
        await asyncio.sleep(seconds)


def wrong_token(channel: str) -> OperatorError:
    """Return what is raised when Telegram does not know the token."""
    return OperatorError(
        f"Telegram does not know the bot of channel {channel}: its token is wrong or was revoked;"
        f" get it from @BotFather (/mybots, API Token) and put it under token"
    )


def sentence(fault: Fault) -> str:
    """Return what an operator is told of a failure, with how to mend it where they can."""
    match fault.kind:
        case Kind.CONFLICT:
            return (
                "another process reads this bot's updates: stop it, or give this channel a bot of"
                " its own"
            )
        case Kind.WEBHOOK_SET:
            return "a webhook is set for this bot, by another process it seems"
        case Kind.RETRY_AFTER:
            return f"Telegram asks to wait {fault.seconds:g} s"
        case Kind.NOT_WRITTEN:
            return "Telegram cannot be reached from here; trying again"
        case Kind.BAD_TOKEN:
            return "Telegram does not know the token just now; trying again"
        case _:
            return f"Telegram does not answer as it should ({fault.name}); trying again"


class Polling:
    """Reads one bot's updates by long polling.

    Args:
        host: The core.
        config: The channel's configuration.
        calls: Makes calls of the Bot API.
        intake: Takes what comes.
    """

    def __init__(self, host: Host, config: Config, calls: Calls, intake: Intake) -> None:
        self._host = host
        self._config = config
        self._calls = calls
        self._intake = intake
        self._albums = Albums(config.album_seconds)
        self._backoff = Backoff()
        self._store_backoff = Backoff()
        self._offset: int | None = None
        self._cut_off = False
        self._removals = 0
        self._unknown = 0

    async def run(self) -> None:
        """Read until cancelled.

        Raises:
            OperatorError: the token is wrong.
        """
        self._host.connected()
        while True:
            try:
                raw = await self._ask()
            except CallFailed as failed:
                await self._failed(failed.fault)
                continue
            self._host.connected()
            self._cut_off = False
            self._unknown = 0
            self._backoff.worked()
            if raw:
                await self._hand_on(raw)

    async def _ask(self) -> Sequence[Any]:
        # What is held back would be returned at once: there is nothing to wait for. And after a
        # failure it is to be known soon that it works again.
        at_once = self._albums.waiting or self._cut_off
        seconds = 0 if at_once else self._config.poll_seconds
        method = _GetUpdates(offset=self._offset, timeout=seconds)
        return await self._calls.plain(method, timeout=seconds + _GRACE)

    async def _hand_on(self, raw: Sequence[Any]) -> None:
        ids = [id for one in raw if (id := update_id_of(one)) is not None]
        updates, unreadable = read_updates(raw)
        if unreadable:
            self._host.log.warning("telegram.unreadable", count=unreadable)
        gathered = self._albums.gather(updates, asyncio.get_running_loop().time())
        try:
            await self._intake.take(gathered.units)
        except StoreUnavailable:
            self._host.log.warning("telegram.store_unavailable")
            await self._store_backoff.wait()
            return  # the same again: nothing of it was confirmed
        self._store_backoff.worked()
        self._albums.handed_on(gathered)
        if gathered.hold is not None:
            self._offset = gathered.hold
            await asyncio.sleep(gathered.wait)
        elif ids:
            self._offset = max(ids) + 1

    async def _failed(self, fault: Fault) -> None:
        if fault.kind is Kind.BAD_TOKEN:
            # It knew the bot a moment ago: a server that restarts may say so, too.
            self._unknown += 1
            if self._unknown >= _SURELY:
                raise wrong_token(self._host.channel)
        if fault.kind is Kind.WEBHOOK_SET and await self._remove_webhook():
            return
        self._cut_off = True
        self._host.disconnected(sentence(fault))
        await self._backoff.wait(at_least=fault.seconds)

    async def _remove_webhook(self) -> bool:
        """End a webhook that was set before; false where another process goes on setting it."""
        if self._removals >= _MOST_REMOVALS:
            return False
        self._removals += 1
        try:
            await self._calls.plain(DeleteWebhook(drop_pending_updates=False))
        except CallFailed as failed:
            self._host.log.warning("telegram.webhook_stays", kind=failed.fault.kind.value)
            return False
        return True
