"""Sessions live on through kicks and cuts, and are lost in an outage; events double and mix."""

import asyncio

import discord
import pytest

from amity.testing.discord_server import Bot, DiscordServer, Person
from amity.testing.discord_server.sessions import REPLAYED
from tests.testing.discord_server.conftest import Connect
from tests.testing.discord_server.listening import Listener

Met = tuple[Bot, Person, Listener]


@pytest.fixture
async def met(server: DiscordServer, connect: Connect) -> Met:
    """A bot that is online, and a person who wrote to it."""
    mia, ann = server.bot("Mia"), server.person("Ann")
    client = await connect(mia)
    ann.dm(mia).write("before")
    await client.hear("MESSAGE_CREATE")
    return mia, ann, client


async def missed_and_back(met: Met, count: int) -> list[str]:
    """Return what the client has heard once it has so many messages."""
    client = met[2]
    await client.hear("MESSAGE_CREATE", count)
    return [each["content"] for each in client.named("MESSAGE_CREATE")]


@pytest.mark.parametrize("code", [4000, 4008, None], ids=["4000", "4008", "cut"])
async def test_a_lost_connection_is_resumed_with_what_was_missed(
    server: DiscordServer, met: Met, code: int | None
) -> None:
    mia, ann, client = met
    with mia.gateway.outage(code=code, keep_sessions=True):
        await server.until(lambda: not mia.gateway.online, "offline")
        for number in range(3):
            ann.dm(mia).write(f"meanwhile {number}")
    wanted = ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2"]
    assert await missed_and_back(met, 4) == wanted
    await client.hear("RESUMED")
    assert len(client.named("READY")) == 1
    assert client.sequences == sorted(set(client.sequences))
    assert (mia.gateway.identifies, mia.gateway.resumes) == (1, 1)


async def test_op_7_lets_the_client_come_again(met: Met) -> None:
    mia, ann, client = met
    mia.gateway.ask_to_reconnect()
    await client.hear("RESUMED")
    ann.dm(mia).write("after")
    assert await missed_and_back(met, 2) == ["before", "after"]


async def test_a_session_made_invalid_is_begun_anew(met: Met) -> None:
    mia, ann, client = met
    mia.gateway.invalidate()
    await client.hear("READY", 2)
    ann.dm(mia).write("after")
    assert await missed_and_back(met, 2) == ["before", "after"]
    ids = {each["session_id"] for each in client.named("READY")}
    assert len(ids) == 2


async def test_a_resumable_session_is_resumed(met: Met) -> None:
    mia, _, client = met
    mia.gateway.invalidate(resumable=True)
    await client.hear("RESUMED")
    assert len(client.named("READY")) == 1


async def test_after_a_long_outage_there_is_a_new_session_and_a_gap(
    server: DiscordServer, met: Met
) -> None:
    mia, ann, client = met
    chat = ann.dm(mia)
    with mia.gateway.outage():
        await server.until(lambda: not mia.gateway.online, "offline")
        chat.write("lost to the gateway")
        server.advance(600)
    await client.hear("READY", 2)
    chat.write("after")
    assert await missed_and_back(met, 2) == ["before", "after"]
    channel = client.get_partial_messageable(chat.id)
    seen = client.messages[0]
    history = [each.content async for each in channel.history(after=seen, oldest_first=True)]
    assert history == ["lost to the gateway", "after"]


async def test_a_session_that_was_away_too_long_is_gone(server: DiscordServer, met: Met) -> None:
    mia, ann, client = met
    with mia.gateway.outage(keep_sessions=True):
        await server.until(lambda: not mia.gateway.online, "offline")
        ann.dm(mia).write("lost")
        server.advance(600)
    await client.hear("READY", 2)
    assert client.named("RESUMED") == []


