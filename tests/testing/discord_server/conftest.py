"""A server, and discord.py's own clients that talk to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Protocol

import discord
import orjson
import pytest_asyncio
import yarl

from amity.testing.discord_server import Bot, DiscordServer
from tests.testing.discord_server.listening import Listener


class Connect(Protocol):
    """Start a client for a bot."""

    async def __call__(
        self, bot: Bot, client: Listener | None = None, *, wait: bool = True
    ) -> Listener:
        """Return the client, once it is ready unless ``wait`` is false."""
        ...


@pytest_asyncio.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """A server that allows everything."""
    async with DiscordServer() as running:
        yield running


@contextlib.contextmanager
def pointed_at(server: DiscordServer) -> Any:
    """Let discord.py talk to a server while the block runs."""
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE, socket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY = before


@pytest_asyncio.fixture
async def connect(server: DiscordServer) -> AsyncIterator[Connect]:
    """Start clients of discord.py; they are closed with the test."""
    running: list[tuple[Listener, asyncio.Task[None]]] = []

    async def start(bot: Bot, client: Listener | None = None, *, wait: bool = True) -> Listener:
        client = client or Listener()
        task = asyncio.create_task(client.start(bot.token))
        running.append((client, task))
        client.running = task
        if wait:
            await bot.online()
            await asyncio.wait_for(client.wait_until_ready(), 20)
        return client

    with pointed_at(server):
        yield start
        for client, task in running:
            await client.close()
            with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
                await task


def payload_of(raw: str) -> dict[str, Any]:
    """Return a gateway payload."""
    payload: dict[str, Any] = orjson.loads(raw)
    return payload
