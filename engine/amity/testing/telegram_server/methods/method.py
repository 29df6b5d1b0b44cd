"""What a method of the Bot API is to the server."""

from collections.abc import Awaitable, Callable
from typing import Any

from amity.testing.telegram_server.call import Call

__all__ = ["Method"]

Method = Callable[[Call], Any | Awaitable[Any]]
"""Takes a request and returns its ``result``; raises ``ApiError`` to refuse it."""
