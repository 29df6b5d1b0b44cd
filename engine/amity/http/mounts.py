"""Routes that come and go with channels, while the server runs.

aiohttp freezes its routes when it starts. Channels start later, and a reload may add or drop them;
so one resource stands for all of them and asks a router of each channel.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from aiohttp import web
from yarl import URL

from amity.errors import PluginError

__all__ = ["Mounts", "shape"]

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


def shape(path: str) -> str:
    """Return a path with its placeholders nameless: two of one shape answer the same requests."""
    return _PLACEHOLDER.sub("{}", path).rstrip("/") or "/"


class Mounts(web.AbstractResource):
    """What channels serve, each under its name."""

    def __init__(self, reserved: Iterable[str]) -> None:
        """Refuse the ``reserved`` paths, which are the host's own."""
        super().__init__(name=None)
        self._reserved = {shape(path) for path in reserved}
        self._routers: dict[str, web.UrlDispatcher] = {}
        self._taken: dict[str, set[tuple[str, str]]] = {}

    def mount(self, channel: str, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Add routes of a channel to those it has.

        Raises:
            PluginError: another channel, or the host itself, serves one of these paths.
        """
        routes = list(routes)
        taken = {pair for route in routes for pair in _paths(route)}
        self._check(channel, taken)
        self._routers.setdefault(channel, web.UrlDispatcher()).add_routes(routes)
        self._taken.setdefault(channel, set()).update(taken)

    def unmount(self, channel: str) -> None:
        """Take a channel's routes away. A channel without any is a no-op."""
        self._routers.pop(channel, None)
        self._taken.pop(channel, None)

    def _check(self, channel: str, taken: set[tuple[str, str]]) -> None:
        for method, path in sorted(taken):
            if path in self._reserved:
                raise PluginError(f"channel {channel}: the path {path} is Amity's own")
            for other, theirs in self._taken.items():
                same = (method, path) in theirs or ("*", path) in theirs
                same = same or (method == "*" and any(path == p for _, p in theirs))
                if other != channel and same:
                    raise PluginError(
                        f"channel {channel}: the path {path} is served by channel {other} already;"
                        f" give one of them another path, or switch it off (enabled: false)"
                    )

    async def resolve(
        self, request: web.Request
    ) -> tuple[web.UrlMappingMatchInfo | None, set[str]]:
        """Ask each channel's router for this request."""
        allowed: set[str] = set()
        for router in tuple(self._routers.values()):
            match = await router.resolve(request)
            if match.http_exception is None:
                return match, allowed
            if isinstance(match.http_exception, web.HTTPMethodNotAllowed):
                allowed |= match.http_exception.allowed_methods
        return None, allowed

    @property
    def canonical(self) -> str:
        """Every path may be one of a channel's."""
        return "/"

    def add_prefix(self, prefix: str) -> None:
        """Do nothing: this is never part of another application."""

    def url_for(self, **_: str) -> URL:
        """Return the root; routes of channels are not built from names."""
        return URL("/")

    def get_info(self) -> Any:
        """Say nothing: routes are listed by the channels' routers."""
        return {}

    def raw_match(self, path: str) -> bool:
        """Match nothing by its bare path."""
        return False

    def __len__(self) -> int:
        return sum(len(router.resources()) for router in self._routers.values())

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter([route for router in self._routers.values() for route in router.routes()])


def _paths(route: web.AbstractRouteDef) -> set[tuple[str, str]]:
    if isinstance(route, web.RouteDef):
        return {(route.method.upper(), shape(route.path))}
    if isinstance(route, web.StaticDef):
        return {("*", shape(route.prefix))}
    return set()
