"""The adapter: lines in, messages out."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from amity.adapter import Accepted, Draft, Host
from amity.errors import Gone, StoreUnavailable
from amity.message import (
    Address,
    Choice,
    Command,
    Inbound,
    MediaRef,
    Outbound,
    Outcome,
    Part,
    Receipt,
    Sender,
    Text,
)
from amity.sealed import SealedText
from amity_console import Config
from amity_console.reading import Interrupted, Lines, Prompt, Reader
from amity_console.screen import Screen
from amity_console.texts import words

if TYPE_CHECKING:
    from amity.adapter import SupportsDraft, SupportsTyping

__all__ = ["Terminal"]

_LEAVE: Final = frozenset({"/quit", "/exit"})
_NEW: Final = frozenset({"stranger", "new"})
_BUSY: Final = 6.0  # seconds; a sign of typing is repeated every four
_LOOK: Final = 1.0  # seconds between two questions whether anything will come at all


class Terminal:
    """A chat between one person and the core, in one terminal.

    One line is sent at a time: the next is asked for when the answer is there, when Ctrl-C is
    pressed twice, or when patience ends. What comes later is shown when it comes.
    """

    def __init__(self, name: str, config: Config) -> None:
        self._name = name
        self._config = config
        self._in = sys.stdin.fileno() if config.input is None else config.input
        self._out = sys.stdout.fileno() if config.output is None else config.output
        self._is_terminal = os.isatty(self._in) and os.isatty(self._out)
        self._sender = Sender(id=_user(), locale=_locale())
        self._host: Host | None = None
        self._screen: Screen | None = None
        self._words = words("en")
        self._expected: set[str] = set()
        self._active_at = 0.0
        self._busy_until = 0.0
        self._moved = asyncio.Event()
        self._file: tuple[MediaRef, bytes] | None = None

    # ------------------------------------------------------------------ the person writes

    async def run(self, host: Host) -> None:
        """Talk until the person leaves or the input ends."""
        self._host = host
        profile = await host.profile(self._sender)
        self._words = words(profile.language)
        names = {card.id: card.name for card in host.personas(profile.language)}
        screen = self._screen = Screen(
            self._out,
            styled=self._is_terminal and "NO_COLOR" not in os.environ,
            words=self._words,
            named=lambda persona: names.get(persona) or persona or "–",
        )
        reader: Reader = (
            Prompt(self._in, self._out, screen) if self._is_terminal else Lines(self._in)
        )
        try:
            if self._is_terminal:
                await screen.line(self._words["begin"])
                if profile.state in _NEW:
                    await self._say(host, screen, Command(name="start"))
            await self._talk(host, screen, reader)
        finally:
            reader.close()

    async def _talk(self, host: Host, screen: Screen, reader: Reader) -> None:
        leaving = False
        while not screen.closed:
            try:
                line = await reader.line(self._words["prompt"])
            except Interrupted:
                if leaving:
                    break
                leaving = True
                await screen.line(self._words["again"])
                continue
            leaving = False
            if line is None or line.strip() in _LEAVE:
                break
            text = line.strip()
            if text == "/save" or text.startswith("/save "):
                await self._save(screen, text.removeprefix("/save").strip())
            elif text:
                await self._say(host, screen, self._part(screen, text))
        if self._is_terminal:
            await screen.line(self._words["bye"])

    def _part(self, screen: Screen, text: str) -> Part:
        """Return what a line means: the number of a button shown last, or words."""
        choices, screen.choices = screen.choices, ()
        if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(choices):
            button = choices[int(text[:4]) - 1]
            method = "numbered choice"
            return Choice(command=button.command, argument=button.argument, method=method)
        return Text(SealedText(text))

    async def _say(self, host: Host, screen: Screen, part: Part) -> None:
        """Send a message and wait for what answers it."""
        address = Address(channel=host.channel, chat="")
        inbound = Inbound(
            address=address,
            sender=self._sender,
            id=uuid4().hex,
            time=host.clock.now(),
            parts=(part,),
        )
        self._expected.add(inbound.id)
        self._active_at = _now()
        try:
            accepted = await host.accept([inbound])
        except StoreUnavailable:
            self._expected.discard(inbound.id)
            await screen.line(self._words["unavailable"])
            return
        if accepted and accepted[0].status is Accepted.IGNORED:
            self._expected.discard(inbound.id)
            await screen.line(self._words["ignored"])
            return
        if accepted and accepted[0].chat:
            address = Address(channel=host.channel, chat=accepted[0].chat)
        with self._stoppable(host, address) as given_up:
            if not await self._answered(host, address, inbound.id, given_up):
                self._expected.discard(inbound.id)
                if not given_up.is_set() and not screen.closed:
                    await screen.line(self._words["late"])

    async def _answered(
        self, host: Host, address: Address, message: str, given_up: asyncio.Event
    ) -> bool:
        """Wait until a message is answered and nothing more seems to come; false if it is not."""
        end = _now() + self._config.patience
        look = _now() + _LOOK
        while not given_up.is_set() and self._screen is not None and not self._screen.closed:
            now = _now()
            calm = max(self._active_at + self._config.settle, self._busy_until)
            if message not in self._expected and now >= calm:
                return True
            if now >= end:
                return False
            if message in self._expected and now >= look:
                look = now + _LOOK
                if await host.reply_of(self._sender, address, message) is not None:
                    self._expected.discard(message)
            until = min(end, look if message in self._expected else calm)
            self._moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), max(0.01, until - _now()))
        return False

    @contextmanager
    def _stoppable(self, host: Host, address: Address) -> Iterator[asyncio.Event]:
        """Make the first Ctrl-C stop the reply and the second stop waiting, in a terminal."""
        given_up = asyncio.Event()
        if not self._is_terminal:
            yield given_up
            return
        loop = asyncio.get_running_loop()
        stops: list[asyncio.Task[None]] = []

        def pressed() -> None:
            if stops:
                given_up.set()
                self._moved.set()
            else:
                stops.append(loop.create_task(self._stop(host, address)))

        before = signal.getsignal(signal.SIGINT)
        loop.add_signal_handler(signal.SIGINT, pressed)
        try:
            yield given_up
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)

    async def _stop(self, host: Host, address: Address) -> None:
        stop = Inbound(
            address=address,
            sender=self._sender,
            id=uuid4().hex,
            time=host.clock.now(),
            parts=(Command(name="stop"),),
        )
        try:
            await host.accept([stop])
        except StoreUnavailable:
            if self._screen is not None:
                await self._screen.line(self._words["unavailable"])

    async def _save(self, screen: Screen, name: str) -> None:
        """Write the file that was shown last to where the person wants it."""
        if self._file is None:
            await screen.line(self._words["save_none"])
            return
        media, content = self._file
        try:
            path = await asyncio.to_thread(_write_new, name or media.name or "file", content)
        except FileExistsError:
            await screen.line(self._words["save_exists"])
        except (OSError, ValueError):
            await screen.line(self._words["save_failed"])
        else:
            await screen.line(self._words["saved"].format(path=path))

    # ------------------------------------------------------------------ the core speaks

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message."""
        screen = self._screen
        if screen is None:
            return Receipt(outcome=Outcome.FAILED, error=Gone("the terminal is not there yet"))
        seen = await screen.message(outbound, self._fetch)
        if outbound.last:
            self._busy_until = 0.0
            self._expected.difference_update(outbound.in_reply_to)
        self._stirred()
        if not seen:
            return Receipt(outcome=Outcome.FAILED, error=Gone("the terminal was closed"))
        return Receipt(outcome=Outcome.SENT, message_ids=(outbound.id,))

    async def draft(self, address: Address, draft: Draft) -> None:
        """Show the words so far."""
        if self._screen is not None:
            self._busy_until = _now() + _BUSY if draft.text else 0.0
            await self._screen.draft(draft.reply, draft.persona, draft.text.reveal())
            self._stirred()

    async def typing(self, address: Address) -> None:
        """Take note that a reply is being made, and go on waiting for it."""
        self._busy_until = _now() + _BUSY
        self._stirred()

    async def _fetch(self, media: MediaRef) -> int | None:
        content = await self._host.media.read(media) if self._host is not None else None
        if content is None:
            return None
        self._file = (media, content)
        return len(content)

    def _stirred(self) -> None:
        self._active_at = _now()
        self._moved.set()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _user() -> str:
    """Return who runs this: one person for each user of the operating system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _locale() -> str | None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").partition(".")[0].partition("@")[0]
        if value:
            return None if value in {"C", "POSIX"} else value.replace("_", "-")
    return None


def _write_new(name: str, content: bytes) -> Path:
    path = Path(name).expanduser()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path


if TYPE_CHECKING:  # what the adapter can do, shown to the type checker
    _DRAFTS: "type[SupportsDraft]" = Terminal
    _TYPES: "type[SupportsTyping]" = Terminal
