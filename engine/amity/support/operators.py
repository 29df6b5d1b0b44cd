"""What operators can do with tickets: the same in their chat and on the command line."""

from collections.abc import Callable
from typing import Final

from amity.errors import AmityError
from amity.people import BLOCKED, People, Person, State
from amity.sealed import SealedText
from amity.support.ticket import Ticket, TicketMessage
from amity.support.tickets import Tickets
from amity.support.topics import Outcome, TicketState

__all__ = ["CannotBeDone", "Operators"]

_SHUT_OUT: Final = BLOCKED | {State.RESTRICTED}


class CannotBeDone(AmityError):
    """Raised when what an operator asked for cannot be done.

    Attributes:
        key: Of the text that says why.
        number: The ticket that it is about; 0 where there is none.
    """

    def __init__(self, key: str, number: int = 0) -> None:
        super().__init__(key)
        self.key = key
        self.number = number


class Operators:
    """Answers, ends and decides tickets.

    Args:
        tickets: The tickets.
        people: The people.
        changed: Called after something was committed that is to be sent.
    """

    def __init__(self, tickets: Tickets, people: People, *, changed: Callable[[], None]) -> None:
        self._tickets = tickets
        self._people = people
        self._changed = changed

    async def find(self, number: int) -> Ticket:
        """Return a ticket.

        Raises:
            CannotBeDone: there is none of that number.
        """
        ticket = await self._tickets.numbered(number)
        if ticket is None:
            raise CannotBeDone("desk.no_ticket", number)
        return ticket

    async def listed(self, *, closed: bool = False) -> list[Ticket]:
        """Return the tickets by number; with ``closed`` also those that ended."""
        states = [TicketState.OPEN, TicketState.ANSWERED]
        found: list[Ticket] = []
        for state in [*states, *([TicketState.CLOSED] if closed else [])]:
            found += await self._tickets.in_state(state)
        return sorted(found, key=lambda ticket: ticket.number)

    async def shown(self, number: int) -> tuple[Ticket, list[TicketMessage]]:
        """Return a ticket with what was written in it.

        Raises:
            CannotBeDone: there is none of that number.
        """
        ticket = await self.find(number)
        return ticket, await self._tickets.messages(ticket)

    async def reply(self, number: int, words: SealedText, dedupe: str | None = None) -> Ticket:
        """Answer a ticket. The same message of a platform again is not sent twice.

        Raises:
            CannotBeDone: there is none of that number, or nothing is said.
        """
        if not words.reveal().strip():
            raise CannotBeDone("desk.no_words", number)
        ticket = await self._tickets.answer(await self.find(number), words, dedupe)
        self._changed()
        return ticket

    async def close(self, number: int) -> Ticket:
        """End a ticket; the person is told.

        Raises:
            CannotBeDone: there is none of that number, or it ended already.
        """
        ticket = await self.find(number)
        if ticket.closed:
            raise CannotBeDone("desk.closed_already", number)
        ticket = await self._tickets.close(ticket, Outcome.ANSWERED, notice="closed")
        self._changed()
        return ticket

    async def reopen(self, number: int) -> Ticket:
        """Let somebody in again who was blocked or restricted: a human's yes to an appeal.

        What was erased stays erased: a blocked account is at the gate again, and empty. Doing it
        again finishes what was cut off.

        Raises:
            CannotBeDone: there is none of that number, or the account is not shut out.
        """
        ticket = await self.find(number)
        person = await self._shut_out(ticket)
        granted = ticket.outcome is Outcome.GRANTED
        if person is None and not granted:
            raise CannotBeDone("desk.not_blocked", number)
        # The decision first: what a crash cuts off is then found as decided, and done again.
        notice = "released" if person is not None and person.stored else "granted"
        ticket = await self._tickets.close(ticket, Outcome.GRANTED, notice=notice)
        if person is not None and person.stored:
            await self._people.end_restriction(person)
        elif person is not None:
            await self._people.reinstate(ticket.sender.realm, ticket.sender.sender)
        self._changed()
        return ticket

    async def refuse(self, number: int) -> Ticket:
        """Leave a block or restriction as it is: a human's no to an appeal.

        Raises:
            CannotBeDone: there is none of that number, or the account is not shut out.
        """
        ticket = await self.find(number)
        if not await self.blocked(ticket):
            raise CannotBeDone("desk.not_blocked", number)
        ticket = await self._tickets.close(ticket, Outcome.REFUSED, notice="refused")
        self._changed()
        return ticket

    async def blocked(self, ticket: Ticket) -> bool:
        """Whether the account that a ticket came from is blocked or restricted now."""
        return await self._shut_out(ticket) is not None

    async def _shut_out(self, ticket: Ticket) -> Person | None:
        person = await self._people.find(ticket.sender.realm, ticket.sender.sender)
        return person if person is not None and person.state in _SHUT_OUT else None
