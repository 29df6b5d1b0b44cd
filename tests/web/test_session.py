"""Who one is on the web: cookies, origins, what a stranger gets."""

from typing import Any

import aiohttp
import pytest

from amity.adapter import key_sender
from amity.message import Choice, Text
from amity.sealed import SealedText
from tests.web.conftest import Client, NewClient, Serve, Site

POST = "/api/v1/messages"


def cookies_of(client: Client) -> dict[str, Any]:
    return {morsel.key: morsel for morsel in client.session.cookie_jar}


async def test_no_page_view_makes_a_person_or_a_cookie(client: Client, site: Site) -> None:
    for path in ("/", "/api/v1/me", "/api/v1/me?words", "/api/v1/events", "/api/v1/history"):
        async with client.session.get(site.url + path) as answer:
            assert "Set-Cookie" not in answer.headers
    assert site.host.people == {}
    assert site.host.inbox == []


async def test_first_answer_makes_one_cookie_and_only_its_hash_goes_further(
    client: Client, site: Site
) -> None:
    status, taken = await client.say(id="m-1", choice="i_am_18")
    assert (status, taken) == (202, {"id": "m-1", "status": "accepted"})
    (cookie,) = cookies_of(client).values()
    assert cookie.key == "amity"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert len(cookie.value) == 43
    (inbound,) = site.host.inbox
    assert inbound.sender.id == key_sender(cookie.value).id
    assert cookie.value not in repr(inbound)
    assert inbound.parts == (Choice(command="i_am_18"),)
    await client.say(choice="agree")
    assert cookies_of(client)["amity"].value == cookie.value


async def test_behind_tls_the_cookie_is_bound_to_the_host(client: Client, site: Site) -> None:
    headers = {"X-Forwarded-Proto": "https", "Host": "chat.example.org"}
    async with client.session.post(
        site.url + POST,
        json={"choice": "i_am_18"},
        headers={**headers, "Origin": "https://chat.example.org"},
    ) as answer:
        assert answer.status == 202
        (line,) = answer.headers.getall("Set-Cookie")
    assert line.startswith("__Host-amity=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in line
    assert "Domain" not in line


async def test_under_18_is_an_answer_too(client: Client, site: Site) -> None:
    assert (await client.say(choice="under_18"))[0] == 202
    me = await client.until(lambda me: me["state"] == "minor_blocked")
    assert me["scopes"] == []
    await client.say(choice="i_am_18")
    assert (await client.me())["state"] == "minor_blocked"


@pytest.mark.parametrize(
    "message",
    [
        {"text": "canary-7f"},
        {"text": "yes, I am 18"},
        {"command": "start"},
        {"choice": "agree"},
        {"command": "delete_me"},
        {"text": "/start"},
        {"text": "/"},
        {"text": "/ "},
        {"text": "/\u00a0\u00a0"},
    ],
)
async def test_whatever_else_a_stranger_sends_is_answered_with_the_gate(
    client: Client, site: Site, message: dict[str, str]
) -> None:
    status, answer = await client.say(**message)
    assert status == 403
    assert answer["error"]["code"] == "gate"
    assert [choice["choice"] for choice in answer["error"]["choices"]] == ["i_am_18", "under_18"]
    assert cookies_of(client) == {}
    assert site.host.inbox == []


@pytest.mark.parametrize("message", [{"command": "support"}, {"text": "/support"}])
async def test_a_stranger_is_told_where_help_is(
    client: Client, site: Site, message: dict[str, str]
) -> None:
    status, answer = await client.say(id="m-1", **message)
    assert (status, answer["status"]) == (200, "told")
    assert "support@example.org" in answer["text"]
    assert cookies_of(client) == {}
    assert site.host.inbox == []


@pytest.mark.parametrize(
    "typed",
    [
        "/support {}",
        "/support: {}",
        "/Support, {}",
        "/ support {}",
        " /appeal {}",
        "\u200b/paysupport - {}",
        "/support@amity_bot\n{}",
    ],
)
async def test_a_strangers_request_is_heard_however_it_is_typed(
    client: Client, site: Site, typed: str
) -> None:
    said = typed.format("my account is gone")
    assert (await client.say(text=said))[0] == 202
    (taken,) = site.host.inbox
    assert taken.parts == (Text(SealedText(said)),)
    assert len(cookies_of(client)) == 1


@pytest.mark.parametrize("message", [{"command": "i_am_18"}, {"text": "/i_am_18"}])
async def test_the_first_answer_may_be_typed(client: Client, message: dict[str, str]) -> None:
    assert (await client.say(**message))[0] == 202


async def test_whoever_needs_an_access_code_is_known_again_when_they_send_it(
    client: Client, site: Site
) -> None:
    site.host.code = "open sesame"
    status, answer = await client.say(choice="i_am_18")
    assert (status, answer["error"]["code"]) == (403, "refused")
    assert answer["error"]["message"] == "Please send the access code."
    assert len(cookies_of(client)) == 1
    assert (await client.say(text="open sesame"))[1]["error"]["message"] == "Welcome in."
    await client.enter()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": None, "Sec-Fetch-Site": "cross-site"},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": "none"},
    ],
)
async def test_another_site_cannot_write(
    client: Client, site: Site, headers: dict[str, str | None]
) -> None:
    await client.enter()
    before = len(site.host.inbox)
    for method, path in [
        ("POST", POST),
        ("POST", "/api/v1/keys"),
        ("POST", "/api/v1/recovery"),
        ("POST", "/api/v1/recover"),
        ("DELETE", "/api/v1/keys/x"),
        ("DELETE", "/api/v1/session"),
    ]:
        status, answer = await client.call(method, path, json={"text": "hi"}, headers=headers)
        assert (status, answer["error"]["code"]) == (403, "wrong_origin")
    assert len(site.host.inbox) == before


