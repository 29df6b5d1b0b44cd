"""A person who talks to Amity as the chat page does: over the web's API, with a cookie.

A talker outlives the process it talks to: give it the new address after a restart (`url`), and it
goes on with its cookie, its event stream with the last id that it saw.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

__all__ = ["DONE", "Events", "Posted", "Talker", "talking", "text_of"]

DONE: Final = frozenset({"answered", "unanswered", "discarded"})
"""States of a message that nothing more will happen to."""

_COOKIE: Final = "amity"
_LOST: Final = (aiohttp.ClientError, ConnectionError, TimeoutError)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)
_STREAMING: Final = aiohttp.ClientTimeout(total=None, sock_connect=5)


def text_of(message: Mapping[str, Any]) -> str:
    """Return the words of a message as the API gives it."""
    return "\n".join(part["text"] for part in message["parts"] if part["type"] == "text")


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """The answer to a POST."""

    status: int
    body: Mapping[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether the message is in Amity's hands."""
        return self.status == 202

    @property
    def error(self) -> str:
        """The error's code; empty if there is none."""
        error: Mapping[str, Any] = self.body.get("error", {})
        return str(error.get("code", ""))


class Talker:
    """One person with one browser's cookie.

    Attributes:
        url: Where Amity is; changed by the test after a restart.
        cookie: What the gate gave; empty for a stranger.
        accepted: Ids of the messages that were answered with 202, in order, each once.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, *, name: str = "talker") -> None:
        self.url = url
        self.name = name
        self.cookie = ""
        self.accepted: list[str] = []
        self.events: Events | None = None
        self._session = session
        self._numbers = itertools.count(1)

    def headers(self) -> dict[str, str]:
        """Return the headers that the page sends."""
        headers = {"Origin": self.url, "Accept-Language": "en"}
        if self.cookie:
            headers["Cookie"] = f"{_COOKIE}={self.cookie}"
        return headers

    def new_id(self) -> str:
        """Return an id for a message that this person has not used."""
        return f"{self.name}-{next(self._numbers)}"

    # --- what a person does

    async def post(self, *, id: str | None = None, **body: object) -> Posted:
        """Post one message.

        Raises:
            aiohttp.ClientError: it is not known whether the message arrived.
        """
        id = id or self.new_id()
        async with self._session.post(
            f"{self.url}/api/v1/messages",
            json={"id": id, **body},
            headers=self.headers(),
            timeout=_TIMEOUT,
        ) as response:
            posted = Posted(status=response.status, body=await response.json())
            if (cookie := response.cookies.get(_COOKIE)) is not None:
                self.cookie = cookie.value
        if posted.accepted and id not in self.accepted:
            self.accepted.append(id)
        return posted

    async def say(self, text: str, *, id: str | None = None, **body: object) -> str:
        """Say something that has to be accepted; return its id."""
        id = id or self.new_id()
        posted = await self.post(id=id, text=text, **body)
        assert posted.accepted, posted
        return id

    async def choose(self, verb: str, argument: str = "", **body: object) -> str:
        """Press a button; return the message's id."""
        id = self.new_id()
        more = {"argument": argument} if argument else {}
        posted = await self.post(id=id, choice=verb, **more, **body)
        assert posted.accepted, posted
        return id

    async def command(self, verb: str, argument: str = "", **body: object) -> str:
        """Send a command; return the message's id."""
        id = self.new_id()
        more = {"argument": argument} if argument else {}
        posted = await self.post(id=id, command=verb, **more, **body)
        assert posted.accepted, posted
        return id

    async def ask(self, verb: str, argument: str = "") -> list[dict[str, Any]]:
        """Send a command and return what is said next, once it is said."""
        before = {message["id"] for message in await self.history()}
        await self.command(verb, argument)

        async def said() -> list[dict[str, Any]] | None:
            new = [m for m in await self.history() if m["id"] not in before]
            return [m for m in new if m["from"] != "person"] or None

        answer: list[dict[str, Any]] = await self._until(said, f"an answer to /{verb}", seconds=20)
        return answer

    async def enter(self) -> None:
        """Go through the gate; the persona has greeted when this returns."""
        await self.choose("i_am_18")
        await self.choose("agree")

        async def greeted() -> bool:
            return any(message["from"] == "persona" for message in await self.history())

        await self._until(greeted, "the greeting", seconds=30)

    # --- what a person sees

    async def get(self, path: str, **query: str) -> Any:
        """Get a resource of the API; its JSON."""
        async with self._session.get(
            f"{self.url}/{path}", params=query, headers=self.headers(), timeout=_TIMEOUT
        ) as response:
            assert response.status == 200, (path, response.status, await response.text())
            return await response.json()

    async def fetch(self, path: str) -> bytes:
        """Get a file."""
        async with self._session.get(
            f"{self.url}{path}", headers=self.headers(), timeout=_TIMEOUT
        ) as response:
            assert response.status == 200, (path, response.status)
            return await response.read()

    async def me(self) -> dict[str, Any]:
        """Return how Amity knows this person."""
        found: dict[str, Any] = await self.get("api/v1/me")
        return found

    async def history(self) -> list[dict[str, Any]]:
        """Return the whole journal, oldest first."""
        messages: list[dict[str, Any]] = []
        before = ""
        while True:
            page = await self.get("api/v1/history", limit="200", before=before)
            messages = [*page["messages"], *messages]
            if not page["more"]:
                return messages
            before = page["messages"][0]["position"]

    async def settled(self, *, seconds: float = 30) -> list[dict[str, Any]]:
        """Wait until nothing more will happen to any message in the journal; the journal."""

        async def done() -> list[dict[str, Any]] | None:
            journal = await self.history()
            own = [m for m in journal if m["from"] == "person"]
            return journal if all(m["state"] in DONE for m in own) else None

        journal: list[dict[str, Any]] = await self._until(done, "all answers", seconds=seconds)
        return journal

    async def state(self, wanted: str, *, seconds: float = 20) -> None:
        """Wait until Amity knows this person as being in a state."""

        async def reached() -> bool:
            return bool((await self.me())["state"] == wanted)

        await self._until(reached, f"the state {wanted}", seconds=seconds)

    async def _until(self, look: Callable[[], Any], what: str, *, seconds: float) -> Any:
        end = asyncio.get_running_loop().time() + seconds
        while (found := await look()) in (None, False):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"{self.name} waited {seconds} s for {what}")
            await asyncio.sleep(0.03)
        return found

    def listen(self, *, after: str = "") -> "Events":
        """Open the event stream, from a position on; it follows `url` over restarts."""
        self.events = Events(self, self._session, after)
        return self.events

    async def leave(self) -> None:
        """Close the event stream."""
        if self.events is not None:
            await self.events.aclose()
            self.events = None


