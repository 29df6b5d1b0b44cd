"""What lanes stand in, as a test can hold it: turns that move only when they are told to."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from amity.turn.inbox import Arrival
from amity.turn.lanes import Lanes
from amity.turn.turn import Turn
from tests.support.vaults import MovedClock
from tests.turn.fakes import turn_of

MOST_STEPS = 60


@dataclass(slots=True)
class Begun:
    """A turn that lanes began, and what became of it."""

    turn: Turn
    lane: str
    ids: list[str]
    at: int
    orders: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    end: str = ""
    stubborn: bool = False
    gave_up: bool = False


class World:
    """Lanes on a clock that stands still; ``fate`` says how each message ended, all its ends."""

    def __init__(self) -> None:
        self.clock = MovedClock()
        self.gather = 0.0
        self.lanes = Lanes(
            clock=self.clock,
            begin=self.begin,
            run=self.run,
            end_early=self.end_early,
            gather=lambda: self.gather,
        )
        self.sent: dict[str, Arrival] = {}
        self.begun: list[Begun] = []
        self.active: dict[str, Begun] = {}
        self.fate: dict[str, list[str]] = defaultdict(list)
        self.errands: list[int] = []
        self.begin_breaks = False
        self.ending = False
        self.wrong: list[str] = []

    def send(self, message: Arrival) -> None:
        self.sent[message.incoming.id] = message
        self.lanes.wake(message)

    def order(self, what: str, lane: str = "lane") -> None:
        """Tell a lane's running turn: show, commit, finish, fail, give up."""
        if lane in self.active:
            self.active[lane].orders.put_nowait(what)

    def begin(self, batch: list[Arrival]) -> Turn:
        ids = [a.incoming.id for a in batch]
        if self.begin_breaks:
            self.begin_breaks = False
            self._end(ids, "failed")
            raise RuntimeError("no turn")
        turn = turn_of(batch, id=f"turn {len(self.begun)}", started=self.clock.now())
        self.begun.append(Begun(turn, batch[0].lane, ids, self.clock.now()))
        return turn

    async def run(self, turn: Turn) -> None:
        begun = next(b for b in self.begun if b.turn is turn)
        if begun.lane in self.active:
            self.wrong.append("two turns at once")
        self.active[begun.lane] = begun
        try:
            await self._obey(begun)
        except asyncio.CancelledError:
            begun.end = "cancelled"
            if turn.finishing and not (self.ending or begun.gave_up):
                self.wrong.append("a finishing turn was cancelled")
            await asyncio.sleep(0)  # something is tidied up
            if begun.stubborn:
                begun.end = "answered"
                self._end(begun.ids, "answered")
                return
            raise
        finally:
            del self.active[begun.lane]

    async def _obey(self, begun: Begun) -> None:
        while True:
            match await begun.orders.get():
                case "show":
                    begun.turn.shown = True
                case "commit":
                    begun.turn.finishing = True
                case "fail":
                    begun.end = "failed"
                    self._end(begun.ids, "failed")
                    raise RuntimeError("the line broke")
                case "give up":  # a cancellation from within, as a task group's
                    begun.gave_up, begun.stubborn = True, False
                    self._end(begun.ids, "failed")
                    raise asyncio.CancelledError
                case "finish":
                    begun.turn.finishing = True
                    await asyncio.sleep(0)
                    begun.end = "answered"
                    self._end(begun.ids, "answered")
                    return

    async def end_early(self, turn: Turn) -> None:
        begun = next(b for b in self.begun if b.turn is turn)
        if begun.lane in self.active:
            self.wrong.append("ended early while it ran")
        await asyncio.sleep(0)
        self._end(begun.ids, "ended early")

    def errand(self, lane: str, *, breaks: bool = False) -> None:
        async def errand() -> None:
            if lane in self.active:
                self.wrong.append("an errand beside a turn")
            await asyncio.sleep(0)
            self.errands.append(len(self.errands))
            if breaks:
                raise RuntimeError("the errand broke")

        self.lanes.run_errand(lane, errand)

    def _end(self, ids: list[str], how: str) -> None:
        for id in ids:
            self.fate[id].append(how)

    async def settle(self, steps: int = MOST_STEPS) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)

    async def finish_all(self) -> None:
        """Let every turn finish until no lane has anything to do."""
        for _ in range(len(self.sent) + len(self.begun) + 10):
            await self.settle()
            if not self.lanes.busy:
                return
            for lane in list(self.active):
                self.order("finish", lane)

    def answered(self) -> list[list[str]]:
        """Return the ids of the messages of each turn that was answered, in order."""
        return [b.ids for b in self.begun if b.end == "answered"]
