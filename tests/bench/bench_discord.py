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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import discord
import yaml
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from amity.adapter import Acceptance, Accepted
from amity.config import load_config
from amity.engine import Engine
from amity.message import Inbound
from amity.plugin import Found
from amity.testing.discord_server import DiscordServer
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity_discord import Config, Discord
from amity_discord.adapter import DiscordAdapter
from tests.bench.events import PEOPLE, SAID, TURNS, Count, Run, inbox_of, let_in, measure, take
from tests.discord.host import RecordingHost

SETTLE: Final = 1.5


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
        return await take(self._inbox, self._channel, batch, self._count)


@asynccontextmanager
async def _amity(
    printed: Sequence[str], people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run our adapter before a real inbox on a real store."""
    options = _options(printed)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "amity.yaml"
        listed = {"name": "mia", "adapter": "discord", **options}
        file.write_text(yaml.safe_dump({"channels": [listed]}), "utf-8")
        found = Found(manifests={"discord": Discord})
        engine = await Engine.build(load_config(file, {}, Path(name) / "data"), found=found)
        try:
            await let_in(engine, "discord", people)
            channel = Channel(name="mia", manifest=Discord, persona="mia")
            host = _BenchHost(inbox_of(engine), channel, count)
            async with _running(options, host):
                yield
        finally:
            await engine.close()


@asynccontextmanager
async def _adapter(
    printed: Sequence[str], _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run our adapter before nothing."""
    async with _running(_options(printed), _NullHost(count)):
        yield


def _options(printed: Sequence[str]) -> dict[str, str]:
    return dict(zip(("api_base", "gateway_url", "token"), printed, strict=True))


@asynccontextmanager
async def _running(options: Mapping[str, str], host: RecordingHost) -> AsyncIterator[None]:
    adapter = DiscordAdapter("mia", Config.model_validate(options))
    running = asyncio.create_task(adapter.run(host))
    await host.until(lambda: "up" in host.signs, seconds=30)
    yield
    running.cancel()
    await asyncio.wait([running])


@asynccontextmanager
async def _discord_py(
    printed: Sequence[str], _people: Sequence[str], count: Count
) -> AsyncIterator[None]:
    """Run discord.py's client with a handler that does nothing, with its caches as ours."""
    api, gateway, token = printed
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


def _measured(run: Run) -> float:
    return asyncio.run(measure(run, server=__name__, settle=SETTLE))


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
            figures[name].append(_measured(run))
    yardstick = min(figures["discord.py, dispatched to nothing"])
    for name, measured in figures.items():
        best = min(measured)
        print(f"{name:46} {best:6.3f} ms CPU an event {best / yardstick:6.2f}x")
    print("target 1.5x")
