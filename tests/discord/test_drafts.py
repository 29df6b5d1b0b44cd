"""A reply while it is being written."""

import asyncio

import pytest

from amity.adapter import Draft
from amity.message import Inbound, Outcome
from amity.sealed import SealedText
from tests.discord.conftest import World
from tests.discord.host import RecordingHost, Running, running
from tests.discord.test_sending import asked

CREATE = "POST /channels/{channel}/messages"
EDIT = "PATCH /channels/{channel}/messages/{message}"


async def draft(run: Running, to: Inbound, text: str, reply: str = "r", **more: str) -> str | None:
    """Show the words so far."""
    shown = Draft(reply=reply, text=SealedText(text), in_reply_to=(to.id,), **more)  # type: ignore[arg-type]
    return await run.adapter.draft(to.address, shown)


async def test_it_is_one_message_that_grows_and_becomes_the_reply(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=True)
        id = await draft(run, event, "Once **upon")
        assert id is not None
        assert await draft(run, event, "Once **upon** a", message_id=id) == id
        assert [m.content for m in world.here().from_bots()] == ["Once **upon** a"]
        receipt = await run.say(event, "Once **upon** a time.", id="r", draft=id)
        assert receipt.message_ids == (id,)
        assert [m.content for m in world.here().from_bots()] == ["Once **upon** a time."]


async def test_a_draft_nobody_remembers_is_found_under_its_nonce(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        id = await draft(run, event, "Once upon")
    async with running(world.server, world.mia, RecordingHost()) as run:  # a crash came between
        assert await draft(run, event, "Once more") == id
        assert [m.content for m in world.dm().from_bots()] == ["Once more"]
    async with running(world.server, world.mia, RecordingHost()) as run:
        receipt = await run.say(event, "Once upon a time.", id="r")
        assert receipt.message_ids == (id,)
        assert [m.content for m in world.dm().from_bots()] == ["Once upon a time."]


async def test_an_empty_draft_takes_it_back(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        id = await draft(run, event, "Once upon")
        assert await draft(run, event, "", message_id=id or "") is None
        assert world.dm().from_bots() == ()
        assert await draft(run, event, "", message_id=id or "") is None


async def test_a_draft_whose_answer_was_lost_is_taken_back(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        world.server.faults.lose_answer(route=CREATE)
        assert await draft(run, event, "Once upon") is None
        assert len(world.dm().from_bots()) == 1
        assert await draft(run, event, "") is None
        assert world.dm().from_bots() == ()


async def test_a_draft_whose_answer_was_lost_becomes_the_reply(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        world.server.faults.lose_answer(route=CREATE)
        assert await draft(run, event, "Once upon") is None
        await run.say(event, "Once upon a time.", id="r")
        assert [m.content for m in world.dm().from_bots()] == ["Once upon a time."]


async def test_a_deleted_draft_is_sent_anew(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        id = await draft(run, event, "Once upon")
        assert id is not None
        await run.adapter.delete(event.address, id)
        receipt = await run.say(event, "Once upon a time.", id="r", draft=id)
        assert receipt.outcome is Outcome.SENT
        assert [m.content for m in world.dm().from_bots()] == ["Once upon a time."]


async def test_the_same_words_are_shown_once_and_long_ones_as_far_as_they_fit(
    world: World,
) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        id = await draft(run, event, "word " * 100)
        world.server.requests.clear()
        await draft(run, event, "word " * 100, message_id=id or "")
        assert world.mia.requests == []
        await draft(run, event, "word " * 2000, message_id=id or "")
        (shown,) = world.dm().from_bots()
        assert 1900 < len(shown.content) <= 2000


async def test_under_a_rate_limit_drafts_are_dropped_and_the_reply_comes(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        id = await draft(run, event, "Once")
        world.server.faults.rate_limit(8, route=EDIT)
        async with asyncio.timeout(7):  # it is not waited for
            assert await draft(run, event, "Once upon", message_id=id or "") == id
            world.server.requests.clear()
            assert await draft(run, event, "Once upon a", message_id=id or "") == id
        assert world.mia.requests == []
        await run.say(event, "Once upon a time.", id="r", draft=id)
        assert [m.content for m in world.dm().from_bots()] == ["Once upon a time."]


async def test_drafts_can_be_switched_off(world: World) -> None:
    async with running(world.server, world.mia, drafts=False) as run:
        event = await asked(run, world)
        assert await draft(run, event, "Once upon") is None
        assert world.dm().from_bots() == ()


@pytest.mark.parametrize("shared", [False, True])
async def test_a_private_draft_without_an_interaction_is_not_shown(
    world: World, shared: bool
) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=shared)
        shown = Draft(reply="r", text=SealedText("x"), in_reply_to=(event.id,), private=True)
        assert await run.adapter.draft(event.address, shown) is None
        assert world.here().from_bots() == ()
