"""What clients read: the event stream, the history, the description of the API."""

import asyncio
import re
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson
import yaml
from aiohttp import web

from amity.message import Sender
from amity_web.context import Context, known
from amity_web.events import EventStream
from amity_web.hub import Listener
from amity_web.responses import API_HEADERS, STREAM_HEADERS, ApiError, json_response
from amity_web.session import caller_of
from amity_web.wire import entry_json

__all__ = ["Reading", "openapi_document"]

_POSITION: Final = re.compile(r"[A-Za-z0-9._:-]{0,64}")
_PAGE: Final = 50
_MOST: Final = 200
_LITTLE: Final = 32_768
# Anybody can make up cookies, and a stream of nobody looks at the store twice a second.
_STREAMS_OF_NOBODY: Final = 100


@cache
def openapi_document() -> dict[str, Any]:
    """Return the description of the API, without its ``servers``."""
    text = resources.files("amity_web").joinpath("openapi.yaml").read_text("utf-8")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a SafeLoader in C
    return document


def _position(value: str) -> str:
    if not _POSITION.fullmatch(value):
        raise ApiError(400, "bad_position", "A position is what an event's id or an entry said.")
    return value


def _connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


class Reading:
    """Handlers for everything that is only read."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._host = context.host
        self._of_nobody = 0
        document = {**openapi_document(), "servers": [{"url": context.base}]}
        self._openapi = orjson.dumps(document)

    async def openapi(self, request: web.Request) -> web.StreamResponse:
        """Describe the API."""
        return web.Response(body=self._openapi, headers=API_HEADERS)

    async def history(self, request: web.Request) -> web.StreamResponse:
        """Return the last entries of the journal, or those before a position."""
        sender = known(caller_of(request))
        query = request.query
        before = _position(query.get("before", ""))
        try:
            limit = min(_MOST, max(1, int(query.get("limit", _PAGE))))
        except ValueError:
            raise ApiError(400, "bad_field", '"limit" must be a number.') from None
        entries = await self._host.journal(
            sender,
            before=before or None,
            persona=query.get("persona") or None,
            limit=limit + 1,
        )
        return json_response(
            {
                "messages": [entry_json(e, self._context.base) for e in entries[-limit:]],
                "more": len(entries) > limit,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what happens from now on, or from a position on."""
        caller = caller_of(request)
        sender = known(caller)
        profile = await self._host.profile(sender)
        if caller.by_key and profile.state == "stranger":
            raise ApiError(401, "bad_key", "This key is not known here.")
        asked = request.headers.get("Last-Event-ID", request.query.get("after"))
        cursor = await self._now(sender) if asked is None else _position(asked)
        settled = profile.state != "stranger"
        listener = None
        if settled or self._of_nobody < _STREAMS_OF_NOBODY:
            listener = self._context.hub.listen(
                profile.chat, lambda: _connected(request), sender=sender.id
            )
        if listener is None:
            raise ApiError(
                503,
                "unavailable",
                "Too many streams are open. Try again soon.",
                headers={"Retry-After": "10"},
            )
        self._of_nobody += not settled
        try:
            return await self._stream(request, sender, cursor, listener, settled=settled)
        finally:
            self._of_nobody -= not settled
            self._context.hub.leave(listener)

    async def _now(self, sender: Sender) -> str:
        latest = await self._host.journal(sender, limit=1)
        return latest[-1].position if latest else ""

    async def _stream(
        self,
        request: web.Request,
        sender: Sender,
        cursor: str,
        listener: Listener,
        *,
        settled: bool,
    ) -> web.StreamResponse:
        config = self._context.config
        response = web.StreamResponse(headers=STREAM_HEADERS)
        await response.prepare(request)

        async def write(chunk: bytes) -> None:
            # A client that does not read is let go: it comes back and misses nothing. While the
            # line takes everything at once there is nothing to wait for, and no clock to set.
            transport = request.transport
            if transport is None:
                raise ConnectionResetError
            if len(chunk) < _LITTLE and not transport.get_write_buffer_size():
                await response.write(chunk)
                return
            async with asyncio.timeout(config.write_timeout):
                await response.write(chunk)

        stream = EventStream(
            self._host,
            sender,
            cursor=cursor,
            base=self._context.base,
            heartbeat=config.heartbeat,
            settled=settled,
        )
        try:
            await stream.run(listener, write)
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        except ConnectionResetError:
            pass
        return response
