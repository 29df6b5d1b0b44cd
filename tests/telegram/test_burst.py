"""Five messages while the model is busy: in order, none lost, none doubled, whatever happens."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amity.testing.telegram_server import BotApiServer, Fault, OpenChat
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer
from tests.telegram.talk import Repeating, enter, said_by_bot, settled, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

WORDS = ("alder", "birch", "cedar", "dogwood", "elm")
Start = Callable[..., AmityProcess]
Channel = Callable[..., dict[str, Any]]


class Slow(Repeating):
    """Takes its time."""

    seconds = 1.0


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Slow) as server:
        yield server


def heard(chat: OpenChat) -> list[str]:
    """Return which of the words the bot has answered, in the order of its answers."""
    return re.findall("|".join(WORDS), said_by_bot(chat))


async def burst(chat: OpenChat, model: ModelServer) -> None:
    """Say one thing, and four more while the model is busy with it."""
    before = len(model.asked)
    chat.say(f"first {WORDS[0]}")
    await until(chat, lambda: len(model.asked) > before)
    for word in WORDS[1:]:
        chat.say(f"then {word}")


async def judged(chat: OpenChat) -> None:
    """Wait for the answers, and judge them."""
    await until(chat, lambda: set(heard(chat)) == set(WORDS), 60)
    await settled(chat)
    assert heard(chat) == list(WORDS)


async def test_in_order_none_lost_none_doubled(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    await burst(chat, model)
    await judged(chat)


async def test_also_if_the_process_is_killed_in_the_middle(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    config = {"channels": [channel(mia)], "models": model.config()}
    process = start_amity(config=config)
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    await burst(chat, model)
    process.kill()
    chat_later = asyncio.create_task(judged(chat))
    await start_amity(config=config).aready()
    await chat_later


async def test_also_if_every_update_comes_twice(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    mia.updates.repeat(1000)
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    await burst(chat, model)
    await judged(chat)
    notices = [m.text for m in chat.messages if m.from_bot]
    assert len(notices) == len(set(notices))


async def test_also_if_each_third_call_is_too_much(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    telegram.fail("", Fault.flood(1), times=None, every=3)
    await start_amity(config={"channels": [channel(mia)], "models": model.config()}).aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat, seconds=60)
    await burst(chat, model)
    await judged(chat)
    assert len([r for r in telegram.requests if r.status == 429]) > 3


async def test_only_a_send_whose_answer_was_lost_in_a_crash_is_doubled_and_counted(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    config = {"channels": [channel(mia, drafts="off")], "models": model.config()}
    process = start_amity(config=config)
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    telegram.fail("sendMessage", Fault.slow(60))
    chat.say(f"first {WORDS[0]}")
    await until(chat, lambda: heard(chat) == [WORDS[0]])
    process.kill()
    again = start_amity(config=config)
    await again.aready()
    await until(chat, lambda: heard(chat) == [WORDS[0]] * 2)
    await settled(chat)
    assert heard(chat) == [WORDS[0]] * 2
    metrics = await asyncio.to_thread(_read, f"{again.admin_url}/metrics")
    assert 'amity_doubtful_repeats_total{channel="mia"} 1.0' in metrics


def _read(url: str) -> str:
    from urllib.request import urlopen

    with urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own address
        return str(answer.read().decode())
