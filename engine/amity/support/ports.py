"""What this room needs of higher floors; the engine hands it in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from amity.message import Address, Outbound, Part, Receipt
from amity.people import Person
from amity.support.topics import Topic

__all__ = ["Carrier", "StandsAt", "SupportPlan", "Texts"]

StandsAt = Callable[[Address, Receipt], Awaitable[Address]]
"""Returns where a message stands that was sent to an address: its chat may be another now."""


class Texts(Protocol):
    """The interface's texts, the installation's facts filled in."""

    def text(self, language: str, key: str, /, **values: str | int) -> str:
        """Return a text in a language, its placeholders filled in."""
        ...

    def best(self, tag: str | None) -> str:
        """Return the language of the interface for a BCP 47 tag."""
        ...


class Carrier(Protocol):
    """Brings messages to chats of channels."""

    def ready(self, channel: str) -> bool:
        """Whether a channel can send now."""
        ...

    def idempotent(self, channel: str) -> bool:
        """Whether sending the same again cannot show it twice."""
        ...

    def doubtful(self, channel: str) -> None:
        """Count a message that is repeated though it may have arrived."""
        ...

    def pieces(self, channel: str, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
        """Return a message as the channel takes it: in as many pieces as it needs."""
        ...

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Callable[[], Awaitable[bool]],
        off: asyncio.Event | None = None,
    ) -> Receipt:
        """Hand a message to its channel, and again where that makes sense.

        Whether it is still wanted is asked before each attempt that was waited for; what is not is
        ``SUPPRESSED``. Setting ``off`` ends it at once, also while it waits or is being handed
        over: ``SUPPRESSED`` if it surely did not arrive, else ``FAILED`` with ``Unknown``.
        """
        ...

    async def take_back(self, address: Address, message_id: str) -> None:
        """Delete one of our messages where the platform can; else nothing happens."""
        ...

    def own_chat(self, channel: str, owner: str) -> str:
        """Return the chat of a person, or of an account, on a channel that names no chats."""
        ...

    async def envelope(self, person: Person, address: Address, id: str) -> str:
        """Give a message a place in a person's journal, without its words; return the position.

        Empty where the channel has no journal. The same id keeps its place.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlan:
    """What the configuration says of support; replaced whole by a reload.

    Attributes:
        desk: The operators' chat; ``None`` where nobody is told.
        formerly: What the configuration says of it, where the platform has made another chat of
            that one since; else ``None``.
        language: In which the operators are spoken to.
        due: After how many milliseconds a request must be answered.
        remind: How many milliseconds before that the operators are reminded.
        close_after: After how many milliseconds without an echo an answered ticket is closed.
        topics: The topics that are offered.
        operators: The platform's ids of who may act at the desk; empty for whoever is there.
    """

    desk: Address | None = None
    formerly: Address | None = None
    language: str = "en"
    due: int = 30 * 86_400_000
    remind: int = 3 * 86_400_000
    close_after: int = 30 * 86_400_000
    topics: Sequence[Topic] = tuple(Topic)
    operators: frozenset[str] = frozenset()

    def is_desk(self, address: Address, *, beside: bool = False) -> bool:
        """Whether an address is the operators' chat, or was; also another thread, if ``beside``."""
        return any(
            (address.channel, address.chat) == (desk.channel, desk.chat)
            and (beside or desk.thread in (None, address.thread))
            for desk in (self.desk, self.formerly)
            if desk is not None
        )
