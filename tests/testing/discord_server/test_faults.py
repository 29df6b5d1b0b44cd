"""What goes wrong on demand: lost answers, errors of the server, dropped connections, limits."""

import asyncio

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.testing.discord_server import Bot, Chat, DiscordServer, Faults, Limit, RateLimits
from amity.testing.discord_server.limits import Buckets
from tests.testing.discord_server.conftest import Connect, pointed_at
from tests.testing.discord_server.listening import Listener

SEND = "POST /channels/{channel}/messages"
Scene = tuple[Bot, Chat, discord.PartialMessageable]


@pytest.fixture
async def scene(server: DiscordServer, connect: Connect) -> Scene:
    mia, ann = server.bot("Mia"), server.person("Ann")
    client = await connect(mia)
    chat = ann.dm(mia)
    chat.write("x")
    return mia, chat, client.get_partial_messageable(chat.id)


def said(chat: Chat) -> list[str]:
    return [each.content for each in chat.from_bots()]


async def test_a_lost_answer_was_processed(server: DiscordServer, scene: Scene) -> None:
    _, chat, channel = scene
    fault = server.faults.lose_answer(route=SEND)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("one", nonce="n1")
    assert said(chat) == ["one"]
    again = await channel.send("one", nonce="n1")
    assert said(chat) == ["one"]
    assert again.content == "one"
    assert fault.hits == 1
    statuses = [(each.fault, each.status) for each in server.requests[-2:]]
    assert statuses == [("lose answer", 0), (None, 200)]


async def test_a_dropped_request_was_not_processed(server: DiscordServer, scene: Scene) -> None:
    _, chat, channel = scene
    server.faults.drop(route=SEND)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("one", nonce="n1")
    assert said(chat) == []
    await channel.send("one", nonce="n1")
    assert said(chat) == ["one"]


@pytest.mark.parametrize("status", [503, 520])
async def test_an_error_of_the_server_is_its_class(
    server: DiscordServer, scene: Scene, status: int
) -> None:
    _, chat, channel = scene
    server.faults.fail(status, route=SEND)
    with pytest.raises(discord.DiscordServerError) as caught:
        await channel.send("one")
    assert caught.value.status == status
    assert said(chat) == []


async def test_discord_py_tries_a_passing_error_again(server: DiscordServer, scene: Scene) -> None:
    _, chat, channel = scene
    server.faults.fail(500, route=SEND)
    await channel.send("one")
    assert said(chat) == ["one"]
    assert [each.status for each in server.requests if each.route == SEND] == [500, 200]


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_429_says_when_to_come_again(
    server: DiscordServer, scene: Scene, scope: str
) -> None:
    _, chat, channel = scene
    fault = server.faults.rate_limit(0.2, scope=scope, route=SEND)  # type: ignore[arg-type]  # one of the three
    await channel.send("one")
    assert said(chat) == ["one"]
    assert fault.hits == 1
    assert [each.status for each in server.requests if each.route == SEND] == [429, 200]


async def test_a_429_that_is_too_long_is_raised(server: DiscordServer, connect: Connect) -> None:
    mia, ann = server.bot("Mia"), server.person("Ann")
    chat = ann.dm(mia)
    chat.write("x")
    client = await connect(mia, Listener(max_ratelimit_timeout=30))
    server.faults.rate_limit(60, route=SEND)
    with pytest.raises(discord.RateLimited) as caught:
        await client.get_partial_messageable(chat.id).send("one")
    assert caught.value.retry_after == 60


async def test_a_slow_answer_comes_after_all(server: DiscordServer, scene: Scene) -> None:
    _, chat, channel = scene
    server.faults.slow(30, route=SEND)
    sending = asyncio.create_task(channel.send("one"))
    await chat.seen("one")
    assert not sending.done()
    sending.cancel()
    server.faults.slow(0.05, route=SEND)
    await channel.send("two")


async def test_faults_choose_bot_route_and_turn(server: DiscordServer, scene: Scene) -> None:
    _, _chat, channel = scene
    other_bot = server.faults.fail(503, bot="Leo", times=None)
    other_route = server.faults.fail(503, route="/users/{}", times=None)
    third = server.faults.fail(503, route="/channels/{}/messages", times=None, every=3, after=1)
    outcomes = []
    for number in range(8):
        try:
            await channel.send(str(number))
            outcomes.append("ok")
        except discord.DiscordServerError:
            outcomes.append("failed")
    assert [index for index, each in enumerate(outcomes) if each == "failed"] == [3, 6]
    third.stop()
    await channel.send("8")
    assert (other_bot.hits, other_route.hits, third.hits) == (0, 0, 2)
    server.faults.fail(503, times=None)
    server.faults.clear()
    await channel.send("9")
    with pytest.raises(ValueError, match="at least"):
        server.faults.drop(every=0)


