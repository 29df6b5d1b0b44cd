"""Each channel starts, fails and comes back alone, and an operator is told how it is."""

import asyncio
import json
import resource

import pytest
import yaml

from amity.testing.telegram_server import Fault
from tests.support.talker import talking
from tests.telegram.talk import enter, said_by_bot, until
from tests.whole.conftest import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

WEB = {"name": "web", "adapter": "web"}
NOBODYS = {"telegram": "8200000009:this-is-nobodys-token", "discord": "MTIz.nobodys.token"}


async def test_a_wrong_token_stops_that_channel_only_and_a_reload_starts_it(town: Town) -> None:
    good = town.telegram.bot("Good")
    channels = [
        WEB,
        town.on_telegram("good", good.token),
        town.on_telegram("bad", NOBODYS["telegram"]),
        town.on_discord("worse", NOBODYS["discord"]),
    ]
    process = town.run(config=town.config(*channels))
    status, seen = await town.see(process, web="up", good="up", bad="down", worse="down")
    assert status == 200
    assert "@BotFather" in seen["bad"]["error"]
    assert "developer portal" in seen["worse"]["error"]
    assert (seen["web"]["error"], seen["good"]["error"]) == ("", "")
    chat = town.telegram.person("Ann", language_code="en").open(good)
    await enter(chat)
    await _told_to_the_operator(town)
    # The token is mended on the platform: the file is as it was, and is read anew.
    town.telegram.bot("Late", token=NOBODYS["telegram"])
    community = town.discord.bot("Community")
    channels[3] = town.on_discord("worse", community.token)
    (process.home / "amity.yaml").write_text(yaml.safe_dump(town.config(*channels)))
    done = await town.cli("reload")
    assert done.code == 0
    assert "changed: channel bad (was down, starts again)\n" in done.out
    await town.see(process, web="up", good="up", bad="up", worse="up")
    await community.online(seconds=40)
    assert (await town.cli("status")).code == 0
    for secret in (*NOBODYS.values(), good.token, community.token, str(chat.person.id)):
        assert secret not in process.output


async def _told_to_the_operator(town: Town) -> None:
    """See that status and check name what is down, and how to mend it."""
    status = await town.cli("status")
    assert status.code == 1
    lines = {line.split()[0]: line for line in status.out.splitlines() if line}
    assert lines["good"].split()[1:3] == ["telegram", "up"]
    assert lines["bad"].split()[1:3] == ["telegram", "down"]
    assert "@BotFather" in lines["bad"]
    assert lines["worse"].split()[1:3] == ["discord", "down"]
    check = await town.cli("check", "--json")
    assert check.code == 1
    findings = json.loads(check.out)["findings"]
    said = {(f["part"], f["level"]): f["sentence"] for f in findings}
    assert "@BotFather" in said["channel bad", "fail"]
    assert "developers/applications" in said["channel worse", "fail"]
    assert "@Good" in said["channel good", "ok"] or "@good" in said["channel good", "ok"]
    assert ("channel good", "fail") not in said
    for token in NOBODYS.values():
        assert token not in status.out + check.out


async def test_platforms_that_are_away_at_the_start_come_later_and_tokens_are_revoked(
    town: Town,
) -> None:
    mia, leo, community = (
        town.telegram.bot("Mia"),
        town.telegram.bot("Leo"),
        town.discord.bot("Mia"),
    )
    channels = [
        WEB,
        town.on_telegram("mia", mia.token),
        town.on_telegram("leo", leo.token, persona="leo"),
        town.on_discord("community", community.token),
    ]
    chat = town.telegram.person("Ann", language_code="en").open(mia)
    async with town.telegram.outage():
        town.discord.faults.fail(503, route="GET /users/@me", times=None)
        process = town.run(config=town.config(*channels))
        away = {"mia": "degraded", "leo": "degraded", "community": "degraded"}
        status, seen = await town.see(process, web="up", **away)
        assert status == 200  # whoever comes by the web is answered
        assert "cannot be reached" in seen["mia"]["error"]
        assert "503" in seen["community"]["error"]
        async with talking() as talker:
            await talker(process.url).enter()
        chat.say("hello")
        town.discord.faults.clear()
    up = {"web": "up", "mia": "up", "leo": "up", "community": "up"}
    _, seen = await town.see(process, **up)
    assert {channel["error"] for channel in seen.values()} == {""}
    await until(chat, lambda: "18 or over" in said_by_bot(chat))
    # Now the tokens are revoked under two of them.
    town.telegram.fail("", Fault.refused(401, "Unauthorized"), bot=mia, times=None)
    community.change_token()
    status, seen = await town.see(process, **{**up, "mia": "down", "community": "down"})
    assert status == 200
    assert "revoked" in seen["mia"]["error"]
    assert "token" in seen["community"]["error"]
    await enter(town.telegram.person("Ben", language_code="en").open(leo))
    told = [json.loads(line) for line in process.output.splitlines() if "channel.state" in line]
    states = [one["state"] for one in told if one["channel"] == "mia"]
    assert states[:1] == ["starting"]
    assert [s for s in states if s != "degraded"][-2:] == ["up", "down"]
    assert states.index("degraded") < states.index("up")


async def test_it_is_ready_while_one_channel_is_up_and_the_store_takes_writes(town: Town) -> None:
    mia = town.telegram.bot("Mia")
    async with town.telegram.outage():
        channels = [town.on_telegram("mia", mia.token)]
        process = town.run(config=town.config(*channels))
        status, _ = await town.see(process, mia="degraded")
        assert status == 503
    status, _ = await town.see(process, mia="up")
    assert status == 200
    # A disk that takes nothing more: no file of the process may grow.
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        status, said = await asyncio.to_thread(process.readiness)
        assert status == 503
        assert said["store"]["state"] == "down"
        assert "disk has room" in said["store"]["error"]
        assert said["channels"]["mia"]["state"] == "up"
        done = await town.cli("status")
        assert done.code == 1
        assert "takes no writes" in done.out
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
    status, said = await asyncio.to_thread(process.readiness)
    assert (status, said["store"]) == (200, {"state": "up", "error": ""})
    await enter(town.telegram.person("Ann", language_code="en").open(mia))
