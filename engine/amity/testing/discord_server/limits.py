"""Rate limits: buckets with their headers, and the limit of the whole bot."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from amity.testing.discord_server.faults import Scope, same_route

__all__ = ["Buckets", "Limit", "RateLimits", "Refusal"]

_MAJOR: Final = ("channel", "guild", "application", "token")
"""Parameters that have a bucket each; a webhook's are its application and token."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What the server allows. The default is so much that nobody meets it.

    Attributes:
        routes: Limits of single routes, as ``POST /channels/{channel}/messages``.
        other: The limit of every other route.
        whole: The limit of a bot over all its requests, but for interactions and their webhooks.
        identify: Seconds between two IDENTIFY of a bot; sooner is answered INVALID_SESSION.
        commands: How many payloads a gateway connection may send in a minute, heartbeats too.
    """

    routes: Mapping[str, Limit] = field(default_factory=dict)
    other: Limit = Limit(10_000, 1.0)
    whole: Limit = Limit(100_000, 1.0)
    identify: float = 0.0
    commands: int = 100_000

    @classmethod
    def usual(cls) -> "RateLimits":
        """Return limits of the size that Discord's have been seen to have."""
        return cls(
            routes={
                "POST /channels/{}/messages": Limit(5, 5.0),
                "PATCH /channels/{}/messages/{}": Limit(5, 5.0),
                "DELETE /channels/{}/messages/{}": Limit(5, 1.0),
                "POST /channels/{}/typing": Limit(5, 5.0),
                "GET /channels/{}/messages": Limit(5, 1.0),
                "PUT /channels/{}/messages/{}/reactions/{}/@me": Limit(1, 0.25),
                "POST /webhooks/{}/{}": Limit(5, 2.0),
                "PATCH /webhooks/{}/{}/messages/{}": Limit(5, 2.0),
                "PUT /applications/{}/commands": Limit(2, 20.0),
            },
            other=Limit(50, 5.0),
            whole=Limit(50, 1.0),
            identify=5.0,
            commands=120,
        )

    def of(self, route: str) -> Limit:
        """Return the limit of a route."""
        found = (limit for name, limit in self.routes.items() if same_route(name, route))
        return next(found, self.other)


@dataclass(slots=True, kw_only=True)
class _Window:
    """A bucket's time: how much of it is used, and when it begins anew."""

    limit: Limit
    used: int = 0
    ends: float = 0.0

    def take(self, now: float) -> bool:
        if now >= self.ends:
            self.used, self.ends = 0, now + self.limit.seconds
        if self.used >= self.limit.requests:
            return False
        self.used += 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request has to wait."""

    retry_after: float
    scope: Scope


class Buckets:
    """The buckets of all bots."""

    def __init__(self, limits: RateLimits) -> None:
        self.limits = limits
        self._windows: dict[tuple[str, ...], _Window] = {}

    def _window(self, key: tuple[str, ...], limit: Limit) -> _Window:
        window = self._windows.get(key)
        if window is None or window.limit != limit:
            window = self._windows[key] = _Window(limit=limit)
        return window

    def take(
        self, who: str, route: str, parameters: Mapping[str, str]
    ) -> tuple[dict[str, str], Refusal | None]:
        """Count a request.

        Returns:
            The headers of its response, and the refusal if it has to wait.
        """
        now = time.monotonic()
        interaction = route.split(" ")[1].startswith(("/interactions/", "/webhooks/"))
        whole = self._window((who,), self.limits.whole)
        if not interaction and not whole.take(now):
            return {}, Refusal(retry_after=whole.ends - now, scope="global")
        major = [parameters[name] for name in _MAJOR if name in parameters]
        window = self._window((who, route, *major), self.limits.of(route))
        granted = window.take(now)
        left = max(window.ends - now, 0.001)
        headers = self.headers(
            route, window.limit.requests, window.limit.requests - window.used, left
        )
        return headers, None if granted else Refusal(retry_after=left, scope="user")

    @staticmethod
    def headers(route: str, limit: int, remaining: int, reset_after: float) -> dict[str, str]:
        """Return the headers that tell the state of a bucket."""
        digest = hashlib.sha256(route.encode()).hexdigest()[:32]
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": digest,
        }
