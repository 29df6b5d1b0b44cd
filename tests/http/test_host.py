"""The HTTP host as a client and as an adapter sees it."""

import asyncio
import gzip
import io
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from amity.config import HttpSettings
from amity.errors import OperatorError, PluginError, StoreUnavailable
from amity.http import HttpHost, taken
from amity.http.mounts import shape
from amity.observe import configure_logging

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    stream = io.BytesIO()
    undo = configure_logging("debug", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    undo()


async def _page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="the policy")


class Site:
    def __init__(self, **settings: Any) -> None:
        self.state: tuple[bool, Mapping[str, Any]] = (True, {"store": "ok"})
        self.counted: list[int] = []
        self.settings = HttpSettings.model_validate(
            {"bind": "127.0.0.1:0", "admin_bind": "127.0.0.1:0", **settings}
        )
        self.host = HttpHost(
            self.settings,
            ready=self._ready,
            metrics=lambda: b"amity_x 1\n",
            pages={"/privacy": _page},
            count=self.counted.append,
            grace=0.2,
        )
        self.client = aiohttp.ClientSession()

    async def _ready(self) -> tuple[bool, Mapping[str, Any]]:
        return self.state

    async def get(self, path: str, *, admin: bool = False, **options: Any) -> tuple[int, str, Any]:
        return await self.ask("GET", path, admin=admin, **options)

    async def ask(
        self, method: str, path: str, *, admin: bool = False, **options: Any
    ) -> tuple[int, str, Any]:
        assert self.host.addresses is not None
        base = self.host.addresses.admin if admin else self.host.addresses.public
        async with self.client.request(method, base + path, **options) as response:
            return response.status, await response.text(), response.headers


@pytest.fixture
async def make_site() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    sites: list[Site] = []

    async def make(**settings: Any) -> Site:
        site = Site(**settings)
        sites.append(site)
        await site.host.start()
        return site

    yield make
    for site in sites:
        await site.client.close()
        await site.host.stop()


def _answer(text: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"{text} {dict(request.match_info)}".replace(" {}", ""))

    return handler


async def test_pages_and_admin_are_apart(make_site: Any) -> None:
    site = await make_site()
    assert (await site.get("/privacy"))[:2] == (200, "the policy")
    assert (await site.get("/livez", admin=True))[:2] == (200, "ok\n")
    status, body, headers = await site.get("/readyz", admin=True)
    assert (status, json.loads(body)) == (200, {"ready": True, "store": "ok"})
    site.state = (False, {"store": "away"})
    assert (await site.get("/readyz", admin=True))[0] == 503
    status, body, headers = await site.get("/metrics", admin=True)
    assert body == "amity_x 1\n"
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await site.get(path))[0] == 404
    assert (await site.get("/privacy", admin=True))[0] == 404
    assert site.counted == [200, 404, 404, 404]


async def test_channels_come_and_go_while_it_runs(make_site: Any) -> None:
    site = await make_site()
    assert (await site.get("/chat"))[0] == 404
    site.host.mount("one", [web.get("/chat", _answer("chat")), web.get("/a/{id}", _answer("a"))])
    site.host.mount("one", [web.post("/a/{id}", _answer("posted"))])
    site.host.mount("two", [web.get("/b/{tail:.*}", _answer("b")), web.put("/c", _answer("c"))])
    assert (await site.get("/chat"))[1] == "chat"
    assert (await site.get("/a/7"))[1] == "a {'id': '7'}"
    assert (await site.ask("POST", "/a/7"))[1] == "posted {'id': '7'}"
    assert (await site.get("/b/x/y"))[1] == "b {'tail': 'x/y'}"
    status, _, headers = await site.ask("DELETE", "/a/7")
    assert (status, headers["Allow"]) == (405, "GET,HEAD,POST")
    site.host.unmount("one")
    site.host.unmount("one")
    assert (await site.get("/chat"))[0] == 404
    assert (await site.ask("PUT", "/c"))[1] == "c"


