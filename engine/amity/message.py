"""The one message type. Adapters turn their platform's events into it and it into theirs.

Texts are ``SealedText``: see ``amity.sealed``. Times are milliseconds since the epoch, UTC.
Every value is immutable.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from amity.errors import DeliveryError
from amity.sealed import SealedText

__all__ = [
    "Address",
    "Audio",
    "Button",
    "Buttons",
    "Choice",
    "Command",
    "Event",
    "File",
    "Image",
    "Inbound",
    "Location",
    "MediaRef",
    "Outbound",
    "OutboundKind",
    "Outcome",
    "Part",
    "Reaction",
    "Receipt",
    "Sender",
    "Sticker",
    "Text",
    "Video",
    "Voice",
    "text_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place on a channel where messages come from and go to.

    Attributes:
        channel: The configured channel's name.
        chat: The platform's id of the chat; opaque to the core.
        thread: The platform's id of a topic or thread within the chat, if any.
    """

    channel: str
    chat: str
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who an event comes from.

    Attributes:
        id: The platform's id of the account, stable for the adapter's realm.
        locale: A BCP 47 tag the platform declares, such as ``en`` or ``pt-BR``; only a hint.
    """

    id: str
    locale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """Where the bytes of a medium are.

    Attributes:
        key: For inbound media what the adapter needs to fetch it; for outbound media the id in the
            host's media store.
        media_type: An IANA media type such as ``image/jpeg``.
        size: Bytes, where known.
        name: A file name to show, for outbound files.
    """

    key: str
    media_type: str = "application/octet-stream"
    size: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Words. Outbound text is Markdown (CommonMark); the adapter renders it."""

    text: SealedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture."""

    media: MediaRef
    caption: SealedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice note."""

    media: MediaRef
    caption: SealedText | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """A sound file."""

    media: MediaRef
    caption: SealedText | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video, video note or animation."""

    media: MediaRef
    caption: SealedText | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Any other file."""

    media: MediaRef
    caption: SealedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """A sticker; of it the core keeps the emoji it stands for."""

    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Says that a place was shared. The coordinates never cross the border (promise P26)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button.

    Attributes:
        label: What the person reads.
        command: The verb that pressing it stands for, without the slash, such as ``agree``.
        argument: Passed to the command.
        private: True if pressing it in a shared chat must lead to where only the person and the
            bot are: to their own chat, or to an answer that only they see.
    """

    label: str
    command: str
    argument: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """Rows of buttons. Where a channel has none the core writes them as typed commands."""

    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A pressed button.

    Attributes:
        command: The button's verb, without the slash.
        argument: The button's argument.
        method: Evidence of how it was chosen, for the consent log: ``button`` unless the platform
            has a better word.
    """

    command: str
    argument: str = ""
    method: str = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A typed or native (slash) command, for adapters whose platform parses commands itself.

    A ``Text`` that starts with a slash and a known verb is a command too; adapters need not parse.
    """

    name: str
    argument: SealedText = SealedText("")


Part = Text | Image | Voice | Audio | Video | File | Sticker | Location | Buttons | Choice | Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A reaction put on one of our messages, or taken off it."""

    emoji: str
    message_id: str
    removed: bool = False


