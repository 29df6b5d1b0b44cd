"""Where Discord is. discord.py keeps that for all clients of a process, so there is one answer."""

from typing import Final

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from amity.errors import OperatorError
from amity_discord.config import Config

__all__ = ["claim", "release"]

_claims: Final[dict[str, Config]] = {}


def claim(channel: str, config: Config) -> None:
    """Point the library at a channel's Discord.

    Raises:
        OperatorError: another channel of this process speaks to another one, or has the same bot,
            so that each message would be answered twice.
    """
    for other, held in _claims.items():
        if other == channel:
            continue
        if held.token == config.token:
            raise OperatorError(
                f'channels "{other}" and "{channel}" have the same bot; give one of them the token '
                "of another application"
            )
        if (held.api_base, held.gateway_url) != (config.api_base, config.gateway_url):
            raise OperatorError(
                f'channel "{channel}" has another api_base or gateway_url than channel "{other}", '
                "and one process can speak to one Discord only; run it as an Amity of its own"
            )
    _claims[channel] = config
    Route.BASE = config.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url)


def release(channel: str) -> None:
    """Let go of what a channel that was stopped had claimed."""
    _claims.pop(channel, None)
