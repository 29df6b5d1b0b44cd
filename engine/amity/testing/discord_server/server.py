"""The server that a test starts."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from amity.testing.discord_server.commands import Commands
from amity.testing.discord_server.faults import Faults
from amity.testing.discord_server.flags import NO_INTENTS, PRIVILEGED, Intent
from amity.testing.discord_server.gateway import Gateway
from amity.testing.discord_server.handles import Bot, Guild, Person
from amity.testing.discord_server.http import LARGEST, Http
from amity.testing.discord_server.interactions import Interactions
from amity.testing.discord_server.limits import Buckets, RateLimits
from amity.testing.discord_server.messages import Messages
from amity.testing.discord_server.model import Json
from amity.testing.discord_server.places import Places
from amity.testing.discord_server.record import Request
from amity.testing.discord_server.services import Services
from amity.testing.discord_server.world import World

__all__ = ["DiscordServer"]

_UPLOAD_LIMIT = 10 * 1024 * 1024


class DiscordServer:
    """Discord's API and gateway on the loopback address; an asynchronous context manager.

    Args:
        port: The port, 0 for any.
        heartbeat: Seconds between heartbeats, as HELLO asks for them.
        rate_limits: What bots may ask for; the default is more than anybody does.
        upload_limit: Bytes that one attachment may have.

    Attributes:
        faults: What shall go wrong with requests.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        heartbeat: float = 41.25,
        rate_limits: RateLimits | None = None,
        upload_limit: int = _UPLOAD_LIMIT,
    ) -> None:
        world = World()
        limits = rate_limits or RateLimits()
        messages = Messages(world)
        self.faults = Faults()
        self._world = world
        self._services = Services(
            world=world,
            gateway=Gateway(world, heartbeat=heartbeat, limits=limits),
            messages=messages,
            places=Places(world, messages),
            interactions=Interactions(world, messages, upload_limit=upload_limit),
            commands=Commands(world),
            faults=self.faults,
            upload_limit=upload_limit,
        )
        self._port = port
        app = web.Application(client_max_size=LARGEST + 1024 * 1024)
        app.router.add_get("/gateway", self._services.gateway.endpoint)
        app.router.add_get("/gateway/resume", self._services.gateway.endpoint)
        Http(self._services, Buckets(limits)).add_to(app)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._world.links.base = self.url
        self._services.gateway.url = self.gateway_url
        self._services.gateway.resume_url = f"{self.gateway_url}/resume"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._services.gateway.close()
        await self._runner.cleanup()

    # ------------------------------------------------------------------------------- addresses

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The base address of the API: discord.py's ``Route.BASE``."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The address of the gateway: discord.py's ``DEFAULT_GATEWAY``."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    # ---------------------------------------------------------------------------- who is there

    def bot(self, name: str, *, privileged: Intent = NO_INTENTS, description: str = "") -> Bot:
        """Make a bot.

        Args:
            name: Its name; faults and requests are told apart by it, so it is unique.
            privileged: The privileged intents that its operator switched on.
            description: What it says about itself.
        """
        if any(each.user.display == name for each in self._world.applications.values()):
            raise ValueError(f"there is a bot {name!r} already")
        if privileged & ~PRIVILEGED:
            raise ValueError(
                "only GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT are privileged"
            )
        application = self._world.new_application(
            name, privileged=privileged, description=description
        )
        return Bot(self._services, application)

    def person(
        self,
        name: str,
        *,
        locale: str = "en-US",
        extra: Json | None = None,
        nitro: bool = False,
    ) -> Person:
        """Make a person.

        Args:
            name: Their display name.
            locale: The language of their client, such as ``pt-BR``.
            extra: More fields of the user object that bots get, such as an ``email``.
            nitro: Whether they pay Discord: their messages have up to 4000 characters.
        """
        user = self._world.new_user(name, bot=False, locale=locale, extra=dict(extra or {}))
        user.nitro = nitro
        return Person(self._services, user)

    def guild(
        self,
        name: str,
        *,
        members: Sequence[Person] = (),
        bots: Sequence[Bot] = (),
        locale: str = "en-US",
    ) -> Guild:
        """Make a guild, owned by nobody who acts, with a channel ``general``."""
        owner = self._world.new_user(f"{name} owner", bot=False, locale=locale, extra={})
        guild = Guild(self._services, self._services.places.new_guild(name, owner, locale=locale))
        guild.channel("general")
        for person in members:
            guild.add(person)
        for bot in bots:
            guild.add(bot)
        return guild

    # ------------------------------------------------------------------------- looking, waiting

    @property
    def requests(self) -> list[Request]:
        """What all bots asked for, oldest first; it may be cleared."""
        return self._services.requests

    @property
    def fault_log(self) -> list[str]:
        """What was asked for that the server does not know, or could not make sense of."""
        return self._world.fault_log

    @property
    def now(self) -> float:
        """The server's time in seconds since the Unix epoch."""
        return self._world.clock.now()

    def advance(self, seconds: float) -> None:
        """Move the server's time forward; see ``Clock`` for what it rules."""
        self._world.clock.advance(seconds)

    async def next_change(self, *, seconds: float = 1.0) -> None:
        """Wait until anything changes, at most so long."""
        await self._world.changes.next(seconds=seconds)

    async def until(
        self, ready: Callable[[], bool], what: str = "it", *, seconds: float = 10.0
    ) -> None:
        """Wait until something holds, looked at after each change.

        Raises AssertionError when it does not come.
        """
        await self._world.changes.until(
            ready, what, seconds=seconds, now=lambda: "; ".join(self.fault_log) or "no fault"
        )
