"""Updates that are brought to the bot's program."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import BufferedInputFile
from aiohttp import FormData, MultipartWriter, web

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat
from tests.support.ports import free_port

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Program:
    """A bot's program: it keeps what it is brought, and answers as told."""

    url: str = ""
    brought: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    at_once: int = 0
    most: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.brought]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.brought) < count:
                self.came.clear()
                await self.came.wait()

    async def take(self, request: web.Request) -> web.Response:
        self.brought.append(await request.json())
        self.secrets.append(request.headers.get(SECRET))
        self.came.set()
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        return self.answers.pop(0)() if self.answers else web.Response()


@asynccontextmanager
async def listening(program: Program, port: int = 0) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/hook", program.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    program.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield
    finally:
        program.gate.set()
        await runner.cleanup()


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    program = Program()
    program.gate.set()
    async with listening(program):
        yield program


async def failed(server: BotApiServer, bot: BotAccount, count: int) -> None:
    """Wait until so many deliveries have failed."""
    webhook = server.world.webhooks.of(bot)
    assert webhook is not None
    await server.world.changes.until(
        lambda: webhook.failures >= count or None, 20, f"{count} failed deliveries"
    )


async def test_an_update_is_brought_with_its_secret(
    bot: Bot, chat: OpenChat, program: Program
) -> None:
    chat.say("before")
    await bot.set_webhook(program.url, secret_token="a-Secret_1")
    chat.say("after")
    await program.until(2)
    assert program.texts() == ["before", "after"]
    assert program.secrets == ["a-Secret_1"] * 2
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.last_error_message) == (program.url, 40, None)


async def test_pending_updates_can_be_dropped(bot: Bot, chat: OpenChat, program: Program) -> None:
    chat.say("before")
    await bot.set_webhook(program.url, drop_pending_updates=True, allowed_updates=["message"])
    said = chat.say("after")
    chat.edit(said, "later")
    chat.say("last")
    await program.until(2)
    assert program.texts() == ["after", "last"]
    assert (await bot.get_webhook_info()).allowed_updates == ["message"]


async def test_one_chat_in_order_several_chats_at_once(
    server: BotApiServer, bot: Bot, mia: BotAccount, program: Program
) -> None:
    program.gate.clear()
    people = [server.person(name) for name in ("Ann", "Bea", "Cid")]
    await bot.set_webhook(program.url, max_connections=2)
    for person in people:
        person.open(mia).say(f"{person.name} 1")
        person.open(mia).say(f"{person.name} 2")
    await program.until(2)
    await asyncio.sleep(0.05)
    assert sorted(program.texts()) == ["Ann 1", "Bea 1"]
    program.gate.set()
    await program.until(6)
    assert program.most == 2
    for person in people:
        mine = [text for text in program.texts() if text.startswith(person.name)]
        assert mine == [f"{person.name} 1", f"{person.name} 2"]


async def test_a_refused_update_is_brought_again_with_growing_pauses(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat, program: Program
) -> None:
    program.answers = [lambda: web.Response(status=500)] * 3
    await bot.set_webhook(program.url)
    chat.say("one")
    chat.say("two")
    await failed(server, mia, 2)
    assert program.texts() == ["one", "one"], "the first failure is tried again at once"
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 2
    assert info.last_error_message == ("Wrong response from the webhook: 500 Internal Server Error")
    server.move_clock(1)
    await asyncio.sleep(0.05)
    assert len(program.brought) == 2
    server.move_clock(1.5)
    await failed(server, mia, 3)
    server.move_clock(3)
    await asyncio.sleep(0.05)
    assert len(program.brought) == 3
    server.move_clock(1.5)
    await program.until(5)
    assert program.texts() == ["one", "one", "one", "one", "two"]
    assert len({one["update_id"] for one in program.brought[:4]}) == 1


async def test_a_wish_to_wait_is_heard(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat, program: Program
) -> None:
    program.answers = [lambda: web.Response(status=429, headers={"Retry-After": "100"})]
    await bot.set_webhook(program.url)
    chat.say("one")
    await failed(server, mia, 1)
    server.move_clock(90)
    await asyncio.sleep(0.05)
    assert len(program.brought) == 1
    server.move_clock(15)
    await program.until(2)


async def test_a_program_that_is_not_there_yet(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat
) -> None:
    port = free_port()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    chat.say("one")
    await failed(server, mia, 1)
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    program = Program()
    program.gate.set()
    async with listening(program, port):
        while not program.brought:
            server.move_clock(60)
            await asyncio.sleep(0.02)
        assert program.texts() == ["one"]


