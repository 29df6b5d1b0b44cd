"""Deleting on time, while the engine runs."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from amity.clock import Clock
from amity.observe import get_logger
from amity.turn.services import Rights

__all__ = ["Sweeping"]

_EVERY: Final = 15 * 60  # seconds
_THOROUGH_EVERY: Final = 24 * 3_600_000  # milliseconds


class Sweeping:
    """Deletes what is past its time, every quarter of an hour.

    Attributes:
        swept_at: When it was last done; ``None`` before the first time.

    Args:
        rights: Does it.
        clock: The clock.
        retention: Returns the periods in milliseconds, by key.
    """

    def __init__(
        self, rights: Rights, clock: Clock, retention: Callable[[], Mapping[str, int | None]]
    ) -> None:
        self.swept_at: int | None = None
        self._rights = rights
        self._clock = clock
        self._retention = retention
        self._thorough_at = 0
        self._log = get_logger("engine")

    async def run(self) -> None:
        """Sweep, again and again, until cancelled."""
        while True:
            try:
                await self.sweep(dry_run=False)
            except Exception as error:  # noqa: BLE001 -- the next round tries again
                self._log.error("retention.failed", exc_info=error)
            await asyncio.sleep(_EVERY)

    async def sweep(self, *, dry_run: bool) -> Mapping[str, int]:
        """Delete what is past its time, or count it; return how many rows of each collection."""
        now = self._clock.now()
        thorough = not dry_run and now - self._thorough_at >= _THOROUGH_EVERY
        removed = await self._rights.sweep(self._retention(), dry_run=dry_run, thorough=thorough)
        if thorough:
            self._thorough_at = now
        if not dry_run:
            self.swept_at = now
        return removed
