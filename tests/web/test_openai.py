"""The OpenAI dialect, as OpenAI's own client library speaks it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from aiohttp import web

from amity.config import HttpSettings
from amity.http import HttpHost
from amity.message import Image, Text
from amity.sealed import SealedText
from tests.web.conftest import Client, NewClient, Serve, Site
from tests.web.test_api import check

HELLO: Any = [{"role": "user", "content": "hello there"}]


@pytest.fixture
async def key(client: Client) -> str:
    await client.enter()
    return await client.key()


@pytest.fixture
async def ai(site: Site, key: str) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{site.url}/v1", api_key=key, max_retries=0) as ai:
        yield ai


async def raw(site: Site, key: str, body: Any, **headers: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {key}", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{site.url}/v1/chat/completions", json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_plain(site: Site, ai: openai.AsyncOpenAI) -> None:
    answer = await ai.chat.completions.create(model="mia", messages=HELLO)
    assert answer.choices[0].message.content == "You said: hello there"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "mia"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 6
    inbound = site.host.inbox[-1]
    assert (inbound.persona, inbound.standalone, inbound.address.thread) == ("mia", True, None)


async def test_streamed(ai: openai.AsyncOpenAI) -> None:
    pieces, ends = [], []
    stream = await ai.chat.completions.create(model="leo", messages=HELLO, stream=True)
    async for piece in stream:
        assert piece.usage is None
        pieces.append(piece.choices[0].delta.content or "")
        ends.append(piece.choices[0].finish_reason)
    assert "".join(pieces) == "You said: hello there"
    assert len([piece for piece in pieces if piece]) > 1
    assert ends[-1] == "stop"
    assert set(ends[:-1]) == {None}


async def test_streamed_with_usage(ai: openai.AsyncOpenAI) -> None:
    stream = await ai.chat.completions.create(
        model="mia", messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    pieces = [piece async for piece in stream]
    assert pieces[-1].choices == []
    assert pieces[-1].usage is not None
    assert pieces[-1].usage.total_tokens == 3 + 6
    assert all(piece.usage is None for piece in pieces[:-1])


async def test_answers_are_as_described(site: Site, key: str) -> None:
    ask = {"model": "mia", "messages": HELLO}
    path = "/v1/chat/completions"
    check(path, "post", *await raw(site, key, {**ask, "temperature": 0.3}))
    check(path, "post", *await raw(site, "nonsense", ask))
    check(path, "post", *await raw(site, key, {**ask, "model": "gpt-5"}))
    check(path, "post", *await raw(site, key, {**ask, "n": 2}))
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        for url, where in (("/v1/models", "/v1/models"), ("/v1/models/mia", "/v1/models/{model}")):
            async with session.get(site.url + url) as answer:
                check(where, "get", answer.status, await answer.json())


LONG_TALK: Any = [
    {"role": role, "content": "what was said before " * 2_000} for role in ("user", "assistant") * 5
]
PICTURE: Any = {
    "type": "image_url",
    "image_url": {"url": "data:image/jpeg;base64," + "A" * 600_000},
}


@pytest.mark.parametrize(
    "before,last,answer",
    [
        (LONG_TALK, "hello", "You said: hello"),
        ([{"role": "user", "content": [PICTURE]}], "hello", "You said: hello"),
        ([], [{"type": "text", "text": "look"}, PICTURE], "I cannot see pictures yet."),
    ],
    ids=["history", "picture before", "picture now"],
)
async def test_what_is_not_read_may_be_long(
    site: Site, ai: openai.AsyncOpenAI, before: Any, last: Any, answer: str
) -> None:
    messages = [*before, {"role": "user", "content": last}]
    got = await ai.chat.completions.create(model="mia", messages=messages)
    assert (got.choices[0].message.content or "").startswith(answer)
    assert site.host.inbox[-1].standalone


async def test_what_is_read_may_not_be_long(site: Site, key: str) -> None:
    for text in ("x" * 300_000, [{"type": "text", "text": "é" * 140_000}]):
        ask = {"model": "mia", "messages": [*LONG_TALK[:2], {"role": "user", "content": text}]}
        status, answer = await raw(site, key, ask)
        assert (status, answer["error"]["code"]) == (413, "too_long")
        assert answer["error"]["param"] == "messages.[2].content"
    assert not site.host.inbox[-1].standalone


async def test_many_pictures_are_a_few_that_were_not_seen(site: Site, key: str) -> None:
    pictures = [{"type": "image_url", "image_url": {"url": "https://example.com/x"}}] * 3_000
    ask = {"model": "mia", "messages": [{"role": "user", "content": pictures}]}
    assert (await raw(site, key, ask))[0] == 200
    assert len(site.host.inbox[-1].parts) <= 10


async def test_a_whole_request_has_its_own_limit(serving: Serve, visit: NewClient) -> None:
    site = await serving(openai_max_body=300_000)
    client = await visit(site)
    await client.enter()
    key = await client.key()
    ask = {"model": "mia", "messages": [*LONG_TALK, *HELLO]}
    status, answer = await raw(site, key, ask)
    assert (status, answer["error"]["code"]) == (413, "too_long")
    assert "300000 bytes" in answer["error"]["message"]


@pytest.mark.parametrize("slow_ones,waiting", [([0, 0, 1, 1], 2), ([0, 0], 0)])
async def test_only_a_few_long_requests_are_read_at_once(
    site: Site, visit: NewClient, slow_ones: list[int], waiting: int
) -> None:
    """Each holds its megabytes while it is read: four in all, and two of one person."""
    keys = []
    for _ in range(3):
        client = await visit(site)
        await client.enter()
        keys.append(await client.key())
    ask = json.dumps({"model": "mia", "messages": [*LONG_TALK, *HELLO]}).encode()
    going_on = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield ask[: len(ask) // 2]
        await going_on.wait()
        yield ask[len(ask) // 2 :]

    async def post(thread: int, who: int, body: Any, session: aiohttp.ClientSession) -> int:
        headers = {
            "Authorization": f"Bearer {keys[who]}",
            "Content-Type": "application/json",
            "X-Conversation-Id": f"c{thread}",
        }
        url = f"{site.url}/v1/chat/completions"
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status

    async def begin(
        thread: int, who: int, body: Any, session: aiohttp.ClientSession
    ) -> asyncio.Task[int]:
        before = site.host.looked_up
        task = asyncio.create_task(post(thread, who, body, session))
        while site.host.looked_up == before:
            await asyncio.sleep(0.005)
        return task

    async with aiohttp.ClientSession() as session:
        slow = [await begin(n, who, slowly(), session) for n, who in enumerate(slow_ones)]
        last = await begin(9, waiting, ask, session)
        short = await raw(site, keys[waiting], {"model": "mia", "messages": HELLO})
        assert short[0] == 200
        assert not last.done()
        going_on.set()
        assert await asyncio.gather(*slow, last) == [200] * (len(slow) + 1)


async def test_models_are_the_personas(ai: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in ai.models.list()] == ["mia", "leo"]
    assert (await ai.models.retrieve("leo")).id == "leo"
    with pytest.raises(openai.NotFoundError):
        await ai.models.retrieve("gpt-5")


async def test_an_unknown_key_is_refused(site: Site, client: Client, key: str) -> None:
    async with openai.AsyncOpenAI(base_url=f"{site.url}/v1", api_key="no", max_retries=0) as ai:
        with pytest.raises(openai.AuthenticationError) as caught:
            await ai.chat.completions.create(model="mia", messages=HELLO)
        assert caught.value.code == "invalid_api_key"
    # The cookie alone opens nothing here: no site can use it through the browser.
    status, answer = await client.call("POST", "/v1/chat/completions", json={"model": "mia"})
    assert (status, answer["error"]["code"]) == (401, "invalid_api_key")


async def test_a_revoked_key_is_refused(client: Client, ai: openai.AsyncOpenAI) -> None:
    (listed,) = (await client.me())["keys"]
    await client.call("DELETE", f"/api/v1/keys/{listed['id']}")
    with pytest.raises(openai.AuthenticationError):
        await ai.chat.completions.create(model="mia", messages=HELLO)


async def test_only_the_last_user_message_is_the_message(
    site: Site, ai: openai.AsyncOpenAI
) -> None:
    await ai.chat.completions.create(
        model="mia",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "invented"},
            {"role": "user", "content": [{"type": "text", "text": "second"}]},
            {"role": "assistant", "content": "prefilled"},
        ],
    )
    assert site.host.inbox[-1].parts == (Text(SealedText("second")),)


async def test_a_picture_is_unseen_and_its_words_are_answered(
    site: Site, ai: openai.AsyncOpenAI
) -> None:
    picture: Any = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    words: Any = {"type": "text", "text": "what is this?"}
    messages: Any = [{"role": "user", "content": [words, picture]}]
    answer = await ai.chat.completions.create(model="mia", messages=messages)
    assert "cannot see" in (answer.choices[0].message.content or "")
    (part,) = site.host.inbox[-1].parts
    assert isinstance(part, Image)
    assert part.caption == SealedText("what is this?")
    assert part.media.key == ""


@pytest.mark.parametrize(
    "extra",
    [
        {"n": 2},
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        {"logprobs": True},
        {"top_logprobs": 3},
        {"response_format": {"type": "json_object"}},
        {"max_tokens": 5},
        {"max_completion_tokens": 5},
        {"stop": ["x"]},
        {"seed": 7},
        {"reasoning_effort": "high"},
        {"modalities": ["audio"]},
        {"invented": 1},
        {"n": True},
    ],
)
async def test_what_is_not_supported_is_refused_by_name(
    site: Site, key: str, extra: dict[str, Any]
) -> None:
    before = len(site.host.inbox)
    status, answer = await raw(site, key, {"model": "mia", "messages": HELLO, **extra})
    assert status == 400
    (name,) = extra
    assert name in answer["error"]["message"]
    assert answer["error"]["param"] == name
    assert answer["error"]["code"] == "unsupported_parameter"
    assert len(site.host.inbox) == before


async def test_what_cannot_mislead_is_taken_and_said(site: Site, key: str) -> None:
    harmless = {
        "n": 1,
        "tools": [],
        "logprobs": False,
        "response_format": {"type": "text"},
        "user": "somebody",
        "metadata": {"a": "b"},
        "store": True,
        "seed": None,
        "temperature": 0.7,
        "top_p": 0.9,
    }
    status, answer = await raw(site, key, {"model": "mia", "messages": HELLO, **harmless})
    assert status == 200
    assert answer["amity"]["ignored"] == ["temperature", "top_p"]
    assert answer["amity"]["usage_is_estimated"] is True
    assert "somebody" not in repr(site.host.inbox)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"model": "mia"},
        {"model": 7, "messages": HELLO},
        {"model": "mia", "messages": "hello"},
        {"model": "mia", "messages": []},
        {"model": "mia", "messages": [{"role": "assistant", "content": "x"}]},
        {"model": "mia", "messages": [{"role": "user", "content": "  "}]},
        {"model": "mia", "messages": [{"role": "user", "content": None}]},
        {"model": "mia", "messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
        {"model": "mia", "messages": HELLO, "stream": "yes"},
        {"model": "mia", "messages": HELLO, "stream_options": {"include_usage": True}},
        {"model": "mia", "messages": [{"role": "user", "content": "\ud800"}]},
    ],
)
async def test_malformed_requests(site: Site, key: str, body: Any) -> None:
    before = len(site.host.inbox)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{site.url}/v1/chat/completions", data=json.dumps(body), headers=headers
        ) as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["error"]["type"] == "invalid_request_error"
    assert len(site.host.inbox) == before


async def test_a_conversation_of_its_own(site: Site, key: str) -> None:
    ask = {"model": "mia", "messages": HELLO}
    status, answer = await raw(site, key, ask, **{"X-Conversation-Id": "work.1"})
    assert status == 200
    assert answer["choices"][0]["message"]["content"] == "You said: hello there"
    assert site.host.inbox[-1].address.thread == "work.1"
    assert (await raw(site, key, ask, **{"X-Conversation-Id": "a b"}))[0] == 400


async def test_the_same_idempotency_key_is_the_same_message(site: Site, key: str) -> None:
    ask = {"model": "mia", "messages": HELLO}
    named = {"Idempotency-Key": "order 66"}
    first = await raw(site, key, ask, **named)
    second = await raw(site, key, ask, **named)
    assert first[1]["choices"] == second[1]["choices"]
    assert first[1]["id"] == second[1]["id"]
    assert len({inbound.id for inbound in site.host.inbox if inbound.standalone}) == 1
    third = await raw(site, key, ask, **{"Idempotency-Key": "order 67"})
    assert third[1]["id"] != first[1]["id"]
    assert (await raw(site, key, ask, **{"Idempotency-Key": "x" * 256}))[0] == 400


async def test_headers_that_are_no_text_are_no_error_of_ours(site: Site, key: str) -> None:
    ask = json.dumps({"model": "mia", "messages": HELLO}).encode()
    for authorization, name, expected in (
        (key.encode(), b"order \xff", b" 200 "),
        (b"\xff\xfe", b"order", b" 401 "),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.split(":")[-1]))
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n"
            b"Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n\r\n%s"
            % (len(ask), authorization, name, ask)
        )
        assert expected in (await reader.read()).split(b"\r\n")[0]
        writer.close()


async def test_an_idempotency_key_never_gives_another_questions_answer(
    site: Site, key: str
) -> None:
    named = {"Idempotency-Key": "order 66"}
    _, mia = await raw(site, key, {"model": "mia", "messages": HELLO}, **named)
    _, leo = await raw(site, key, {"model": "leo", "messages": HELLO}, **named)
    other = [{"role": "user", "content": "good night"}]
    _, words = await raw(site, key, {"model": "mia", "messages": other}, **named)
    assert len({mia["id"], leo["id"], words["id"]}) == 3
    assert words["choices"][0]["message"]["content"] == "You said: good night"


async def test_the_same_text_many_times_at_once_is_one_turn(site: Site, key: str) -> None:
    ask = {"model": "mia", "messages": HELLO}
    answers = await asyncio.gather(*(raw(site, key, ask) for _ in range(4)))
    assert {status for status, _ in answers} == {200}
    assert len({answer["id"] for _, answer in answers}) == 1
    assert len({inbound.id for inbound in site.host.inbox if inbound.standalone}) == 1


async def test_the_same_text_again_is_a_new_turn_once_the_first_is_answered(
    site: Site, ai: openai.AsyncOpenAI
) -> None:
    first = await ai.chat.completions.create(model="mia", messages=HELLO)
    second = await ai.chat.completions.create(model="mia", messages=HELLO)
    assert first.id != second.id


async def test_a_retry_waits_for_the_turn_that_runs(serving: Serve, visit: NewClient) -> None:
    site = await serving(answer_timeout=0.2)
    client = await visit(site)
    await client.enter()
    key = await client.key()
    site.host.gap.clear()
    async with openai.AsyncOpenAI(base_url=f"{site.url}/v1", api_key=key, max_retries=0) as ai:
        with pytest.raises(openai.InternalServerError) as caught:
            await ai.chat.completions.create(model="mia", messages=HELLO)
        assert caught.value.status_code == 504
        retry = asyncio.create_task(ai.chat.completions.create(model="mia", messages=HELLO))
        other = asyncio.create_task(ai.chat.completions.create(model="mia", messages=HELLO))
        await asyncio.sleep(0.02)
        site.host.gap.set()
        answers = await asyncio.gather(retry, other)
    assert {answer.choices[0].message.content for answer in answers} == {"You said: hello there"}
    assert len({inbound.id for inbound in site.host.inbox if inbound.standalone}) == 1


async def test_a_retry_after_the_answer_came_gets_that_answer(
    serving: Serve, visit: NewClient
) -> None:
    site = await serving(answer_timeout=0.1)
    client = await visit(site)
    await client.enter()
    key = await client.key()
    site.host.gap.clear()
    ask = {"model": "mia", "messages": HELLO}
    assert (await raw(site, key, ask))[0] == 504
    site.host.gap.set()
    await client.until(lambda me: bool(me["conversations"]))
    while not any(entry.outbound for entry in next(iter(site.host.people.values())).journal[1:]):
        await asyncio.sleep(0.01)
    status, answer = await raw(site, key, ask)
    assert status == 200
    assert answer["choices"][0]["message"]["content"] == "You said: hello there"
    assert len({inbound.id for inbound in site.host.inbox if inbound.standalone}) == 1


async def test_a_client_that_leaves_does_not_end_the_turn(site: Site, key: str) -> None:
    site.host.pace = 0.01
    async with openai.AsyncOpenAI(base_url=f"{site.url}/v1", api_key=key, max_retries=0) as ai:
        stream = await ai.chat.completions.create(model="mia", messages=HELLO, stream=True)
        async for piece in stream:
            if piece.choices[0].delta.content:
                break
        await stream.close()
    person = next(iter(site.host.people.values()))
    found: list[Any] = []
    while not found:
        await asyncio.sleep(0.01)
        found = [said for (_, id), said in person.answers.items() if id.startswith("o-")]
    ((outbound,),) = found
    assert outbound.parts == (Text(SealedText("You said: hello there")),)


async def test_before_consent_the_gate_answers(
    site: Site, client: Client, ai: openai.AsyncOpenAI
) -> None:
    for person in site.host.people.values():
        person.agreed = False
    answer = await ai.chat.completions.create(model="mia", messages=HELLO)
    assert answer.choices[0].message.content == "The gate is closed."
    stream = await ai.chat.completions.create(model="mia", messages=HELLO, stream=True)
    pieces = [piece.choices[0].delta.content or "" async for piece in stream]
    assert "".join(pieces) == "The gate is closed."


async def test_buttons_and_files_are_words_here(
    site: Site, key: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = site.host

    async def answer_with(command: str) -> str:
        async def reply(person: Any, inbound: Any, said: str) -> None:
            await getattr(host, f"_do_{command}")(person, inbound, "")

        monkeypatch.setattr(host, "_reply", reply)
        _, answer = await raw(site, key, {"model": "mia", "messages": HELLO})
        assert answer["amity"]["kind"] == "notice"
        return str(answer["choices"][0]["message"]["content"])

    cleared = await answer_with("clear_conversation")
    assert "/clear_conversation all" in cleared
    exported = await answer_with("export")
    url = exported.split("](")[1].rstrip(")")
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session,
        session.get(url) as answer,
    ):
        assert answer.status == 200


async def test_a_stopped_reply_says_so(site: Site, key: str, client: Client) -> None:
    site.host.pace = 0.02
    asking = asyncio.create_task(raw(site, key, {"model": "mia", "messages": HELLO}))
    while not site.host.inbox[-1].standalone:
        await asyncio.sleep(0.005)
    await client.say(command="stop")
    _, answer = await asking
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["amity"]["cut"] is True


@pytest.mark.parametrize("command", ["delete_me", "clear_conversation"])
@pytest.mark.parametrize("stream", [False, True])
async def test_who_waits_is_told_that_no_answer_comes(
    site: Site, client: Client, ai: openai.AsyncOpenAI, command: str, *, stream: bool
) -> None:
    site.host.gap.clear()

    async def ask() -> None:
        answer: Any = await ai.chat.completions.create(model="mia", messages=HELLO, stream=stream)
        async for _ in answer:
            pass

    asking = asyncio.create_task(ask())
    while not site.host.inbox[-1].standalone:
        await asyncio.sleep(0.005)
    argument = "confirm" if command == "delete_me" else "all"
    await client.say(command=command, argument=argument)
    with pytest.raises(openai.APIError) as caught:
        await asking
    assert caught.value.code == "not_answered"
    assert ("Everything about you" in caught.value.message) == (command == "delete_me")


@pytest.mark.parametrize("reason, status", [("too_many", 429), ("too_long", 413)])
async def test_what_the_inbox_refuses(site: Site, key: str, reason: str, status: int) -> None:
    site.host.refuse = reason
    got, answer = await raw(site, key, {"model": "mia", "messages": HELLO})
    assert (got, answer["error"]["code"]) == (status, reason)


async def test_a_slow_stream_ends_with_an_error_event(serving: Serve, visit: NewClient) -> None:
    site = await serving(answer_timeout=0.1)
    client = await visit(site)
    await client.enter()
    key = await client.key()
    site.host.gap.clear()
    async with openai.AsyncOpenAI(
        base_url=f"{site.url}/v1", api_key=key, max_retries=0, timeout=10
    ) as ai:
        stream = await ai.chat.completions.create(model="mia", messages=HELLO, stream=True)
        with pytest.raises(openai.APIError, match="not ready yet"):
            async for _ in stream:
                pass
    site.host.gap.set()


async def test_a_plain_answer_may_take_longer_than_any_other_request(
    serving: Serve, visit: NewClient
) -> None:
    site = await serving(answer_timeout=60)
    client = await visit(site)
    await client.enter()
    headers = {"Authorization": f"Bearer {await client.key()}"}
    # The same routes once more, behind what stands before them in a real installation.
    http = HttpHost(
        HttpSettings.model_validate(
            {"bind": "127.0.0.1:0", "admin_bind": "127.0.0.1:0", "timeout": "1s"}
        ),
        ready=_ready,
        metrics=lambda: b"",
    )

    async def endless(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    for routes, within, limits_bodies in site.host.served:
        http.mount("web", routes, within, limits_bodies=limits_bodies)
    http.mount("other", [web.get("/endless", endless)])
    addresses = await http.start()
    try:
        site.host.gap.clear()
        body = {"model": "mia", "messages": HELLO}

        async def ask() -> tuple[int, Any]:
            url = f"{addresses.public}/v1/chat/completions"
            async with client.session.post(url, json=body, headers=headers) as answer:
                return answer.status, await answer.json()

        asked = asyncio.create_task(ask())
        async with client.session.get(f"{addresses.public}/endless") as other:
            assert other.status == 504
        site.host.gap.set()
        status, answer = await asked
        assert status == 200
        assert answer["choices"][0]["message"]["content"].startswith("You said")
    finally:
        await http.stop()


async def _ready() -> tuple[bool, dict[str, Any]]:
    return True, {}


async def test_nothing_of_a_request_stays_behind(site: Site, ai: openai.AsyncOpenAI) -> None:
    await ai.chat.completions.create(model="mia", messages=HELLO)
    hub = site.adapter._hub
    assert not hub._waiters
    assert not hub._drafts
