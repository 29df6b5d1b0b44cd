"""A Discord, a bot in it, and people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from amity.testing.discord_server import Bot, Channel, Chat, DiscordServer, Guild, Person


@dataclass(frozen=True)
class World:
    """A server with the bot Mia, two people, and a guild that all are in."""

    server: DiscordServer
    mia: Bot
    ann: Person
    ben: Person
    guild: Guild

    @property
    def general(self) -> Channel:
        """The guild's channel for everything."""
        return self.guild.channel("general")

    def dm(self) -> Chat:
        """Return Ann's own chat with Mia."""
        return self.ann.dm(self.mia)

    def here(self) -> Chat:
        """Return the guild's channel as Ann sees it."""
        return self.ann.at(self.general)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A Discord of this test's own; a request that it does not know fails the test."""
    async with DiscordServer() as server:
        mia = server.bot("Mia")
        ann = server.person("Ann")
        ben = server.person("Ben", locale="ru")
        guild = server.guild("Home", members=[ann, ben], bots=[mia])
        yield World(server, mia, ann, ben, guild)
    assert not server.fault_log
