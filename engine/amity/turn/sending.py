"""Handing a message to its adapter: once, and again where that makes sense."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_result

from amity.adapter import Adapter, SupportsDelete
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
from amity.turn.channel import Channel

__all__ = ["Sending", "Wanted"]

Wanted = Callable[[], Awaitable[bool]]

_NOT_ARRIVED: Final = (RetryAfter, Forbidden, Gone, Refused)

_ATTEMPTS: Final = 5
_FIRST_WAIT: Final = 0.5  # seconds
_LONGEST_WAIT: Final = 60.0
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

    async def send(
        self,
        channel: Channel,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Wanted | None = None,
        off: asyncio.Event | None = None,
    ) -> Receipt:
        """Hand a message to the adapter, and again where that makes sense.

        It waits while the channel's adapter does not run, but for what is read in a journal.

        Args:
            channel: Where.
            address: Which chat.
            outbound: What.
            wanted: Says whether it is still to be sent, asked before an attempt that was waited
                for: what was cleared meanwhile is ``SUPPRESSED``. By default it always is.
            off: Set when it is called off, whatever it is waiting for: then it is ``SUPPRESSED``
                if it surely did not arrive, and ``FAILED`` with ``Unknown`` if it may have.
        """
        attempt = _Attempts(channel, address, outbound, wanted)
        if off is None:
            receipt = await self._sent(channel, attempt)
        elif off.is_set():
            receipt = attempt.called_off()
        else:
            receipt = await _unless(off, self._sent(channel, attempt)) or attempt.called_off()
        self._count(channel.name, receipt.outcome.value)
        return receipt

    async def _sent(self, channel: Channel, attempt: "_Attempts") -> Receipt:
        receipt = await attempt()
        if _may_pass(receipt):
            blind = not channel.manifest.capabilities.idempotent_send
            receipt = await self._insist(channel, attempt, receipt, blind=blind)
        return receipt

    async def delete(self, channel: Channel, address: Address, message_id: str) -> None:
        """Delete one of our messages where the platform can, and again where that makes sense.

        Returns when it is gone or stays for good; a channel that is down is waited for.
        """
        attempt = partial(_delete, channel, address, message_id)
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
        retrying = AsyncRetrying(
            stop=patience.stop,
            wait=patience.wait,
            retry=retry_if_result(patience.again),
            retry_error_callback=_last,
        )
        await asyncio.sleep(patience.pause(first))
        receipt: Receipt = await retrying(attempt)
        return receipt


class _Attempts:
    """Hands one message to its adapter, each time that it is called."""

    def __init__(
        self, channel: Channel, address: Address, outbound: Outbound, wanted: Wanted | None
    ) -> None:
        self._channel = channel
        self._address = address
        self._outbound = outbound
        self._wanted = wanted
        self._waited = False
        self._doubtful = False

    def called_off(self) -> Receipt:
        """Return what became of it, if it is not tried again."""
        if self._doubtful:
            return Receipt(outcome=Outcome.FAILED, error=Unknown("it was called off"))
        return Receipt(outcome=Outcome.SUPPRESSED)

    async def __call__(self) -> Receipt:
        channel, outbound = self._channel, self._outbound
        if not channel.running.is_set():
            if outbound.position and channel.manifest.capabilities.journal:
                # It is read in the journal, once the channel is back.
                return Receipt(outcome=Outcome.SENT)
            self._waited = True
            await channel.running.wait()
        try:
            if self._waited and self._wanted is not None and not await self._wanted():
                return Receipt(outcome=Outcome.SUPPRESSED)
        except StoreError:
            return Receipt(outcome=Outcome.FAILED, error=RetryAfter(_UNTIL_KNOWN))
        self._waited = True
        if channel.adapter is None:
            return Receipt(outcome=Outcome.FAILED, error=Unknown("the channel is not running"))
        before, self._doubtful = self._doubtful, True
        receipt = await self._handed(channel.adapter)
        self._doubtful = before or not isinstance(receipt.error, _NOT_ARRIVED)
        return receipt

    async def _handed(self, adapter: Adapter) -> Receipt:
        try:
            return await adapter.send(self._address, self._outbound)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        except Exception as error:  # noqa: BLE001 -- an adapter's bug must not lose the message
            return Receipt(outcome=Outcome.FAILED, error=Unknown(type(error).__name__))


async def _unless(off: asyncio.Event, sending: Coroutine[Any, Any, Receipt]) -> Receipt | None:
    """Return what sending returns; ``None`` if it was cut off because ``off`` was set."""
    task = asyncio.create_task(sending, name="send")
    calling_off = asyncio.create_task(off.wait(), name="call off")
    try:
        await asyncio.wait((task, calling_off), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in (task, calling_off):
            one.cancel()
        await asyncio.gather(task, calling_off, return_exceptions=True)
    return None if task.cancelled() else task.result()


async def _delete(channel: Channel, address: Address, message_id: str) -> Receipt:
    await channel.running.wait()
    adapter: object = channel.adapter
    if not isinstance(adapter, SupportsDelete):
        return Receipt(outcome=Outcome.SUPPRESSED)
    try:
        return await adapter.delete(address, message_id)
    except DeliveryError as error:
        return Receipt(outcome=Outcome.FAILED, error=error)
    except Exception as error:  # noqa: BLE001 -- an adapter's bug ends nothing but its own call
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
            self._waited += receipt.error.seconds
            return receipt.error.seconds
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
