"""Messages go both ways with Discord's rules: who reads what, what is refused, what is history."""

import asyncio

import aiohttp
import discord
import pytest

from amity.testing.discord_server import (
    Attach,
    Bot,
    Channel,
    Chat,
    DiscordServer,
    Intent,
    MessageFlag,
    Permission,
    Person,
    Sticker,
)
from tests.testing.discord_server.conftest import Connect
from tests.testing.discord_server.listening import Listener


class Scene:
    """A bot that is online in a guild with a person, and their direct conversation."""

    def __init__(self, server: DiscordServer, *, privileged: Intent | None = None) -> None:
        self.server = server
        self.mia: Bot = server.bot("Mia", privileged=privileged or Intent(0))
        self.ann: Person = server.person("Ann")
        self.guild = server.guild("Garden", members=[self.ann], bots=[self.mia])
        self.general: Channel = self.guild.channel("general")
        self.dm: Chat = self.ann.dm(self.mia)
        self.room: Chat = self.ann.at(self.general)
        self.client: Listener

    def here(self, chat: Chat) -> discord.PartialMessageable:
        """Return a channel to send to."""
        return self.client.get_partial_messageable(chat.id)


@pytest.fixture
async def scene(server: DiscordServer, connect: Connect) -> Scene:
    made = Scene(server)
    made.client = await connect(made.mia)
    return made


async def test_a_dm_arrives_and_is_answered(scene: Scene) -> None:
    scene.dm.write("Hello")
    await scene.client.until(lambda: scene.client.messages)
    (message,) = scene.client.messages
    assert message.content == "Hello"
    assert message.guild is None
    assert message.author.id == scene.ann.id
    assert "guild_id" not in scene.client.named("MESSAGE_CREATE")[0]
    await message.reply("Hi Ann", mention_author=False)
    answer = await scene.dm.seen("Hi Ann")
    assert answer.reply_to == message.id
    assert not answer.pings
    assert answer.author == "Mia"


# ---------------------------------------------------------------------------------------- content


async def test_without_the_intent_a_guild_is_read_only_where_the_bot_is_mentioned(
    scene: Scene,
) -> None:
    file = Attach(name="secret.txt", data=b"secret", content_type="text/plain")
    scene.room.write("secret", files=[file])
    scene.room.write(f"hi {scene.mia.mention}", files=[file])
    await scene.here(scene.room).send("what I say", embed=discord.Embed(title="mine"))
    scene.room.write("an answer", reply_to=scene.room.from_bots()[0])
    scene.room.write("a quiet answer", reply_to=scene.room.from_bots()[0], ping=False)
    await scene.client.hear("MESSAGE_CREATE", 5)
    texts = [(each.content, len(each.attachments)) for each in scene.client.messages]
    assert texts == [
        ("", 0),
        (f"hi {scene.mia.mention}", 1),
        ("what I say", 0),
        ("an answer", 0),
        ("", 0),
    ]
    assert len(scene.client.messages[2].embeds) == 1
    quiet = scene.client.messages[4]
    assert quiet.reference is not None
    # The message that was answered is the bot's own: that it may read.
    assert isinstance(quiet.reference.resolved, discord.Message)
    assert quiet.reference.resolved.content == "what I say"
    history = [each.content async for each in scene.here(scene.room).history(oldest_first=True)]
    assert history == [text for text, _ in texts]


async def test_what_was_answered_is_hidden_too(scene: Scene) -> None:
    first = scene.room.write("secret")
    scene.room.write(f"{scene.mia.mention} what of this?", reply_to=first)
    await scene.client.hear("MESSAGE_CREATE", 2)
    data = scene.client.named("MESSAGE_CREATE")[1]
    assert data["content"]
    assert data["referenced_message"]["id"] == str(first.id)
    assert data["referenced_message"]["content"] == ""


async def test_with_the_intent_everything_is_read(server: DiscordServer, connect: Connect) -> None:
    scene = Scene(server, privileged=Intent.MESSAGE_CONTENT)
    intents = discord.Intents.default()
    intents.message_content = True
    scene.client = await connect(scene.mia, Listener(intents))
    scene.room.write("open")
    await scene.client.hear("MESSAGE_CREATE")
    assert [each.content for each in scene.client.messages] == ["open"]
    assert [each.content async for each in scene.here(scene.room).history()] == ["open"]


