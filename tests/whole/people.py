"""People on every channel who do the same things: pass the gate, talk, ask for their data."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from aiohttp import web

from amity.testing.discord_server import Chat
from amity.testing.fake_model import Answer, FakeModel
from amity.testing.telegram_server import OpenChat
from tests.discord.real import enter as enter_discord
from tests.discord.real import quiet
from tests.promises.looking import export_of
from tests.promises.people import OnWeb
from tests.support.amity import amity_command
from tests.support.program import clean_environment
from tests.support.talker import text_of
from tests.telegram.talk import enter as enter_telegram

__all__ = ["LAST", "OnConsole", "OnDiscord", "OnTelegram", "OnTheWeb", "Slow", "Someone"]

LAST: Final = "And that is the whole of it."
_PATIENCE: Final = 60.0  # seconds


class Slow(FakeModel):
    """Says all that it was told, and after a while how it ends."""

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        # But for the rules at the beginning, which would be stopped, and what it said itself.
        heard = [one for one in body["messages"][1:] if one["role"] != "assistant"]
        said = " / ".join(str(message["content"]) for message in heard)
        words = (f"I heard: {said}. ", "I keep it in mind. ", "I think about it. ", LAST)
        return body, Answer(chunks=words, between=0.7)


class Someone(Protocol):
    """A person in one chat of one channel."""

    async def enter(self) -> None:
        """Go through the gate."""
        ...

    def say(self, text: str) -> None:
        """Say something."""
        ...

    def shown(self) -> str:
        """Return all that is shown to them, also what was shown for a moment."""
        ...

    def growing(self, begin: str) -> bool:
        """Say whether the beginning of a reply is shown, and its end is not."""
        ...

    def whole(self, begin: str) -> bool:
        """Say whether a reply is shown whole, as a message that stays."""
        ...

    async def export(self) -> bytes:
        """Ask for all that is stored about them; return what the files hold."""
        ...


def _is_begun(text: str, begin: str) -> bool:
    return begin in text and LAST not in text.partition(begin)[2]


def _is_whole(text: str, begin: str) -> bool:
    return begin in text and LAST in text.partition(begin)[2]


def _unpacked(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return b"\n".join(files.read(name) for name in files.namelist())


class OnTelegram:
    """Somebody in their own chat with a bot."""

    def __init__(self, chat: OpenChat) -> None:
        self.chat = chat

    async def enter(self) -> None:
        await enter_telegram(self.chat, seconds=_PATIENCE)

    def say(self, text: str) -> None:
        self.chat.say(text)

    def _stays(self) -> str:
        return "\n".join(m.text for m in self.chat.messages if m.from_bot)

    def shown(self) -> str:
        drafts = (draft.text for draft in self.chat.drafts)
        return "\n".join([self._stays(), *drafts])

    def growing(self, begin: str) -> bool:
        draft = self.chat.draft
        return draft is not None and _is_begun(draft.text, begin)

    def whole(self, begin: str) -> bool:
        return _is_whole(self._stays(), begin)

    async def export(self) -> bytes:
        self.chat.say("/export")
        file = await self.chat.until(
            lambda chat: next((m.file for m in chat.messages if m.file), None), _PATIENCE
        )
        return _unpacked(file.data)


class OnDiscord:
    """Somebody in their own chat with a bot."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat

    async def enter(self) -> None:
        await enter_discord(self.chat)

    def say(self, text: str) -> None:
        self.chat.write(text)

    def shown(self) -> str:
        return "\n".join(m.content for m in self.chat.from_bots())

    def growing(self, begin: str) -> bool:
        return _is_begun(self.shown(), begin)

    def whole(self, begin: str) -> bool:
        return _is_whole(self.shown(), begin)

    async def export(self) -> bytes:
        self.chat.slash("export")
        shown = await self.chat.seen(lambda m: bool(m.files), seconds=_PATIENCE)
        await quiet(self.chat, seconds=0.2)
        return _unpacked(shown.files[0].data)


class OnTheWeb:
    """Somebody on the chat page."""

    def __init__(self, person: OnWeb) -> None:
        self.person = person
        self._saying: set[asyncio.Task[str]] = set()

    async def enter(self) -> None:
        await self.person.enter()
        self.person.talker.listen()

    def say(self, text: str) -> None:
        self._saying.add(asyncio.create_task(self.person.talker.say(text)))

    def _drafts(self) -> list[str]:
        events = self.person.talker.events
        return [] if events is None else list(events.drafts.values())

    def _stays(self) -> str:
        events = self.person.talker.events
        return "" if events is None else "\n".join(text_of(m) for m in events.messages)

    def shown(self) -> str:
        return "\n".join([self._stays(), *self._drafts()])

    def growing(self, begin: str) -> bool:
        return any(_is_begun(text, begin) for text in self._drafts())

    def whole(self, begin: str) -> bool:
        return _is_whole(self._stays(), begin)

    async def export(self) -> bytes:
        return b"\n".join((await export_of(self.person)).values())


class OnConsole:
    """Somebody at the terminal of the machine, talking with the process that runs."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path) -> None:
        self._process = process
        self._home = home
        self._text = ""
        self.reading = asyncio.create_task(self._read())

    @classmethod
    @asynccontextmanager
    async def at(cls, home: Path) -> AsyncIterator["OnConsole"]:
        """Open a terminal until the block ends."""
        process = await asyncio.create_subprocess_exec(
            amity_command(), "chat", cwd=home,
            env={**clean_environment(home), "AMITY_DATA": str(home / "data")},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        console = cls(process, home)
        try:
            yield console
        finally:
            assert process.stdin is not None
            process.stdin.close()
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
                await console.reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while piece := await self._process.stdout.read(65536):
            self._text += piece.decode()

    async def _sees(self, look: Callable[[str], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not look(self._text):
                await asyncio.sleep(0.05)

    async def enter(self) -> None:
        for line in ("hello", "/i_am_18", "/agree"):
            self.say(line)
        await self._sees(lambda text: "Mia:" in text)

    def say(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n".encode())

    def shown(self) -> str:
        return self._text

    def growing(self, begin: str) -> bool:
        return _is_begun(self._text, begin)

    def whole(self, begin: str) -> bool:
        return _is_whole(self._text, begin)

    async def export(self) -> bytes:
        for line in ("/export", "/save mine.zip"):
            self.say(line)
        await self._sees(lambda text: "mine.zip" in text)
        return _unpacked(await asyncio.to_thread((self._home / "mine.zip").read_bytes))
