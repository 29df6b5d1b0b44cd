"""The Bot API server that a test or a person at a terminal runs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.faults import Fault, FaultPlan
from amity.testing.telegram_server.front import Front
from amity.testing.telegram_server.groups import Group
from amity.testing.telegram_server.limits import FloodGuard, Limits
from amity.testing.telegram_server.person import OpenChat, Person
from amity.testing.telegram_server.record import Request
from amity.testing.telegram_server.world import World

__all__ = ["BotApiServer"]

_UPLOAD_LIMIT: Final = 50 * 1024 * 1024
_FORM_ROOM: Final = 64 * 1024


class BotApiServer:
    """A server that speaks Telegram's Bot API on the loopback address.

    An asynchronous context manager. Everything lies in memory and ends with it::

        async with BotApiServer() as server:
            mia = server.bot("Mia")
            ann = server.person("Ann", language_code="en")
            chat = ann.open(mia)
            chat.say("Hello")
            ...  # a program polls server.url with mia.token, and answers
            assert (await chat.next()).text == "Hello, Ann"

    What Telegram has and this server has not is refused (an unknown method with 404) and noted in
    ``unsupported``.

    Args:
        port: Where to listen; 0 takes a free port.
        limits: The flood limits; ``None`` for none.
        upload_limit: The greatest size of a request in bytes, for files.
    """

    def __init__(
        self, *, port: int = 0, limits: Limits | None = None, upload_limit: int = _UPLOAD_LIMIT
    ) -> None:
        self.world = World()
        self._plan = FaultPlan()
        guard = None if limits is None else FloodGuard(limits, self.world.clock)
        self._front = Front(self.world, self._plan, guard)
        self._port = port
        self._runner = web.AppRunner(
            self._front.app(body_limit=upload_limit + _FORM_ROOM),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        self._site: web.TCPSite | None = None

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await self._listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._front.end()
        await self.world.webhooks.close()
        await self._runner.cleanup()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """The address to give in place of ``https://api.telegram.org``."""
        return f"http://127.0.0.1:{self._port}"

    # Who there is.

    def bot(
        self,
        name: str,
        *,
        username: str = "",
        token: str = "",
        reads_groups: bool = False,
        joins_groups: bool = True,
        topics: bool = False,
    ) -> BotAccount:
        """Make a bot.

        Args:
            name: Its name.
            username: Its public name; made from the name where it is empty.
            token: Its token; made where it is empty.
            reads_groups: Whether privacy mode is off.
            joins_groups: Whether it can be added to groups.
            topics: Whether its private chats have forum topics.
        """
        return self.world.add_bot(
            name,
            username=username,
            token=token,
            reads_groups=reads_groups,
            joins_groups=joins_groups,
            topics=topics,
        )

    def person(
        self,
        name: str,
        *,
        language_code: str = "",
        username: str = "",
        premium: bool = False,
    ) -> Person:
        """Make a person; what follows the first word of the name is the last name."""
        user = self.world.add_person(
            name, language_code=language_code, username=username, is_premium=premium
        )
        return Person(self.world, user)

    def group(
        self,
        title: str,
        *members: Person | BotAccount,
        supergroup: bool = True,
        forum: bool = False,
        username: str = "",
    ) -> Group:
        """Make a group with these members, the first of whom is its creator.

        Args:
            title: Its name.
            members: Who is in it.
            supergroup: False for a basic group.
            forum: Whether it has topics.
            username: Its public name; empty for a private group.
        """
        chat = self.world.add_group(title, supergroup=supergroup or forum, forum=forum)
        chat.username = username
        group = Group(self.world, chat)
        for member in members:
            group.add(member)
        return group

    # What was asked.

    @property
    def requests(self) -> Sequence[Request]:
        """Every request with a token that some bot has, oldest first."""
        return self._front.requests

    def calls(self, method: str, bot: BotAccount | None = None) -> Sequence[Request]:
        """Return the requests of one method, of one bot or of all."""
        return [
            one
            for one in self._front.requests
            if one.method.lower() == method.lower() and bot in {None, one.bot}
        ]

    async def call(
        self, method: str, bot: BotAccount | None = None, *, count: int = 1, seconds: float = 15
    ) -> Request:
        """Wait until a method was called so many times and answered; return the last of them.

        Raises:
            TimeoutError: It was not called so often in so many seconds.
        """

        def look() -> Request | None:
            calls = [one for one in self.calls(method, bot) if one.status]
            return calls[count - 1] if len(calls) >= count else None

        return await self.world.changes.until(look, seconds, f"{method} ({count} times)")

    @property
    def unsupported(self) -> Sequence[str]:
        """What bots asked for that Telegram has and this server has not."""
        return self._front.unsupported

    # What goes wrong.

    def fail(
        self,
        method: str | Collection[str],
        fault: Fault,
        *,
        bot: BotAccount | None = None,
        times: int | None = 1,
        every: int = 1,
    ) -> None:
        """Let requests fail.

        Args:
            method: Which method, or which several; empty for all.
            fault: How.
            bot: Whose requests; ``None`` for everybody's.
            times: How many fail; ``None`` for all from now on.
            every: 3 lets two pass for each that fails.
        """
        methods = method if not isinstance(method, str) else [method] if method else []
        self._plan.add(fault, methods=methods, bot=bot, times=times, every=every)

    def mend(self) -> None:
        """Let nothing fail any more."""
        self._plan.clear()

    def move_clock(self, seconds: float) -> None:
        """Move the server's clock: by it dates are given, and drafts, queries and limits end."""
        self.world.clock.move(seconds)

    def deliver_twice(self, bot: BotAccount, times: int = 1) -> None:
        """Deliver the next so many updates of a bot once more after it has confirmed them.

        Both deliveries have the same ``update_id``, as after a confirmation that got lost.
        """
        bot.updates.repeat(times)

    def held(
        self, bot: BotAccount, place: OpenChat | Group | Person
    ) -> contextlib.AbstractContextManager[None]:
        """Keep a bot's updates from one chat back while the block runs.

        What comes from other chats meanwhile overtakes them, so that the order between chats is
        wrong, while that within each chat is right.
        """
        number = place.chat.id if isinstance(place, OpenChat) else place.id
        return bot.updates.hold(number)

    @contextlib.asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Be gone while the block runs: connections break, and new ones are refused."""
        assert self._site is not None
        await self._site.stop()
        server = self._runner.server
        assert server is not None
        for connection in list(server.connections):
            if connection.transport is not None:
                connection.transport.abort()
        # What was being waited for on those connections ends before anything else happens.
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await self._listen()
