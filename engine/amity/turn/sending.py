"""Handing a message to its adapter: once, and again where that makes sense."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_result

from amity.adapter import SupportsDelete
from amity.errors import (
    DeliveryError,
    Forbidden,
    Gone,
    Refused,
    RetryAfter,
    StoreError,
    Unknown,
)
from amity.message import Address, Outbound, Outcome, Receipt
from amity.turn.channel import Channel, ChannelState

__all__ = ["Repetition", "Sending", "Unsent", "Wanted"]

Wanted = Callable[[], Awaitable[bool]]
Unsent = Callable[[], Awaitable[object]]

_ATTEMPTS: Final = 5
_FIRST_WAIT: Final = 0.5  # seconds
_LONGEST_WAIT: Final = 60.0
_SHORTEST_WAIT: Final = 0.05  # also where a platform asks for no time at all, again and again
_UNTIL_KNOWN: Final = 1.0  # seconds until a store that does not answer is asked again
_PATIENCE: Final = 3600.0
"""Seconds that a message waits in all because its platform asked for it; that is no attempt."""


class Sending:
    """Sends messages.

    Args:
        count: Told a channel's name and the outcome of each message.
        doubtful: Told a channel's name where a message is repeated that may have arrived.
    """

    def __init__(
        self, *, count: Callable[[str, str], None], doubtful: Callable[[str], None]
    ) -> None:
        self._count = count
        self._doubtful = doubtful
        self._waiting: dict[object, tuple[Channel, float]] = {}

    def held_up(self, until: float) -> int:
        """Return how many messages wait in vain until a time of the event loop's clock.

        Their platform is away, or has asked for longer than that. None of them is on its way now.
        """
        waiting = self._waiting.values()
        return sum(end > until or channel.state is not ChannelState.UP for channel, end in waiting)

    async def send(
        self,
        channel: Channel,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Wanted | None = None,
        repeats: bool = False,
        unsent: Unsent | None = None,
    ) -> Receipt:
        """Hand a message to the adapter, and again where that makes sense.

        It waits while the channel's adapter does not run, but for what is read in a journal.

        Args:
            channel: Where.
            address: Which chat.
            outbound: What.
            wanted: Says whether it is still to be sent, asked before an attempt that was waited
                for: what was cleared meanwhile is ``SUPPRESSED``. By default it always is.
            repeats: True if a former process may have sent it: ``wanted`` is asked before the
                first attempt, too.
            unsent: Told of an attempt of which the platform says that it did nothing, as long as
                none before it is doubtful.
        """
        attempt = _Attempts(
            channel=channel,
            address=address,
            outbound=outbound,
            wanted=wanted,
            unsent=unsent,
            running=partial(self._running, channel),
            waited=repeats,
        )
        receipt = await attempt()
        if _may_pass(receipt):
            blind = not channel.manifest.capabilities.idempotent_send
            receipt = await self._insist(channel, attempt, receipt, blind=blind)
        self._count(channel.name, receipt.outcome.value)
        return receipt

    async def delete(self, channel: Channel, address: Address, message_id: str) -> None:
        """Delete one of our messages where the platform can, and again where that makes sense.

        Returns when it is gone or stays for good; a channel that is down is waited for.
        """
        attempt = partial(self._delete, channel, address, message_id)
        receipt = await attempt()
        if _may_pass(receipt):  # to delete twice does no harm
            await self._insist(channel, attempt, receipt, blind=False)

    async def _insist(
        self,
        channel: Channel,
        attempt: Callable[[], Awaitable[Receipt]],
        first: Receipt,
        *,
        blind: bool,
    ) -> Receipt:
        """Try again after a failure that may pass; see ``_Patience``."""
        patience = _Patience(blind=blind, doubtful=partial(self._doubtful, channel.name))
        if not patience.again(first):
            return first
        pause = partial(self._pause, channel)
        retrying = AsyncRetrying(
            sleep=pause,
            stop=patience.stop,
            wait=patience.wait,
            retry=retry_if_result(patience.again),
            retry_error_callback=_last,
        )
        await pause(patience.pause(first))
        receipt: Receipt = await retrying(attempt)
        return receipt

    async def _pause(self, channel: Channel, seconds: float) -> None:
        """Wait before the next attempt."""
        with self._waits(channel, asyncio.get_running_loop().time() + seconds):
            await asyncio.sleep(seconds)

    async def _running(self, channel: Channel) -> None:
        """Wait until a channel's adapter can send."""
        with self._waits(channel, math.inf):
            await channel.running.wait()

    @contextmanager
    def _waits(self, channel: Channel, end: float) -> Iterator[None]:
        key = object()
        self._waiting[key] = (channel, end)
        try:
            yield
        finally:
            del self._waiting[key]

    async def _delete(self, channel: Channel, address: Address, message_id: str) -> Receipt:
        await self._running(channel)
        adapter: object = channel.adapter
        if not isinstance(adapter, SupportsDelete):
            return Receipt(outcome=Outcome.SUPPRESSED)
        try:
            return await adapter.delete(address, message_id)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        except Exception as error:  # noqa: BLE001 -- an adapter's bug ends nothing but its own call
            return Receipt(outcome=Outcome.FAILED, error=Unknown(type(error).__name__))


