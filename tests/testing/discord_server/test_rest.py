"""The API's own rules, told by a bare HTTP client: forms, permissions, things out of the way."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.testing.discord_server import Bot, Chat, DiscordServer, Guild, Permission, Person
from amity.testing.discord_server.checks import check_content
from amity.testing.discord_server.errors import ApiError
from amity.testing.discord_server.flags import ChannelType
from amity.testing.discord_server.model import Channel, Message, User
from amity.testing.discord_server.rest.messages import choose

Answer = tuple[int, Any]


class Rest:
    """Asks the API with a bot's token."""

    def __init__(self, server: DiscordServer, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.http = http
        self.mia: Bot = server.bot("Mia")
        self.ann: Person = server.person("Ann")
        self.guild: Guild = server.guild("Garden", members=[self.ann], bots=[self.mia])
        self.general = self.guild.channel("general")
        self.room: Chat = self.ann.at(self.general)
        self.dm: Chat = self.ann.dm(self.mia)
        self.dm.write("x")

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bot {self.mia.token}", **more.pop("headers", {})}
        url = f"{self.server.api_url}{path}"
        async with self.http.request(method, url, headers=headers, **more) as response:
            if response.status == 204:
                return 204, None
            return response.status, await response.json(content_type=None)

    async def send(self, **body: Any) -> Answer:
        return await self.ask("POST", f"/channels/{self.dm.id}/messages", json=body)


@pytest.fixture
async def rest(server: DiscordServer) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as http:
        yield Rest(server, http)


def refusal(answer: Answer) -> tuple[int, int]:
    return answer[0], answer[1]["code"]


async def test_a_text_too_long_is_refused_in_discord_s_form(rest: Rest) -> None:
    status, body = await rest.send(content="x" * 2001)
    problem = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
    assert status == 400
    assert body == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {"content": {"_errors": [problem]}},
    }


@given(st.text(min_size=0, max_size=4100) | st.integers(0, 5000).map("x".__mul__))
def test_a_text_is_taken_up_to_2000_characters(text: str) -> None:
    for limit, nitro in ((2000, False), (4000, True)):
        if len(text) <= limit:
            assert check_content(text, nitro=nitro) == text.strip()
        else:
            with pytest.raises(ApiError, match="Invalid Form Body"):
                check_content(text, nitro=nitro)


async def test_people_who_pay_write_twice_as_much(rest: Rest) -> None:
    rich = rest.server.person("Rich", nitro=True)
    assert len(rich.dm(rest.mia).write("x" * 4000).content) == 4000
    with pytest.raises(ValueError, match="cannot send"):
        rest.dm.write("x" * 2001)


@pytest.mark.parametrize(
    "embed",
    [
        {"title": "x" * 257},
        {"description": "x" * 4097},
        {"footer": {"text": "x" * 2049}},
        {"author": {"name": "x" * 257}},
        {"fields": [{"name": "x", "value": "x"}] * 26},
        {"fields": [{"name": "x" * 257, "value": "x"}]},
        {"fields": [{"name": "x", "value": "x" * 1025}]},
        {"fields": [{"name": "", "value": "x"}]},
    ],
    ids=str,
)
async def test_embeds_have_limits(rest: Rest, embed: dict[str, Any]) -> None:
    assert refusal(await rest.send(embeds=[embed])) == (400, 50035)
    assert refusal(await rest.send(embeds=[{"description": "x" * 4000}] * 2)) == (400, 50035)
    assert refusal(await rest.send(embeds=[{"title": "x"}] * 11)) == (400, 50035)
    status, body = await rest.send(embeds=[{"title": "x", "url": "https://example.org"}])
    assert (status, body["embeds"][0]["type"]) == (200, "rich")
    shown = rest.dm.last
    assert shown is not None
    assert shown.embeds[0]["title"] == "x"


@pytest.mark.parametrize(
    "allowed",
    [{"parse": ["users"], "users": ["1"]}, {"parse": ["roles"], "roles": ["1"]}],
    ids=["users", "roles"],
)
async def test_allowed_mentions_say_one_thing(rest: Rest, allowed: dict[str, Any]) -> None:
    assert refusal(await rest.send(content="x", allowed_mentions=allowed)) == (400, 50035)


