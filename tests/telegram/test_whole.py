"""The whole way: people on Telegram, one `amity run` with many bots, a model.

Each test has people of its own, and where it makes trouble also a bot of its own.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from amity.testing.fake_model import Answer
from amity.testing.telegram_server import (
    BotAccount,
    BotApiServer,
    Contact,
    Fault,
    Location,
    Passport,
    Person,
    Poll,
    Venue,
)
from amity.testing.telegram_server.chats import PrivateChat
from tests.render.test_long_document import WORD, Script
from tests.support.amity import AmityProcess
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.ports import free_port
from tests.telegram.talk import Repeating, burst, enter, judged, said_by_bot, settled, until
from tests.telegram.updates import private_message

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

_QUICK = {"private_per_second": 100, "per_second": 1000}


class House:
    """One Amity on one Telegram, and the model behind it."""

    def __init__(self, telegram: BotApiServer, model: ModelServer, home: Path) -> None:
        self.telegram = telegram
        self.model = model
        self.mia = telegram.bot("Mia")
        self.leo = telegram.bot("Leo")
        self.nosy = telegram.bot("Nosy", reads_groups=True)
        self.twice = telegram.bot("Twice")
        self.flooded = telegram.bot("Flooded")
        self.hooked = telegram.bot("Hooked")
        self.twice.updates.repeat(1000)
        telegram.fail("", Fault.flood(1), bot=self.flooded, times=None, every=3)
        port = free_port()
        self.hook = f"http://127.0.0.1:{port}/hooks/hooked"
        channels = [
            self._channel(self.mia, persona="mia"),
            self._channel(self.leo, persona="leo", limits=_QUICK),
            *(self._channel(bot) for bot in (self.nosy, self.twice, self.flooded)),
            self._channel(self.hooked, mode="webhook", webhook={"url": self.hook}),
            {**self._channel(self.mia), "name": "wrong", "token": "8200000009:nobodys-token"},
        ]
        config = {
            "channels": channels,
            "models": model.config(),
            "service": {"log_level": "debug"},
        }
        bind = {"AMITY__HTTP__BIND": f"127.0.0.1:{port}"}
        self.process = AmityProcess(home, config=config, environment=bind)

    def _channel(self, bot: BotAccount, **more: Any) -> dict[str, Any]:
        made = {"name": bot.name.lower(), "adapter": "telegram", "token": bot.token}
        quick = {"poll_seconds": 1, "album_seconds": 0.3}
        return {**made, "api_base": self.telegram.url, **quick, **more}

    def person(self, name: str, *, language_code: str = "en", **more: Any) -> Person:
        return self.telegram.person(name, language_code=language_code, **more)

    def script(self, said: str, answer: Answer) -> None:
        """Let the model answer this with that."""
        assert isinstance(self.model.model, Repeating)
        self.model.model.scripts[said] = answer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with ModelServer(Repeating) as model:
        async with BotApiServer() as telegram:
            made = House(telegram, model, tmp_path_factory.mktemp("house"))
            try:
                # It is never ready altogether: one of its channels has a wrong token.
                await made.process.await_url(f"{made.process.admin_url}/livez", seconds=60)
                yield made
            finally:
                code = await made.process.astop()
            assert code == 0


async def test_two_bots_are_two_people_for_one_person(house: House) -> None:
    ann = house.person("Ann")
    with_mia, with_leo = ann.open(house.mia), ann.open(house.leo)
    await enter(with_mia)
    with_mia.say("my secret is marzipan")
    await until(with_mia, lambda: "You said: my secret is marzipan" in said_by_bot(with_mia))
    # One person, one consent: the other bot knows that, and nothing of what was said.
    before = len(house.model.asked)
    with_leo.say("hello Leo")
    await until(with_leo, lambda: "You said: hello Leo" in said_by_bot(with_leo))
    of_leo = [one.raw.decode() for one in house.model.asked[before:] if b"hello Leo" in one.raw]
    assert of_leo
    assert not any("marzipan" in asked for asked in of_leo)
    assert "marzipan" not in said_by_bot(with_leo)
    assert all("Leo" in asked.replace("hello Leo", "") for asked in of_leo)
    # Somebody else is at the gate of both.
    bob = house.person("Bob").open(house.leo)
    bob.say("hello")
    await until(bob, lambda: any(m.button("I am 18 or over") for m in bob.messages))


async def test_a_wrong_token_stops_its_channel_only(house: House) -> None:
    await house.process.await_text("@BotFather")
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    status, said = await asyncio.to_thread(house.process.readiness)
    assert status == 200
    assert said["channels"]["wrong"]["state"] == "down"
    assert said["channels"]["mia"]["state"] != "down"
    assert "nobodys" not in house.process.output


async def test_a_reply_is_shown_as_it_grows_and_stopped(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    words = tuple(f"word{n} and so on and on. " for n in range(200))
    house.script("Tell me everything, slowly", Answer(chunks=words, between=0.1, before=0.5))
    chat.say("Tell me everything, slowly")
    await until(chat, lambda: chat.actions)
    await until(chat, lambda: len(chat.drafts) >= 3)
    chat.stop_draft()
    await until(chat, lambda: "word0" in said_by_bot(chat))
    await settled(chat)
    told = re.findall(r"word\d+", said_by_bot(chat))
    assert told == [f"word{n}" for n in range(len(told))]
    assert 3 <= len(told) < 200
    assert isinstance(chat.chat, PrivateChat)
    assert chat.chat.drafts.ignored <= 1
    assert chat.draft is None
    chat.say("Are you there?")
    await until(chat, lambda: "You said: Are you there?" in said_by_bot(chat))


async def test_who_blocks_the_bot_is_left_alone_and_the_others_are_not(house: House) -> None:
    ann = house.person("Ann")
    chat, other = ann.open(house.mia), house.person("Bob").open(house.mia)
    await asyncio.gather(enter(chat), enter(other))
    house.script("Tell me a story", Answer(chunks=("one ", "two ", "three"), between=1.0))
    before = len(chat.drafts) + len(chat.actions)
    chat.say("Tell me a story")
    await until(chat, lambda: len(chat.drafts) + len(chat.actions) > before)
    chat.block()
    other.say("hello from Bob")
    await until(other, lambda: "You said: hello from Bob" in said_by_bot(other))
    await asyncio.sleep(3)  # the story's end would come meanwhile
    sent = [r for r in house.telegram.calls("sendMessage") if r.fields["chat_id"] == str(ann.id)]
    assert len([r for r in sent if r.status == 403]) <= 1
    chat.unblock()
    chat.say("I am back")
    await until(chat, lambda: "I am back" in said_by_bot(chat))


async def test_an_edit_that_changes_no_words_is_not_answered_again(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    said = chat.say("look at https://example.org")
    await until(chat, lambda: "You said: look at" in said_by_bot(chat))
    await settled(chat, calm=0.3)
    # Telegram sends this when it has found what the link leads to.
    chat.edit(said.id, "look at https://example.org")
    await settled(chat)
    assert said_by_bot(chat).count("You said: look at") == 1
    chat.edit(said.id, "look at https://example.com")
    await until(chat, lambda: "You said: look at https://example.com" in said_by_bot(chat))


async def test_questions_about_payments_are_for_people(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    chat.say("/developer_info")
    await until(chat, lambda: "Responsible:" in said_by_bot(chat))
    chat.say("/paysupport I paid twice and want 50 Stars back: PAYCANARY")
    await until(chat, lambda: "Your request has the number" in said_by_bot(chat))
    assert await asyncio.to_thread(files_with, house.process.home, ["PAYCANARY"]) == {}
    assert house.model.seen(["PAYCANARY"]) == []


async def test_in_a_group_only_who_agreed_is_heard(house: House) -> None:
    nosy = house.nosy
    ann, cy = house.person("Ann"), house.person("Cy")
    await enter(ann.open(nosy))
    group = house.telegram.group("Friends", ann, cy, nosy)
    of_ann, of_cy = ann.open(group), cy.open(group)
    of_cy.say("between us: QUIETCANARY")
    of_cy.say(f"@{nosy.username} hello LOUDCANARY")
    invited = await until(of_cy, lambda: next((m for m in of_cy.messages if m.buttons), None))
    link = invited.buttons[0][0].url
    assert link.startswith(f"https://t.me/{nosy.username}?start=")
    asked = of_ann.say(f"@{nosy.username} what about the lake")
    answer = await until(
        of_ann,
        lambda: next((m for m in of_ann.messages if "the lake" in m.text and m.from_bot), None),
    )
    assert answer.reply_to == asked.id
    follow = of_ann.say("and the forest", reply_to=answer)
    await until(of_ann, lambda: any(m.reply_to == follow.id for m in of_ann.messages))
    of_cy.say(f"@{nosy.username} once more LOUDCANARY")
    await settled(of_cy)
    assert len([m for m in group.messages if m.buttons]) == 1  # the way in is shown once
    # The link leads to the gate in the own chat, and from there into the talk.
    own = cy.open(nosy)
    own.start(link.partition("?start=")[2])
    await until(own, lambda: any(m.button("I am 18 or over") for m in own.messages))
    canaries = ["QUIETCANARY", "LOUDCANARY"]
    assert house.model.seen(canaries) == []
    assert await asyncio.to_thread(files_with, house.process.home, canaries) == {}


async def test_what_must_not_be_known_is_nowhere(house: House) -> None:
    ann = house.person("Firstcanary Lastcanary", username="usercanary")
    chat = ann.open(house.leo)
    chat.send(Contact(phone_number="+491511234canary", first_name="Thirdcanary"))
    await enter(chat)
    for media in (
        Contact(phone_number="+491511234canary", first_name="Thirdcanary"),
        Location(latitude=52.987654, longitude=13.123456),
        Venue(latitude=52.987654, longitude=13.123456, title="Venuecanary", address="Streetcanary"),
        Passport(data="passportcanary"),
        Poll(question="pollcanary?", options=("a", "b")),
    ):
        chat.send(media)
    chat.send(Location(latitude=52.987654, longitude=13.123456), caption="")
    chat.forward("hello", author="Forwardcanary")
    chat.say("hello again")
    await until(chat, lambda: "hello again" in said_by_bot(chat), 60)
    await settled(chat)
    canaries = [
        "Firstcanary", "Lastcanary", "usercanary", "1511234canary", "Thirdcanary",
        "52.987654", "13.123456", "Venuecanary", "Streetcanary", "passportcanary", "pollcanary",
        "Forwardcanary", str(ann.id),
    ]  # fmt: skip
    assert house.model.seen(canaries) == []
    assert await asyncio.to_thread(files_with, house.process.home, canaries) == {}
    assert [canary for canary in canaries if canary in house.process.output] == []


async def test_the_menu_is_set_for_each_language_and_place(house: House) -> None:
    mia = house.mia
    ann, olga = house.person("Ann"), house.person("Olga", language_code="ru")
    group = house.telegram.group("Friends", ann, olga, mia)
    await house.telegram.call("setMyCommands", mia, count=6)
    english, russian = ann.open(mia).menu(), olga.open(mia).menu()
    assert {"help", "privacy", "delete_me", "settings"} <= english.keys()
    assert {"terms", "paysupport", "developer_info"} <= english.keys()
    assert english.keys() == russian.keys()
    assert english["help"] != russian["help"]
    assert set(ann.open(group).menu(mia)) == {"help", "privacy", "support", "stop"}
    assert house.person("Zoe", language_code="xx").open(mia).menu() == english


async def test_an_outage_of_telegram_loses_nothing(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    chat.say("before")
    await until(chat, lambda: "You said: before" in said_by_bot(chat))
    await settled(chat, calm=0.3)
    async with house.telegram.outage():
        chat.say("meanwhile")
        await house.process.await_text("cannot be reached")
    await until(chat, lambda: "meanwhile" in said_by_bot(chat), 60)
    await settled(chat)
    answers = re.findall("You said: (before|meanwhile)", said_by_bot(chat))
    assert answers == ["before", "meanwhile"]


async def test_what_was_said_in_its_own_time_is_not_too_much_at_once(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    words = [f"mark{number}" for number in range(20)]
    async with house.telegram.outage():
        house.telegram.move_clock(-600)
        for word in words:
            house.telegram.move_clock(30)
            chat.say(word)
    await until(chat, lambda: words[-1] in said_by_bot(chat), 60)
    await settled(chat)
    assert re.findall(r"mark\d+", said_by_bot(chat)) == words


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_ten_minutes_without_telegram_lose_nothing(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    words = [f"mark{number}" for number in range(21)]
    chat.say(words[0])
    await until(chat, lambda: f"You said: {words[0]}" in said_by_bot(chat))
    await settled(chat, calm=0.3)
    async with house.telegram.outage():
        for word in words[1:]:
            chat.say(word)
            await asyncio.sleep(30)
    await until(chat, lambda: words[-1] in said_by_bot(chat), 120)
    await settled(chat)
    assert re.findall(r"mark\d+", said_by_bot(chat)) == words


async def test_forty_thousand_characters_of_markdown_arrive_whole(house: House) -> None:
    script = Script()
    chat = house.person("Ann").open(house.leo)
    await enter(chat)
    before = len(chat.messages)
    pieces = tuple(script.text[at : at + 400] for at in range(0, len(script.text), 400))
    house.script("Tell me the whole book", Answer(chunks=pieces, between=0.02))
    chat.say("Tell me the whole book")
    last = WORD.findall(script.text)[-1]
    await until(chat, lambda: last in WORD.findall(said_by_bot(chat)), 90)
    said = [m for m in chat.messages[before:] if m.from_bot]
    assert all(len(m.text.encode("utf-16-le")) // 2 <= 4096 for m in said)
    words = [word for m in said for word in WORD.findall(m.text)]
    assert sorted(set(words)) == sorted(set(WORD.findall(script.text)))
    assert words == list(dict.fromkeys(words)) or set(script.headers) >= _twice(words)
    kinds = {e["type"] for m in said for e in m.entities}
    assert {"bold", "italic", "strikethrough", "code", "pre", "text_link", "blockquote"} <= kinds
    addresses = [str(e["url"]) for m in said for e in m.entities if e["type"] == "text_link"]
    assert addresses == [address for address, _ in script.links]
    assert chat.drafts
    assert house.telegram.unsupported == []
    assert all(r.status == 200 for r in house.telegram.calls("sendMessage", house.leo))


async def test_a_burst_is_answered_in_order_none_lost_none_doubled(house: House) -> None:
    chat = house.person("Ann").open(house.mia)
    await enter(chat)
    await burst(chat, house.model)
    await judged(chat)


async def test_so_is_a_burst_with_every_update_delivered_twice(house: House) -> None:
    chat = house.person("Ann").open(house.twice)
    await enter(chat)
    await burst(chat, house.model)
    await judged(chat)
    notices = [m.text for m in chat.messages if m.from_bot]
    assert len(notices) == len(set(notices))


async def test_so_is_a_burst_where_each_third_call_is_too_much(house: House) -> None:
    chat = house.person("Ann").open(house.flooded)
    await enter(chat, seconds=60)
    await burst(chat, house.model)
    await judged(chat)
    refused = [r for r in house.telegram.requests if r.status == 429]
    assert len(refused) > 3
    assert {r.bot for r in refused} == {house.flooded}


async def test_a_talk_by_webhook(house: House) -> None:
    chat = house.person("Ann").open(house.hooked)
    await enter(chat)
    chat.say("hello by webhook")
    await until(chat, lambda: "You said: hello by webhook" in said_by_bot(chat))
    await settled(chat, calm=0.3)
    said = len(chat.messages)
    message = private_message(99, text="forged")
    message["chat"]["id"] = message["from"]["id"] = chat.person.id
    forged = {"update_id": 77, "message": message}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "0" * 64}):
            async with session.post(house.hook, json=forged, headers=headers) as answer:
                assert answer.status == 401
    await asyncio.sleep(1)
    assert house.model.seen(["forged"]) == []
    assert len(chat.messages) == said
    assert "getUpdates" not in {r.method for r in house.telegram.requests if r.bot is house.hooked}


def _twice(words: list[str]) -> set[str]:
    """Return the words that are there more than once: a table's header in each of its pieces."""
    return {word for word in words if words.count(word) > 1}
