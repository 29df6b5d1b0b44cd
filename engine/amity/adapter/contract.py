"""What an adapter does: two methods, and what else it can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, runtime_checkable

from amity.adapter.host import Host, MenuEntry
from amity.message import Address, MediaRef, Outbound, Receipt, Sender
from amity.sealed import SealedText

__all__ = [
    "Adapter",
    "Draft",
    "Finding",
    "Level",
    "SupportsCheck",
    "SupportsDelete",
    "SupportsDraft",
    "SupportsEdit",
    "SupportsMedia",
    "SupportsMenu",
    "SupportsReactions",
    "SupportsTyping",
    "key_sender",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply while it is being written. Drafts are never stored; the reply's parts follow.

    Attributes:
        reply: The reply's id, the same that its parts will carry.
        text: All words so far. A later draft of the same reply starts with the same words. An
            empty text takes the draft back: this reply will not follow.
        in_reply_to: As in ``Outbound``.
        persona: As in ``Outbound``.
        message_id: What ``draft`` returned for this reply before; empty at first. After a restart
            it is that of a draft which the former process left.
        private: As in ``Outbound``. What cannot be shown to the person alone is not shown.
        quote: As in ``Outbound``, for a draft that becomes the message itself.
    """

    reply: str
    text: SealedText
    in_reply_to: tuple[str, ...] = ()
    persona: str = ""
    message_id: str = ""
    private: bool = False
    quote: str | None = None


class Level(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the platform found, as one sentence that says how to mend it."""

    level: Level
    sentence: str


class Adapter(Protocol):
    """A platform, for one configured channel."""

    async def run(self, host: Host) -> None:
        """Receive events and hand them to ``host.accept`` until cancelled.

        What was said while the platform or Amity was away is the adapter's to ask for, each time it
        is connected again: only it knows what it has seen (``host.state`` keeps that). What is
        handed in twice is answered once.

        Returning ends the channel, as when a terminal is left; raising starts it again with
        back-off. Raise ``OperatorError`` for what only the operator can mend (a wrong token): that
        ends it until the configuration is read anew.
        """
        ...

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message. Errors of the platform go into the receipt as a ``DeliveryError``."""
        ...


@runtime_checkable
class SupportsEdit(Protocol):
    """The platform can change a message that was sent."""

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        """Replace a message's content."""
        ...


@runtime_checkable
class SupportsDraft(Protocol):
    """The platform can show a reply while it is being written."""

    async def draft(self, address: Address, draft: Draft) -> str | None:
        """Show the words so far. Failures are silent: the reply itself follows.

        Returns the platform's id of the message that shows them, where it is a real one: it is kept
        so that the reply can take its place also after a crash. ``None`` where nothing stays.
        """
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

    async def menu(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        """Set the menu, by language. The core calls it once the channel is up, and after a reload.

        A failure is logged and tried again at the next start.
        """
        ...


@runtime_checkable
class SupportsMedia(Protocol):
    """The adapter can fetch inbound media."""

    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        """Return the bytes; raises ``Refused`` beyond ``limit`` bytes and ``Gone`` if not there."""
        ...


@runtime_checkable
class SupportsCheck(Protocol):
    """The platform can be asked whether the channel's configuration works."""

    async def check(self) -> Sequence[Finding]:
        """Ask the platform and say what is wrong and how to mend it. ``run`` may not be running."""
        ...


def key_sender(key: str) -> Sender:
    """Return the sender that a bearer secret (an API key, a session cookie) stands for.

    Its id is the SHA-256 of the secret, so that the secret itself is never stored.
    """
    return Sender(id=sha256(key.encode()).hexdigest())
