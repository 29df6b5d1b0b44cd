"""discord.py's client: without caches of people, in order, and back soon after an outage."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import aiohttp
import discord
from discord.gateway import KeepAliveHandler

from amity.errors import OperatorError
from amity_discord.config import Config

__all__ = ["Gateway", "intents_of"]

Handler = Callable[..., None]

_WAIT_FOR_LIMIT: Final = 30.0  # seconds that the library itself waits for a rate limit, at most
_LONGEST_AWAY: Final = 30.0  # seconds; the library's own back-off grows to a quarter of an hour
_GLANCE: Final = 1.0
_FAREWELL: Final = 2.0
_GOOD_BYE: Final = 1000
_BETWEEN_IDENTIFIES: Final = 5.0  # seconds that Discord wants between two new sessions of a bot
_GUILDS_IN: Final = 1.0  # seconds without another server after which those in it are known

_BARRED: Final[Mapping[int, str]] = {
    4004: "Discord does not take the token any more; make a new one on the page Bot of the "
    "developer portal and put it into the config",
    4010: "Discord does not take the shard; please report this",
    4011: "the bot is in more servers than one connection serves (2,500); leave some, or run it "
    "with several tokens",
    4012: "Discord does not speak this version of its gateway any more; update discord.py",
    4013: "Discord does not know the intents; update discord.py",
}
_INTENTS: Final = (
    "Discord does not give the bot the intents that it asks for; switch Message Content Intent on "
    "in the developer portal (page Bot), or set message_content: false in the config"
)


def intents_of(config: Config) -> discord.Intents:
    """Return what the gateway is asked for."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.messages = True
    intents.reactions = True
    intents.message_content = config.message_content
    return intents


class Gateway(discord.Client):
    """A client that hands each event on at once, in the order of the gateway.

    Args:
        config: The channel's config.
        handlers: Who is told of an event, by the library's name for it. They must not raise.
    """

    def __init__(self, config: Config, handlers: Mapping[str, Handler]) -> None:
        super().__init__(
            intents=intents_of(config),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_WAIT_FOR_LIMIT,
            guild_ready_timeout=_GUILDS_IN,
        )
        self._told = handlers
        self._away_since: float | None = None
        self._identified = -_BETWEEN_IDENTIFIES

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Tell of an event. The library would start a task for each."""
        if event in ("connect", "resumed"):
            self._away_since = None
        elif event == "disconnect" and self._away_since is None:
            self._away_since = self.loop.time()
        handler = self._told.get(event)
        if handler is not None:
            handler(*args)

    async def before_identify_hook(self, _shard_id: int | None, *, initial: bool = False) -> None:
        """Wait no longer than Discord wants: the library waits as long after hours, too."""
        now = self.loop.time()
        if not initial:
            await asyncio.sleep(self._identified + _BETWEEN_IDENTIFIES - now)
        self._identified = self.loop.time()

    @property
    def away(self) -> bool:
        """Whether the gateway is lost."""
        return self._away_since is not None

    @property
    def position(self) -> str:
        """Where the session is: the same for an event that is delivered again."""
        return f"{self.ws.session_id}.{self.ws.sequence}"

    async def stay(self) -> None:
        """Stay connected until cancelled.

        Raises:
            OperatorError: only the operator can mend why Discord does not let the bot in.
            ConnectionClosed: the gateway ended the session in a way that it does not explain.
        """
        while True:
            connecting = asyncio.create_task(self.connect(reconnect=True), name="discord gateway")
            try:
                while not connecting.done() and not self._waits_too_long():
                    await asyncio.wait([connecting], timeout=_GLANCE)
            finally:
                # The library waits in a way that can swallow one cancellation, up to Python 3.11.
                while not connecting.done():
                    connecting.cancel()
                    await asyncio.wait([connecting], timeout=_GLANCE)
            await self._hang_up()
            self._judge(connecting)
            self._away_since = self.loop.time()
            await asyncio.sleep(_GLANCE)

    async def leave(self) -> None:
        """End the connection, without waiting long for a Discord that does not answer."""
        await self._hang_up()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await self.close()
        await self.http.close()

    async def _hang_up(self) -> None:
        """Close every connection to the gateway, and end the threads that keep them alive.

        The library loses one that ends between the gateway's greeting and the bot's answer to it:
        its thread would go on until it finds the loop closed.
        """
        hearts = [
            thread
            for thread in threading.enumerate()
            if isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection  # noqa: SLF001 -- says whose it is
        ]
        for heart in hearts:
            heart.stop()
            with suppress(TimeoutError, OSError, aiohttp.ClientError):
                async with asyncio.timeout(_FAREWELL):
                    await heart.ws.close(code=_GOOD_BYE)
            await asyncio.to_thread(heart.join, _FAREWELL)

    def _waits_too_long(self) -> bool:
        """Whether the library sleeps longer than people should wait."""
        away = self._away_since
        return away is not None and self.loop.time() - away > _LONGEST_AWAY

    def _judge(self, connecting: "asyncio.Task[None]") -> None:
        """Raise what ended a connection for good."""
        if connecting.cancelled():
            return
        error = connecting.exception()
        if isinstance(error, discord.PrivilegedIntentsRequired):
            raise OperatorError(_INTENTS)
        if isinstance(error, discord.ConnectionClosed):
            if error.code in _BARRED:
                raise OperatorError(_BARRED[error.code])
            raise error
        if error is not None and not self._never_connected(error):
            raise error
        if self.is_closed():
            raise ConnectionError("the connection to the gateway was closed")

    def _never_connected(self, error: BaseException) -> bool:
        """Whether it is the library's way to stumble over a gateway that it never reached."""
        with suppress(AttributeError):
            return isinstance(error, AttributeError) and self.ws is None
        return True
