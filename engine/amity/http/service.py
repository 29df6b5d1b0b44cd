"""A whole installation in one process: the engine, its web server, and the control socket."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Self

from amity.config import LoadedConfig
from amity.engine import Engine
from amity.http.control import SOCKET_NAME, ControlServer
from amity.http.downloads import downloads
from amity.http.host import Addresses, HttpHost
from amity.http.pages import legal_pages
from amity.http.terminal import Terminals
from amity.plugin import Found

__all__ = ["Service", "control_of"]


_CHANNELS_WITHIN: Final = 2.0  # seconds


class Service:
    """The engine behind its addresses. Made by ``build``."""

    def __init__(self, engine: Engine, http: HttpHost, control: ControlServer) -> None:
        self.engine = engine
        self.http = http
        self.control = control

    @classmethod
    async def build(cls, loaded: LoadedConfig, *, found: Found | None = None) -> Self:
        """Put an installation together; nothing listens yet.

        Raises:
            OperatorError: something of the configuration, the keys or the store does not fit.
        """
        holder: list[Engine] = []

        # The host needs the engine's answers, the engine the host's ``mount``: asked late.
        async def ready() -> tuple[bool, Mapping[str, Any]]:
            return await holder[0].ready()

        def figures() -> bytes:
            return holder[0].metrics.render()

        def best(tag: str | None) -> str:
            return holder[0].services.texts.best(tag)

        def count(status: int) -> None:
            holder[0].metrics.http(status)

        http = HttpHost(
            loaded.config.http,
            ready=ready,
            metrics=figures,
            pages=legal_pages(lambda: holder[0].setup.documents, best),
            count=count,
        )
        engine = await Engine.build(loaded, mount=http.mount, unmount=http.unmount, found=found)
        holder.append(engine)
        http.mount("downloads", downloads(lambda: engine.services))
        return cls(engine, http, control_of(engine))

    async def start(self) -> Addresses:
        """Listen, then let people in; returns once the page can be asked for.

        Raises:
            OperatorError: an address is taken, or another process uses the data folder.
        """
        await self.control.start()
        addresses = await self.http.start()
        await self.engine.start()
        # A slow platform keeps nobody from the page.
        await self.engine.channels.settle(_CHANNELS_WITHIN)
        return addresses

    async def stop(self, *, drain: float = 20.0) -> None:
        """Drain running turns and close everything."""
        await self.control.stop()
        await self.engine.drain(drain)
        # Before the web server: an event stream that nobody ends would use up its grace period.
        await self.engine.channels.stop_all()
        await self.http.stop()
        await self.engine.close()

    async def run_until(self, stop: asyncio.Event, *, drain: float = 20.0) -> None:
        """Start, wait for the event, and stop."""
        await self.start()
        try:
            await stop.wait()
        finally:
            await self.stop(drain=drain)


def control_of(engine: Engine) -> ControlServer:
    """Return the socket on which an engine answers commands and takes terminals."""
    terminals = Terminals(engine)
    return ControlServer(
        engine.loaded.data / SOCKET_NAME,
        {**{name: _handler(engine, name) for name in engine.admin.names}, **terminals.handlers},
        terminals.conversations,
    )


def _handler(engine: Engine, name: str) -> Any:
    async def handle(arguments: dict[str, Any]) -> dict[str, Any]:
        return await engine.admin.call(name, arguments)

    return handle
