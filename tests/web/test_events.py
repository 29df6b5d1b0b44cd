"""The event stream: nothing is lost, whatever the line does."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from amity.adapter import Draft
from amity.message import Address, Outbound, OutboundKind, Text
from amity.sealed import SealedText
from amity_web.hub import Hub
from tests.web.conftest import Client, NewClient, Serve, Site


@dataclass
class Event:
    """One server-sent event."""

    name: str
    data: Any
    id: str


class Reader:
    """Reads a stream as a browser would."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self, *names: str, fleeting: bool = False) -> Event:
        """The next event (of one of these names, if given).

        Notices that are not kept, such as the gate's, are left out unless they are asked for.
        """
        while True:
            event = await self._next()
            if event.name == "message" and not event.id and not fleeting:
                continue
            if not names or event.name in names:
                return event

    async def _next(self) -> Event:
        name, data, id = "message", "", ""
        while True:
            line = (await self.answer.content.readline()).decode()
            if line == "":
                raise EOFError
            line = line.rstrip("\n")
            if line == "":
                if data:
                    return Event(name, json.loads(data), id)
                continue
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data += value
            elif field == "id":
                id = value


@asynccontextmanager
async def reading(client: Client, after: str | None = None) -> AsyncIterator[Reader]:
    headers = {} if after is None else {"Last-Event-ID": after}
    url = client.site.url + "/api/v1/events"
    async with client.session.get(url, headers=headers) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        yield Reader(answer)


def text(event: Event) -> str:
    return "".join(part.get("text", "") for part in event.data["parts"])


async def test_a_reply_comes_as_drafts_without_and_a_message_with_an_id(client: Client) -> None:
    await client.enter()
    async with reading(client) as stream:
        await client.say(id="m-1", text="one two three four")
        said = await stream.next("message")
        assert (said.data["from"], said.data["id"], said.id != "") == ("person", "m-1", True)
        drafted, drafts = "", 0
        while (event := await stream.next("draft", "message")).name == "draft":
            assert event.id == ""
            assert event.data["in_reply_to"] == ["m-1"]
            assert event.data["persona"] == "mia"
            drafted = drafted + event.data["text"] if event.data["append"] else event.data["text"]
            drafts += 1
        assert drafts >= 1
        assert text(event) == "You said: one two three four"
        assert text(event).startswith(drafted)
        assert event.id == event.data["position"] != ""
        assert (event.data["from"], event.data["last"], event.data["cut"]) == (
            "persona",
            True,
            False,
        )


async def test_whoever_comes_during_a_reply_sees_all_words_so_far(
    site: Site, client: Client
) -> None:
    await client.enter()
    async with reading(client) as first:
        site.host.pace = 0.001
        await client.say(text="one two three four five")
        await first.next("draft")
        site.host.gap.clear()
        async with reading(client) as second:
            event = await second.next("draft")
            assert event.data["append"] is False
            assert "You said: one two".startswith(event.data["text"][:17])
            site.host.gap.set()
            while (event := await second.next("draft", "message")).name == "draft":
                assert event.data["append"] is True
            assert text(event) == "You said: one two three four five"


@pytest.mark.parametrize("seed", range(6))
async def test_random_breaks_lose_nothing_and_double_nothing(
    site: Site, client: Client, seed: int
) -> None:
    dice = random.Random(seed)
    await client.enter()
    site.host.pace = 0.001
    asked = [f"m-{number}" for number in range(25)]

    async def talk() -> None:
        for number, id in enumerate(asked):
            persona = dice.choice(["mia", "leo"])
            assert (await client.say(id=id, text=f"number {number}", persona=persona))[0] == 202
            await asyncio.sleep(dice.random() * 0.01)

    talking = asyncio.create_task(talk())
    seen: list[str] = []
    cursor = ""
    answered: set[str] = set()
    breaks = 0
    while len(answered) < len(asked):
        budget = dice.randint(1, 9)
        async with reading(client, cursor) as stream:
            while budget and len(answered) < len(asked):
                event = await stream.next("message")
                budget -= 1
                if event.id:
                    cursor = event.id
                    seen.append(event.data["id"])
                    if event.data["from"] == "persona":
                        answered.update(event.data["in_reply_to"])
            breaks += 1
    await talking
    _, body = await client.call("GET", "/api/v1/history?limit=200")
    said = [message["id"] for message in body["messages"] if message["id"] in seen]
    assert len(seen) == len(set(seen))
    assert seen == said
    assert [message["id"] for message in body["messages"]][: len(seen)] == seen
    assert breaks > 2


async def test_without_a_position_it_begins_now_and_with_an_empty_one_at_the_beginning(
    site: Site, client: Client
) -> None:
    await client.enter()
    await client.say(id="old", text="old words")
    async with reading(client, "") as stream:
        while (await stream.next("message")).data["from"] != "persona":
            pass
    async with reading(client) as stream:
        await client.say(id="new", text="new words")
        assert (await stream.next("message")).data["id"] == "new"
    url = site.url + "/api/v1/events?after="
    async with client.session.get(url) as answer:
        first = await Reader(answer).next("message")
        assert first.data["from"] == "service"


