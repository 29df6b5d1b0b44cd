"""What a person waits for after pressing a button or paying."""

from dataclasses import dataclass
from typing import Final

from amity.testing.telegram_server.queries import CallbackAnswer, CheckoutAnswer, Query
from amity.testing.telegram_server.seen import PATIENCE
from amity.testing.telegram_server.world import World

__all__ = ["Payment", "PaymentOutcome", "Press"]

_TIMED_OUT: Final = "BOT_PRECHECKOUT_TIMEOUT"


class Press:
    """A button that was pressed."""

    def __init__(self, world: World, query: Query) -> None:
        self._world = world
        self._query = query

    @property
    def id(self) -> str:
        """The id of the callback query."""
        return self._query.id

    @property
    def answer(self) -> CallbackAnswer | None:
        """What the bot answered; ``None`` while the button still shows that it waits."""
        answer: CallbackAnswer | None = self._query.answer
        return answer

    async def answered(self, seconds: float = PATIENCE) -> CallbackAnswer:
        """Wait for the bot's answer.

        Raises:
            TimeoutError: None came in so many seconds.
        """
        return await self._world.changes.until(
            lambda: self.answer, seconds, "an answer to a pressed button"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """What became of a payment.

    Attributes:
        paid: Whether it was made.
        error: Why not, as the person is told; ``BOT_PRECHECKOUT_TIMEOUT`` if the bot was too slow.
    """

    paid: bool
    error: str = ""


class Payment:
    """A payment that a person wants to make."""

    def __init__(self, world: World, query: Query) -> None:
        self._world = world
        self._query = query

    @property
    def outcome(self) -> PaymentOutcome | None:
        """What became of it; ``None`` while the bot may still answer."""
        answer = self._query.answer
        if isinstance(answer, CheckoutAnswer):
            return PaymentOutcome(paid=answer.ok, error=answer.error)
        if self._world.clock.time() > self._query.until:
            return PaymentOutcome(paid=False, error=_TIMED_OUT)
        return None

    async def settled(self) -> PaymentOutcome:
        """Wait for what becomes of it, which is for ten seconds of the server's clock at most."""
        while (outcome := self.outcome) is None:
            left = self._query.until - self._world.clock.time()
            await self._world.changes.wait(max(left, 0) + 0.01)
        return outcome
