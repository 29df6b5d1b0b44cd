"""Many people at once on one engine in this process, through an adapter that only counts.

A thousand event streams over HTTP would measure the client; here everything between ``accept`` and
``send`` is the real engine on a real store.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel

from amity.adapter import Accepted, AdapterFactory, Capabilities, Host, Manifest
from amity.config import load_config
from amity.engine import Engine
from amity.markup import Markup
from amity.message import Address, Inbound, Outbound, OutboundKind, Outcome, Receipt, Sender, Text
from amity.plugin import Found
from amity.sealed import SealedText

__all__ = ["Crowd", "crowd"]

CHANNEL: Final = "counting"


class _Config(BaseModel):
    """Nothing to configure."""


class Counting:
    """An adapter that counts what each chat was sent: replies apart from notices.

    Attributes:
        replies: Replies by chat.
        errors: Notices that a message could not be answered, by chat.
    """

    def __init__(self) -> None:
        self.host: asyncio.Future[Host] = asyncio.get_running_loop().create_future()
        self.replies: Counter[str] = Counter()
        self.notices: Counter[str] = Counter()

    async def run(self, host: Host) -> None:
        """Wait to be ended; the crowd speaks through the host."""
        self.host.set_result(host)
        await asyncio.Event().wait()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Count it."""
        kind = self.replies if outbound.kind is OutboundKind.REPLY else self.notices
        kind[address.chat] += 1
        return Receipt(outcome=Outcome.SENT, message_ids=(outbound.id,))


class Crowd:
    """People by number, all through the gate."""

    def __init__(self, engine: Engine, adapter: Counting, host: Host, people: int) -> None:
        self.engine = engine
        self.adapter = adapter
        self.people = people
        self._host = host
        self._number = 0

    async def say(self, text: str) -> None:
        """Let everybody say something at once, and wait until every lane is done."""
        await asyncio.gather(*(self._say(person, text) for person in range(self.people)))
        await self.settle()

    async def settle(self) -> None:
        """Wait until every lane is done."""
        while self.engine.lanes.busy:
            await asyncio.sleep(0.002)

    async def _say(self, person: int, text: str) -> None:
        self._number += 1
        inbound = Inbound(
            address=Address(channel=CHANNEL, chat=f"chat {person}"),
            sender=Sender(id=f"sender {person}"),
            id=str(self._number),
            time=self.engine.clock.now(),
            parts=(Text(SealedText(text)),),
            standalone=True,
        )
        [acceptance] = await self._host.accept([inbound])
        if acceptance.status is not Accepted.ACCEPTED:
            raise RuntimeError(f"a message was {acceptance.status}")


@asynccontextmanager
async def crowd(folder: Path, people: int, model: dict[str, Any]) -> AsyncIterator[Crowd]:
    """Start an engine with one model and bring people through the gate."""
    config = {
        "channels": [{"name": CHANNEL, "adapter": CHANNEL, "persona": "mia"}],
        "limits": {"burst": 1_000_000, "per_minute": 1_000_000},
        "models": {"model_list": [{"model_name": "main", "litellm_params": model}]},
    }
    file = folder / "amity.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    adapter = Counting()

    def load() -> AdapterFactory:
        return lambda _name, _config: adapter

    manifest = Manifest(
        name=CHANNEL,
        realm=CHANNEL,
        config=_Config,
        capabilities=Capabilities(journal=True, buttons=True, markup=Markup.MARKDOWN),
        load=load,
    )
    loaded = load_config(file, {}, folder / "data")
    engine = await Engine.build(loaded, found=Found(manifests={CHANNEL: manifest}))
    await engine.start()
    try:
        made = Crowd(engine, adapter, await adapter.host, people)
        for word in ("/start", "/i_am_18", "/agree"):
            await made.say(word)
        adapter.replies.clear()
        adapter.notices.clear()
        yield made
    finally:
        await engine.stop()
