"""A core in memory that takes note of what it is handed, for tests of the adapter alone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog
from aiohttp import web

from amity.adapter import (
    Acceptance,
    Accepted,
    AdapterState,
    JournalEntry,
    KeyInfo,
    MediaStore,
    MenuEntry,
    PersonaCard,
    Profile,
)
from amity.clock import Clock, SystemClock
from amity.errors import StoreUnavailable
from amity.message import (
    Address,
    Command,
    Inbound,
    MediaRef,
    Outbound,
    OutboundKind,
    Part,
    Sender,
    Text,
    text_of,
)
from amity.sealed import SealedText
from amity.turn.words import command_of
from amity_telegram import Config
from amity_telegram.adapter import TelegramAdapter

__all__ = ["FakeHost", "Running", "outbound", "running"]

T = TypeVar("T")


class _State:
    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self._values.get(key)

    async def put(self, key: str, value: str) -> None:
        self._values[key] = value


class _Media:
    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        content = self.files.get(key)
        return None if content is None else (MediaRef(key=key), content)

    async def read(self, media: MediaRef) -> bytes | None:
        return self.files.get(media.key)


class FakeHost:
    """Takes everything, once; `unavailable` and `broken` make it refuse."""

    def __init__(self, channel: str = "mia") -> None:
        self.channel = channel
        self.clock: Clock = SystemClock()
        self.log: Any = structlog.get_logger()
        self.state: AdapterState = _State()
        self.files: dict[str, bytes] = {}
        self.media: MediaStore = _Media(self.files)
        self.batches: list[list[Inbound]] = []
        self.said: list[str] = []
        self.routes: list[web.AbstractRouteDef] = []
        self.profiles: dict[str, Profile] = {}
        self.moved: list[tuple[str, str]] = []
        self.moved_before: list[int] = []
        self.unavailable = 0
        self.broken: Callable[[Inbound], bool] = lambda _inbound: False
        self._seen: set[tuple[str, str, str, int]] = set()
        self._changed = asyncio.Event()

    @property
    def inbounds(self) -> list[Inbound]:
        """Everything that was taken, in its order."""
        return [inbound for batch in self.batches for inbound in batch]

    @property
    def heard(self) -> list[str]:
        """The words of everything that was taken."""
        return [text_of(inbound.parts).reveal() for inbound in self.inbounds]

    async def until(self, look: Callable[[], T | None], seconds: float = 15) -> T:
        """Wait until something is so (not `None`, not `False`)."""
        async with asyncio.timeout(seconds):
            while not (found := look()):
                self._changed.clear()
                waiting = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait([waiting], timeout=0.02)
                waiting.cancel()
        return found

    # ------------------------------------------------------------------ amity.adapter.Host

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        await asyncio.sleep(0)
        if self.unavailable:
            self.unavailable -= 1
            raise StoreUnavailable("the test says so")
        if any(self.broken(inbound) for inbound in batch):
            raise RuntimeError("the test says so")
        fresh: list[Inbound] = []
        results: list[Acceptance] = []
        for inbound in batch:
            key = (inbound.address.chat, inbound.id, inbound.event.value, inbound.time)
            if "callback" in inbound.id:
                key = (*key[:3], 0)
            status = Accepted.DUPLICATE if key in self._seen else Accepted.ACCEPTED
            if status is Accepted.ACCEPTED:
                self._seen.add(key)
                fresh.append(inbound)
            results.append(Acceptance(status=status, chat=inbound.address.chat))
        if fresh:
            self.batches.append(fresh)
        self._changed.set()
        return results

    def mount(
        self,
        routes: Iterable[web.AbstractRouteDef],
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        self.routes += routes

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        return [PersonaCard(id="mia", name="Mia", about="")]

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        return dict.fromkeys(keys, "")

    def menu(self, language: str) -> list[MenuEntry]:
        return [MenuEntry(command="help", description="help")]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        return ["en", "ru"]

    def connected(self) -> None:
        if not self.said or self.said[-1]:
            self.said.append("")
        self._changed.set()

    def disconnected(self, why: str) -> None:
        self.said.append(why)
        self._changed.set()

    async def chat_moved(self, chat: str, to: str) -> None:
        await asyncio.sleep(0)
        if self.unavailable:
            self.unavailable -= 1
            raise StoreUnavailable("the test says so")
        self.moved.append((chat, to))
        self.moved_before.append(len(self.inbounds))
        self._changed.set()

    async def profile(self, sender: Sender) -> Profile:
        known = Profile(state="active", chat=sender.id, language=sender.locale or "en")
        return self.profiles.get(sender.id, known)

    async def journal(self, sender: Sender, **_: Any) -> list[JournalEntry]:
        return []

    async def reply_of(
        self, sender: Sender, address: Address, message_id: str
    ) -> list[Outbound] | None:
        return None

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        return None

    async def keys(self, sender: Sender) -> list[KeyInfo]:
        return []

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        return False

    async def issue_recovery(self, sender: Sender) -> str | None:
        return None

    async def recover(self, sender: Sender, code: str) -> bool:
        return False


class Running:
    """An adapter that runs, and the core that it runs for."""

    def __init__(
        self, adapter: TelegramAdapter, host: FakeHost, task: "asyncio.Task[None]"
    ) -> None:
        self.adapter = adapter
        self.host = host
        self.task = task

    def address(self, chat: int, thread: str | None = None) -> Address:
        """Return a place."""
        return Address(channel=self.host.channel, chat=str(chat), thread=thread)


@asynccontextmanager
async def running(
    url: str, token: str, *, host: FakeHost | None = None, **more: Any
) -> AsyncIterator[Running]:
    """Run an adapter while the block runs; what it raises is raised at the end."""
    host = host or FakeHost()
    quick = {"poll_seconds": 1, "album_seconds": 0.2}
    config = Config.model_validate({"token": token, "api_base": url, **quick, **more})
    adapter = TelegramAdapter(host.channel, config)
    task = asyncio.create_task(adapter.run(host))
    try:
        await host.until(lambda: task.done() or bool(host.said))
        yield Running(adapter, host, task)
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


def outbound(
    *parts: Part | str, id: str = "r1", kind: OutboundKind = OutboundKind.REPLY, **more: Any
) -> Outbound:
    """Something to say."""
    made = tuple(Text(SealedText(p)) if isinstance(p, str) else p for p in parts)
    return Outbound(id=id, reply=more.pop("reply", id), parts=made, kind=kind, **more)