@given(
    times=st.none() | st.integers(0, 5),
    every=st.integers(1, 4),
    after=st.integers(0, 4),
    requests=st.integers(0, 30),
)
def test_a_fault_strikes_as_often_as_it_says(
    times: int | None, every: int, after: int, requests: int
) -> None:
    faults = Faults()
    faults.fail(times=times, every=every, after=after)
    struck = [faults.strike("Mia", SEND) is not None for _ in range(requests)]
    possible = [index >= after and (index - after + 1) % every == 0 for index in range(requests)]
    most = requests if times is None else times
    assert struck == [each and sum(possible[:index]) < most for index, each in enumerate(possible)]


# ----------------------------------------------------------------------------------------- limits


async def test_a_bucket_is_obeyed_by_discord_py() -> None:
    limits = RateLimits(routes={SEND: Limit(2, 0.4)})
    async with DiscordServer(rate_limits=limits) as server:
        mia, ann = server.bot("Mia"), server.person("Ann")
        chat = ann.dm(mia)
        chat.write("x")
        with pointed_at(server):
            async with Listener() as client:
                await client.login(mia.token)
                channel = client.get_partial_messageable(chat.id)
                await asyncio.gather(*(channel.send(str(number)) for number in range(5)))
        assert sorted(said(chat)) == [str(number) for number in range(5)]
        assert 429 not in {each.status for each in server.requests}


async def test_who_does_not_obey_is_refused() -> None:
    limits = RateLimits(routes={SEND: Limit(2, 3600)})
    async with DiscordServer(rate_limits=limits) as server:
        mia, ann = server.bot("Mia"), server.person("Ann")
        chat = ann.dm(mia)
        chat.write("x")
        headers = {"Authorization": f"Bot {mia.token}"}
        url = f"{server.api_url}/channels/{chat.id}/messages"
        async with aiohttp.ClientSession(headers=headers) as http:
            seen = []
            for number in range(2):
                async with http.post(url, json={"content": str(number)}) as granted:
                    assert granted.status == 200
                    assert granted.headers["X-RateLimit-Remaining"] == str(1 - number)
                    seen.append(granted.headers["X-RateLimit-Bucket"])
            async with http.post(url, json={"content": "more"}) as last:
                body = await last.json()
        assert said(chat) == ["0", "1"]
    assert last.status == 429
    assert (body["global"], body["message"]) == (False, "You are being rate limited.")
    assert 0 < body["retry_after"] <= 3600
    assert last.headers["X-RateLimit-Scope"] == "user"
    assert last.headers["X-RateLimit-Limit"] == "2"
    assert last.headers["X-RateLimit-Remaining"] == "0"
    assert {*seen} == {last.headers["X-RateLimit-Bucket"]}
    assert int(last.headers["Retry-After"]) <= 3600
    assert float(last.headers["X-RateLimit-Reset-After"]) <= 3600
    assert last.headers["Content-Type"] == "application/json"


async def test_a_bot_as_a_whole_is_limited_but_for_interactions() -> None:
    async with DiscordServer(rate_limits=RateLimits(whole=Limit(2, 30))) as server:
        mia = server.bot("Mia")
        headers = {"Authorization": f"Bot {mia.token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            statuses = []
            for path in ("users/@me", "users/@me", "users/@me", "webhooks/1/x/messages/1"):
                async with http.get(f"{server.api_url}/{path}") as response:
                    statuses.append(response.status)
                    if response.status == 429:
                        assert response.headers["X-RateLimit-Global"] == "true"
                        assert (await response.json())["global"] is True
        assert statuses == [200, 200, 429, 401]


@given(st.lists(st.sampled_from(["1", "2"]), max_size=40), st.integers(1, 10))
def test_a_bucket_grants_its_number_for_each_channel(asked: list[str], number: int) -> None:
    buckets = Buckets(RateLimits(routes={SEND: Limit(number, 3600)}))
    granted = {"1": 0, "2": 0}
    for channel in asked:
        headers, refusal = buckets.take("bot", SEND, {"channel": channel})
        left = number - granted[channel]
        assert (refusal is None) is (left > 0)
        granted[channel] += refusal is None
        assert int(headers["X-RateLimit-Remaining"]) == number - granted[channel]


def test_the_usual_limits_are_those_of_a_channel() -> None:
    limits = RateLimits.usual()
    assert limits.of(SEND) == Limit(5, 5.0)
    assert limits.of("GET /users/@me") == limits.other
