"""`amity check` asks Telegram, and says how to mend what is wrong."""

from typing import Any

import pytest

from amity.adapter import Finding, Level
from amity.testing.telegram_server import BotAccount, BotApiServer, Fault
from amity_telegram import Config
from amity_telegram.adapter import TelegramAdapter
from tests.telegram.host import running


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


async def check(telegram: BotApiServer, token: str, **more: object) -> dict[Level, list[str]]:
    config = Config.model_validate({"token": token, "api_base": telegram.url, **more})
    return sorted_by_level(list(await TelegramAdapter("mia", config).check()))


def sorted_by_level(findings: list[Finding]) -> dict[Level, list[str]]:
    found: dict[Level, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.level, []).append(finding.sentence)
    return found


async def test_all_is_well(telegram: BotApiServer, mia: BotAccount) -> None:
    found = await check(telegram, mia.token)
    assert found == {Level.OK: [f"Telegram knows the bot: @{mia.username}"]}
    async with running(telegram.url, mia.token) as one:
        assert sorted_by_level(list(await one.adapter.check())) == found


async def test_a_wrong_token(telegram: BotApiServer, mia: BotAccount) -> None:
    (sentence,) = (await check(telegram, "123:nobodys"))[Level.FAIL]
    assert "@BotFather" in sentence
    assert "nobodys" not in sentence


async def test_telegram_is_out_of_reach(telegram: BotApiServer, mia: BotAccount) -> None:
    async with telegram.outage():
        (sentence,) = (await check(telegram, mia.token))[Level.FAIL]
        assert "cannot be reached" in sentence
    telegram.fail("getMe", Fault.internal_error(502))
    assert Level.FAIL in await check(telegram, mia.token)


async def test_a_bot_that_reads_everything_in_groups(telegram: BotApiServer) -> None:
    nosy = telegram.bot("Nosy", reads_groups=True, joins_groups=False)
    found = await check(telegram, nosy.token)
    assert "/setprivacy" in found[Level.WARN][0]
    assert "/setjoingroups" in found[Level.NOTE][0]


async def test_the_webhook(telegram: BotApiServer, mia: BotAccount) -> None:
    webhook = {"url": "http://127.0.0.1:9/hooks/mia"}
    settings: dict[str, Any] = {"mode": "webhook", "webhook": webhook}
    found = await check(telegram, mia.token, **settings)
    assert "not set yet" in found[Level.NOTE][0]
    async with running(telegram.url, mia.token, **settings) as one:
        found = sorted_by_level(list(await one.adapter.check()))
        assert "delivers to webhook.url" in found[Level.OK][1]
        telegram.person("Ann").open(mia).say("hello")
        delivered = telegram.world.webhooks.of(mia)
        assert delivered is not None
        await one.host.until(lambda: delivered.error)
        found = sorted_by_level(list(await one.adapter.check()))
        assert "could not deliver lately" in found[Level.WARN][0]
    assert "it is removed" in (await check(telegram, mia.token))[Level.NOTE][0]
    other = {"mode": "webhook", "webhook": {"url": "http://127.0.0.1:9/hooks/leo"}}
    assert "another process" in (await check(telegram, mia.token, **other))[Level.WARN][0]
