"""CPU of Telegram updates, from the server to the committed inbox, in batches of 20.

The yardstick, in the same run, is aiogram's own dispatch of the same updates to a handler that does
nothing: it parses them and forgets them. Ours parses them, finds the people, seals the words and
commits them to SQLite before they are confirmed. The target is 1.5 times aiogram. The server
runs in a process of its own.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import yaml
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from amity.adapter import Acceptance, Accepted
from amity.config import load_config
from amity.engine import Engine
from amity.message import Inbound, Sender
from amity.models.budgets import LimitsConfig
from amity.people import Evidence, Scope
from amity.plugin import Found
from amity.testing.telegram_server import BotApiServer
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity.turn.limits import RateLimit
from amity.turn.stages.gate import may_talk
from amity_telegram import Config, Telegram
from amity_telegram.adapter import TelegramAdapter
from tests.telegram.host import FakeHost

PEOPLE = 20
BATCHES = 60
WARM = 15
TURNS = 3
SAID = "I was at the lake today and thought about what you said, it was good to hear that. 🙂"

Count = Callable[[int], None]
Run = Callable[[str, str, Sequence[str], Count], AbstractAsyncContextManager[None]]


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
        taken = await self._inbox.accept(self._channel, batch)
        if any(one.status is not Accepted.ACCEPTED for one in taken):
            raise SystemExit(f"not accepted: {[one.status.value for one in taken]}")
        self._count(len(batch))
        return taken


@asynccontextmanager
async def _amity(url: str, token: str, people: Sequence[str], count: Count) -> AsyncIterator[None]:
    """Run our adapter before a real inbox on a real store."""
    options = {"token": token, "api_base": url, "poll_seconds": 5}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "amity.yaml"
        channel = {"name": "mia", "adapter": "telegram", **options}
        file.write_text(yaml.safe_dump({"channels": [channel]}), "utf-8")
        found = Found(manifests={"telegram": Telegram})
        engine = await Engine.build(load_config(file, {}, Path(name) / "data"), found=found)
        try:
            await _let_in(engine, people)
            host = _BenchHost(
                _inbox(engine), Channel(name="mia", manifest=Telegram, persona="mia"), count
            )
            adapter = TelegramAdapter("mia", Config.model_validate(options))
            running = asyncio.create_task(adapter.run(host))
            yield
            running.cancel()
            await asyncio.wait([running])
        finally:
            await engine.close()


async def _let_in(engine: Engine, people: Sequence[str]) -> None:
    facts = engine.services.facts
    evidence = Evidence(
        channel="mia",
        method="button",
        language="en",
        policy_version=facts.policy_version,
        policy_hash="0" * 64,
    )
    for id in people:
        person = await engine.services.people.meet("telegram", Sender(id=id, locale="en"))
        person = await engine.services.people.state_adult(person, evidence)
        await engine.services.people.agree(person, {Scope.SERVICE}, evidence)


def _inbox(engine: Engine) -> Inbox:
    services = engine.services
    return Inbox(
        vault=services.vault,
        people=services.people,
        conversations=services.conversations,
        clock=services.clock,
        ids=services.ids,
        rate=RateLimit(services.clock, burst=10**9, per_minute=10**9),
        longest=LimitsConfig().message_characters,
        wake=lambda _arrival: None,
        refuse=lambda _refusal: None,
        count=lambda _channel, _status: None,
        may_talk=lambda person: may_talk(services, person),
        offered=lambda _channel, _persona: True,
        support=services.support,
    )


@asynccontextmanager
async def _aiogram(
    url: str, token: str, _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run aiogram's dispatcher with a handler that does nothing."""
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


async def _measure(run: Run) -> float:
    """Return milliseconds of CPU an update."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from tests.bench.bench_telegram import serve; serve()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    url, token, *people = (await child.stdout.readline()).decode().split()
    seen, changed = 0, asyncio.Event()

    def count(number: int) -> None:
        nonlocal seen
        seen += number
        changed.set()

    async def until(number: int) -> None:
        while seen < number:
            changed.clear()
            await asyncio.wait_for(changed.wait(), 60)

    try:
        async with run(url, token, people, count):
            child.stdin.write(b"%d\n" % WARM)
            await until(WARM * PEOPLE)
            await asyncio.sleep(0.3)
            began = time.process_time()
            child.stdin.write(b"%d\n" % BATCHES)
            await until((WARM + BATCHES) * PEOPLE)
            spent = time.process_time() - began
    finally:
        child.stdin.close()
        await child.wait()
    return spent / (BATCHES * PEOPLE) * 1000


def main() -> None:
    """Print the figures, the best of some turns each."""
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(asyncio.run(_measure(_aiogram)))
        ours.append(asyncio.run(_measure(_amity)))
    print(f"aiogram, dispatched to nothing    {min(theirs):6.3f} ms CPU an update")
    print(f"amity, committed to the inbox     {min(ours):6.3f} ms CPU an update")
    print(f"ratio                             {min(ours) / min(theirs):6.2f}    (target 1.5)")
