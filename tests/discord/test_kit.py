"""The kit that judges every adapter."""

from collections.abc import AsyncIterator

import pytest

from amity.testing import AdapterKit, World
from amity_discord import Discord
from tests.discord.driver import DiscordPlatform


class TestDiscord(AdapterKit):
    """Messages that grow by edits, slash commands, private answers."""

    manifest = Discord

    @pytest.fixture
    async def platform(self) -> AsyncIterator[DiscordPlatform]:
        async with DiscordPlatform() as platform:
            yield platform

    @pytest.mark.xfail(strict=True, reason="the core forgets an edit once it is answered")
    async def test_an_edit_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        await super().test_an_edit_that_is_delivered_twice_is_answered_once(world)
