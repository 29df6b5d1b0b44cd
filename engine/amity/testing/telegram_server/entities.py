"""Formatted text: entities counted in UTF-16 units, checked, put in order and found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.markup_html import parse_html
from amity.testing.telegram_server.markup_markdown import parse_markdown, parse_markdown_v2
from amity.testing.telegram_server.spans import Draft, Entity, MarkupError, units

__all__ = ["CAPTION_LIMIT", "TEXT_LIMIT", "Formatted", "detect", "format_text"]

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_BYTES_LIMIT: Final = 1 << 15
_COUNT_LIMIT: Final = 100
_OFFSET_LIMIT: Final = 1_000_000

_SPLITTABLE: Final = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES: Final = ("blockquote", "expandable_blockquote")
_CODE: Final = ("code", "pre")
_GIVEN: Final = (*_SPLITTABLE, *_QUOTES, *_CODE, "text_link", "text_mention", "custom_emoji")
_FOUND: Final = (
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email"),
    *("phone_number", "bank_card_number"),
)
_EXTRAS: Final = ("url", "user", "language", "custom_emoji_id")
_PARSERS: Final = {
    "html": parse_html,
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}
# Telegram shows these as spaces, or not at all.
_SPACES: Final = {chr(code): " " for code in range(33) if chr(code) not in "\n\r"}
_DROPPED: Final = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")
_DETECTED: Final = (
    ("url", re.compile(r"(?:https?://|tg://)[^\s<>\"]*[^\s<>\".,;:!?)\]}'*_~|]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@-])")),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|ru|de|eu|dev|info|app)"
            r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'])?(?![\w@-])",
            re.IGNORECASE,
        ),
    ),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/\w{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?!\w)")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as the server keeps it, with its entities in Telegram's own form."""

    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)


def format_text(
    text: str, *, parse_mode: str, entities: Sequence[Any] | None, limit: int, what: str = ""
) -> Formatted:
    """Return the text that a bot sends as it will be shown.

    Args:
        text: The text of the request.
        parse_mode: The request's ``parse_mode``; ``entities`` count only without one.
        entities: The request's ``entities``.
        limit: The greatest length in UTF-16 units, after entities are parsed.
        what: Begins the sentence that refuses a text which is too long, such as ``caption``.

    Raises:
        ApiError: The markup or the entities are wrong, or the text is too long.
    """
    if len(text.encode()) > _BYTES_LIMIT:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if text and mode and mode != "none":
        parser = _PARSERS.get(mode)
        if parser is None:
            raise bad_request("unsupported parse_mode")
        try:
            draft = parser(text)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from error
    else:
        draft = Draft(text=text, entities=_given(entities or ()))
    formatted = _fixed(draft)
    if units(formatted.text) > limit:
        raise bad_request(f"message {what} is too long" if what else "message is too long")
    return formatted


def _given(entities: Sequence[Any]) -> list[Entity]:
    """Read the entities of a request."""
    return [entity for raw in entities if (entity := _read(raw)) is not None]


def _read(raw: Any) -> Entity | None:
    """Read one entity; ``None`` for those that the server finds by itself."""
    if not isinstance(raw, Mapping):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if name not in raw:
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
        if not isinstance(raw[name], int) or isinstance(raw[name], bool):
            raise bad_request(f'can\'t parse MessageEntity: Field "{name}" must be a valid Number')
    kind = raw.get("type") or ""
    if not kind:
        raise bad_request("can't parse MessageEntity: Can't find field \"type\"")
    if kind in _FOUND:
        return None
    if kind not in _GIVEN:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    needed = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
    if kind in needed and not raw.get(needed[kind]):
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{needed[kind]}\"")
    offset, length = raw["offset"], raw["length"]
    if not 0 <= offset <= _OFFSET_LIMIT:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if not 0 <= length <= _OFFSET_LIMIT:
        raise bad_request(f"receive an entity with incorrect length {length}")
    extra = {name: raw[name] for name in _EXTRAS if raw.get(name)}
    return Entity(kind=kind, offset=offset, length=length, extra=extra)


