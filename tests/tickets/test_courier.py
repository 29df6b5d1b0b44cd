"""The courier: it turns round when the desk is moved, and keeps nobody busy with what must wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from amity.datamap.declarations import TICKET_MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import Unknown
from amity.ids import Ids
from amity.message import Address, Outbound, Outcome, Part, Receipt
from amity.people import People, Person
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add
from amity.store.vault import Vault
from amity.support.courier import Courier
from amity.support.ports import Carrier, SupportPlan
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


class _CountedTickets(Tickets):
    """Tickets that count how often somebody looks what is to be done."""

    rounds = 0

    async def queued(self, queue: Queue | None = None) -> list[TicketMessage]:
        self.rounds += 1
        return await super().queued(queue)


class _Town:
    """A store, and a courier before a carrier."""

    def __init__(self, vault: Vault, carrier: Carrier, kind: type[Tickets] = Tickets) -> None:
        self.clock = MovedClock()
        self.ids = Ids(self.clock)
        self.vault = vault
        self.plan = SupportPlan(desk=OLD)
        self.tickets = kind(vault, self.clock, self.ids, due=lambda: 1000, allowed=lambda _: True)
        self.courier = Courier(
            self.tickets,
            People(vault, self.clock, self.ids, gate_ttl_ms=1000),
            carrier,
            Wording(_Texts()),
            plan=lambda: self.plan,
            blocked=self._blocked,
            delivered=lambda _: None,
            stands_at=self._stands_at,
        )

    async def ask(self, holder: str = "ann") -> None:
        """Put a request into a ticket."""
        message = TicketMessage(
            id=self.ids.new(),
            holder=holder,
            kind=Kind.REQUEST,
            topic=Topic.QUESTION,
            body=SealedText("where?"),
            place=Place(address=Address(channel="web", chat="c")),
            sender=Account(realm="web", sender=holder),
            language="en",
            time=self.clock.now(),
            queue=Queue.INTAKE,
        )
        rights = Access(Purpose.RIGHTS, EVERYONE)
        await self.vault.write([Add(TICKET_MESSAGES, message.row())], rights)
        await self.tickets.put(message)

    async def _blocked(self, _: Any) -> bool:
        return False

    async def _stands_at(self, address: Address, _: Receipt) -> Address:
        return address


@asynccontextmanager
async def _town(
    folder: Path, carrier: Carrier, kind: type[Tickets] = Tickets
) -> AsyncIterator[_Town]:
    """Open a town whose courier runs once somebody has asked."""
    town = _Town(await open_test_vault(folder), carrier, kind)
    await town.ask()
    running = asyncio.create_task(town.courier.run())
    try:
        yield town
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await town.vault.aclose()


async def test_what_ends_while_the_next_round_reads_goes_to_the_new_desk(tmp_path: Path) -> None:
    carrier = _Carrier()
    async with _town(tmp_path, carrier, _SlowTickets) as town, asyncio.timeout(20):
        await carrier.begun.wait()
        town.plan = SupportPlan(desk=NEW)
        town.courier.desk_moved()
        await carrier.arrived.wait()
        while await town.tickets.queued():
            pass
        assert carrier.repeated == 1


class _Away(_Carrier):
    """Reaches nobody until it is back."""

    def __init__(self) -> None:
        super().__init__()
        self.back = False

    def ready(self, channel: str) -> bool:
        return self.back

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Callable[[], Awaitable[bool]],
        off: asyncio.Event | None = None,
    ) -> Receipt:
        return await super().send(NEW, outbound, wanted=wanted, off=off)


async def test_a_channel_that_is_away_keeps_nobody_busy(tmp_path: Path) -> None:
    carrier = _Away()
    async with _town(tmp_path, carrier, _CountedTickets) as town, asyncio.timeout(20):
        await asyncio.sleep(1.2)
        assert isinstance(town.tickets, _CountedTickets)
        assert 1 <= town.tickets.rounds < 12
        carrier.back = True
        await carrier.arrived.wait()


class _Broken(_Away):
    """Breaks in a way that nobody has foreseen, once."""

    def __init__(self) -> None:
        super().__init__()
        self.back = True
        self.broken = 0

    def pieces(self, channel: str, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
        self.broken += 1
        raise RuntimeError("a bug")


async def test_a_bug_is_logged_and_keeps_nobody_busy(tmp_path: Path) -> None:
    carrier = _Broken()
    with capture_logs() as logs:
        async with _town(tmp_path, carrier, _CountedTickets) as town, asyncio.timeout(20):
            await asyncio.sleep(1.2)
            assert isinstance(town.tickets, _CountedTickets)
            assert town.tickets.rounds < 12
    assert carrier.broken == 1
    assert [log["event"] for log in logs] == ["ticket.failed"]