async def test_more_than_the_server_keeps_cannot_be_resumed(
    server: DiscordServer, met: Met
) -> None:
    mia, ann, client = met
    with mia.gateway.outage(keep_sessions=True):
        await server.until(lambda: not mia.gateway.online, "offline")
        for _ in range(REPLAYED + 1):
            ann.dm(mia).type()
    await client.hear("READY", 2)
    assert client.named("RESUMED") == []


async def test_a_zombie_is_left_and_its_session_resumed(
    server: DiscordServer, connect: Connect
) -> None:
    mia, ann = server.bot("Mia"), server.person("Ann")
    client = await connect(mia, Listener(heartbeat_timeout=0.5))
    mia.gateway.fall_silent()
    ann.dm(mia).write("into the silence")
    assert await client.hear("MESSAGE_CREATE")
    await client.hear("RESUMED")
    assert len(client.named("READY")) == 1


async def test_a_client_that_closes_is_offline(server: DiscordServer, met: Met) -> None:
    mia, ann, client = met
    await client.close()
    await server.until(lambda: not mia.gateway.online, "offline")
    ann.dm(mia).write("to nobody")
    assert len(client.named("MESSAGE_CREATE")) == 1


async def test_every_event_can_come_twice(met: Met) -> None:
    mia, ann, client = met
    stop = mia.gateway.duplicate(None, name="MESSAGE_CREATE")
    ann.dm(mia).write("twice")
    await client.hear("MESSAGE_CREATE", 3)
    stop()
    ann.dm(mia).write("once")
    assert await missed_and_back(met, 4) == ["before", "twice", "twice", "once"]
    assert client.named("MESSAGE_CREATE")[1] == client.named("MESSAGE_CREATE")[2]
    mia.gateway.duplicate(1)
    ann.dm(mia).write("two")
    ann.dm(mia).write("one")
    assert (await missed_and_back(met, 7))[4:] == ["two", "two", "one"]


async def test_channels_can_overtake_each_other(server: DiscordServer, met: Met) -> None:
    mia, ann, _ = met
    guild = server.guild("Garden", members=[ann], bots=[mia])
    one, two = guild.channel("one"), guild.channel("two")
    with mia.gateway.hold(one.id):
        ann.at(one).write(f"{mia.mention} first")
        ann.at(one).write(f"{mia.mention} second")
        ann.at(two).write(f"{mia.mention} third")
    texts = [each.split(" ")[-1] for each in await missed_and_back(met, 4)]
    assert texts == ["before", "third", "first", "second"]


async def test_a_heartbeat_is_asked_for_and_comes(met: Met) -> None:
    mia, ann, client = met
    mia.gateway.ask_for_heartbeat()
    ann.dm(mia).write("still here")
    assert await missed_and_back(met, 2) == ["before", "still here"]
    assert client.latency < 10


async def test_while_the_gateway_is_away_for_one_bot_another_works(
    server: DiscordServer, met: Met, connect: Connect
) -> None:
    mia, ann, client = met
    leo = server.bot("Leo")
    with mia.gateway.outage():
        other = await connect(leo)
        ann.dm(leo).write("hello")
        await other.hear("MESSAGE_CREATE")
        await asyncio.sleep(0.1)
        assert not mia.gateway.online
    await client.hear("READY", 2)


async def test_a_guild_goes_away_and_comes_back(server: DiscordServer, connect: Connect) -> None:
    mia = server.bot("Mia")
    guild = server.guild("Garden", bots=[mia])
    client = await connect(mia)
    guild.go_away()
    assert await client.hear("GUILD_DELETE") == {"id": str(guild.id), "unavailable": True}
    assert client.get_guild(guild.id) is not None
    guild.come_back()
    await client.hear("GUILD_CREATE", 2)
    guild.remove(mia)
    assert await client.hear("GUILD_DELETE", 2) == {"id": str(guild.id)}
    assert client.get_guild(guild.id) is None
    with pytest.raises(discord.Forbidden):
        await client.fetch_guild(guild.id)