async def test_same_origin_is_known_by_either_header(client: Client, serving: Serve) -> None:
    headers = {"Origin": None, "Sec-Fetch-Site": "same-origin"}
    status, _ = await client.call("POST", POST, json={"choice": "i_am_18"}, headers=headers)
    assert status == 202


async def test_a_proxy_that_changes_the_host_is_named_in_the_config(
    serving: Serve, visit: NewClient
) -> None:
    client = await visit(await serving(origins=["https://chat.example.org"]))
    headers = {"Origin": "https://chat.example.org"}
    status, _ = await client.call("POST", POST, json={"choice": "i_am_18"}, headers=headers)
    assert status == 202


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_taken(client: Client, site: Site, kind: str) -> None:
    status, answer = await client.call(
        "POST", POST, data=b'{"choice": "i_am_18"}', headers={"Content-Type": kind}
    )
    assert (status, answer["error"]["code"]) == (415, "not_json")
    assert site.host.inbox == []


async def test_a_cookie_that_is_none_is_no_cookie(site: Site) -> None:
    for value in ("short", "x" * 44, "é" * 43, ""):
        async with aiohttp.ClientSession() as session:
            headers = {"Cookie": f"amity={value}"}
            async with session.get(site.url + "/api/v1/history", headers=headers) as answer:
                assert answer.status == 401


async def test_a_key_needs_no_origin_and_makes_no_other_key(client: Client, site: Site) -> None:
    await client.enter()
    key = await client.key()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        async with session.post(site.url + POST, json={"text": "hello"}) as answer:
            assert answer.status == 202
        async with session.get(site.url + "/api/v1/me") as answer:
            assert (await answer.json())["keys"] == []
        for path in ("keys", "recovery"):
            async with session.post(site.url + f"/api/v1/{path}", json={}) as answer:
                assert answer.status == 403
    assert site.host.inbox[-1].sender.id == key_sender(key).id
    for header in ("Bearer nonsense", "Basic abc", "Bearer "):
        async with (
            aiohttp.ClientSession(headers={"Authorization": header}) as session,
            session.get(site.url + "/api/v1/me") as answer,
        ):
            assert answer.status == 401


async def test_new_guests_come_no_faster_than_configured(serving: Serve, visit: NewClient) -> None:
    site = await serving(new_guests_per_minute=2)
    answers = []
    for _ in range(4):
        client = await visit(site)
        answers.append((await client.say(choice="i_am_18"))[0])
    assert answers == [202, 202, 429, 429]


async def test_a_cookie_that_somebody_made_up_counts_as_a_new_guest(
    serving: Serve, visit: NewClient
) -> None:
    site = await serving(new_guests_per_minute=2)
    answers = []
    for number in range(4):
        client = await visit(site)
        cookie = {"Cookie": f"amity={number}{'x' * 42}"}
        answers.append((await client.call("POST", POST, json={"text": "hi"}, headers=cookie))[0])
    assert answers == [202, 202, 429, 429]
    # Whoever is somebody is no guest any more, however much they say.
    client = await visit(site)
    for _ in range(3):
        cookie = {"Cookie": f"amity=0{'x' * 42}"}
        assert (await client.call("POST", POST, json={"text": "hi"}, headers=cookie))[0] == 202


async def test_all_ways_in_count_together(serving: Serve, visit: NewClient) -> None:
    site = await serving(new_guests_per_minute=1)
    client, other = await visit(site), await visit(site)
    assert (await client.say(choice="i_am_18"))[0] == 202
    assert (await other.call("POST", "/api/v1/recover", json={"code": "AAAA"}))[0] == 429


async def test_the_cookie_goes_when_nobody_is_behind_it(client: Client, site: Site) -> None:
    await client.enter()
    status, answer = await client.call("DELETE", "/api/v1/session")
    assert (status, answer["error"]["code"]) == (409, "guest_exists")
    await client.say(command="delete_me", argument="confirm")
    await client.until(lambda me: me["state"] == "stranger")
    assert (await client.call("DELETE", "/api/v1/session"))[0] == 200
    assert cookies_of(client) == {}


async def test_a_key_that_is_not_known_makes_nobody(site: Site) -> None:
    headers = {"Authorization": "Bearer revoked-or-made-up"}
    for message in ({"text": "hello"}, {"choice": "i_am_18"}):
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(site.url + POST, json=message) as answer,
        ):
            assert answer.status == 401
            assert (await answer.json())["error"]["code"] == "bad_key"
    assert site.host.inbox == []
