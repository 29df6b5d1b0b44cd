"""The room's parts put together, and what the turn's rooms ask of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from amity.clock import Clock
from amity.datamap.declarations import MESSAGES, TICKET_MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import StoreError
from amity.ids import Ids
from amity.message import Address, Event, Inbound, Outbound, OutboundKind, Part, Receipt
from amity.people import People, Person
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access
from amity.store.vault import OpenRow, Vault
from amity.support.courier import Courier
from amity.support.desk import Desk
from amity.support.intake import Claim, Intake, Said, owner_of
from amity.support.operators import Operators
from amity.support.ports import Carrier, SupportPlan, Texts
from amity.support.ticket import Kind, Queue, Ticket, TicketMessage
from amity.support.tickets import Put, Tickets
from amity.support.topics import Outcome, Topic
from amity.support.watch import Figures, Watch
from amity.support.whereabouts import Whereabouts
from amity.support.wording import Wording

__all__ = ["Post", "Support"]

_ALL: Final = Access(Purpose.RIGHTS, EVERYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message that stands in the operators' chat."""

    address: Address
    message_id: str


class Support:
    """Support, as inbox, words, commands and engine use it.

    Attributes:
        plan: What the configuration says.
        running: Whether what waits is being sent.
        operators: What operators can do.
        watch: The due dates.
        wording: How tickets are worded.

    Args:
        vault: The store.
        clock: The clock.
        ids: Makes ids.
        people: The people.
        texts: The interface's texts.
        carrier: Reaches the channels.
        plan: As above.
        noted: Told how support stands, every few seconds.
        allowed: Says whether a person or account may write once more now.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        clock: Clock,
        ids: Ids,
        people: People,
        texts: Texts,
        carrier: Carrier,
        plan: SupportPlan,
        noted: Callable[[Figures], None],
        allowed: Callable[[str], bool],
    ) -> None:
        self.plan = self._configured = plan
        self.running = False
        self._vault = vault
        self._people = people
        self._carrier = carrier
        self._ids = ids
        self._tasks: set[asyncio.Task[None]] = set()
        tickets = self._tickets = Tickets(
            vault, clock, ids, due=lambda: self.plan.due, allowed=allowed
        )
        self._whereabouts = Whereabouts(vault, clock)
        self._intake = Intake(vault, clock, ids, tickets, best=texts.best)
        self.wording = Wording(texts)
        self.operators = Operators(tickets, people, changed=self.wake)
        self._desk = Desk(
            tickets=tickets,
            operators=self.operators,
            carrier=carrier,
            wording=self.wording,
            texts=texts,
            clock=clock,
            ids=ids,
            plan=lambda: self.plan,
            blind=vault.blind,
            stands_at=self._stands_at,
        )
        self._courier = Courier(
            tickets,
            people,
            carrier,
            self.wording,
            plan=lambda: self.plan,
            blocked=self.operators.blocked,
            delivered=self._desk.delivered,
            stands_at=self._stands_at,
        )
        self.watch = Watch(tickets, clock, plan=lambda: self.plan, changed=self.wake, noted=noted)

    # ------------------------------------------------------------------ life

    async def resume(self) -> None:
        """Put into tickets what was taken in and whose turn will not come: of blocked people."""
        await self.find_desk()
        self._whereabouts.warn(self._configured)
        for message in await self._tickets.queued(Queue.INTAKE):
            if not await self._has_a_turn(message):
                await self._tickets.put(message, notify=True)

    async def _has_a_turn(self, message: TicketMessage) -> bool:
        rows = await self._vault.store.find(
            MESSAGES, "dedupe", _ALL, equal={"dedupe": message.dedupe}, limit=1
        )
        return bool(rows) and rows[0]["queue"] is not None

    async def run(self) -> None:
        """Send what waits and watch the due dates, until cancelled."""
        self.running = True
        try:
            async with asyncio.TaskGroup() as jobs:
                jobs.create_task(self._courier.run(), name="courier")
                jobs.create_task(self.watch.run(), name="watch")
        finally:
            self.running = False
            await self._desk.aclose()
            for task in self._tasks:
                task.cancel()

    def wake(self) -> None:
        """Say that something waits to be sent."""
        self._courier.wake()

    def configure(self, plan: SupportPlan) -> None:
        """Go on under another configuration; what found no way may find one now."""
        before = self.plan.desk
        self._configured, self.plan = plan, self._whereabouts.found(plan)
        if self.plan.desk != before:
            self._courier.desk_moved()
        else:
            self._courier.try_again()

    async def find_desk(self) -> None:
        """Remember where the operators' chat is, if it is not where the configuration says."""
        await self._whereabouts.load()
        self.plan = self._whereabouts.found(self._configured)

    async def chat_moved(self, channel: str, chat: str, to: str) -> None:
        """Take note that a chat became another one: if it is the operators', they are there now.

        Raises:
            StoreError: it could not be kept; it holds until the next start.
        """
        self._whereabouts.note(self._configured, channel, chat, to)
        self.plan = self._whereabouts.found(self._configured)
        await self._whereabouts.keep()

    async def _stands_at(self, address: Address, receipt: Receipt) -> Address:
        """Return where a message stands that was sent to an address."""
        if not receipt.moved_to:
            return address
        with suppress(StoreError):  # the next send after a start would find it out again
            await self.chat_moved(address.channel, address.chat, receipt.moved_to)
        return replace(address, chat=receipt.moved_to)

    # ------------------------------------------------------------------ what comes in

    def at_desk(self, address: Address) -> bool:
        """Whether an address is the operators' chat."""
        return self.plan.is_desk(address)

    async def hear(self, inbound: Inbound, word: str | None, argument: SealedText) -> bool:
        """Do what an operator says at the desk; false if it is nothing for it."""
        return await self._desk.hear(inbound, word, argument)

    def among_operators(self, address: Address) -> bool:
        """Whether an address is the operators' chat, or another thread beside it."""
        return self.plan.is_desk(address, beside=True)

    async def expects(
        self, event: Event, person: Person | None, account: str, chat: str, message_id: str
    ) -> bool:
        """Whether what is no word is a ticket's: words that are waited for, or their change."""
        return await self._intake.expects(event, person, account, chat, message_id)

    def may_claim(self, event: Event, person: Person, *, word: bool, only_support: bool) -> bool:
        """Whether an event may have to do with support; ``claim`` says what becomes of it."""
        return self._intake.may_claim(event, person, word=word, only_support=only_support)

    async def claim(self, said: Said) -> Claim | None:
        """Say what becomes of an event; ``None`` for what has nothing to do with support."""
        return await self._intake.claim(said)

    # ------------------------------------------------------------------ what a turn asks

    async def put(self, chat: str, message_id: str, *, notify: bool) -> Put | None:
        """Put what a message said into its ticket; ``None`` if it said nothing for one."""
        message = await self._tickets.said(self._intake.dedupe(chat, message_id))
        if message is None:
            return None
        put = await self._tickets.put(message, notify=notify)
        self.wake()
        return put

    async def words_in(self, chat: str, message_id: str) -> SealedText:
        """Return what a message said for a ticket; empty if nothing."""
        message = await self._tickets.said(self._intake.dedupe(chat, message_id))
        return SealedText("") if message is None or message.body is None else message.body

    async def wait_for(self, person: Person, account: str, chat: str, topic: Topic) -> Person:
        """Take the person's next words in a chat for a ticket's, for ten minutes."""
        until = await self._intake.wait_for(person, account, chat, topic)
        if until is None:
            return person
        return await self._people.set(person, awaiting=self._intake.mark(until))

    async def latest(
        self, person: Person, account: str, number: int | None = None
    ) -> Ticket | None:
        """Return the ticket that somebody has opened last, or theirs with a number."""
        owners = await self._owners(person, account)
        if number is None:
            return await self._tickets.latest_of(owners)
        return next((t for t in await self._tickets.of(owners) if t.number == number), None)

    async def _owners(self, person: Person, account: str) -> list[str]:
        owner = owner_of(person, account)
        if not person.stored:
            return [owner]
        return await self._owners_by_id(owner)

    async def withdraw(self, ticket: Ticket) -> None:
        """End a ticket because its person says so."""
        await self._tickets.close(ticket, Outcome.WITHDRAWN, note="withdrawn")
        self.wake()

    async def erase(self, ticket: Ticket) -> None:
        """Remove a ticket with all that was written in it, also from the operators' chat."""
        async with self._tickets.posting:
            posts = [p for m in await self._tickets.posts(ticket) if (p := _post(m)) is not None]
            await self._tickets.erase(ticket)
        self._desk.deleted(ticket)
        self._take_back_later(posts)

    async def tell_again(self, ticket: Ticket, address: Address) -> None:
        """Show the last answer once more; this is not kept."""
        answers = [m for m in await self._tickets.messages(ticket) if m.kind is Kind.ANSWER]
        if not answers:
            return

        async def is_there() -> bool:
            return await self._tickets.get(ticket.id) is not None

        id = self._ids.new()
        parts = self.wording.to_person(ticket, answers[-1])
        pieces = self._carrier.pieces(address.channel, parts)
        for number, piece in enumerate(pieces):
            outbound = Outbound(
                id=id if number == 0 else f"{id}.{number}",
                reply=id,
                part=number,
                last=number == len(pieces) - 1,
                kind=OutboundKind.NOTICE,
                parts=piece,
            )
            await self._carrier.send(address, outbound, wanted=is_there)

    # ------------------------------------------------------------------ what journals show

    async def parts_of(self, rows: Sequence[OpenRow]) -> Mapping[str, tuple[Part, ...]]:
        """Return what envelopes of a person's journal stand for, by their row's id."""
        found: dict[str, tuple[Part, ...]] = {}
        for row in rows:
            if row["direction"] == "in":
                message = await self._tickets.said(str(row["dedupe"]))
                parts = () if message is None else self.wording.own_words(message)
            else:
                message = await self._tickets.message(str(row["id"]))
                ticket = None if message is None else await self._tickets.get(message.ticket or "")
                parts = (
                    ()
                    if message is None or ticket is None
                    else self.wording.to_person(ticket, message)
                )
            if parts:
                found[str(row["id"])] = parts
        return found

    # ------------------------------------------------------------------ what was posted

    async def posts_of(self, person: str) -> list[Post]:
        """Return what stands in the operators' chat of a person who is about to be erased."""
        person_id, *accounts = await self._owners_by_id(person)
        found: list[Post] = []
        for index, values in {"holder": [person_id], "account": accounts}.items():
            for value in values:
                rows = await self._vault.find(TICKET_MESSAGES, index, _ALL, equal={index: value})
                found += [p for r in rows if (p := _post(TicketMessage.from_row(r))) is not None]
        return found

    async def _owners_by_id(self, person: str) -> list[str]:
        return [person, *(i.id for i in await self._people.identities(person))]

    @asynccontextmanager
    async def erasing(self, person: str) -> AsyncIterator[None]:
        """Take a person's words out of the operators' chat once they are erased within this."""
        async with self._tickets.posting:
            posts = await self.posts_of(person)
            tickets = await self._tickets.of(await self._owners_by_id(person))
            yield
        for ticket in tickets:
            self._desk.deleted(ticket)
        self._take_back_later(posts)

    def _take_back_later(self, posts: Sequence[Post]) -> None:
        """Take posts back without keeping anybody waiting: the platform may ask for time."""
        if posts:
            task = asyncio.create_task(self.take_back(posts), name="take posts back")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def take_back(self, posts: Sequence[Post]) -> None:
        """Delete posts from the operators' chat, where the platform can."""
        for post in posts:
            await self._carrier.take_back(post.address, post.message_id)


def _post(message: TicketMessage) -> Post | None:
    if message.kind is not Kind.POST or message.place is None or message.platform_id is None:
        return None
    return Post(address=message.place.address, message_id=message.platform_id.reveal())
