"""What people do on Discord, as the core hears of it."""

import pytest

from amity.errors import Gone, Refused
from amity.message import (
    Audio,
    Event,
    File,
    Image,
    Inbound,
    MediaRef,
    Part,
    Reaction,
    Sender,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity.testing.discord_server import Attach, Intent
from amity.testing.discord_server import Sticker as SentSticker
from tests.discord.conftest import World
from tests.discord.host import RecordingHost, running, words


async def settled(host: RecordingHost, world: World) -> None:
    """Wait until an event that was told after all others is taken."""
    count = len(host.taken)
    world.ben.dm(world.mia).write("the last")
    await host.until(lambda: "the last" in host.said)
    host.taken = [one for one in host.taken if words(one) != "the last"]
    assert len(host.taken) >= count


async def test_a_direct_message(world: World) -> None:
    async with running(world.server, world.mia) as run:
        sent = world.dm().write("hello *you*")
        (event,) = await run.host.took(1)
    assert event.event is Event.MESSAGE
    assert event.parts == (Text(event.parts[0].text),)  # type: ignore[union-attr]  # it is a Text
    assert words(event) == "hello *you*"
    assert (event.private, event.addressed, event.adult, event.ephemeral) == (
        True,
        True,
        False,
        False,
    )
    assert event.sender == Sender(id=str(world.ann.id))
    assert event.id == str(sent.id)
    assert event.address.chat == str(world.dm().id)
    assert event.address.thread is None
    assert abs(event.time - sent.sent * 1000) < 2


async def test_in_a_server_only_mentions_and_replies_are_heard(world: World) -> None:
    async with running(world.server, world.mia) as run:
        here = world.here()
        here.write("just talk")
        here.write(f"ask <@{world.ben.id}>")
        here.write(f"{world.mia.mention} hello")
        (first,) = await run.host.took(1)
        assert not first.private
        assert words(first) == "hello"
        await run.say(first, "hi")
        said = await here.seen("hi")
        here.write("and you?", reply_to=said)
        second = (await run.host.took(2))[1]
        assert words(second) == "and you?"
        assert second.reply_to == str(said.id)
        here.write("all of you", reply_to=here.write("mine"))
        await settled(run.host, world)
        assert run.host.said == ["hello", "and you?"]


async def test_replies_without_a_ping_are_heard_with_the_intent(world: World) -> None:
    world.mia.allow(Intent.MESSAGE_CONTENT)
    async with running(world.server, world.mia, message_content=True) as run:
        here = world.here()
        here.write(f"{world.mia.mention} hello")
        (first,) = await run.host.took(1)
        await run.say(first, "hi")
        here.write("and you?", reply_to=await here.seen("hi"), ping=False)
        assert words((await run.host.took(2))[1]) == "and you?"
        here.write("not for the bot")
        await settled(run.host, world)
        assert run.host.said == ["hello", "and you?"]


async def test_a_call_and_nothing_else_is_still_heard(world: World) -> None:
    async with running(world.server, world.mia) as run:
        world.here().write(world.mia.mention)
        (event,) = await run.host.took(1)
    assert words(event) == "@mia"


async def test_a_thread_is_a_thread_of_its_channel(world: World) -> None:
    private = world.guild.channel("adults", nsfw=True)
    async with running(world.server, world.mia) as run:
        for channel, adult in ((world.general, False), (private, True)):
            run.host.taken.clear()
            thread = world.ann.at(channel).start_thread("aside")
            thread.write(f"{world.mia.mention} psst")
            (event,) = await run.host.took(1)
            assert event.address.chat == str(channel.id)
            assert event.address.thread == str(thread.id)
            assert event.adult is adult
            await run.say(event, "yes?")
            assert (await thread.seen("yes?")).channel_id == thread.id


async def test_an_age_restricted_channel_is_marked_as_it_is_now(world: World) -> None:
    async with running(world.server, world.mia) as run:
        for nsfw in (True, False):
            world.general.change(nsfw=nsfw)
            run.host.taken.clear()
            world.here().write(f"{world.mia.mention} hello")
            (event,) = await run.host.took(1)
            assert event.adult is nsfw


async def test_bots_webhooks_and_notices_are_not_people(world: World) -> None:
    leo = world.server.bot("Leo")
    world.guild.add(leo)
    async with (
        running(world.server, world.mia) as run,
        running(world.server, leo, RecordingHost("other")) as other,
    ):
        world.here().write(f"{leo.mention} hello")
        (event,) = await other.host.took(1)
        await other.say(event, f"{world.mia.mention} are you a person?")
        await world.here().seen("are you a person?")
        await settled(run.host, world)
        assert run.host.taken == []


FILES = [
    (Attach(name="a.png", data=b"PNG", content_type="image/png", size=(1, 1)), Image),
    (Attach(name="a.ogg", data=b"Ogg", content_type="audio/ogg"), Audio),
    (Attach(name="a.mp4", data=b"MP4", content_type="video/mp4", size=(1, 1)), Video),
    (Attach(name="a.pdf", data=b"PDF", content_type="application/pdf"), File),
    (Attach(name="a", data=b"???"), File),
]


def media_of(part: Part) -> MediaRef:
    assert isinstance(part, Image | Audio | Video | File | Voice)
    return part.media


@pytest.mark.parametrize("sent, kind", FILES, ids=lambda v: getattr(v, "__name__", ""))
async def test_what_is_attached(world: World, sent: Attach, kind: type[Part]) -> None:
    async with running(world.server, world.mia) as run:
        world.dm().write("look", files=[sent])
        (event,) = await run.host.took(1)
        said, medium = event.parts
        assert isinstance(said, Text)
        assert type(medium) is kind
        media = media_of(medium)
        assert media.size == len(sent.data)
        assert media.media_type == sent.content_type
        assert await run.adapter.fetch(media, limit=100) == sent.data
        with pytest.raises(Refused):
            await run.adapter.fetch(media, limit=2)


async def test_a_voice_message(world: World) -> None:
    async with running(world.server, world.mia) as run:
        world.dm().voice(b"OggS and more", seconds=3.5)
        (event,) = await run.host.took(1)
        (voice,) = event.parts
        assert isinstance(voice, Voice)
        assert voice.seconds == 3.5
        assert await run.adapter.fetch(voice.media, limit=100) == b"OggS and more"


async def test_a_file_is_found_when_its_address_has_run_out_and_not_when_it_is_gone(
    world: World,
) -> None:
    async with running(world.server, world.mia) as run:
        sent = world.dm().write(files=[FILES[3][0]])
        (event,) = await run.host.took(1)
        media = media_of(event.parts[0])
        stale = MediaRef(key=media.key.partition("?")[0] + "?ex=0&is=0&hm=0", size=3)
        assert await run.adapter.fetch(stale, limit=100) == b"PDF"
        world.server.advance(60 * 60 * 48)
        assert await run.adapter.fetch(media, limit=100) == b"PDF"
        world.dm().delete(sent)
        with pytest.raises(Gone):
            await run.adapter.fetch(media, limit=100)


async def test_stickers_and_forwarded_words(world: World) -> None:
    async with running(world.server, world.mia) as run:
        chat = world.dm()
        chat.write(stickers=[SentSticker(id=1, name="Hi there", tags="wave")])
        (event,) = await run.host.took(1)
        assert event.parts == (Sticker(emoji="👋"),)
        run.host.taken.clear()
        chat.write("so", stickers=[SentSticker(id=2, name="Blob"), SentSticker(id=3, name="👋🏽")])
        (event,) = await run.host.took(1)
        assert event.parts[1:] == (Sticker(), Sticker(emoji="👋🏽"))
        run.host.taken.clear()
        news = world.here().write("first\nsecond", files=[FILES[0][0]])
        chat.write(forward=news)
        (event,) = await run.host.took(1)
        assert words(event) == "> first\n> second"
        assert [type(part) for part in event.parts] == [Text, Image]
        assert event.reply_to is None
        assert await run.adapter.fetch(media_of(event.parts[1]), limit=9) == b"PNG"


async def test_an_edit_is_told_and_a_preview_is_not(world: World) -> None:
    async with running(world.server, world.mia) as run:
        chat = world.dm()
        sent = chat.write("helo https://example.org")
        await run.host.took(1)
        chat.preview_link(sent, {"title": "Example"})
        chat.edit(sent, "hello")
        event = (await run.host.took(2))[1]
        assert (event.event, event.id, words(event)) == (Event.EDITED, str(sent.id), "hello")
        chat.preview_link(sent, {"title": "Example"})
        await settled(run.host, world)
        assert len(run.host.taken) == 2


async def test_a_deletion_is_told_as_that_of_the_author(world: World) -> None:
    async with running(world.server, world.mia) as run:
        direct = world.dm().write("mine")
        here = world.here()
        asked = here.write(f"{world.mia.mention} this too")
        other = here.write("not for the bot")
        await run.host.took(2)
        world.dm().delete(direct)
        here.delete(other)
        here.delete(asked)
        first, second = (await run.host.took(4))[2:]
        for event, message in ((first, direct), (second, asked)):
            assert (event.event, event.id) == (Event.DELETED, str(message.id))
            assert event.sender.id == str(world.ann.id)
            assert event.parts == ()
        assert first.private
        assert not second.private


async def test_a_deletion_in_a_direct_chat_is_told_also_after_a_restart(world: World) -> None:
    sent = world.dm().write("mine")
    async with running(world.server, world.mia) as run:
        world.dm().delete(sent)
        (event,) = await run.host.took(1)
    assert (event.event, event.id, event.private) == (Event.DELETED, str(sent.id), True)
    assert event.sender.id == str(world.ann.id)


async def test_many_deleted_at_once_and_our_own_are_nobody_elses(world: World) -> None:
    async with running(world.server, world.mia) as run:
        here = world.here()
        asked = [here.write(f"{world.mia.mention} {number}") for number in range(3)]
        events = [*await run.host.took(3)]
        receipt = await run.say(events[0], "an answer")
        world.general.delete_messages([*(one.id for one in asked), int(receipt.message_ids[0])])
        deleted = (await run.host.took(6))[3:]
        await settled(run.host, world)
        assert [one.id for one in deleted] == [str(one.id) for one in asked]
        assert len(run.host.taken) == 6


async def test_reactions_on_our_messages(world: World) -> None:
    async with running(world.server, world.mia) as run:
        chat = world.dm()
        asked = chat.write("hello")
        (event,) = await run.host.took(1)
        receipt = await run.say(event, "hi")
        answer = int(receipt.message_ids[0])
        chat.react(asked, "👎")
        chat.react(answer, "🎉")
        chat.unreact(answer, "🎉")
        put, taken = (await run.host.took(3))[1:]
        assert put.reaction == Reaction(emoji="🎉", message_id=str(answer))
        assert taken.reaction == Reaction(emoji="🎉", message_id=str(answer), removed=True)
        assert put.id != taken.id
        assert put.sender.id == str(world.ann.id)
        assert (await run.adapter.react(event.address, event.id, "🙂")).error is None
        assert dict(chat.messages[0].reactions) == {"👎": 1, "🙂": 1}
        await settled(run.host, world)
        assert len(run.host.taken) == 3


async def test_other_servers_are_not_served_where_some_are_named(world: World) -> None:
    elsewhere = world.server.guild("Elsewhere", members=[world.ann], bots=[world.mia])
    async with running(world.server, world.mia, guilds=[world.guild.id]) as run:
        world.ann.at(elsewhere.channel("general")).write(f"{world.mia.mention} hello")
        world.here().write(f"{world.mia.mention} here")
        world.dm().write("and there")
        await run.host.took(2)
        assert run.host.said == ["here", "and there"]


async def test_of_a_member_nothing_but_the_id_is_read(world: World) -> None:
    secret = "canary@example.org"
    zelda = world.server.person("Zelda", extra={"email": secret, "phone": "+100000", "bio": secret})
    world.guild.add(zelda, nick=secret, extra={"email": secret, "pending": False})
    async with running(world.server, world.mia) as run:
        world_chat = zelda.at(world.general)
        world_chat.write(f"{world.mia.mention} hello {zelda.mention}")
        zelda.dm(world.mia).write("and here")
        events = await run.host.took(2)
        for event in events:
            assert secret not in repr((event, words(event)))
            assert "Zelda" not in repr((event, words(event)))
        assert secret not in str(run.host.kept.values)


async def test_the_order_is_kept_in_a_burst_and_batches_are_used(world: World) -> None:
    async with running(world.server, world.mia) as run:
        run.host.away = 2  # the store does not answer at first
        for number in range(60):
            world.dm().write(str(number))
        await run.host.took(60)
        assert run.host.said == [str(number) for number in range(60)]
        assert len(run.host.batches) < 60


async def test_what_cannot_be_taken_costs_nothing_else(world: World) -> None:
    async with running(world.server, world.mia) as run:
        run.host.poison = "poison"
        for text in ("before", "poison", "after"):
            world.dm().write(text)
        await run.host.took(2)
        assert run.host.said == ["before", "after"]


async def test_every_event_twice_is_every_event_once(world: World) -> None:
    async with running(world.server, world.mia) as run:
        world.mia.gateway.duplicate(None)
        sent = world.dm().write("once")
        world.dm().edit(sent, "twice")
        world.dm().delete(sent)
        await run.host.took(3)
        await settled(run.host, world)
        kinds = [one.event for one in run.host.taken]
        assert kinds == [Event.MESSAGE, Event.EDITED, Event.DELETED]


async def test_two_bots_hear_each_their_own(world: World) -> None:
    leo, server = world.server.bot("Leo"), world.server
    async with (
        running(server, world.mia) as mia,
        running(server, leo, RecordingHost("leo")) as other,
    ):
        world.ann.dm(leo).write("for Leo")
        world.dm().write("for Mia")
        heard: list[Inbound] = [*await mia.host.took(1), *await other.host.took(1)]
        assert [words(one) for one in heard] == ["for Mia", "for Leo"]
        assert [one.address.channel for one in heard] == ["discord", "leo"]