async def test_the_intent_switched_on_counts_for_http_and_the_one_asked_for_for_events(
    server: DiscordServer, connect: Connect
) -> None:
    scene = Scene(server, privileged=Intent.MESSAGE_CONTENT)
    scene.client = await connect(scene.mia)
    scene.room.write("open")
    await scene.client.hear("MESSAGE_CREATE")
    assert [each.content for each in scene.client.messages] == [""]
    assert [each.content async for each in scene.here(scene.room).history()] == ["open"]


async def test_without_intents_nothing_is_heard(server: DiscordServer, connect: Connect) -> None:
    scene = Scene(server)
    intents = discord.Intents(guilds=True, dm_messages=True)
    scene.client = await connect(scene.mia, Listener(intents))
    scene.room.write(f"hi {scene.mia.mention}")
    scene.room.type()
    scene.dm.type()
    said = scene.dm.write("hello")
    scene.dm.react(said, "👍")
    scene.dm.write("end")
    await scene.client.hear("MESSAGE_CREATE", 2)
    heard = [name for name, _ in scene.client.heard if name not in ("READY", "GUILD_CREATE")]
    assert heard == ["MESSAGE_CREATE", "MESSAGE_CREATE"]
    assert [each.content for each in scene.client.messages] == ["hello", "end"]


# --------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("length,words", [(2001, "2000 or fewer"), (4001, "4000 or fewer")])
async def test_a_text_that_is_too_long_is_refused(scene: Scene, length: int, words: str) -> None:
    scene.dm.write("x")
    with pytest.raises(discord.HTTPException) as caught:
        await scene.here(scene.dm).send("x" * length)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert words in caught.value.text
    assert "In content" in caught.value.text
    await scene.here(scene.dm).send("😀" * 2000)
    assert len(scene.dm.from_bots()) == 1


@pytest.mark.parametrize("text", ["", " \n\t ", None])
async def test_an_empty_message_is_refused(scene: Scene, text: str | None) -> None:
    scene.dm.write("x")
    with pytest.raises(discord.HTTPException) as caught:
        await scene.here(scene.dm).send(text)
    assert (caught.value.status, caught.value.code) == (400, 50006)


async def test_blanks_around_a_text_are_cut(scene: Scene) -> None:
    scene.dm.write("x")
    sent = await scene.here(scene.dm).send("  words \n")
    assert sent.content == "words"


async def test_a_person_who_closed_their_dms_gets_none(scene: Scene) -> None:
    scene.dm.write("x")
    for close, open_again in (
        (scene.ann.close_dms, scene.ann.open_dms),
        (lambda: scene.ann.block(scene.mia), lambda: scene.ann.unblock(scene.mia)),
    ):
        close()
        with pytest.raises(discord.Forbidden) as caught:
            await scene.here(scene.dm).send("hello")
        assert caught.value.code == 50007
        open_again()
        await scene.here(scene.dm).send("hello again")


async def test_a_stranger_cannot_be_written_to_first(scene: Scene) -> None:
    bob = scene.server.person("Bob")
    user = await scene.client.fetch_user(bob.id)
    with pytest.raises(discord.Forbidden) as caught:
        await user.send("hello")
    assert caught.value.code == 50278
    bob.dm(scene.mia).write("hi")
    await user.send("hello")
    leo = scene.server.bot("Leo")
    with pytest.raises(discord.HTTPException) as refused:
        await (await scene.client.fetch_user(leo.id)).send("bot to bot")
    assert (refused.value.status, refused.value.code) == (400, 50007)


