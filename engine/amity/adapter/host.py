"""What the core gives an adapter, and the values that it speaks in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from amity.clock import Clock
from amity.message import Address, Command, Inbound, MediaRef, Outbound, Part, Sender
from amity.sealed import SealedText

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef
    from structlog.typing import FilteringBoundLogger

__all__ = [
    "Acceptance",
    "Accepted",
    "AdapterState",
    "Host",
    "JournalEntry",
    "KeyInfo",
    "MediaStore",
    "MenuEntry",
    "PersonaCard",
    "Profile",
    "Settings",
]


class Accepted(StrEnum):
    """What the inbox did with an event."""

    ACCEPTED = "accepted"  # committed; it will be answered exactly once
    DUPLICATE = "duplicate"  # seen before; nothing happens again
    IGNORED = "ignored"  # not meant for us, or not something we act on
    REFUSED = "refused"  # too much or too long; the person is told by a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The inbox's answer for one event.

    Attributes:
        status: What it did.
        id: The message's row id, for ``ACCEPTED`` and ``DUPLICATE`` where known.
        chat: The chat id under which answers will be sent.
        reason: Why it was ``REFUSED``: ``too_many``, ``too_long`` or ``access`` (not let in
            yet, or not at all); else empty. The person is told by a notice as well.
        position: The message's place in the person's journal; empty if it has none.
    """

    status: Accepted
    id: str = ""
    chat: str = ""
    reason: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaCard:
    """What a person is shown of a persona they can choose."""

    id: str
    name: str
    about: str
    gender: str = "neutral"
    avatar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person has set. ``None`` is not set."""

    call_name: SealedText | None = None
    language: str | None = None
    time_zone: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """One bearer key of a person, without the key."""

    id: str
    label: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How the core knows a sender.

    Attributes:
        state: ``new``, ``active``, ``paused``, ``restricted``, ``minor_blocked``, ``terminated``;
            ``stranger`` for somebody of whom nothing is stored.
        chat: The chat id under which answers to this sender's own chat are sent.
        language: The language the service speaks with them.
        adult: Whether they said that they are 18 or over.
        scopes: Scopes of consent in force.
        settings: What they have set.
        persona: The active persona's id in this channel's own chat.
        personas: Personas they have conversations with on this channel, last active first.
        recovery: Whether a recovery code exists.
    """

    state: str
    chat: str
    language: str
    adult: bool = False
    scopes: frozenset[str] = frozenset()
    settings: Settings = Settings()
    persona: str = ""
    personas: tuple[str, ...] = ()
    recovery: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One committed message in a person's journal on this channel.

    Attributes:
        position: The cursor to read on after this entry.
        persona: The conversation it belongs to.
        thread: The thread it belongs to.
        time: Milliseconds since the epoch.
        outbound: What was sent, or
        inbound: what the person said: its parts.
        message_id: The platform's id of an inbound message.
        state: The row's state, such as ``waiting``, ``answered``, ``unanswered``, ``sent``.
    """

    position: str
    persona: str
    thread: str | None = None
    time: int
    outbound: Outbound | None = None
    inbound: tuple[Part, ...] | None = None
    message_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """A command as a platform's menu shows it."""

    command: str
    description: str


class AdapterState(Protocol):
    """A few small values that an adapter keeps over restarts (offsets, cursors), sealed."""

    async def get(self, key: str) -> str | None:
        """Return the value, or ``None`` if there is none."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Keep a value; it is durable when this returns."""
        ...


class MediaStore(Protocol):
    """Files on their way to a person."""

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        """Return a file of this sender, or ``None``: not theirs, not there, expired."""
        ...

    async def read(self, media: MediaRef) -> bytes | None:
        """Return the bytes of a medium of an ``Outbound`` being sent, or ``None`` if it expired."""
        ...


