"""Due dates: reminds the operators, raises the alarm, and ends what nobody goes on with."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from amity.clock import Clock
from amity.errors import Conflict, KeyDestroyed, StoreError
from amity.observe import get_logger
from amity.support.ports import SupportPlan
from amity.support.ticket import Queue
from amity.support.tickets import Tickets
from amity.support.topics import Outcome, TicketState

__all__ = ["Figures", "Watch"]

_ROUND: Final = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How support stands.

    Attributes:
        open: Tickets that wait for an answer.
        overdue: Those whose time is over.
        answered: Tickets that were answered and not ended.
        undelivered: Things that did not reach the operators or a person yet.
    """

    open: int = 0
    overdue: int = 0
    answered: int = 0
    undelivered: int = 0


class Watch:
    """Looks at due dates, by the engine's clock.

    Args:
        tickets: The tickets.
        clock: The clock.
        plan: Returns what the configuration says.
        changed: Called when there is something to be sent.
        noted: Told the figures after each look.
        pause: Seconds between looks.
    """

    def __init__(
        self,
        tickets: Tickets,
        clock: Clock,
        *,
        plan: Callable[[], SupportPlan],
        changed: Callable[[], None],
        noted: Callable[[Figures], None],
        pause: float = _ROUND,
    ) -> None:
        self._tickets = tickets
        self._clock = clock
        self._plan = plan
        self._changed = changed
        self._noted = noted
        self._pause = pause
        self._log = get_logger("support")

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            try:
                await self.look()
                self._noted(await self.figures())
            except StoreError as error:
                self._log.warning("support.waiting", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 -- due dates are watched on all the same
                self._log.error("support.failed", exc_info=error)
            await asyncio.sleep(self._pause)

    async def look(self) -> None:
        """Remind, raise the alarm and end what is due now; each once for each ticket."""
        plan, now = self._plan(), self._clock.now()
        told = False
        for ticket in await self._tickets.due_before(now + plan.remind):
            assert ticket.due_at is not None
            if ticket.due_at <= now and ticket.overdue_at is None:
                if await self._tickets.mark(ticket, "overdue_at", "overdue"):
                    self._log.warning("ticket.overdue", ticket=ticket.number)
                    told = True
            elif ticket.due_at > now and ticket.reminded_at is None:
                told = await self._tickets.mark(ticket, "reminded_at", "reminder") or told
        idle = now - plan.close_after
        for ticket in await self._tickets.in_state(TicketState.ANSWERED, idle_since=idle):
            with suppress(Conflict, KeyDestroyed):  # erased in this moment
                await self._tickets.close(ticket, Outcome.ANSWERED)
        if told:
            self._changed()

    async def figures(self) -> Figures:
        """Return how support stands."""
        return Figures(
            open=await self._tickets.count(TicketState.OPEN),
            overdue=len(await self._tickets.due_before(self._clock.now())),
            answered=await self._tickets.count(TicketState.ANSWERED),
            undelivered=sum(1 for m in await self._tickets.queued() if m.queue is not Queue.INTAKE),
        )

    async def status(self) -> dict[str, Any]:
        """Return how support stands, for `amity status`."""
        figures, plan = await self.figures(), self._plan()
        return {
            "desk": plan.desk.channel if plan.desk is not None else "",
            "desk_moved": plan.formerly is not None,
            "open": figures.open,
            "overdue": figures.overdue,
            "answered": figures.answered,
            "undelivered": figures.undelivered,
        }
