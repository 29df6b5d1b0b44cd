"""The kit that judges every adapter: by Telegram's own drafts, and by messages that grow."""

from collections.abc import AsyncIterator

import pytest

from amity.testing import AdapterKit
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


@pytest.mark.soak  # what edits are beside drafts is in test_drafts and test_sending
class TestTelegramByEdits(AdapterKit):
    """With replies that grow by edits."""

    manifest = Telegram

    @pytest.fixture
    async def platform(self) -> AsyncIterator[TelegramPlatform]:
        async with TelegramPlatform(drafts="edits") as platform:
            yield platform
