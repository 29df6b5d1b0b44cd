"""Reloads in one process: one after another, and never across the engine's start and end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from amity.adapter import AdapterFactory, Host, Manifest
from amity.config import load_config
from amity.engine import Engine
from amity.errors import OperatorError
from amity.message import Address, Outbound, Outcome, Receipt
from amity.plugin import Found

BOT: Final = "bot"


class Options(BaseModel):
    """Nothing to configure."""


class OneAtATime:
    """An adapter that needs a moment to end, as a bot's does; two would be in each other's way."""

    def __init__(self) -> None:
        self.running = self.most = self.begun = 0
        self.news = asyncio.Event()

    async def run(self, host: Host) -> None:
        self.begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        self.news.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            self.running -= 1

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        return Receipt(outcome=Outcome.SENT)

    def manifest(self) -> Manifest:
        def load() -> AdapterFactory:
            return lambda _name, _options: self

        return Manifest(name=BOT, realm=BOT, config=Options, load=load)


class Installation:
    """An engine with one bot, and the file that it reads."""

    def __init__(self, folder: Path, adapter: OneAtATime) -> None:
        self.adapter = adapter
        self.file = folder / "amity.yaml"
        self.engine: Engine

    def configure(self, persona: str) -> None:
        text = f"channels: [{{name: bot, adapter: {BOT}, persona: {persona}}}]\n"
        self.file.write_text(text, "utf-8")

    def reload(self, persona: str) -> asyncio.Task[list[str]]:
        self.configure(persona)
        return asyncio.create_task(self.engine.reload())

    async def up(self) -> None:
        async with asyncio.timeout(10):
            while not self.adapter.running:
                self.adapter.news.clear()
                await self.adapter.news.wait()


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    made = Installation(tmp_path, adapter := OneAtATime())
    made.configure("mia")
    loaded = load_config(made.file, {}, tmp_path / "data")
    with capture_logs():
        made.engine = await Engine.build(loaded, found=Found(manifests={BOT: adapter.manifest()}))
        yield made
        await made.engine.stop()
    assert adapter.most <= 1
    assert adapter.running == 0
    assert not [t for t in asyncio.all_tasks() if t.get_name().startswith("channel ")]


@pytest.mark.parametrize("ticks", [0, 1, 5, 20])
async def test_reloads_close_together_leave_one_channel_with_the_last_of_them(
    installation: Installation, ticks: int
) -> None:
    await installation.engine.start()
    await installation.up()
    reloads = []
    for persona in ("leo", "mia", "leo"):
        reloads.append(installation.reload(persona))
        for _ in range(ticks):
            await asyncio.sleep(0)
    await asyncio.gather(*reloads)
    await installation.up()
    assert installation.engine.channels.channels["bot"].persona == "leo"
    assert installation.adapter.most == 1


async def test_a_reload_while_it_starts_waits_until_it_has(installation: Installation) -> None:
    starting = asyncio.create_task(installation.engine.start())
    await asyncio.sleep(0)
    assert await installation.reload("leo") == ["channels"]
    await starting
    await installation.up()
    assert installation.engine.channels.channels["bot"].persona == "leo"


async def test_a_reload_before_it_starts_counts_at_the_start(installation: Installation) -> None:
    assert await installation.reload("leo") == ["channels"]
    assert installation.engine.channels.channels == {}
    await installation.engine.start()
    await installation.up()
    assert installation.adapter.begun == 1
    assert installation.engine.channels.channels["bot"].persona == "leo"


async def test_a_reload_under_way_is_waited_for_and_a_later_one_refused(
    installation: Installation,
) -> None:
    await installation.engine.start()
    await installation.up()
    under_way = installation.reload("leo")
    await asyncio.sleep(0)
    stopping = asyncio.create_task(installation.engine.stop(drain=0))
    await asyncio.sleep(0)
    with pytest.raises(OperatorError, match="is stopping"):
        await installation.reload("mia")
    assert await under_way == ["channels"]
    await stopping
    assert installation.engine.channels.channels == {}