async def test_roles_and_everyone_are_pinged_by_those_who_may(rest: Rest) -> None:
    role = rest.guild.role("friends", members=[rest.ann])
    path = f"/channels/{rest.room.id}/messages"
    await rest.ask("POST", path, json={"content": f"<@&{role}>"})
    await rest.ask("POST", path, json={"content": "@everyone"})
    rest.general.allow(rest.mia, Permission.MENTION_EVERYONE)
    await rest.ask("POST", path, json={"content": "@here"})
    await rest.ask("POST", path, json={"content": f"<@&{role}>", "allowed_mentions": {"parse": []}})
    assert [each.pings for each in rest.room.from_bots()] == [True, False, True, False]


@pytest.mark.parametrize(
    "raw,code", [("{", 50109), ("[1, 2", 50109), ("[]", 50006), ("null", 50006), ("", 50006)]
)
async def test_a_body_that_is_none_is_refused(rest: Rest, raw: str, code: int) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"/channels/{rest.dm.id}/messages"
    answer = await rest.ask("POST", path, data=raw.encode(), headers=headers)
    assert refusal(answer) == (400, code)


async def test_lone_surrogates_are_stripped(rest: Rest) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"/channels/{rest.dm.id}/messages"
    raw = b'{"content": "half \\ud83d"}'
    status, body = await rest.ask("POST", path, data=raw, headers=headers)
    assert (status, body["content"]) == (200, "half")


@pytest.mark.parametrize("body", [{"flags": "x"}, {"message_reference": "x"}, {"embeds": [1]}])
async def test_a_form_of_the_wrong_types_is_refused_and_noted(
    rest: Rest, body: dict[str, Any]
) -> None:
    assert refusal(await rest.send(content="x", **body)) == (400, 50035)
    assert len(rest.server.fault_log) == 1


@pytest.mark.parametrize("path", ["/channels/x", "/channels/1/messages?limit=x"])
async def test_what_is_no_number_is_refused(rest: Rest, path: str) -> None:
    assert refusal(await rest.ask("GET", path.replace("/1/", f"/{rest.dm.id}/"))) == (400, 50035)


@pytest.mark.parametrize("limit", [0, 101])
async def test_a_number_out_of_its_range_is_refused(rest: Rest, limit: int) -> None:
    answer = await rest.ask("GET", f"/channels/{rest.dm.id}/messages?limit={limit}")
    assert refusal(answer) == (400, 50035)
    assert "limit" in answer[1]["errors"]


async def test_other_versions_and_addresses_are_refused(rest: Rest) -> None:
    async with rest.http.get(f"{rest.server.url}/api/v6/users/@me") as response:
        assert (response.status, (await response.json())["code"]) == (400, 50041)
    async with rest.http.get(f"{rest.server.url}/elsewhere") as response:
        assert response.status == 404
    async with rest.http.get(f"{rest.server.url}/api/v9/gateway") as response:
        assert (await response.json())["url"] == rest.server.gateway_url
    async with rest.http.get(f"{rest.server.api_url}/users/@me") as response:
        assert response.status == 401


async def test_a_request_that_is_too_large_is_refused(rest: Rest) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content": "x"}')
    for number in range(3):
        form.add_field(f"files[{number}]", io.BytesIO(bytes(9_000_000)), filename="x.bin")
    path = f"/channels/{rest.dm.id}/messages"
    try:
        answer = await rest.ask("POST", path, data=form)
    except aiohttp.ClientConnectionError:
        # The server may answer and close before it has read all of it.
        assert rest.server.requests[-1].code == 40005
    else:
        assert refusal(answer) == (413, 40005)
    assert rest.dm.from_bots() == ()


async def test_ten_files_are_the_most(rest: Rest) -> None:
    form = aiohttp.FormData()
    for number in range(11):
        form.add_field(f"files[{number}]", b"x", filename=f"{number}.png")
    path = f"/channels/{rest.dm.id}/messages"
    assert refusal(await rest.ask("POST", path, data=form)) == (400, 30015)


