"""The whole way: a person on Telegram, `amity run`, a model."""

from collections.abc import Callable
from typing import Any

from amity.testing.telegram_server import BotApiServer, OpenChat, Shown
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer

Start = Callable[..., AmityProcess]
Channel = Callable[..., dict[str, Any]]


async def enter(chat: OpenChat) -> list[Shown]:
    """Take somebody through the gate."""
    chat.start()
    age = await chat.next()
    chat.press("I am 18 or over", message=age)
    consent = await chat.next()
    chat.press("I agree", message=consent)
    return [await chat.next(), await chat.next()]


async def test_somebody_passes_the_gate_and_talks(
    telegram: BotApiServer, model: ModelServer, start_amity: Start, channel: Channel
) -> None:
    mia = telegram.bot("Mia")
    config = {"channels": [channel(mia)], "models": model.config()}
    await start_amity(config=config).aready()
    ann = telegram.person("Ann", language_code="en")
    chat = ann.open(mia)
    await enter(chat)
    chat.say("Hello")
    assert (await chat.next()).text == "Hello there, friend."
