"""What an adapter is: the only thing the core knows about a platform.

An adapter package exposes a ``Manifest`` under the entry-point group ``amity.adapters``. It imports
no platform SDK; its ``load`` does, and returns the factory. The smallest adapter has two
methods, ``run`` and ``send``. What else it can do it says by implementing the optional protocols
below and by its ``Capabilities``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from pydantic import BaseModel

from amity.clock import Clock
from amity.message import Address, Inbound, MediaRef, Outbound, Part, Receipt, Sender
from amity.sealed import SealedText

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef
    from structlog.typing import FilteringBoundLogger

__all__ = [
    "CONTRACT_VERSION",
    "Acceptance",
    "Accepted",
    "Adapter",
    "AdapterFactory",
    "AdapterState",
    "Capabilities",
    "CookieInfo",
    "Draft",
    "Host",
    "JournalEntry",
    "KeyInfo",
    "Manifest",
    "MediaStore",
    "MenuEntry",
    "PersonaCard",
    "PlatformRules",
    "Profile",
    "Settings",
    "SupportsBackfill",
    "SupportsDelete",
    "SupportsDraft",
    "SupportsEdit",
    "SupportsMedia",
    "SupportsMenu",
    "SupportsReactions",
    "SupportsTyping",
    "TextUnit",
    "key_sender",
]

CONTRACT_VERSION: Final = 1


class TextUnit(StrEnum):
    """In what a platform counts the length of a text."""

    CODE_POINTS = "code points"
    UTF16 = "UTF-16 code units"
    BYTES = "UTF-8 bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform takes.

    Attributes:
        text_limit: Most text in one message, in ``text_unit``; ``None`` for no limit.
        text_unit: The unit of ``text_limit``.
        caption_limit: Most text under a medium, in ``text_unit``.
        media_limit: Most bytes of one outbound file; ``None`` for no limit.
        markdown: True if the adapter renders Markdown; otherwise it is given plain text.
        buttons: True if it shows buttons; otherwise the core writes typed commands.
        groups: True if several people can share a chat.
        private_replies: True if a message in a group can be shown to one person only.
        draft_interval: Seconds between two updates of a reply that is being written.
        idempotent_send: True if sending the same ``Outbound.id`` again cannot show it twice.
        journal: True if the adapter's clients read the person's journal, so that a committed
            message counts as delivered and ``send`` is only the news of it.
    """

    text_limit: int | None = None
    text_unit: TextUnit = TextUnit.CODE_POINTS
    caption_limit: int | None = None
    media_limit: int | None = None
    markdown: bool = False
    buttons: bool = False
    groups: bool = False
    private_replies: bool = False
    draft_interval: float = 1.0
    idempotent_send: bool = False
    journal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRules:
    """What a platform demands of us, enforced by the core."""

    no_special_categories: bool = False  # they are never kept, whatever the person says
    adult_only_in_marked_channels: bool = False  # personas rated adult speak only there


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
        reason: Why it was ``REFUSED``: ``too_many``, ``too_long``, ``busy`` or ``access`` (not
            let in yet, or not at all); else empty. The person is told by a notice as well.
        position: The message's place in the person's journal; empty if it has none.
    """

    status: Accepted
    id: str = ""
    chat: str = ""
    reason: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply while it is being written. Drafts are never stored; the reply's parts follow.

    Attributes:
        reply: The reply's id, the same that its parts will carry.
        text: All words so far. A later draft of the same reply starts with the same words. An
            empty text takes the draft back: this reply will not follow.
        in_reply_to: As in ``Outbound``.
        persona: As in ``Outbound``.
    """

    reply: str
    text: SealedText
    in_reply_to: tuple[str, ...] = ()
    persona: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieInfo:
    """A cookie that an adapter's pages set, as the privacy policy lists it, in words."""

    name: str
    purpose: str
    lifetime: str


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

    def mount(self, routes: "Iterable[AbstractRouteDef]") -> None:
        """Serve HTTP routes on the public address. Call it at the start of ``run``.

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

        Empty if nothing will answer it: it was discarded, or stopped before the first word.
        """
        ...

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        """Make a bearer key that stands for the sender's person and return it, this once.

        ``None`` for a person who has not consented. Whoever bears it is the ``Sender`` whose id is
        ``key_sender(key).id``.
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
        """Make ``sender`` an identity of the person whose recovery code this is.

        If the sender is somebody already, that identity moves and, having no other, the former
        person is erased. False if the code is wrong or used up.
        """
        ...


class Adapter(Protocol):
    """A platform, for one configured channel."""

    async def run(self, host: Host) -> None:
        """Receive events and hand them to ``host.accept`` until cancelled.

        Returning ends the channel, as when a terminal is left; raising starts it again with
        back-off. Raise ``OperatorError`` for what only the operator can mend (a wrong token): that
        ends it until the configuration is read anew.
        """
        ...

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message. Errors of the platform go into the receipt as a ``DeliveryError``."""
        ...


