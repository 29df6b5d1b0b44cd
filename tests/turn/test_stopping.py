"""A stop waits for what can still be answered, and not for a platform that is away."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from pydantic import BaseModel

from amity.adapter import AdapterFactory, Host, Manifest
from amity.config import load_config
from amity.engine import Engine
from amity.errors import RetryAfter
from amity.message import Address, Inbound, Outbound, Outcome, Receipt, Sender, Text
from amity.plugin import Found
from amity.sealed import SealedText

BOT: Final = "bot"
FOR_EVER: Final = 86_400.0


class Options(BaseModel):
    """Nothing to configure."""


class Platform:
    """A platform that is there, away, or never was, over the engines that come and go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "amity.yaml"
        self._file.write_text(f"channels: [{{name: bot, adapter: {BOT}, persona: mia}}]\n")
        self.reachable = True
        self.refusals: list[float] = []
        self.tried = asyncio.Event()
        self.shown: list[str] = []
        self.host: Host | None = None
        self.gone: Callable[[Host], None] = lambda _host: None

    async def run(self, host: Host) -> None:
        self.host = host
        if self.reachable:
            host.connected()
        await asyncio.Event().wait()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        self.tried.set()
        if self.refusals:
            assert self.host is not None
            self.gone(self.host)
            error = RetryAfter(self.refusals.pop())
            return Receipt(outcome=Outcome.FAILED, error=error)
        self.shown.append(outbound.id)
        return Receipt(outcome=Outcome.SENT, message_ids=(outbound.id,))

    async def start(self) -> Engine:
        def load() -> AdapterFactory:
            return lambda _name, _options: self

        manifest = Manifest(name=BOT, realm=BOT, config=Options, load=load, connects=True)
        loaded = load_config(self._file, {}, self._folder / "data")
        engine = await Engine.build(loaded, found=Found(manifests={BOT: manifest}))
        await engine.start()
        return engine

    async def say(self, text: str) -> None:
        async with asyncio.timeout(20):
            while self.host is None:
                await asyncio.sleep(0.01)
        said = Inbound(
            address=Address(channel="bot", chat="ann"),
            sender=Sender(id="ann", locale="en"),
            id=text,
            time=int(time.time() * 1000),
            parts=(Text(SealedText(text)),),
        )
        await self.host.accept([said])


async def _stopped(engine: Engine) -> None:
    async with asyncio.timeout(30):
        await engine.stop(drain=FOR_EVER)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


async def test_a_platform_that_is_away_keeps_nobody_from_stopping(platform: Platform) -> None:
    platform.gone = lambda host: host.disconnected("the platform is away")
    platform.refusals = [0.05] * 100_000
    engine = await platform.start()
    await platform.say("/start")
    await asyncio.wait_for(platform.tried.wait(), 20)
    await _stopped(engine)
    platform.tried.clear()
    engine = await platform.start()  # and away it stays, which is no doubtful send
    await asyncio.wait_for(platform.tried.wait(), 20)
    await _stopped(engine)
    assert platform.shown == []

    platform.refusals, platform.reachable, platform.host = [], False, None
    engine = await platform.start()  # it is not even reached now
    await _until(lambda: platform.host is not None)
    await _stopped(engine)
    assert platform.shown == []

    platform.reachable = True
    engine = await platform.start()
    await _until(lambda: platform.shown)
    await _stopped(engine)
    assert len(platform.shown) == 1, "what was unsent goes out once, after the next start"


async def test_a_wait_that_is_longer_than_the_stop_is_not_waited_for(platform: Platform) -> None:
    platform.refusals = [2 * FOR_EVER]
    engine = await platform.start()
    await platform.say("/start")
    await asyncio.wait_for(platform.tried.wait(), 20)
    await _stopped(engine)
    assert platform.shown == []


async def test_what_goes_out_in_a_moment_is_waited_for(platform: Platform) -> None:
    platform.refusals = [0.5]
    engine = await platform.start()
    await platform.say("/start")
    await asyncio.wait_for(platform.tried.wait(), 20)
    await _stopped(engine)
    assert len(platform.shown) == 1
