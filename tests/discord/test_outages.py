"""What is said while the gateway is away, and the gateway itself."""

import asyncio
import threading
from functools import partial

import pytest
from discord.gateway import KeepAliveHandler

from amity.errors import OperatorError
from amity.testing.discord_server import Bot, DiscordServer, Intent, Permission
from amity_discord.adapter import DiscordAdapter
from amity_discord.config import Config
from tests.discord.conftest import World
from tests.discord.host import MemoryState, RecordingHost, Running, running, words

pytestmark = pytest.mark.timeout(120)


async def greet(run: Running, world: World) -> None:
    """Make Ann's chat and the guild's channel known."""
    world.dm().write("hello")
    world.here().write(f"{world.mia.mention} hello")
    await run.host.took(2)
    run.host.taken.clear()


def up_again(run: Running, signs: int) -> bool:
    """Whether the channel was away since so many signs, and is up again."""
    return len(run.host.signs) > signs and run.host.signs[-1] == "up"


async def back(world: World, run: Running) -> None:
    """Wait until the bot is at the gateway again and the host was told."""
    await world.mia.online(seconds=60)
    await run.host.until(lambda: run.host.signs[-1] == "up", seconds=60)


async def test_a_kicked_connection_is_resumed_and_nothing_is_missed(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await greet(run, world)
        for kick in (
            world.mia.gateway.kick,
            world.mia.gateway.cut,
            world.mia.gateway.ask_to_reconnect,
        ):
            run.host.taken.clear()
            signs = len(run.host.signs)
            kick()
            world.dm().write("meanwhile")
            await run.host.took(1)
            await run.host.until(partial(up_again, run, signs))
            assert run.host.said == ["meanwhile"]
            assert "gateway" in run.host.signs[-2]
        assert world.mia.gateway.identifies == 1
        assert world.mia.gateway.resumes == 3


async def test_after_an_outage_all_that_was_said_is_fetched_in_order(world: World) -> None:
    thread = world.here().start_thread("aside")
    async with running(world.server, world.mia) as run:
        await greet(run, world)
        thread.write(f"{world.mia.mention} psst")
        await run.host.took(1)
        run.host.taken.clear()
        with world.mia.gateway.outage():
            for number in range(120):  # more than one page
                world.dm().write(f"direct {number}")
            world.here().write("not for the bot")
            world.here().write(f"{world.mia.mention} here 1")
            world.ben.at(world.general).write(f"{world.mia.mention} here 2")
            thread.write(f"{world.mia.mention} aside 1")
            await run.host.until(lambda: run.host.signs[-1] != "up")
        await back(world, run)
        world.dm().write("direct 120")
        world.here().write(f"{world.mia.mention} here 3")
        await run.host.took(125)
        for kind, count in (("direct", 121), ("here", 3), ("aside", 1)):
            heard = [text for text in run.host.said if text.startswith(kind)]
            first = 0 if kind == "direct" else 1
            assert heard == [f"{kind} {number}" for number in range(first, first + count)]
        assert len(run.host.taken) == 125
        threads = {one.address.thread for one in run.host.taken if words(one) == "aside 1"}
        assert threads == {str(thread.id)}


async def test_what_was_said_while_amity_was_not_there_is_fetched(world: World) -> None:
    state = MemoryState()
    async with running(world.server, world.mia, RecordingHost(state=state)) as run:
        await greet(run, world)
    world.dm().write("one")
    edited = world.here().write(f"{world.mia.mention} too")
    world.here().edit(edited, f"{world.mia.mention} two")
    gone = world.dm().write("never mind")
    world.dm().delete(gone)
    async with running(world.server, world.mia, RecordingHost(state=state)) as run:
        await run.host.took(2)
        assert sorted(run.host.said) == ["one", "two"]
        world.dm().write("three")
        await run.host.took(3)
    async with running(world.server, world.mia, RecordingHost(state=state)) as run:
        world.dm().write("four")
        await run.host.took(1)
        assert run.host.said == ["four"]


async def test_what_was_not_committed_before_a_crash_is_fetched(world: World) -> None:
    state = MemoryState()
    async with running(world.server, world.mia, RecordingHost(state=state)) as run:
        await greet(run, world)
        await run.host.until(lambda: "seen" in state.values)
        run.host.away = 1_000_000  # the store does not answer any more, and then it ends
        world.dm().write("one")
        world.here().write("not for the bot")
        await asyncio.sleep(0.3)
    async with running(world.server, world.mia, RecordingHost(state=state)) as run:
        await run.host.took(1)
        assert run.host.said == ["one"]


async def test_an_invalid_session_begins_a_new_one_and_a_busy_history_is_asked_again(
    world: World,
) -> None:
    async with running(world.server, world.mia) as run:
        await greet(run, world)
        other = world.guild.channel("other")
        world.ann.at(other).write(f"{world.mia.mention} hello")
        await run.host.took(1)
        run.host.taken.clear()
        route = "GET /channels/{channel}/messages"
        world.server.faults.fail(503, route=route, times=2)
        world.server.faults.rate_limit(0.3, route=route, every=3, times=None)
        world.mia.gateway.invalidate()
        world.dm().write("direct")
        world.here().write(f"{world.mia.mention} here")
        other.allow(world.guild, deny=Permission.VIEW_CHANNEL)
        await run.host.until(lambda: run.host.signs[-1] != "up")
        await back(world, run)
        await run.host.took(2)
        assert world.mia.gateway.identifies == 2
        assert sorted(run.host.said) == ["direct", "here"]
        await run.host.until(lambda: str(other.id) not in run.host.kept.values["seen"])
        assert str(world.general.id) in run.host.kept.values["seen"]


def heartbeats() -> set[threading.Thread]:
    """Return the threads that keep a connection to a gateway alive."""
    return {one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)}