async def test_what_is_not_there_or_not_allowed_is_told_apart(scene: Scene) -> None:
    client, general = scene.client, scene.general
    with pytest.raises(discord.NotFound) as caught:
        await client.get_partial_messageable(5).send("x")
    assert caught.value.code == 10003
    with pytest.raises(discord.NotFound) as caught:
        await scene.here(scene.room).fetch_message(5)
    assert caught.value.code == 10008
    with pytest.raises(discord.NotFound) as caught:
        await client.fetch_user(5)
    assert caught.value.code == 10013
    general.allow(scene.mia, deny=Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as denied:
        await scene.here(scene.room).send("x")
    assert denied.value.code == 50013
    general.allow(scene.mia, deny=Permission.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as denied:
        await scene.here(scene.room).send("x")
    assert denied.value.code == 50001
    scene.room.write(f"hi {scene.mia.mention}")
    general.allow(scene.mia)
    scene.room.write(f"again {scene.mia.mention}")
    await client.hear("MESSAGE_CREATE")
    assert [each.content for each in client.messages] == [f"again {scene.mia.mention}"]


async def test_a_reply_needs_its_message(scene: Scene) -> None:
    said = scene.dm.write("soon gone")
    await scene.client.hear("MESSAGE_CREATE")
    scene.dm.delete(said)
    (message,) = scene.client.messages
    with pytest.raises(discord.HTTPException) as caught:
        await message.reply("too late")
    assert caught.value.code == 50035
    assert "Unknown message" in caught.value.text
    reference = message.to_reference(fail_if_not_exists=False)
    sent = await message.channel.send("anyway", reference=reference)
    assert sent.reference is None


# ---------------------------------------------------------------------------------------- nonces


async def test_an_enforced_nonce_writes_once(scene: Scene) -> None:
    scene.dm.write("x")
    first = await scene.here(scene.dm).send("one", nonce="n1")
    second = await scene.here(scene.dm).send("two", nonce="n1")
    third = await scene.here(scene.dm).send("three", nonce="n2")
    assert second.id == first.id
    assert second.content == "one"
    assert [each.content for each in scene.dm.from_bots()] == ["one", "three"]
    assert third.nonce == "n2"
    scene.server.advance(301)
    await scene.here(scene.dm).send("four", nonce="n1")
    assert [each.content for each in scene.dm.from_bots()] == ["one", "three", "four"]


async def test_what_was_deleted_is_not_written_again_with_its_nonce(scene: Scene) -> None:
    scene.dm.write("x")
    sent = await scene.here(scene.dm).send("one", nonce="n1")
    await sent.delete()
    with pytest.raises(discord.NotFound) as caught:
        await scene.here(scene.dm).send("one", nonce="n1")
    assert caught.value.code == 10008
    assert scene.dm.from_bots() == ()


async def test_a_nonce_that_is_not_enforced_writes_again(scene: Scene) -> None:
    scene.dm.write("x")
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=scene.dm.id)
    for text in ("one", "two"):
        await scene.client.http.request(route, json={"content": text, "nonce": "n"})
    assert [each.content for each in scene.dm.from_bots()] == ["one", "two"]
    with pytest.raises(discord.HTTPException) as caught:
        await scene.client.http.request(route, json={"content": "x", "nonce": "n" * 26})
    assert caught.value.code == 50035


async def test_a_bot_hears_its_own_messages_with_their_nonce(scene: Scene) -> None:
    scene.dm.write("x")
    await scene.here(scene.dm).send("one", nonce="n1")
    data = await scene.client.hear("MESSAGE_CREATE", 2)
    assert (data["content"], data["nonce"]) == ("one", "n1")
    assert data["author"]["bot"] is True


# ---------------------------------------------------------------- mentions, edits, deletions


async def test_mentions_ping_whom_they_are_allowed_to(scene: Scene) -> None:
    text = f"{scene.ann.mention} @everyone"
    channel = scene.here(scene.room)
    await channel.send(text)
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    only = discord.AllowedMentions(users=[discord.Object(scene.ann.id)], everyone=False)
    await channel.send(text, allowed_mentions=only)
    assert [each.pings for each in scene.room.from_bots()] == [True, False, True]
    question = scene.room.write(f"{scene.mia.mention}?")
    message = await channel.fetch_message(question.id)
    for mention, pings in ((True, True), (False, False)):
        sent = await message.reply("!", mention_author=mention)
        shown = scene.room.message(sent.id)
        assert shown is not None
        assert shown.pings is pings


async def test_edits_and_deletions_are_told_both_ways(scene: Scene) -> None:
    said = scene.dm.write("first")
    scene.dm.edit(said, "second")
    data = await scene.client.hear("MESSAGE_UPDATE")
    assert data["content"] == "second"
    assert data["edited_timestamp"]
    scene.dm.delete(said)
    gone = await scene.client.hear("MESSAGE_DELETE")
    assert gone == {"id": str(said.id), "channel_id": str(scene.dm.id)}
    sent = await scene.here(scene.dm).send("mine")
    await sent.edit(content="mine, changed")
    shown = scene.dm.message(sent.id)
    assert shown is not None
    assert (shown.content, shown.edited) == ("mine, changed", True)
    await sent.delete()
    assert scene.dm.message(sent.id) is None
    with pytest.raises(discord.NotFound) as caught:
        await sent.edit(content="late")
    assert caught.value.code == 10008


async def test_only_own_messages_can_be_changed(scene: Scene) -> None:
    said = scene.dm.write("Ann's")
    message = await scene.here(scene.dm).fetch_message(said.id)
    with pytest.raises(discord.Forbidden) as caught:
        await message.edit(content="changed")
    assert caught.value.code == 50005
    with pytest.raises(discord.HTTPException) as refused:
        await message.delete()
    assert refused.value.code == 50003
    in_room = await scene.here(scene.room).fetch_message(scene.room.write("Ann's").id)
    with pytest.raises(discord.Forbidden) as caught:
        await in_room.delete()
    assert caught.value.code == 50013
    with pytest.raises(PermissionError):
        scene.room.edit((await scene.here(scene.room).send("mine")).id, "changed")


async def test_several_messages_are_deleted_at_once(
    server: DiscordServer, connect: Connect
) -> None:
    scene = Scene(server)
    scene.general.allow(scene.mia, Permission.MANAGE_MESSAGES)
    scene.client = await connect(scene.mia)
    ids = [scene.room.write(f"line {number}").id for number in range(3)]
    channel = scene.client.get_channel(scene.general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete_messages([discord.Object(id) for id in ids[:2]])
    assert scene.room.texts == ("line 2",)
    data = await scene.client.hear("MESSAGE_DELETE_BULK")
    assert data["ids"] == [str(id) for id in ids[:2]]
    server.advance(15 * 24 * 3600)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.delete_messages([discord.Object(ids[2]), discord.Object(ids[2] + 1)])
    assert caught.value.code == 50034
    scene.general.delete_messages(ids)
    assert len(scene.room.texts) == 0


async def test_a_link_s_preview_is_an_update_that_is_no_edit(scene: Scene) -> None:
    said = scene.dm.write("see https://example.org")
    scene.dm.preview_link(said, {"title": "Example"})
    data = await scene.client.hear("MESSAGE_UPDATE")
    assert data["edited_timestamp"] is None
    assert data["embeds"][0]["title"] == "Example"


# -------------------------------------------------------------------- reactions, typing, pins


async def test_reactions_go_both_ways(scene: Scene) -> None:
    said = scene.dm.write("nice")
    message = await scene.here(scene.dm).fetch_message(said.id)
    await message.add_reaction("👍")
    scene.dm.react(said, "👍")
    scene.dm.react(said, "❤️")
    added = await scene.client.hear("MESSAGE_REACTION_ADD", 3)
    assert (added["emoji"]["name"], added["user_id"]) == ("❤️", str(scene.ann.id))
    fetched = await scene.here(scene.dm).fetch_message(said.id)
    assert [(str(each.emoji), each.count, each.me) for each in fetched.reactions] == [
        ("👍", 2, True),
        ("❤️", 1, False),
    ]
    users = {each.id async for each in fetched.reactions[0].users()}
    assert users == {scene.ann.id, scene.mia.id}
    scene.dm.unreact(said, "👍")
    assert scene.client.user is not None
    await message.remove_reaction("👍", scene.client.user)
    await scene.client.hear("MESSAGE_REACTION_REMOVE", 2)
    shown = scene.dm.message(said.id)
    assert shown is not None
    assert shown.reactions == {"❤️": 1}
    with pytest.raises(discord.NotFound) as caught:
        await message.add_reaction("word")
    assert caught.value.code == 10014


async def test_typing_is_seen_until_something_is_written(scene: Scene) -> None:
    scene.dm.write("x")
    async with scene.here(scene.dm).typing():
        await scene.dm.until(lambda chat: chat.typing == ("Mia",), "typing")
        await scene.here(scene.dm).send("words")
        assert scene.dm.typing == ()
    scene.dm.type()

    def typed() -> set[str]:
        return {each["user_id"] for each in scene.client.named("TYPING_START")}

    await scene.client.until(lambda: typed() == {str(scene.mia.id), str(scene.ann.id)})
    await scene.here(scene.dm).typing()
    scene.server.advance(11)
    assert len(scene.dm.typing) == 0


async def test_a_pin_is_an_update(scene: Scene) -> None:
    said = scene.dm.write("keep this")
    message = await scene.here(scene.dm).fetch_message(said.id)
    await message.pin()
    data = await scene.client.hear("MESSAGE_UPDATE")
    assert data["pinned"] is True
    assert [each.id async for each in scene.here(scene.dm).pins()] == [said.id]
    await message.unpin()
    assert [each.id async for each in scene.here(scene.dm).pins()] == []


# ----------------------------------------------------------------------------------------- files


async def test_a_person_s_files_are_fetched_by_their_address(scene: Scene) -> None:
    picture = Attach(
        name="cat.png",
        data=b"\x89PNG cat",
        content_type="image/png",
        size=(3, 2),
        description="a cat",
    )
    scene.dm.write("look", files=[picture])
    await scene.client.hear("MESSAGE_CREATE")
    (attachment,) = scene.client.messages[0].attachments
    assert (attachment.filename, attachment.size, attachment.content_type) == (
        "cat.png",
        len(picture.data),
        "image/png",
    )
    assert (attachment.width, attachment.height, attachment.description) == (3, 2, "a cat")
    assert await attachment.read() == picture.data
    scene.server.advance(24 * 3600 + 1)
    with pytest.raises(discord.NotFound):
        await attachment.read()
    again = (await scene.here(scene.dm).fetch_message(scene.client.messages[0].id)).attachments[0]
    assert await again.read() == picture.data


async def test_an_address_that_was_not_given_is_refused(scene: Scene) -> None:
    scene.dm.write("look", files=[Attach(name="a.txt", data=b"a")])
    await scene.client.hear("MESSAGE_CREATE")
    url = scene.client.messages[0].attachments[0].url
    async with aiohttp.ClientSession() as http:
        for wrong in (url.split("?")[0], url.replace("&hm=", "&hm=0")):
            async with http.get(wrong) as response:
                assert response.status == 404


async def test_a_bot_s_files_are_seen(scene: Scene) -> None:
    scene.dm.write("x")
    files = [
        discord.File(__file__, filename="one.py", description="first"),
        discord.File(__file__, filename="my notes.txt"),
    ]
    await scene.here(scene.dm).send("files", files=files)
    shown = await scene.dm.seen("files")
    assert [each.name for each in shown.files] == ["one.py", "my_notes.txt"]
    assert shown.files[0].description == "first"
    assert shown.files[0].data == shown.files[1].data
    assert shown.files[1].content_type == "text/plain"
    request = scene.server.requests[-1]
    assert [each.name for each in request.files] == ["one.py", "my notes.txt"]
    assert request.body["content"] == "files"


async def test_files_can_be_kept_and_added_by_an_edit(scene: Scene) -> None:
    scene.dm.write("x")
    sent = await scene.here(scene.dm).send(
        "files", files=[discord.File(__file__, filename=f"{name}.py") for name in "ab"]
    )
    changed = await sent.edit(
        attachments=[sent.attachments[1], discord.File(__file__, filename="c.py")]
    )
    assert [each.filename for each in changed.attachments] == ["b.py", "c.py"]


async def test_a_file_that_is_too_large_is_refused(connect: Connect) -> None:
    async with DiscordServer(upload_limit=10) as small:
        discord.http.Route.BASE = small.api_url
        mia, ann = small.bot("Mia"), small.person("Ann")
        chat = ann.dm(mia)
        chat.write("x")
        async with Listener() as client:
            await client.login(mia.token)
            channel = client.get_partial_messageable(chat.id)
            with pytest.raises(discord.HTTPException) as caught:
                await channel.send(file=discord.File(__file__))
            await channel.send("still there")
    assert (caught.value.status, caught.value.code) == (413, 40005)
    assert chat.texts == ("x", "still there")


async def test_voice_messages_and_stickers_arrive(scene: Scene) -> None:
    scene.dm.voice(b"OggS sound", seconds=3.5)
    scene.dm.write(stickers=[Sticker(id=77, name="Wave", tags="👋")])
    await scene.client.hear("MESSAGE_CREATE", 2)
    voice, sticker = scene.client.messages
    assert voice.flags.voice
    assert voice.flags.value == MessageFlag.IS_VOICE_MESSAGE
    (sound,) = voice.attachments
    assert sound.is_voice_message()
    assert (sound.duration, sound.waveform) == (3.5, bytes(range(0, 256, 8)))
    assert await sound.read() == b"OggS sound"
    assert [each.name for each in sticker.stickers] == ["Wave"]


async def test_a_forward_carries_a_copy(scene: Scene) -> None:
    first = scene.dm.write("worth telling")
    scene.dm.write(forward=first)
    data = await scene.client.hear("MESSAGE_CREATE", 2)
    assert data["message_reference"]["type"] == 1
    assert data["message_snapshots"][0]["message"]["content"] == "worth telling"
    message = await scene.here(scene.dm).fetch_message(first.id)
    sent = await message.forward(scene.here(scene.dm))
    assert sent.message_snapshots[0].content == "worth telling"


# --------------------------------------------------------------------------------------- history


async def test_history_is_read_in_every_direction(scene: Scene) -> None:
    ids = [scene.dm.write(f"line {number}").id for number in range(10)]
    channel = scene.here(scene.dm)

    async def read(**how: object) -> list[int]:
        return [ids.index(each.id) async for each in channel.history(**how)]  # type: ignore[arg-type]  # the names are discord.py's own

    assert await read(limit=3) == [9, 8, 7]
    assert await read(limit=3, before=discord.Object(ids[5])) == [4, 3, 2]
    assert await read(limit=3, after=discord.Object(ids[5])) == [6, 7, 8]
    assert await read(limit=5, around=discord.Object(ids[5])) == [7, 6, 5, 4, 3]
    assert await read(limit=100, oldest_first=True) == list(range(10))
    rest = scene.client.http
    with pytest.raises(discord.HTTPException) as caught:
        await rest.logs_from(scene.dm.id, 101)
    assert caught.value.code == 50035
    assert "less than or equal to 100" in caught.value.text


async def test_history_of_a_channel_that_may_not_be_read_is_empty(scene: Scene) -> None:
    scene.room.write(f"hi {scene.mia.mention}")
    scene.general.allow(scene.mia, deny=Permission.READ_MESSAGE_HISTORY)
    assert [each async for each in scene.here(scene.room).history()] == []


async def test_a_hundred_and_more_are_read_page_by_page(scene: Scene) -> None:
    for number in range(250):
        scene.dm.write(f"line {number}")
    first = scene.dm.messages[0]
    after = discord.Object(first.id)
    found = [each.content async for each in scene.here(scene.dm).history(limit=None, after=after)]
    assert found == [f"line {number}" for number in range(1, 250)]


async def test_waiting_in_vain_says_what_is_there(scene: Scene) -> None:
    scene.dm.write("only this")
    with pytest.raises(AssertionError, match="only this"):
        await scene.dm.seen("never", seconds=0.05)
    with pytest.raises(AssertionError, match="a miracle"):
        await scene.server.until(lambda: False, "a miracle", seconds=0.05)
    waiting = asyncio.create_task(scene.dm.seen("at last"))
    await scene.here(scene.dm).send("at last")
    assert (await waiting).content == "at last"
