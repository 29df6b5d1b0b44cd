"""A small host, and terminals that a test types into and reads from."""

import asyncio
import os
import pty
import re
import termios
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from amity.adapter import Acceptance, Accepted, Draft, MenuEntry, PersonaCard, Profile
from amity.errors import StoreUnavailable
from amity.message import (
    Choice,
    Command,
    Inbound,
    MediaRef,
    Outbound,
    OutboundKind,
    Part,
    Text,
    text_of,
)
from amity.sealed import SealedText
from amity.turn.words import command_of
from amity_console import Config
from amity_console.terminal import Terminal

Answer = Callable[["FakeHost", Inbound], Coroutine[Any, Any, None]]
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>]|\][^\x07]*\x07)")


class FakeHost:
    """What the core gives an adapter, as far as a terminal asks for it."""

    channel = "console"

    def __init__(self, answer: Answer, profile: Profile) -> None:
        self.clock = self
        self.log: Any = None
        self.state: Any = None
        self.media = self
        self.files: dict[str, bytes] = {}
        self.inbound: list[Inbound] = []
        self.terminal: Terminal | None = None
        self.unavailable = False
        self.status = Accepted.ACCEPTED
        self.nothing_comes = False
        self._answer = answer
        self._profile = profile
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> int:
        return 1_790_000_000_000

    def menu(self, language: str) -> list[MenuEntry]:
        return [MenuEntry(command="help", description="help")]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        return ["en"]

    def connected(self) -> None:
        """Nothing to note."""

    def disconnected(self, why: str) -> None:
        """Nothing to note."""

    async def profile(self, sender: Any) -> Profile:
        return self._profile

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        return [PersonaCard(id="mia", name="Mia", about="kind")]

    async def read(self, media: MediaRef) -> bytes | None:
        return self.files.get(media.key)

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        if self.unavailable:
            raise StoreUnavailable("no answer")
        self.inbound += batch
        for message in batch:
            task = asyncio.create_task(self._answer(self, message))
            self._tasks.add(task)
        return [Acceptance(status=self.status, id=m.id, chat="own") for m in batch]

    async def reply_of(self, sender: Any, address: Any, message_id: str) -> list[Outbound] | None:
        return [] if self.nothing_comes else None

    # ------------------------------------------------------------ what tests let it say

    async def say(
        self,
        to: Inbound,
        text: str,
        *parts: Part,
        reply: str = "r1",
        kind: OutboundKind = OutboundKind.REPLY,
        **more: Any,
    ) -> Any:
        assert self.terminal is not None
        said: tuple[Part, ...] = (Text(SealedText(text)), *parts) if text else parts
        outbound = Outbound(
            id=f"{reply}-{more.get('part', 0)}",
            reply=reply,
            kind=kind,
            parts=said,
            in_reply_to=(to.id,),
            persona="mia",
            **more,
        )
        return await self.terminal.send(to.address, outbound)

    async def notice(self, to: Inbound, text: str, *parts: Part) -> Any:
        return await self.say(to, text, *parts, reply="n", kind=OutboundKind.NOTICE)

    async def draft(self, to: Inbound, text: str, reply: str = "r1") -> None:
        assert self.terminal is not None
        draft = Draft(reply=reply, text=SealedText(text), persona="mia")
        await self.terminal.draft(to.address, draft)

    @property
    def said(self) -> list[str]:
        """What arrived: words, or commands as they would be typed."""
        found = []
        for message in self.inbound:
            (part,) = message.parts
            match part:
                case Choice() | Command():
                    name = part.command if isinstance(part, Choice) else part.name
                    argument = part.argument if isinstance(part, Choice) else ""
                    found.append(f"/{name} {argument}".strip())
                case _:
                    found.append(text_of((part,)).reveal())
        return found


async def echo(host: FakeHost, message: Inbound) -> None:
    (part,) = message.parts
    words = text_of((part,)).reveal() if isinstance(part, Text) else "pressed"
    await host.say(message, f"You said: {words}", reply=message.id)


class Ends:
    """Both ends of a running terminal."""

    def __init__(self, host: FakeHost, write: int, read: int, task: asyncio.Task[None]) -> None:
        self.host = host
        self.task = task
        self._write = write
        self._read = read
        self.text = ""
        os.set_blocking(read, False)

    def type(self, text: str) -> None:
        os.write(self._write, text.encode())

    def end(self) -> None:
        """Close the input."""
        with suppress(OSError):
            os.close(self._write)

    def hang_up(self) -> None:
        """Close what reads the output."""
        os.close(self._read)

    async def sees(self, text: str) -> None:
        """Wait until a text has been shown."""
        async with asyncio.timeout(20):
            while text not in self.shown():
                await asyncio.sleep(0.01)

    async def asked(self) -> None:
        """Wait until the prompt stands on the screen and keys reach it."""
        terminal = self.host.terminal
        assert terminal is not None
        async with asyncio.timeout(20):
            while terminal._screen is None or terminal._screen.above is None:
                self.shown()
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)  # until it has taken the keyboard over

    def shown(self) -> str:
        with suppress(BlockingIOError, OSError):
            while piece := os.read(self._read, 65536):
                self.text += piece.decode()
        return _ESCAPES.sub("", self.text).replace("\r", "")

    async def ended(self) -> str:
        async with asyncio.timeout(20):
            await self.task
        return self.shown()


Start = Callable[..., Any]


@pytest.fixture
def profile() -> Profile:
    return Profile(state="active", chat="own", language="en")


@pytest.fixture
def piped(profile: Profile) -> Start:
    """`async with piped(answer) as ends:` — a terminal between two pipes."""

    @asynccontextmanager
    async def start(answer: Answer = echo, **options: Any) -> AsyncIterator[Ends]:
        input_, write = os.pipe()
        read, output = os.pipe()
        config = Config(input=input_, output=output, **{"settle": 0.02, "patience": 15, **options})
        async with _running(answer, profile, config, write, read) as ends:
            yield ends
        for descriptor in (input_, output):
            os.close(descriptor)

    return start


@pytest.fixture
def typed(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> Start:
    """`async with typed(answer) as ends:` — a terminal with a person at it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")

    @asynccontextmanager
    async def start(answer: Answer = echo, **options: Any) -> AsyncIterator[Ends]:
        mine, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 200))
        state = options.pop("state", "active")
        config = Config(input=theirs, output=theirs, **{"settle": 0.02, "patience": 15, **options})
        known = Profile(state=state, chat="own", language=profile.language)
        async with _running(answer, known, config, mine, mine) as ends:
            yield ends
        os.close(theirs)

    return start


@asynccontextmanager
async def _running(
    answer: Answer, profile: Profile, config: Config, write: int, read: int
) -> AsyncIterator[Ends]:
    host = FakeHost(answer, profile)
    host.terminal = Terminal("console", config)
    task: asyncio.Task[None] = asyncio.create_task(host.terminal.run(host))  # type: ignore[arg-type]
    ends = Ends(host, write, read, task)
    yield ends
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for descriptor in {write, read}:
        with suppress(OSError):
            os.close(descriptor)