async def test_what_the_gate_says_waits_for_the_stream(client: Client) -> None:
    await client.say(id="g-1", choice="i_am_18")
    await client.until(lambda me: me["adult"])
    async with reading(client) as stream:
        event = await stream.next("message", fleeting=True)
    assert event.id == ""
    assert event.data["in_reply_to"] == ["g-1"]
    assert [part["type"] for part in event.data["parts"]] == ["text", "buttons"]


async def told(stream: Reader, message: str) -> Event:
    """Return what answers a message, kept or not."""
    while message not in (event := await stream.next("message", fleeting=True)).data["in_reply_to"]:
        pass
    return event


async def test_the_notice_of_an_erasure_waits_for_the_stream_too(client: Client) -> None:
    await client.enter()
    await client.say(id="d-1", command="delete_me", argument="confirm")
    await client.until(lambda me: me["state"] == "stranger")
    async with reading(client) as stream:
        async with asyncio.timeout(5):
            assert "erased" in text(await told(stream, "d-1"))


async def test_a_stream_that_outlives_an_erasure_still_hears_what_answers_its_sender(
    client: Client,
) -> None:
    await client.enter()
    async with reading(client) as stream:
        await client.say(id="d-1", command="delete_me", argument="confirm")
        assert "erased" in text(await told(stream, "d-1"))
        await client.say(id="d-2", choice="i_am_18")
        async with asyncio.timeout(5):
            await told(stream, "d-2")


async def test_a_draft_that_is_taken_back_is_replaced_by_nothing(
    site: Site, client: Client
) -> None:
    await client.enter()
    address = Address(channel="web", chat=next(iter(site.host.people.values())).chat)
    async with reading(client) as stream:
        await site.adapter.draft(address, Draft(reply="r", text=SealedText("Some wor")))
        assert (await stream.next("draft")).data["text"] == "Some wor"
        await site.adapter.draft(address, Draft(reply="r", text=SealedText("")))
        gone = await stream.next("draft")
        assert (gone.data["append"], gone.data["text"]) == (False, "")
    async with reading(client) as stream:
        await site.adapter.draft(address, Draft(reply="r", text=SealedText("too late")))
        await site.adapter.draft(address, Draft(reply="s", text=SealedText("other")))
        assert (await stream.next("draft")).data["text"] == "other"


async def test_the_newest_stream_takes_the_place_of_the_oldest(
    serving: Serve, visit: NewClient
) -> None:
    client = await visit(await serving(max_streams=2))
    await client.enter()
    async with reading(client) as first, reading(client) as second, reading(client) as third:
        assert (await first.next("end")).data["reason"] == "superseded"
        await client.say(text="hello")
        assert (await second.next("draft", "message")).name
        assert (await third.next("draft", "message")).name


async def test_a_full_house_says_so(serving: Serve, visit: NewClient) -> None:
    site = await serving(max_connections=1)
    client, other = await visit(site), await visit(site)
    await client.enter()
    await other.enter()
    async with reading(client):
        status, answer = await other.call("GET", "/api/v1/events")
        assert (status, answer["error"]["code"]) == (503, "unavailable")
    for _ in range(100):
        try:
            async with reading(other):
                return
        except AssertionError:
            await asyncio.sleep(0.02)
    raise AssertionError("the place was never free again")


async def test_streams_of_nobody_leave_room_for_people(site: Site, client: Client) -> None:
    await client.enter()
    async with AsyncExitStack() as stack:
        answers: Counter[int] = Counter()
        for number in range(101):
            session = await stack.enter_async_context(aiohttp.ClientSession())
            headers = {"Cookie": f"amity={number:043}"}
            answer = await stack.enter_async_context(
                session.get(f"{site.url}/api/v1/events", headers=headers)
            )
            answers[answer.status] += 1
        assert answers == {200: 100, 503: 1}
        async with reading(client):
            pass


async def test_a_silent_stream_gives_signs_of_life_and_finds_what_others_wrote(
    serving: Serve, visit: NewClient
) -> None:
    site = await serving(heartbeat=0.1)
    client = await visit(site)
    await client.enter()
    async with reading(client) as stream:
        assert await stream.answer.content.readline() == b"retry: 1500\n"
        while await stream.answer.content.readline() != b": \n":
            pass
        # Another process writes to the journal, and nobody tells this one.
        person = next(iter(site.host.people.values()))
        outbound = Outbound(id="o", reply="o", parts=(Text(SealedText("from elsewhere")),))
        site.host._say(person, "mia", None, outbound=outbound, state="sent")
        assert text(await stream.next("message")) == "from elsewhere"


