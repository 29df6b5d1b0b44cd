"""What every request passes, whoever answers it: limits, time-out, headers, worded errors.

A client never sees a traceback or a library's words. It sees a sentence and an error id, by
which the operator finds the log line. The log knows a request by its route, method, status and
network: no path with ids in it, no query, no full address.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from typing import Final
from weakref import WeakSet

import orjson
from aiohttp import web
from structlog.typing import FilteringBoundLogger

from amity.config import HttpSettings
from amity.errors import StoreUnavailable
from amity.http.addresses import truncated_address
from amity.observe import error_id

__all__ = ["Guard", "error_response", "limiting_itself", "secure_headers", "within"]

_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SENTENCES: Final[Mapping[int, str]] = {
    400: "This request cannot be understood.",
    401: "This needs a valid key or session.",
    403: "This is not allowed.",
    404: "There is nothing here.",
    405: "This address does not take this method.",
    413: "This is too large.",
    415: "This kind of content is not taken here.",
    429: "Too many requests; please wait a little.",
    500: "Something went wrong here.",
    503: "The service is not available right now; please try again shortly.",
    504: "This took too long; please try again.",
}
_current: Final[ContextVar["_Running | None"]] = ContextVar("amity_request", default=None)
_limiting_themselves: Final[WeakSet[Callable[..., object]]] = WeakSet()
_RETRY: Final = "5"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def error_response(
    request: web.BaseRequest,
    status: int,
    *,
    identifier: str = "",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Return an error in words: JSON for programs, plain text for a browser's address bar."""
    sentence = _SENTENCES.get(status) or f"{HTTPStatus(status).phrase}."
    wants_page = "text/html" in request.headers.get("Accept", "")
    if wants_page and not request.path.startswith(("/api/", "/v1/")):
        text = f"{sentence}\n" + (f"Error id: {identifier}\n" if identifier else "")
        return web.Response(text=text, status=status, headers=headers)
    error = {"message": sentence, "type": HTTPStatus(status).name.lower()}
    if identifier:
        error["id"] = identifier
    return web.Response(
        body=orjson.dumps({"error": error}),
        status=status,
        content_type="application/json",
        headers=headers,
    )


async def secure_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers that the handler did not set; for ``on_response_prepare``.

    An answer that has begun is not cut by the time-out any more, and takes no other request's
    place: streams may be long.
    """
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # What library in what version answers is nobody's business.
    response.headers["Server"] = "amity"
    if (running := _current.get()) is not None:
        running.begin()


def within(route: web.AbstractRouteDef, seconds: float) -> web.AbstractRouteDef:
    """Return a route whose answer may take ``seconds`` to begin instead of the usual time-out.

    What serves files is returned as it is.
    """
    if not isinstance(route, web.RouteDef):
        return route
    handler = route.handler

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        if (running := _current.get()) is not None:
            running.allow(seconds)
        response: web.StreamResponse = await handler(request)
        return response

    return web.RouteDef(route.method, route.path, answer, route.kwargs)


def limiting_itself(route: web.AbstractRouteDef) -> web.AbstractRouteDef:
    """Return a route that refuses what is too large itself; what serves files as it is."""
    if not isinstance(route, web.RouteDef):
        return route
    handler = route.handler

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await handler(request)
        return response

    _limiting_themselves.add(answer)
    return web.RouteDef(route.method, route.path, answer, route.kwargs)


class _Running:
    """One request, until it is answered."""

    __slots__ = ("begun", "guard", "timeout")

    def __init__(self, guard: "Guard", timeout: asyncio.Timeout) -> None:
        self.guard = guard
        self.timeout = timeout
        self.begun = False

    def allow(self, seconds: float) -> None:
        """Give it so many seconds from now on."""
        self.timeout.reschedule(asyncio.get_running_loop().time() + seconds)

    def begin(self) -> None:
        """Take note that its answer has begun; twice is once."""
        if not self.begun:
            self.begun = True
            self.guard.waiting -= 1
            self.timeout.reschedule(None)

    def end(self) -> None:
        """Count it no more."""
        if not self.begun:
            self.guard.waiting -= 1


class Guard:
    """The middleware of one application.

    Attributes:
        waiting: Requests whose answer has not begun. Open streams are not among them: they must not
            keep the page from anybody, and whoever serves them limits them.
    """

    def __init__(
        self,
        settings: HttpSettings,
        log: FilteringBoundLogger,
        *,
        count: Callable[[int], None] = lambda _status: None,
    ) -> None:
        """Take limits from ``settings``; ``count`` is told each answer's status."""
        self._settings = settings
        self._log = log
        self._count = count
        self.waiting = 0

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on, within the limits, and word what goes wrong."""
        started = time.perf_counter()
        status = 0
        try:
            response = await self._limited(request, handler)
            status = response.status
            return response
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            if status:
                self._count(status)
                self._note(request, status, time.perf_counter() - started)

    async def _limited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        settings = self._settings
        if self.waiting >= settings.max_requests:
            return error_response(request, 503, headers={"Retry-After": _RETRY})
        if request.headers.get("Content-Encoding", "identity") != "identity":
            return error_response(request, 415, headers={"Connection": "close"})
        limited = request.match_info.handler not in _limiting_themselves
        if limited and (request.content_length or 0) > settings.body_limit:
            return error_response(request, 413, headers={"Connection": "close"})
        scope = asyncio.timeout(settings.timeout.seconds)
        running = _Running(self, scope)
        self.waiting += 1
        token = _current.set(running)
        try:
            async with scope:
                return await handler(request)
        except web.HTTPException as answer:
            if (worded := _worded(request, answer)) is None:
                raise
            return worded
        except StoreUnavailable:
            return error_response(request, 503, headers={"Retry-After": _RETRY})
        except TimeoutError as error:
            return self._failed(request, error, 504 if scope.expired() else 500)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - the last place where it can be worded
            return self._failed(request, error, 500)
        finally:
            _current.reset(token)
            running.end()

    def _failed(self, request: web.Request, error: Exception, status: int) -> web.StreamResponse:
        identifier = error_id()
        self._log.error(
            "a request failed",
            route=_route(request),
            method=request.method,
            error_id=identifier,
            exc_info=error,
        )
        return error_response(request, status, identifier=identifier)

    def _note(self, request: web.Request, status: int, seconds: float) -> None:
        values = {
            "route": _route(request),
            "method": request.method,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        if status >= 400:
            network = truncated_address(request, self._settings.trusted_proxies)
            self._log.info("request", network=network, **values)
        else:
            self._log.debug("request", **values)


def _route(request: web.Request) -> str:
    """Return the route's pattern: what stands in the path itself may be an id."""
    resource = request.match_info.route.resource
    return "(none)" if resource is None else resource.canonical


def _worded(request: web.Request, answer: web.HTTPException) -> web.StreamResponse | None:
    """Word aiohttp's own errors; what a handler raised with words of its own is left to it."""
    own_words = answer.text not in {None, f"{answer.status}: {answer.reason}"}
    if answer.status < 400 or (own_words and answer.status != 413):
        return None
    headers = {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else None
    return error_response(request, answer.status, headers=headers)
