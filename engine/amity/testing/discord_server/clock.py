"""The server's own time and the ids that carry it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

__all__ = ["Clock", "Snowflakes", "iso", "snowflake_seconds"]

_EPOCH: Final = 1_420_070_400_000
"""Milliseconds from the Unix epoch to the first second of 2015, where Discord's ids begin."""


class Clock:
    """Wall time with an offset, so that a test need not wait for a quarter of an hour.

    It rules what Discord's own clock rules: ids and time stamps, the time in which an interaction
    must be answered, the life of its token, of a session and of an attachment's link, the memory
    for nonces. Rate limits, time-outs of the network and heartbeats run on real time, because the
    SDK waits for them really.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return seconds since the Unix epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the time forward. Raises ValueError for a step back."""
        if seconds < 0:
            raise ValueError("time only moves forward: give advance() a positive number of seconds")
        self._offset += seconds
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` after each step."""
        self._watchers.append(watcher)


class Snowflakes:
    """Makes ids: strictly rising, with the time of their making inside."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return an id greater than all before it."""
        millis = int(self._clock.now() * 1000) - _EPOCH
        self._last = max(millis << 22, self._last + 1)
        return self._last


def snowflake_seconds(id: int) -> float:
    """Return the second since the Unix epoch that an id carries."""
    return ((id >> 22) + _EPOCH) / 1000


def iso(seconds: float) -> str:
    """Return a time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