async def test_nothing_beats_on_when_it_ends_before_it_told_who_it_is(world: World) -> None:
    others = heartbeats()
    async with running(world.server, world.mia) as run:
        first = heartbeats() - others
        assert len(first) == 1
        world.mia.gateway.invalidate()
        await run.host.until(lambda: heartbeats() - others - first)
        assert world.mia.gateway.identifies == 1
    assert heartbeats() <= others


async def test_the_marks_are_written_seldom_and_forgotten_on_request(world: World) -> None:
    async with running(world.server, world.mia) as run:
        for number in range(40):
            world.dm().write(str(number))
            await run.host.took(number + 1)
        await run.host.until(lambda: str(world.dm().id) in run.host.kept.values.get("seen", ""))
        assert run.host.kept.puts <= 3
        world.dm().write("/delete_me yes")
        await run.host.until(lambda: str(world.dm().id) not in run.host.kept.values["seen"])


# ----------------------------------------------------------------------- what ends a channel


def adapter_of(
    server: DiscordServer, token: str, name: str = "discord", **options: object
) -> DiscordAdapter:
    """Make an adapter that is not running."""
    values = {"token": token, "api_base": server.api_url, "gateway_url": server.gateway_url}
    return DiscordAdapter(name, Config.model_validate({**values, **options}))


async def test_a_wrong_token_is_for_the_operator(world: World) -> None:
    adapter = adapter_of(world.server, "MTIz.wrong.token")
    with pytest.raises(OperatorError, match="does not know the token"):
        await adapter.run(RecordingHost())


async def test_a_token_that_ends_while_it_runs_is_for_the_operator(world: World) -> None:
    adapter = adapter_of(world.server, world.mia.token)
    task = asyncio.create_task(adapter.run(RecordingHost()))
    await world.mia.online()
    world.mia.change_token()
    with pytest.raises(OperatorError, match="token"):
        await task


async def test_intents_that_were_not_granted_are_for_the_operator(world: World) -> None:
    adapter = adapter_of(world.server, world.mia.token, message_content=True)
    with pytest.raises(OperatorError, match="Message Content Intent"):
        await adapter.run(RecordingHost())


