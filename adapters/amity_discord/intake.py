"""One queue between the gateway and the core: events are taken in the order in which they came.

The gateway's tasks only put events in. One worker hands them to the core in batches and goes on
when they are committed. An event that cannot be read is left out; a store that does not answer is
asked again. While what a channel missed is fetched, its new events wait behind that.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from amity.adapter import Acceptance, Host
from amity.errors import StoreUnavailable
from amity.message import Inbound
from amity.observe import name_of

__all__ = ["Intake", "Item", "Taken"]

_BATCH: Final = 50
_FIRST_WAIT: Final = 0.2  # seconds
_LONGEST_WAIT: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An event on its way to the core.

    Attributes:
        channel: Discord's channel or thread.
        id: The id of what was said; 0 for an event without one that grows with time.
        event: The event, or what finds it; ``None`` for one that is not for us.
    """

    channel: str
    id: int = 0
    event: Inbound | Callable[[], Awaitable[Inbound | None]] | None = None


Taken = Callable[[Item, Inbound | None, Acceptance | None], None]
"""Told of each item that is done with: its event, and what the core said of it."""

Settled = Callable[[], Awaitable[None]]


class Intake:
    """The queue.

    Args:
        host: Where events go.
        taken: Told of each item once it is committed.
        settled: Waited for after each batch.
    """

    def __init__(self, host: Host, taken: Taken, settled: Settled) -> None:
        self._host = host
        self._taken = taken
        self._settled = settled
        self._items: deque[Item] = deque()
        self._held: dict[str, list[Item]] = {}
        self._some = asyncio.Event()

    def put(self, item: Item) -> None:
        """Put an event in, behind what its channel waits for."""
        held = self._held.get(item.channel)
        if held is not None:
            held.append(item)
        else:
            self._items.append(item)
            self._some.set()

    def hold(self, channels: Iterable[str]) -> None:
        """Let new events of these channels wait, for what comes before them is being fetched."""
        for channel in channels:
            self._held.setdefault(channel, [])

    def release(self, channel: str, missed: Sequence[Item] = ()) -> None:
        """Take what a channel missed, and then what waited behind it."""
        self._items.extend(missed)
        self._items.extend(self._held.pop(channel, ()))
        self._some.set()

    async def run(self) -> None:
        """Hand events to the core until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._items:
                size = min(_BATCH, len(self._items))
                await self._take([self._items.popleft() for _ in range(size)])

    async def _take(self, items: Sequence[Item]) -> None:
        read = [(item, await self._read(item)) for item in items]
        batch = [event for _, event in read if event is not None]
        said = iter(await self._accept(batch))
        for item, event in read:
            self._taken(item, event, None if event is None else next(said))
        await self._settled()

    async def _read(self, item: Item) -> Inbound | None:
        if item.event is None or isinstance(item.event, Inbound):
            return item.event
        try:
            return await item.event()
        except Exception as error:  # noqa: BLE001 -- what cannot be read must not stop the rest
            self._host.log.error("discord.unreadable", error=name_of(error))
            return None

    async def _accept(self, batch: list[Inbound]) -> list[Acceptance | None]:
        if not batch:
            return []
        wait = _FIRST_WAIT
        while True:
            try:
                return [*await self._host.accept(batch)]
            except StoreUnavailable:
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            except Exception as error:  # noqa: BLE001 -- a bug must not lose the others
                self._host.log.error("discord.not_accepted", error=name_of(error))
                if len(batch) == 1:
                    return [None]
                return [one for event in batch for one in await self._accept([event])]