@dataclass(slots=True)
class _Reading:
    event: str = "message"
    id: str = ""
    data: list[str] = field(default_factory=list)


class Events:
    """An event stream that comes back with the last id that it saw, however it was cut off.

    Attributes:
        durable: Messages with a place in the journal, in the order in which they came.
        notices: Messages without one.
        drafts: The words so far of each running reply.
        typings: How often it was said that a reply is being made.
        cuts: How often the stream ended or was refused.
        ends: Why it ended, where the server said so.
    """

    def __init__(self, talker: Talker, session: aiohttp.ClientSession, after: str) -> None:
        self.durable: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.drafts: dict[str, str] = {}
        self.typings = 0
        self.cuts = 0
        self.ends: list[str] = []
        self._talker = talker
        self._session = session
        self._last = after
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._follow())

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages that were said to the person."""
        return [m for m in (*self.durable, *self.notices) if m["from"] != "person"]

    async def until(self, ready: Callable[[], object], what: str, *, seconds: float = 30) -> None:
        """Wait until what came so far satisfies a condition."""
        try:
            async with asyncio.timeout(seconds):
                while not ready():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self._talker.name} waited {seconds} s for {what}; came: {self.durable[-5:]}"
            ) from None

    async def aclose(self) -> None:
        """End it."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _follow(self) -> None:
        while True:
            with suppress(*_LOST):
                await self._read()
            self.cuts += 1
            await asyncio.sleep(0.05)

    async def _read(self) -> None:
        headers = {**self._talker.headers(), "Last-Event-ID": self._last}
        query = {} if self._last else {"after": ""}
        if not self._last:
            del headers["Last-Event-ID"]
        async with self._session.get(
            f"{self._talker.url}/api/v1/events", headers=headers, params=query, timeout=_STREAMING
        ) as response:
            if response.status != 200:
                return
            reading = _Reading()
            async for line in response.content:
                self._line(reading, line.decode().rstrip("\n"))
                if not line.strip():
                    reading = _Reading()

    def _line(self, reading: _Reading, line: str) -> None:
        name, _, value = line.partition(": ")
        match name:
            case "event":
                reading.event = value
            case "id":
                reading.id = value
            case "data":
                reading.data.append(value)
            case "" if reading.data and not line:
                self._take(reading, json.loads("\n".join(reading.data)))

    def _take(self, reading: _Reading, data: dict[str, Any]) -> None:
        if reading.event == "message" and reading.id:
            self.durable.append(data)
            self._last = reading.id
        elif reading.event == "message":
            self.notices.append(data)
        elif reading.event == "draft":
            before = self.drafts.get(data["reply"], "") if data["append"] else ""
            self.drafts[data["reply"]] = before + data["text"]
        elif reading.event == "typing":
            self.typings += 1
        elif reading.event == "end":
            self.ends.append(data["reason"])
        self._news.set()


@asynccontextmanager
async def talking() -> AsyncIterator[Callable[..., Talker]]:
    """Make talkers: `talker(url, name="ann")`; their streams are closed at the end."""
    talkers: list[Talker] = []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        def talker(url: str, *, name: str = "") -> Talker:
            made = Talker(session, url, name=name or f"person{len(talkers) + 1}")
            talkers.append(made)
            return made

        yield talker
        for one in talkers:
            await one.leave()
