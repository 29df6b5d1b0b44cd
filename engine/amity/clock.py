"""The one clock. Everything that asks for the time takes a ``Clock``, so that time can be moved.

``AMITY_CLOCK_FILE`` (refused in production by the config) names a file that holds an offset in
seconds; it is read at each look at the clock, so an outside test moves a running process.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

__all__ = ["Clock", "FileClock", "SystemClock", "at", "day_of"]


class Clock(Protocol):
    """Tells the time of day, in milliseconds since 1970-01-01 UTC."""

    def now(self) -> int:
        """Return the present time in milliseconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the present time in milliseconds since the epoch."""
        return time.time_ns() // 1_000_000


class FileClock:
    """The machine's clock plus the offset (in seconds, may be negative or fractional) in a file.

    A missing, empty or unreadable file counts as no offset: the file may be written at any moment.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> int:
        """Return the moved time in milliseconds since the epoch."""
        try:
            offset = int(float(self._path.read_text()) * 1000)
        except (OSError, ValueError, OverflowError):
            offset = 0
        return time.time_ns() // 1_000_000 + offset


def at(milliseconds: int) -> datetime:
    """Return the UTC datetime of a time in milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def day_of(milliseconds: int) -> str:
    """Return the UTC day of a time, as ``2026-11-23``."""
    return at(milliseconds).date().isoformat()
