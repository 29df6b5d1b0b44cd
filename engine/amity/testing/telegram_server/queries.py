"""What a bot must answer in time: pressed buttons and payments about to be made."""

from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.clock import ServerClock
from amity.testing.telegram_server.errors import TOO_OLD, bad_request

__all__ = ["CallbackAnswer", "CheckoutAnswer", "Queries", "Query"]

CALLBACK_SECONDS: Final = 15.0
CHECKOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a person sees after pressing a button.

    Attributes:
        text: A notice; empty for none.
        alert: True if it must be closed by hand.
        url: An address that is opened; empty for none.
    """

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutAnswer:
    """Whether a payment may be made.

    Attributes:
        ok: Whether.
        error: Why not, as the person is told.
    """

    ok: bool
    error: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Query:
    """A question to a bot.

    Attributes:
        id: Its id.
        bot: Who must answer.
        person: Who waits.
        until: When it is too late, by the server's clock.
        answer: The answer, once it is there.
    """

    id: str
    bot: BotAccount
    person: User
    until: float
    answer: Any = None


class Queries:
    """The questions that were put to bots."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock
        self._queries: dict[str, Query] = {}

    def ask(self, number: int, bot: BotAccount, person: User, *, seconds: float) -> Query:
        """Put a question; the update that carries its id is the caller's."""
        query = Query(
            id=str(4_000_000_000_000_000_000 + number),
            bot=bot,
            person=person,
            until=self._clock.time() + seconds,
        )
        self._queries[query.id] = query
        return query

    def find(self, query_id: str, bot: BotAccount) -> Query:
        """Return a question that can still be answered.

        Raises:
            ApiError: It is too late, it was answered, or there is no such question to this bot.
        """
        query = self._queries.get(query_id)
        if query is None or query.bot is not bot or query.answer is not None:
            raise bad_request(TOO_OLD)
        if self._clock.time() > query.until:
            raise bad_request(TOO_OLD)
        return query
