"""Amity itself on a Discord of our own: configuration, people at the gate, what they see."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from amity.testing.discord_server import Bot, Chat, DiscordServer, Response, Shown
from amity.testing.fake_model import Answer, FakeModel
from tests.discord.conftest import World
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer

__all__ = [
    "CountingModel",
    "Home",
    "at_home",
    "channel_of",
    "config_of",
    "enter",
    "enter_here",
    "quiet",
]

LIMITS: Final = {"burst": 100_000, "per_minute": 1_000_000}


class CountingModel(FakeModel):
    """Numbers its answers, so that each can be told from all others.

    Attributes:
        before: Seconds until an answer begins.
        between: Seconds between its sentences.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before = 0.0
        self.between = 0.0
        self._count = 0

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        self._count += 1
        first = f"This is reply-{self._count}. "
        words = (first, "It begins. ", "It goes on. ", "It goes on more. ", "It ends here.")
        return body, Answer(chunks=words, before=self.before, between=self.between)


def channel_of(server: DiscordServer, bot: Bot, **more: object) -> dict[str, Any]:
    """Return a channel that reaches this server as this bot."""
    return {
        "name": f"on_{bot.name.lower()}",
        "adapter": "discord",
        "persona": "mia",
        "token": bot.token,
        "api_base": server.api_url,
        "gateway_url": server.gateway_url,
        **more,
    }


def config_of(
    model: ModelServer, *channels: Mapping[str, object], **more: object
) -> dict[str, Any]:
    """Return a configuration with these channels, answered by this model."""
    return {
        "models": model.config(),
        "limits": LIMITS,
        "channels": [dict(channel) for channel in channels],
        **more,
    }


@dataclass
class Home:
    """An installation on a Discord."""

    world: World
    model: ModelServer
    start: Callable[..., AmityProcess]
    config: dict[str, Any]
    process: AmityProcess

    async def again(self) -> None:
        """Start it again on the same data."""
        self.process = self.start(config=self.config)
        await self.process.aready()
        await self.world.mia.online(seconds=40)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.signal(signal.SIGKILL)
        await self.process.await_until(lambda: self.process.code is not None, "its end")

    @property
    def counting(self) -> CountingModel:
        """The model, to set its pace."""
        model = self.model.model
        assert isinstance(model, CountingModel)
        return model

    async def judge(self, chat: Chat, sent: Sequence[str], *, call: str = "") -> None:
        """Fail unless each was heard once and in order, and each reply shown once and whole.

        One more message is sent: what the model is asked with then is the whole conversation.
        """
        shown = await quiet(chat)
        self.counting.before = self.counting.between = 0
        chat.write(f"{call}the end")
        await chat.seen("reply-", after=shown, seconds=40)
        await quiet(chat)
        messages = self.model.asked[-1].body["messages"]
        heard = _marked("said", [m for m in messages if m["role"] == "user"])
        assert heard == [*sent], heard
        before = [one for one in chat.from_bots() if one.id <= shown.id and "reply-" in one.content]
        replies = [word for one in before for word in _marks("reply", one.content)]
        assert replies == _marked("reply", [m for m in messages if m["role"] == "assistant"])
        assert len(set(replies)) == len(replies), replies
        assert all(one.content.endswith("It ends here.") for one in before), before
        assert messages[-2]["role"] == "assistant", "the last of them has no answer"


@asynccontextmanager
async def at_home(
    world: World,
    model: ModelServer,
    start: Callable[..., AmityProcess],
    *,
    inside: bool = True,
    whole: bool = True,
    channels: Sequence[Mapping[str, object]] = (),
    **more: object,
) -> AsyncIterator[Home]:
    """Run Amity on a Discord until the block ends; Ann is through the gate if ``inside``.

    Without ``whole`` a channel may be down.
    """
    config = config_of(model, *(channels or [channel_of(world.server, world.mia)]), **more)
    home = Home(world, model, start, config, start(config=config))
    try:
        if whole:
            await home.process.aready()
        await world.mia.online(seconds=40)
        if inside:
            await enter(world.dm())
        yield home
    finally:
        if home.process.code is None:
            await home.process.astop()


async def enter(chat: Chat) -> Shown:
    """Take a person through the gate in their own chat; return what greets them last."""
    said = chat.write("/start")
    for _ in range(2):
        asked = await chat.seen(lambda m: bool(m.buttons), after=said, seconds=40)
        await chat.press(asked, asked.buttons[0].label).answered()
        said = asked
    return await quiet(chat)


async def enter_here(response: Response, chat: Chat) -> None:
    """Take a person through the gate in a shared chat, where they alone see it."""
    for _ in range(2):
        asked = await followed_up(chat, response)
        response = chat.press(asked, asked.buttons[0].label)
    await followed_up(chat, response)


async def followed_up(chat: Chat, response: Response) -> Shown:
    """Wait for what follows a pressed button, which the person alone sees."""
    await chat.until(lambda _: bool(response.followups), "what follows", seconds=40)
    assert response.followups[0].ephemeral
    return response.followups[0]


async def quiet(chat: Chat, *, seconds: float = 1.0) -> Shown:
    """Wait until nothing new was shown for a while; return what was shown last."""
    before: tuple[Shown, ...] = ()
    while not before or before != chat.from_bots():
        before = chat.from_bots()
        await asyncio.sleep(seconds)
    return before[-1]


def _marks(kind: str, text: str) -> list[str]:
    return re.findall(rf"{kind}-\d+", text)


def _marked(kind: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [word for one in messages for word in _marks(kind, str(one["content"]))]
