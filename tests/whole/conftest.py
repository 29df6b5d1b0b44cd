"""Telegram, Discord and a model for every test here, and what an operator sees of the channels."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from amity.testing.discord_server import DiscordServer
from amity.testing.telegram_server import BotApiServer
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that answers at once."""
    with ModelServer() as server:
        yield server


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """Telegram."""
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """Discord; a request that it does not know fails the test."""
    async with DiscordServer() as server:
        yield server
    assert not server.fault_log


@dataclass(frozen=True)
class Town:
    """Two platforms, a model, and an operator with an Amity on them."""

    telegram: BotApiServer
    discord: DiscordServer
    model: ModelServer
    run: Callable[..., AmityProcess]
    cli: Callable[..., Any]

    def on_telegram(self, name: str, token: str, **more: object) -> dict[str, Any]:
        """Return a channel of the config."""
        where = {"adapter": "telegram", "api_base": self.telegram.url, "poll_seconds": 1}
        return {"name": name, "token": token, **where, **more}

    def on_discord(self, name: str, token: str, **more: object) -> dict[str, Any]:
        """Return a channel of the config."""
        where = {"api_base": self.discord.api_url, "gateway_url": self.discord.gateway_url}
        return {"name": name, "adapter": "discord", "token": token, **where, **more}

    def config(self, *channels: Mapping[str, Any]) -> dict[str, Any]:
        """Return a config of these channels, on which nobody talks too much."""
        limits = {"burst": 1_000, "per_minute": 10_000}
        return {"models": self.model.config(), "limits": limits, "channels": [*channels]}

    async def see(
        self, process: AmityProcess, **wanted: str
    ) -> tuple[int, Mapping[str, Mapping[str, str]]]:
        """Wait until `/readyz` shows channels in these states; its status and what it shows."""
        status: int = 0
        said: dict[str, Any] = {}
        try:
            async with asyncio.timeout(60):
                while {n: c["state"] for n, c in said.get("channels", {}).items()} != wanted:
                    await asyncio.sleep(0.05)
                    status, said = await asyncio.to_thread(process.readiness)
        except TimeoutError:
            raise AssertionError(f"waited for {wanted}; there is {said}") from None
        return status, said["channels"]


@pytest.fixture
def town(
    telegram: BotApiServer,
    discord: DiscordServer,
    model: ModelServer,
    start_amity: Callable[..., AmityProcess],
    amity_cli: Callable[..., Any],
) -> Town:
    """Both platforms with an operator who has started nothing yet."""
    return Town(telegram, discord, model, start_amity, amity_cli)
