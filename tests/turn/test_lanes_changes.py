"""Lanes: what is edited or deleted while it waits is answered as it is then, or not at all."""

import pytest

from amity.message import Text
from amity.sealed import SealedText
from amity.turn.inbox import Arrival
from tests.turn.fakes import arrival
from tests.turn.lane_world import Begun, World
from tests.turn.test_lanes import begin, world

__all__ = ["world"]

NEW = (Text(SealedText("hello")),)


def edit(id: str, of: str, *, word: str = "") -> Arrival:
    parts = (Text(SealedText(f"/{word}")),) if word else NEW
    return arrival(id, word=word, event="edited", of=of, parts=parts)


def deletion(id: str, of: str) -> Arrival:
    return arrival(id, event="deleted", of=of, parts=())


async def behind_another(world: World, *arrivals: Arrival) -> None:
    """Send messages while a turn runs that nothing joins."""
    await begin(world, arrival("first"))
    world.order("show")
    await world.settle()
    await begin(world, *arrivals)


def begun_with(world: World, id: str) -> list[Begun]:
    return [begun for begun in world.begun if id in begun.ids]


async def test_a_message_that_waits_is_answered_with_its_last_words(world: World) -> None:
    await behind_another(
        world, arrival("a"), arrival("b"), edit("c", "a"), arrival("d"), edit("e", "a")
    )
    await world.finish_all()
    assert world.answered() == [["first"], ["a", "b", "d"]]
    [begun] = begun_with(world, "a")
    edited, other, _ = begun.turn.messages
    assert (edited.parts, edited.edits) == (NEW, ("c", "e"))
    assert (other.parts, other.edits) == (arrival("b").incoming.parts, ())


async def test_a_message_that_waits_and_is_deleted_is_not_answered(world: World) -> None:
    await behind_another(world, arrival("a"), arrival("b"), edit("c", "a"), deletion("d", "a"))
    await world.finish_all()
    assert world.answered() == [["first"], ["b"], ["d"]]
    [begun] = begun_with(world, "d")
    assert begun.turn.messages[0].edits == ("c",)


async def test_a_message_that_waits_and_becomes_a_word_is_that_word(world: World) -> None:
    await behind_another(
        world, arrival("a"), arrival("b"), edit("c", "a"), edit("d", "a", word="help")
    )
    await world.finish_all()
    assert world.answered() == [["first"], ["b"], ["d"]]
    [begun] = begun_with(world, "d")
    assert begun.turn.messages[0].edits == ("c",)


async def test_a_message_that_becomes_a_stop_ends_what_runs(world: World) -> None:
    await behind_another(world, arrival("a"), arrival("b"), edit("c", "a", word="stop"))
    await world.finish_all()
    assert world.fate == {"first": ["ended early"], "b": ["answered"], "c": ["answered"]}
    assert world.answered() == [["c"], ["b"]]


async def test_the_same_message_once_more_is_no_word(world: World) -> None:
    words = arrival("a").incoming.parts
    same = arrival("c", word="help", event="edited", of="a", parts=words)
    await behind_another(world, arrival("a"), same)
    await world.finish_all()
    assert world.answered() == [["first"], ["a"]]


async def test_a_turn_goes_on_without_what_was_to_join_it(world: World) -> None:
    await begin(world, arrival("a"))
    world.send(arrival("b"))
    world.send(deletion("c", "b"))
    await world.settle()
    assert [b.ids for b in world.begun] == [["a"], ["a"]]
    await world.finish_all()
    assert world.answered() == [["a"], ["c"]]


@pytest.mark.parametrize(
    "message",
    [
        arrival("a", word="help"),
        arrival("a", parts=()),
        arrival("a", event="edited", of="before"),
        arrival("a", begun=True),
    ],
)
@pytest.mark.parametrize("change", [edit("b", "a"), deletion("b", "a")])
async def test_what_is_no_talk_or_was_begun_keeps_its_turn(
    world: World, message: Arrival, change: Arrival
) -> None:
    await behind_another(world, message, change)
    await world.finish_all()
    assert world.answered() == [["first"], ["a"], ["b"]]


async def test_an_edit_without_words_takes_nothing_away(world: World) -> None:
    await behind_another(world, arrival("a"), arrival("b", event="edited", of="a", parts=()))
    await world.finish_all()
    assert world.answered() == [["first"], ["a"], ["b"]]


async def test_a_change_reaches_its_own_lane_alone(world: World) -> None:
    for lane in ("one", "two"):
        await begin(world, arrival(f"first {lane}", lane))
        world.order("show", lane)
    await world.settle()
    await begin(world, arrival("a", "one"), arrival("b", "two", event="deleted", of="a", parts=()))
    await world.finish_all()
    assert [ids for ids in world.answered() if "first" not in ids[0]] == [["a"], ["b"]]
