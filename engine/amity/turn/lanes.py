"""Lanes: one for each conversation, in order, one turn at a time.

A message that comes before the running turn has shown its first words joins that turn, at most
twice and within ten seconds of its start; a later one waits. A word such as ``/stop`` ends the
running turn and is answered next.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from amity.clock import Clock
from amity.turn.inbox import Arrival
from amity.turn.turn import Turn

__all__ = ["Lanes", "Stopped"]

_MOST_JOINS: Final = 2
_JOIN_WITHIN: Final = 10_000  # milliseconds


class Stopped(StrEnum):
    """Why a running turn was ended from outside."""

    JOINED = "joined"
    PREEMPTED = "preempted"


Errand = Callable[[], Awaitable[None]]
"""Something else to be done in a lane's order, such as sending again what a crash left unsent."""


@dataclass(slots=True)
class _Lane:
    waiting: deque[Arrival | Errand] = field(default_factory=deque)
    turn: Turn | None = None
    joins: int = 0
    running: asyncio.Task[None] | None = None
    stopped: Stopped | None = None
    worker: asyncio.Task[None] | None = None
    ended_one: bool = False


class Lanes:
    """All lanes of this process.

    Args:
        begin: Makes the turn for the arrivals that it answers.
        run: Walks a turn down the line of stages. It is cancelled to end a turn early.
        end_early: Called for a turn that was pre-empted: delivers what was shown, as cut.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        begin: Callable[[list[Arrival]], Turn],
        run: Callable[[Turn], Awaitable[None]],
        end_early: Callable[[Turn], Awaitable[None]],
    ) -> None:
        self._clock = clock
        self._begin = begin
        self._run = run
        self._end_early = end_early
        self._lanes: dict[str, _Lane] = {}
        self._closed = False

    def wake(self, arrival: Arrival) -> None:
        """Put a committed message into its lane."""
        lane = self._lanes.get(arrival.lane)
        if lane is None:
            lane = self._lanes[arrival.lane] = _Lane()
        heard = arrival.incoming.heard
        if heard is not None and heard.preempts:
            lane.waiting.appendleft(arrival)
            self._stop(lane, Stopped.PREEMPTED)
        else:
            lane.waiting.append(arrival)
            if self._joins(lane, arrival):
                self._stop(lane, Stopped.JOINED)
        self._start(arrival.lane, lane)

    def run_errand(self, key: str, errand: Errand) -> None:
        """Do something in a lane, after what waits there already."""
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting.append(errand)
        self._start(key, lane)

    def _start(self, key: str, lane: _Lane) -> None:
        if lane.worker is None and not self._closed:
            lane.worker = asyncio.create_task(self._work(key, lane))

    @property
    def busy(self) -> int:
        """How many lanes have something to do."""
        return len(self._lanes)

    async def drain(self, seconds: float) -> None:
        """Let running turns finish for so long, then end them; they go on at the next start."""
        workers = [lane.worker for lane in self._lanes.values() if lane.worker is not None]
        if workers:
            await asyncio.wait(workers, timeout=seconds)
        self._closed = True
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def _stop(self, lane: _Lane, why: Stopped) -> None:
        turn = lane.turn
        if lane.running is None or turn is None or turn.finishing:
            return
        # A turn that was to be restarted for one more message can still be stopped for good.
        if lane.stopped is None or why is Stopped.PREEMPTED:
            lane.stopped = why
            lane.running.cancel()

    def _joins(self, lane: _Lane, arrival: Arrival) -> bool:
        turn = lane.turn
        return (
            turn is not None
            and lane.running is not None
            and turn.joinable
            and len(lane.waiting) == 1
            and _plain(arrival)
            and lane.joins < _MOST_JOINS
            and self._clock.now() - turn.started < _JOIN_WITHIN
        )

    async def _work(self, key: str, lane: _Lane) -> None:
        try:
            while lane.waiting:
                first = lane.waiting.popleft()
                if isinstance(first, Arrival):
                    lane.joins = 0
                    await self._answer(lane, _batch(first, lane.waiting))
                else:
                    await first()
        finally:
            lane.worker = None
            if not lane.waiting:
                self._lanes.pop(key, None)

    async def _answer(self, lane: _Lane, batch: list[Arrival]) -> None:
        while True:
            lane.stopped = None
            turn = lane.turn = self._begin(batch)
            turn.stopped_another, lane.ended_one = lane.ended_one, False
            lane.running = asyncio.ensure_future(self._run(turn))
            try:
                await lane.running
            except asyncio.CancelledError:
                if _why(lane) is None:  # the process is ending
                    lane.running.cancel()
                    with suppress(asyncio.CancelledError):
                        await lane.running
                    raise
            finally:
                lane.running = None
                lane.turn = None
            why = _why(lane)
            if why is Stopped.PREEMPTED:
                await self._end_early(turn)
                lane.ended_one = True
                return
            if why is not Stopped.JOINED:
                return
            lane.joins += 1
            joining = lane.waiting.popleft()
            if isinstance(joining, Arrival):
                batch = [*batch, *_batch(joining, lane.waiting)]


def _why(lane: _Lane) -> Stopped | None:
    """Return why the running turn was ended; another task may have set it."""
    return lane.stopped


def _plain(arrival: Arrival) -> bool:
    incoming = arrival.incoming
    return (
        bool(incoming.id)
        and incoming.heard is None
        and not incoming.standalone
        and incoming.event == "message"
        and bool(incoming.parts)
    )


def _batch(first: Arrival, waiting: deque[Arrival | Errand]) -> list[Arrival]:
    """Return a message with all plain ones that wait behind it, if it is a plain one itself."""
    batch = [first]
    while waiting and _plain(first):
        following = waiting[0]
        if not (isinstance(following, Arrival) and _plain(following)):
            break
        batch.append(following)
        waiting.popleft()
    return batch
