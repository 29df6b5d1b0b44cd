"""The whole way: people on Telegram, `amity run`, a model."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amity.testing.fake_model import Answer
from amity.testing.telegram_server import (
    BotApiServer,
    Contact,
    Location,
    Passport,
    Poll,
    Venue,
)
from amity.testing.telegram_server.chats import PrivateChat
from tests.render.test_long_document import WORD, Script
from tests.support.amity import AmityProcess
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.telegram.talk import Repeating, enter, said_by_bot, settled, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

Start = Callable[..., AmityProcess]
Channel = Callable[..., dict[str, Any]]


@pytest.fixture
def repeating() -> Iterator[ModelServer]:
    with ModelServer(Repeating) as server:
        yield server


async def test_two_bots_are_two_people_for_one_person(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia, leo = telegram.bot("Mia"), telegram.bot("Leo")
    channels = [channel(mia, persona="mia"), channel(leo, persona="leo")]
    await start_amity(config={"channels": channels, "models": repeating.config()}).aready()
    ann = telegram.person("Ann", language_code="en")
    with_mia, with_leo = ann.open(mia), ann.open(leo)
    await enter(with_mia)
    with_mia.say("my secret is marzipan")
    await until(with_mia, lambda: "You said: my secret is marzipan" in said_by_bot(with_mia))
    # One person, one consent: the other bot knows that, and nothing of what was said.
    before = len(repeating.asked)
    with_leo.say("hello Leo")
    await until(with_leo, lambda: "You said: hello Leo" in said_by_bot(with_leo))
    assert repeating.seen(["marzipan"], since=before) == []
    assert "marzipan" not in said_by_bot(with_leo)
    assert "Leo" in "".join(str(one.body) for one in repeating.asked[before:])
    # Somebody else is at the gate of both.
    bob = telegram.person("Bob", language_code="en").open(leo)
    bob.say("hello")
    await until(bob, lambda: any(m.button("I am 18 or over") for m in bob.messages))


async def test_a_wrong_token_stops_its_channel_only(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia, leo = telegram.bot("Mia"), telegram.bot("Leo")
    wrong = {**channel(leo), "token": "8200000009:this-is-nobodys-token"}
    config = {"channels": [channel(mia), wrong], "models": repeating.config()}
    process = start_amity(config=config)
    await process.await_text("@BotFather")
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    assert "nobodys" not in process.output


async def test_a_reply_is_shown_as_it_grows_and_stopped(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    words = tuple(f"word{n} and so on and on. " for n in range(200))
    model.model.always(Answer(chunks=words, between=0.1))
    chat.say("Tell me everything")
    await until(chat, lambda: len(chat.drafts) >= 3)
    assert chat.action == "typing" or chat.actions
    chat.stop_draft()
    await until(chat, lambda: "word0" in said_by_bot(chat))
    await settled(chat)
    told = re.findall(r"word\d+", said_by_bot(chat))
    assert told == [f"word{n}" for n in range(len(told))]
    assert 3 <= len(told) < 200
    assert isinstance(chat.chat, PrivateChat)
    assert chat.chat.drafts.ignored <= 1
    assert chat.draft is None
    model.model.always(Answer(chunks=("Here I am.",)))
    chat.say("Are you there?")
    await until(chat, lambda: "Here I am." in said_by_bot(chat))


async def test_who_blocks_the_bot_is_left_alone_and_the_others_are_not(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    ann = telegram.person("Ann", language_code="en")
    chat = ann.open(mia)
    await enter(chat)
    model.model.always(Answer(chunks=("one ", "two ", "three"), between=1.0))
    chat.say("Tell me a story")
    await until(chat, lambda: chat.drafts or chat.actions)
    chat.block()
    other = telegram.person("Bob", language_code="en").open(mia)
    model.model.always(Answer(chunks=("Hello Bob",)))
    await enter(other)
    other.say("hello")
    await until(other, lambda: "Hello Bob" in said_by_bot(other))
    await asyncio.sleep(1)
    sent = [r for r in telegram.calls("sendMessage") if r.fields["chat_id"] == str(ann.id)]
    assert len([r for r in sent if r.status == 403]) <= 1
    chat.unblock()
    chat.say("I am back")
    await until(chat, lambda: "Hello Bob" in said_by_bot(chat))


async def test_in_a_group_only_who_agreed_is_heard(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    nosy = telegram.bot("Nosy", reads_groups=True)
    ann = telegram.person("Ann", language_code="en")
    cy = telegram.person("Cy", language_code="en")
    process = start_amity(config={"channels": [channel(nosy)], "models": repeating.config()})
    await process.aready()
    await enter(ann.open(nosy))
    group = telegram.group("Friends", ann, cy, nosy)
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
    assert repeating.seen(canaries) == []
    assert await asyncio.to_thread(files_with, process.home, canaries) == {}


async def test_what_must_not_be_known_is_nowhere(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    service = {"log_level": "debug"}
    config = {"channels": [channel(mia)], "models": repeating.config(), "service": service}
    process = start_amity(config=config)
    await process.aready()
    ann = telegram.person("Firstcanary Lastcanary", language_code="en", username="usercanary")
    chat = ann.open(mia)
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
    assert repeating.seen(canaries) == []
    assert await process.astop() == 0
    assert await asyncio.to_thread(files_with, process.home, canaries) == {}
    assert [canary for canary in canaries if canary in process.output] == []


async def test_the_menu_is_set_for_each_language_and_place(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    ann = telegram.person("Ann", language_code="en")
    olga = telegram.person("Olga", language_code="ru")
    group = telegram.group("Friends", ann, olga, mia)
    await telegram.call("setMyCommands", mia, count=6)
    english, russian = ann.open(mia).menu(), olga.open(mia).menu()
    assert {"help", "privacy", "delete_me", "settings"} <= english.keys()
    assert english.keys() == russian.keys()
    assert english["help"] != russian["help"]
    assert set(ann.open(group).menu(mia)) == {"help", "privacy", "support", "stop"}
    assert telegram.person("Zoe", language_code="xx").open(mia).menu() == english


async def test_what_was_said_while_amity_was_away_is_answered(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    config = {"channels": [channel(mia)], "models": repeating.config()}
    process = start_amity(config=config)
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    await process.astop()
    chat.say("an old question", ago=20 * 3600)
    await start_amity(config=config).aready()
    await until(chat, lambda: "You said: an old question" in said_by_bot(chat))
    assert "late" in said_by_bot(chat)


async def test_an_outage_of_telegram_loses_nothing(
    telegram: BotApiServer, repeating: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    process = start_amity(config={"channels": [channel(mia)], "models": repeating.config()})
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    chat.say("before")
    await until(chat, lambda: "You said: before" in said_by_bot(chat))
    await settled(chat, calm=0.3)
    async with telegram.outage():
        chat.say("meanwhile")
        await process.await_text("cannot be reached")
    await until(chat, lambda: "meanwhile" in said_by_bot(chat), 60)
    await settled(chat)
    answers = re.findall("You said: (before|meanwhile)", said_by_bot(chat))
    assert answers == ["before", "meanwhile"]


async def test_forty_thousand_characters_of_markdown_arrive_whole(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    script = Script()
    mia = telegram.bot("Mia")
    limits = {"private_per_second": 100}
    config = {"channels": [channel(mia, limits=limits)], "models": model.config()}
    await start_amity(config=config).aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    before = len(chat.messages)
    pieces = tuple(script.text[at : at + 400] for at in range(0, len(script.text), 400))
    model.model.always(Answer(chunks=pieces, between=0.03))
    chat.say("Tell me everything")
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
    assert telegram.unsupported == []
    assert all(r.status == 200 for r in telegram.calls("sendMessage"))


def _twice(words: list[str]) -> set[str]:
    """Return the words that are there more than once: a table's header in each of its pieces."""
    return {word for word in words if words.count(word) > 1}
