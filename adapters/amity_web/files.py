"""The page's files, read once and served from memory.

The address of every file but the page itself holds a version made from all of them, so a browser
may keep them for ever and never mixes two versions.
"""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from aiohttp import web

from amity_web.responses import PAGE_HEADERS

__all__ = ["PageFiles"]

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes
    media_type: str
    etag: str


def _file(name: str, body: bytes) -> _File:
    return _File(
        body=body,
        packed=gzip.compress(body, 9, mtime=0),
        media_type=_TYPES[name.rsplit(".", 1)[-1]],
        etag=f'"{sha256(body).hexdigest()[:20]}"',
    )


def _read(folder: Traversable) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.rsplit(".", 1)[-1] in _TYPES
    }


class PageFiles:
    """All files of the page; ``version`` changes when any of them does."""

    def __init__(self, folder: Traversable | None = None) -> None:
        raw = _read(folder or resources.files("amity_web").joinpath("page"))
        digest = sha256()
        for name, body in raw.items():
            digest.update(f"{name}:{len(body)}:".encode() + body)
        self.version = digest.hexdigest()[:12]
        page = raw.pop("index.html").replace(b"{{version}}", self.version.encode())
        self._page = _file("index.html", page)
        self._files = {name: _file(name, body) for name, body in raw.items()}

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page. Nothing is noted of who looks at it, and no cookie is set."""
        return self._answer(request, self._page, PAGE_HEADERS["Cache-Control"])

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Answer with one of the page's files."""
        file = self._files.get(request.match_info["name"])
        if file is None or request.match_info["version"] != self.version:
            return web.Response(status=404, headers=PAGE_HEADERS, text="Not found")
        return self._answer(request, file, _FOREVER)

    def _answer(self, request: web.Request, file: _File, caching: str) -> web.Response:
        headers = PAGE_HEADERS.copy()
        headers["Cache-Control"] = caching
        headers["ETag"] = file.etag
        headers["Vary"] = "Accept-Encoding"
        if file.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = file.media_type
        body = file.body
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = file.packed
        return web.Response(body=body, headers=headers)