async def test_a_client_that_does_not_read_is_let_go_and_misses_nothing(
    serving: Serve, visit: NewClient
) -> None:
    site = await serving(write_timeout=0.3)
    client = await visit(site)
    await client.enter()
    person = next(iter(site.host.people.values()))
    big = "x" * 100_000
    host, port = site.url.removeprefix("http://").split(":")
    (cookie,) = client.session.cookie_jar
    slow_reader, slow = await asyncio.open_connection(host, int(port), limit=1_000)
    slow.write(
        f"GET /api/v1/events?after= HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Cookie: amity={cookie.value}\r\n\r\n".encode()
    )
    await slow.drain()
    outbound = notice("none")
    for number in range(300):
        outbound = Outbound(id=f"o-{number}", reply=f"o-{number}", parts=(Text(SealedText(big)),))
        site.host._say(person, "mia", None, outbound=outbound, state="sent")
    await site.adapter.send(Address(channel="web", chat=person.chat), outbound)
    hub = site.adapter._hub
    for _ in range(400):
        if not hub._streams:
            break
        await asyncio.sleep(0.02)
    assert not hub._streams
    slow.close()
    del slow_reader
    seen: list[str] = []
    cursor = ""
    while len(seen) < 300:
        # On a slow machine this reader may be let go as well; then it comes back, too.
        with suppress(aiohttp.ClientError, EOFError):
            async with reading(client, cursor) as stream:
                while len(seen) < 300:
                    event = await stream.next("message")
                    cursor = event.id
                    if event.data["id"].startswith("o-"):
                        seen.append(event.data["id"])
    assert seen == [f"o-{number}" for number in range(300)]


async def test_when_the_channel_ends_its_streams_end(site: Site, client: Client) -> None:
    await client.enter()
    async with reading(client) as stream:
        site.adapter._hub.close()
        assert (await stream.next("end")).data["reason"] == "closing"
    assert (await client.call("GET", "/api/v1/events"))[0] == 503


async def test_nobody_hears_of_another(site: Site, client: Client, visit: NewClient) -> None:
    other = await visit(site)
    await client.enter()
    await other.enter()
    async with reading(other) as stream:
        await client.say(text="canary-1c secret words")
        await client.until(lambda me: me["conversations"] == ["mia"])
        await other.say(id="mine", text="hello")
        for _ in range(4):
            assert "canary" not in json.dumps((await stream.next()).data)


def notice(id: str, *answers: str) -> Outbound:
    return Outbound(
        id=id,
        reply=id,
        kind=OutboundKind.NOTICE,
        parts=(Text(SealedText("hi")),),
        in_reply_to=answers,
    )


def test_the_hub_forgets_what_nobody_fetches() -> None:
    hub = Hub(max_streams=1, max_connections=10_000)
    for number in range(3_000):
        for _ in range(12):
            hub.send(Address(channel="web", chat=f"c-{number}"), notice("n"))
        hub.draft(
            Address(channel="web", chat=f"c-{number}"), Draft(reply="n", text=SealedText("late"))
        )
    assert len(hub._mail) == 2_000
    assert not hub._drafts
    listener = hub.listen("c-2999")
    assert listener is not None
    assert len(listener.queue) == 8


def chat(name: str) -> Address:
    return Address(channel="web", chat=name)


@pytest.mark.parametrize("known_first", [True, False])
def test_a_notice_goes_to_who_asked_whatever_chat_they_have_now(*, known_first: bool) -> None:
    hub = Hub(max_streams=2, max_connections=10)
    if known_first:
        hub.asked("ann", chat("before"), "m-1")
    hub.send(chat("before"), notice("n", "m-1"))
    if not known_first:
        hub.asked("ann", chat("before"), "m-1")
    assert hub.expect("before", None, "m-1").arrived == [notice("n", "m-1")]
    other = hub.listen("before", sender="bob")
    assert other is not None
    assert not other.queue
    own = hub.listen("after", sender="ann")
    assert own is not None
    assert list(own.queue) == [(chat("before"), notice("n", "m-1"))]
    again = hub.listen("after", sender="ann")
    assert again is not None
    assert not again.queue


def test_a_stream_whose_client_left_takes_no_notice_away() -> None:
    hub = Hub(max_streams=2, max_connections=10)
    left = hub.listen("c", lambda: False)
    hub.send(chat("c"), notice("n"))
    back = hub.listen("c")
    assert left is not None
    assert back is not None
    assert [said[1].id for said in back.queue if isinstance(said, tuple)] == ["n"]


def test_the_hub_forgets_who_asked() -> None:
    hub = Hub(max_streams=1, max_connections=10)
    for number in range(25_000):
        hub.asked("ann", chat("c"), f"m-{number}")
    assert len(hub._askers) == 20_000


def test_a_listener_with_too_many_notices_is_ended() -> None:
    hub = Hub(max_streams=1, max_connections=10)
    listener = hub.listen("c")
    assert listener is not None
    for number in range(70):
        hub.send(Address(channel="web", chat="c"), notice(str(number)))
    assert listener.ended == "slow"
    assert len(listener.queue) == 64
    hub.leave(listener)
    hub.leave(listener)
    assert not hub._streams
