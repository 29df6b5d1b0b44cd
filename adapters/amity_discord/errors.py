"""Discord's errors as those of the contract. None keeps Discord's words: they can hold a person's.

What is not in the tables is judged by its HTTP status.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp
import discord

from amity.errors import DeliveryError, Forbidden, Gone, Refused, RetryAfter, Unknown

__all__ = [
    "ALREADY_ACKNOWLEDGED",
    "MessageGone",
    "TokenDied",
    "code_of",
    "delivery_error",
]

ALREADY_ACKNOWLEDGED: Final = 40060

_RECONNECT: Final = 5.0  # seconds until a platform that does not answer is asked again
_UNTIL_BARRED: Final = 30.0  # seconds; a token that does not hold any more ends the channel first


class MessageGone(Gone):
    """Raised when a message was deleted; its channel is still there."""


class TokenDied(Gone):
    """Raised when an interaction cannot be answered any more; there are other ways to answer."""


_BY_CODE: Final[Mapping[int, tuple[type[DeliveryError], str]]] = {
    10003: (Gone, "the channel is not there any more"),
    10008: (MessageGone, "the message is not there any more"),
    10013: (Gone, "the account is not there any more"),
    10015: (TokenDied, "the interaction cannot be answered any more"),
    10062: (TokenDied, "the interaction cannot be answered any more"),
    50027: (TokenDied, "the interaction cannot be answered any more"),
    40005: (Refused, "the file is larger than Discord takes there"),
    50001: (Forbidden, "the bot cannot see the channel"),
    50007: (Forbidden, "the person takes no direct messages from the bot"),
    50013: (Forbidden, "the bot lacks a permission in the channel"),
    50035: (Refused, "Discord does not take the message as it is"),
    50278: (Forbidden, "the person and the bot share no server"),
}


def code_of(error: BaseException) -> int:
    """Return Discord's own number of an error; 0 where it has none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def delivery_error(error: Exception) -> DeliveryError:
    """Return what a failed request means for what was to be sent."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, discord.RateLimited):
        return RetryAfter(error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _of_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return RetryAfter(_RECONNECT)  # nothing was written
    if isinstance(error, OSError | aiohttp.ClientError | asyncio.TimeoutError):
        return Unknown("the connection to Discord broke")
    return Unknown(type(error).__name__)


def _of_answer(error: discord.HTTPException) -> DeliveryError:
    if error.code in _BY_CODE:
        kind, sentence = _BY_CODE[error.code]
        return kind(sentence)
    match error.status:
        case 429:
            return RetryAfter(_wait_of(error))
        case 401:
            return RetryAfter(_UNTIL_BARRED)
        case 403:
            return Forbidden("Discord does not let the bot do that there")
        case 404:
            return Gone("it is not there any more")
        case 503:
            return RetryAfter(_RECONNECT)  # nothing behind the front door heard of it
        case status if status >= 500:
            return Unknown(f"Discord answered {status}")
        case status:
            return Refused(f"Discord answered {status}")


def _wait_of(error: discord.HTTPException) -> float:
    try:
        return max(0.1, float(error.response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return _RECONNECT