@pytest.mark.parametrize(
    "route, words",
    [
        (web.get("/privacy", _page), "the path /privacy is Amity's own"),
        (web.get("/chat/{other}", _page), "/chat/{} is served by channel one already"),
        (web.route("*", "/chat/{other}", _page), "is served by channel one already"),
    ],
)
async def test_a_taken_path_is_refused(make_site: Any, route: Any, words: str) -> None:
    site = await make_site()
    site.host.mount("one", [web.get("/chat/{id}", _page)])
    with pytest.raises(PluginError, match=r"^channel two: ") as caught:
        site.host.mount("two", [web.get("/free", _page), route])
    assert words in str(caught.value)
    assert (await site.get("/free"))[0] == 404
    site.host.mount("two", [web.post("/chat/{id}", _page)])


def test_shapes() -> None:
    assert shape("/a/{id}/") == shape(r"/a/{x:\d{1,3}}") == "/a/{}"
    assert shape("/") == "/"


async def test_errors_are_worded_and_carry_an_id(make_site: Any, logged: Any) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        raise ValueError("canary-in-an-exception")

    async def away(request: web.Request) -> web.StreamResponse:
        raise StoreUnavailable("no answer")

    async def own(request: web.Request) -> web.StreamResponse:
        raise web.HTTPConflict(text='{"said": "by the handler"}')

    site = await make_site()
    site.host.mount(
        "c",
        [
            web.get("/api/broken/{id}", broken),
            web.get("/away", away),
            web.get("/own", own),
        ],
    )
    status, body, _ = await site.get("/api/broken/canary-in-a-path?q=canary-in-a-query")
    error = json.loads(body)["error"]
    assert (status, error["message"]) == (500, "Something went wrong here.")
    (entry,) = [e for e in logged() if e["event"] == "a request failed"]
    assert entry["error_id"] == error["id"]
    assert entry["route"] == "/api/broken/{id}"
    assert "canary" not in body + json.dumps(logged())
    (request,) = [e for e in logged() if e["event"] == "request"]
    assert (request["network"], request["status"]) == ("127.0.0.0/24", 500)

    status, _, headers = await site.get("/away")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert (await site.get("/own"))[:2] == (409, '{"said": "by the handler"}')
    status, body, headers = await site.get("/gone", headers={"Accept": "text/html"})
    assert (status, body) == (404, "There is nothing here.\n")
    status, body, headers = await site.get("/v1/gone", headers={"Accept": "text/html"})
    assert json.loads(body) == {"error": {"message": "There is nothing here.", "type": "not_found"}}


