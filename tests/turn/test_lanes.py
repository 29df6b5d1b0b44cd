"""Lanes: each message is answered once, in order, by one turn at a time; some join, some end it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from amity.turn.inbox import Arrival
from tests.turn.fakes import arrival
from tests.turn.lane_world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    with capture_logs():
        yield world
    world.ending = True
    await world.lanes.drain(0)
    assert world.wrong == []
    assert len(asyncio.all_tasks()) == 1


async def begin(world: World, *arrivals: Arrival) -> None:
    """Send messages one after the other, each seen before the next."""
    for message in arrivals:
        world.send(message)
        await world.settle()


def stop(id: str) -> Arrival:
    return arrival(id, word="stop")


async def test_messages_are_answered_one_after_the_other(world: World) -> None:
    await begin(world, arrival("a", standalone=True), arrival("b", standalone=True))
    assert [b.ids for b in world.begun] == [["a"]]
    world.order("finish")
    await world.settle()
    assert [b.ids for b in world.begun] == [["a"], ["b"]]
    await world.finish_all()
    assert world.answered() == [["a"], ["b"]]
    assert world.lanes.busy == 0


async def test_lanes_do_not_wait_for_each_other(world: World) -> None:
    await begin(world, arrival("a", "one"), arrival("b", "two"))
    assert world.lanes.busy == 2
    assert set(world.active) == {"one", "two"}


async def test_what_waits_together_is_answered_together_if_it_is_plain(world: World) -> None:
    for message in (
        arrival("a"),
        arrival("b"),
        arrival("c", word="help"),
        arrival("d"),
        arrival("e", event="edited"),
        arrival("f", standalone=True),
        arrival("g"),
        arrival("h", parts=()),
        arrival("", parts=()),
        arrival("i"),
        arrival("j"),
    ):
        world.send(message)
    await world.finish_all()
    assert world.answered() == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
        ["f"],
        ["g"],
        ["h"],
        [""],
        ["i", "j"],
    ]


async def test_a_message_joins_twice_and_then_waits(world: World) -> None:
    await begin(world, *(arrival(id) for id in "abcd"))
    assert [b.ids for b in world.begun] == [["a"], ["a", "b"], ["a", "b", "c"]]
    await world.finish_all()
    assert world.answered() == [["a", "b", "c"], ["d"]]


async def test_messages_join_for_ten_seconds_from_the_first_start(world: World) -> None:
    await begin(world, arrival("a"))
    world.clock.forward(6_000)
    await begin(world, arrival("b"))
    world.clock.forward(3_999)
    await begin(world, arrival("c"))
    await world.finish_all()
    assert world.answered() == [["a", "b", "c"]]


async def test_nothing_joins_ten_seconds_after_the_first_start(world: World) -> None:
    await begin(world, arrival("a"))
    world.clock.forward(6_000)
    await begin(world, arrival("b"))
    world.clock.forward(4_000)
    await begin(world, arrival("c"))
    await world.finish_all()
    assert world.answered() == [["a", "b"], ["c"]]


@pytest.mark.parametrize("what", ["show", "commit"])
async def test_nothing_joins_an_answer_that_has_begun_to_show(world: World, what: str) -> None:
    await begin(world, arrival("a"))
    world.order(what)
    await world.settle()
    await begin(world, arrival("b"))
    await world.finish_all()
    assert world.answered() == [["a"], ["b"]]


@pytest.mark.parametrize(
    "message",
    [
        arrival("b", word="help"),
        arrival("b", standalone=True),
        arrival("b", event="edited"),
        arrival("b", parts=()),
    ],
)
async def test_only_plain_messages_join(world: World, message: Arrival) -> None:
    await begin(world, arrival("a"), message)
    await world.finish_all()
    assert [b.ids for b in world.begun] == [["a"], ["b"]]


@pytest.mark.parametrize(
    "message",
    [
        arrival("a", word="help"),
        arrival("a", standalone=True),
        arrival("a", event="edited"),
        arrival("a", parts=()),
    ],
)
async def test_only_plain_messages_are_joined(world: World, message: Arrival) -> None:
    await begin(world, message, arrival("b"))
    await world.finish_all()
    assert [b.ids for b in world.begun] == [["a"], ["b"]]


async def test_nothing_joins_past_what_waits(world: World) -> None:
    await begin(world, arrival("a"), arrival("b", word="help"), arrival("c"))
    await world.finish_all()
    assert world.answered() == [["a"], ["b"], ["c"]]


async def test_a_word_ends_the_turn_and_is_answered_next(world: World) -> None:
    await begin(world, arrival("a"))
    world.order("show")
    await world.settle()
    await begin(world, arrival("b"), stop("c"))
    assert world.fate["a"] == ["ended early"]
    assert [b.ids for b in world.begun] == [["a"], ["c"]]
    assert [b.turn.stopped_another for b in world.begun] == [False, True]
    await world.finish_all()
    assert world.answered() == [["c"], ["b"]]
    assert not world.begun[-1].turn.stopped_another


async def test_nothing_ends_a_turn_that_is_finishing(world: World) -> None:
    await begin(world, arrival("a"))
    world.order("commit")
    await world.settle()
    await begin(world, stop("b"))
    await world.finish_all()
    assert world.answered() == [["a"], ["b"]]
    assert not world.begun[-1].turn.stopped_another


async def test_words_keep_their_order(world: World) -> None:
    """Somebody pauses and then has everything deleted: not the other way round."""
    await begin(world, arrival("a"))
    world.send(arrival("b", word="pause"))
    world.send(arrival("c", word="delete_me", argument="yes"))
    await world.finish_all()
    assert world.answered() == [["b"], ["c"]]


async def test_a_word_is_not_ended_by_another(world: World) -> None:
    """A deletion that stopped half-way because of ``/stop`` would be worse than no stop."""
    await begin(world, arrival("a", word="delete_me", argument="yes"), stop("b"))
    assert world.active["lane"].ids == ["a"]
    await world.finish_all()
    assert world.answered() == [["a"], ["b"]]


async def test_an_answer_asked_for_by_a_word_can_be_stopped(world: World) -> None:
    await begin(world, arrival("a", word="regenerate"))
    turn = world.active["lane"].turn
    turn.asked = tuple(turn.messages)
    await begin(world, stop("b"))
    assert world.fate["a"] == ["ended early"]
    await world.finish_all()
    assert world.answered() == [["b"]]


@pytest.mark.parametrize("joins_first", [True, False])
async def test_a_join_and_a_word_at_once_lose_nothing(world: World, joins_first: bool) -> None:
    await begin(world, arrival("a"))
    both = [arrival("b"), stop("c")]
    for message in both if joins_first else reversed(both):
        world.send(message)
    await world.finish_all()
    assert world.fate["a"] == ["ended early"]
    assert world.answered() == [["c"], ["b"]]


@pytest.mark.parametrize("steps", range(6))
@pytest.mark.parametrize("word", ["", "stop"])
async def test_a_turn_that_ends_just_then_is_not_answered_again(
    world: World, word: str, steps: int
) -> None:
    await begin(world, arrival("a"))
    world.order("finish")
    await world.settle(steps)
    await begin(world, arrival("b", word=word))
    await world.finish_all()
    assert len(world.fate["a"]) == len(world.fate["b"]) == 1


@pytest.mark.parametrize("word", ["", "stop"])
async def test_a_turn_that_finishes_in_spite_of_it_is_not_answered_again(
    world: World, word: str
) -> None:
    """``asyncio.wait_for`` of Python 3.11 can swallow a cancellation."""
    await begin(world, arrival("a"))
    world.begun[0].stubborn = True
    await begin(world, arrival("b", word=word))
    await world.finish_all()
    assert world.fate == {"a": ["answered"], "b": ["answered"]}
    assert not world.begun[-1].turn.stopped_another


@pytest.mark.parametrize("how", ["fail", "give up"])
async def test_a_turn_that_breaks_does_not_hold_up_the_next(world: World, how: str) -> None:
    await begin(world, arrival("a", standalone=True), arrival("b", standalone=True))
    world.order(how)
    await world.finish_all()
    assert world.answered() == [["b"]]
    assert world.lanes.busy == 0


async def test_a_turn_that_cannot_begin_does_not_hold_up_the_next(world: World) -> None:
    world.begin_breaks = True
    world.send(arrival("a", standalone=True))
    world.send(arrival("b"))
    await world.finish_all()
    assert world.answered() == [["b"]]
    assert world.lanes.busy == 0


async def test_errands_keep_the_order_and_may_break(world: World) -> None:
    world.errand("lane")
    world.errand("lane", breaks=True)
    world.send(arrival("a"))
    await world.settle()
    assert world.errands == [0, 1]
    world.errand("lane")
    await world.settle()
    assert world.errands == [0, 1]
    await world.finish_all()
    assert world.errands == [0, 1, 2]
    assert world.answered() == [["a"]]


async def test_draining_lets_what_came_in_be_answered(world: World) -> None:
    world.send(arrival("a", standalone=True))
    draining = asyncio.create_task(world.lanes.drain(30))
    await world.settle()
    world.send(arrival("b", standalone=True))
    world.send(arrival("c", "other"))
    await world.finish_all()
    await draining
    assert sorted(world.answered()) == [["a"], ["b"], ["c"]]


async def test_draining_ends_what_does_not_finish(world: World) -> None:
    world.ending = True
    await begin(world, arrival("a", standalone=True), arrival("b"))
    await begin(world, arrival("c", "other"))
    draining = asyncio.create_task(world.lanes.drain(0.05))
    await world.settle()
    world.send(arrival("d", "late"))  # its lane is made while the drain is on
    await draining
    assert world.active == {}
    assert world.fate == {}
    await begin(world, arrival("e", "later"))
    assert [b.ids for b in world.begun] == [["a"], ["c"], ["d"]]


@pytest.mark.parametrize("message", [arrival("b"), stop("b")])
async def test_draining_ends_a_turn_that_is_being_stopped(world: World, message: Arrival) -> None:
    await begin(world, arrival("a"))
    world.ending = True
    world.send(message)
    await world.lanes.drain(0)
    await world.settle()
    assert len(world.begun) == 1
    assert world.fate == {}


async def test_draining_does_not_wait_for_a_turn_that_will_not_end(world: World) -> None:
    await begin(world, arrival("a"), arrival("b", standalone=True))
    world.begun[0].stubborn = True
    world.ending = True
    await world.lanes.drain(0)
    await world.settle()
    assert world.fate == {"a": ["answered"]}  # it was complete: nothing else began


async def test_draining_begins_nothing_new_though_an_errand_swallows_its_end(world: World) -> None:
    async def errand() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    world.lanes.run_errand("lane", errand)
    world.send(arrival("a"))
    await world.settle()
    await world.lanes.drain(0)
    assert world.begun == []


async def test_a_stop_reaches_what_was_said_just_before_it(world: World) -> None:
    for message in (arrival("a"), arrival("b"), stop("c"), arrival("d")):
        world.send(message)
    await world.finish_all()
    early, done = ["ended early"], ["answered"]
    assert world.fate == {"a": early, "b": early, "c": done, "d": done}
    assert [b.turn.stopped_another for b in world.begun] == [False, True, False]


async def test_words_behind_what_was_said_just_before_keep_their_order(world: World) -> None:
    words = (arrival("b", word="pause"), arrival("c", word="delete_me", argument="yes"), stop("d"))
    for message in (arrival("a"), *words, arrival("e")):
        world.send(message)
    await world.finish_all()
    assert world.fate["a"] == ["ended early"]
    assert world.answered() == [["b"], ["c"], ["d"], ["e"]]


async def test_short_messages_are_waited_for_where_the_operator_wants_that(world: World) -> None:
    world.gather = 0.02
    await begin(world, arrival("a"))
    assert world.begun == []
    await begin(world, arrival("b"), arrival("c", word="help"))
    await asyncio.sleep(0.05)
    await world.finish_all()
    assert world.answered() == [["a", "b"], ["c"]]
