"""The kit that judges every adapter."""

from collections.abc import AsyncIterator

import pytest

from amity.testing import AdapterKit
from amity_discord import Discord
from tests.discord.driver import DiscordPlatform


class TestDiscord(AdapterKit):
    """Messages that grow by edits, slash commands, private answers."""

    manifest = Discord

    @pytest.fixture
    async def platform(self) -> AsyncIterator[DiscordPlatform]:
        async with DiscordPlatform() as platform:
            yield platform