def _fixed(draft: Draft) -> Formatted:
    """Clean the text, move its entities along, trim both and add what the server finds."""
    wanted = [entity for entity in draft.entities if entity.length]
    bounds = _bounds(draft.text, wanted)
    text, moved = _cleaned(draft.text)
    placed = _ordered(
        [
            entity.at(moved[start], moved[end])
            for entity, (start, end) in zip(wanted, bounds, strict=True)
        ]
    )
    start = len(text) - len(text.lstrip(" \n"))
    stripped = text.strip(" \n")
    kept = [entity.at(*_within(text, entity, start, start + len(stripped))) for entity in placed]
    kept = [entity.shift(-start) for entity in kept if entity.length]
    kept = _merged(stripped, kept)[:_COUNT_LIMIT]
    at = list(_unit_offsets(stripped))
    return Formatted(
        stripped,
        [
            {
                "offset": at[entity.offset],
                "length": at[entity.end] - at[entity.offset],
                "type": entity.kind,
                **entity.extra,
            }
            for entity in kept
        ],
    )


def _unit_offsets(text: str) -> Iterator[int]:
    """Yield for every character, and for the end, its offset in UTF-16 units."""
    offset = 0
    for character in text:
        yield offset
        offset += 2 if ord(character) > 0xFFFF else 1
    yield offset


def _bounds(text: str, entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """Return start and end of each entity in characters.

    Raises:
        ApiError: One leaves the text, or begins or ends within a surrogate pair.
    """
    place = {offset: index for index, offset in enumerate(_unit_offsets(text))}
    whole = units(text)
    for entity in sorted(entities, key=lambda entity: entity.offset):
        if entity.offset > whole:
            raise bad_request(
                f"entity begins after the end of the text at UTF-16 offset {entity.offset}"
            )
        if entity.offset not in place:
            raise bad_request(
                "entity begins in a middle of a UTF-16 symbol at byte offset "
                f"{_byte_after(text, place, entity.offset)}"
            )
        if entity.end > whole:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the "
                f"text at UTF-16 offset {entity.end}"
            )
        if entity.end not in place:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 "
                f"symbol at byte offset {_byte_after(text, place, entity.end)}"
            )
    return [(place[entity.offset], place[entity.end]) for entity in entities]


def _byte_after(text: str, place: Mapping[int, int], offset: int) -> int:
    """Return where, in bytes, the character begins that follows the one that was cut."""
    return len(text[: place[offset + 1]].encode())


def _cleaned(text: str) -> tuple[str, list[int]]:
    """Return the text without what Telegram does not show, and where each character went."""
    kept: list[str] = []
    moved: list[int] = []
    for character in text:
        moved.append(len(kept))
        if character not in _DROPPED:
            kept.append(_SPACES.get(character, character))
    moved.append(len(kept))
    return "".join(kept), moved


def _within(text: str, entity: Entity, first: int, last: int) -> tuple[int, int]:
    """Return an entity's bounds without white space at its start, cut to the trimmed text."""
    start, end = entity.offset, entity.end
    while start < end and text[start] in " \n":
        start += 1
    start, end = max(start, first), min(end, last)
    return (start, end) if start < end and text[start:end].strip(" \n") else (start, start)


def _rank(entity: Entity) -> tuple[int, int, int]:
    order = (*_QUOTES, "pre", "text_link", "text_mention", "custom_emoji", *_SPLITTABLE, "code")
    return entity.offset, -entity.length, order.index(entity.kind)