@pytest.mark.parametrize(
    "about,content,name,code",
    [
        ({}, "", "voice.ogg", 50161),
        ({"duration_secs": 1.5, "waveform": "AAAA"}, "words", "voice.ogg", 50159),
        ({"duration_secs": 1.5, "waveform": "AAAA"}, "", "voice.txt", 50160),
        ({"duration_secs": 1.5, "waveform": "AAAA"}, "", "voice.ogg", 0),
    ],
)
async def test_a_bot_s_voice_message_is_a_sound_and_nothing_else(
    rest: Rest, about: dict[str, Any], content: str, name: str, code: int
) -> None:
    body = {"content": content, "flags": 8192, "attachments": [{"id": "0", **about}]}
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(body))
    form.add_field("files[0]", b"OggS", filename=name)
    status, answer = await rest.ask("POST", f"/channels/{rest.dm.id}/messages", data=form)
    if code:
        assert (status, answer["code"]) == (400, code)
    else:
        assert status == 200
        shown = rest.dm.last
        assert shown is not None
        assert (shown.voice, shown.files[0].seconds) == (True, 1.5)
        path = f"/channels/{rest.dm.id}/messages/{shown.id}"
        assert refusal(await rest.ask("PATCH", path, json={"content": "x"})) == (400, 50162)


async def test_stickers_of_other_guilds_are_refused(rest: Rest) -> None:
    assert refusal(await rest.send(sticker_ids=["1"])) == (400, 50081)
    assert refusal(await rest.send(sticker_ids=["1", "2", "3", "4"])) == (400, 50035)


async def test_moderators_take_away_what_others_wrote(rest: Rest) -> None:
    rest.general.allow(rest.mia, Permission.MANAGE_MESSAGES)
    said = rest.room.write("x")
    for emoji in ("👍", "❤️"):
        rest.room.react(said, emoji)
    base = f"/channels/{rest.room.id}/messages/{said.id}"
    assert (await rest.ask("DELETE", f"{base}/reactions/👍/{rest.ann.id}"))[0] == 204
    shown = rest.room.message(said.id)
    assert shown is not None
    assert shown.reactions == {"❤️": 1}
    rest.room.react(said, "👍")
    assert (await rest.ask("DELETE", f"{base}/reactions/👍"))[0] == 204
    assert (await rest.ask("DELETE", f"{base}/reactions"))[0] == 204
    shown = rest.room.message(said.id)
    assert shown is not None
    assert shown.reactions == {}
    assert refusal(await rest.ask("DELETE", f"{base}/reactions/👍/5")) == (404, 10013)
    assert (await rest.ask("DELETE", base))[0] == 204
    assert rest.room.message(said.id) is None
    in_dm = f"/channels/{rest.dm.id}/messages"
    own = rest.dm.messages[0]
    assert refusal(await rest.ask("DELETE", f"{in_dm}/{own.id}/reactions")) == (400, 50003)
    assert refusal(await rest.ask("POST", f"{in_dm}/bulk-delete", json={})) == (400, 50003)
    bulk = f"/channels/{rest.room.id}/messages/bulk-delete"
    assert refusal(await rest.ask("POST", bulk, json={"messages": ["5"]})) == (400, 50016)


async def test_a_message_takes_twenty_emoji_and_a_blocked_bot_gives_none(rest: Rest) -> None:
    said = rest.dm.messages[0]
    base = f"/channels/{rest.dm.id}/messages/{said.id}/reactions"
    for number in range(20):
        rest.dm.react(said, chr(0x1F600 + number))
    assert refusal(await rest.ask("PUT", f"{base}/👍/@me")) == (403, 30010)
    assert (await rest.ask("PUT", f"{base}/{chr(0x1F600)}/@me"))[0] == 204
    rest.ann.block(rest.mia)
    assert refusal(await rest.ask("PUT", f"{base}/{chr(0x1F601)}/@me")) == (403, 90001)


async def test_what_cannot_be_read_is_not_answered_or_forwarded(rest: Rest) -> None:
    said = rest.room.write("secret")
    forward = {"type": 1, "channel_id": str(rest.room.id), "message_id": str(said.id)}
    assert refusal(await rest.send(message_reference=forward)) == (400, 160014)
    rest.general.allow(rest.mia, deny=Permission.READ_MESSAGE_HISTORY)
    path = f"/channels/{rest.room.id}/messages"
    reply = {"content": "x", "message_reference": {"message_id": str(said.id)}}
    assert refusal(await rest.ask("POST", path, json=reply)) == (403, 160002)
    assert (await rest.ask("POST", path, json={"content": "x"}))[0] == 200


async def test_a_locked_thread_takes_no_words(rest: Rest) -> None:
    chat = rest.room.start_thread("talk")
    kinds = [each.kind for each in rest.room.messages]
    assert [int(each) for each in kinds] == [18]
    thread = next(each for each in rest.guild.guild.threads if each.id == chat.id)
    thread.archived = thread.locked = True
    path = f"/channels/{chat.id}/messages"
    assert refusal(await rest.ask("POST", path, json={"content": "x"})) == (400, 50083)
    rest.general.allow(rest.mia, Permission.MANAGE_THREADS)
    assert (await rest.ask("POST", path, json={"content": "x"}))[0] == 200
    assert not thread.archived


