"""Who sends a request: a browser by its cookie, a program by its key.

Neither secret is kept: the core is given ``key_sender(secret)``, whose id is a hash. A cookie is
made with the first answer at the gate (or a recovery), never with a page view.
"""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from amity.adapter import key_sender
from amity.message import Sender
from amity_web.responses import ApiError

__all__ = [
    "Caller",
    "GuestLimit",
    "bearer_of",
    "caller_of",
    "check_origin",
    "forget_cookie",
    "locale_of",
    "new_secret",
    "origin_of",
    "set_cookie",
]

_SECURE_NAME: Final = "__Host-amity"
_LOCAL_NAME: Final = "amity"
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")
# Language, script and region; what else a tag can carry would only tell browsers apart.
_LOCALE: Final = re.compile(
    r"([A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?)(?:-[A-Za-z0-9]{1,8})*"
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends a request.

    Attributes:
        sender: Who it is for the core; ``None`` without cookie and key.
        by_key: True if it came with a bearer key.
        locale: The language that the browser asks for first.
    """

    sender: Sender | None
    by_key: bool
    locale: str | None


def new_secret() -> str:
    """Make the 256 random bits of a cookie."""
    return secrets.token_urlsafe(32)


def locale_of(request: web.Request) -> str | None:
    """Return the first language of ``Accept-Language``, if it looks like one."""
    first = request.headers.get("Accept-Language", "").split(",", 1)[0].split(";", 1)[0].strip()
    tag = _LOCALE.fullmatch(first)
    return None if tag is None else tag[1]


def _is_secure(request: web.Request) -> bool:
    # A forged header here can only ask for the stricter cookie.
    return request.secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def origin_of(request: web.Request) -> str:
    """Return the origin under which the client sees us."""
    return f"{'https' if _is_secure(request) else 'http'}://{request.host}"


def _cookie_name(request: web.Request) -> str:
    """Return the cookie's name here: browsers take ``__Host-`` over plain http on no host."""
    host = request.host.lower()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    local = name in _LOOPBACK or name.endswith(".localhost")
    return _LOCAL_NAME if local and not _is_secure(request) else _SECURE_NAME


def bearer_of(request: web.Request) -> str | None:
    """Return the key of an ``Authorization: Bearer`` header; ``None`` where there is no header.

    Raises:
        ApiError: the header is of another kind or empty, or holds what no key can be.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    kind, _, key = header.partition(" ")
    key = key.strip()
    # A header may hold any bytes; a key of ours is ASCII.
    if kind.lower() != "bearer" or not key or len(key) > 512 or not key.isascii():
        raise ApiError(401, "bad_key", "Send the key as: Authorization: Bearer KEY")
    return key


def caller_of(request: web.Request) -> Caller:
    """Say who sends a request; a key goes before a cookie."""
    locale = locale_of(request)
    key = bearer_of(request)
    if key is not None:
        return Caller(Sender(id=key_sender(key).id, locale=locale), True, locale)
    secret = request.cookies.get(_cookie_name(request), "")
    if _SECRET.fullmatch(secret):
        return Caller(Sender(id=key_sender(secret).id, locale=locale), False, locale)
    return Caller(None, False, locale)


def check_origin(request: web.Request, allowed: tuple[str, ...]) -> None:
    """Refuse a write that another site's page could have sent with this browser's cookie.

    Raises:
        ApiError: the request does not come from our own origin, and has no key.
    """
    if "Authorization" in request.headers:
        return
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site") == "same-origin":
            return
    else:
        origin = origin.lower()
        scheme, _, host = origin.partition("://")
        fits = scheme == "https" or (scheme == "http" and not _is_secure(request))
        if origin in allowed or (fits and host == request.host.lower()):
            return
    raise ApiError(
        403,
        "wrong_origin",
        "A request with a cookie must come from the page itself: its Origin header must name this "
        "server. A program uses a key instead (Authorization: Bearer KEY).",
    )


def set_cookie(request: web.Request, response: web.StreamResponse, secret: str, days: int) -> None:
    """Give a browser its cookie."""
    name = _cookie_name(request)
    response.set_cookie(
        name,
        secret,
        max_age=days * 86_400,
        path="/",
        secure=name == _SECURE_NAME,
        httponly=True,
        samesite="Strict",
    )


def forget_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Take a browser's cookie back."""
    name = _cookie_name(request)
    response.del_cookie(
        name, path="/", secure=name == _SECURE_NAME, httponly=True, samesite="Strict"
    )


class GuestLimit:
    """At most so many new guests a minute, from everybody together.

    Who they are is not known and no address is kept, so there is nothing finer to count by.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._most = float(per_minute)
        self._left = self._most
        self._seen = time.monotonic()

    def take(self) -> None:
        """Count one new guest.

        Raises:
            ApiError: there were too many just now.
        """
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left < 1:
            raise ApiError(
                429,
                "too_many",
                "Many people are arriving at once. Please try again in a minute.",
                headers={"Retry-After": "30"},
            )
        self._left -= 1
