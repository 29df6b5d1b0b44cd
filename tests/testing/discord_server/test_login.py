"""discord.py's client logs in, identifies and learns where it is; what is wrong is said."""

import asyncio

import discord
import pytest

from amity.testing.discord_server import DiscordServer, Intent
from tests.testing.discord_server.conftest import Connect, pointed_at
from tests.testing.discord_server.listening import Listener


async def test_a_client_becomes_ready_and_knows_itself(
    server: DiscordServer, connect: Connect
) -> None:
    mia = server.bot("Mia", description="a companion")
    guild = server.guild("Garden", bots=[mia])
    client = await connect(mia)
    assert client.user is not None
    assert client.user.id == mia.id
    assert client.application_id == mia.id
    assert [each.name for each in client.guilds] == ["Garden"]
    assert [each.name for each in client.guilds[0].text_channels] == ["general"]
    assert client.guilds[0].me.id == mia.id
    info = await client.application_info()
    assert (info.name, info.description) == ("Mia", "a companion")
    assert not info.flags.gateway_message_content_limited
    ready = client.named("READY")[0]
    assert ready["resume_gateway_url"] != server.gateway_url
    assert ready["guilds"] == [{"id": str(guild.id), "unavailable": True}]
    assert server.fault_log == []


async def test_the_privileged_intents_are_told_by_the_flags(
    server: DiscordServer, connect: Connect
) -> None:
    mia = server.bot("Mia", privileged=Intent.MESSAGE_CONTENT)
    client = await connect(mia)
    info = await client.application_info()
    assert info.flags.gateway_message_content_limited
    assert not info.flags.gateway_guild_members_limited


async def test_a_wrong_token_cannot_log_in(server: DiscordServer) -> None:
    with pointed_at(server):
        async with Listener() as client:
            with pytest.raises(discord.LoginFailure):
                await client.login("not.a.token")
    assert server.requests[0].status == 401
    assert server.requests[0].headers["authorization"] == "Bot ***"


async def test_a_token_that_was_changed_ends_the_client(
    server: DiscordServer, connect: Connect
) -> None:
    mia = server.bot("Mia")
    client = await connect(mia)
    new = mia.change_token()
    assert client.running is not None
    with pytest.raises(discord.ConnectionClosed) as caught:
        await client.running
    assert caught.value.code == 4004
    again = await connect(mia)
    assert again.http.token == new


async def test_a_privileged_intent_needs_to_be_switched_on(
    server: DiscordServer, connect: Connect
) -> None:
    mia = server.bot("Mia", privileged=Intent.GUILD_MEMBERS)
    intents = discord.Intents.default()
    intents.members = intents.message_content = True
    client = await connect(mia, Listener(intents), wait=False)
    assert client.running is not None
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.running
    mia.allow(Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT)
    await connect(mia, Listener(intents))


async def test_an_intent_that_there_is_not_is_refused(
    server: DiscordServer, connect: Connect
) -> None:
    intents = discord.Intents.default()
    intents.value |= 1 << 18
    client = await connect(server.bot("Mia"), Listener(intents), wait=False)
    assert client.running is not None
    with pytest.raises(discord.ConnectionClosed) as caught:
        await client.running
    assert caught.value.code == 4013


async def test_a_sharded_client_asks_where_the_gateway_is(server: DiscordServer) -> None:
    mia = server.bot("Mia")
    guild = server.guild("Garden", bots=[mia])
    with pointed_at(server):
        intents = discord.Intents.default()
        async with discord.AutoShardedClient(intents=intents, max_messages=None) as client:
            task = asyncio.create_task(client.start(mia.token))
            await mia.online()
            await asyncio.wait_for(client.wait_until_ready(), 20)
            assert client.shard_count == 1
            assert client.get_guild(guild.id) is not None
        await task
    assert "GET /gateway/bot" in {request.route for request in server.requests}


async def test_no_gateway_is_found_where_the_server_cannot_say(server: DiscordServer) -> None:
    mia = server.bot("Mia")
    server.faults.fail(503, route="GET /gateway/bot")
    with pointed_at(server):
        async with discord.AutoShardedClient(intents=discord.Intents.default()) as client:
            await client.login(mia.token)
            with pytest.raises(discord.GatewayNotFound):
                await client.connect(reconnect=False)


async def test_several_bots_live_side_by_side(server: DiscordServer, connect: Connect) -> None:
    mia, leo = server.bot("Mia"), server.bot("Leo")
    ann = server.person("Ann")
    for_mia, for_leo = await connect(mia), await connect(leo)
    ann.dm(mia).write("for Mia")
    ann.dm(leo).write("for Leo")
    await for_mia.hear("MESSAGE_CREATE")
    await for_leo.hear("MESSAGE_CREATE")
    assert [each.content for each in for_mia.messages] == ["for Mia"]
    assert [each.content for each in for_leo.messages] == ["for Leo"]
    with pytest.raises(ValueError, match="already"):
        server.bot("Mia")
    with pytest.raises(ValueError, match="privileged"):
        server.bot("Max", privileged=Intent.GUILDS)


async def test_what_the_server_does_not_know_is_said(
    server: DiscordServer, connect: Connect
) -> None:
    client = await connect(server.bot("Mia"))
    with pytest.raises(discord.NotFound) as caught:
        await client.http.request(discord.http.Route("GET", "/soundboard-default-sounds"))
    assert (caught.value.status, caught.value.code) == (404, 0)
    with pytest.raises(discord.HTTPException) as wrong:
        await client.http.request(discord.http.Route("PUT", "/users/@me"))
    assert wrong.value.status == 405
    assert server.fault_log == [
        "no route GET /soundboard-default-sounds",
        "no route PUT /users/@me",
    ]
