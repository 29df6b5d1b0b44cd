"""What every handler needs to have at hand."""

from dataclasses import dataclass

from amity.adapter import Host
from amity.message import Sender
from amity_web import Config
from amity_web.hub import Hub
from amity_web.responses import ApiError
from amity_web.session import Caller, GuestLimit

__all__ = ["Context", "known"]


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one running web channel.

    Attributes:
        config: What the operator set.
        host: The core.
        hub: Who is listening.
        channel: The channel's name.
        guests: How many may still come this minute, whichever way they come.
    """

    config: Config
    host: Host
    hub: Hub
    channel: str
    guests: GuestLimit

    @property
    def base(self) -> str:
        """The path that everything lies under, with a slash at its end."""
        return self.config.path


def known(caller: Caller) -> Sender:
    """Return who sends a request.

    Raises:
        ApiError: it has neither cookie nor key.
    """
    if caller.sender is None:
        raise ApiError(401, "stranger", "This needs the cookie that the gate gives, or a key.")
    return caller.sender
