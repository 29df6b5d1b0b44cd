"""The watch over due dates outlives what is erased while it looks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from amity.datamap.declarations import TICKET_MESSAGES
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.message import Address
from amity.sealed import SealedText
from amity.store import Vault
from amity.store.contract import EVERYONE, Access, Add
from amity.support.ports import SupportPlan
from amity.support.ticket import Account, Kind, Place, Queue, Ticket, TicketMessage
from amity.support.tickets import Tickets
from amity.support.topics import TicketState, Topic
from amity.support.watch import Figures, Watch
from tests.support.vaults import MovedClock, open_test_vault

_ALL: Final = Access(Purpose.RIGHTS, EVERYONE)
_DUE: Final = 1000
"""Milliseconds."""


class Erasing(Tickets):
    """Tickets, of which the first that is found is erased before anybody does anything with it."""

    vault: Vault
    erased: list[str]

    async def due_before(self, limit: int) -> list[Ticket]:
        found = await super().due_before(limit)
        if found and not self.erased:
            self.erased.append(found[0].holder)
            await self.vault.destroy(found[0].holder)  # as an erasure does: the rows go later
        return found

    async def in_state(self, state: TicketState, *, idle_since: int | None = None) -> list[Ticket]:
        found = await super().in_state(state, idle_since=idle_since)
        if found and not self.erased:
            self.erased.append(found[0].holder)
            await self.erase(found[0])
        return found


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await open_test_vault(tmp_path)
    yield vault
    await vault.aclose()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def tickets(vault: Vault, clock: MovedClock) -> Erasing:
    tickets = Erasing(vault, clock, Ids(clock), due=lambda: _DUE, allowed=lambda _: True)
    tickets.vault, tickets.erased = vault, []
    return tickets


async def _asked(vault: Vault, tickets: Tickets, clock: MovedClock, holder: str) -> Ticket:
    message = TicketMessage(
        id=f"asked by {holder}",
        holder=holder,
        kind=Kind.REQUEST,
        topic=Topic.QUESTION,
        body=SealedText("where?"),
        place=Place(address=Address(channel="web", chat="c")),
        sender=Account(realm="web", sender=holder),
        language="en",
        time=clock.now(),
        queue=Queue.INTAKE,
    )
    await vault.write([Add(TICKET_MESSAGES, message.row())], _ALL)
    put = await tickets.put(message)
    assert put.ticket is not None
    return put.ticket


async def test_what_is_erased_meanwhile_keeps_nobody_else_from_being_told_of(
    vault: Vault, tickets: Erasing, clock: MovedClock
) -> None:
    for holder in ("ann", "bea"):
        await _asked(vault, tickets, clock, holder)
    watch = Watch(tickets, clock, plan=SupportPlan, changed=lambda: None, noted=lambda _: None)
    clock.forward(_DUE)
    await watch.look()
    (erased,) = tickets.erased
    (other,) = {"ann", "bea"} - {erased}
    assert [m.holder for m in await tickets.queued() if m.verb == "overdue"] == [other]


async def test_what_is_erased_meanwhile_keeps_nobody_else_from_being_closed(
    vault: Vault, tickets: Erasing, clock: MovedClock
) -> None:
    for holder in ("ann", "bea"):
        await tickets.answer(await _asked(vault, tickets, clock, holder), SealedText("there"))
    watch = Watch(tickets, clock, plan=SupportPlan, changed=lambda: None, noted=lambda _: None)
    clock.forward(SupportPlan().close_after)
    await watch.look()
    (other,) = {"ann", "bea"} - set(tickets.erased)
    (ticket,) = await tickets.of([other])
    assert ticket.closed


async def test_a_look_that_fails_is_not_the_last(tickets: Erasing, clock: MovedClock) -> None:
    noted: asyncio.Queue[Figures] = asyncio.Queue()

    def note(figures: Figures) -> None:
        noted.put_nowait(figures)
        raise RuntimeError

    watch = Watch(tickets, clock, plan=SupportPlan, changed=lambda: None, noted=note, pause=0.01)
    running = asyncio.create_task(watch.run())
    async with asyncio.timeout(20):
        for _ in range(2):
            assert (await noted.get()).open == 0
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
