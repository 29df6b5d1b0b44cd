"""The end of the lanes: what can still be answered is, and nothing else is waited for."""

import asyncio
from typing import Final

from amity.turn.lanes import Lanes
from amity.turn.outbox import Outbox

__all__ = ["drain"]

_GLANCE: Final = 0.02  # seconds


async def drain(lanes: Lanes, outbox: Outbox, seconds: float) -> None:
    """Let what came in and still comes be answered for so many seconds, then end the lanes.

    They end sooner where nothing is left but what waits for a platform that is away: that is
    committed, none of it is on its way, and it goes out after the next start.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if lanes.busy <= outbox.held_up(end):
            break
        await asyncio.sleep(_GLANCE)
    await lanes.drain(0)
