"""From the core's values to the JSON and the events that clients read."""

from typing import Any
from urllib.parse import quote

import orjson

from amity.adapter import JournalEntry
from amity.message import (
    Audio,
    Buttons,
    Choice,
    Command,
    File,
    Image,
    Location,
    MediaRef,
    Outbound,
    OutboundKind,
    Part,
    Sticker,
    Text,
    Video,
    Voice,
)

__all__ = ["entry_json", "outbound_json", "part_json", "sse"]


def _media_json(media: MediaRef, base: str) -> dict[str, Any]:
    return {
        "url": f"{base}api/v1/media/{quote(media.key, safe='')}",
        "media_type": media.media_type,
        "size": media.size,
        "name": media.name,
    }


def part_json(part: Part, base: str) -> dict[str, Any]:
    """Return one part as clients read it; ``base`` is the adapter's path."""
    match part:
        case Text(text=text):
            return {"type": "text", "text": text.reveal()}
        case Buttons(rows=rows):
            return {
                "type": "buttons",
                "rows": [
                    [{"label": b.label, "command": b.command, "argument": b.argument} for b in row]
                    for row in rows
                ],
            }
        case Choice(command=command, argument=argument):
            return {"type": "choice", "command": command, "argument": argument}
        case Command(name=name, argument=sealed):
            return {"type": "command", "command": name, "argument": sealed.reveal()}
        case Sticker(emoji=emoji):
            return {"type": "sticker", "emoji": emoji}
        case Location():
            return {"type": "location"}
        case Image() | Voice() | Audio() | Video() | File():
            return {
                "type": type(part).__name__.lower(),
                "media": _media_json(part.media, base),
                "caption": part.caption.reveal() if part.caption is not None else None,
            }


def outbound_json(
    outbound: Outbound,
    base: str,
    *,
    thread: str | None,
    time: int,
    persona: str = "",
    position: str = "",
    state: str = "sent",
) -> dict[str, Any]:
    """Return what we said as clients read it."""
    return {
        "id": outbound.id,
        "position": position or outbound.position,
        "from": "persona" if outbound.kind is OutboundKind.REPLY else "service",
        "persona": persona or outbound.persona,
        "thread": thread,
        "time": time,
        "state": state,
        "parts": [part_json(part, base) for part in outbound.parts],
        "reply": outbound.reply,
        "part": outbound.part,
        "last": outbound.last,
        "cut": outbound.cut,
        "in_reply_to": outbound.in_reply_to,
        "replaces": outbound.replaces,
    }


def entry_json(entry: JournalEntry, base: str) -> dict[str, Any]:
    """Return an entry of the journal as clients read it."""
    if entry.outbound is not None:
        return outbound_json(
            entry.outbound,
            base,
            thread=entry.thread,
            time=entry.time,
            persona=entry.persona,
            position=entry.position,
            state=entry.state or "sent",
        )
    return {
        "id": entry.message_id,
        "position": entry.position,
        "from": "person",
        "persona": entry.persona,
        "thread": entry.thread,
        "time": entry.time,
        "state": entry.state,
        "parts": [part_json(part, base) for part in entry.inbound or ()],
    }


def sse(event: str, data: Any, position: str = "") -> bytes:
    """Write one server-sent event; its position is its id.

    orjson writes no line breaks, so the data is one line.
    """
    head = f"id: {position}\nevent: {event}\ndata: " if position else f"event: {event}\ndata: "
    return head.encode() + orjson.dumps(data) + b"\n\n"
