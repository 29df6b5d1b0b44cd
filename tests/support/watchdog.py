"""A watchdog that notices when a test's event loop is held by one call.

A thread asks the loop for a sign of life again and again. When none comes for `LIMIT` seconds while
the loop is running, it keeps the stack of the thread that holds the loop, and the test fails with
it. What counts is the processor time that the holder took, not the time of day: on a machine that
stands still, everybody is late. A call that sleeps takes none; it counts for a quarter of its time.
Nor is an import counted: it happens once in a process, in whichever test comes first, so
it would fail another test each time (that Amity imports what is heavy before it serves is for a
test of its own). Measuring coverage doubles what a call takes, hence the generous limit;
`AMITY_LOOP_LIMIT` sets another.
"""

import asyncio
import os
import sys
import threading
import time
import traceback
from typing import Final

__all__ = ["LIMIT", "LoopWatchdog"]

LIMIT: Final = float(os.environ.get("AMITY_LOOP_LIMIT", "1.5"))
_TICK: Final = 0.02


class LoopWatchdog:
    """Watches one loop between `start` and `stop`; `stop` returns what it saw."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, limit: float = LIMIT) -> None:
        self._loop = loop
        self._limit = limit
        self._holder = threading.get_ident()
        self._answered = threading.Event()
        self._ended = threading.Event()
        self._stack: str | None = None
        self._longest = 0.0
        self._thread = threading.Thread(target=self._watch, name="loop watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch; to be called in the thread of the loop."""
        self._thread.start()

    def stop(self) -> str | None:
        """End the watch and return the report of the longest block, None when there was none."""
        self._ended.set()
        self._thread.join()
        if self._stack is None:
            return None
        return f"the event loop was held for {self._longest:.2f} s, in:\n{self._stack}"

    def _watch(self) -> None:
        while not self._ended.is_set():
            self._answered.clear()
            try:
                self._loop.call_soon_threadsafe(self._answered.set)
            except RuntimeError:
                return  # closed
            self._wait_for_answer()
            self._ended.wait(_TICK)

    def _wait_for_answer(self) -> None:
        waited = 0.0
        stack: str | None = None
        used = self._processor_time()
        while not self._answered.wait(_TICK) and not self._ended.is_set():
            before, used = used, self._processor_time()
            waited += max(min(used - before, _TICK), _TICK / 4)
            if not self._loop.is_running():
                # Between two fixtures nobody drives the loop: that is no block.
                waited, stack = 0.0, None
            elif waited >= self._limit and stack is None:
                stack = self._holders_stack()
                if stack is None:
                    waited = 0.0
        if stack is not None and waited > self._longest:
            self._longest, self._stack = waited, stack

    def _processor_time(self) -> float:
        """Return the processor time of the loop's thread in seconds."""
        return time.clock_gettime(time.pthread_getcpuclockid(self._holder))

    def _holders_stack(self) -> str | None:
        frame = sys._current_frames().get(self._holder)
        if frame is None:
            return None
        stack = traceback.extract_stack(frame)
        if any(entry.filename.startswith("<frozen importlib") for entry in stack):
            return None
        return "".join(traceback.format_list(stack)[-12:])
