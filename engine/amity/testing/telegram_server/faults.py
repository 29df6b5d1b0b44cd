"""What goes wrong on demand."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.errors import ApiError, flood

__all__ = ["Fault", "FaultKind", "FaultPlan"]


class FaultKind(StrEnum):
    """In which way a request fails."""

    REFUSED = "refused"  # answered with an error, nothing done
    DROPPED = "dropped"  # the connection breaks before anything is done
    ANSWER_LOST = "answer lost"  # it is done, and the connection breaks before the answer
    SLOW = "slow"  # it is done, and the answer comes late
    GARBAGE = "garbage"  # it is done, and the answer is no JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail; see the class methods.

    Attributes:
        kind: In which way.
        error: The refusal, for ``REFUSED``.
        seconds: How late the answer is, for ``SLOW``.
    """

    kind: FaultKind
    error: ApiError | None = None
    seconds: float = 0.0

    @classmethod
    def flood(cls, retry_after: int) -> Self:
        """Refuse with 429 and ``retry_after``."""
        return cls(kind=FaultKind.REFUSED, error=flood(retry_after))

    @classmethod
    def refused(cls, code: int, description: str, **parameters: Any) -> Self:
        """Refuse with this status and this whole ``description``."""
        return cls(kind=FaultKind.REFUSED, error=ApiError(code, description, **parameters))

    @classmethod
    def internal_error(cls, code: int = 500) -> Self:
        """Refuse with 500 or another status above it."""
        words = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
        return cls.refused(code, words.get(code, "Internal Server Error"))

    @classmethod
    def dropped(cls) -> Self:
        """Break the connection before anything is done."""
        return cls(kind=FaultKind.DROPPED)

    @classmethod
    def answer_lost(cls) -> Self:
        """Do what was asked, then break the connection instead of answering."""
        return cls(kind=FaultKind.ANSWER_LOST)

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """Do what was asked, and answer so many seconds later."""
        return cls(kind=FaultKind.SLOW, seconds=seconds)

    @classmethod
    def garbage(cls) -> Self:
        """Do what was asked, and answer with something that is no JSON."""
        return cls(kind=FaultKind.GARBAGE)


@dataclass(slots=True, kw_only=True)
class _Planned:
    """A fault and when it strikes."""

    fault: Fault
    methods: frozenset[str]
    bot: BotAccount | None
    left: int | None
    every: int
    seen: int = field(default=0)


class FaultPlan:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def add(
        self,
        fault: Fault,
        *,
        methods: Collection[str],
        bot: BotAccount | None,
        times: int | None,
        every: int,
    ) -> None:
        """Plan a fault; see ``BotApiServer.fail``. No methods are all."""
        names = frozenset(method.lower() for method in methods)
        self._planned.append(_Planned(fault=fault, methods=names, bot=bot, left=times, every=every))

    def clear(self) -> None:
        """Let nothing fail any more."""
        self._planned.clear()

    def take(self, bot: BotAccount, method: str) -> Fault | None:
        """Return the fault that strikes this request, if one does."""
        for planned in self._planned:
            if planned.bot not in {None, bot} or (
                planned.methods and method not in planned.methods
            ):
                continue
            planned.seen += 1
            if planned.seen % planned.every:
                continue
            if planned.left is not None:
                planned.left -= 1
                if planned.left == 0:
                    self._planned.remove(planned)
            return planned.fault
        return None