AdapterFactory = Callable[[str, BaseModel], Adapter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An adapter before it is loaded; imports nothing of its platform.

    Attributes:
        name: The adapter's name in the config.
        realm: The namespace of platform ids: channels of one realm see the same person.
        config: Pydantic model of what a channel of this adapter takes beside the common keys; its
            fields refuse unknown keys (``extra="forbid"``).
        capabilities: What the platform takes.
        rules: What the platform demands.
        load: Imports the SDK and returns a factory ``(channel name, config) -> Adapter``. Raises
            ``ImportError`` with the pip line where an extra is missing.
        contract: Version of this contract it was written for.
        cookies: The cookies that its pages set; none for most.
    """

    name: str
    realm: str
    config: type[BaseModel]
    capabilities: Capabilities = Capabilities()
    rules: PlatformRules = PlatformRules()
    load: Callable[[], AdapterFactory]
    contract: int = CONTRACT_VERSION
    cookies: tuple[CookieInfo, ...] = ()


@runtime_checkable
class SupportsEdit(Protocol):
    """The platform can change a message that was sent."""

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        """Replace a message's content."""
        ...


@runtime_checkable
class SupportsDraft(Protocol):
    """The platform can show a reply while it is being written."""

    async def draft(self, address: Address, draft: Draft) -> None:
        """Show the words so far. Failures are silent: the reply itself follows."""
        ...


@runtime_checkable
class SupportsTyping(Protocol):
    """The platform can show that somebody is typing."""

    async def typing(self, address: Address) -> None:
        """Show it once; the core repeats it every four seconds while a reply is made."""
        ...


@runtime_checkable
class SupportsDelete(Protocol):
    """The platform can take our messages back."""

    async def delete(self, address: Address, message_id: str) -> Receipt:
        """Delete one of our messages."""
        ...


@runtime_checkable
class SupportsReactions(Protocol):
    """The platform has reactions."""

    async def react(self, address: Address, message_id: str, emoji: str) -> Receipt:
        """Put a reaction on a message."""
        ...


@runtime_checkable
class SupportsMenu(Protocol):
    """The platform shows a menu of commands."""

    async def menu(self, entries: dict[str, Sequence[MenuEntry]]) -> None:
        """Set the menu, by language."""
        ...


@runtime_checkable
class SupportsMedia(Protocol):
    """The adapter can fetch inbound media."""

    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        """Return the bytes; raises ``Refused`` beyond ``limit`` bytes and ``Gone`` if not there."""
        ...


@runtime_checkable
class SupportsBackfill(Protocol):
    """The platform can be asked what was said while we were away."""

    async def backfill(self, host: Host, since: int) -> None:
        """Hand everything said after ``since`` (milliseconds) to ``host.accept``."""
        ...


def key_sender(key: str) -> Sender:
    """Return the sender that a bearer secret (an API key, a session cookie) stands for.

    Its id is the SHA-256 of the secret, so that the secret itself is never stored.
    """
    return Sender(id=sha256(key.encode()).hexdigest())