def _ordered(entities: Sequence[Entity]) -> list[Entity]:
    """Return entities that nest or lie apart, as Telegram makes them out of any."""
    ordered = sorted((entity for entity in entities if entity.length), key=_rank)
    if _nested(ordered):
        return ordered
    solid: list[Entity] = []
    for entity in ordered:
        if entity.kind not in _SPLITTABLE and all(_agree(entity, other) for other in solid):
            solid.append(entity)
    covered = {kind: _covered(kind, ordered) for kind in _SPLITTABLE}
    edges = {edge for entity in solid for edge in (entity.offset, entity.end)}
    edges |= {start for runs in covered.values() for start, _ in runs}
    pieces = [piece for kind in _SPLITTABLE for piece in _cut(kind, covered[kind], edges, solid)]
    return sorted([*solid, *pieces], key=_rank)


def _nested(ordered: Sequence[Entity]) -> bool:
    """Say whether sorted entities nest properly already."""
    open_ones: list[Entity] = []
    last: dict[str, int] = {}
    for entity in ordered:
        while open_ones and entity.offset >= open_ones[-1].end:
            open_ones.pop()
        if open_ones and (entity.end > open_ones[-1].end or open_ones[-1].kind in _CODE):
            return False
        if entity.kind in last and entity.offset <= last[entity.kind]:
            return False
        if entity.kind not in _SPLITTABLE and not all(_agree(entity, one) for one in open_ones):
            return False
        if entity.kind in _SPLITTABLE:
            last[entity.kind] = entity.end
        open_ones.append(entity)
    return True


def _agree(entity: Entity, other: Entity) -> bool:
    """Say whether an entity may stand beside or within one that cannot be split."""
    if entity.offset >= other.end or other.offset >= entity.end:
        return True
    inside = other.offset <= entity.offset and entity.end <= other.end
    around = entity.offset <= other.offset and other.end <= entity.end
    if other.kind in _QUOTES and entity.kind not in _QUOTES:
        return inside
    return around and entity.kind in _QUOTES and other.kind not in _QUOTES


def _covered(kind: str, ordered: Sequence[Entity]) -> list[tuple[int, int]]:
    """Return the runs of text that entities of one splittable kind cover together."""
    runs: list[tuple[int, int]] = []
    for entity in ordered:
        if entity.kind != kind:
            continue
        if runs and entity.offset <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], entity.end))
        else:
            runs.append((entity.offset, entity.end))
    return runs


def _cut(
    kind: str, runs: Sequence[tuple[int, int]], edges: set[int], solid: Sequence[Entity]
) -> Iterator[Entity]:
    """Yield the pieces of one splittable kind, cut where others begin or end, outside of code."""
    for start, end in runs:
        places = sorted({start, end, *(edge for edge in edges if start < edge < end)})
        for first, last in pairwise(places):
            code = any(
                entity.kind in _CODE and entity.offset <= first and last <= entity.end
                for entity in solid
            )
            if not code:
                yield Entity(kind=kind, offset=first, length=last - first)


def _merged(text: str, given: Sequence[Entity]) -> list[Entity]:
    """Add the links, mentions and commands that stand in the text outside what was given."""
    blocking = [e for e in given if e.kind not in _SPLITTABLE and e.kind not in _QUOTES]
    found: list[Entity] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            entity = Entity(kind=kind, offset=match.start(), length=match.end() - match.start())
            if not any(
                entity.offset < other.end and other.offset < entity.end
                for other in (*blocking, *found)
            ):
                found.append(entity)
    return sorted([*given, *found], key=lambda entity: (entity.offset, -entity.length))


def detect(text: str, entities: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the entities of what a person wrote: those given, and those that stand in the text."""
    draft = Draft(text=text, entities=_given(list(entities)))
    bounds = _bounds(text, draft.entities)
    placed = [e.at(*b) for e, b in zip(draft.entities, bounds, strict=True)]
    at = list(_unit_offsets(text))
    return [
        {
            "offset": at[entity.offset],
            "length": at[entity.end] - at[entity.offset],
            "type": entity.kind,
            **entity.extra,
        }
        for entity in _merged(text, placed)
    ]
