"""The start after a crash, within one process: first what was left, then what is new."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from amity.adapter import AdapterFactory, Capabilities, Host, Manifest
from amity.config import load_config
from amity.engine import Engine
from amity.message import Address, Inbound, Outbound, Outcome, Receipt, Sender, Text
from amity.plugin import Found
from amity.sealed import SealedText
from tests.crash.conftest import ZERO, Seed
from tests.support.amity import AmityProcess
from tests.support.talker import Talker

PEOPLE: Final = 60
CONFIG: Final = """
channels: [{name: first, adapter: eager, persona: mia}]
limits: {burst: 1000000, per_minute: 1000000}
models: {model_list: [{model_name: zero, litellm_params: {model: amity/zero, first: %s}}]}
"""


class Options(BaseModel):
    """Nothing to configure."""


class Eager:
    """An adapter that hands in what waits at its platform as soon as it runs."""

    def __init__(self, waiting: list[Inbound]) -> None:
        self.waiting = waiting
        self.running: asyncio.Future[Host] = asyncio.get_running_loop().create_future()
        self.answered: dict[str, list[str]] = {}
        self.sent = 0

    async def run(self, host: Host) -> None:
        for inbound in self.waiting:
            await host.accept([inbound])
        self.running.set_result(host)
        await asyncio.Event().wait()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        self.sent += 1
        self.answered.setdefault(address.chat, []).extend(outbound.in_reply_to)
        return Receipt(outcome=Outcome.SENT)

    def manifest(self) -> Manifest:
        def load() -> AdapterFactory:
            return lambda _name, _options: self

        capabilities = Capabilities(idempotent_send=True)
        return Manifest(
            name="eager", realm="eager", config=Options, capabilities=capabilities, load=load
        )


def said(person: int, id: str, text: str) -> Inbound:
    return Inbound(
        address=Address(channel="first", chat=f"chat{person}"),
        sender=Sender(id=f"sender{person}"),
        id=id,
        time=0,
        parts=(Text(SealedText(text)),),
        standalone=True,
    )


async def build(folder: Path, adapter: Eager, first: float) -> Engine:
    folder.mkdir(exist_ok=True)
    file = folder / "amity.yaml"
    file.write_text(CONFIG % first)
    loaded = load_config(file, {}, folder / "data")
    return await Engine.build(loaded, found=Found(manifests={"eager": adapter.manifest()}))


async def idle(engine: Engine) -> None:
    async with asyncio.timeout(30):
        while engine.lanes.busy:
            await asyncio.sleep(0.01)


async def test_nobody_is_told_that_it_is_ready_before_its_channels_run(tmp_path: Path) -> None:
    adapter = Eager([])
    engine = await build(tmp_path, adapter, 0)
    assert (await engine.ready())[0] is False
    await engine.start()
    await asyncio.wait_for(adapter.running, 10)
    assert (await engine.ready())[0] is True
    await engine.stop()


async def test_what_a_crash_left_goes_before_what_comes_at_the_start(tmp_path: Path) -> None:
    before = Eager([])
    engine = await build(tmp_path, before, 60)
    await engine.start()
    host = await asyncio.wait_for(before.running, 10)
    for word in ("/start", "/i_am_18", "/agree"):
        await host.accept([said(n, word, word) for n in range(PEOPLE)])
        await idle(engine)
    await host.accept([said(n, "old", "I was here before the crash") for n in range(PEOPLE)])
    await engine.stop(drain=0)

    after = Eager([said(n, "new", "I came while it started") for n in range(PEOPLE)])
    engine = await build(tmp_path, after, 0)
    await engine.start()
    await asyncio.wait_for(after.running, 10)
    await idle(engine)
    await engine.stop()
    wrong = {chat: ids for chat, ids in after.answered.items() if ids != ["old", "new"]}
    assert wrong == {}
    assert len(after.answered) == PEOPLE


async def test_a_page_that_is_open_is_told_of_the_end(
    start_amity: Callable[..., AmityProcess], installation: Seed, person: Callable[..., Talker]
) -> None:
    process = start_amity(config=ZERO)
    await process.aready()
    ann = person(process, "ann")
    stream = ann.listen(after=(await ann.me())["cursor"])
    await ann.say("are you there?")
    await stream.until(lambda: stream.messages, "a reply")
    assert await process.astop() == 0
    await stream.until(lambda: stream.ends or stream.cuts, "the end of the stream")
    assert stream.ends == ["closing"]
