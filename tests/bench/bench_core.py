"""CPU of the core alone: from ``accept`` to ``send``, with a processor that costs nothing.

The yardstick is the budget of docs/decisions.md: 1.1 ms a message, on one core, with 32 messages of
history; beside it the bare cost of what cannot be left out: three commits of one row each to a
table of the same shape, in the same run.
"""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path

from pydantic import BaseModel

from amity.adapter import (
    Accepted,
    AdapterFactory,
    Capabilities,
    Host,
    Manifest,
)
from amity.config import load_config
from amity.engine import Engine
from amity.message import Address, Inbound, Outbound, Outcome, Receipt, Sender, Text
from amity.plugin import Found
from amity.sealed import SealedText

PEOPLE = 50
WARM = 20
ROUNDS = 20
# About 300 characters of reply, at once or as a provider streams them.
WORDS = {1: "It is good to hear from you. " * 10, 62: "well "}
SAID = "I was at the lake today and thought about what you said, it was good to hear that. " * 3


class _Config(BaseModel):
    """Nothing to configure."""


class _Silent:
    """An adapter that only counts."""

    def __init__(self) -> None:
        self.host: Host | None = None
        self.sent = 0

    async def run(self, host: Host) -> None:
        self.host = host
        await asyncio.Event().wait()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        self.sent += 1
        return Receipt(outcome=Outcome.SENT, message_ids=("1",))


def _manifest(adapter: _Silent) -> Manifest:
    def load() -> AdapterFactory:
        return lambda _name, _config: adapter

    return Manifest(
        name="silent",
        realm="silent",
        config=_Config,
        capabilities=Capabilities(journal=True, buttons=True, markdown=True),
        load=load,
    )


def _config(folder: Path, chunks: int) -> Path:
    file = folder / "amity.yaml"
    file.write_text(
        "channels: [{name: silent, adapter: silent, persona: mia}]\n"
        "limits: {burst: 1000000, per_minute: 1000000}\n"
        "models:\n"
        "  model_list:\n"
        "    - model_name: zero\n"
        f"      litellm_params: {{model: amity/zero, chunks: {chunks}, text: '{WORDS[chunks]}'}}\n"
    )
    return file


async def _talk(host: Host, person: int, number: int, text: str) -> None:
    inbound = Inbound(
        address=Address(channel="silent", chat=f"c{person}"),
        sender=Sender(id=f"s{person}"),
        id=f"{number}",
        time=0,
        parts=(Text(SealedText(text)),),
        standalone=True,
    )
    [acceptance] = await host.accept([inbound])
    if acceptance.status is not Accepted.ACCEPTED:
        raise RuntimeError(acceptance.status)


async def _measure(chunks: int) -> float:
    """Return milliseconds of CPU a message."""
    adapter = _Silent()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loaded = load_config(_config(folder, chunks), {}, folder / "data")
        found = Found(manifests={"silent": _manifest(adapter)})
        engine = await Engine.build(loaded, found=found)
        await engine.start()
        while adapter.host is None:
            await asyncio.sleep(0.01)
        host = adapter.host

        async def settle() -> None:
            while engine.lanes.busy:
                await asyncio.sleep(0.002)

        numbers = iter(range(1_000_000))
        for word in ("/start", "/i_am_18", "/agree", *([SAID] * WARM)):
            await asyncio.gather(*(_talk(host, p, next(numbers), word) for p in range(PEOPLE)))
            await settle()
        before, began = adapter.sent, time.process_time()
        for _ in range(ROUNDS):
            await asyncio.gather(*(_talk(host, p, next(numbers), SAID) for p in range(PEOPLE)))
            await settle()
        spent = time.process_time() - began
        answered = adapter.sent - before
        await engine.stop()
    if answered != PEOPLE * ROUNDS:
        raise RuntimeError(f"{PEOPLE * ROUNDS} messages, {answered} answers")
    return spent / answered * 1000


def _bare_commits() -> float:
    """Return milliseconds of CPU for three durable commits of one row."""
    with tempfile.TemporaryDirectory() as name:
        database = sqlite3.connect(Path(name) / "bare.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        columns = ", ".join(f"c{n}" for n in range(26))
        database.execute(f"CREATE TABLE rows (id TEXT PRIMARY KEY, {columns}) WITHOUT ROWID")
        insert = f"INSERT INTO rows VALUES ({', '.join('?' * 27)})"  # noqa: S608
        began = time.process_time()
        for n in range(900):
            database.execute(insert, (f"{n:026}", *["x" * 20] * 26))
        spent = time.process_time() - began
        database.close()
    return spent / 300 * 1000


def main() -> None:
    """Print the figures."""
    plain = asyncio.run(_measure(1))
    streamed = asyncio.run(_measure(62))
    print(f"core, plain reply              {plain:6.2f} ms CPU a message   (budget 1.1)")
    print(f"core, 62 chunks                {streamed:6.2f} ms CPU a message   (budget 1.1)")
    print(f"three bare one-row commits     {_bare_commits():6.2f} ms CPU")
