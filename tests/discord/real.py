"""Amity itself on a Discord of our own: configuration, people at the gate, what they see.

Starting it is what costs time. So the tests of one module share a process with several bots, and
each has people and a server of its own; what ends the process has one to itself.
"""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from amity.testing.discord_server import Bot, Channel, Chat, DiscordServer, Guild, Response, Shown
from amity.testing.fake_model import Answer, Asked, FakeModel
from tests.discord.conftest import World
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer

__all__ = [
    "FIRST",
    "LAST",
    "WRONG",
    "Home",
    "House",
    "Speaker",
    "at_home",
    "channel_of",
    "config_of",
    "enter",
    "enter_here",
    "house_in",
    "quiet",
]

LIMITS: Final = {"burst": 100_000, "per_minute": 1_000_000}
FIRST: Final = re.compile(r"reply-\d+")
LAST: Final = "It ends here."
WRONG: Final = "MTIz.wrong.token"
GATE: Final = 2  # questions

ADULT: Final = """
name: Vera
age: 34
about: A persona for adults.
rating: adult
character: A grown woman who speaks her mind.
speech: Plain.
greeting: Good evening from Vera.
"""


class Speaker(FakeModel):
    """Says back what it was asked, or numbers its answers, or recites.

    Attributes:
        recites: What it says to everything, if it is not empty.
        counts: Whether it numbers its answers, so that each can be told from all others. If not, it
            answers with what it was asked, so that what leaks into a prompt comes out as a reply.
        before: Seconds until an answer begins.
        between: Seconds between its sentences.
        answered: Each request that it numbered its answer to, with that answer's mark.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[tuple[Asked, str]] = []
        self.reset()

    def reset(self) -> None:
        """Say back what is asked, at once."""
        self.recites = ""
        self.counts = False
        self.before = self.between = 0.0

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        return body, Answer(chunks=self._words(body), before=self.before, between=self.between)

    def _words(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        if self.recites:
            return tuple(self.recites[at : at + 400] for at in range(0, len(self.recites), 400))
        if self.counts:
            mark = f"reply-{len(self.answered) + 1}"
            self.answered.append((self.asked[-1], mark))
            return (f"This is {mark}. ", "It begins. ", "It goes on. ", "It goes on more. ", LAST)
        # Not the rules at the beginning: they name what is forbidden, and would be stopped.
        heard = [one for one in body["messages"][1:] if one["role"] != "assistant"]
        return (" / ".join(str(message["content"]) for message in heard),)


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
    """A running installation, and the world of one test."""

    world: World
    model: ModelServer
    process: AmityProcess

    @property
    def speaker(self) -> Speaker:
        """The model, to set what it says and its pace."""
        model = self.model.model
        assert isinstance(model, Speaker)
        return model

    def count(self, *, before: float = 0.0, between: float = 0.0) -> None:
        """Let the model number its answers, at this pace."""
        self.speaker.counts = True
        self.speaker.before, self.speaker.between = before, between

    async def judge(self, chat: Chat, sent: Sequence[str], *, call: str = "") -> None:
        """Fail unless each was heard once and in order, and each reply shown once and whole.

        One more message is sent: what the model is asked with then is the whole conversation.
        """
        await self._answered(chat, sent[-1])
        shown = await quiet(chat)
        end = f"the end of {chat.id}"
        chat.write(f"{call}{end}")
        await self._answered(chat, end)
        await quiet(chat)
        messages = self._last_with(end)[0].body["messages"]
        heard = _marked("said", [m for m in messages if m["role"] == "user"])
        assert heard == [*sent], heard
        before = [one for one in chat.from_bots() if one.id <= shown.id and "reply-" in one.content]
        replies = [word for one in before for word in FIRST.findall(one.content)]
        assert replies == _marked("reply", [m for m in messages if m["role"] == "assistant"])
        assert len(set(replies)) == len(replies), replies
        assert all(one.content.endswith(LAST) for one in before), before
        assert messages[-2]["role"] == "assistant", "the last of them has no answer"

    async def _answered(self, chat: Chat, words: str) -> None:
        """Wait until a reply to these words is there as a whole."""

        def whole(_: Chat) -> bool:
            mark = f"{self._last_with(words)[1]}."
            shown = chat.from_bots()
            return any(mark in one.content and one.content.endswith(LAST) for one in shown)

        await chat.until(whole, f"the reply to {words}", seconds=60)

    def _last_with(self, words: str) -> tuple[Asked, str]:
        """Return the last request in which a person says this, and the mark of its answer."""
        for asked, mark in reversed(self.speaker.answered):
            said = [str(one["content"]) for one in asked.body["messages"] if one["role"] == "user"]
            if any(words in one for one in said):
                return asked, mark
        return Asked(path="", headers={}, body={}, raw=b""), "nothing"


@dataclass
class Mortal(Home):
    """An installation of one test's own, to be killed and started again."""

    start: Callable[..., AmityProcess]
    config: dict[str, Any]

    async def again(self) -> None:
        """Start it again on the same data."""
        self.process = self.start(config=self.config)
        await self.process.aready()
        await self.world.mia.online(seconds=40)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.signal(signal.SIGKILL)
        await self.process.await_until(lambda: self.process.code is not None, "its end")


