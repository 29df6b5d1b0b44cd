"""Lanes: one for each conversation, in order, one turn at a time.

A message that comes before the running turn has shown its first words joins that turn, at most
twice and within ten seconds of its first start; a later one waits. A word such as ``/stop`` ends
the running turn and is answered next. It does not end a turn that is a word itself, unless that
asked for an answer of the persona: a deletion is never left half-done.

What is edited or deleted while it waits is answered as it is then, or not at all.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from amity.clock import Clock
from amity.message import Event
from amity.observe import get_logger
from amity.turn.inbox import Arrival
from amity.turn.turn import Turn

__all__ = ["Lanes", "Stopped"]

_MOST_JOINS: Final = 2
_JOIN_WITHIN: Final = 10_000  # milliseconds
_LAST_WORDS: Final = 1.0  # seconds for what was ended to tidy up
_FIRST_PAUSE: Final = 1.0  # seconds until what the store did not take is answered again
_LONGEST_PAUSE: Final = 30.0


class Stopped(StrEnum):
    """Why a running turn was ended from outside."""

    JOINED = "joined"
    PREEMPTED = "preempted"
    WITHDRAWN = "withdrawn"  # as preempted, and what was shown is taken back


Errand = Callable[[], Awaitable[None]]
"""Something else to be done in a lane's order, such as sending again what a crash left unsent."""


@dataclass(slots=True)
class _Lane:
    waiting: deque[Arrival | Errand] = field(default_factory=deque)
    turn: Turn | None = None
    joins: int = 0
    began: int = 0
    running: asyncio.Task[None] | None = None
    stopped: Stopped | None = None
    worker: asyncio.Task[None] | None = None
    ended_one: bool = False
    stop_next: bool = False


class Lanes:
    """All lanes of this process.

    Args:
        begin: Makes the turn for the arrivals that it answers.
        run: Walks a turn down the line of stages. It is cancelled to end a turn early.
        gather: Seconds to wait for more before plain messages are answered.
        end_early: Called for a turn that was pre-empted: delivers what was shown, as cut.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        begin: Callable[[list[Arrival]], Turn],
        run: Callable[[Turn], Awaitable[None]],
        end_early: Callable[[Turn], Awaitable[None]],
        gather: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._clock = clock
        self._begin = begin
        self._run = run
        self._end_early = end_early
        self._gather = gather
        self._lanes: dict[str, _Lane] = {}
        self._closed = False
        self._log = get_logger("lanes")

    def wake(self, arrival: Arrival) -> None:
        """Put a committed message into its lane."""
        lane = self._lanes.get(arrival.lane)
        if lane is None:
            lane = self._lanes[arrival.lane] = _Lane()
        changed = _change_waiting(lane.waiting, arrival)
        if changed is None:
            return
        arrival = changed
        if _preempts(arrival):
            unbegun = _leading_talk(lane.waiting) if lane.running is None else 0
            if unbegun:
                # They were said just before it: stopped like a turn that has begun, and in order.
                lane.waiting.insert(_behind_words(lane.waiting, unbegun), arrival)
                lane.stop_next = True
            else:
                lane.waiting.insert(_behind_words(lane.waiting, 0), arrival)
                self._stop(lane, _for_good(arrival))
            heard = arrival.incoming.heard
            if heard is not None and heard.ends_all:
                self.end_all(arrival.person.id, _for_good(arrival))
        else:
            lane.waiting.append(arrival)
            if self._joins(lane, arrival):
                self._stop(lane, Stopped.JOINED)
        self._start(arrival.lane, lane)

    def end_all(self, person: str, why: Stopped = Stopped.WITHDRAWN) -> None:
        """End every running turn of a person, but for the one that asks for it."""
        asking = asyncio.current_task()
        for lane in self._lanes.values():
            turn = lane.turn
            if turn is not None and turn.person.id == person and lane.running is not asking:
                self._stop(lane, why)

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
        """Let what came in be answered, at most so long, then end what runs, as a crash would.

        What was not answered goes on at the next start.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        # Messages still come in, and make new workers.
        while (workers := self._workers()) and (left := end - loop.time()) > 0:
            await asyncio.wait(workers, timeout=left)
        self._closed = True
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers, timeout=_LAST_WORDS)

    def _workers(self) -> list[asyncio.Task[None]]:
        return [lane.worker for lane in self._lanes.values() if lane.worker is not None]

    def _stop(self, lane: _Lane, why: Stopped) -> None:
        turn = lane.turn
        if lane.running is None or turn is None or turn.finishing or _obeys(turn):
            return
        # A turn that was to be restarted for one more message can still be stopped for good. A
        # second cancellation would only disturb its tidying up.
        if lane.stopped is None:
            lane.running.cancel()
        if lane.stopped in (None, Stopped.JOINED) or why is Stopped.WITHDRAWN:
            lane.stopped = why

    def _joins(self, lane: _Lane, arrival: Arrival) -> bool:
        turn = lane.turn
        return (
            turn is not None
            and lane.running is not None
            and turn.joinable
            and all(m.parts for m in turn.messages)  # no envelope of before the consent
            and len(lane.waiting) == 1
            and _plain(arrival)
            and lane.joins < _MOST_JOINS
            and self._clock.now() - lane.began < _JOIN_WITHIN
        )

    async def _work(self, key: str, lane: _Lane) -> None:
        try:
            while lane.waiting and not self._closed:
                await self._wait_for_more(lane)
                first = lane.waiting.popleft()
                try:
                    if isinstance(first, Arrival):
                        await self._answer(lane, _batch(first, lane.waiting))
                    else:
                        await first()
                except Exception as error:  # noqa: BLE001 -- what waits behind it is still answered
                    self._log.error("lane.failed", exc_info=error)
        finally:
            lane.worker = None
            if not lane.waiting:
                self._lanes.pop(key, None)

    async def _wait_for_more(self, lane: _Lane) -> None:
        """Give somebody who writes in short messages time, where the operator wants that."""
        seconds = self._gather()
        if seconds and _leading_talk(lane.waiting):
            await asyncio.sleep(seconds)

    async def _answer(self, lane: _Lane, batch: list[Arrival]) -> None:
        lane.joins, pause = 0, _FIRST_PAUSE
        while True:
            turn = self._begin(batch)
            if not lane.joins:
                lane.began = turn.started
            turn.stopped_another, lane.ended_one = lane.ended_one, False
            why = Stopped.PREEMPTED if lane.stop_next else await self._walk(lane, turn)
            lane.stop_next = False
            if why is Stopped.WITHDRAWN:
                turn.pieces.clear()
            if why in (Stopped.PREEMPTED, Stopped.WITHDRAWN):
                lane.ended_one = True
                await self._end_early(turn)
            if turn.stranded and not self._closed:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                batch = [replace(batch[0], turn=turn.id, draft=turn.draft), *batch[1:]]
                continue
            if why is not Stopped.JOINED:
                return
            lane.joins += 1
            # The same turn: what it has announced in the store stays announced.
            batch = [replace(batch[0], turn=turn.id), *batch[1:]]
            joining = lane.waiting[0] if lane.waiting else None
            # Unless what was to join it was deleted just now.
            if isinstance(joining, Arrival) and _plain(joining):
                lane.waiting.popleft()
                batch += _batch(joining, lane.waiting)

    async def _walk(self, lane: _Lane, turn: Turn) -> Stopped | None:
        """Run a turn; return why it was ended early, ``None`` if it came to its own end."""
        lane.stopped, lane.turn = None, turn
        running = lane.running = asyncio.ensure_future(self._run(turn))
        try:
            # Not ``await running``: who was cancelled, the turn or this worker, must stay clear.
            await asyncio.wait([running])
        except asyncio.CancelledError:  # the process is ending
            running.cancel()
            await asyncio.wait([running])
            raise
        finally:
            lane.running = lane.turn = None
        # The end may have come first, or the turn went on in spite of it: then it is answered.
        why = _why(lane)
        if running.cancelled():
            if why is None:
                raise RuntimeError("a turn was cancelled from within")
            return why
        error = running.exception()
        if error is None or why is None or turn.finishing:
            running.result()
            return None
        self._log.error("lane.failed", exc_info=error)
        return why


