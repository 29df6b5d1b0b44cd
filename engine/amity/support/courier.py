"""Brings requests to the operators and answers to people.

What is to be sent lies in the store with a queue. A row is *sending* from just before its first
piece goes out until the receipt of its last is committed: only then a crash leaves it in doubt, and
where the platform cannot tell the second from the first, what is in doubt is repeated once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from amity.errors import Conflict, KeyDestroyed, Refused, RetryAfter, StoreError, Unknown
from amity.failpoint import failpoint
from amity.message import Address, Outbound, OutboundKind, Outcome, Part, Receipt
from amity.observe import get_logger
from amity.people import People
from amity.support.ports import Carrier, StandsAt, SupportPlan
from amity.support.ticket import Kind, Queue, State, Ticket, TicketMessage
from amity.support.tickets import Tickets
from amity.support.wording import Wording

__all__ = ["Courier"]

_ROUND: Final = 5.0  # seconds
_SOON: Final = 0.5  # until a channel that is away is looked at again
_AGAIN_AFTER: Final = 60.0
_LAST_WORDS: Final = 5.0
_DESK: Final = "desk"
_VISIBLE: Final = frozenset({Outcome.SENT, Outcome.PARTIAL})
_ARRIVED: Final = _VISIBLE | {Outcome.SUPPRESSED}

Blocked = Callable[[Ticket], Awaitable[bool]]


class Courier:
    """Sends what waits, in order for each ticket and for the operators.

    Args:
        tickets: The tickets.
        people: The people.
        carrier: Reaches the channels.
        wording: Words what is sent.
        plan: Returns what the configuration says.
        blocked: Says whether a ticket's account is shut out.
        delivered: Told of a ticket whose answer has reached the person.
        stands_at: Returns where a message stands that was sent to an address.
    """

    def __init__(
        self,
        tickets: Tickets,
        people: People,
        carrier: Carrier,
        wording: Wording,
        *,
        plan: Callable[[], SupportPlan],
        blocked: Blocked,
        delivered: Callable[[Ticket], None],
        stands_at: StandsAt,
    ) -> None:
        self._stands_at = stands_at
        self._delivered = delivered
        self._tickets = tickets
        self._people = people
        self._carrier = carrier
        self._wording = wording
        self._plan = plan
        self._blocked = blocked
        self._news = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._not_before: dict[str, float] = {}
        self._desk_moved = asyncio.Event()
        self._log = get_logger("support")

    def wake(self) -> None:
        """Say that something waits."""
        self._news.set()

    def try_again(self) -> None:
        """Say that what could not be sent may work now."""
        self._not_before.clear()
        self.wake()

    def desk_moved(self) -> None:
        """Say that the operators are elsewhere: what is on its way to the old chat turns round."""
        self._desk_moved.set()
        self.try_again()

    async def run(self) -> None:
        """Send what waits, until cancelled."""
        try:
            while True:
                self._news.clear()
                try:
                    await self._round()
                except StoreError as error:
                    self._log.warning("support.waiting", error=type(error).__name__)
                except Exception as error:  # noqa: BLE001 -- the next round tries again
                    self._log.error("support.failed", exc_info=error)
                try:
                    async with asyncio.timeout(self._pause()):
                        await self._news.wait()
                except TimeoutError:
                    pass
        finally:
            running = list(self._running.values())
            if running:  # what is cut off now would be in doubt at the next start
                await asyncio.wait(running, timeout=_LAST_WORDS)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _pause(self) -> float:
        """Return after how many seconds the next round is due."""
        now = asyncio.get_running_loop().time()
        return min([_ROUND, *(max(at - now, _SOON) for at in self._not_before.values())])

    async def _round(self) -> None:
        """Begin what is not being done yet: one task for each ticket and one for the operators."""
        if self._desk_moved.is_set() and _DESK not in self._running:
            for message in await self._tickets.queued(Queue.DESK):
                if message.shown:  # at the old one
                    await self._tickets.step(message, shown=0)
            self._desk_moved = asyncio.Event()
        now = asyncio.get_running_loop().time()
        waiting: dict[str, list[TicketMessage]] = {}
        queued = await self._tickets.queued()
        ids = {message.id for message in queued}
        self._not_before = {id: at for id, at in self._not_before.items() if id in ids}
        for message in queued:
            if message.queue is Queue.INTAKE or self._not_before.get(message.id, 0.0) > now:
                continue
            if self._turns_round(message):
                continue  # until what is on its way to the old chat has ended
            way = _DESK if message.queue is Queue.DESK else message.ticket or ""
            waiting.setdefault(way, []).append(message)
        for way, messages in waiting.items():
            if way not in self._running:
                task = asyncio.create_task(self._deliver_all(messages), name="ticket")
                self._running[way] = task
                task.add_done_callback(partial(self._ended, way))

    def _ended(self, way: str, _task: asyncio.Task[None]) -> None:
        self._running.pop(way, None)
        self.wake()

    async def _deliver_all(self, messages: Sequence[TicketMessage]) -> None:
        for message in messages:
            if self._turns_round(message):
                return
            try:
                wait = await self._deliver(message)
            except (StoreError, KeyDestroyed) as error:
                self._log.warning("ticket.unsent", error=type(error).__name__)
                wait = _AGAIN_AFTER
            except Exception as error:  # noqa: BLE001 -- what waits for others is still sent
                self._log.error("ticket.failed", exc_info=error)
                wait = _AGAIN_AFTER
            if wait:
                if not self._turns_round(message):
                    self._wait(messages, wait)  # what follows, too, so that the order stays
                return

    def _turns_round(self, message: TicketMessage) -> bool:
        """Whether a message is for the operators, and they are in another chat now."""
        return message.queue is Queue.DESK and self._desk_moved.is_set()

    def _wait(self, messages: Sequence[TicketMessage], seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        for message in messages:
            self._not_before[message.id] = until

    # ------------------------------------------------------------------ one message

    async def _deliver(self, message: TicketMessage) -> float:
        """Send one message; return for how many seconds it, and what follows it, has to wait."""
        ticket = await self._tickets.get(message.ticket or "")
        if ticket is None:
            await self._settle(message, State.DROPPED)
            return 0.0
        address = await self._address(message, ticket)
        if address is None:
            return _AGAIN_AFTER
        if message.queue is Queue.DESK and message.kind is Kind.REQUEST and ticket.closed:
            await self._settle(message, State.DROPPED)
            return 0.0
        if not self._carrier.ready(address.channel):
            return _SOON
        doubtful = message.state is State.SENDING and not self._carrier.idempotent(address.channel)
        if doubtful and message.attempts:
            await self._give_up(message, ticket, "doubtful")
            return 0.0
        attempts = message.attempts + (1 if doubtful else 0)
        if not await self._tickets.step(message, state=State.SENDING.value, attempts=attempts):
            return _SOON  # somebody else does it, or it was changed
        if doubtful:
            self._carrier.doubtful(address.channel)
        sending = replace(message, state=State.SENDING, attempts=attempts)
        return 0.0 if await self._send(sending, ticket, address) else _AGAIN_AFTER

    async def _address(self, message: TicketMessage, ticket: Ticket) -> Address | None:
        if message.queue is Queue.DESK:
            return self._plan().desk
        address = ticket.place.address
        if not ticket.place.own:
            return address
        # Where the channel names no chats, somebody who came or went meanwhile is elsewhere.
        sender = ticket.sender
        person = await self._people.find(sender.realm, sender.sender)
        owner = person.id if person is not None and person.stored else ""
        owner = owner or self._people.identity_id(sender.realm, sender.sender)
        return replace(address, chat=self._carrier.own_chat(address.channel, owner))

    async def _parts(self, message: TicketMessage, ticket: Ticket) -> tuple[Part, ...]:
        if message.queue is Queue.PERSON:
            return self._wording.to_person(ticket, message)
        blocked = message.kind is Kind.REQUEST and await self._blocked(ticket)
        return self._wording.to_desk(self._plan(), ticket, message, blocked=blocked)

    async def _send(self, message: TicketMessage, ticket: Ticket, address: Address) -> bool:
        pieces = self._carrier.pieces(address.channel, await self._parts(message, ticket))
        position = await self._position(message, ticket, address)
        answered = () if message.platform_id is None else (message.platform_id.reveal(),)
        sent: list[str] = []
        for number, parts in enumerate(pieces):
            if number < message.shown:
                continue
            outbound = Outbound(
                id=message.id if number == 0 else f"{message.id}.{number}",
                reply=message.id,
                part=number,
                last=number == len(pieces) - 1,
                kind=OutboundKind.NOTICE,
                parts=parts,
                in_reply_to=answered if message.kind is Kind.NOTICE else (),
                position=position,
            )
            failpoint("ticket.before_send")
            wanted = partial(self._unchanged, message)
            off = self._desk_moved if message.queue is Queue.DESK else None
            receipt = await self._carrier.send(address, outbound, wanted=wanted, off=off)
            failpoint("ticket.after_send")
            address = await self._stands_at(address, receipt)
            if self._turns_round(message) and receipt.outcome not in _VISIBLE:
                await self._turn_round(message, receipt)
                return True
            if receipt.outcome not in _ARRIVED:
                return await self._failed(message, ticket, receipt, shown=number)
            sent += receipt.message_ids
            if not await self._sent(message, ticket, address, outbound, receipt):
                await self._take_back_if_erased(message, address, sent)
                return True
        failpoint("ticket.after_receipt")
        if message.kind is Kind.ANSWER:
            self._delivered(ticket)
        return True

    async def _turn_round(self, message: TicketMessage, receipt: Receipt) -> None:
        """Have what did not arrive at the old desk sent to the new one; a doubt about it stays."""
        doubt = receipt.outcome is Outcome.FAILED and _unsure(receipt)
        state = State.SENDING if doubt else State.REFUSED
        await self._tickets.step(message, state=state.value, shown=0)

    async def _unchanged(self, message: TicketMessage) -> bool:
        """Whether a message is still there, as its writer left it."""
        now = await self._tickets.message(message.id)
        return now is not None and now.revised == message.revised

    async def _sent(
        self,
        message: TicketMessage,
        ticket: Ticket,
        address: Address,
        outbound: Outbound,
        receipt: Receipt,
    ) -> bool:
        """Commit that a piece was sent; false if the message was erased or changed meanwhile."""
        try:
            if message.queue is Queue.DESK:
                await self._tickets.remember_posts(ticket, address, receipt.message_ids)
        except (Conflict, KeyDestroyed):
            return False
        shown = outbound.part + 1
        if outbound.last:
            return await self._settle(message, State.SENT, shown=shown)
        return await self._tickets.step(message, shown=shown)

    async def _take_back_if_erased(
        self, message: TicketMessage, address: Address, sent: Sequence[str]
    ) -> None:
        """Delete what was sent while it was erased: who erased it could not know of it."""
        if await self._tickets.message(message.id) is None:
            for id in sent:
                await self._carrier.take_back(address, id)

    async def _position(self, message: TicketMessage, ticket: Ticket, address: Address) -> str:
        """Give what the person is told a place in their journal, if they have one there."""
        if message.queue is not Queue.PERSON:
            return ""
        person = await self._people.find(ticket.sender.realm, ticket.sender.sender)
        if person is None or not person.stored:
            return ""
        try:
            return await self._carrier.envelope(person, address, message.id)
        except (Conflict, KeyDestroyed):
            return ""  # erased meanwhile

    async def _settle(self, message: TicketMessage, state: State, **fields: int) -> bool:
        self._not_before.pop(message.id, None)
        return await self._tickets.step(message, state=state.value, queue=None, **fields)

    # ------------------------------------------------------------------ what did not arrive

    async def _failed(
        self, message: TicketMessage, ticket: Ticket, receipt: Receipt, *, shown: int
    ) -> bool:
        error = receipt.error
        name = type(error).__name__ if error is not None else "Unknown"
        self._log.warning("ticket.unsent", ticket=ticket.number, kind=message.kind, error=name)
        if message.queue is Queue.PERSON and not isinstance(error, RetryAfter):
            note = "doubtful" if _unsure(receipt) else "undeliverable"
            await self._give_up(message, ticket, note)
            return True
        if error is None or isinstance(error, Unknown | Refused):
            # In doubt it was repeated already. The ticket stays open: it is listed, and falls due.
            await self._settle(message, State.FAILED)
            return True
        await self._tickets.step(message, state=State.REFUSED.value, shown=shown)
        return False

    async def _give_up(self, message: TicketMessage, ticket: Ticket, note: str) -> None:
        await self._settle(message, State.FAILED)
        if message.queue is Queue.PERSON:
            await self._tickets.note(ticket, note)


def _unsure(receipt: Receipt) -> bool:
    """Whether nobody knows if what failed arrived."""
    return receipt.error is None or isinstance(receipt.error, Unknown)
