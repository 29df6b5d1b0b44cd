"""How messages become rows of the store and back."""

from typing import Final, cast

from amity import __version__
from amity.codec import decode_parts, encode_parts
from amity.datamap.declarations import MESSAGES
from amity.memory.conversations import Conversation
from amity.memory.history import SPECIAL
from amity.message import Inbound, Outbound, OutboundKind, Part
from amity.sealed import SealedText
from amity.store.contract import Change
from amity.store.vault import OpenRow
from amity.support import WORDS as SUPPORT_WORDS
from amity.turn.turn import Incoming, Turn
from amity.turn.words import Heard, hear, is_fixed

# One value for all, so that the index of them grows and shrinks at its ends: with the conversation
# in it a batch from twenty people changed twenty more pages. Earlier versions had that there.
_TO_DO: Final = "open"
_SOON: Final = 3_600_000
"""Milliseconds that a reply to what may not be kept stays, so that the talk can go on."""

__all__ = [
    "envelope_row",
    "inbound_row",
    "incoming_of",
    "is_said_before",
    "outbound_of",
    "outbound_row",
    "owner_of",
    "said_before",
    "stands_for_words",
    "taken_in",
]


def _verb(heard: Heard, *, consented: bool) -> str:
    argument = heard.argument.reveal()
    if not consented and is_fixed(argument) and argument:
        return f"{heard.name} {argument}"
    return heard.name


def inbound_row(
    inbound: Inbound,
    conversation: Conversation,
    *,
    id: str,
    dedupe: str,
    heard: Heard | None,
    consented: bool,
    policy_version: str | None,
) -> OpenRow:
    """Return the row of an event. Without consent it is an envelope: no body, known words only."""
    known = heard is not None and (consented or heard.word is not None)
    return {
        "id": id,
        "person": conversation.person,
        "conversation": conversation.id,
        "generation": conversation.generation,
        "queue": _TO_DO,
        "direction": "in",
        "kind": inbound.event.value,
        "state": "waiting",
        "turn": None,
        "part": 0,
        "body": encode_parts(inbound.parts) if consented else None,
        "verb": _verb(heard, consented=consented) if known and heard is not None else None,
        "dedupe": dedupe,
        "platform_id": SealedText(inbound.id),
        "position": id,
        "time": inbound.time,
        "cut": False,
        "attempts": 0,
        "session": conversation.session,
        "sensitivity": None,
        "policy_version": policy_version,
        "persona_version": None,
        "engine_version": __version__,
        "expires_at": None,
        "standalone": inbound.standalone,
        "model": None,
        "replaces": None,
        "private": inbound.ephemeral or None,
        "adult": inbound.adult or None,
        "reply_to": SealedText(inbound.reply_to) if inbound.reply_to and consented else None,
    }


def incoming_of(row: OpenRow) -> Incoming:
    """Return a stored inbound row as the lane's message."""
    body = row["body"]
    parts = decode_parts(body) if isinstance(body, SealedText) else ()
    heard: Heard | None = None
    if row["verb"] is not None:
        heard = hear(parts)
        if heard is None:
            name, _, argument = str(row["verb"]).partition(" ")
            heard = Heard(name, SealedText(argument), "command")
    platform_id, reply_to = row["platform_id"], row["reply_to"]
    return Incoming(
        id=str(row["id"]),
        event=str(row["kind"]),
        parts=parts,
        heard=heard,
        platform_id=platform_id.reveal() if isinstance(platform_id, SealedText) else "",
        time=int(cast("int", row["time"])),
        generation=int(cast("int", row["generation"])),
        standalone=bool(row["standalone"]),
        position=str(row["position"] or ""),
        ephemeral=bool(row["private"]),
        adult=bool(row["adult"]),
        reply_to=reply_to.reveal() if isinstance(reply_to, SealedText) else "",
    )


def owner_of(conversation: Conversation) -> OpenRow:
    """Return what says whose a row of a conversation is, for a change of its sealed fields."""
    return {
        "person": conversation.person,
        "conversation": conversation.id,
        "generation": conversation.generation,
    }


