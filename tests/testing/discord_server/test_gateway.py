"""The gateway's own rules, told by a bare websocket."""

import zlib
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amity.testing.discord_server import Bot, DiscordServer, Intent, RateLimits
from amity.testing.discord_server.flags import NO_INTENTS
from amity.testing.discord_server.sessions import Session
from amity.testing.discord_server.world import World

ALL_USUAL = int(Intent.GUILDS | Intent.DIRECT_MESSAGES | Intent.GUILD_MESSAGES)


class Wire:
    """A websocket that speaks the gateway's payloads."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, inflate: Any = None) -> None:
        self.socket = socket
        self._inflate = inflate

    async def say(self, op: int, data: Any = None) -> None:
        await self.socket.send_str(orjson.dumps({"op": op, "d": data}).decode())

    async def hear(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=15)
        assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
        raw = message.data if self._inflate is None else self._inflate(message.data)
        payload: dict[str, Any] = orjson.loads(raw)
        return payload

    async def identify(self, bot: Bot, **more: Any) -> dict[str, Any]:
        """Return READY."""
        await self.say(2, {"token": bot.token, "intents": ALL_USUAL, "properties": {}, **more})
        ready = await self.hear()
        assert ready["t"] == "READY"
        data: dict[str, Any] = ready["d"]
        return data

    async def close_code(self) -> int | None:
        """Read until the end and return the close code."""
        while not self.socket.closed:
            message = await self.socket.receive(timeout=15)
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                break
        return self.socket.close_code


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def wire(
    http: aiohttp.ClientSession, server: DiscordServer, query: str = "v=10&encoding=json"
) -> Wire:
    """Return a wire after HELLO."""
    socket = await http.ws_connect(f"{server.gateway_url}?{query}")
    made = Wire(socket)
    hello = await made.hear()
    assert hello["op"] == 10
    assert hello["d"] == {"heartbeat_interval": 41250}
    return made


async def test_a_heartbeat_is_acked_before_identify(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    line = await wire(http, server)
    await line.say(1, None)
    assert (await line.hear())["op"] == 11


@pytest.mark.parametrize(
    "op,data,code",
    [
        (99, None, 4001),
        (7, None, 4001),
        (3, {}, 4003),
        (8, {}, 4003),
        (2, {"token": "wrong", "intents": 0}, 4004),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
        (2, None, 4004),
    ],
)
async def test_what_may_not_be_said_ends_the_connection(
    http: aiohttp.ClientSession, server: DiscordServer, op: int, data: Any, code: int
) -> None:
    server.bot("Mia")
    line = await wire(http, server)
    await line.say(op, data)
    assert await line.close_code() == code


@pytest.mark.parametrize("raw", ["{", "[]", '"x"', '{"op": "x"}', "x" * 5000])
async def test_what_cannot_be_read_ends_the_connection(
    http: aiohttp.ClientSession, server: DiscordServer, raw: str
) -> None:
    line = await wire(http, server)
    await line.socket.send_str(raw)
    assert await line.close_code() == 4002


@pytest.mark.parametrize(
    "more,code",
    [
        ({"intents": None}, 4013),
        ({"intents": -1}, 4013),
        ({"intents": 1 << 30}, 4013),
        ({"intents": 1 << 15}, 4014),
        ({"shard": [1, 1]}, 4010),
        ({"shard": "x"}, 4010),
    ],
)
async def test_an_identify_that_is_wrong_ends_the_connection(
    http: aiohttp.ClientSession, server: DiscordServer, more: dict[str, Any], code: int
) -> None:
    line = await wire(http, server)
    mia = server.bot("Mia")
    await line.say(2, {"token": mia.token, "intents": ALL_USUAL, **more})
    assert await line.close_code() == code


async def test_a_second_identify_ends_the_connection(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    line = await wire(http, server)
    await line.identify(mia)
    await line.say(2, {"token": mia.token, "intents": ALL_USUAL})
    assert await line.close_code() == 4005


async def test_another_version_is_refused(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    line = Wire(await http.ws_connect(f"{server.gateway_url}?v=6&encoding=json"))
    assert await line.close_code() == 4012


@pytest.mark.parametrize("query", ["v=10&encoding=etf", "v=10&encoding=json&compress=lz4"])
async def test_an_unknown_way_of_writing_is_refused_and_noted(
    http: aiohttp.ClientSession, server: DiscordServer, query: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{server.gateway_url}?{query}")
    assert len(server.fault_log) == 1


async def test_zlib_stream_is_one_stream(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    ann = server.person("Ann")
    socket = await http.ws_connect(f"{server.gateway_url}?v=10&encoding=json&compress=zlib-stream")
    line = Wire(socket, zlib.decompressobj().decompress)
    assert (await line.hear())["op"] == 10
    await line.identify(mia)
    for number in range(3):
        ann.dm(mia).write(f"line {number}")
        assert (await line.hear())["d"]["content"] == f"line {number}"


async def test_large_payloads_are_packed_where_the_bot_asks_for_it(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    server.guild("Garden", bots=[mia])
    line = await wire(http, server)
    line._inflate = lambda data: zlib.decompress(data) if isinstance(data, bytes) else data
    await line.identify(mia, compress=True)
    message = await line.socket.receive(timeout=15)
    assert message.type is aiohttp.WSMsgType.BINARY
    assert orjson.loads(zlib.decompress(message.data))["t"] == "GUILD_CREATE"


async def test_a_resume_repeats_what_came_after_a_number(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia, ann = server.bot("Mia"), server.person("Ann")
    line = await wire(http, server)
    ready = await line.identify(mia)
    await line.socket.close(code=4000)
    for number in range(3):
        ann.dm(mia).write(f"line {number}")
    again = Wire(await http.ws_connect(f"{ready['resume_gateway_url']}?v=10&encoding=json"))
    await again.hear()
    await again.say(6, {"token": mia.token, "session_id": ready["session_id"], "seq": 2})
    heard = [await again.hear() for _ in range(3)]
    assert [(each["t"], each["s"]) for each in heard] == [
        ("MESSAGE_CREATE", 3),
        ("MESSAGE_CREATE", 4),
        ("RESUMED", 5),
    ]


@given(count=st.integers(0, 60), kept=st.integers(1, 30), after=st.integers(0, 60))
def test_a_session_knows_what_was_missed_or_that_it_does_not(
    count: int, kept: int, after: int
) -> None:
    world = World()
    application = world.new_application("Mia", privileged=NO_INTENTS, description="")
    session = Session(
        id="s",
        application=application,
        intents=NO_INTENTS,
        shard=(0, 1),
        replay=deque(maxlen=kept),
    )
    for number in range(1, count + 1):
        session.dispatch("EVENT", {"number": number})
    assume(after <= count)
    missed = session.missed(after)
    if count - after <= kept:
        assert missed is not None
        assert [seq for seq, _, _ in missed] == list(range(after + 1, count + 1))
        assert [data["number"] for _, _, data in missed] == list(range(after + 1, count + 1))
    else:
        assert missed is None


async def test_a_resume_from_the_future_or_of_nothing_is_refused(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    line = await wire(http, server)
    ready = await line.identify(mia)
    await line.socket.close(code=4000)
    unknown = await wire(http, server)
    await unknown.say(6, {"token": mia.token, "session_id": "unknown", "seq": 1})
    assert await unknown.hear() == {"op": 9, "d": False, "s": None, "t": None}
    future = await wire(http, server)
    await future.say(6, {"token": mia.token, "session_id": ready["session_id"], "seq": 99})
    assert await future.close_code() == 4007


async def test_a_close_with_1000_ends_the_session(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    line = await wire(http, server)
    await line.identify(mia)
    await line.socket.close(code=1000)
    await server.until(lambda: not mia.gateway.sessions)


async def test_presence_and_voice_are_taken_and_ignored(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia = server.bot("Mia")
    line = await wire(http, server)
    await line.identify(mia)
    await line.say(3, {"status": "idle", "since": 0, "activities": [], "afk": False})
    await line.say(4, {"guild_id": "1", "channel_id": None})
    await line.say(1, 1)
    assert (await line.hear())["op"] == 11
    assert server.fault_log == []


async def test_a_guild_belongs_to_one_shard(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia, ann = server.bot("Mia"), server.person("Ann")
    guild = server.guild("Garden", bots=[mia])
    number = (guild.id >> 22) % 2
    lines = [await wire(http, server) for _ in range(2)]
    for shard, line in enumerate(lines):
        await line.identify(mia, shard=[shard, 2])
    assert (await lines[number].hear())["t"] == "GUILD_CREATE"
    ann.dm(mia).write("to the first")
    assert (await lines[0].hear())["t"] == "MESSAGE_CREATE"
    await lines[1].say(1, 1)
    assert (await lines[1].hear())["op"] == 11


async def test_identifies_in_a_row_are_refused_for_a_while(http: aiohttp.ClientSession) -> None:
    async with DiscordServer(rate_limits=RateLimits(identify=60)) as server:
        mia = server.bot("Mia")
        first = await wire(http, server)
        await first.identify(mia)
        second = await wire(http, server)
        await second.say(2, {"token": mia.token, "intents": ALL_USUAL})
        assert (await second.hear())["op"] == 9


async def test_too_many_payloads_end_the_connection(http: aiohttp.ClientSession) -> None:
    async with DiscordServer(rate_limits=RateLimits(commands=3)) as server:
        line = await wire(http, server)
        for _ in range(4):
            await line.say(1, None)
        assert await line.close_code() == 4008


async def test_who_sends_no_heartbeat_is_left(http: aiohttp.ClientSession) -> None:
    async with DiscordServer(heartbeat=0.05) as server:
        mia = server.bot("Mia")
        line = Wire(await http.ws_connect(f"{server.gateway_url}?v=10&encoding=json"))
        await line.hear()
        await line.identify(mia)
        assert await line.close_code() == 4000
        assert len(mia.gateway.sessions) == 1


async def test_members_are_asked_for_in_chunks(
    http: aiohttp.ClientSession, server: DiscordServer
) -> None:
    mia, ann, bob = server.bot("Mia"), server.person("Ann"), server.person("Bob")
    guild = server.guild("Garden", bots=[mia], members=[ann, bob])
    line = await wire(http, server)
    await line.identify(mia)
    await line.hear()
    by_name = {"guild_id": str(guild.id), "query": "an", "limit": 10, "nonce": "n"}
    await line.say(8, by_name)
    chunk = (await line.hear())["d"]
    assert [each["user"]["username"] for each in chunk["members"]] == ["ann"]
    assert (chunk["nonce"], chunk["chunk_count"]) == ("n", 1)
    await line.say(8, {"guild_id": str(guild.id), "user_ids": [str(bob.id), "5"], "limit": 0})
    chunk = (await line.hear())["d"]
    assert [each["user"]["username"] for each in chunk["members"]] == ["bob"]
    assert chunk["not_found"] == ["5"]
    await line.say(8, {"guild_id": str(guild.id), "query": "", "limit": 0})
    await line.say(1, 1)
    assert (await line.hear())["op"] == 11
    assert len(server.fault_log) == 1
