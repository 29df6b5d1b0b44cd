"""What the core says, as people on Discord see it."""

import string

import pytest

from amity.adapter import Draft
from amity.errors import Forbidden, Gone, Refused, RetryAfter, Unknown
from amity.message import (
    Address,
    Button,
    Buttons,
    Choice,
    File,
    Image,
    Inbound,
    MediaRef,
    Outcome,
)
from amity.sealed import SealedText
from amity.testing.discord_server import Permission, Shown
from tests.discord.conftest import World
from tests.discord.host import Running, running


async def asked(run: Running, world: World, *, shared: bool = False) -> Inbound:
    """Have Ann say something and return it."""
    count = len(run.host.taken)
    if shared:
        world.here().write(f"{world.mia.mention} hello")
    else:
        world.dm().write("hello")
    return (await run.host.took(count + 1))[count]


async def test_words_are_marked_up_and_call_nobody(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=True)
        receipt = await run.say(
            event,
            f"# Hi\n\n__bold__ <@{world.ben.id}> @everyone\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        )
        shown = await world.here().seen("Hi")
        assert receipt.outcome is Outcome.SENT
        assert receipt.message_ids == (str(shown.id),)
        assert shown.content.startswith("# Hi\n")
        assert "**bold**" in shown.content
        assert "```" in shown.content
        at_bens = next(m for m in world.ben.at(world.general).messages if m.id == shown.id)
        assert not at_bens.pings
        assert not shown.pings


async def test_a_quote_is_a_reply_and_nobody_minds_if_it_is_gone(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=True)
        await run.say(event, "one", quote=event.id)
        assert (await world.here().seen("one")).reply_to == int(event.id)
        world.here().delete(int(event.id))
        receipt = await run.say(event, "two", quote=event.id)
        assert receipt.outcome is Outcome.SENT
        assert (await world.here().seen("two")).reply_to is None


async def test_the_same_message_again_is_shown_once(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        message = run.outbound("once", to=event)
        first = await run.adapter.send(event.address, message)
        second = await run.adapter.send(event.address, message)
        assert first == second
        assert [m.content for m in world.dm().from_bots()] == ["once"]
        assert not world.dm().from_bots()[0].edited


async def test_what_somebody_has_deleted_is_not_sent_again(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        message = run.outbound("once", to=event)
        receipt = await run.adapter.send(event.address, message)
        await run.adapter.delete(event.address, receipt.message_ids[0])
        again = await run.adapter.send(event.address, message)
        assert (again.outcome, again.message_ids) == (Outcome.SENT, ())
        assert world.dm().from_bots() == ()


async def test_an_answer_that_is_lost_is_unknown_and_then_the_same(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        message = run.outbound("once", to=event)
        world.server.faults.lose_answer(route="POST /channels/{channel}/messages")
        receipt = await run.adapter.send(event.address, message)
        assert isinstance(receipt.error, Unknown)
        assert (await run.adapter.send(event.address, message)).outcome is Outcome.SENT
        assert [m.content for m in world.dm().from_bots()] == ["once"]


async def test_buttons_are_shown_and_come_back(world: World) -> None:
    rows = Buttons(
        (
            (Button(label="I am 18 or over", command="i_am_18"),),
            tuple(Button(label=f"{n}" * 90, command="persona", argument=f"p{n}") for n in range(6)),
        )
    )
    async with running(world.server, world.mia) as run:
        await run.say(await asked(run, world), "Choose:", rows)
        shown = await world.dm().seen("Choose:")
        assert len(shown.buttons) == 7
        assert all(len(button.label) <= 80 for button in shown.buttons)
        pressed = world.dm().press(shown, "I am 18 or over")
        event = (await run.host.took(2))[1]
        await pressed.answered()
        assert event.parts[0] == Choice(command="i_am_18")
        assert (event.private, event.ephemeral, event.id) == (True, False, str(pressed.id))
        await run.say(event, "Thank you.")
        await world.dm().seen("Thank you.")
        assert pressed.kind == 6


async def test_a_button_that_does_not_fit_is_typed(world: World) -> None:
    long = Button(label="Long", command="persona", argument=string.ascii_letters * 2)
    async with running(world.server, world.mia) as run:
        await run.say(await asked(run, world), "Choose:", Buttons(((long,),)))
        shown = await world.dm().seen("Choose:")
        assert shown.buttons == ()
        assert string.ascii_letters * 2 in shown.content


async def test_files_are_uploaded(world: World) -> None:
    async with running(world.server, world.mia) as run:
        run.host.files.content = {"a": b"ZIP", "b": b"PNG"}
        receipt = await run.say(
            await asked(run, world),
            "Here you are.",
            File(media=MediaRef(key="a", media_type="application/zip", name="export.zip")),
            Image(media=MediaRef(key="b", media_type="image/png")),
            File(media=MediaRef(key="gone")),
        )
        shown = await world.dm().seen("Here you are.")
        assert [(f.name, f.data) for f in shown.files] == [
            ("export.zip", b"ZIP"),
            ("file2.png", b"PNG"),
        ]
        assert receipt.outcome is Outcome.PARTIAL
        assert isinstance(receipt.error, Gone)


async def test_what_is_gone_or_too_large_or_empty_is_said(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        receipt = await run.say(event, "", File(media=MediaRef(key="gone")))
        assert isinstance(receipt.error, Gone)
        run.host.files.content = {"big": bytes(11 * 1024 * 1024)}
        receipt = await run.say(event, "", File(media=MediaRef(key="big")))
        assert isinstance(receipt.error, Refused)
        assert (await run.say(event, "  ")).outcome is Outcome.SUPPRESSED
        assert isinstance((await run.say(event, "x" * 2001)).error, Refused)


async def test_a_private_answer_in_a_server_is_a_direct_message(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=True)
        row = Buttons(((Button(label="Agree", command="agree"),),))
        receipt = await run.say(event, "For you.", row, private=True, recipient=event.sender.id)
        shown = await world.dm().seen("For you.")
        assert receipt.message_ids == (str(shown.id),)
        assert world.here().from_bots() == ()
        world.dm().press(shown, "Agree")
        pressed = (await run.host.took(2))[1]
        assert pressed.private
        assert pressed.address.chat == str(world.dm().id)
        assert isinstance((await run.say(event, "?", private=True)).error, Refused)


async def test_closed_doors_are_final(world: World) -> None:
    async with running(world.server, world.mia) as run:
        direct = await asked(run, world)
        event = await asked(run, world, shared=True)
        world.ann.close_dms()
        receipt = await run.say(event, "For you.", private=True, recipient=event.sender.id)
        assert isinstance(receipt.error, Forbidden)
        assert isinstance((await run.say(direct, "Hello?")).error, Forbidden)
        world.general.allow(world.mia, deny=Permission.SEND_MESSAGES)
        assert isinstance((await run.say(event, "Hello?")).error, Forbidden)
        world.general.allow(world.mia, deny=Permission.VIEW_CHANNEL)
        assert isinstance((await run.say(event, "Hello?")).error, Forbidden)
        nowhere = Address(channel="discord", chat="1")
        assert isinstance((await run.adapter.send(nowhere, run.outbound("?"))).error, Gone)


async def test_a_bot_that_is_removed_from_a_server_goes_on_elsewhere(world: World) -> None:
    other = world.server.guild("Other", members=[world.ann], bots=[world.mia])
    async with running(world.server, world.mia) as run:
        event = await asked(run, world, shared=True)
        world.guild.remove(world.mia)
        error = (await run.say(event, "Hello?")).error
        assert isinstance(error, Forbidden | Gone)
        there = world.ann.at(other.channel("here"))
        there.write(f"{world.mia.mention} hello")
        await run.say((await run.host.took(2))[1], "Hello!")
        await there.seen("Hello!")


@pytest.mark.parametrize(
    "status, kind", [(503, RetryAfter), (501, Unknown), (418, Refused), (401, RetryAfter)]
)
async def test_errors_by_status(world: World, status: int, kind: type[Exception]) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        world.server.faults.fail(status, route="POST /channels/{channel}/messages")
        assert isinstance((await run.say(event, "hello")).error, kind)


async def test_a_short_limit_is_waited_for_and_a_long_one_is_handed_on(world: World) -> None:
    route = "POST /channels/{channel}/messages"
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        world.server.faults.rate_limit(0.2, route=route)
        assert (await run.say(event, "hello")).outcome is Outcome.SENT
        world.server.faults.rate_limit(40, route=route)
        error = (await run.say(event, "hello?")).error
        assert isinstance(error, RetryAfter)
        assert error.seconds == 40


async def test_a_dropped_connection_is_unknown(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        world.server.faults.drop(route="POST /channels/{channel}/messages", times=5)
        assert isinstance((await run.say(event, "hello")).error, Unknown)


async def test_nobody_hears_while_the_adapter_is_not_there(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
    assert isinstance((await run.say(event, "hello")).error, RetryAfter)
    draft = Draft(reply="r", text=SealedText("x"))
    assert await run.adapter.draft(event.address, draft) is None
    await run.adapter.typing(event.address)


async def test_editing_deleting_typing(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        receipt = await run.say(event, "one", Buttons(((Button(label="Agree", command="agree"),),)))
        (id,) = receipt.message_ids
        assert (await run.adapter.edit(event.address, id, run.outbound("two"))).error is None
        shown = world.dm().message(int(id))
        assert isinstance(shown, Shown)
        assert (shown.content, shown.buttons) == ("two", ())
        assert (await run.adapter.delete(event.address, id)).outcome is Outcome.SENT
        assert world.dm().message(int(id)) is None
        assert isinstance((await run.adapter.delete(event.address, id)).error, Gone)
        again = await run.adapter.edit(event.address, id, run.outbound("three"))
        assert isinstance(again.error, Gone)
        assert isinstance((await run.adapter.react(event.address, id, "🙂")).error, Gone)
        await run.adapter.typing(event.address)
        assert world.dm().typing == ("Mia",)


async def test_messages_at_once_come_in_their_order(world: World) -> None:
    async with running(world.server, world.mia) as run:
        event = await asked(run, world)
        for number in range(8):
            await run.say(event, str(number))
        assert [m.content for m in world.dm().from_bots()] == [str(n) for n in range(8)]