@pytest.mark.parametrize("code, said", [(4011, "2,500"), (4013, "intents")])
async def test_close_codes_that_end_it(world: World, code: int, said: str) -> None:
    adapter = adapter_of(world.server, world.mia.token)
    task = asyncio.create_task(adapter.run(RecordingHost()))
    await world.mia.online()
    world.mia.gateway.kick(code)
    with pytest.raises(OperatorError, match=said):
        await task


async def test_only_one_discord_in_a_process(world: World) -> None:
    async with DiscordServer() as other:
        leo: Bot = other.bot("Leo")
        async with running(world.server, world.mia):
            adapter = adapter_of(other, leo.token, name="second")
            with pytest.raises(OperatorError, match="one Discord only"):
                await adapter.run(RecordingHost())
            (finding,) = await adapter.check()
            assert finding.level == "fail"
            assert "one Discord only" in finding.sentence
        async with running(other, leo, RecordingHost("second")) as run:
            ann = other.person("Ann")
            ann.dm(leo).write("hello")
            await run.host.took(1)


async def test_two_channels_cannot_have_one_bot(world: World) -> None:
    async with running(world.server, world.mia):
        second = adapter_of(world.server, world.mia.token, name="second")
        with pytest.raises(OperatorError, match="have the same bot"):
            await second.run(RecordingHost("second"))
    # Who gave up lets go of the bot, so that a channel of another name can have it.
    for name in ("wrong", "renamed"):
        wrong = adapter_of(world.server, "MTIz.wrong.token", name=name)
        with pytest.raises(OperatorError, match="does not know the token"):
            await wrong.run(RecordingHost(name))


async def test_a_discord_that_is_not_there_yet_is_waited_for(world: World) -> None:
    world.server.faults.fail(503, route="GET /users/@me")
    host = RecordingHost()
    task = asyncio.create_task(adapter_of(world.server, world.mia.token).run(host))
    await host.until(lambda: "up" in host.signs, seconds=60)
    assert any("503" in sign for sign in host.signs)
    task.cancel()
    await asyncio.wait([task])


async def test_the_gateway_may_come_later_than_the_api(world: World) -> None:
    world.mia.gateway.go_down()
    host = RecordingHost()
    task = asyncio.create_task(adapter_of(world.server, world.mia.token).run(host))
    await host.until(lambda: host.signs and "gateway" in host.signs[-1], seconds=30)
    world.mia.gateway.come_up()
    await host.until(lambda: "up" in host.signs, seconds=60)
    task.cancel()
    await asyncio.wait([task])


async def test_check_says_what_is_wrong_and_how_to_mend_it(world: World) -> None:
    lonely = world.server.bot("Lonely")
    findings = {
        f.level.value: f.sentence for f in await adapter_of(world.server, lonely.token).check()
    }
    assert "scope=bot" in findings["note"]
    bare = world.server.bot("Bare")
    world.guild.add(bare, permissions=Permission(0))
    world.guild.guild.roles[world.guild.id].permissions = Permission(0)
    found = await adapter_of(world.server, bare.token, message_content=True).check()
    said = {f.level.value: f.sentence for f in found}
    assert "Message Content Intent" in said["fail"]
    assert "send_messages" in said["warn"]
    world.mia.allow(Intent.MESSAGE_CONTENT)
    good = await adapter_of(world.server, world.mia.token, message_content=True).check()
    assert {f.level.value for f in good} == {"ok"}
    (wrong,) = await adapter_of(world.server, "MTIz.wrong.token").check()
    assert (wrong.level, "Bot" in wrong.sentence) == ("fail", True)
    world.server.faults.fail(503, route="GET /users/@me", times=5)
    (away,) = await adapter_of(world.server, world.mia.token).check()
    assert (away.level, "503" in away.sentence) == ("fail", True)
