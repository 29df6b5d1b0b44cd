"""The API: what it takes and refuses, and that its description is true."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import structlog

from amity.message import Command, Event, Text
from amity.sealed import SealedText
from amity_web.reading import openapi_document
from tests.web.conftest import Client, NewClient, Serve, Site

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def resolved(schema: Any) -> Any:
    """A schema with what it refers to."""
    return {**schema, "components": openapi_document()["components"]}


def check(path: str, method: str, status: int, body: Any) -> None:
    """Judge an answer by the description of the API."""
    answers = openapi_document()["paths"][path][method]["responses"]
    answer = answers[str(status)]
    if "$ref" in answer:
        answer = openapi_document()["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    schema = answer["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator(resolved(schema)).validate(body)


async def test_the_description_names_every_route(site: Site, client: Client) -> None:
    status, served = await client.call("GET", "/api/v1/openapi.json")
    assert status == 200
    assert served == json.loads(json.dumps(openapi_document()))
    described = {
        (method.upper(), path) for path, methods in served["paths"].items() for method in methods
    }
    routes = {
        (route.method, route.resource.canonical)
        for route in site.host.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    page = {("GET", "/"), ("GET", "/assets/{version}/{name}")}
    legal = {("GET", f"/{name}") for name in ("privacy", "terms", "crisis-protocol")}
    assert routes - page - legal == described


async def test_answers_are_as_described(site: Site, client: Client) -> None:
    check("/api/v1/me", "get", *await client.call("GET", "/api/v1/me?words"))
    status, body = await client.say(text="hi")
    check("/api/v1/messages", "post", status, body)
    await client.enter()
    status, body = await client.say(id="m-1", text="hello")
    check("/api/v1/messages", "post", status, body)
    check("/api/v1/messages", "post", *await client.say(id="m-1", text="hello"))
    check("/api/v1/messages", "post", *await client.say(text=""))
    await client.say(command="export")
    await client.say(command="clear_conversation")
    await client.call("POST", "/api/v1/keys", json={"label": "x"})
    for _ in range(100):
        status, body = await client.call("GET", "/api/v1/history?limit=200")
        if len(body["messages"]) >= 6:
            break
    check("/api/v1/history", "get", status, body)
    kinds = {part["type"] for message in body["messages"] for part in message["parts"]}
    assert {"text", "command", "buttons", "file"} <= kinds
    check("/api/v1/me", "get", *await client.call("GET", "/api/v1/me?words&language=ru"))
    status, key = await client.call("POST", "/api/v1/keys", json={"label": "y"})
    check("/api/v1/keys", "post", status, key)
    check("/api/v1/keys/{id}", "delete", *await client.call("DELETE", f"/api/v1/keys/{key['id']}"))
    check("/api/v1/keys/{id}", "delete", *await client.call("DELETE", "/api/v1/keys/nothing"))
    check("/api/v1/recovery", "post", *await client.call("POST", "/api/v1/recovery", json={}))
    check(
        "/api/v1/recover",
        "post",
        *await client.call("POST", "/api/v1/recover", json={"code": "x"}),
    )
    check("/api/v1/session", "delete", *await client.call("DELETE", "/api/v1/session"))


@pytest.mark.parametrize(
    "message, status, code",
    [
        ({}, 400, "bad_field"),
        ({"text": "a", "command": "help"}, 400, "bad_field"),
        ({"text": "  \n"}, 400, "empty"),
        ({"text": 7}, 400, "bad_field"),
        ({"text": "a", "argument": "b"}, 400, "bad_field"),
        ({"text": "a", "txt": "b"}, 400, "bad_field"),
        ({"text": "a", "id": "no spaces"}, 400, "bad_field"),
        ({"text": "a", "id": "x" * 65}, 400, "bad_field"),
        ({"text": "a", "edited": "yes"}, 400, "bad_field"),
        ({"text": "a", "persona": "nobody"}, 404, "no_persona"),
        ({"command": "No!"}, 400, "bad_field"),
        ({"choice": "x", "argument": "y" * 1001}, 400, "bad_field"),
    ],
)
async def test_malformed_messages_are_refused_with_a_reason(
    site: Site, client: Client, message: dict[str, Any], status: int, code: str
) -> None:
    await client.enter()
    before = len(site.host.inbox)
    got, answer = await client.say(**message)
    assert (got, answer["error"]["code"]) == (status, code)
    assert len(answer["error"]["message"]) > 10
    assert len(site.host.inbox) == before


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'"x"', b'{"text": "\\ud800"}', b"\xff\xfe", b"null"]
)
async def test_bodies_that_are_no_message(client: Client, raw: bytes) -> None:
    await client.enter()
    status, _ = await client.call(
        "POST", "/api/v1/messages", data=raw, headers={"Content-Type": "application/json"}
    )
    assert status == 400


async def test_a_body_is_no_longer_than_configured(serving: Serve, visit: NewClient) -> None:
    client = await visit(await serving(max_body=2_000))
    await client.enter()
    assert (await client.say(text="x" * 1_900))[0] == 202
    status, answer = await client.say(text="x" * 2_000)
    assert (status, answer["error"]["code"]) == (413, "too_long")

    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 1_000

    status, _ = await client.call(
        "POST",
        "/api/v1/messages",
        data=endless(),
        headers={"Content-Type": "application/json"},
    )
    assert status == 413


async def test_a_message_reaches_the_core_as_it_was_meant(site: Site, client: Client) -> None:
    await client.enter()
    await client.say(id="m-1", text="Hej  *du*\n", persona="leo")
    inbound = site.host.inbox[-1]
    assert (inbound.id, inbound.persona, inbound.address.chat) == ("m-1", "leo", "")
    assert inbound.parts == (Text(SealedText("Hej  *du*\n")),)
    assert not inbound.standalone
    await client.say(id="m-1", text="Hej", edited=True)
    assert site.host.inbox[-1].event is Event.EDITED
    await client.say(command="settings", argument="call_name=Änne")
    assert site.host.inbox[-1].parts == (
        Command(name="settings", argument=SealedText("call_name=Änne")),
    )


@pytest.mark.parametrize("reason, status", [("too_many", 429), ("too_long", 413), ("", 403)])
async def test_what_the_inbox_refuses_is_said(
    site: Site, client: Client, reason: str, status: int
) -> None:
    await client.enter()
    site.host.refuse = reason or "access"
    got, answer = await client.say(text="hello")
    assert got == status
    check("/api/v1/messages", "post", got, answer)


async def test_a_store_that_is_away_says_try_again(site: Site, client: Client) -> None:
    await client.enter()
    site.host.broken = True
    status, answer = await client.say(id="m-1", text="hello")
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    site.host.broken = False
    assert (await client.say(id="m-1", text="hello"))[0] == 202


async def test_what_nobody_foresaw_has_an_id_and_tells_nothing(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: Any, **options: Any) -> Any:
        raise ValueError("canary-3b: what a person wrote")

    await client.enter()
    site.host.journal = fail  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as logs:
        status, answer = await client.call("GET", "/api/v1/history")
    assert (status, answer["error"]["code"]) == (500, "internal")
    assert "canary" not in json.dumps(answer) + json.dumps(logs)
    assert logs[0]["error_id"] == answer["error"]["id"]


async def test_history_goes_back_page_by_page(site: Site, client: Client) -> None:
    await client.enter()
    site.host.pace = 0
    for number in range(12):
        await client.say(id=f"m-{number}", text=f"number {number}")
    whole: list[Any] = []
    while len([message for message in whole if message["from"] == "persona"]) < 12:
        _, body = await client.call("GET", "/api/v1/history?limit=200&persona=mia")
        whole = body["messages"]
    seen: list[Any] = []
    before = ""
    while True:
        _, body = await client.call("GET", f"/api/v1/history?limit=5&before={before}&persona=mia")
        seen = body["messages"] + seen
        before = seen[0]["position"]
        if not body["more"]:
            break
    assert [m["id"] for m in seen] == [m["id"] for m in whole]
    assert (await client.call("GET", "/api/v1/history?limit=x"))[0] == 400
    assert (await client.call("GET", "/api/v1/history?before=a%20b"))[0] == 400
    assert (await client.call("GET", "/api/v1/history?persona=leo"))[1]["messages"] == []


async def test_a_file_is_for_its_owner_alone(site: Site, client: Client, visit: NewClient) -> None:
    await client.enter()
    await client.say(command="export")
    url = ""
    while not url:
        _, body = await client.call("GET", "/api/v1/history")
        for message in body["messages"]:
            for part in message["parts"]:
                url = part.get("media", {}).get("url", url)
    async with client.session.get(site.url + url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == 'attachment; filename="amity.json"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert json.loads(await answer.read()) == {"messages": []}
    other = await visit(site)
    assert (await other.call("GET", url))[0] == 401
    await other.enter()
    assert (await other.call("GET", url))[0] == 404


async def test_keys_come_and_go(site: Site, client: Client) -> None:
    assert (await client.call("POST", "/api/v1/keys", json={}))[0] == 401
    await client.say(choice="i_am_18")
    await client.until(lambda me: me["adult"])
    assert (await client.call("POST", "/api/v1/keys", json={}))[0] == 403
    await client.enter()
    status, made = await client.call("POST", "/api/v1/keys", json={"label": " laptop "})
    assert status == 201
    (listed,) = (await client.me())["keys"]
    assert (listed["id"], listed["label"]) == (made["id"], "laptop")
    assert made["key"] not in json.dumps(await client.me())
    assert (await client.call("DELETE", f"/api/v1/keys/{made['id']}"))[0] == 200
    assert (await client.me())["keys"] == []
    assert (await client.call("POST", "/api/v1/keys", json={"label": "x" * 61}))[0] == 400


async def test_more_keys_than_one_may_have_are_refused_in_a_sentence(
    site: Site, client: Client
) -> None:
    await client.enter()
    site.host.most_keys = 1
    await client.key()
    status, answer = await client.call("POST", "/api/v1/keys", json={"label": "more"})
    assert (status, answer["error"]["code"]) == (409, "too_many_keys")
    assert "Revoke one" in answer["error"]["message"]


async def test_recovery_in_another_browser(site: Site, client: Client, visit: NewClient) -> None:
    await client.enter()
    await client.say(command="settings", argument="call_name=Anna")
    status, made = await client.call("POST", "/api/v1/recovery", json={})
    assert status == 201
    other = await visit(site)
    assert (await other.call("POST", "/api/v1/recover", json={"code": "wrong"}))[0] == 404
    assert list(other.session.cookie_jar) == []
    assert (await other.call("POST", "/api/v1/recover", json={"code": made["code"]}))[0] == 200
    assert (await other.me())["settings"]["call_name"] == "Anna"
    third = await visit(site)
    assert (await third.call("POST", "/api/v1/recover", json={"code": made["code"]}))[0] == 404


async def test_recovery_where_there_is_a_guest_asks_first(
    site: Site, client: Client, visit: NewClient
) -> None:
    await client.enter()
    _, made = await client.call("POST", "/api/v1/recovery", json={})
    other = await visit(site)
    await other.enter()
    code = {"code": made["code"]}
    status, answer = await other.call("POST", "/api/v1/recover", json=code)
    assert (status, answer["error"]["code"]) == (409, "guest_exists")
    status, _ = await other.call("POST", "/api/v1/recover", json={**code, "replace": True})
    assert status == 200
    blocked = await visit(site)
    await blocked.say(choice="under_18")
    await blocked.until(lambda me: me["state"] == "minor_blocked")
    status, _ = await blocked.call("POST", "/api/v1/recover", json={**code, "replace": True})
    assert status == 403


async def test_every_answer_carries_the_security_headers(site: Site, client: Client) -> None:
    await client.enter()
    async with client.session.get(site.url + "/") as answer:
        page = await answer.text()
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    version = page.split("assets/")[1].split("/")[0]
    for path in (
        "/",
        f"/assets/{version}/main.js",
        "/assets/old/main.js",
        "/api/v1/me",
        "/api/v1/history",
        "/api/v1/media/none",
        "/api/v1/openapi.json",
        "/v1/models",
    ):
        async with client.session.get(site.url + path) as answer:
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, path
            assert "Permissions-Policy" in answer.headers
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            if path.startswith(("/api", "/v1")):
                assert answer.headers["Cache-Control"] == "no-store"


async def test_files_are_kept_by_the_browser_and_the_page_is_not(
    site: Site, client: Client
) -> None:
    async with client.session.get(site.url + "/") as answer:
        page, etag = await answer.text(), answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "no-cache"
    headers = {"If-None-Match": etag}
    async with client.session.get(site.url + "/", headers=headers) as answer:
        assert answer.status == 304
    version = page.split("assets/")[1].split("/")[0]
    async with client.session.get(f"{site.url}/assets/{version}/main.js") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"].startswith("text/javascript")
    for name in ("nothing.js", "..%2f__init__.py", "index.html"):
        async with client.session.get(f"{site.url}/assets/{version}/{name}") as answer:
            assert answer.status == 404


async def test_it_lives_under_any_path(serving: Serve, visit: NewClient) -> None:
    client = await visit(await serving(path="/chat/", openai=False))
    assert (await client.call("GET", "/chat/api/v1/me"))[1]["openai"] is None
    async with client.session.get(client.site.url + "/chat/v1/models") as answer:
        assert answer.status == 404
    _, description = await client.call("GET", "/chat/api/v1/openapi.json")
    assert description["servers"] == [{"url": "/chat/"}]
