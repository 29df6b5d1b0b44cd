"""One process, every channel: nothing that is said at one appears at another."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest

from amity.testing.discord_server import DiscordServer
from amity.testing.telegram_server import BotApiServer
from tests.promises.people import OnWeb, canary
from tests.support.amity import AmityProcess
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.talker import talking
from tests.whole.people import OnConsole, OnDiscord, OnTelegram, OnTheWeb, Slow, Someone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

Start = Callable[..., AmityProcess]
LIMITS = {"burst": 1_000, "per_minute": 10_000}


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that takes its time."""
    with ModelServer(Slow) as server:
        yield server


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """Telegram."""
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """Discord; a request that it does not know fails the test."""
    async with DiscordServer() as server:
        yield server
    assert not server.fault_log


async def test_nothing_of_one_channel_appears_at_another(
    telegram: BotApiServer, discord: DiscordServer, model: ModelServer, start_amity: Start
) -> None:
    mia, leo, community = telegram.bot("Mia"), telegram.bot("Leo"), discord.bot("Mia")
    process = start_amity(config=_config(telegram, discord, model, mia, leo, community))
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


def _config(
    telegram: BotApiServer, discord: DiscordServer, model: ModelServer, *bots: Any
) -> dict[str, Any]:
    mia, leo, community = bots
    on_telegram = {"adapter": "telegram", "api_base": telegram.url, "poll_seconds": 1}
    on_discord = {"api_base": discord.api_url, "gateway_url": discord.gateway_url}
    return {
        "models": model.config(),
        "limits": LIMITS,
        "channels": [
            {"name": "web", "adapter": "web", "persona": "mia"},
            {"name": "ami_female_bot", "persona": "mia", "token": mia.token, **on_telegram},
            {"name": "ami_male_bot", "persona": "leo", "token": leo.token, **on_telegram},
            {"name": "community", "adapter": "discord", "token": community.token, **on_discord},
        ],
    }
