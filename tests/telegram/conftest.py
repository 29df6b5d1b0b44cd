"""A Bot API server for every test, and Amity on it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from amity.testing.telegram_server import BotApiServer
from tests.support.model_server import ModelServer


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """Telegram."""
    async with BotApiServer() as server:
        yield server


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that answers as scripted, and keeps what it was asked."""
    with ModelServer() as server:
        yield server


@pytest.fixture
def channel(telegram: BotApiServer) -> Any:
    """Return a channel of the config for a bot: `channel(mia, persona="leo")`."""

    def configured(bot: Any, **more: Any) -> dict[str, Any]:
        quick = {"poll_seconds": 1, "album_seconds": 0.3}
        return {
            "name": bot.name.lower(),
            "adapter": "telegram",
            "token": bot.token,
            "api_base": telegram.url,
            **quick,
            **more,
        }

    return configured