async def test_every_answer_has_the_security_headers(make_site: Any) -> None:
    async def custom(request: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Content-Security-Policy": "default-src 'none'"})

    site = await make_site()
    site.host.mount("c", [web.get("/custom", custom)])
    for path in ("/privacy", "/gone"):
        headers = (await site.get(path))[2]
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Server"] == "amity"
    headers = (await site.get("/custom"))[2]
    assert headers["Content-Security-Policy"] == "default-src 'none'"


async def test_large_bodies_are_refused(make_site: Any) -> None:
    async def read(request: web.Request) -> web.StreamResponse:
        return web.Response(text=str(len(await request.read())))

    site = await make_site(body_limit=1024)
    site.host.mount("c", [web.post("/read", read)])
    assert (await site.ask("POST", "/read", data=b"x" * 1000))[1] == "1000"
    status, body, _ = await site.ask("POST", "/read", data=b"x" * 1025)
    assert (status, json.loads(body)["error"]["message"]) == (413, "This is too large.")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    assert (await site.ask("POST", "/read", data=chunks()))[0] == 413


async def test_routes_may_limit_bodies_themselves(make_site: Any) -> None:
    async def read(request: web.Request) -> web.StreamResponse:
        return web.Response(text=str(sum([len(c) async for c in request.content.iter_any()])))

    site = await make_site(body_limit=1024)
    site.host.mount("c", [web.post("/small", read)])
    site.host.mount("c", [web.post("/large", read)], limits_bodies=True)
    assert (await site.ask("POST", "/small", data=b"x" * 1025))[0] == 413
    assert (await site.ask("POST", "/large", data=b"x" * 4096))[1] == "4096"


async def test_packed_bodies_are_not_unpacked(make_site: Any) -> None:
    async def read(request: web.Request) -> web.StreamResponse:
        raise AssertionError

    site = await make_site()
    site.host.mount("c", [web.post("/read", read)])
    bomb = gzip.compress(b"x" * 900_000)
    status, body, _ = await site.ask(
        "POST", "/read", data=bomb, headers={"Content-Encoding": "gzip"}
    )
    assert (status, json.loads(body)["error"]["type"]) == (415, "unsupported_media_type")


async def test_a_slow_answer_is_ended_but_a_stream_is_not(make_site: Any) -> None:
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await release.wait()
        await response.write(b"late")
        return response

    site = await make_site(timeout="1s")
    site.host.mount("c", [web.get("/slow", slow), web.get("/stream", stream)])
    streaming = asyncio.create_task(site.get("/stream"))
    assert (await site.get("/slow"))[0] == 504
    release.set()
    assert (await streaming)[:2] == (200, "late")


async def test_a_route_may_have_a_time_of_its_own(make_site: Any) -> None:
    release = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return web.Response(text="there it is")

    site = await make_site(timeout="1s")
    site.host.mount("c", [web.get("/usual", wait)])
    site.host.mount("c", [web.get("/patient", wait)], 60)
    site.host.mount("c", [web.get("/hasty", wait)], 0.01)
    patient = asyncio.create_task(site.get("/patient"))
    assert (await site.get("/hasty"))[0] == 504
    assert (await site.get("/usual"))[0] == 504
    assert not patient.done()
    release.set()
    assert (await patient)[:2] == (200, "there it is")


async def test_too_many_requests_at_once_are_turned_away(make_site: Any) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> web.StreamResponse:
        entered.set()
        await release.wait()
        return web.Response()

    site = await make_site(max_requests=1)
    site.host.mount("c", [web.get("/hold", hold)])
    held = asyncio.create_task(site.get("/hold"))
    await entered.wait()
    assert (await site.get("/privacy"))[0] == 503
    release.set()
    assert (await held)[0] == 200
    assert (await site.get("/privacy"))[0] == 200


async def test_open_streams_keep_nobody_from_the_page(make_site: Any) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        begun.set()
        await release.wait()
        return response

    site = await make_site(max_requests=1)
    site.host.mount("c", [web.get("/stream", stream)])
    streams = []
    for _ in range(3):
        streams.append(asyncio.create_task(site.get("/stream")))
        await begun.wait()
        begun.clear()
        assert (await site.get("/privacy"))[0] == 200
    release.set()
    assert [answer[0] for answer in await asyncio.gather(*streams)] == [200, 200, 200]
    assert (await site.get("/privacy"))[0] == 200


async def test_stopping_ends_streams(make_site: Any) -> None:
    begun = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        begun.set()
        await asyncio.Event().wait()
        return response

    site = await make_site()
    site.host.mount("c", [web.get("/endless", endless)])
    streaming = asyncio.create_task(site.get("/endless"))
    await begun.wait()
    await site.host.stop()
    await site.host.stop()
    with pytest.raises(aiohttp.ClientError):
        await streaming
    with pytest.raises(aiohttp.ClientConnectionError):
        await site.get("/privacy")


@pytest.mark.parametrize("key", ["bind", "admin_bind"])
async def test_a_port_in_use_is_one_sentence(key: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        site = Site(**{key: f"127.0.0.1:{port}"})
        with pytest.raises(OperatorError) as caught:
            await site.host.start()
        await site.client.close()
        assert taken(site.settings) == [str(caught.value)]
    assert str(caught.value) == (
        f"http.{key}: port {port} of 127.0.0.1 is in use; set http.{key} in the configuration,"
        f" or AMITY__HTTP__{key.upper()} to another port"
    )


async def test_an_address_of_another_machine_is_one_sentence() -> None:
    site = Site(bind="192.0.2.1:8080")
    with pytest.raises(OperatorError, match=r"192\.0\.2\.1 is not an address of this machine"):
        await site.host.start()
    await site.client.close()
