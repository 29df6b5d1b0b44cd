"""Guilds, members, channels and threads: what a bot hears of them, and what only by an intent."""

import discord
import pytest

from amity.testing.discord_server import Bot, DiscordServer, Guild, Intent, Permission, Person
from tests.testing.discord_server.conftest import Connect
from tests.testing.discord_server.listening import Listener

Scene = tuple[Bot, Person, Guild, Listener]


@pytest.fixture
async def scene(server: DiscordServer, connect: Connect) -> Scene:
    mia, ann = server.bot("Mia"), server.person("Ann")
    guild = server.guild("Garden", members=[ann], bots=[mia])
    return mia, ann, guild, await connect(mia)


async def nothing_more(scene: Scene) -> list[str]:
    """Return what was heard after READY, once a message at the end has come."""
    mia, ann, _, client = scene
    count = len(client.named("MESSAGE_CREATE"))
    ann.dm(mia).write("end")
    await client.hear("MESSAGE_CREATE", count + 1)
    names = [name for name, _ in client.heard]
    return [name for name in names if name not in ("READY", "GUILD_CREATE", "MESSAGE_CREATE")]


async def test_members_are_told_of_only_by_the_intent(
    server: DiscordServer, scene: Scene, connect: Connect
) -> None:
    _mia, _, guild, client = scene
    leo = server.bot("Leo", privileged=Intent.GUILD_MEMBERS)
    guild.add(leo)
    intents = discord.Intents.default()
    intents.members = True
    other = await connect(leo, Listener(intents, chunk_guilds_at_startup=False))
    bob = server.person("Bob", extra={"email": "bob@canary.example"})
    guild.add(bob, nick="Bobby", extra={"premium_since": "2020-01-01T00:00:00+00:00"})
    guild.rename_member(bob, None)
    bob.leave(guild)
    added = await other.hear("GUILD_MEMBER_ADD")
    assert (added["nick"], added["user"]["email"]) == ("Bobby", "bob@canary.example")
    assert added["premium_since"]
    await other.hear("GUILD_MEMBER_UPDATE")
    assert (await other.hear("GUILD_MEMBER_REMOVE"))["user"]["id"] == str(bob.id)
    # Of Leo's coming only his role is told, and of members nothing.
    assert await nothing_more(scene) == ["GUILD_ROLE_CREATE"]
    with pytest.raises(discord.Forbidden) as caught:
        await client.http.get_members(guild.id, 10, None)
    assert caught.value.code == 50001
    assert len(await other.http.get_members(guild.id, 10, None)) == 4


async def test_without_presences_a_guild_comes_with_the_bot_alone(scene: Scene) -> None:
    mia, _, _, client = scene
    data = client.named("GUILD_CREATE")[0]
    assert [each["user"]["id"] for each in data["members"]] == [str(mia.id)]
    assert data["member_count"] == 3


async def test_a_bot_is_told_of_itself(scene: Scene) -> None:
    _, _, _guild, client = scene
    me = client.guilds[0].me
    await me.edit(nick="Mimi")
    assert (await client.hear("GUILD_MEMBER_UPDATE"))["nick"] == "Mimi"
    assert (await client.guilds[0].fetch_member(me.id)).nick == "Mimi"


async def test_an_email_reaches_the_bot_where_a_test_wants_it(
    server: DiscordServer, scene: Scene
) -> None:
    mia, _, guild, client = scene
    eve = server.person("Eve", extra={"email": "eve@canary.example", "verified": True})
    guild.add(eve)
    eve.at(guild.channel("general")).write(mia.mention)
    data = await client.hear("MESSAGE_CREATE")
    assert data["author"]["email"] == "eve@canary.example"
    assert data["member"]["joined_at"]


async def test_channels_are_told_of(scene: Scene) -> None:
    _mia, _, guild, client = scene
    adults = guild.channel("adults", nsfw=True, topic="for adults")
    data = await client.hear("CHANNEL_CREATE")
    assert (data["name"], data["nsfw"], data["topic"]) == ("adults", True, "for adults")
    adults.change(nsfw=False, name="all ages")
    data = await client.hear("CHANNEL_UPDATE")
    assert (data["name"], data["nsfw"]) == ("all ages", False)
    channel = client.get_channel(adults.id)
    assert isinstance(channel, discord.TextChannel)
    assert not channel.is_nsfw()
    fetched = await client.fetch_channel(adults.id)
    assert isinstance(fetched, discord.TextChannel)
    adults.delete()
    await client.hear("CHANNEL_DELETE")
    with pytest.raises(discord.NotFound) as caught:
        await client.fetch_channel(adults.id)
    assert caught.value.code == 10003
    assert guild.channel("general").mention.startswith("<#")


async def test_a_bot_needs_permissions_to_make_channels(scene: Scene) -> None:
    mia, _, guild, client = scene
    with pytest.raises(discord.Forbidden) as caught:
        await client.guilds[0].create_text_channel("mine")
    assert caught.value.code == 50013
    guild.remove(mia)
    guild.add(mia, permissions=Permission.MANAGE_CHANNELS)
    await client.hear("GUILD_CREATE", 2)
    made = await client.guilds[0].create_text_channel("mine", nsfw=True)
    await made.edit(topic="changed")
    assert (await client.hear("CHANNEL_UPDATE"))["topic"] == "changed"
    await made.delete()


