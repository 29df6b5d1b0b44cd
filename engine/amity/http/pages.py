"""The legal pages, rendered from the running configuration: text and behaviour cannot drift."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from aiohttp import web

from amity.http.host import Page
from amity.privacy import STYLE

__all__ = ["Documents", "first_language", "legal_pages"]

_PATHS: Final = {"/privacy": "privacy", "/terms": "terms", "/crisis-protocol": "crisis-protocol"}


class Documents(Protocol):
    """What the pages show; the engine's policy has it."""

    def html(self, page: str, language: str) -> str:
        """Return a page as a whole HTML document."""
        ...

    def datamap_json(self) -> bytes:
        """Return the data map as JSON."""
        ...


def legal_pages(
    documents: Callable[[], Documents], best: Callable[[str | None], str]
) -> Mapping[str, Page]:
    """Return the handlers by path.

    Args:
        documents: The documents in force; asked at each request, since a reload replaces them.
        best: Chooses a language for a tag.
    """

    def page(name: str) -> Page:
        async def handler(request: web.Request) -> web.Response:
            language = best(request.query.get("lang") or first_language(request))
            return web.Response(
                text=documents().html(name, language),
                content_type="text/html",
                headers={"Content-Language": language, "Vary": "Accept-Language"},
            )

        return handler

    async def datamap(_request: web.Request) -> web.Response:
        return web.Response(body=documents().datamap_json(), content_type="application/json")

    async def style(_request: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")

    return {
        "/legal.css": style,
        **{path: page(name) for path, name in _PATHS.items()},
        "/datamap.json": datamap,
    }


def first_language(request: web.Request) -> str | None:
    """Return the tag of the language that a browser asks for first, if it asks."""
    first = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()
    return first or None
