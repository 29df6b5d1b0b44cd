"""People who talk with Amity on Telegram, and a model whose answers say what it was told."""

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from amity.testing.fake_model import Answer, FakeModel
from amity.testing.telegram_server import OpenChat, Shown
from tests.support.model_server import ModelServer

__all__ = [
    "BUSY",
    "WORDS",
    "Repeating",
    "burst",
    "enter",
    "heard",
    "judged",
    "said_by_bot",
    "settled",
    "until",
]

BUSY: Final = "first"
"""What is said with this word takes the model a second."""
WORDS: Final = ("alder", "birch", "cedar", "dogwood", "elm")


class Repeating(FakeModel):
    """Answers with the words that were said to it since it last answered.

    ``scripts`` has other answers, by what was said.
    """

    def __init__(self, *, port: int = 0, keep: bool = True) -> None:
        super().__init__(port=port, keep=keep)
        self.scripts: dict[str, Answer] = {}

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        messages = list(body["messages"])
        new: list[str] = []
        while messages and messages[-1]["role"] == "user":
            new.insert(0, str(messages.pop()["content"]))
        said = " / ".join(new)
        scripted = self.scripts.get(said)
        seconds = 1.0 if BUSY in said else 0.0
        return body, scripted or Answer(chunks=(f"You said: {said}",), before=seconds)


async def enter(chat: OpenChat, *, seconds: float = 30) -> None:
    """Take somebody through the gate."""
    chat.start()
    for label in ("I am 18 or over", "I agree"):
        asked = await until(chat, partial(_newest, chat, label), seconds)
        chat.press(label, message=asked)
    await until(chat, lambda: len(chat.unread) >= 4 or None, seconds)
    while chat.unread:
        await chat.next()


def _newest(chat: OpenChat, label: str) -> Shown | None:
    return next((m for m in reversed(chat.messages) if m.button(label)), None)


async def until(chat: OpenChat, look: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait until something is so in a chat."""
    return await chat.until(lambda _chat: look() or None, seconds)


def said_by_bot(chat: OpenChat) -> str:
    """Return everything that the bot has said in a chat."""
    return "\n".join(m.text for m in chat.messages if m.from_bot)


async def settled(chat: OpenChat, *, calm: float = 1.0) -> None:
    """Wait until nothing has come for a while."""
    count = -1
    while count != len(chat.messages):
        count = len(chat.messages)
        await asyncio.sleep(calm)


def heard(chat: OpenChat) -> list[str]:
    """Return which of the words the bot has answered, in the order of its answers."""
    return re.findall("|".join(WORDS), said_by_bot(chat))


async def burst(chat: OpenChat, model: ModelServer) -> None:
    """Say one thing, and four more while the model is busy with it."""
    before = len(model.asked)
    said = f"{BUSY} {WORDS[0]}"
    chat.say(said)
    await until(chat, lambda: model.seen([said], since=before))
    for word in WORDS[1:]:
        chat.say(f"then {word}")


async def judged(chat: OpenChat) -> None:
    """Wait for the answers: in order, none lost, none doubled."""
    await until(chat, lambda: set(heard(chat)) == set(WORDS), 60)
    await settled(chat)
    assert heard(chat) == list(WORDS)
