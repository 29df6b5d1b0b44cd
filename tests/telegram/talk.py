"""People who talk with Amity on Telegram, and a model whose answers say what it was told."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from amity.testing.fake_model import Answer, FakeModel
from amity.testing.telegram_server import OpenChat, Shown

__all__ = ["Repeating", "enter", "said_by_bot", "settled", "until"]


class Repeating(FakeModel):
    """Answers with the words that were said to it since it last answered, after a while."""

    seconds = 0.0

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        messages = list(body["messages"])
        new: list[str] = []
        while messages and messages[-1]["role"] == "user":
            new.insert(0, str(messages.pop()["content"]))
        return body, Answer(chunks=(f"You said: {' / '.join(new)}",), before=self.seconds)


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
