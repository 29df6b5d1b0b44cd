"""Everything that can go wrong with a request on Discord's side, on demand."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypedDict, Unpack

__all__ = ["Choice", "Fault", "Faults", "Kind", "Scope", "same_route"]

Scope = Literal["user", "global", "shared"]


class Choice(TypedDict, total=False):
    """Which requests a fault concerns.

    Attributes:
        bot: The name of the only bot; any without it.
        route: The only route, as ``POST /channels/{channel}/messages``; a path alone means any
            method, and what stands between the braces does not matter.
        times: How often (1); ``None`` until ``stop()``.
        every: Only each so-maniest matching request (1).
        after: Not before so many matching requests went well (0).
    """

    bot: str | None
    route: str | None
    times: int | None
    every: int
    after: int


class Kind(StrEnum):
    """What happens to a request."""

    RATE_LIMIT = "rate limit"
    FAIL = "fail"
    DROP = "drop"
    LOSE_ANSWER = "lose answer"
    SLOW = "slow"


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """One fault that was asked for.

    Attributes:
        hits: How often it happened.
        seen: How many requests it was looked up for.
    """

    kind: Kind
    status: int = 0
    seconds: float = 0.0
    scope: Scope = "user"
    bot: str | None = None
    route: str | None = None
    times: int | None = 1
    every: int = 1
    after: int = 0
    hits: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)
    stopped: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        if self.every < 1 or self.after < 0:
            raise ValueError("a fault's every is at least 1 and its after at least 0")

    def stop(self) -> None:
        """Let it happen no more."""
        self.stopped = True

    def strikes(self, bot: str | None, route: str) -> bool:
        """Return whether it happens to this request, and count it."""
        if self.stopped or (self.times is not None and self.hits >= self.times):
            return False
        if self.bot is not None and self.bot != bot:
            return False
        if self.route is not None and not same_route(self.route, route):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.seen - self.after) % self.every:
            return False
        self.hits += 1
        return True


def same_route(wanted: str, route: str) -> bool:
    """Return whether two routes are the same, whatever their parameters are called."""
    wanted, route = (re.sub(r"\{\w*\}", "{}", each) for each in (wanted, route))
    return wanted == route or (" " not in wanted and route.split(" ", 1)[1] == wanted)


class Faults:
    """The faults of requests; those of the gateway are asked for at ``bot.gateway``.

    Each method returns a ``Fault`` that counts and can be stopped; ``Choice`` says which requests
    it concerns. The first fault that strikes is the only one for a request. An HTTP client may
    repeat a GET, PUT or DELETE by itself once its connection was dropped, as aiohttp does.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def rate_limit(
        self, retry_after: float = 0.1, *, scope: Scope = "user", **choice: Unpack[Choice]
    ) -> Fault:
        """Answer 429, and say after how many seconds to come again."""
        return self._add(
            Fault(kind=Kind.RATE_LIMIT, status=429, seconds=retry_after, scope=scope, **choice)
        )

    def fail(self, status: int = 500, **choice: Unpack[Choice]) -> Fault:
        """Answer with an error of the server; nothing is done."""
        return self._add(Fault(kind=Kind.FAIL, status=status, **choice))

    def drop(self, **choice: Unpack[Choice]) -> Fault:
        """Drop the connection before anything is done."""
        return self._add(Fault(kind=Kind.DROP, **choice))

    def lose_answer(self, **choice: Unpack[Choice]) -> Fault:
        """Do what was asked, then drop the connection instead of answering."""
        return self._add(Fault(kind=Kind.LOSE_ANSWER, **choice))

    def slow(self, seconds: float, **choice: Unpack[Choice]) -> Fault:
        """Do what was asked, and answer so much later."""
        return self._add(Fault(kind=Kind.SLOW, seconds=seconds, **choice))

    def clear(self) -> None:
        """Take all faults back."""
        for fault in self._faults:
            fault.stop()
        self._faults.clear()

    def strike(self, bot: str | None, route: str) -> Fault | None:
        """Return the fault that happens to a request, and count it."""
        return next((fault for fault in self._faults if fault.strikes(bot, route)), None)
