"""Support on Telegram, Discord and the web, with the operators on Telegram or on Discord."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import aiohttp
import pytest

from amity.testing.discord_server import Chat, DiscordServer
from amity.testing.telegram_server import BotApiServer, OpenChat
from tests.discord.real import channel_of
from tests.promises.people import OnWeb, canary
from tests.support.amity import Finished
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.talker import text_of as words_of
from tests.telegram.talk import enter as enter_on_telegram
from tests.tickets.conftest import Make, Town, on_sqlite, plain

pytestmark = [on_sqlite, pytest.mark.slow, pytest.mark.timeout(180)]

_PATIENCE: Final = 40.0  # seconds
_NUMBER: Final = re.compile(r"Ticket (\d+)")
_NOT_WAITING: Final = {"per_second": 1000, "private_per_second": 1000, "group_per_minute": 10_000}

Cli = Callable[..., Awaitable[Finished]]


class Person(Protocol):
    """Somebody who asks, on whichever channel."""

    async def ask(self, words: str) -> None:
        """Ask for support."""
        ...

    async def hears(self, *words: str) -> str:
        """Wait until they were told all these words; return all they were told."""
        ...


@dataclass
class OnTelegram:
    """Somebody in the chat with a bot of Telegram's."""

    chat: OpenChat
    word: str = "/support "

    async def ask(self, words: str) -> None:
        self.chat.say(f"{self.word}{words}")

    async def hears(self, *words: str) -> str:
        def told() -> str:
            return plain("\n".join(m.text for m in self.chat.messages if m.from_bot))

        await self.chat.until(lambda _: all(w in told() for w in words) or None, seconds=_PATIENCE)
        return told()


@dataclass
class OnDiscord:
    """Somebody in the direct messages with a bot of Discord's, by typing or by a command."""

    chat: Chat
    slash: bool = False

    async def ask(self, words: str) -> None:
        if self.slash:
            self.chat.slash("support", text=words)
        else:
            self.chat.write(f"/support {words}")

    async def hears(self, *words: str) -> str:
        def told() -> str:
            return plain("\n".join(m.content for m in self.chat.from_bots()))

        await self.chat.until(
            lambda _: all(w in told() for w in words), str(words), seconds=_PATIENCE
        )
        return told()


@dataclass
class OnPage:
    """Somebody with the web page open."""

    web: OnWeb

    async def ask(self, words: str) -> None:
        await self.web.say(f"/support {words}")

    async def hears(self, *words: str) -> str:
        stream = self.web.talker.events or self.web.talker.listen()

        def told() -> str:
            return plain("\n".join(words_of(m) for m in stream.messages))

        await stream.until(lambda: all(w in told() for w in words), str(words), seconds=_PATIENCE)
        return told()


@dataclass
class World:
    """Telegram and Discord with their bots, and Amity on both."""

    town: Town
    telegram: BotApiServer
    discord: DiscordServer
    model: ModelServer
    make: Make

    def __post_init__(self) -> None:
        self.mia = self.telegram.bot("Mia")
        self.helper = self.telegram.bot("Helper")
        self.ann = self.telegram.person("Ann", language_code="en")
        self.otto = self.telegram.person("Otto", language_code="en")
        self.leo = self.discord.bot("Leo")
        self.bea = self.discord.person("Bea")
        self.olga = self.discord.person("Olga")
        self.guild = self.discord.guild("Ops", members=[self.bea, self.olga], bots=[self.leo])

    def config(self, support: dict[str, object]) -> dict[str, Any]:
        """Return what differs from the town's configuration."""
        bots = {"adapter": "telegram", "api_base": self.telegram.url, "poll_seconds": 1}
        self.town.models = self.model.config()
        return {
            "support": support,
            "channels": [
                {"name": "web", "adapter": "web"},
                {**bots, "name": "mia", "token": self.mia.token, "limits": _NOT_WAITING},
                {
                    **bots,
                    "name": "helper",
                    "token": self.helper.token,
                    "limits": _NOT_WAITING,
                    "support": True,
                },
                channel_of(self.discord, self.leo, name="leo"),
            ],
        }

    async def people(self) -> dict[str, Person]:
        """Return somebody on each channel; those who talk with a persona are through the gate."""
        on_telegram, on_discord = self.ann.open(self.mia), self.bea.dm(self.leo)
        on_web = OnWeb(self.make(self.town.process.url))
        await asyncio.gather(
            enter_on_telegram(on_telegram, seconds=_PATIENCE),
            _enter_on_discord(on_discord),
            on_web.enter(),
        )
        cy = self.telegram.person("Cy", language_code="en").open(self.helper)
        cy.start()
        return {
            "telegram": OnTelegram(on_telegram),
            "support bot": OnTelegram(cy, word=""),
            "discord": OnDiscord(on_discord),
            "web": OnPage(on_web),
        }


async def _enter_on_discord(chat: Chat) -> None:
    said = chat.write("/start")
    for _ in range(2):
        asked = await chat.seen(lambda m: bool(m.buttons), after=said, seconds=_PATIENCE)
        await chat.press(asked, asked.buttons[0].label).answered()
        said = asked
    await chat.seen(lambda m: not m.buttons, after=said, seconds=_PATIENCE)


@pytest.fixture
async def world(town: Town, model: ModelServer, talker: Make) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotApiServer())
        discord = await stack.enter_async_context(DiscordServer())
        yield World(town, telegram, discord, model, talker)


class Desk(Protocol):
    """The operators' chat."""

    async def shows(self, *words: str) -> Any:
        """Wait for one message there that holds all these words."""
        ...

    def reply(self, post: Any, words: str) -> None:
        """Have an operator reply to a message there."""
        ...


