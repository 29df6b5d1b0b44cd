"""A ticket and what is written in it, as values, and how they become rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

import orjson

from amity.message import Address
from amity.sealed import SealedText
from amity.store.vault import OpenRow
from amity.support.topics import Outcome, TicketState, Topic

__all__ = ["Account", "Kind", "Place", "Queue", "State", "Ticket", "TicketMessage"]


class Kind(StrEnum):
    """What a row of a ticket is."""

    REQUEST = "request"  # the person's words
    ANSWER = "answer"  # the operators' words
    NOTICE = "notice"  # the program's own, to the person
    NOTE = "note"  # the program's own, to the operators
    POST = "post"  # where one of them stands in the operators' chat


class Queue(StrEnum):
    """What is still to be done with a row."""

    INTAKE = "intake"  # it has to be put into a ticket
    DESK = "desk"  # it has to be shown to the operators
    PERSON = "person"  # it has to be shown to the person


class State(StrEnum):
    """How far a row is on its way."""

    READY = "ready"
    SENDING = "sending"  # nobody can say whether it arrived, should the process end now
    REFUSED = "refused"  # it surely did not arrive; it is tried again
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # nothing is to be done with it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is answered.

    Attributes:
        address: The chat.
        own: True if the channel names no chats: then it is found anew from the account.
    """

    address: Address
    own: bool = False

    def sealed(self) -> SealedText:
        """Return it as it lies sealed in the store."""
        address = self.address
        parts = [address.channel, address.chat, address.thread, self.own]
        return SealedText(orjson.dumps(parts).decode())

    @classmethod
    def of(cls, sealed: SealedText) -> Self:
        """Return what ``sealed`` was made from."""
        channel, chat, thread, own = orjson.loads(sealed.reveal())
        return cls(address=Address(channel=channel, chat=chat, thread=thread), own=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A platform account.

    Attributes:
        realm: The namespace of its id.
        sender: The platform's id.
    """

    realm: str
    sender: str

    def sealed(self) -> SealedText:
        """Return it as it lies sealed in the store."""
        return SealedText(orjson.dumps([self.realm, self.sender]).decode())

    @classmethod
    def of(cls, sealed: SealedText) -> Self:
        """Return what ``sealed`` was made from."""
        realm, sender = orjson.loads(sealed.reveal())
        return cls(realm=realm, sender=sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A request to the people behind the service, as the row was when it was read.

    Attributes:
        id: The row's id.
        holder: The person's id, or the ticket's own where nothing else is kept of the person.
        account: Keyed hash of the account, for a ticket that is its own holder.
        number: What it is called.
        state: How far it is.
        topic: What it is about.
        outcome: How it ended.
        place: Where answers go.
        sender: The account that it came from.
        language: In which the person is answered.
        created_at: When it was opened; all times in milliseconds since the epoch.
        active_at: When somebody last wrote.
        due_at: By when it must be answered; ``None`` once it is.
        reminded_at: When the operators were reminded.
        overdue_at: When the operators were told that it is overdue.
        closed_at: When it ended.
    """

    id: str
    holder: str
    account: str | None
    number: int
    state: TicketState
    topic: Topic
    outcome: Outcome | None = None
    place: Place
    sender: Account
    language: str
    created_at: int
    active_at: int
    due_at: int | None
    reminded_at: int | None = None
    overdue_at: int | None = None
    closed_at: int | None = None

    @property
    def stands_alone(self) -> bool:
        """Whether it is its own holder."""
        return self.holder == self.id

    @property
    def closed(self) -> bool:
        """Whether it ended."""
        return self.state is TicketState.CLOSED

    def row(self) -> OpenRow:
        """Return it as a row."""
        return {
            "id": self.id,
            "holder": self.holder,
            "account": self.account,
            "open_for": None if self.closed else self.account or self.holder,
            "awaited": None,
            "number": self.number,
            "state": self.state.value,
            "topic": self.topic.value,
            "outcome": self.outcome.value if self.outcome else None,
            "address": self.place.sealed(),
            "sender": self.sender.sealed(),
            "language": self.language,
            "created_at": self.created_at,
            "active_at": self.active_at,
            "due_at": self.due_at,
            "reminded_at": self.reminded_at,
            "overdue_at": self.overdue_at,
            "closed_at": self.closed_at,
            "expires_at": None,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Make it from a row that is a ticket already."""
        known = {name: row[name] for name in _PLAIN}
        return cls(
            **known,
            state=TicketState(row["state"]),
            topic=Topic(row["topic"]),
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            place=Place.of(row["address"]),
            sender=Account.of(row["sender"]),
            language=str(row["language"] or ""),
        )


_PLAIN: Final = (
    "id",
    "holder",
    "account",
    "number",
    "created_at",
    "active_at",
    "due_at",
    "reminded_at",
    "overdue_at",
    "closed_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMessage:
    """One thing written in a ticket, or where it stands; a row of ``ticket_messages``.

    Attributes:
        id: The row's id.
        holder: The ticket's holder.
        account: As the ticket's.
        ticket: The ticket's row; ``None`` until it is put into one.
        kind: What it is.
        verb: Which of the program's own texts it is.
        topic: What the person chose before they wrote.
        body: The words.
        dedupe: Keyed hash of the platform's message id.
        platform_id: The platform's id: of the person's message, or of a post.
        posted: Keyed hash of where a post stands.
        place: Where it was written, or where a post stands.
        sender: Who wrote it, where that is a person.
        language: In which language the service speaks with whoever wrote it.
        time: When it was taken.
        queue: What is still to be done with it.
        state: How far it is.
        attempts: How often it was repeated in doubt.
        shown: How many of its pieces are shown.
        revised: How often its writer changed it.
    """

    id: str
    holder: str
    account: str | None = None
    ticket: str | None = None
    kind: Kind
    verb: str | None = None
    topic: Topic | None = None
    body: SealedText | None = None
    dedupe: str | None = None
    platform_id: SealedText | None = None
    posted: str | None = None
    place: Place | None = None
    sender: Account | None = None
    language: str | None = None
    time: int
    queue: Queue | None = None
    state: State = State.READY
    attempts: int = 0
    shown: int = 0
    revised: int = 0

    def row(self) -> OpenRow:
        """Return it as a row."""
        return {
            "id": self.id,
            "holder": self.holder,
            "account": self.account,
            "ticket": self.ticket,
            "kind": self.kind.value,
            "verb": self.verb,
            "topic": self.topic.value if self.topic else None,
            "body": self.body,
            "dedupe": self.dedupe,
            "platform_id": self.platform_id,
            "posted": self.posted,
            "address": self.place.sealed() if self.place else None,
            "sender": self.sender.sealed() if self.sender else None,
            "language": self.language,
            "time": self.time,
            "queue": self.queue.value if self.queue else None,
            "state": self.state.value,
            "attempts": self.attempts,
            "shown": self.shown,
            "revised": self.revised,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Make it from a row."""
        values = dict(row)
        address, sender = values.pop("address"), values.pop("sender")
        return cls(
            **values
            | {
                "kind": Kind(row["kind"]),
                "topic": Topic(row["topic"]) if row["topic"] else None,
                "place": Place.of(address) if address is not None else None,
                "sender": Account.of(sender) if sender is not None else None,
                "queue": Queue(row["queue"]) if row["queue"] else None,
                "state": State(row["state"]),
            }
        )

    def held_by(self, ticket: Ticket) -> "TicketMessage":
        """Return it as a message of a ticket."""
        return replace(self, ticket=ticket.id, holder=ticket.holder, account=ticket.account)
