"""CPU of the web adapter: a message in by HTTP, its reply out by the event stream.

The budget of docs/decisions.md is 0.5 ms a message. The yardstick, in the same run, is bare aiohttp
doing the same with nothing in between: read JSON, answer 202, write one event to another
connection. The core is a stand-in that costs nothing; the clients run in a process of their own.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import orjson
import structlog
from aiohttp import web

from amity.adapter import (
    Acceptance,
    Accepted,
    Draft,
    JournalEntry,
    MenuEntry,
    PersonaCard,
    Profile,
)
from amity.clock import Clock, SystemClock
from amity.message import Address, Command, Inbound, Outbound, Part, Sender, Text
from amity.sealed import SealedText
from amity.turn.words import command_of
from amity_web import Config
from amity_web.adapter import WebAdapter

PEOPLE = 20
ROUNDS = 100
REPLY = "It is good to hear from you. " * 10
PIECES = 6  # drafts of one reply, coalesced to 50 ms each
SECRET = "{:043d}"


class _Host:
    """A core that answers at once and keeps nothing."""

    def __init__(self, drafts: int) -> None:
        self.app = web.Application()
        self.channel = "web"
        self.clock: Clock = SystemClock()
        self.log: Any = structlog.get_logger()
        self.state: Any = None
        self.media: Any = None
        self.adapter: WebAdapter | None = None
        self._drafts = drafts
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def mount(
        self,
        routes: Iterable[web.AbstractRouteDef],
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        self.app.add_routes(routes)

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        return [PersonaCard(id="mia", name="Mia", about="")]

    def menu(self, language: str) -> list[MenuEntry]:
        return [MenuEntry(command="help", description="help")]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        return ["en"]

    def connected(self) -> None:
        """Nothing to note."""

    def disconnected(self, why: str) -> None:
        """Nothing to note."""

    async def chat_moved(self, chat: str, to: str) -> None:
        """Nothing to note."""

    async def profile(self, sender: Sender) -> Profile:
        return Profile(state="active", chat=sender.id, language="en")

    async def journal(self, sender: Sender, **_: Any) -> list[JournalEntry]:
        return []

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        inbound = batch[0]
        self._count += 1
        task = asyncio.create_task(self._answer(inbound, str(self._count)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        position = f"p{self._count}"
        chat = inbound.sender.id
        return [Acceptance(status=Accepted.ACCEPTED, id="x", chat=chat, position=position)]

    async def _answer(self, inbound: Inbound, id: str) -> None:
        assert self.adapter is not None
        address = Address(channel="web", chat=inbound.sender.id)
        for number in range(1, self._drafts + 1):
            words = SealedText(REPLY[: len(REPLY) * number // (self._drafts + 1)])
            await self.adapter.draft(address, Draft(reply=id, text=words, persona="mia"))
            await asyncio.sleep(0.05)
        outbound = Outbound(
            id=id,
            reply=id,
            parts=(Text(SealedText(REPLY)),),
            in_reply_to=(inbound.id,),
            position=f"r{id}",
            persona="mia",
        )
        await self.adapter.send(address, outbound)

    # Not called here, but part of the contract.
    async def _no(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    reply_of = issue_key = keys = revoke_key = issue_recovery = recover = _no

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        return dict.fromkeys(keys, "")


async def _amity(drafts: int) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    host = _Host(drafts)
    host.adapter = WebAdapter("web", Config())
    running = asyncio.create_task(host.adapter.run(host))
    await asyncio.sleep(0)

    async def stop() -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    return host.app, stop


async def _bare(drafts: int) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    streams: dict[str, web.StreamResponse] = {}
    tasks: set[asyncio.Task[None]] = set()
    draft = orjson.dumps({"reply": "1", "append": True, "text": REPLY[: len(REPLY) // PIECES]})
    reply = orjson.dumps({"from": "persona", "parts": [{"type": "text", "text": REPLY}]})

    async def answer(stream: web.StreamResponse) -> None:
        for _ in range(drafts):
            await stream.write(b"data: " + draft + b"\n\n")
            await asyncio.sleep(0.05)
        await stream.write(b"data: " + reply + b"\n\n")

    async def post(request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        stream = streams[request.cookies["amity"]]
        task = asyncio.create_task(answer(stream))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return web.Response(status=202, body=orjson.dumps({"id": body["id"]}))

    async def events(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        streams[request.cookies["amity"]] = stream
        await asyncio.Event().wait()
        return stream

    app = web.Application()
    app.add_routes(
        [web.post("/api/v1/messages", post), web.get("/api/v1/events", events, allow_head=False)]
    )

    async def stop() -> None:
        return None

    return app, stop


Make = Callable[[int], Awaitable[tuple[web.Application, Callable[[], Awaitable[None]]]]]


async def _measure(make: Make, drafts: int = 0) -> float:
    """Return milliseconds of CPU of the server a message."""
    app, stop = await make(drafts)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from tests.bench.bench_web import talk; talk({port})",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    await client.stdout.readline()
    before = time.process_time()
    client.stdin.write(b"go\n")
    await client.stdin.drain()
    await client.stdout.readline()
    spent = time.process_time() - before
    client.stdin.close()
    await client.wait()
    await stop()
    await runner.cleanup()
    return spent * 1000 / (PEOPLE * ROUNDS)


async def _person(port: int, number: int, begin: asyncio.Event, ready: asyncio.Semaphore) -> None:
    cookie = f"Cookie: amity={SECRET.format(number)}\r\n"
    host = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    events, ask = await asyncio.open_connection("127.0.0.1", port)
    ask.write(f"GET /api/v1/events HTTP/1.1\r\n{host}{cookie}\r\n".encode())
    await events.readuntil(b"\r\n\r\n")
    answers, posts = await asyncio.open_connection("127.0.0.1", port)
    ready.release()
    await begin.wait()
    for turn in range(ROUNDS):
        body = orjson.dumps(
            {"id": f"m-{turn}", "text": "I was at the lake today.", "persona": "mia"}
        )
        posts.write(
            f"POST /api/v1/messages HTTP/1.1\r\n{host}{cookie}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await answers.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 202"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await answers.readexactly(length)
        while b'"from":"persona"' not in await events.readuntil(b"\n\n"):
            pass


def talk(port: int) -> None:
    """Be all the clients; runs in a process of its own."""

    async def all_of_them() -> None:
        begin, ready = asyncio.Event(), asyncio.Semaphore(0)
        people = [asyncio.create_task(_person(port, n, begin, ready)) for n in range(PEOPLE)]
        for _ in people:
            await ready.acquire()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        begin.set()
        await asyncio.gather(*people)
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

    asyncio.run(all_of_them())


def main() -> None:
    """Measure and print."""
    rows = [
        ("bare aiohttp, reply in one piece", asyncio.run(_measure(_bare))),
        ("web adapter, reply in one piece", asyncio.run(_measure(_amity))),
        (f"bare aiohttp, {PIECES} drafts and the reply", asyncio.run(_measure(_bare, PIECES))),
        (f"web adapter, {PIECES} drafts and the reply", asyncio.run(_measure(_amity, PIECES))),
    ]
    for name, spent in rows:
        print(f"{name:45} {spent:6.3f} ms of CPU a message")
    print(
        f"{'of which ours, in one piece':45} {rows[1][1] - rows[0][1]:6.3f}   (budget 0.5 in all)"
    )


if __name__ == "__main__":
    main()
