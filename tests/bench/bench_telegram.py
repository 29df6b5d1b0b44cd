"""CPU of Telegram updates, from the server to the committed inbox, in batches of 20.

The yardstick, in the same run, is aiogram's own dispatch of the same updates to a handler that does
nothing: it parses them and forgets them. Ours parses them, finds the people, seals the words and
commits them to SQLite before they are confirmed. The target is 1.5 times aiogram. The server
runs in a process of its own.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import yaml
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from amity.adapter import Acceptance
from amity.config import load_config
from amity.engine import Engine
from amity.message import Inbound
from amity.plugin import Found
from amity.testing.telegram_server import BotApiServer
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity_telegram import Config, Telegram
from amity_telegram.adapter import TelegramAdapter
from tests.bench.events import PEOPLE, SAID, TURNS, Count, Run, inbox_of, let_in, measure, take
from tests.telegram.host import FakeHost

SETTLE: Final = 0.3


def serve() -> None:
    """Be the server: make a bot and people, and let them write on demand."""
    asyncio.run(_serve())


async def _serve() -> None:
    async with BotApiServer() as server:
        mia = server.bot("Mia")
        people = [server.person(f"Person {n}", language_code="en") for n in range(PEOPLE)]
        print(server.url, mia.token, *(person.id for person in people), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            for _ in range(int(line)):
                for person in people:
                    person.open(mia).say(SAID)
                await server.world.changes.until(
                    lambda: True if not mia.updates.pending else None, 60, "confirmation"
                )


class _BenchHost(FakeHost):
    """A core that is the real inbox and nothing behind it."""

    def __init__(self, inbox: Inbox, channel: Channel, count: Count) -> None:
        super().__init__(channel.name)
        self._inbox = inbox
        self._channel = channel
        self._count = count

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        return await take(self._inbox, self._channel, batch, self._count)


@asynccontextmanager
async def _amity(
    printed: Sequence[str], people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run our adapter before a real inbox on a real store."""
    url, token = printed
    options = {"token": token, "api_base": url, "poll_seconds": 5}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "amity.yaml"
        listed = {"name": "mia", "adapter": "telegram", **options}
        file.write_text(yaml.safe_dump({"channels": [listed]}), "utf-8")
        found = Found(manifests={"telegram": Telegram})
        engine = await Engine.build(load_config(file, {}, Path(name) / "data"), found=found)
        try:
            await let_in(engine, "telegram", people)
            channel = Channel(name="mia", manifest=Telegram, persona="mia")
            host = _BenchHost(inbox_of(engine), channel, count)
            adapter = TelegramAdapter("mia", Config.model_validate(options))
            running = asyncio.create_task(adapter.run(host))
            yield
            running.cancel()
            await asyncio.wait([running])
        finally:
            await engine.close()


@asynccontextmanager
async def _aiogram(
    printed: Sequence[str], _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run aiogram's dispatcher with a handler that does nothing."""
    url, token = printed
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def handle(message: Message) -> None:
        count(1)

    polling = asyncio.create_task(
        dispatcher.start_polling(
            bot,
            polling_timeout=5,
            handle_as_tasks=False,
            handle_signals=False,
            allowed_updates=["message"],
        )
    )
    yield
    polling.cancel()
    await asyncio.wait([polling])
    await bot.session.close()


def _measured(run: Run) -> float:
    return asyncio.run(measure(run, server=__name__, settle=SETTLE))


def main() -> None:
    """Print the figures, the best of some turns each."""
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(_measured(_aiogram))
        ours.append(_measured(_amity))
    print(f"aiogram, dispatched to nothing    {min(theirs):6.3f} ms CPU an update")
    print(f"amity, committed to the inbox     {min(ours):6.3f} ms CPU an update")
    print(f"ratio                             {min(ours) / min(theirs):6.2f}    (target 1.5)")