async def test_the_first_message_of_a_thread_stays(rest: Rest) -> None:
    chat = rest.room.start_thread("talk", rest.room.write("x"))
    rest.general.allow(rest.mia, Permission.MANAGE_MESSAGES)
    first = chat.messages[0]
    answer = await rest.ask("DELETE", f"/channels/{chat.id}/messages/{first.id}")
    assert refusal(answer) == (403, 50021)


async def test_a_bot_changes_itself(rest: Rest) -> None:
    status, body = await rest.ask("PATCH", "/users/@me", json={"username": "Mimi"})
    assert (status, body["username"]) == (200, "Mimi")
    assert refusal(await rest.ask("PATCH", "/users/@me", json={"username": "x"})) == (400, 50035)
    changed = {"description": "new"}
    status, body = await rest.ask("PATCH", "/applications/@me", json=changed)
    assert (status, body["description"]) == (200, "new")
    assert (await rest.ask("GET", "/applications/@me"))[1]["description"] == "new"


async def test_overwrites_are_set_by_those_who_may(rest: Rest) -> None:
    path = f"/channels/{rest.room.id}/permissions/{rest.ann.id}"
    deny = {"deny": str(int(Permission.SEND_MESSAGES)), "type": 1}
    assert refusal(await rest.ask("PUT", path, json=deny)) == (403, 50013)
    rest.general.allow(rest.mia, Permission.MANAGE_ROLES)
    assert (await rest.ask("PUT", path, json=deny))[0] == 204
    with pytest.raises(PermissionError):
        rest.room.write("x")


async def test_guilds_are_looked_at(rest: Rest) -> None:
    base = f"/guilds/{rest.guild.id}"
    assert [each["name"] for each in (await rest.ask("GET", f"{base}/channels"))[1]] == ["general"]
    assert [each["name"] for each in (await rest.ask("GET", f"{base}/roles"))[1]] == [
        "@everyone",
        "Mia",
    ]
    for empty in ("emojis", "stickers"):
        assert await rest.ask("GET", f"{base}/{empty}") == (200, [])
    assert refusal(await rest.ask("GET", f"{base}/members/5")) == (404, 10007)
    assert refusal(await rest.ask("GET", "/guilds/5")) == (404, 10004)
    strangers = rest.server.guild("Elsewhere")
    assert refusal(await rest.ask("GET", f"/guilds/{strangers.id}")) == (403, 50001)


async def test_a_dm_is_opened_once_and_not_with_bots(rest: Rest) -> None:
    path = "/users/@me/channels"
    for _ in range(2):
        status, body = await rest.ask("POST", path, json={"recipient_id": str(rest.ann.id)})
        assert (status, body["id"]) == (200, str(rest.dm.id))
    leo = rest.server.bot("Leo")
    assert refusal(await rest.ask("POST", path, json={"recipient_id": str(leo.id)})) == (400, 50007)
    assert refusal(await rest.ask("POST", path, json={"recipient_id": "x"})) == (400, 50035)
    assert (await rest.ask("DELETE", f"/channels/{rest.dm.id}"))[0] == 200
    assert (await rest.send(content="still there"))[0] == 200


@given(
    count=st.integers(0, 30),
    limit=st.integers(1, 12),
    anchor=st.integers(-1, 31),
    how=st.sampled_from(["before", "after", "around", None]),
)
def test_history_is_chosen_as_documented(
    count: int, limit: int, anchor: int, how: str | None
) -> None:
    channel = Channel(id=1, type=ChannelType.DM)
    author = User(id=2, name="x", display="x")
    messages = [Message(id=number, channel=channel, author=author) for number in range(count)]
    anchors = {each: anchor if each == how else None for each in ("before", "after", "around")}
    found = [each.id for each in choose(messages, limit, **anchors)]
    everything = list(range(count))
    if how == "before":
        assert found == [each for each in everything if each < anchor][-limit:]
    elif how == "after":
        assert found == [each for each in everything if each > anchor][:limit]
    elif how is None:
        assert found == everything[-limit:]
    else:
        assert len(found) <= limit
        assert found == everything[found[0] : found[-1] + 1] if found else True
        assert (anchor in found) is (anchor in everything)
