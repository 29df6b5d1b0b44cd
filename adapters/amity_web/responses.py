"""What every answer of this adapter has in common: its headers, its JSON, its errors."""

import functools
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from structlog.typing import FilteringBoundLogger

from amity.errors import StoreUnavailable

__all__ = [
    "API_HEADERS",
    "PAGE_HEADERS",
    "SECURITY",
    "STREAM_HEADERS",
    "ApiError",
    "Handler",
    "error_json",
    "frozen",
    "guarded",
    "json_body",
    "json_response",
]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}


def frozen(*parts: dict[str, str]) -> CIMultiDictProxy[str]:
    """Build headers once, to be copied into each answer."""
    headers: CIMultiDict[str] = CIMultiDict()
    for part in parts:
        headers.update(part)
    return CIMultiDictProxy(headers)


# Trusted Types make the browser itself refuse any innerHTML that a later change might bring.
PAGE_HEADERS: Final = frozen(
    SECURITY,
    {
        "Content-Security-Policy": (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        "Cache-Control": "no-cache",
    },
)
API_HEADERS: Final = frozen(
    SECURITY,
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cache-Control": "no-store",
        "Content-Type": "application/json",
    },
)
STREAM_HEADERS: Final = frozen(
    dict(API_HEADERS),
    {
        "Content-Type": "text/event-stream; charset=utf-8",
        "X-Accel-Buffering": "no",  # nginx and its kin would hold the words back
    },
)


class ApiError(Exception):
    """Raised when a request is answered with an error; the message is for whoever wrote the client.

    Attributes:
        status: The HTTP status.
        code: A word that a program can act on.
        extra: More fields of the error object.
        headers: More headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra or {}
        self.headers = headers or {}


def json_response(
    data: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Answer with JSON."""
    response = web.Response(body=orjson.dumps(data), status=status, headers=API_HEADERS)
    if headers:
        response.headers.update(headers)
    return response


def error_json(error: ApiError) -> dict[str, Any]:
    """Return an error as the API's clients read it."""
    return {"error": {"code": error.code, "message": error.message, **error.extra}}


def guarded(
    handler: Handler,
    log: FilteringBoundLogger,
    shape: Callable[[ApiError], dict[str, Any]] = error_json,
) -> Handler:
    """Wrap a handler so that whatever goes wrong in it is answered in one shape.

    What the program did not foresee is logged with an id and the exception's type alone: its
    message could hold what a person wrote.
    """

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            caught = error
        except StoreUnavailable:
            caught = ApiError(
                503,
                "unavailable",
                "The service cannot take this at the moment; the same request may work soon.",
                headers={"Retry-After": "2"},
            )
        except web.HTTPException:
            raise
        except ConnectionResetError:
            return web.Response(status=499)  # the client is gone: nobody reads this
        except Exception as error:  # noqa: BLE001 - the border: whatever it is, it gets an id
            number = secrets.token_hex(4)
            log.error("web_request_failed", error_id=number, error=type(error).__name__)
            caught = ApiError(
                500,
                "internal",
                f"Something went wrong here (error {number}).",
                extra={"id": number},
            )
        return json_response(shape(caught), status=caught.status, headers=caught.headers)

    return answer


async def json_body(request: web.Request, limit: int) -> dict[str, Any]:
    """Read a request's JSON object.

    Raises:
        ApiError: it is too long, not declared as JSON, or not an object.
    """
    if request.content_type != "application/json":
        raise ApiError(415, "not_json", "Send the body as application/json.")
    if request.content_length is not None and request.content_length > limit:
        raise ApiError(413, "too_long", f"The body may have at most {limit} bytes.")
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > limit:
            raise ApiError(413, "too_long", f"The body may have at most {limit} bytes.")
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise ApiError(400, "bad_json", "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise ApiError(400, "bad_json", "The body must be a JSON object.")
    return data
