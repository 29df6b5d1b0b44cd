"""Any sequence of events in lanes: what holds on every way through it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from amity.message import Text
from amity.sealed import SealedText
from amity.turn.inbox import Arrival
from tests.turn.fakes import arrival
from tests.turn.lane_world import World

KINDS = {
    "plain": {},
    "word": {"word": "help"},
    "stop": {"word": "stop"},
    "delete": {"word": "delete_me", "argument": "yes"},
    "standalone": {"standalone": True},
    "edited": {"event": "edited"},
    "envelope": {"parts": ()},
}
TALK = {"plain", "standalone"}
PREEMPTING = {"stop", "delete"}
CHANGES = {
    "edit": {"event": "edited"},
    "removal": {"event": "deleted", "parts": ()},
    "becomes a word": {"event": "edited", "word": "help", "parts": (Text(SealedText("/help")),)},
}
lanes = st.sampled_from(["one", "two"])
# A few steps of the loop: what happens next falls between two of its callbacks.
steps = st.integers(min_value=0, max_value=6)
kinds = st.sampled_from(["plain"] * 4 + sorted(KINDS))


class Walk(RuleBasedStateMachine):
    """Two lanes, and everything that can happen to them at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.quiet = capture_logs()  # what breaks on purpose is logged with its traceback
        self.quiet.__enter__()
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.kind: dict[str, str] = {}
        self.lane: dict[str, str] = {}
        self.sent_at: dict[str, int] = {}
        self.gone: set[str] = set()  # deleted or made a word while it waited
        self.taken_in: dict[str, list[str]] = {}  # the edits of what waited, in order
        self.errands = 0
        self.drained = False

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    async def _send(self, lane: str, sent: list[str], after: int) -> None:
        for kind in sent:
            id = f"{len(self.kind):03}"
            self.kind[id], self.lane[id], self.sent_at[id] = kind, lane, self.world.clock.now()
            options: Any = KINDS[kind]
            message: Arrival = arrival(id, lane, **options)
            self.world.send(message)
        await self.world.settle(after)

    @rule(lane=lanes, sent=st.lists(kinds, min_size=1, max_size=3), after=steps)
    def send(self, lane: str, sent: list[str], after: int) -> None:
        self.do(self._send(lane, sent, after))

    @rule(
        lane=lanes,
        sent=st.lists(kinds, max_size=3),
        changes=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=3),
        back=st.integers(min_value=1, max_value=4),
        after=steps,
    )
    def change(self, lane: str, sent: list[str], changes: list[str], back: int, after: int) -> None:
        """Something said before is edited or deleted, whatever has become of it since."""

        async def both() -> None:
            await self._send(lane, sent, 0)
            said = [id for id in self.kind if self.lane[id] == lane and self.kind[id] in KINDS]
            if len(said) >= back:
                await self._change(lane, changes, said[-back], after)

        self.do(both())

    async def _change(self, lane: str, kinds: list[str], of: str, after: int) -> None:
        for kind in kinds:
            id = f"{len(self.kind):03}"
            self.kind[id], self.lane[id], self.sent_at[id] = kind, lane, self.world.clock.now()
            if self._waits(of) and self.kind[of] in TALK:
                if kind == "edit":
                    self.taken_in.setdefault(of, []).append(id)
                else:
                    self.gone.add(of)
            options: Any = CHANGES[kind]
            self.world.send(arrival(id, lane, of=of, **options))
        await self.world.settle(after)

    def _waits(self, id: str) -> bool:
        """Whether no turn was begun for a message, and none will fail to begin for it."""
        begun = any(id in b.ids for b in self.world.begun)
        return not (begun or id in self.world.fate or id in self.gone)

    @rule(
        lane=lanes,
        what=st.sampled_from(["show", "commit", "finish", "finish", "fail", "give up"]),
        after=steps,
        sent=st.lists(kinds, max_size=2),
    )
    def go_on(self, lane: str, what: str, after: int, sent: list[str]) -> None:
        """A turn goes on, and messages come before anybody has seen that it did."""

        async def both() -> None:
            self.world.order(what, lane)
            await self.world.settle(after)
            await self._send(lane, sent, after)

        self.do(both())

    @rule(lane=lanes)
    def be_stubborn(self, lane: str) -> None:
        if lane in self.world.active:
            self.world.active[lane].stubborn = True

    @rule()
    def break_the_next_beginning(self) -> None:
        self.world.begin_breaks = True

    @rule(lane=lanes, breaks=st.booleans(), after=steps)
    def run_an_errand(self, lane: str, breaks: bool, after: int) -> None:
        self.errands += 1

        async def both() -> None:
            self.world.errand(lane, breaks=breaks)
            await self.world.settle(after)

        self.do(both())

    @rule(milliseconds=st.sampled_from([-5_000, 4_000, 9_999, 10_000]))
    def move_the_clock(self, milliseconds: int) -> None:
        self.do(self.world.settle())
        self.world.clock.forward(milliseconds)

    @rule()
    def drain(self) -> None:
        async def drain() -> None:
            self.world.ending = self.drained = True
            await asyncio.wait_for(self.world.lanes.drain(0), timeout=10)

        if len(self.kind) > 8:
            self.do(drain())
            assert asyncio.all_tasks(self.loop) == set()

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.world.wrong == []

    @invariant()
    def nothing_is_answered_twice(self) -> None:
        for id, ends in self.world.fate.items():
            assert len([end for end in ends if end != "failed"]) <= 1, (id, ends)
        answered = [id for ids in self.world.answered() for id in ids]
        assert len(answered) == len(set(answered))

    @invariant()
    def joining_has_its_limits(self) -> None:
        first: dict[str, list[int]] = {}
        previous: dict[str, list[str]] = {}
        for begun in self.world.begun:
            assert len(begun.ids) == 1 or all(self.kind[id] == "plain" for id in begun.ids)
            starts = first.setdefault(begun.ids[0], [])
            starts.append(begun.at)
            assert len(starts) <= 3
            if len(starts) > 1:
                joined = begun.ids[len(previous[begun.ids[0]]) :]
                # Nothing joins in the end if it was deleted between.
                assert joined or any(self.lane[id] == begun.lane for id in self.gone)
                assert all(self.sent_at[id] - starts[0] < 10_000 for id in joined[:1])
            previous[begun.ids[0]] = begun.ids

    @invariant()
    def what_waited_is_answered_as_it_is_then(self) -> None:
        begun = {id for b in self.world.begun for id in b.ids}
        assert not begun & self.gone
        assert not begun & {edit for edits in self.taken_in.values() for edit in edits}
        for b in self.world.begun:
            for message in b.turn.messages:
                if self.kind[message.id] in TALK:
                    assert list(message.edits) == self.taken_in.get(message.id, [])

    @invariant()
    def order_is_kept(self) -> None:
        for lane in ("one", "two"):
            begun = [b for b in self.world.begun if b.lane == lane]
            for overtaking in (True, False):
                # Of turns that were begun anew with more, the last counts.
                last = {b.ids[0]: b.ids for b in begun}
                ids = [
                    id
                    for group in last.values()
                    for id in group
                    if (self.kind[id] in PREEMPTING) is overtaking
                ]
                assert ids == sorted(ids)

    def teardown(self) -> None:
        try:
            if not self.drained:
                self.do(self.world.finish_all())
                assert self.world.lanes.busy == 0
                assert asyncio.all_tasks(self.loop) == set()
                edits = {edit for edits in self.taken_in.values() for edit in edits}
                assert set(self.world.fate) == set(self.kind) - self.gone - edits
                assert len(self.world.errands) == self.errands
            self.nothing_went_wrong()
            self.nothing_is_answered_twice()
            self.joining_has_its_limits()
            self.what_waited_is_answered_as_it_is_then()
            self.order_is_kept()
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.do(self.world.settle())
            self.loop.close()
            self.quiet.__exit__(None, None, None)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
