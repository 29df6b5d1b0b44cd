"""The line of stages: order, short ways, what breaks."""

from collections.abc import Awaitable, Callable

import pytest

from amity.turn.line import Line
from amity.turn.turn import Flow, Stage, Turn
from tests.turn.fakes import arrival, turn_of


class Walked:
    """A line of five stages that write down that they were walked."""

    def __init__(self, **flows: Flow | Exception) -> None:
        self.walked: list[str] = []
        self.broke: list[tuple[str, str]] = []
        stages = [
            (name, self.stage(name, flows.get(name, Flow.ON)))
            for name in ("gate", "recall", "answer", "deliver", "remember")
        ]
        self.line = Line(stages, failed=self.failed)
        self.turn = turn_of([arrival("a")])

    def failed(self, turn: Turn, stage: str, error: Exception) -> None:
        assert turn is self.turn
        self.broke.append((stage, str(error)))

    def stage(self, name: str, flow: Flow | Exception = Flow.ON) -> Stage:
        async def stage(turn: Turn) -> Flow:
            self.walked.append(name)
            if isinstance(flow, Exception):
                raise flow
            return flow

        return stage

    def afterwards(self, name: str, error: Exception | None = None) -> None:
        async def action() -> None:
            self.walked.append(name)
            if error is not None:
                raise error

        after: list[Callable[[], Awaitable[None]]] = self.turn.after
        after.append(action)

    async def run(self) -> list[str]:
        await self.line.run(self.turn)
        return self.walked


ALL = ["gate", "recall", "answer", "deliver", "remember"]
OOPS = RuntimeError("oops")


async def test_stages_are_walked_in_order_then_what_comes_after() -> None:
    walked = Walked()
    walked.afterwards("first")
    walked.afterwards("second")
    assert await walked.run() == [*ALL, "first", "second"]


async def test_deliver_is_the_next_stop_of_what_is_answered() -> None:
    walked = Walked(gate=Flow.DELIVER)
    walked.afterwards("after")
    assert await walked.run() == ["gate", "deliver", "remember", "after"]


async def test_what_is_dropped_ends_there() -> None:
    walked = Walked(recall=Flow.DROP)
    walked.afterwards("after")
    assert await walked.run() == ["gate", "recall"]
    assert walked.broke == []


async def test_a_stage_that_breaks_is_worded_and_delivered() -> None:
    walked = Walked(recall=OOPS)
    assert await walked.run() == ["gate", "recall", "deliver", "remember"]
    assert walked.broke == [("recall", "oops")]


async def test_a_delivery_that_breaks_is_worded_and_delivered_once_more() -> None:
    walked = Walked()
    breaks = iter([OOPS])

    async def deliver(turn: Turn) -> Flow:
        walked.walked.append("deliver")
        if (error := next(breaks, None)) is not None:
            raise error
        return Flow.ON

    walked.line = Line([("gate", walked.stage("gate")), ("deliver", deliver)], failed=walked.failed)
    walked.afterwards("after")
    assert await walked.run() == ["gate", "deliver", "deliver", "after"]
    assert walked.broke == [("deliver", "oops")]


async def test_a_delivery_that_breaks_again_ends_it() -> None:
    walked = Walked(deliver=OOPS)
    walked.afterwards("after")
    assert await walked.run() == ["gate", "recall", "answer", "deliver", "deliver"]
    assert walked.broke == [("deliver", "oops"), ("deliver", "oops")]


async def test_what_comes_after_is_done_also_if_remember_breaks() -> None:
    walked = Walked(remember=OOPS)
    walked.afterwards("after")
    assert await walked.run() == [*ALL, "after"]
    assert walked.broke == [("remember", "oops")]


async def test_an_action_that_breaks_does_not_stop_the_others() -> None:
    walked = Walked()
    walked.afterwards("first", OOPS)
    walked.afterwards("second")
    assert await walked.run() == [*ALL, "first", "second"]
    assert walked.broke == [("after", "oops")]


async def test_a_plugin_stands_before_or_after_a_stage() -> None:
    walked = Walked()
    walked.line.add("early", walked.stage("early"), before="gate")
    walked.line.add("mask", walked.stage("mask"), after="answer")
    walked.line.add("last", walked.stage("last"), after="remember")
    names = ["early", "gate", "recall", "answer", "mask", "deliver", "remember", "last"]
    assert walked.line.names == names
    assert await walked.run() == names


async def test_a_stage_after_deliver_that_says_deliver_ends_nothing() -> None:
    walked = Walked(remember=Flow.DELIVER)
    walked.line.add("last", walked.stage("last"), after="remember")
    assert await walked.run() == [*ALL, "last"]


@pytest.mark.parametrize(
    "place, said",
    [
        ({}, "either before or after"),
        ({"before": "gate", "after": "gate"}, "either before or after"),
        ({"after": "guess"}, "no stage guess; there are gate, recall, answer, deliver, remember"),
        ({"before": "guess"}, "no stage guess"),
    ],
)
def test_a_place_that_is_none_is_refused(place: dict[str, str], said: str) -> None:
    walked = Walked()
    with pytest.raises(ValueError, match=f"stage mask: .*{said}"):
        walked.line.add("mask", walked.stage("mask"), **place)


def test_a_name_stands_once() -> None:
    walked = Walked()
    with pytest.raises(ValueError, match="stage gate: there is one of that name"):
        walked.line.add("gate", walked.stage("gate"), after="recall")
