"""Tickets in the store: opened, added to, answered, closed.

A message is taken in first (see ``amity.support.intake``) and put into its ticket here. There is
one open ticket for each person, or for each account of which nothing else is kept. Whatever is to
be sent is committed as a row with a queue; the courier does the rest.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from amity.clock import Clock
from amity.datamap.declarations import COUNTERS, TICKET_MESSAGES, TICKETS
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate, KeyDestroyed
from amity.failpoint import failpoint
from amity.ids import Ids
from amity.message import Address
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add, Change, Operation, Range, Remove
from amity.store.vault import OpenRow, Vault
from amity.support.row_changes import change_of, moved
from amity.support.ticket import Kind, Place, Queue, State, Ticket, TicketMessage
from amity.support.topics import Outcome, TicketState, Topic

__all__ = ["Put", "Tickets"]

_ALL: Final = Access(Purpose.RIGHTS, EVERYONE)
_TRIES: Final = 20
_NUMBERS: Final = "support:tickets"
_UNANSWERED: Final = 20
"""How many messages of one person wait for an answer; more are not taken."""


class Put(NamedTuple):
    """What became of a message.

    Attributes:
        ticket: Its ticket; ``None`` if it was not taken because too much came in a short time.
        taken: False then, and if too many wait for an answer already.
        first: True if the ticket was opened with it.
    """

    ticket: Ticket | None
    taken: bool = True
    first: bool = False


class Tickets:
    """Reads and writes tickets.

    Args:
        vault: The store.
        clock: The clock.
        ids: Makes ids.
        due: Returns after how many milliseconds a ticket is due.
        allowed: Says whether a person or account may write once more now.

    Attributes:
        posting: Held while posts are kept, and by who erases from before they look which there are
            until all is gone: so each post is either found by them or refused here.
    """

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        ids: Ids,
        *,
        due: Callable[[], int],
        allowed: Callable[[str], bool],
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._due = due
        self._allowed = allowed
        self.posting = asyncio.Lock()

    # ------------------------------------------------------------------ reading

    async def get(self, id: str) -> Ticket | None:
        """Return a ticket by its row."""
        row = await self._vault.get(TICKETS, id, _ALL)
        return None if row is None or row["number"] is None else Ticket.from_row(row)

    async def numbered(self, number: int) -> Ticket | None:
        """Return a ticket by its number."""
        found = await self._find("number", {"number": number})
        return found[0] if found else None

    async def open_for(self, owners: Sequence[str]) -> Ticket | None:
        """Return the open ticket of the first of some people or accounts that has one."""
        for owner in owners:
            if found := await self._find("open_for", {"open_for": owner}):
                return found[0]
        return None

    async def latest_of(self, owners: Sequence[str]) -> Ticket | None:
        """Return the ticket of some people or accounts that was opened last, open or not."""
        return max(await self.of(owners), key=lambda t: t.number, default=None)

    async def of(self, owners: Sequence[str]) -> list[Ticket]:
        """Return all tickets of some people or accounts."""
        found: list[Ticket] = []
        for owner in owners:
            found += await self._find("holder", {"holder": owner})
            found += await self._find("account", {"account": owner})
        return found

    async def in_state(self, state: TicketState, *, idle_since: int | None = None) -> list[Ticket]:
        """Return the tickets in a state; only those where nobody wrote after ``idle_since``."""
        bounds = Range(before=None if idle_since is None else idle_since + 1)
        return await self._find("state", {"state": state.value}, bounds)

    async def count(self, state: TicketState) -> int:
        """Return how many tickets are in a state."""
        return await self._vault.count(TICKETS, "state", _ALL, equal={"state": state.value})

    async def due_before(self, limit: int) -> list[Ticket]:
        """Return the tickets that have to be answered by ``limit``, the most urgent first."""
        return await self._find("due", {}, Range(before=limit + 1))

    async def _find(
        self, index: str, equal: dict[str, str | int], bounds: Range | None = None
    ) -> list[Ticket]:
        rows = await self._vault.find(TICKETS, index, _ALL, equal=equal, range=bounds or Range())
        return [Ticket.from_row(row) for row in rows if row["number"] is not None]

    async def messages(self, ticket: Ticket) -> list[TicketMessage]:
        """Return what was written in a ticket, oldest first; where it stands is left out."""
        rows = await self._vault.find(TICKET_MESSAGES, "ticket", _ALL, equal={"ticket": ticket.id})
        found = [TicketMessage.from_row(row) for row in rows]
        return [message for message in found if message.kind is not Kind.POST]

    async def posts(self, ticket: Ticket) -> list[TicketMessage]:
        """Return where a ticket stands in the operators' chat."""
        rows = await self._vault.find(TICKET_MESSAGES, "ticket", _ALL, equal={"ticket": ticket.id})
        found = [TicketMessage.from_row(row) for row in rows]
        return [message for message in found if message.kind is Kind.POST]

    async def message(self, id: str) -> TicketMessage | None:
        """Return a message by its row."""
        row = await self._vault.get(TICKET_MESSAGES, id, _ALL)
        return None if row is None else TicketMessage.from_row(row)

    async def said(self, dedupe: str) -> TicketMessage | None:
        """Return the message that a platform's message became."""
        return await self._message("dedupe", dedupe)

    async def posted(self, address: Address, message_id: str) -> Ticket | None:
        """Return the ticket of which a message in the operators' chat tells."""
        post = await self._message("posted", self._where(address, message_id))
        return await self.get(post.ticket) if post is not None and post.ticket else None

    async def _message(self, field: str, value: str) -> TicketMessage | None:
        rows = await self._vault.find(TICKET_MESSAGES, field, _ALL, equal={field: value}, limit=1)
        return TicketMessage.from_row(rows[0]) if rows else None

    async def queued(self, queue: Queue | None = None) -> list[TicketMessage]:
        """Return the messages with which something is still to be done, oldest first."""
        equal = {"queue": queue.value} if queue else {}
        rows = await self._vault.find(TICKET_MESSAGES, "queue", _ALL, equal=equal)
        return sorted((TicketMessage.from_row(row) for row in rows), key=lambda m: m.id)

    # ------------------------------------------------------------------ taking

    async def put(self, message: TicketMessage, *, notify: bool = False) -> Put:
        """Put a message that was taken in into its ticket, opened if there is none.

        Doing it again changes nothing. What comes after too many without an answer, or too fast,
        is removed.

        Args:
            message: What the person wrote.
            notify: True where no turn tells the person: then a notice is sent.

        Raises:
            Conflict: the message is not there any more.
        """
        current: TicketMessage | None = message
        if message.queue is Queue.INTAKE and not self._allowed(message.account or message.holder):
            await self._refuse(message)
            return Put(None, taken=False)
        for _ in range(_TRIES):
            if current is None:
                raise Conflict("the message is not there any more")
            if current.ticket and current.queue is not Queue.INTAKE:
                ticket = await self.get(current.ticket)
                if ticket is None:
                    raise Conflict("the ticket is not there any more")
                return Put(ticket, first=await self._began(ticket, current))
            ticket = await self.open_for([current.account or current.holder])
            if ticket is not None and await self._waiting(ticket) >= _UNANSWERED:
                await self._refuse(current)
                return Put(ticket, taken=False)
            try:
                if ticket is None:
                    return Put(await self._open(current, notify=notify), first=True)
                return Put(await self._add(ticket, current, notify=notify))
            except (Conflict, Duplicate):
                current = await self.message(message.id)
        raise Conflict("the ticket changes faster than it can be written")

    async def shows_change(self, message: TicketMessage) -> bool:
        """Whether the operators are shown that somebody changed their words, within the limits."""
        if not self._allowed(message.account or message.holder):
            return False
        ticket = await self.get(message.ticket or "")
        return ticket is None or await self._waiting(ticket, changes=True) < _UNANSWERED

    async def _refuse(self, message: TicketMessage) -> None:
        """Remove a message that is not taken, and its key if that was made for it."""
        await self._vault.write([Remove(TICKET_MESSAGES, message.id)], _ALL)
        if message.account and await self._vault.store.get(TICKETS, message.holder, _ALL) is None:
            await self._vault.destroy(message.holder)

    async def _began(self, ticket: Ticket, message: TicketMessage) -> bool:
        written = await self.messages(ticket)
        return bool(written) and min(m.id for m in written) == message.id

    async def _waiting(self, ticket: Ticket, *, changes: bool = False) -> int:
        """Count the person's messages since the operators last answered, or their changes, too."""
        waiting = 0
        for message in await self.messages(ticket):
            if message.kind is Kind.ANSWER:
                waiting = 0
            if message.kind is Kind.REQUEST:
                waiting += 1 + (message.revised if changes else 0)
        return waiting

    async def _open(self, message: TicketMessage, *, notify: bool) -> Ticket:
        assert message.place is not None
        assert message.sender is not None
        now = self._clock.now()
        id = self._ids.new()
        if message.account and await self._vault.store.get(TICKETS, message.holder, _ALL) is None:
            id = message.holder  # it was sealed for this ticket when it was taken in
        number, counting = await self._next_number()
        ticket = Ticket(
            id=id,
            holder=id if message.account else message.holder,
            account=message.account,
            number=number,
            state=TicketState.OPEN,
            topic=message.topic or Topic.QUESTION,
            place=message.place,
            sender=message.sender,
            language=message.language or "",
            created_at=now,
            active_at=now,
            due_at=now + self._due(),
        )
        notice = "taken" if notify else ""
        await self._write([counting, Add(TICKETS, ticket.row())], ticket, message, notice)
        return ticket

    async def _add(self, ticket: Ticket, message: TicketMessage, *, notify: bool) -> Ticket:
        assert message.place is not None
        assert message.sender is not None
        now = self._clock.now()
        changed = replace(
            ticket,
            state=TicketState.OPEN,
            topic=Topic.APPEAL if message.topic is Topic.APPEAL else ticket.topic,
            place=message.place,
            sender=message.sender,
            language=message.language or ticket.language,
            active_at=now,
        )
        if ticket.state is TicketState.ANSWERED:
            due = now + self._due()
            changed = replace(changed, due_at=due, reminded_at=None, overdue_at=None)
        notice = "added" if notify else ""
        await self._write([change_of(ticket, changed)], changed, message, notice)
        return changed

    async def _write(
        self, first: Sequence[Operation], ticket: Ticket, message: TicketMessage, notice: str
    ) -> None:
        """Commit a message's way into its ticket."""
        failpoint("ticket.before_commit")
        held = message.held_by(ticket)
        to_person = replace(
            self.new(ticket, Kind.NOTICE, verb=notice), platform_id=message.platform_id
        )
        await self._vault.write(
            [
                *first,
                moved(message, replace(held, queue=Queue.DESK)),
                *([Add(TICKET_MESSAGES, to_person.row())] if notice else ()),
            ],
            _ALL,
        )
        failpoint("ticket.after_commit")
        if held.holder != message.holder:
            await self._vault.destroy(message.holder)

    async def _next_number(self) -> tuple[int, Operation]:
        """Return the next ticket's number, and the write that makes it be given once."""
        row = await self._vault.get(COUNTERS, _NUMBERS, _ALL)
        if row is None:
            first: OpenRow = {
                "id": _NUMBERS,
                "person": None,
                "name": "tickets",
                "day": "",
                "amount": 1.0,
            }
            return 1, Add(COUNTERS, first)
        last = row["amount"]
        number = int(last if isinstance(last, int | float) else 0) + 1
        return number, Change(COUNTERS, _NUMBERS, {"amount": float(number)}, when={"amount": last})

    # ------------------------------------------------------------------ answering

    def new(
        self, ticket: Ticket, kind: Kind, *, verb: str = "", body: SealedText | None = None
    ) -> TicketMessage:
        """Return a new row of a ticket, to be shown to the person or, a note, to the operators."""
        return TicketMessage(
            id=self._ids.new(),
            holder=ticket.holder,
            account=ticket.account,
            ticket=ticket.id,
            kind=kind,
            verb=verb or None,
            body=body,
            time=self._clock.now(),
            queue=Queue.DESK if kind is Kind.NOTE else Queue.PERSON,
        )

    async def answer(self, ticket: Ticket, words: SealedText, dedupe: str | None = None) -> Ticket:
        """Commit the operators' answer; a closed ticket stays closed.

        Args:
            ticket: What is answered.
            words: The answer.
            dedupe: Keyed hash of the platform's message; the same again is not answered twice.

        Raises:
            Conflict: the ticket is not there any more.
        """
        message = replace(self.new(ticket, Kind.ANSWER, body=words), dedupe=dedupe)
        add = Add(TICKET_MESSAGES, message.row(), ignore_duplicate=True)
        if dedupe is not None and await self.said(dedupe) is not None:
            return ticket

        def answered(now: Ticket) -> Ticket:
            if now.closed:
                return now
            state = TicketState.ANSWERED
            return replace(now, state=state, due_at=None, reminded_at=None, overdue_at=None)

        return await self._changed(ticket, answered, add)

    async def close(
        self, ticket: Ticket, outcome: Outcome, *, notice: str = "", note: str = ""
    ) -> Ticket:
        """End a ticket, and tell the person or the operators.

        One that ended in another way ends in this one now; one that ended so already stays as it
        is, and nobody is told again.

        Raises:
            Conflict: the ticket is not there any more.
        """

        def closed(now: Ticket) -> Ticket:
            return replace(
                now,
                state=TicketState.CLOSED,
                outcome=outcome,
                closed_at=now.closed_at or self._clock.now(),
                due_at=None,
            )

        if ticket.closed and ticket.outcome is outcome:
            return ticket
        more = [
            Add(TICKET_MESSAGES, self.new(ticket, kind, verb=verb).row())
            for kind, verb in ((Kind.NOTICE, notice), (Kind.NOTE, note))
            if verb
        ]
        return await self._changed(ticket, closed, *more)

    async def mark(self, ticket: Ticket, field: str, note: str) -> bool:
        """Tell the operators of a ticket once.

        Returns False if somebody did already, and if it changed or is not there any more.
        """
        once = Change(
            TICKETS,
            ticket.id,
            {field: self._clock.now()},
            when={field: None, "due_at": ticket.due_at},
        )
        row = self.new(ticket, Kind.NOTE, verb=note).row()
        try:
            await self._vault.write([once, Add(TICKET_MESSAGES, row)], _ALL)
        except (Conflict, KeyDestroyed):
            return False
        return True

    async def note(self, ticket: Ticket, verb: str) -> None:
        """Tell the operators something about a ticket."""
        row = self.new(ticket, Kind.NOTE, verb=verb).row()
        await self._vault.write([Add(TICKET_MESSAGES, row)], _ALL)

    async def _changed(
        self, ticket: Ticket, change: Callable[[Ticket], Ticket], *more: Operation
    ) -> Ticket:
        """Change a ticket as it is now, and write more with it."""
        current: Ticket | None = ticket
        for _ in range(_TRIES):
            if current is None:
                break
            changed = replace(change(current), active_at=self._clock.now())
            try:
                await self._vault.write([change_of(current, changed), *more], _ALL)
            except Conflict:
                current = await self.get(ticket.id)
            else:
                return changed
        raise Conflict("the ticket is not there any more")

    async def erase(self, ticket: Ticket) -> None:
        """Remove a ticket with all that was written in it; its own key is destroyed first."""
        if ticket.stands_alone:
            await self._vault.destroy(ticket.holder)
        parts = Remove(TICKET_MESSAGES, index="ticket", equal={"ticket": ticket.id})
        await self._vault.write([parts, Remove(TICKETS, ticket.id)], _ALL)
        await self._vault.scrub_when_free()

    # ------------------------------------------------------------------ sending

    async def step(self, message: TicketMessage, **fields: str | int | None) -> bool:
        """Write how far a message is; false if it is not any more as the caller knows it."""
        change = Change(
            TICKET_MESSAGES,
            message.id,
            fields,
            when={"state": message.state.value, "revised": message.revised},
        )
        try:
            await self._vault.write([change], _ALL)
        except Conflict:
            return False
        return True

    async def remember_posts(
        self, ticket: Ticket, address: Address, message_ids: Sequence[str]
    ) -> None:
        """Keep where something about a ticket stands in the operators' chat.

        Raises:
            Conflict: the ticket is not there any more; ``KeyDestroyed`` means the same.
        """
        posts = [
            replace(
                self.new(ticket, Kind.POST),
                posted=self._where(address, id),
                platform_id=SealedText(id),
                place=Place(address=address),
                state=State.SENT,
                queue=None,
            )
            for id in message_ids
        ]
        if posts:
            there = Change(TICKETS, ticket.id, {}, when={"number": ticket.number})
            rows = [Add(TICKET_MESSAGES, post.row()) for post in posts]
            async with self.posting:
                await self._vault.write([there, *rows], _ALL)

    def _where(self, address: Address, message_id: str) -> str:
        return self._vault.blind("ticket post", address.channel, address.chat, message_id)
