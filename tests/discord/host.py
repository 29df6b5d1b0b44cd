"""A core in memory: it takes what the adapter hands it, once, and has it answered by the test."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from amity.adapter import (
    Acceptance,
    Accepted,
    AdapterState,
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
    Event,
    Inbound,
    MediaRef,
    Outbound,
    OutboundKind,
    Part,
    Receipt,
    Sender,
    Text,
    text_of,
)
from amity.sealed import SealedText
from amity.testing.discord_server import Bot, DiscordServer
from amity.turn.words import command_of
from amity_discord.adapter import DiscordAdapter
from amity_discord.config import Config

__all__ = ["MemoryState", "RecordingHost", "Running", "running", "words"]


class MovableClock:
    """The machine's clock, which a test can move."""

    def __init__(self) -> None:
        self.ahead = 0

    def now(self) -> int:
        return SystemClock().now() + self.ahead


class MemoryState:
    """What the adapter keeps; the same object over two runs is a restart."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.puts = 0

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str) -> None:
        self.puts += 1
        self.values[key] = value


class Files:
    """Files on their way to a person."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        return None

    async def read(self, media: MediaRef) -> bytes | None:
        return self.content.get(media.key)


class RecordingHost:
    """The ``Host`` that one adapter runs with."""

    def __init__(self, channel: str = "discord", state: MemoryState | None = None) -> None:
        self.channel = channel
        self.moved = MovableClock()
        self.clock: Clock = self.moved
        self.log: Any = structlog.get_logger()
        self.kept = state or MemoryState()
        self.state: AdapterState = self.kept
        self.files = Files()
        self.media: MediaStore = self.files
        self.batches: list[list[Inbound]] = []
        self.taken: list[Inbound] = []
        self.signs: list[str] = []
        self.away = 0
        self.poison = ""
        self.verdict: Accepted | None = None
        self.answer: Callable[[Inbound], Coroutine[Any, Any, None]] | None = None
        self.changed = asyncio.Event()
        self._seen: set[tuple[Address, str, Event, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        if self.away > 0:
            self.away -= 1
            raise StoreUnavailable("the store is away")
        if self.poison and any(self.poison in words(one) for one in batch):
            raise ValueError("a bug")
        self.batches.append([*batch])
        return [self._accept(inbound) for inbound in batch]

    def _accept(self, inbound: Inbound) -> Acceptance:
        edited = inbound.time if inbound.event is Event.EDITED else 0
        key = (inbound.address, inbound.id, inbound.event, edited)
        if key in self._seen:
            return Acceptance(status=Accepted.DUPLICATE)
        if self.verdict is not None:
            return Acceptance(status=self.verdict)
        if not (inbound.private or inbound.addressed):
            return Acceptance(status=Accepted.IGNORED)
        self._seen.add(key)
        self.taken.append(inbound)
        self.changed.set()
        if self.answer is not None:
            task = asyncio.create_task(self.answer(inbound))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return Acceptance(status=Accepted.ACCEPTED, id=str(len(self.taken)))

    def mount(
        self,
        routes: Iterable[Any],
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        raise AssertionError("the adapter serves nothing")

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        return [
            PersonaCard(id="mia", name="Mia", about="kind"),
            PersonaCard(id="leo", name="Leo", about="dry"),
        ]

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        return {key: f"{key} in {language}" for key in keys}

    def menu(self, language: str) -> list[MenuEntry]:
        return [MenuEntry(command="help", description=f"help in {language}")]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        return ["en", "ru"]

    def connected(self) -> None:
        self.signs.append("up")
        self.changed.set()

    def disconnected(self, why: str) -> None:
        self.signs.append(why)
        self.changed.set()

    async def chat_moved(self, chat: str, to: str) -> None:
        raise AssertionError("not told here")

    async def profile(self, sender: Sender) -> Profile:
        raise AssertionError("not asked for")

    async def journal(self, sender: Sender, **_: Any) -> list[Any]:
        raise AssertionError("not asked for")

    async def reply_of(self, sender: Sender, address: Address, message_id: str) -> None:
        raise AssertionError("not asked for")

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        raise AssertionError("not asked for")

    async def keys(self, sender: Sender) -> list[Any]:
        raise AssertionError("not asked for")

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        raise AssertionError("not asked for")

    async def issue_recovery(self, sender: Sender) -> str | None:
        raise AssertionError("not asked for")

    async def recover(self, sender: Sender, code: str) -> bool:
        raise AssertionError("not asked for")

    # ------------------------------------------------------------------- what a test asks

    async def until(self, ready: Callable[[], object], *, seconds: float = 15.0) -> None:
        """Wait until something holds of what was taken."""
        end = asyncio.get_running_loop().time() + seconds
        while not ready():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"it did not come: {self.said}, {self.signs}")
            self.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self.changed.wait()

    async def took(self, count: int) -> list[Inbound]:
        """Wait for so many events and return them."""
        await self.until(lambda: len(self.taken) >= count)
        return self.taken

    @property
    def said(self) -> list[str]:
        """The words of all that was taken."""
        return [words(one) for one in self.taken]


def words(inbound: Inbound) -> str:
    """Return what was said."""
    return text_of(inbound.parts).reveal()


class Running:
    """An adapter that runs against a Discord."""

    _numbers = itertools.count(1)

    def __init__(self, adapter: DiscordAdapter, host: RecordingHost) -> None:
        self.adapter = adapter
        self.host = host

    def outbound(self, text: str, *parts: Part, to: Inbound | None = None, **more: Any) -> Outbound:
        """Make a message that answers something."""
        id = more.pop("id", f"out-{next(self._numbers)}")
        answers = (to.id,) if to is not None else ()
        said: tuple[Part, ...] = (Text(SealedText(text)),) if text else ()
        values: dict[str, Any] = {
            "id": id,
            "reply": id,
            "kind": OutboundKind.REPLY,
            "in_reply_to": answers,
            **more,
        }
        return Outbound(parts=(*said, *parts), **values)

    async def say(self, to: Inbound, text: str, *parts: Part, **more: Any) -> Receipt:
        """Answer an event."""
        return await self.adapter.send(to.address, self.outbound(text, *parts, to=to, **more))


@asynccontextmanager
async def running(
    server: DiscordServer,
    bot: Bot,
    host: RecordingHost | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """Run an adapter until the block ends."""
    host = host or RecordingHost()
    config = Config.model_validate(
        {
            "token": bot.token,
            "api_base": server.api_url,
            "gateway_url": server.gateway_url,
            **options,
        }
    )
    adapter = DiscordAdapter(host.channel, config)
    task = asyncio.create_task(adapter.run(host))
    try:
        up = asyncio.create_task(host.until(lambda: "up" in host.signs, seconds=30))
        await asyncio.wait([task, up], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            up.cancel()
            task.result()
        await up
        yield Running(adapter, host)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