async def test_what_is_not_taken_within_a_day_is_lost(
    server: BotApiServer, bot: Bot, chat: OpenChat, program: Program
) -> None:
    program.answers = [lambda: web.Response(status=500)]
    await bot.set_webhook(program.url)
    program.gate.clear()
    chat.say("one")
    await program.until(1)
    server.move_clock(25 * 3600)
    program.gate.set()
    chat.say("two")
    await program.until(2)
    assert program.texts() == ["one", "two"]


async def test_an_update_can_be_brought_twice(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat, program: Program
) -> None:
    server.deliver_twice(mia)
    await bot.set_webhook(program.url)
    chat.say("one")
    chat.say("two")
    await program.until(3)
    assert program.texts() == ["one", "one", "two"]


async def test_polling_ends_where_a_webhook_begins_and_the_other_way_round(
    bot: Bot, chat: OpenChat, program: Program, server: BotApiServer
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.world.changes.until(lambda: server.calls("getUpdates") or None, 10, "a poll")
    await asyncio.sleep(0.05)
    await bot.set_webhook(program.url)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await asyncio.wait_for(poll, 10)
    await bot.delete_webhook()
    chat.say("one")
    assert len(await bot.get_updates()) == 1
    assert program.brought == []
    assert (await bot.get_webhook_info()).url == ""


def as_json(to: int) -> web.Response:
    return web.json_response({"method": "sendMessage", "chat_id": to, "text": "Hello"})


def as_form(to: int) -> web.Response:
    form = FormData({"method": "SendMessage", "chat_id": str(to), "text": "Hello"})
    return web.Response(body=form(), headers={"Content-Type": "application/x-www-form-urlencoded"})


def as_multipart(to: int) -> web.Response:
    writer = MultipartWriter("form-data")
    for name, value in {"method": "sendDocument", "chat_id": str(to), "caption": "Hello"}.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    file = writer.append(b"some bytes")
    file.set_content_disposition("form-data", name="document", filename="a.txt")
    return web.Response(body=writer)


@pytest.mark.parametrize("answer", [as_json, as_form, as_multipart])
async def test_the_answer_to_an_update_can_ask_for_something(
    server: BotApiServer,
    bot: Bot,
    chat: OpenChat,
    program: Program,
    answer: Callable[[int], web.Response],
) -> None:
    program.answers = [lambda: answer(chat.person.id)]
    await bot.set_webhook(program.url)
    chat.say("Hi")
    assert (await chat.next()).text == "Hello"
    assert server.requests[-1].in_webhook
    assert server.requests[-1].ok


async def test_the_answer_to_an_update_cannot_ask_for_everything(
    server: BotApiServer, bot: Bot, chat: OpenChat, program: Program
) -> None:
    program.answers = [
        lambda: web.json_response({"method": "deleteWebhook"}),
        lambda: web.json_response({"method": "getMe"}),
        lambda: web.json_response(["nothing"]),
        lambda: web.Response(text="{", content_type="application/json"),
    ]
    await bot.set_webhook(program.url)
    for number in range(5):
        chat.say(str(number))
    await program.until(5)
    assert [request.method for request in server.requests] == ["setWebhook"]


@pytest.mark.parametrize(
    "url,secret,sentence",
    [
        ("http://bot.example.org/", "", "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "https://bot.example.org:8080/",
            "",
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ("https://", "", "invalid webhook URL specified"),
        ("ftp://bot.example.org/", "", "invalid webhook URL specified"),
        ("https://bot.example.org/", "a b", "secret token contains unallowed characters"),
        ("https://bot.example.org/", "a" * 257, "secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(bot: Bot, url: str, secret: str, sentence: str) -> None:
    with pytest.raises(TelegramBadRequest) as error:
        await bot.set_webhook(url, secret_token=secret)
    assert error.value.message == f"Bad Request: {sentence}"


async def test_a_certificate_and_an_address_are_kept(bot: Bot) -> None:
    await bot.set_webhook(
        "https://bot.example.org/",
        certificate=BufferedInputFile(b"certificate", "cert.pem"),
        ip_address="192.0.2.1",
    )
    info = await bot.get_webhook_info()
    assert (info.has_custom_certificate, info.ip_address) == (True, "192.0.2.1")
    await bot.set_webhook("")
    assert (await bot.get_webhook_info()).url == ""
