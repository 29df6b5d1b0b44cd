"""What passes between an adapter and the core, seen at the contract that lies between them.

``watched`` puts a thin layer around the adapter, and around the host that it is given. Neither side
notices; a test sees each event and each message, can stop a call on its way, and can let the whole
process die as far as the adapter and the platform can tell.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn, cast

from pydantic import BaseModel

from amity.adapter import (
    Acceptance,
    Adapter,
    AdapterFactory,
    Draft,
    Host,
    Manifest,
    SupportsCheck,
    SupportsDelete,
    SupportsDraft,
    SupportsEdit,
    SupportsMedia,
    SupportsMenu,
    SupportsReactions,
    SupportsTyping,
)
from amity.errors import DeliveryError, StoreUnavailable
from amity.message import Address, Inbound, Outbound, OutboundKind, Receipt

__all__ = ["Hold", "Place", "Record", "Sent", "Taken", "watched"]

Place = str
"""Where a call can be held: ``accept.before``, ``accept.after``, ``send.before``, ``send.after``.

``before`` means before the call does anything, ``after`` that all is done but for returning.
"""


@dataclass(slots=True)
class Taken:
    """An event that the adapter handed in; without an acceptance while it is being taken."""

    inbound: Inbound
    acceptance: Acceptance | None = None


@dataclass(slots=True)
class Sent:
    """A message that the core handed out; without a receipt while it is being sent.

    Attributes:
        raised: What ``send`` raised, if it raised anything.
    """

    address: Address
    outbound: Outbound
    receipt: Receipt | None = None
    raised: Exception | None = None

    @property
    def is_reply(self) -> bool:
        """Whether it has the persona's voice."""
        return self.outbound.kind is OutboundKind.REPLY

    @property
    def error(self) -> DeliveryError | None:
        """Why it was not delivered, if it was not."""
        if isinstance(self.raised, DeliveryError):
            return self.raised
        return None if self.receipt is None else self.receipt.error


class Hold:
    """Stops the first call that comes to a place and fits, until it is released."""

    def __init__(self, place: Place, fits: Callable[[Any], bool]) -> None:
        self.place = place
        self.fits = fits
        self.reached = asyncio.Event()
        self._released = asyncio.Event()

    async def stop(self) -> None:
        """Stay here until released."""
        self.reached.set()
        await self._released.wait()

    def release(self) -> None:
        """Let the call go on."""
        self._released.set()


class _Untouched:
    """Stands for the platform's own object in ``raw``: the core has no business with it."""

    def __init__(self, record: "Record") -> None:
        object.__setattr__(self, "_record", record)

    def _touched(self, *_arguments: object) -> NoReturn:
        object.__getattribute__(self, "_record").raw_touched = True
        raise AttributeError("the core has no business with raw")

    __getattr__ = __setattr__ = __reduce__ = __iter__ = __len__ = __call__ = _touched
    __repr__ = __str__ = _touched


