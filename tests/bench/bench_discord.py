"""CPU of Discord events, from the gateway to the committed inbox.

The yardstick, in the same run, is discord.py's own dispatch of the same events to a handler that
does nothing: it inflates and parses them, makes its objects and forgets them. Ours does that and
makes events of the core's of them (the second figure); then the core finds the people, seals the
words and commits them to SQLite (the third). The target is 1.5 times discord.py. The adapter's own
part is within it; with the commit it cannot be, since that alone costs several times as much as all
that discord.py does, which is a quarter of what aiogram does for an update. Half of the messages
are direct ones, half are mentions in a server's channel. The server runs in a process of its own.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import discord
import yaml
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from amity.adapter import Acceptance, Accepted
from amity.config import load_config
from amity.engine import Engine
from amity.message import Inbound, Sender
from amity.models.budgets import LimitsConfig
from amity.people import Evidence, Scope
from amity.plugin import Found
from amity.testing.discord_server import DiscordServer
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity.turn.limits import RateLimit
from amity.turn.stages.gate import may_talk
from amity_discord import Config, Discord
from amity_discord.adapter import DiscordAdapter
from tests.discord.host import RecordingHost

PEOPLE = 20
ROUNDS = 60
WARM = 15
TURNS = 3
SAID = "I was at the lake today and thought about what you said, it was good to hear that. 🙂"

Count = Callable[[int], None]
Run = Callable[[str, str, str, Sequence[str], Count], AbstractAsyncContextManager[None]]


def serve() -> None:
    """Be the server: make a bot and people, and let them write on demand."""
    asyncio.run(_serve())


async def _serve() -> None:
    async with DiscordServer() as server:
        mia = server.bot("Mia")
        people = [server.person(f"Person {n}") for n in range(PEOPLE)]
        channel = server.guild("Home", members=people, bots=[mia]).channel("general")
        addresses = (server.api_url, server.gateway_url, mia.token)
        print(*addresses, *(person.id for person in people), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await mia.online()
            for number in range(int(line)):
                for person in people:
                    if number % 2:
                        person.dm(mia).write(SAID)
                    else:
                        person.at(channel).write(f"{mia.mention} {SAID}")
                await asyncio.sleep(0.005)


class _NullHost(RecordingHost):
    """A core that takes everything and does nothing."""

    def __init__(self, count: Count) -> None:
        super().__init__("mia")
        self._count = count

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        self._count(len(batch))
        return [Acceptance(status=Accepted.ACCEPTED)] * len(batch)


class _BenchHost(RecordingHost):
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
async def _amity(
    api: str, gateway: str, token: str, people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run our adapter before a real inbox on a real store."""
    options = {"token": token, "api_base": api, "gateway_url": gateway}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "amity.yaml"
        channel = {"name": "mia", "adapter": "discord", **options}
        file.write_text(yaml.safe_dump({"channels": [channel]}), "utf-8")
        found = Found(manifests={"discord": Discord})
        engine = await Engine.build(load_config(file, {}, Path(name) / "data"), found=found)
        try:
            await _let_in(engine, people)
            host = _BenchHost(
                _inbox(engine), Channel(name="mia", manifest=Discord, persona="mia"), count
            )
            async with _running(options, host):
                yield
        finally:
            await engine.close()


@asynccontextmanager
async def _adapter(
    api: str, gateway: str, token: str, _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run our adapter before nothing."""
    async with _running(
        {"token": token, "api_base": api, "gateway_url": gateway}, _NullHost(count)
    ):
        yield


@asynccontextmanager
async def _running(options: Mapping[str, str], host: RecordingHost) -> AsyncIterator[None]:
    adapter = DiscordAdapter("mia", Config.model_validate(options))
    running = asyncio.create_task(adapter.run(host))
    await host.until(lambda: "up" in host.signs, seconds=30)
    yield
    running.cancel()
    await asyncio.wait([running])


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
        person = await engine.services.people.meet("discord", Sender(id=id, locale="en"))
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
async def _discord_py(
    api: str, gateway: str, token: str, _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run discord.py's client with a handler that does nothing, with its caches as ours."""
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    intents = discord.Intents(guilds=True, messages=True, reactions=True)
    client = discord.Client(
        intents=intents, max_messages=None, member_cache_flags=discord.MemberCacheFlags.none()
    )

    @client.event
    async def on_message(message: discord.Message) -> None:
        count(1)

    async with client:
        running = asyncio.create_task(client.start(token))
        while not client.is_ready():
            await asyncio.sleep(0.05)
        yield
        running.cancel()
        await asyncio.wait([running])


async def _measure(run: Run) -> float:
    """Return milliseconds of CPU an event."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from tests.bench.bench_discord import serve; serve()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    api, gateway, token, *people = (await child.stdout.readline()).decode().split()
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
        async with run(api, gateway, token, people, count):
            child.stdin.write(b"%d\n" % WARM)
            await until(WARM * PEOPLE)
            await asyncio.sleep(1.5)  # what a connection begins with is over
            began = time.process_time()
            child.stdin.write(b"%d\n" % ROUNDS)
            await until((WARM + ROUNDS) * PEOPLE)
            spent = time.process_time() - began
    finally:
        child.stdin.close()
        await child.wait()
    return spent / (ROUNDS * PEOPLE) * 1000


def main() -> None:
    """Print the figures, the best of some turns each."""
    kinds: dict[str, Run] = {
        "discord.py, dispatched to nothing": _discord_py,
        "the adapter, before a core that does nothing": _adapter,
        "amity, committed to the inbox": _amity,
    }
    figures: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(TURNS):
        for name, run in kinds.items():
            figures[name].append(asyncio.run(_measure(run)))
    yardstick = min(figures["discord.py, dispatched to nothing"])
    for name, measured in figures.items():
        best = min(measured)
        print(f"{name:46} {best:6.3f} ms CPU an event {best / yardstick:6.2f}x")
    print("target 1.5x")
