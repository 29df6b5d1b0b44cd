"""What people do on Telegram, as the core gets it, from a server and by aiogram."""

import pytest

from amity.errors import Gone, Refused
from amity.message import (
    Event,
    File,
    Image,
    Location,
    MediaRef,
    Reaction,
    Sticker,
    Text,
    Video,
    Voice,
    text_of,
)
from amity.sealed import SealedText
from amity.testing.telegram_server import (
    BotAccount,
    BotApiServer,
    Contact,
    Dice,
    Document,
    Fault,
    Person,
    Photo,
    Poll,
    VideoNote,
)
from amity.testing.telegram_server import Location as Place
from amity.testing.telegram_server import Sticker as SentSticker
from amity.testing.telegram_server import Voice as SentVoice
from tests.telegram.host import running


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


@pytest.fixture
def ann(telegram: BotApiServer) -> Person:
    return telegram.person("Ann", language_code="en")


async def test_media_can_be_fetched(telegram: BotApiServer, mia: BotAccount, ann: Person) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = ann.open(mia)
        chat.send(SentVoice(data=b"OggS" + bytes(100)), caption="listen")
        (inbound,) = await one.host.until(lambda: one.host.inbounds)
        (voice,) = inbound.parts
        assert isinstance(voice, Voice)
        assert voice.caption == SealedText("listen")
        assert await one.adapter.fetch(voice.media, limit=1000) == b"OggS" + bytes(100)
        with pytest.raises(Refused):
            await one.adapter.fetch(voice.media, limit=50)
        unsized = MediaRef(key=voice.media.key)
        with pytest.raises(Refused):
            await one.adapter.fetch(unsized, limit=50)
        with pytest.raises(Gone):
            await one.adapter.fetch(MediaRef(key="no such file"), limit=1000)
        telegram.fail("getFile", Fault.refused(400, "Bad Request: file is too big"))
        with pytest.raises(Refused):
            await one.adapter.fetch(unsized, limit=1000)


async def test_a_file_that_telegram_lost(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        ann.open(mia).send(Document(data=b"x" * 10))
        (inbound,) = await one.host.until(lambda: one.host.inbounds)
        (file,) = inbound.parts
        assert isinstance(file, File)
        lost = "Bad Request: wrong file_id or the file is temporarily unavailable"
        telegram.fail("getFile", Fault.refused(400, lost))
        with pytest.raises(Gone):
            await one.adapter.fetch(file.media, limit=1000)


async def test_an_album_is_one_message_and_holds_nobody_up(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    bob = telegram.person("Bob")
    ann.open(mia).send_album([Photo(), Photo(), Photo()], caption="all of us")
    bob.open(mia).say("and me")
    async with running(telegram.url, mia.token, album_seconds=0.5) as one:
        await one.host.until(lambda: one.host.heard == ["and me"])
        await one.host.until(lambda: len(one.host.inbounds) == 2)
        album = one.host.inbounds[1]
        assert [type(part) for part in album.parts] == [Image] * 3
        assert text_of(album.parts) == SealedText("all of us")
        await one.host.until(lambda: not mia.updates.pending)


async def test_an_album_is_not_confirmed_before_it_is_taken(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    ann.open(mia).send_album([Photo(), Photo()])
    async with running(telegram.url, mia.token, album_seconds=5) as one:
        await telegram.call("getUpdates", mia)
    assert one.host.inbounds == []
    assert len(mia.updates.pending) == 2
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: one.host.inbounds)
        assert len(one.host.inbounds[0].parts) == 2


async def test_the_rest_of_what_people_send(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    chat = ann.open(mia)
    chat.send(SentSticker(emoji="😀"))
    chat.send(Place(latitude=52.5, longitude=13.4))
    chat.send(VideoNote())
    chat.send(Contact(phone_number="+4915112345678", first_name="Cara"))
    chat.send(Poll(question="Which?", options=("a", "b")))
    chat.send(Dice())
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: len(one.host.inbounds) == 6)
        sticker, place, note, *dropped = one.host.inbounds
        assert sticker.parts == (Sticker(emoji="😀"),)
        assert place.parts == (Location(),)
        assert isinstance(note.parts[0], Video)
        assert [inbound.parts for inbound in dropped] == [(), (), ()]


async def test_edits_replies_and_reactions(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: mia.updates.allowed)
        chat = ann.open(mia)
        first = chat.say("helo")
        chat.say("I mean hello", reply_to=first)
        chat.edit(first, "hello")
        chat.react(first, "❤")
        chat.react(first)
        await one.host.until(lambda: len(one.host.inbounds) == 5)
        said, reply, edited, put, taken = one.host.inbounds
        assert reply.reply_to == said.id == str(first.id)
        assert (edited.event, edited.id) == (Event.EDITED, said.id)
        assert edited.parts == (Text(SealedText("hello")),)
        assert edited.time >= said.time
        assert put.reaction == Reaction(emoji="❤", message_id=said.id)
        assert taken.reaction == Reaction(emoji="❤", message_id=said.id, removed=True)


async def test_two_edits_within_a_second_are_two(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = ann.open(mia)
        first = chat.say("one")
        chat.edit(first, "two")
        chat.edit(first, "three")
        await one.host.until(lambda: len(one.host.inbounds) == 3)
        assert one.host.heard == ["one", "two", "three"]


async def test_what_channels_bots_and_others_say_is_ignored(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    nosy = telegram.bot("Nosy", reads_groups=True)
    bob = telegram.person("Bob")
    group = telegram.group("Friends", ann, bob, nosy)
    async with running(telegram.url, nosy.token) as one:
        bob.open(group).say("just between us")
        ann.open(group).say(f"@{nosy.username} hello")
        await one.host.until(lambda: one.host.heard == ["hello"])
        await one.host.until(lambda: not nosy.updates.pending)
        assert one.host.heard == ["hello"]


async def test_private_topics_are_threads(telegram: BotApiServer, ann: Person) -> None:
    mia = telegram.bot("Mia", topics=True)
    async with running(telegram.url, mia.token) as one:
        ann.open(mia).say("hello")
        (inbound,) = await one.host.until(lambda: one.host.inbounds)
        assert inbound.private


async def test_a_group_that_became_a_supergroup_is_told_before_what_is_said_there(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia, supergroup=False)
    async with running(telegram.url, mia.token) as one:
        one.host.unavailable = 1  # it is not confirmed before it is kept
        new = group.upgrade()
        ann.open(new).say(f"@{mia.username} hello")
        await one.host.until(lambda: one.host.inbounds)
        assert one.host.unavailable == 0
        assert set(one.host.moved) == {(str(group.id), str(new.id))}
        assert one.host.moved_before == [0] * len(one.host.moved)