class Repetition:
    """The one repetition of a message that may have arrived: committed before it is made.

    What its platform surely did not take is no repetition, however often it has to be tried.
    """

    def __init__(
        self, mark: Callable[[Mapping[str, int]], Awaitable[bool]], counted: Callable[[], None]
    ) -> None:
        self._mark = mark
        self._counted = counted
        self._begun = False

    async def begins(self) -> bool:
        """Commit that it is made now; false if the message was cleared."""
        there = await self._mark({"attempts": 1})
        if there and not self._begun:
            self._begun = True
            self._counted()
        return there


@dataclass(slots=True, kw_only=True)
class _Attempts:
    """Hands one message to its adapter, each time that it is called."""

    channel: Channel
    address: Address
    outbound: Outbound
    wanted: Wanted | None
    unsent: Unsent | None
    running: Callable[[], Awaitable[None]]
    waited: bool

    async def __call__(self) -> Receipt:
        channel, outbound = self.channel, self.outbound
        if not channel.running.is_set():
            if outbound.position and channel.manifest.capabilities.journal:
                # It is read in the journal, once the channel is back.
                return Receipt(outcome=Outcome.SENT)
            self.waited = True
            await self.running()
        try:
            if self.waited and self.wanted is not None and not await self.wanted():
                return Receipt(outcome=Outcome.SUPPRESSED)
        except StoreError:
            return Receipt(outcome=Outcome.FAILED, error=RetryAfter(_UNTIL_KNOWN))
        self.waited = True
        receipt = await self._attempt()
        if isinstance(receipt.error, Unknown):
            self.unsent = None  # whatever becomes of the next attempt, this one may have arrived
        if self.unsent is not None and isinstance(receipt.error, RetryAfter):
            with suppress(StoreError):
                await self.unsent()
        return receipt

    async def _attempt(self) -> Receipt:
        if self.channel.adapter is None:
            return Receipt(outcome=Outcome.FAILED, error=Unknown("the channel is not running"))
        try:
            return await self.channel.adapter.send(self.address, self.outbound)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        except Exception as error:  # noqa: BLE001 -- an adapter's bug must not lose the message
            return Receipt(outcome=Outcome.FAILED, error=Unknown(type(error).__name__))


def _may_pass(receipt: Receipt) -> bool:
    """Whether sending again could go better."""
    final = isinstance(receipt.error, Forbidden | Gone | Refused)
    return receipt.outcome is Outcome.FAILED and not final


class _Patience:
    """How long one message is insisted on: so many failures, and as long as it is asked to wait.

    Where the platform cannot tell the second from the first, a send of which nobody knows whether
    it arrived is repeated once, and counted.
    """

    def __init__(self, *, blind: bool, doubtful: Callable[[], None]) -> None:
        self._blind = blind
        self._doubtful = doubtful
        self._doubted = False
        self._failures = 0
        self._waited = 0.0

    def again(self, receipt: Receipt) -> bool:
        """Whether sending again could go better, and would not show it twice but for once."""
        if not _may_pass(receipt):
            return False
        if self._blind and isinstance(receipt.error, Unknown):
            if self._doubted:
                return False
            self._doubted = True
            self._doubtful()
        return True

    def pause(self, receipt: Receipt) -> float:
        """Return how many seconds to wait before the next attempt, and take note of it."""
        if isinstance(receipt.error, RetryAfter):
            seconds = max(receipt.error.seconds, _SHORTEST_WAIT)
            self._waited += seconds
            return seconds
        self._failures += 1
        return min(_FIRST_WAIT * 2.0 ** (self._failures - 1), _LONGEST_WAIT)

    def wait(self, state: RetryCallState) -> float:
        """Do what ``pause`` does, as tenacity asks for it."""
        return self.pause(_last(state))

    def stop(self, state: RetryCallState) -> bool:
        """Whether the last attempt was the last."""
        if isinstance(_last(state).error, RetryAfter):
            return self._waited > _PATIENCE
        return self._failures >= _ATTEMPTS


def _last(state: RetryCallState) -> Receipt:
    outcome = state.outcome
    assert outcome is not None
    receipt: Receipt = outcome.result()
    return receipt
