"""A client of discord.py that keeps what it hears."""

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import orjson

__all__ = ["Listener"]


class Listener(discord.Client):
    """Keeps every event as the gateway sent it, and what discord.py made of the messages."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            max_messages=None,
            enable_debug_events=True,
            guild_ready_timeout=0.05,
            **options,
        )
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.sequences: list[int] = []
        self.messages: list[discord.Message] = []
        self.interactions: list[discord.Interaction] = []
        self.running: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again without discord.py's pause of five seconds."""

    async def on_socket_raw_receive(self, raw: str) -> None:
        payload = orjson.loads(raw)
        if payload["t"] is not None:
            self.heard.append((payload["t"], payload["d"]))
            self.sequences.append(payload["s"])
        self._changed.set()

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)
        self._changed.set()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.append(interaction)
        self._changed.set()

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return the payloads of one kind of event, oldest first."""
        return [data for event, data in self.heard if event == name]

    async def until(self, ready: Callable[[], Any], *, seconds: float = 15) -> None:
        """Wait until something holds of what was heard."""
        async with asyncio.timeout(seconds):
            while not ready():
                self._changed.clear()
                await self._changed.wait()

    async def hear(self, name: str, count: int = 1) -> dict[str, Any]:
        """Wait for the so-maniest event of a kind and return it."""
        await self.until(lambda: len(self.named(name)) >= count)
        return self.named(name)[count - 1]