async def test_people_talk_in_threads(server: DiscordServer, scene: Scene) -> None:
    mia, ann, guild, client = scene
    room = ann.at(guild.channel("general"))
    said = room.write("let us talk")
    chat = room.start_thread("talk", said)
    assert chat.id == said.id
    created = await client.hear("THREAD_CREATE")
    assert (created["name"], created["newly_created"]) == ("talk", True)
    await client.hear("MESSAGE_UPDATE")
    chat.write(f"here, {mia.mention}")
    await client.until(lambda: len(client.messages) == 2)
    message = client.messages[1]
    assert isinstance(message.channel, discord.Thread)
    assert message.channel.parent_id == room.id
    await message.reply("in the thread")
    assert (await chat.seen("in the thread")).reply_to == message.id
    shown = room.message(said.id)
    assert shown is not None
    assert shown.thread_id == chat.id
    threads = await client.guilds[0].active_threads()
    assert [each.id for each in threads] == [chat.id]
    channel = client.get_channel(room.id)
    assert isinstance(channel, discord.TextChannel)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.get_partial_message(said.id).create_thread(name="again")
    assert caught.value.code == 160004


async def test_a_thread_is_as_age_restricted_as_its_channel(scene: Scene) -> None:
    _, ann, guild, client = scene
    adults = guild.channel("adults", nsfw=True)
    chat = ann.at(adults).start_thread("talk")
    await client.hear("THREAD_CREATE")
    thread = client.guilds[0].get_thread(chat.id)
    assert thread is not None
    assert thread.is_nsfw()


async def test_a_bot_starts_and_leaves_a_thread(scene: Scene) -> None:
    _, ann, guild, client = scene
    channel = client.get_channel(guild.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="mine", type=discord.ChannelType.public_thread)
    await thread.send("first")
    chat = ann.at(guild.channel("general")).start_thread("other")
    assert [each.id for each in await thread.fetch_members()] == [client.application_id]
    await thread.edit(archived=True)
    assert [each.id async for each in channel.archived_threads()] == [thread.id]
    await thread.send("wakes it")
    assert [each async for each in channel.archived_threads()] == []
    await thread.leave()
    left = await client.hear("THREAD_MEMBERS_UPDATE")
    assert left["removed_member_ids"] == [str(client.application_id)]
    other = await client.fetch_channel(chat.id)
    assert isinstance(other, discord.Thread)
    await other.join()


async def test_a_private_thread_is_seen_by_its_members(
    server: DiscordServer, scene: Scene, connect: Connect
) -> None:
    _, _ann, guild, client = scene
    leo = server.bot("Leo")
    guild.add(leo)
    other = await connect(leo)
    channel = client.get_channel(guild.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="secret")
    await thread.send("hidden")
    with pytest.raises(discord.Forbidden):
        await other.fetch_channel(thread.id)
    assert other.named("THREAD_CREATE") == []
    await thread.add_user(discord.Object(leo.id))
    assert (await other.hear("THREAD_CREATE"))["name"] == "secret"
    assert isinstance(await other.fetch_channel(thread.id), discord.Thread)


async def test_a_bot_that_comes_to_see_a_channel_is_told_of_its_threads(scene: Scene) -> None:
    mia, ann, guild, client = scene
    general = guild.channel("general")
    general.allow(mia, deny=Permission.VIEW_CHANNEL)
    chat = ann.at(general).start_thread("while away")
    general.allow(mia)
    data = await client.hear("THREAD_LIST_SYNC")
    assert [each["id"] for each in data["threads"]] == [str(chat.id)]
    assert client.named("THREAD_CREATE") == []
    assert client.guilds[0].get_thread(chat.id) is not None


async def test_people_do_only_what_they_may(scene: Scene) -> None:
    _, ann, guild, _ = scene
    general = guild.channel("general")
    room = ann.at(general)
    said = room.write("x")
    general.allow(guild, deny=Permission.SEND_MESSAGES | Permission.ADD_REACTIONS)
    with pytest.raises(PermissionError):
        room.write("y")
    with pytest.raises(PermissionError):
        room.react(said, "👍")
    ann.leave(guild)
    assert room.messages == ()
    assert len(ann.at(general).texts) == 0


async def test_a_bot_leaves_a_guild(scene: Scene) -> None:
    mia, _, guild, client = scene
    assert [each.id async for each in client.fetch_guilds()] == [guild.id]
    fetched = await client.fetch_guild(guild.id)
    assert fetched.approximate_member_count == 3
    await client.guilds[0].leave()
    assert await client.hear("GUILD_DELETE") == {"id": str(guild.id)}
    assert [each async for each in client.fetch_guilds()] == []
    guild.add(mia)
    await client.hear("GUILD_CREATE", 2)
    assert [each.id for each in client.guilds] == [guild.id]
