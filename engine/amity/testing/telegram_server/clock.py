"""The server's clock, which a test can move, and the one place where everything waits."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["Changes", "ServerClock"]

_Found = TypeVar("_Found")


class Changes:
    """Tells whoever waits that something of the server's world is different now."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every change, in the server's loop."""
        self._listeners.append(listener)

    def notify(self) -> None:
        """Wake everybody who waits."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)
        for listener in self._listeners:
            listener()

    async def wait(self, seconds: float | None) -> None:
        """Wait for the next change, for so many seconds at most."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait({future}, timeout=seconds)
        finally:
            self._waiting.discard(future)

    async def until(self, look: Callable[[], _Found | None], seconds: float, what: str) -> _Found:
        """Wait until ``look`` finds something, and return that.

        Raises:
            TimeoutError: Nothing was found in so many seconds.
        """
        deadline = time.monotonic() + seconds
        while True:
            found = look()
            if found is not None:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{what} did not happen within {seconds:g} s")
            await self.wait(left)


class ServerClock:
    """Tells the time in seconds since 1970, as the server sees it.

    Everything that expires on the server (updates, drafts, queries, limits, links to files) does so
    by this clock, so moving it is as good as waiting.
    """

    def __init__(self, changes: Changes) -> None:
        self._started = time.time() - time.monotonic()
        self._moved = 0.0
        self._changes = changes

    def time(self) -> float:
        """Return the present time."""
        return self._started + time.monotonic() + self._moved

    def now(self) -> int:
        """Return the present time in whole seconds, as messages carry it."""
        return int(self.time())

    def move(self, seconds: float) -> None:
        """Move the clock; a negative number moves it back."""
        self._moved += seconds
        self._changes.notify()

    async def sleep(self, seconds: float) -> None:
        """Wait so long by this clock."""
        until = self.time() + seconds
        while (left := until - self.time()) > 0:
            await self._changes.wait(left)