class Host(Protocol):
    """What the core gives an adapter: one for each configured channel."""

    channel: str
    clock: Clock
    log: "FilteringBoundLogger"
    state: AdapterState
    media: MediaStore

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        """Take events in. They are committed when this returns: only then tell the platform.

        An empty ``Address.chat`` stands for the sender's own private chat on this channel.

        Raises:
            StoreUnavailable: nothing was taken; the platform should deliver again.
        """
        ...

    def mount(
        self,
        routes: "Iterable[AbstractRouteDef]",
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        """Serve HTTP routes on the public address. Call it at the start of ``run``.

        Args:
            routes: What is served.
            answer_within: Seconds that these routes may take until their answer begins, where that
                is not what the operator allows all others (``http.timeout``): a request that waits
                for a reply waits as long as the reply may take.
            limits_bodies: True if these routes refuse what is too large themselves, in their own
                words, while they read ``request.content``. What the operator allows all others
                (``http.body_limit``) then does not hold for them.

        Raises:
            PluginError: another channel serves one of these paths.
        """
        ...

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        """Return the personas that a person can choose on this channel, its own first."""
        ...

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        """Return texts of the interface by key in the best language for a BCP 47 tag."""
        ...

    def menu(self, language: str) -> list[MenuEntry]:
        """Return the commands that the platform's menu is to show, described in a language."""
        ...

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        """Return the word that a message is, however it is typed; ``None`` for talk.

        The core hears it by itself: this is for an adapter that has to know before it hands it in.
        """
        ...

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the interface, as BCP 47 tags; the first is the one to fall back on."""
        ...

    def connected(self) -> None:
        """Say that the platform answers: the channel is up. See ``Manifest.connects``."""
        ...

    def disconnected(self, why: str) -> None:
        """Say that the platform does not answer now: the channel is degraded until ``connected``.

        What is to be said goes on being sent.

        Args:
            why: One sentence for the operator, without ids or text of people.
        """
        ...

    async def chat_moved(self, chat: str, to: str) -> None:
        """Say that the platform has made another chat of one, with other message ids.

        Call it before what is said in the new chat is handed in; saying it again does no harm. A
        send that finds it out says so in ``Receipt.moved_to``.

        Args:
            chat: The id that the chat had.
            to: The id that it has from now on.

        Raises:
            StoreUnavailable: it could not be kept; the platform should deliver again.
        """
        ...

    async def profile(self, sender: Sender) -> Profile:
        """Return how the core knows a sender. Stores nothing, also for a stranger."""
        ...

    async def journal(
        self,
        sender: Sender,
        *,
        after: str | None = None,
        before: str | None = None,
        persona: str | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Return the sender's committed messages on this channel in the order of their positions.

        With ``after`` the first ``limit`` that follow it; otherwise the last ``limit`` (before
        ``before``, if given). An empty ``after`` reads from the beginning; a position whose entry
        is gone (cleared, expired) still stands for its place. Of a stranger: none.
        """
        ...

    async def reply_of(
        self, sender: Sender, address: Address, message_id: str
    ) -> list[Outbound] | None:
        """Return the committed parts of what answered a message; ``None`` while there is no answer.

        Empty if nothing of an answer is kept, nor will be: it was discarded, cleared, or stopped
        before the first word, or nobody of whom anything is stored is behind this sender.
        """
        ...

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        """Make a bearer key that stands for the sender's person and return it, this once.

        ``None`` for a person who has not consented. Whoever bears it is the ``Sender`` whose id is
        ``key_sender(key).id``.

        Raises:
            TooManyKeys: the person has as many as one may have; the message says how many.
        """
        ...

    async def keys(self, sender: Sender) -> list[KeyInfo]:
        """Return the sender's keys, without the keys themselves."""
        ...

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        """Make a key worthless. False if it is not theirs."""
        ...

    async def issue_recovery(self, sender: Sender) -> str | None:
        """Make a new recovery code for the sender's person, replacing the old; shown once."""
        ...

    async def recover(self, sender: Sender, code: str) -> bool:
        """Make ``sender`` an identity of the person whose recovery code this is; it works once.

        If the sender is somebody already, that identity moves and, having no other, the former
        person is erased. False if the code is wrong or used up.
        """
        ...