class Record:
    """All that passed between one adapter and the core, over all lives of the process."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.sent: list[Sent] = []
        self.drafts: list[tuple[Address, Draft]] = []
        self.drafted = 0
        self.typings: list[Address] = []
        self.moved: list[tuple[str, str]] = []
        self.raw_touched = False
        self.refuse_batches = 0
        self._holds: list[Hold] = []
        self._life = 0

    # --- what tests do

    def hold(self, place: Place, fits: Callable[[Any], bool] = lambda _: True) -> Hold:
        """Stop the next call at a place: for ``accept`` one whose batch has an event that fits."""
        hold = Hold(place, fits)
        self._holds.append(hold)
        return hold

    def die(self) -> None:
        """Let the process die: no call that is under way goes on, and none comes through."""
        self._life += 1
        for hold in self._holds:
            hold.release()
        self._holds.clear()

    # --- what the layer does

    @property
    def life(self) -> int:
        """The number of the life that is lived now."""
        return self._life

    def alive(self, life: int) -> None:
        """Go on, unless this life is over."""
        if life != self._life:
            raise asyncio.CancelledError

    async def passing(self, place: Place, life: int, *values: object) -> None:
        """Pass a place."""
        self.alive(life)
        for hold in self._holds:
            if hold.place == place and any(map(hold.fits, values)):
                self._holds.remove(hold)
                await hold.stop()
                break
        self.alive(life)


class _WatchedHost:
    """A host whose ``accept`` and ``chat_moved`` are seen."""

    def __init__(self, host: Host, record: Record) -> None:
        self._host = host
        self._record = record
        self._life = record.life

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        record = self._record
        await record.passing("accept.before", self._life, *batch)
        if record.refuse_batches:
            record.refuse_batches -= 1
            raise StoreUnavailable("the kit refuses this batch once")
        taken = [Taken(inbound) for inbound in batch]
        record.taken += taken
        acceptances = await self._host.accept([self._without_raw(inbound) for inbound in batch])
        for item, acceptance in zip(taken, acceptances, strict=True):
            item.acceptance = acceptance
        await record.passing("accept.after", self._life, *batch)
        return acceptances

    async def chat_moved(self, chat: str, to: str) -> None:
        await self._host.chat_moved(chat, to)
        self._record.moved.append((chat, to))

    def _without_raw(self, inbound: Inbound) -> Inbound:
        if inbound.raw is None:
            return inbound
        return replace(inbound, raw=_Untouched(self._record))


class _Watched:
    """An adapter whose calls are seen. What else it can is added by ``_layer``."""

    def __init__(self, adapter: Adapter, record: Record) -> None:
        self._adapter = adapter
        self._record = record
        self._life = record.life

    async def run(self, host: Host) -> None:
        await self._adapter.run(cast("Host", _WatchedHost(host, self._record)))

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        record = self._record
        await record.passing("send.before", self._life, outbound)
        sent = Sent(address, outbound)
        record.sent.append(sent)
        try:
            receipt = await self._adapter.send(address, outbound)
        except Exception as error:
            record.alive(self._life)
            sent.raised = error
            raise
        await record.passing("send.after", self._life, outbound)
        sent.receipt = receipt
        return receipt


async def _draft(self: Any, address: Address, draft: Draft) -> str | None:
    self._record.alive(self._life)
    self._record.drafts.append((address, draft))
    shown: str | None = await self._adapter.draft(address, draft)
    self._record.alive(self._life)
    self._record.drafted += 1
    return shown


async def _typing(self: Any, address: Address) -> None:
    self._record.alive(self._life)
    self._record.typings.append(address)
    await self._adapter.typing(address)


def _handed_on(name: str) -> Callable[..., Any]:
    async def method(self: Any, *values: Any, **named: Any) -> Any:
        self._record.alive(self._life)
        return await getattr(self._adapter, name)(*values, **named)

    method.__name__ = name
    return method


_MORE: Final[dict[type, tuple[str, Callable[..., Any]]]] = {
    SupportsDraft: ("draft", _draft),
    SupportsTyping: ("typing", _typing),
    SupportsEdit: ("edit", _handed_on("edit")),
    SupportsDelete: ("delete", _handed_on("delete")),
    SupportsReactions: ("react", _handed_on("react")),
    SupportsMenu: ("menu", _handed_on("menu")),
    SupportsMedia: ("fetch", _handed_on("fetch")),
    SupportsCheck: ("check", _handed_on("check")),
}


def _layer(adapter: Adapter) -> type[_Watched]:
    """Return the class of the layer for an adapter: it can what the adapter can."""
    methods = dict(pair for protocol, pair in _MORE.items() if isinstance(adapter, protocol))
    return type("Watched", (_Watched,), methods)


def watched(manifest: Manifest, record: Record) -> Manifest:
    """Return the same manifest, whose adapters are seen."""

    def load() -> AdapterFactory:
        make = manifest.load()

        def factory(channel: str, config: BaseModel) -> Adapter:
            adapter = make(channel, config)
            return _layer(adapter)(adapter, record)

        return factory

    return replace(manifest, load=load)
