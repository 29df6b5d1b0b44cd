"""A web adapter on a real port, with the core of `fake_host` behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from amity_web import Config
from amity_web.adapter import WebAdapter, make
from tests.web.fake_host import FakeHost
from tests.web.walking import OpenPage, opening


@dataclass
class Site:
    """A running adapter.

    Attributes:
        url: Its origin.
        host: The fake core behind it.
        adapter: The adapter under test.
    """

    url: str
    host: FakeHost
    adapter: WebAdapter


@asynccontextmanager
async def serve(**config: Any) -> AsyncIterator[Site]:
    """Serve an adapter until the block ends."""
    host = FakeHost()
    adapter = make("web", Config(**config))
    assert isinstance(adapter, WebAdapter)
    host.adapter = adapter
    running = asyncio.create_task(adapter.run(host))
    await asyncio.sleep(0)
    for path in ("/privacy", "/terms", "/crisis-protocol"):
        host.app.router.add_get(path, _legal)
    runner = web.AppRunner(host.app, shutdown_timeout=1)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    port = runner.addresses[0][1]
    try:
        yield Site(f"http://127.0.0.1:{port}", host, adapter)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await host.close()
        await runner.cleanup()


async def _legal(request: web.Request) -> web.Response:
    return web.Response(text="<title>Policy</title><p>A policy.", content_type="text/html")


class Client:
    """A browser as far as HTTP goes: it keeps its cookie and names its origin."""

    def __init__(self, site: Site, session: aiohttp.ClientSession) -> None:
        self.site = site
        self.session = session

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        headers = {"Origin": self.site.url, **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        async with self.session.request(
            method, self.site.url + path, headers=headers, **options
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    async def say(self, **message: Any) -> tuple[int, Any]:
        return await self.call("POST", "/api/v1/messages", json=message)

    async def me(self) -> Any:
        return (await self.call("GET", "/api/v1/me"))[1]

    async def until(self, state: Callable[[Any], bool]) -> Any:
        for _ in range(200):
            me = await self.me()
            if state(me):
                return me
            await asyncio.sleep(0.01)
        raise AssertionError("it never came to that")

    async def enter(self) -> None:
        """Pass the gate."""
        await self.say(choice="i_am_18")
        await self.until(lambda me: me["adult"])
        await self.say(choice="agree")
        await self.until(lambda me: me["scopes"] == ["service"])

    async def key(self) -> str:
        status, made = await self.call("POST", "/api/v1/keys", json={"label": "test"})
        assert status == 201
        return str(made["key"])


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


Serve = Callable[..., Awaitable[Site]]
NewClient = Callable[..., Awaitable[Client]]


@pytest.fixture
def serving(stack: AsyncExitStack) -> Serve:
    async def start(**config: Any) -> Site:
        return await stack.enter_async_context(serve(**config))

    return start


@pytest.fixture
async def site(serving: Serve) -> Site:
    return await serving()


@pytest.fixture
def visit(stack: AsyncExitStack) -> NewClient:
    """Another browser."""

    async def new(site: Site) -> Client:
        jar = aiohttp.CookieJar(unsafe=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Client(site, session)

    return new


@pytest.fixture
async def client(site: Site, visit: NewClient) -> Client:
    return await visit(site)


@pytest.fixture
async def open_page(browser: Any) -> AsyncIterator[OpenPage]:
    """Open pages that leave their origin nowhere: `page = await open_page(site.url, "phone")`."""
    async with opening(browser) as new:
        yield new