def _why(lane: _Lane) -> Stopped | None:
    """Return why the running turn was ended; another task may have set it."""
    return lane.stopped


def _preempts(item: Arrival | Errand) -> bool:
    if not isinstance(item, Arrival):
        return False
    heard = item.incoming.heard
    return heard is not None and heard.preempts


def _for_good(arrival: Arrival) -> Stopped:
    heard = arrival.incoming.heard
    withdrawn = heard is not None and heard.withdraws
    return Stopped.WITHDRAWN if withdrawn else Stopped.PREEMPTED


def _behind_words(waiting: deque[Arrival | Errand], at: int) -> int:
    """Return the place behind the preempting words that wait from a place on: they keep order."""
    while at < len(waiting) and _preempts(waiting[at]):
        at += 1
    return at


def _leading_talk(waiting: deque[Arrival | Errand]) -> int:
    """Return how many plain messages wait first."""
    count = 0
    for item in waiting:
        if not (isinstance(item, Arrival) and _plain(item)):
            break
        count += 1
    return count


def _obeys(turn: Turn) -> bool:
    """Whether a turn does what a word said, and does not make the persona answer."""
    heard = turn.heard
    return heard is not None and heard.name != "regenerate" and turn.stream is None


def _change_waiting(waiting: deque[Arrival | Errand], arrival: Arrival) -> Arrival | None:
    """Let an edit or a deletion reach the message that it changes, if that still waits.

    Returns what has to be put into the lane: ``None`` where the message took an edit in.
    """
    change = arrival.incoming
    if change.event == Event.MESSAGE or not change.id:
        return arrival
    for place, item in enumerate(waiting):
        if not isinstance(item, Arrival) or item.turn or not _talk(item):
            continue
        message = item.incoming
        if message.platform_id != change.platform_id:
            continue
        became_word = change.heard is not None and change.parts != message.parts
        if change.event == Event.DELETED or became_word:
            del waiting[place]
            return replace(arrival, incoming=replace(change, edits=message.edits))
        if change.parts:
            edits = (*message.edits, change.id)
            waiting[place] = replace(
                item, incoming=replace(message, parts=change.parts, edits=edits)
            )
            return None
        break
    return arrival


def _talk(arrival: Arrival) -> bool:
    """Whether it is something said to the persona, and kept."""
    incoming = arrival.incoming
    return (
        bool(incoming.id)
        and incoming.heard is None
        and incoming.event == Event.MESSAGE
        and bool(incoming.parts)
    )


def _plain(arrival: Arrival) -> bool:
    return _talk(arrival) and not arrival.incoming.standalone


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
