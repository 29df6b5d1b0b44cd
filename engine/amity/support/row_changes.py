"""The writes that bring a ticket's rows from one value to another."""

from amity.datamap.declarations import TICKET_MESSAGES, TICKETS
from amity.store.contract import Change
from amity.support.ticket import Queue, Ticket, TicketMessage

__all__ = ["change_of", "moved"]


def change_of(before: Ticket, after: Ticket) -> Change:
    """Return the write from one to the other, if the row is still as it was."""
    was, is_now = before.row(), after.row()
    return Change(
        TICKETS,
        before.id,
        {name: value for name, value in is_now.items() if value != was[name]},
        when={"state": before.state.value, "active_at": before.active_at},
        owner={"holder": before.holder},
    )


def moved(before: TicketMessage, after: TicketMessage) -> Change:
    """Return the write that puts a message into a ticket; what is there already stays."""
    was, is_now = before.row(), after.row()
    changed = {name: value for name, value in is_now.items() if value != was[name]}
    if before.holder != after.holder:
        # Sealed for one holder, the words are sealed anew for the other.
        sealed = {field.name for field in TICKET_MESSAGES.sealed}
        changed |= {name: value for name, value in is_now.items() if name in sealed}
    return Change(
        TICKET_MESSAGES,
        before.id,
        changed,
        when={"holder": before.holder, "queue": Queue.INTAKE.value},
        lenient=True,
    )
