"""Messages of the core as Discord's payloads."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from amity.adapter import MediaStore
from amity.markup import TextUnit
from amity.message import (
    Audio,
    Button,
    Buttons,
    File,
    Image,
    MediaRef,
    Outbound,
    Text,
    Video,
    Voice,
    text_of,
)
from amity.render import fit, plain_buttons, to_dialect
from amity_discord import DIALECT
from amity_discord.custom_ids import CustomIds
from amity_discord.rest import Json, Upload

__all__ = [
    "NO_MENTIONS",
    "Written",
    "first_words",
    "nonce_of",
    "rows_of",
    "write",
    "written_words",
]

NO_MENTIONS: Final[Json] = {"parse": [], "replied_user": False}

_LIMIT: Final = 2000
_LONGEST_LABEL: Final = 80
_ROW: Final = 5
_ROWS: Final = 5
_MOST_FILES: Final = 10
_SECONDARY: Final = 2
_NONCE: Final = 25
_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "application/zip": "zip",
    "application/json": "json",
    "text/plain": "txt",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A message as Discord takes it.

    Attributes:
        payload: Its content and components.
        uploads: Its files.
        missing: Whether a file of it was not there any more.
    """

    payload: Json
    uploads: tuple[Upload, ...] = ()
    missing: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.payload["content"] or self.uploads)


def nonce_of(id: str) -> str:
    """Return the nonce under which Discord takes a message once, whatever it is sent again."""
    return sha256(f"amity {id}".encode()).hexdigest()[:_NONCE]


def written_words(markdown: str) -> str:
    """Return Markdown as Discord's own."""
    return to_dialect(markdown, DIALECT).strip()


def first_words(markdown: str) -> str:
    """Return as much of a growing text as one message takes, as Discord's own Markdown."""
    pieces = fit(markdown, limit=_LIMIT, unit=TextUnit.CODE_POINTS, markup=DIALECT)
    return written_words(pieces[0]) if pieces else ""


async def write(outbound: Outbound, media: MediaStore, ids: CustomIds, *, person: str) -> Written:
    """Return a message as Discord takes it.

    Args:
        outbound: The message.
        media: Where its files are.
        ids: Makes the buttons' custom ids.
        person: The account that alone may press its buttons; empty for everybody there.
    """
    rows: list[Json] = []
    typed: list[Button] = []
    for part in outbound.parts:
        if isinstance(part, Buttons):
            more, left = rows_of(part, ids, person=person, room=_ROWS - len(rows))
            rows += more
            typed += left
    said = text_of(outbound.parts)
    if typed:
        said = text_of(plain_buttons((Text(said), Buttons((tuple(typed),)))))
    uploads, missing = await _uploads(outbound, media)
    payload: Json = {
        "content": written_words(said.reveal()),
        "components": rows,
        "allowed_mentions": NO_MENTIONS,
    }
    if uploads:
        payload["attachments"] = [
            {"id": number, "filename": one.name} for number, one in enumerate(uploads)
        ]
    return Written(payload, uploads, missing)


async def _uploads(outbound: Outbound, media: MediaStore) -> tuple[tuple[Upload, ...], bool]:
    found: list[Upload] = []
    missing = False
    for part in outbound.parts:
        if not isinstance(part, Image | Voice | Audio | Video | File):
            continue
        content = await media.read(part.media)
        if content is None:
            missing = True
        elif len(found) < _MOST_FILES:
            found.append(Upload(name=_name_of(part.media, len(found)), content=content))
    return tuple(found), missing


def _name_of(media: MediaRef, number: int) -> str:
    if media.name:
        return media.name.replace("/", "_").replace("\\", "_")[-100:]
    ending = _ENDINGS.get(media.media_type, "bin")
    return f"file{number + 1}.{ending}"


def rows_of(
    buttons: Buttons, ids: CustomIds, *, person: str, room: int = _ROWS
) -> tuple[list[Json], list[Button]]:
    """Return rows of buttons as Discord takes them, and the buttons that do not fit.

    A row of more than five is broken; what is too long for a custom id, or beyond ``room`` rows,
    has to be typed.
    """
    rows: list[Json] = []
    left: list[Button] = []
    made: set[str] = set()
    for row in buttons.rows:
        fitting: list[tuple[Button, str]] = []
        for button in row:
            custom_id = ids.make(
                button.command,
                button.argument,
                person=person,
                quiet=bool(person) or button.private,
            )
            if custom_id is None:
                left.append(button)
            elif custom_id not in made:  # Discord refuses two of the same
                made.add(custom_id)
                fitting.append((button, custom_id))
        for start in range(0, len(fitting), _ROW):
            piece = fitting[start : start + _ROW]
            if len(rows) < room:
                rows.append({"type": 1, "components": [_button(*one) for one in piece]})
            else:
                left += [button for button, _ in piece]
    return rows, left


def _button(button: Button, custom_id: str) -> Json:
    label = button.label.strip() or button.command
    if len(label) > _LONGEST_LABEL:
        label = label[: _LONGEST_LABEL - 1].rstrip() + "…"
    return {"type": 2, "style": _SECONDARY, "label": label, "custom_id": custom_id}