@dataclass
class TelegramDesk:
    """A group on Telegram, or a topic of it."""

    chat: OpenChat

    async def shows(self, *words: str) -> Any:
        def found() -> Any:
            posts = [m for m in self.chat.messages if m.from_bot]
            return next((m for m in posts if all(w in plain(m.text) for w in words)), None)

        await self.chat.until(lambda _: found(), seconds=_PATIENCE)
        return found()

    def reply(self, post: Any, words: str) -> None:
        self.chat.say(words, reply_to=post)


@dataclass
class DiscordDesk:
    """A channel of a server on Discord, or a thread of it."""

    chat: Chat

    async def shows(self, *words: str) -> Any:
        def holds(message: Any) -> bool:
            return all(word in plain(message.content) for word in words)

        return await self.chat.seen(holds, seconds=_PATIENCE)

    def reply(self, post: Any, words: str) -> None:
        self.chat.write(words, reply_to=post)


async def _ask_and_answer(people: dict[str, Person], desk: Desk) -> list[str]:
    """Have each ask and be answered; return every word that is a ticket's alone."""
    questions = {name: canary("question") for name in people}
    answers = {name: canary("answer") for name in people}
    for name, person in people.items():
        await person.ask(f"where is {questions[name]}")
    for name, person in people.items():
        post = await desk.shows(questions[name], "Ticket")
        await person.hears("number")
        desk.reply(post, f"it is {answers[name]}")
    for name, person in people.items():
        told = await person.hears("Answer to your request", answers[name])
        others = [other for other in people if other != name]
        assert [o for o in others if answers[o] in told or questions[o] in told] == []
    return [*questions.values(), *answers.values()]


async def _in_tickets_only(world: World, words: Sequence[str]) -> None:
    """See that these words are in tickets and nowhere else; the program is ended for that."""
    town = world.town
    assert len(world.model.asked) > 0
    assert world.model.seen(words) == []
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{town.process.admin_url}/metrics") as response,
    ):
        metrics = await response.text()
    assert "amity_tickets" in metrics
    assert await town.process.astop() == 0
    whole = metrics + town.process.output
    assert [word for word in words if word in whole] == []
    assert '"level":"debug"' in town.process.output
    assert await asyncio.to_thread(files_with, town.home, words) == {}
    assert await town.rows_with(*words) == {word: ["ticket_messages"] for word in words}


async def test_operators_on_telegram(world: World, amity_cli: Cli) -> None:
    forum = world.telegram.group("Helpers", world.otto, world.helper, forum=True)
    topic = forum.topic("Tickets").id
    support: dict[str, object] = {"channel": "helper", "chat": str(forum.id), "thread": str(topic)}
    await world.town.run(**world.config(support))
    people = await world.people()
    desk = TelegramDesk(world.otto.open(forum, topic=topic))
    words = await _ask_and_answer(people, desk)

    # A plain group from now on; buttons and words there, by whoever is in it.
    group = world.telegram.group("All helpers", world.otto, world.helper)
    plainly = world.config({"channel": "helper", "chat": str(group.id)})
    done = await amity_cli("reload", config=world.town.config(**plainly),
                           environment=world.town.environment())  # fmt: skip
    assert done.code == 0, done.err
    here = TelegramDesk(world.otto.open(group))
    more = canary("more")
    await people["telegram"].ask(more)
    post = await here.shows(more)
    number = _number(post.text)
    here.chat.press("Close", message=post)
    await people["telegram"].hears(f"Your request {number} was closed")
    await here.shows(f"Ticket {number} is closed")
    here.chat.say(f"/tickets@{world.helper.username} all")
    await here.shows(f"{number} · A question · closed", "A question · answered")
    await _talk(world, people)
    await _in_tickets_only(world, [*words, more])


async def test_operators_on_discord(world: World) -> None:
    channel = world.guild.channel("general")
    support: dict[str, object] = {"channel": "leo", "chat": str(channel.id)}
    await world.town.run(**world.config(support))
    await world.leo.online(seconds=_PATIENCE)
    people = await world.people()
    desk = DiscordDesk(world.olga.at(channel))
    words = await _ask_and_answer(people, desk)

    people["discord"] = replace(_on_discord(people), slash=True)
    more = canary("more")
    await people["discord"].ask(more)
    post = await desk.shows(more)
    number = _number(post.content)
    desk.chat.press(post, "Close")
    await people["discord"].hears(f"Your request {number} was closed")
    desk.chat.write(f"{world.leo.mention} /tickets all")
    await desk.shows(f"{number} · A question · closed", "A question · answered")
    # A thread that operators open below a ticket is their chat, too.
    again = canary("again")
    await people["web"].ask(again)
    post = await desk.shows(again)
    thread = DiscordDesk(desk.chat.start_thread("Talk about it", post))
    answer = canary("answer")
    thread.chat.write(f"{world.leo.mention} /reply {_number(post.content)} {answer}")
    await people["web"].hears(answer)
    await _talk(world, people)
    await _in_tickets_only(world, [*words, more, again, answer])


def _number(text: str) -> int:
    found = _NUMBER.search(plain(text))
    assert found is not None
    return int(found[1])


def _on_discord(people: dict[str, Person]) -> OnDiscord:
    person = people["discord"]
    assert isinstance(person, OnDiscord)
    return person


async def _talk(world: World, people: dict[str, Person]) -> None:
    """Let people talk with their personas: a model is asked with their history."""
    world.ann.open(world.mia).say("and how are you?")
    world.bea.dm(world.leo).write("and how are you?")
    await people["telegram"].hears("Hello there, friend")
    await people["discord"].hears("Hello there, friend")