class Event(StrEnum):
    """What happened."""

    MESSAGE = "message"
    EDITED = "edited"
    DELETED = "deleted"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Something a person did on a channel.

    Attributes:
        event: What happened. ``EDITED`` carries the whole new message under the old ``id``;
            ``DELETED`` carries no parts.
        address: Where.
        sender: Who.
        id: The platform's id of the message, unique within the address. The same id seen again
            is dropped, also after a restart.
        time: When, as the platform says it; 0 where it does not.
        parts: What was said. A mention of the bot itself (``@bot /settings``) is cut off by the
            adapter: the core knows nobody's name on a platform, and would take it for words.
        private: True in a chat that only this person and the bot share.
        ephemeral: True if the platform can show what answers this to its sender alone, though the
            chat is shared, as after a slash command or a pressed button.
        adult: True if the platform marks the place as one for adults.
        addressed: True if the bot is meant: always in private, by mention or reply in a group.
        reply_to: The platform's id of the message this one answers.
        reaction: For ``REACTION``.
        persona: The persona's id, where the platform lets the sender name one for this message;
            otherwise the chat's active persona answers.
        standalone: True if this message must be a turn of its own, never joined with others.
        raw: The platform's own object, for the adapter's own use. The core never reads it and
            never lets it out.
    """

    event: Event = Event.MESSAGE
    address: Address
    sender: Sender
    id: str
    time: int
    parts: tuple[Part, ...] = ()
    private: bool = True
    ephemeral: bool = False
    adult: bool = False
    addressed: bool = True
    reply_to: str | None = None
    reaction: Reaction | None = None
    persona: str | None = None
    standalone: bool = False
    raw: object = field(default=None, repr=False, compare=False)


class OutboundKind(StrEnum):
    """Whose voice a message has."""

    REPLY = "reply"  # the persona's
    NOTICE = "notice"  # the service's own: gate, rights, help, errors, safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Something to deliver.

    Attributes:
        id: The row's id; sending the same id again must not show it twice where the platform can
            prevent it.
        reply: The id of the whole reply this is a part of.
        part: Number of the part within the reply, from 0.
        last: True for the reply's last part.
        kind: The persona's voice or the service's own.
        parts: What to show.
        in_reply_to: Platform ids of the inbound messages this answers; a native quote is wanted
            only where ``quote`` is set.
        quote: The platform id to quote, in groups.
        private: True if only the person may see it, though the chat is shared.
        recipient: For a private message the platform's id of the account it is for; else empty.
        draft: The platform's id of the message that showed this reply while it was being written,
            as ``SupportsDraft.draft`` returned it; this takes its place. Else empty.
        cut: True if the reply ended early (stopped, or the processor broke off).
        position: The place in the person's journal; grows with each committed message. Empty for
            messages that are not kept.
        persona: The id of the persona whose conversation this belongs to; empty where it belongs
            to none.
        replaces: The id of a reply that this one stands in for (regenerated, or the question was
            edited); empty otherwise.
    """

    id: str
    reply: str
    part: int = 0
    last: bool = True
    kind: OutboundKind = OutboundKind.REPLY
    parts: tuple[Part, ...]
    in_reply_to: tuple[str, ...] = ()
    quote: str | None = None
    private: bool = False
    recipient: str = ""
    draft: str = ""
    cut: bool = False
    position: str = ""
    persona: str = ""
    replaces: str = ""


class Outcome(StrEnum):
    """What became of a send."""

    SENT = "sent"
    PARTIAL = "partial"  # something of it is visible, not all
    SUPPRESSED = "suppressed"  # not sent on purpose: a platform rule, a state, a deletion
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform said of a send.

    Attributes:
        outcome: What became of it.
        message_ids: The platform's ids of what is visible now.
        error: Why not, for ``PARTIAL`` and ``FAILED``.
        moved_to: Where the platform has made another chat of the one that was named, with other
            message ids: that chat, in which ``message_ids`` stand. Else empty.
    """

    outcome: Outcome
    message_ids: tuple[str, ...] = ()
    error: DeliveryError | None = None
    moved_to: str = ""


def text_of(parts: tuple[Part, ...]) -> SealedText:
    """Join the words of a message: its texts and captions, one paragraph each."""
    words: list[str] = []
    for part in parts:
        match part:
            case Text(text=text):
                words.append(text.reveal())
            case (
                Image(caption=SealedText() as caption)
                | Voice(caption=SealedText() as caption)
                | Audio(caption=SealedText() as caption)
                | Video(caption=SealedText() as caption)
                | File(caption=SealedText() as caption)
            ):
                words.append(caption.reveal())
            case _:
                pass
    return SealedText("\n\n".join(words))
