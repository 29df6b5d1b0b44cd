"""One request of one bot."""

from dataclasses import dataclass
from typing import Any

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.fields import Fields
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.world import World

__all__ = ["Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """What a method is given.

    Attributes:
        world: The server's world.
        bot: Whose request it is.
        fields: What it says.
    """

    world: World
    bot: BotAccount
    fields: Fields

    def written(self, message: StoredMessage) -> dict[str, Any]:
        """Return a message as this bot gets it."""
        return self.world.writer(self.bot).message(message)
