"""One process, every channel: nothing that is said at one appears at another."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from functools import partial

import pytest

from tests.promises.people import OnWeb, canary
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.talker import talking
from tests.whole.conftest import Town
from tests.whole.people import OnConsole, OnDiscord, OnTelegram, OnTheWeb, Slow, Someone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that takes its time."""
    with ModelServer(Slow) as server:
        yield server


async def test_nothing_of_one_channel_appears_at_another(town: Town) -> None:
    telegram, discord, model = town.telegram, town.discord, town.model
    mia, leo, community = telegram.bot("Mia"), telegram.bot("Leo"), discord.bot("Mia")
    channels = [
        {"name": "web", "adapter": "web", "persona": "mia"},
        town.on_telegram("ami_female_bot", mia.token, persona="mia"),
        town.on_telegram("ami_male_bot", leo.token, persona="leo"),
        town.on_discord("community", community.token, persona="mia"),
    ]
    process = town.run(config=town.config(*channels))
    await process.aready(seconds=90)
    await community.online(seconds=60)
    ann, ben = (telegram.person(name, language_code="en") for name in ("Ann", "Ben"))
    async with AsyncExitStack() as open_:
        talker = await open_.enter_async_context(talking())
        console = await open_.enter_async_context(OnConsole.at(process.home))
        people: dict[str, Someone] = {
            "Ann with Mia on Telegram": OnTelegram(ann.open(mia)),
            "Ben with Leo on Telegram": OnTelegram(ben.open(leo)),
            "Cy on Discord": OnDiscord(discord.person("Cy").dm(community)),
            "Dee on the web": OnTheWeb(OnWeb(talker(process.url, name="dee"))),
            "Eve at the console": console,
        }
        await asyncio.gather(*(person.enter() for person in people.values()))
        # One person, one consent: with the other bot there is no gate.
        chats = {**people, "Ann with Leo on Telegram": OnTelegram(ann.open(leo))}
        said = {name: canary("secret") for name in chats}
        await asyncio.gather(*(_talk(chats[name], word) for name, word in said.items()))
        exports = dict(
            zip(people, await asyncio.gather(*(p.export() for p in people.values())), strict=True)
        )
        for name, chat in chats.items():
            shown = chat.shown()
            assert [n for n, word in said.items() if word in shown] == [name]
    _judge_requests(model, said)
    _judge_exports(exports, said)
    assert await process.astop() == 0
    assert await asyncio.to_thread(files_with, process.data, list(said.values())) == {}
    assert [name for name, word in said.items() if word in process.output] == []


async def _talk(chat: Someone, word: str) -> None:
    """Say a word, and later something else, so that the word is history by then."""
    for text in (f"Keep {word} for me", "What else is there"):
        begin = f"{text}."
        chat.say(text)
        await _until(partial(chat.growing, begin), f"a reply that grows: {text.split()[0]}")
        await _until(partial(chat.whole, begin), f"a whole reply: {text.split()[0]}")


async def _until(look: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(90):
            while not look():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


def _judge_requests(model: ModelServer, said: Mapping[str, str]) -> None:
    """Each request holds the words of one chat; each chat's word was in two, the second as history.

    Raises AssertionError where it is otherwise.
    """
    found = [[n for n, word in said.items() if word.encode() in one.raw] for one in model.asked]
    assert [names for names in found if len(names) != 1] == []
    assert {name: found.count([name]) for name in said} == dict.fromkeys(said, 2)


def _judge_exports(exports: Mapping[str, bytes], said: Mapping[str, str]) -> None:
    """Each export holds what its person said, with both bots, and nothing of others."""
    for name, content in exports.items():
        held = {n for n, word in said.items() if word.encode() in content}
        assert held == {n for n in said if n.split()[0] == name.split()[0]}
