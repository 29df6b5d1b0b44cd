"""Message parts as JSON, the form in which they lie sealed in the store and appear in an export."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final

import orjson

from amity.message import (
    Audio,
    Button,
    Buttons,
    Choice,
    Command,
    File,
    Image,
    Location,
    MediaRef,
    Part,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity.sealed import SealedText

__all__ = ["decode_parts", "encode_parts"]

_CLASSES: Final[Mapping[str, type[Part]]] = {
    "text": Text,
    "image": Image,
    "voice": Voice,
    "audio": Audio,
    "video": Video,
    "file": File,
    "sticker": Sticker,
    "location": Location,
    "buttons": Buttons,
    "choice": Choice,
    "command": Command,
}
_NAMES: Final[Mapping[type, str]] = {cls: name for name, cls in _CLASSES.items()}
_FIELDS: Final = {cls: tuple(f.name for f in fields(cls)) for cls in _CLASSES.values()}
_SEALED: Final = frozenset({"text", "caption"})


def _media(ref: MediaRef) -> dict[str, object]:
    return {"key": ref.key, "media_type": ref.media_type, "size": ref.size, "name": ref.name}


def _encode(part: Part) -> dict[str, object]:
    record: dict[str, object] = {"type": _NAMES[type(part)]}
    for name in _FIELDS[type(part)]:
        value: object = getattr(part, name)
        match value:
            case SealedText():
                record[name] = value.reveal()
            case MediaRef():
                record[name] = _media(value)
            case None:
                pass
            case tuple():
                record[name] = [[_button(b) for b in row] for row in value]
            case _:
                record[name] = value
    return record


def _button(button: Button) -> dict[str, str]:
    return {"label": button.label, "command": button.command, "argument": button.argument}


def encode_parts(parts: tuple[Part, ...]) -> SealedText:
    """Return the parts as JSON text.

    Halves of characters (lone surrogates) cannot be written: they are joined where they belong
    together and replaced by U+FFFD otherwise.
    """
    if len(parts) == 1 and isinstance(parts[0], Text):  # nearly every message
        return SealedText(_dumps([{"type": "text", "text": parts[0].text.reveal()}]))
    return SealedText(_dumps([_encode(p) for p in parts]))


def _dumps(records: list[dict[str, object]]) -> str:
    try:
        return orjson.dumps(records).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_whole(records)).decode()


def _whole(value: object) -> object:
    """Join halves of a character that UTF-16 wrote in two; one alone becomes U+FFFD.

    Some models stream an emoji as two halves, and JSON lets a client send one alone.
    """
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {name: _whole(item) for name, item in value.items()}
        case _:
            return value


def _decode(record: dict[str, object]) -> Part:
    cls: Callable[..., Part] = _CLASSES[str(record.pop("type"))]
    arguments: dict[str, object] = {}
    for name, value in record.items():
        if name in _SEALED or (cls is Command and name == "argument"):
            arguments[name] = SealedText(str(value))
        elif name == "media" and isinstance(value, dict):
            arguments[name] = MediaRef(**value)
        elif name == "rows" and isinstance(value, list):
            arguments[name] = tuple(tuple(Button(**b) for b in row) for row in value)
        else:
            arguments[name] = value
    return cls(**arguments)


def decode_parts(body: SealedText) -> tuple[Part, ...]:
    """Return the parts that ``encode_parts`` was given.

    Raises:
        ValueError: it is not such JSON.
    """
    try:
        return tuple(_decode(record) for record in orjson.loads(body.reveal()))
    except (ValueError, KeyError, TypeError, AttributeError):
        # The cause is left out: a JSON error carries the whole text.
        raise ValueError("these are no message parts") from None
