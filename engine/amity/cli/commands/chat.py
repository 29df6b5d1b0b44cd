"""``amity chat``: the terminal's adapter, on the running Amity or on an engine of its own."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from amity.adapter import Adapter, Manifest, SupportsDraft, SupportsTyping
from amity.cli.client import Client
from amity.cli.remote import RemoteHost
from amity.cli.session import data_of, load, make_data_folder
from amity.clock import SystemClock
from amity.errors import OperatorError
from amity.http.control import TERMINAL
from amity.http.exchange import Exchange
from amity.observe import configure_logging
from amity.plugin import find_adapters

__all__ = ["chat"]


def chat(options: argparse.Namespace) -> int:
    """Talk in this terminal."""
    # What is logged would run between the lines of the conversation.
    configure_logging("error")
    return asyncio.run(_chat(options))


async def _chat(options: argparse.Namespace) -> int:
    client = await Client.connect(data_of(options))
    if client is None:
        return await _chat_here(options)
    return await _chat_there(client, data_of(options), options.persona or "")


async def _chat_here(options: argparse.Namespace) -> int:
    """Open an engine with a terminal and nothing else."""
    channel: dict[str, Any] = {"name": TERMINAL, "adapter": TERMINAL}
    if options.persona:
        channel["persona"] = options.persona
    loaded = load(options).only([channel])
    make_data_folder(loaded.data)
    # Only now: what is wrong in the configuration is said before anything heavy is imported.
    from amity.engine import Engine
    from amity.http.service import control_of

    engine = await Engine.build(loaded)
    # It is a running Amity: whoever asks how it is, or for a backup, is answered by it.
    control = control_of(engine)
    try:
        await control.start()
        await engine.start()
        await engine.channels.finished(TERMINAL)
        ended = engine.channels.channels.get(TERMINAL)
        if ended is not None and ended.error:
            raise OperatorError(ended.error)
    finally:
        await control.stop()
        await engine.drain(5)
        await engine.close()
    return 0


async def _chat_there(client: Client, data: Path, persona: str) -> int:
    """Join the running Amity: its engine, this terminal."""
    conversation = client.converse("chat", {"persona": persona})
    kind, first = await anext(conversation)
    if kind != "event" or "ready" not in first:
        raise OperatorError("the running Amity does not take a terminal; restart it")

    async def receive() -> Mapping[str, Any] | None:
        async for kind, message in conversation:
            if kind == "event":
                return message
        return None

    adapter = _adapter(_manifest())
    exchange = Exchange(client.send, receive, _answers(adapter))
    host = RemoteHost(channel=first["ready"], data=data, exchange=exchange, clock=SystemClock())
    moving = asyncio.create_task(exchange.run())
    talking = asyncio.create_task(adapter.run(host))
    done, rest = await asyncio.wait({moving, talking}, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(moving, talking, return_exceptions=True)
    with suppress(RuntimeError):
        await conversation.aclose()
    if talking not in done:
        raise OperatorError("the running Amity ended")
    talking.result()
    return 0


def _manifest() -> Manifest:
    found = find_adapters()
    manifest = found.manifests.get(TERMINAL)
    if manifest is None:
        why = found.broken.get(TERMINAL)
        raise OperatorError(str(why or "the terminal's adapter is not installed; reinstall Amity"))
    return manifest


def _adapter(manifest: Manifest) -> Adapter:
    return manifest.load()(TERMINAL, manifest.config())


def _answers(adapter: Adapter) -> Any:
    async def answer(name: str, values: Sequence[Any]) -> Any:
        if name == "send":
            return await adapter.send(*values)
        if name == "draft" and isinstance(adapter, SupportsDraft):
            return await adapter.draft(*values)
        if name == "typing" and isinstance(adapter, SupportsTyping):
            return await adapter.typing(*values)
        return None

    return answer
