"""Amity dies in the middle: nothing is lost, and only a send in doubt is doubled, and counted."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from amity.testing.telegram_server import BotApiServer, Fault, OpenChat
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer
from tests.telegram.talk import (
    Repeating,
    burst,
    enter,
    judged,
    said_by_bot,
    settled,
    until,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

Start = Callable[..., AmityProcess]
Channel = Callable[..., dict[str, Any]]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Repeating) as server:
        yield server


async def test_after_a_death_in_the_middle_all_is_answered_and_only_a_send_in_doubt_twice(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia, leo = telegram.bot("Mia"), telegram.bot("Leo")
    channels = [channel(mia), channel(leo, drafts="off")]
    config = {"channels": channels, "models": model.config()}
    process = start_amity(config=config)
    await process.aready()
    ann, bob, cy = (telegram.person(name, language_code="en") for name in ("Ann", "Bob", "Cy"))
    of_ann, of_bob, of_cy = ann.open(mia), bob.open(leo), cy.open(mia)
    await asyncio.gather(*(enter(chat) for chat in (of_ann, of_bob, of_cy)))
    # Bob's answer is sent, and Telegram's answer to that never comes.
    telegram.fail("sendMessage", Fault.slow(60), bot=leo)
    of_bob.say("hello dear Leo")
    await until(of_bob, lambda: greeted(of_bob) == 1)
    await burst(of_ann, model)
    process.kill()
    of_cy.say("an old question", ago=20 * 3600)
    again = start_amity(config=config)
    await again.aready()
    await judged(of_ann)
    await until(of_cy, lambda: "You said: an old question" in said_by_bot(of_cy))
    assert "late" in said_by_bot(of_cy)
    await until(of_bob, lambda: greeted(of_bob) == 2)
    await settled(of_bob)
    assert greeted(of_bob) == 2
    metrics = await asyncio.to_thread(_read, f"{again.admin_url}/metrics")
    assert 'amity_doubtful_repeats_total{channel="leo"} 1.0' in metrics
    # Who was not in doubt was not told anything twice.
    for chat in (of_ann, of_cy):
        told = [m.text for m in chat.messages if m.from_bot]
        assert len(told) == len(set(told))


def greeted(chat: OpenChat) -> int:
    """Return how often the greeting was answered."""
    return said_by_bot(chat).count("You said: hello dear Leo")


@pytest.mark.soak
@pytest.mark.parametrize("when", [0.0, 0.2, 0.5, 1.0, 1.5])
async def test_whenever_it_dies(
    telegram: BotApiServer,
    model: ModelServer,
    start_amity: Start,
    channel: Channel,
    when: float,
) -> None:
    mia = telegram.bot("Mia")
    config = {"channels": [channel(mia)], "models": model.config()}
    process = start_amity(config=config)
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat)
    await burst(chat, model)
    await asyncio.sleep(when)
    process.kill()
    await start_amity(config=config).aready()
    await judged(chat)


@pytest.mark.soak
async def test_a_death_in_a_flood_with_every_update_twice(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    mia.updates.repeat(1000)
    telegram.fail("", Fault.flood(1), times=None, every=3)
    config = {"channels": [channel(mia)], "models": model.config()}
    process = start_amity(config=config)
    await process.aready()
    chat = telegram.person("Ann", language_code="en").open(mia)
    await enter(chat, seconds=60)
    await burst(chat, model)
    process.kill()
    await start_amity(config=config).aready()
    await judged(chat)


def _read(url: str) -> str:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own address
        return str(answer.read().decode())