def taken_in(conversation: Conversation, id: str, turn: str) -> Change:
    """Return the write after which nothing is left to do with an edit, nor any of its words.

    The same is written for a message that an edit made a word before it was answered.
    """
    done: OpenRow = {"state": "answered", "queue": None, "turn": turn, "body": None}
    return Change(MESSAGES, id, done, owner=owner_of(conversation), lenient=True)


def outbound_row(
    turn: Turn,
    conversation: Conversation,
    *,
    id: str,
    part: int,
    kind: OutboundKind,
    parts: tuple[Part, ...] | None,
    state: str,
    position: str | None,
    now: int,
    draft: str = "",
    private: bool = False,
) -> OpenRow:
    """Return the row of something that is, or will be, said to the person.

    Until it is sent, ``platform_id`` holds the id of the message that shows it as a draft.
    """
    return {
        "id": id,
        "person": conversation.person,
        "conversation": conversation.id,
        "generation": conversation.generation,
        "queue": None if state == "sent" else _TO_DO,
        "direction": "out",
        "kind": kind.value,
        "state": state,
        "turn": turn.id,
        "part": part,
        "body": None if parts is None else encode_parts(parts),
        "verb": None,
        "dedupe": None,
        "platform_id": SealedText(draft) if draft else None,
        "position": position,
        "time": now,
        "cut": turn.cut and kind is OutboundKind.REPLY,
        "attempts": 0,
        "session": conversation.session,
        "sensitivity": SPECIAL if turn.unkept else None,
        "policy_version": turn.person.policy_version,
        "persona_version": turn.persona.version if kind is OutboundKind.REPLY else None,
        "engine_version": __version__,
        "expires_at": now + _SOON if turn.unkept else None,
        "standalone": False,
        "model": turn.model or None,
        "replaces": (turn.replaces or None) if kind is OutboundKind.REPLY else None,
        "private": private or None,
        "adult": None,
        "reply_to": None,
    }


def envelope_row(
    conversation: Conversation, *, id: str, position: str, now: int, policy_version: str | None
) -> OpenRow:
    """Return the row of a notice whose words lie in a ticket: its place in the journal, no body."""
    return {
        "id": id,
        "person": conversation.person,
        "conversation": conversation.id,
        "generation": conversation.generation,
        "queue": None,
        "direction": "out",
        "kind": OutboundKind.NOTICE.value,
        "state": "sent",
        "turn": id,
        "part": 0,
        "body": None,
        "verb": "support",
        "dedupe": None,
        "platform_id": None,
        "position": position,
        "time": now,
        "cut": False,
        "attempts": 0,
        "session": conversation.session,
        "sensitivity": None,
        "policy_version": policy_version,
        "persona_version": None,
        "engine_version": __version__,
        "expires_at": None,
        "standalone": False,
        "model": None,
        "replaces": None,
        "private": None,
        "adult": None,
        "reply_to": None,
    }


def stands_for_words(row: OpenRow) -> bool:
    """Whether a row may be the envelope of words that lie in a ticket."""
    return row["body"] is None and str(row["verb"] or "").partition(" ")[0] in SUPPORT_WORDS


def said_before(turn: Turn, number: int) -> str:
    """Return the id of something that the service says before the reply."""
    return f"{turn.id}.{number}"


def is_said_before(row: OpenRow) -> bool:
    """Whether a row is something that the service said before a reply."""
    return str(row["id"]).startswith(str(row["turn"]) + ".")


def outbound_of(
    row: OpenRow, *, persona: str, in_reply_to: tuple[str, ...] = (), last: bool = True
) -> Outbound:
    """Return a stored outbound row as the message to send."""
    body, shown = row["body"], row["platform_id"]
    unsent = row["state"] in ("intent", "ready")
    return Outbound(
        id=str(row["id"]),
        reply=str(row["turn"]),
        part=int(cast("int", row["part"])),
        last=last,
        kind=OutboundKind(str(row["kind"])),
        parts=decode_parts(body) if isinstance(body, SealedText) else (),
        in_reply_to=in_reply_to,
        draft=shown.reveal() if unsent and isinstance(shown, SealedText) else "",
        private=bool(row["private"]),
        cut=bool(row["cut"]),
        position=str(row["position"] or ""),
        replaces=str(row["replaces"] or ""),
        persona=persona,
    )
