"""What a server is made of, in one place for the routes and for people."""

from dataclasses import dataclass, field

from amity.testing.discord_server.commands import Commands
from amity.testing.discord_server.faults import Faults
from amity.testing.discord_server.gateway import Gateway
from amity.testing.discord_server.interactions import Interactions
from amity.testing.discord_server.messages import Messages
from amity.testing.discord_server.places import Places
from amity.testing.discord_server.record import Request
from amity.testing.discord_server.world import World

__all__ = ["Services"]


@dataclass(slots=True, kw_only=True)
class Services:
    """The parts of one server.

    Attributes:
        requests: What was asked for, oldest first.
        upload_limit: Bytes that one attachment may have.
    """

    world: World
    gateway: Gateway
    messages: Messages
    places: Places
    interactions: Interactions
    commands: Commands
    faults: Faults
    requests: list[Request] = field(default_factory=list)
    upload_limit: int = 10 * 1024 * 1024
