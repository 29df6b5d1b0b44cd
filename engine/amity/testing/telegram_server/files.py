"""The files of the server: what was uploaded or sent by people, under the ids that bots know."""

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any, Final

from amity.testing.telegram_server.errors import bad_request

__all__ = ["Attached", "FileStore", "StoredFile"]

_FOLDERS: Final = {
    "photo": ("photos", "jpg"),
    "voice": ("voice", "oga"),
    "audio": ("music", "mp3"),
    "video": ("videos", "mp4"),
    "video_note": ("video_notes", "mp4"),
    "document": ("documents", "bin"),
    "animation": ("animations", "mp4"),
    "sticker": ("stickers", "webp"),
    "thumbnail": ("thumbnails", "jpg"),
}
_KINDS: Final = tuple(_FOLDERS)
_HEAD: Final = struct.Struct(">BQQ")
_SEAL: Final = 16
_LINK_LIFETIME: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that the server keeps.

    Attributes:
        number: Its number on this server.
        kind: What it is sent as: ``photo``, ``voice``, ``document`` and so on.
        data: The bytes.
        name: Its name, where it has one.
        mime: Its media type, where it is known.
    """

    number: int
    kind: str
    data: bytes
    name: str = ""
    mime: str = ""

    @property
    def unique_id(self) -> str:
        """The id that is the same for all bots, and good for nothing else."""
        digest = blake2s(f"{self.kind}:{self.number}".encode(), digest_size=11).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def path(self) -> str:
        """Where it is downloaded from, below ``/file/bot<token>/``."""
        folder, ending = _FOLDERS[self.kind]
        _, dot, own = self.name.rpartition(".")
        return f"{folder}/file_{self.number}.{own if dot and own.isalnum() else ending}"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file where it stands in a message, with what is said about it."""

    file: StoredFile
    about: Mapping[str, Any] = field(default_factory=dict)


class FileStore:
    """Keeps files in memory. A bot knows a file under an id that no other bot can use."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._files: dict[int, StoredFile] = {}
        self._numbers = 0
        self._contents: dict[int, dict[str, Any]] = {}
        self._links: dict[tuple[int, str], tuple[StoredFile, float]] = {}

    def add(self, kind: str, data: bytes, *, name: str = "", mime: str = "") -> StoredFile:
        """Keep a file."""
        self._numbers += 1
        file = StoredFile(number=self._numbers, kind=kind, data=data, name=name, mime=mime)
        self._files[file.number] = file
        return file

    @property
    def all(self) -> Sequence[StoredFile]:
        """Every file, oldest first."""
        return tuple(self._files.values())

    def lose(self, file: StoredFile) -> None:
        """Do not have a file any more, whoever asks for it."""
        self._files.pop(file.number, None)
        self._links = {link: kept for link, kept in self._links.items() if kept[0] is not file}

    def id_for(self, file: StoredFile, bot_id: int) -> str:
        """Return the ``file_id`` under which a bot knows a file."""
        head = _HEAD.pack(_KINDS.index(file.kind), bot_id, file.number)
        return base64.urlsafe_b64encode(head + self._seal(head)).decode().rstrip("=")

    def _seal(self, head: bytes) -> bytes:
        return blake2s(head, key=self._key, digest_size=_SEAL).digest()

    def _open(self, file_id: str, bot_id: int) -> StoredFile | None:
        """Return the file of an id; ``None`` for an id of another bot or of another server.

        Raises:
            ValueError: This is not an id at all.
        """
        try:
            raw = base64.b64decode(file_id + "=" * (-len(file_id) % 4), b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise ValueError("not base64") from error
        if len(raw) != _HEAD.size + _SEAL:
            raise ValueError("wrong length")
        head, seal = raw[: _HEAD.size], raw[_HEAD.size :]
        _, owner, number = _HEAD.unpack(head)
        if not hmac.compare_digest(seal, self._seal(head)) or owner != bot_id:
            return None
        return self._files.get(number)

    def remember(self, content: Mapping[str, Any]) -> None:
        """Remember how files were sent, so that they can be sent again by their ids."""
        for kind in _KINDS:
            value = content.get(kind)
            attached = value if isinstance(value, list) else [value]
            for one in attached:
                if isinstance(one, Attached) and one.file.kind == kind:
                    twin = {"document": content["document"]} if kind == "animation" else {}
                    self._contents.setdefault(one.file.number, {kind: value, **twin})

    def content_of(self, file_id: str, bot_id: int, kind: str) -> dict[str, Any]:
        """Return the content that a bot sends again by a file's id.

        Raises:
            ApiError: There is no such file for this bot, or it is of another kind.
        """
        file = self._to_send(file_id, bot_id, kind)
        return dict(self._contents.get(file.number) or {kind: Attached(file)})

    def _to_send(self, file_id: str, bot_id: int, kind: str) -> StoredFile:
        try:
            file = self._open(file_id, bot_id)
        except ValueError as error:
            raise bad_request(
                "wrong remote file identifier specified: Wrong padding in the string"
            ) from error
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {_title(file.kind)} as {_title(kind)}")
        return file

    def to_fetch(self, file_id: str, bot_id: int, *, limit: int, now: float) -> StoredFile:
        """Return the file that a bot asks for with ``getFile``, and open its link for an hour."""
        if not file_id:
            raise bad_request("file_id not specified")
        try:
            file = self._open(file_id, bot_id)
        except ValueError as error:
            raise bad_request("invalid file_id") from error
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.data) > limit:
            raise bad_request("file is too big")
        self._links[bot_id, file.path] = file, now + _LINK_LIFETIME
        return file

    def linked(self, bot_id: int, path: str, now: float) -> StoredFile | None:
        """Return the file behind a link that ``getFile`` gave to this bot in the last hour."""
        file, until = self._links.get((bot_id, path), (None, 0.0))
        return file if now < until else None


def _title(kind: str) -> str:
    """Return the name of a kind as Telegram's sentences have it."""
    return "".join(word.capitalize() for word in kind.split("_"))
