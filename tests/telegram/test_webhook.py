"""The webhook: only Telegram is heard, and told that we have it once we have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from amity.testing.telegram_server import BotAccount, BotApiServer, Photo
from tests.support.ports import free_port
from tests.telegram.host import FakeHost, Running, running
from tests.telegram.updates import private_message

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


@asynccontextmanager
async def served(
    telegram: BotApiServer, mia: BotAccount, host: FakeHost | None = None, **more: Any
) -> AsyncIterator[tuple[Running, str]]:
    """Run the adapter by webhook, its routes on a server of this test's own."""
    host, port = host or FakeHost(), free_port()
    url = f"http://127.0.0.1:{port}/hooks/mia"
    webhook = {"url": url, "secret": "the-secret", **more}
    async with running(telegram.url, mia.token, host=host, mode="webhook", webhook=webhook) as one:
        app = web.Application()
        app.add_routes(host.routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield one, url
        finally:
            await runner.cleanup()


async def post(url: str, body: Any, secret: str | None = "the-secret", **more: Any) -> int:
    headers = {} if secret is None else {SECRET: secret}
    data = {"json": body} if not isinstance(body, bytes) else {"data": body}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, headers=headers, **data, **more) as answer,
    ):
        return answer.status


async def test_updates_are_delivered_and_confirmed(telegram: BotApiServer, mia: BotAccount) -> None:
    chat = telegram.person("Ann", language_code="en").open(mia)
    chat.say("before it was set")
    async with served(telegram, mia) as (one, url):
        chat.say("and after")
        await one.host.until(lambda: one.host.heard == ["before it was set", "and after"])
        await one.host.until(lambda: not mia.updates.pending)
        asked = telegram.calls("setWebhook")[0]
        assert asked.fields["url"] == url
        assert "message_reaction" in asked.fields["allowed_updates"]
        assert asked.fields["drop_pending_updates"] == "false"
        await one.adapter.send(one.address(chat.person.id), _hello())
        assert (await chat.next()).text == "Hello"


def _hello() -> Any:
    from tests.telegram.host import outbound

    return outbound("Hello")


UPDATE = {"update_id": 1, "message": private_message(1, text="hi")}


@pytest.mark.parametrize("secret", [None, "", "wrong", "the-secre", "the-secret2", "thé-secret"])
async def test_who_is_not_telegram_is_not_heard(
    telegram: BotApiServer, mia: BotAccount, secret: str | None
) -> None:
    async with served(telegram, mia) as (one, url):
        assert await post(url, UPDATE, secret) == 401
        assert one.host.inbounds == []
        assert await post(url, b"no json at all", secret) == 401
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.status == 405
        assert telegram.calls("sendMessage") == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b"\xff"],
)
async def test_what_is_no_update_is_refused(
    telegram: BotApiServer, mia: BotAccount, body: bytes
) -> None:
    async with served(telegram, mia) as (one, url):
        assert await post(url, body) == 400
        assert one.host.inbounds == []


async def test_what_nobody_can_read_is_not_asked_for_again(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    async with served(telegram, mia) as (one, url):
        assert await post(url, {"update_id": 5, "message": {"message_id": "x"}}) == 200
        assert await post(url, {"update_id": 6, "something_new": {}}) == 200
        assert one.host.inbounds == []


async def test_what_is_too_large_is_refused(telegram: BotApiServer, mia: BotAccount) -> None:
    async with served(telegram, mia, body_limit=5000) as (one, url):
        large = {"update_id": 5, "message": private_message(1, text="x" * 6000)}
        assert await post(url, large) == 413

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b" " * 1000

        async with (
            aiohttp.ClientSession() as session,
            session.post(url, headers={SECRET: "the-secret"}, data=endless()) as answer,
        ):
            assert answer.status == 413
        assert one.host.inbounds == []


async def test_what_the_store_did_not_take_is_delivered_again(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    host = FakeHost()
    host.unavailable = 1
    async with served(telegram, mia, host):
        telegram.person("Ann").open(mia).say("hello")
        await host.until(lambda: host.heard == ["hello"])
        await host.until(lambda: not mia.updates.pending)


async def test_a_replayed_update_is_the_same_message(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    async with served(telegram, mia) as (one, url):
        assert [await post(url, UPDATE) for _ in range(3)] == [200] * 3
        assert one.host.heard == ["hi"]


async def test_back_to_polling_nothing_that_waits_is_dropped(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    chat = telegram.person("Ann").open(mia)
    async with served(telegram, mia):
        pass
    chat.say("is anybody there?")
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: one.host.heard == ["is anybody there?"])
        assert one.host.said == [""]
    assert telegram.calls("deleteWebhook")
    assert {r.fields.get("drop_pending_updates") for r in telegram.requests} == {None, "false"}


async def test_parts_of_an_album_come_one_by_one(telegram: BotApiServer, mia: BotAccount) -> None:
    async with served(telegram, mia) as (one, _):
        telegram.person("Ann").open(mia).send_album([Photo(), Photo()])
        await one.host.until(lambda: len(one.host.inbounds) == 2)
        await one.host.until(lambda: not mia.updates.pending)
