"""The courier turns round when the desk is moved, however its rounds and sends fall together."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from amity.datamap.declarations import TICKET_MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import Unknown
from amity.ids import Ids
from amity.message import Address, Outbound, Outcome, Part, Receipt
from amity.people import People, Person
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add
from amity.support.courier import Courier
from amity.support.ports import SupportPlan
from amity.support.ticket import Account, Kind, Place, Queue, TicketMessage
from amity.support.tickets import Tickets
from amity.support.topics import Topic
from amity.support.wording import Wording
from tests.support.vaults import MovedClock, open_test_vault

OLD, NEW = (Address(channel="c", chat=chat) for chat in ("old", "new"))


class _Texts:
    def text(self, language: str, key: str, /, **values: str | int) -> str:
        return key

    def best(self, tag: str | None) -> str:
        return "en"


class _Carrier:
    """Reaches the new desk at once, and the old one never."""

    def __init__(self) -> None:
        self.repeated = 0
        self.begun = asyncio.Event()
        self.arrived = asyncio.Event()

    def ready(self, channel: str) -> bool:
        return True

    def idempotent(self, channel: str) -> bool:
        return False

    def doubtful(self, channel: str) -> None:
        self.repeated += 1

    def pieces(self, channel: str, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
        return [parts]

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Callable[[], Awaitable[bool]],
        off: asyncio.Event | None = None,
    ) -> Receipt:
        if address == NEW:
            self.arrived.set()
            return Receipt(outcome=Outcome.SENT, message_ids=("1",))
        assert off is not None
        self.begun.set()
        await off.wait()
        return Receipt(outcome=Outcome.FAILED, error=Unknown())

    async def take_back(self, address: Address, message_id: str) -> None:
        raise AssertionError("nothing is erased here")

    def own_chat(self, channel: str, owner: str) -> str:
        raise AssertionError("nobody is answered here")

    async def envelope(self, person: Person, address: Address, id: str) -> str:
        raise AssertionError("nobody is answered here")


class _SlowTickets(Tickets):
    """Tickets that are read so slowly that what was being sent then ends meanwhile."""

    async def queued(self, queue: Queue | None = None) -> list[TicketMessage]:
        found = await super().queued(queue)
        await asyncio.sleep(0.1)
        return found


async def test_what_ends_while_the_next_round_reads_goes_to_the_new_desk(tmp_path: Path) -> None:
    vault, clock, carrier = await open_test_vault(tmp_path), MovedClock(), _Carrier()
    ids = Ids(clock)
    tickets = _SlowTickets(vault, clock, ids, due=lambda: 1000, allowed=lambda _: True)
    message = TicketMessage(
        id=ids.new(),
        holder="ann",
        kind=Kind.REQUEST,
        topic=Topic.QUESTION,
        body=SealedText("where?"),
        place=Place(address=Address(channel="web", chat="c")),
        sender=Account(realm="web", sender="ann"),
        language="en",
        time=clock.now(),
        queue=Queue.INTAKE,
    )
    await vault.write([Add(TICKET_MESSAGES, message.row())], Access(Purpose.RIGHTS, EVERYONE))
    await tickets.put(message)
    plans = [SupportPlan(desk=OLD)]

    async def blocked(_: Any) -> bool:
        return False

    async def stands_at(address: Address, _: Receipt) -> Address:
        return address

    courier = Courier(
        tickets,
        People(vault, clock, ids, gate_ttl_ms=1000),
        carrier,
        Wording(_Texts()),
        plan=lambda: plans[-1],
        blocked=blocked,
        delivered=lambda _: None,
        stands_at=stands_at,
    )
    running = asyncio.create_task(courier.run())
    try:
        async with asyncio.timeout(20):
            await carrier.begun.wait()
            plans.append(SupportPlan(desk=NEW))
            courier.desk_moved()
            await carrier.arrived.wait()
            while await tickets.queued():
                pass
        assert carrier.repeated == 1
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await vault.aclose()
