"""The kit that judges every adapter: by Telegram's own drafts, and by messages that grow."""

from collections.abc import AsyncIterator

import pytest

from amity.testing import AdapterKit, World
from amity_telegram import Telegram
from tests.telegram.driver import TelegramPlatform

# Loaded here: on a busy machine that takes longer than the kit waits for a channel.
Telegram.load()


class TestTelegram(AdapterKit):
    """With Telegram's own drafts."""

    manifest = Telegram

    @pytest.fixture
    async def platform(self) -> AsyncIterator[TelegramPlatform]:
        async with TelegramPlatform() as platform:
            yield platform

    @pytest.mark.xfail(strict=True, reason="the core forgets an edit once it is answered")
    async def test_an_edit_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        await super().test_an_edit_that_is_delivered_twice_is_answered_once(world)


class TestTelegramByEdits(AdapterKit):
    """With replies that grow by edits."""

    manifest = Telegram

    @pytest.fixture
    async def platform(self) -> AsyncIterator[TelegramPlatform]:
        async with TelegramPlatform(drafts="edits") as platform:
            yield platform

    @pytest.mark.xfail(strict=True, reason="the core forgets an edit once it is answered")
    async def test_an_edit_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        await super().test_an_edit_that_is_delivered_twice_is_answered_once(world)
