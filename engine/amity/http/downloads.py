"""Files for people whose channel shows none: behind a link that works once.

The link's secret is not stored, only its keyed hash. Opening the link shows a page with a button;
only that uses the link up, since programs that show previews of links open them, too.
"""

from collections.abc import Callable, Iterable
from typing import Final, cast
from urllib.parse import quote

from aiohttp import web

from amity.datamap.declarations import MEDIA
from amity.datamap.schema import Purpose
from amity.http.pages import first_language
from amity.privacy import document
from amity.store.contract import EVERYONE, Access, Remove
from amity.store.vault import OpenRow
from amity.turn.services import Services, download_id

__all__ = ["downloads"]

_ACCESS: Final = Access(Purpose.RIGHTS, EVERYONE)
_LONGEST: Final = 64


def downloads(services: Callable[[], Services]) -> Iterable[web.RouteDef]:
    """Return the routes; ``services`` is asked at each request."""

    async def found(request: web.Request) -> OpenRow | None:
        token = request.match_info["token"]
        if len(token) > _LONGEST:
            return None
        row = await services().vault.get(MEDIA, download_id(services().vault, token), _ACCESS)
        if row is None or cast("int", row["expires_at"]) <= services().clock.now():
            return None
        return row

    def page(request: web.Request, key: str, *, status: int) -> web.Response:
        language = services().texts.best(request.query.get("lang") or first_language(request))
        html = document(
            title=services().text(language, "download.title"),
            language=language,
            markdown=services().text(language, key),
            stylesheet="/legal.css",
            button=services().text(language, "download.button") if status == 200 else "",
        )
        return web.Response(
            text=html,
            content_type="text/html",
            status=status,
            headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
        )

    async def show(request: web.Request) -> web.Response:
        if await found(request) is None:
            return page(request, "download.gone", status=404)
        return page(request, "download.ready", status=200)

    async def give(request: web.Request) -> web.Response:
        row = await found(request)
        if row is None:
            return page(request, "download.gone", status=404)
        removed = await services().vault.write([Remove(MEDIA, str(row["id"]))], _ACCESS)
        if not removed[0]:  # somebody else was quicker
            return page(request, "download.gone", status=404)
        name = quote(str(row["name"]))
        return web.Response(
            body=cast("bytes", row["content"]),
            content_type=str(row["media_type"]),
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            },
        )

    return [web.get("/download/{token}", show), web.post("/download/{token}", give)]
