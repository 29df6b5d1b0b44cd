"""The two addresses: a public one for pages and channels, an admin one for health and metrics."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiohttp import web

from amity.config import Bind, HttpSettings
from amity.errors import OperatorError
from amity.http.middleware import Guard, limiting_itself, secure_headers, within
from amity.http.mounts import Mounts
from amity.observe import get_logger

__all__ = ["Addresses", "HttpHost", "Page", "taken"]

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
Ready = Callable[[], Awaitable[tuple[bool, Mapping[str, Any]]]]

_OVERRIDES: Final = {"bind": "AMITY__HTTP__BIND", "admin_bind": "AMITY__HTTP__ADMIN_BIND"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the host can be reached, with the ports that it really got."""

    public: str
    admin: str


class HttpHost:
    """Serves what channels mount, the legal pages, health and metrics.

    The public address listens as soon as ``start`` returns; channels may mount before and after.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        ready: Ready,
        metrics: Callable[[], bytes],
        metrics_type: str = "text/plain; version=0.0.4; charset=utf-8",
        pages: Mapping[str, Page] | None = None,
        count: Callable[[int], None] = lambda _status: None,
        grace: float = 5.0,
    ) -> None:
        """Build both applications; nothing listens yet.

        Args:
            settings: Addresses and limits.
            ready: Tells whether the service can work, and the state of its parts, for ``/readyz``.
            metrics: Returns the figures for ``/metrics``.
            metrics_type: Their content type.
            pages: The engine's own public pages by path, such as ``/privacy``.
            count: Is told the status of each public answer.
            grace: Seconds that running requests get when it stops.
        """
        self._settings = settings
        self._log = get_logger("http")
        self._ready = ready
        self._metrics = metrics
        self._metrics_type = metrics_type
        self._grace = grace
        pages = pages or {}
        self._mounts = Mounts(pages)
        self._public = self._application(count)
        self._public.router.add_routes([web.get(path, page) for path, page in pages.items()])
        self._public.router.register_resource(self._mounts)
        self._admin = self._application()
        self._admin.router.add_routes(
            [
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._serve_metrics),
            ]
        )
        self._runners: list[web.AppRunner] = []
        self.addresses: Addresses | None = None

    def _application(self, count: Callable[[int], None] = lambda _status: None) -> web.Application:
        guard = Guard(self._settings, self._log, count=count)
        application = web.Application(
            middlewares=[guard.middleware], client_max_size=self._settings.body_limit
        )
        application.on_response_prepare.append(secure_headers)
        return application

    def mount(
        self,
        channel: str,
        routes: Iterable[web.AbstractRouteDef],
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        """Serve routes of a channel on the public address, now or once it listens.

        Their answers have to begin ``answer_within`` seconds, or within the usual time-out. With
        ``limits_bodies`` they refuse bodies that are too large themselves.

        Raises:
            PluginError: another channel, or the engine itself, serves one of these paths.
        """
        routes = list(routes)
        if answer_within is not None:
            routes = [within(route, answer_within) for route in routes]
        if limits_bodies:
            routes = [limiting_itself(route) for route in routes]
        self._mounts.mount(channel, routes)

    def unmount(self, channel: str) -> None:
        """Stop serving a channel's routes. A channel without any is a no-op."""
        self._mounts.unmount(channel)

    async def start(self) -> Addresses:
        """Listen on both addresses and return them.

        Raises:
            OperatorError: an address is taken, forbidden or not of this machine.
        """
        try:
            public = await self._listen(self._public, self._settings.bind, "bind")
            admin = await self._listen(self._admin, self._settings.admin_bind, "admin_bind")
        except BaseException:
            await self.stop()
            raise
        self.addresses = Addresses(public=public, admin=admin)
        return self.addresses

    async def _listen(self, application: web.Application, bind: Bind, key: str) -> str:
        runner = web.AppRunner(
            application,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=30,
            shutdown_timeout=self._grace,
            # A small body that unpacks into a large one is not unpacked: the guard refuses it.
            auto_decompress=False,
        )
        self._runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, bind.host, bind.port, backlog=512)
        try:
            await site.start()
        except OSError as error:
            raise OperatorError(_reason(error, bind, key)) from None
        port = runner.addresses[0][1]
        host = f"[{bind.host}]" if ":" in bind.host else bind.host
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening at once, give running requests the grace period, then end them.

        Calling it again is a no-op.
        """
        runners, self._runners = self._runners, []
        for runner in runners:
            for site in tuple(runner.sites):
                await site.stop()
        await asyncio.gather(*(runner.cleanup() for runner in runners))

    async def _livez(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        ready, parts = await self._ready()
        return web.Response(
            body=orjson.dumps({"ready": ready, **parts}, default=str),
            status=200 if ready else 503,
            content_type="application/json",
        )

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics(), headers={"Content-Type": self._metrics_type})


def taken(settings: HttpSettings) -> list[str]:
    """Return a sentence for each address that could not be listened on now."""
    problems = []
    for key, bind in (("bind", settings.bind), ("admin_bind", settings.admin_bind)):
        family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind.host, bind.port))
            except OSError as error:
                problems.append(_reason(error, bind, key))
    return problems


def _reason(error: OSError, bind: Bind, key: str) -> str:
    """Return the sentence for an address that cannot be listened on."""
    mend = f"set http.{key} in the configuration, or {_OVERRIDES[key]}"
    match error.errno:
        case errno.EADDRINUSE:
            return f"http.{key}: port {bind.port} of {bind.host} is in use; {mend} to another port"
        case errno.EACCES | errno.EPERM:
            return f"http.{key}: port {bind.port} needs more rights; {mend} to a port above 1023"
        case errno.EADDRNOTAVAIL:
            return f"http.{key}: {bind.host} is not an address of this machine; {mend}"
        case _:
            return f"http.{key}: cannot listen on {bind}; {mend}"