@dataclass(frozen=True)
class House:
    """An installation that several tests share.

    Attributes:
        mia: A bot.
        leo: Another with another persona.
        vera: One with a persona for adults.
        more: Others like Mia.
        office: The operators' server.
        desk: The channel there in which they read requests for support.
    """

    server: DiscordServer
    model: ModelServer
    process: AmityProcess
    mia: Bot
    leo: Bot
    vera: Bot
    more: tuple[Bot, ...]
    office: Guild
    desk: Channel

    def home(self, mia: Bot | None = None) -> Home:
        """Return it with people and a server that no test has met, and this bot for Mia."""
        mia = mia or self.mia
        ann = self.server.person("Ann")
        ben = self.server.person("Ben", locale="ru")
        guild = self.server.guild("Home", members=[ann, ben], bots=[mia, self.vera])
        home = Home(World(self.server, mia, ann, ben, guild), self.model, self.process)
        home.speaker.reset()
        return home


@asynccontextmanager
async def house_in(folder: Path) -> AsyncIterator[House]:
    """Run Amity with several bots until the block ends."""
    personas = folder / "personas"
    personas.mkdir()
    for each in files("amity.defaults").joinpath("personas").iterdir():
        if each.name.endswith(".yaml"):
            (personas / each.name).write_text(each.read_text("utf-8"), "utf-8")
    (personas / "vera.yaml").write_text(ADULT, "utf-8")
    with ModelServer(Speaker) as model:
        async with DiscordServer() as server:
            mia, leo, vera = (server.bot(name) for name in ("Mia", "Leo", "Vera"))
            more = tuple(server.bot(name) for name in ("Nia", "Pia", "Ria"))
            office = server.guild("Office", bots=[mia])
            desk = office.channel("desk")
            config = config_of(
                model,
                channel_of(server, mia),
                channel_of(server, leo, persona="leo"),
                channel_of(server, vera, persona="vera"),
                *(channel_of(server, bot) for bot in more),
                {**channel_of(server, leo), "name": "nobody", "token": WRONG},
                personas=str(personas),
                service={"log_level": "debug"},
                support={"channel": "on_mia", "chat": str(desk.id)},
            )
            process = AmityProcess(folder / "home", config=config)
            try:
                for bot in (mia, leo, vera, *more):
                    await bot.online(seconds=60)
                    await server.until(lambda bot=bot: bool(bot.commands()), seconds=30)  # type: ignore[misc]
                yield House(server, model, process, mia, leo, vera, more, office, desk)
            finally:
                if process.code is None:
                    await process.astop()
        assert not server.fault_log


@asynccontextmanager
async def at_home(
    world: World, model: ModelServer, start: Callable[..., AmityProcess]
) -> AsyncIterator[Mortal]:
    """Run Amity for one test until the block ends; Ann is through the gate."""
    config = config_of(model, channel_of(world.server, world.mia))
    home = Mortal(world, model, start(config=config), start, config)
    try:
        await home.process.aready()
        await world.mia.online(seconds=40)
        await enter(world.dm())
        yield home
    finally:
        if home.process.code is None:
            await home.process.astop()


async def enter(chat: Chat) -> Shown:
    """Take a person through the gate in their own chat; return what greets them last."""
    said = chat.write("/start")
    for _ in range(GATE):
        asked = await chat.seen(lambda m: bool(m.buttons), after=said, seconds=40)
        await chat.press(asked, asked.buttons[0].label).answered()
        said = asked
    return await quiet(chat)


async def enter_here(response: Response, chat: Chat) -> None:
    """Take a person through the gate in a shared chat, where they alone see it."""
    for _ in range(GATE):
        asked = await followed_up(chat, response)
        response = chat.press(asked, asked.buttons[0].label)
    await followed_up(chat, response)


async def followed_up(chat: Chat, response: Response) -> Shown:
    """Wait for what follows a pressed button, which the person alone sees."""
    await chat.until(lambda _: bool(response.followups), "what follows", seconds=40)
    assert response.followups[0].ephemeral
    return response.followups[0]


async def quiet(chat: Chat, *, seconds: float = 0.6) -> Shown:
    """Wait until a bot has said something and then nothing for a while; return the last of it."""
    await chat.until(lambda _: bool(chat.from_bots()), "a word", seconds=40)
    before: tuple[Shown, ...] = ()
    while before != chat.from_bots():
        before = chat.from_bots()
        await asyncio.sleep(seconds)
    return before[-1]


def _marked(kind: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [word for one in messages for word in re.findall(rf"{kind}-[\w-]+", str(one["content"]))]
