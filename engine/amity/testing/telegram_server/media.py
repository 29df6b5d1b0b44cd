"""What people send besides words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.telegram_server.files import Attached, FileStore
from amity.testing.telegram_server.pictures import make_png, picture_size

__all__ = [
    "Animation",
    "Audio",
    "Contact",
    "Dice",
    "Document",
    "Location",
    "Media",
    "Passport",
    "Photo",
    "Poll",
    "Sticker",
    "Venue",
    "Video",
    "VideoNote",
    "Voice",
    "photo_sizes",
]

_SIZES: Final = (90, 320, 800, 1280)
# Enough for what looks at the first bytes; nobody can play these.
_OGG: Final = b"OggS\x00\x02" + bytes(22) + b"OpusHead"
_MP4: Final = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
_MP3: Final = b"ID3\x04\x00\x00\x00\x00\x00\x00"
_WEBP: Final = (
    b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\xff\xc1\x7f\x00\x00\x00\x00\x00\x00"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo; without bytes of its own a grey picture. Its largest size has the bytes given."""

    data: bytes = b""
    spoiler: bool = False

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        data = self.data or make_png(1280, 960)
        content: dict[str, Any] = {"photo": photo_sizes(files, data)}
        if self.spoiler:
            content["has_media_spoiler"] = True
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice message."""

    data: bytes = _OGG
    duration: int = 3
    mime: str = "audio/ogg"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("voice", self.data, mime=self.mime)
        return {"voice": Attached(file, {"duration": self.duration, "mime_type": self.mime})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """A piece of music."""

    data: bytes = _MP3
    duration: int = 180
    title: str = ""
    performer: str = ""
    name: str = "song.mp3"
    mime: str = "audio/mpeg"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("audio", self.data, name=self.name, mime=self.mime)
        about: dict[str, Any] = {
            "duration": self.duration,
            "file_name": self.name,
            "mime_type": self.mime,
        }
        about |= {"title": self.title} if self.title else {}
        about |= {"performer": self.performer} if self.performer else {}
        return {"audio": Attached(file, about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video."""

    data: bytes = _MP4
    duration: int = 7
    width: int = 640
    height: int = 480
    name: str = "video.mp4"
    mime: str = "video/mp4"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("video", self.data, name=self.name, mime=self.mime)
        about = {
            "duration": self.duration,
            "width": self.width,
            "height": self.height,
            "file_name": self.name,
            "mime_type": self.mime,
            "thumbnail": _thumbnail(files, 320, 240),
        }
        return {"video": Attached(file, about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoNote:
    """A round video."""

    data: bytes = _MP4
    duration: int = 5
    length: int = 384

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("video_note", self.data)
        about = {
            "duration": self.duration,
            "length": self.length,
            "thumbnail": _thumbnail(files, 320, 320),
        }
        return {"video_note": Attached(file, about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Any file."""

    data: bytes = b"A file.\n"
    name: str = "file.txt"
    mime: str = "text/plain"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("document", self.data, name=self.name, mime=self.mime)
        about = {"file_name": self.name, "mime_type": self.mime}
        return {"document": Attached(file, about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Animation:
    """A GIF, which Telegram keeps as a silent video. It comes as a document as well."""

    data: bytes = _MP4
    duration: int = 2
    width: int = 320
    height: int = 240
    name: str = "animation.mp4"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("animation", self.data, name=self.name, mime="video/mp4")
        document = {"file_name": self.name, "mime_type": "video/mp4"}
        about = {
            **document,
            "duration": self.duration,
            "width": self.width,
            "height": self.height,
        }
        return {"animation": Attached(file, about), "document": Attached(file, document)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """A sticker."""

    data: bytes = _WEBP
    emoji: str = "👍"
    set_name: str = "SomeStickers"

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        file = files.add("sticker", self.data, mime="image/webp")
        about = {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": self.emoji,
            "set_name": self.set_name,
        }
        return {"sticker": Attached(file, about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place on the map; with ``live_period`` one that moves for so many seconds."""

    latitude: float = 48.137
    longitude: float = 11.575
    live_period: int = 0

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        place: dict[str, Any] = {"latitude": self.latitude, "longitude": self.longitude}
        if self.live_period:
            place["live_period"] = self.live_period
        return {"location": place}


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A place with a name. It comes as a location as well."""

    title: str = "A café"
    address: str = "Some Street 1"
    latitude: float = 48.137
    longitude: float = 11.575

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        place = {"latitude": self.latitude, "longitude": self.longitude}
        venue = {"location": place, "title": self.title, "address": self.address}
        return {"venue": venue, "location": place}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody's telephone number; ``user_id`` where that somebody has an account."""

    phone_number: str = "+491700000000"
    first_name: str = "Some"
    last_name: str = "Body"
    user_id: int = 0

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        contact: dict[str, Any] = {
            "phone_number": self.phone_number,
            "first_name": self.first_name,
        }
        contact |= {"last_name": self.last_name} if self.last_name else {}
        contact |= {"user_id": self.user_id} if self.user_id else {}
        return {"contact": contact}


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll that somebody forwards or makes."""

    question: str = "Tea or coffee?"
    options: Sequence[str] = ("Tea", "Coffee")

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        options = [
            {"persistent_id": str(number), "text": text, "voter_count": 0}
            for number, text in enumerate(self.options)
        ]
        poll = {
            "id": "5100000000000000001",
            "question": self.question,
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return {"poll": poll}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dice:
    """A die that was thrown."""

    emoji: str = "🎲"
    value: int = 4

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        return {"dice": {"emoji": self.emoji, "value": self.value}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """Telegram Passport data, encrypted for the bot: what a bot without need must not keep."""

    email: str = ""
    phone_number: str = ""
    data: str = "ZW5jcnlwdGVk"
    credentials: Mapping[str, str] = field(
        default_factory=lambda: {"data": "ZGF0YQ==", "hash": "aGFzaA==", "secret": "c2VjcmV0"}
    )

    def content(self, files: FileStore) -> dict[str, Any]:
        """Return it as the content of a message."""
        elements: list[dict[str, Any]] = [
            {"type": "personal_details", "data": self.data, "hash": "cGVyc29uYWw="}
        ]
        if self.email:
            elements.append({"type": "email", "email": self.email, "hash": "ZW1haWw="})
        if self.phone_number:
            elements.append(
                {"type": "phone_number", "phone_number": self.phone_number, "hash": "cGhvbmU="}
            )
        return {"passport_data": {"data": elements, "credentials": dict(self.credentials)}}


Media = (
    Photo
    | Voice
    | Audio
    | Video
    | VideoNote
    | Document
    | Animation
    | Sticker
    | Location
    | Venue
    | Contact
    | Poll
    | Dice
    | Passport
)


def _thumbnail(files: FileStore, width: int, height: int) -> Attached:
    file = files.add("thumbnail", make_png(width, height, shade=90), mime="image/jpeg")
    return Attached(file, {"width": width, "height": height})


def photo_sizes(files: FileStore, data: bytes) -> list[Attached]:
    """Keep a picture in the sizes that Telegram makes of it, smallest first."""
    width, height = picture_size(data) or (1280, 960)
    longest = max(width, height, 1)
    sizes = []
    for size in _SIZES:
        if size < longest and size != _SIZES[-1]:
            small = max(width * size // longest, 1), max(height * size // longest, 1)
            file = files.add("photo", make_png(*small, shade=size))
            sizes.append(Attached(file, {"width": small[0], "height": small[1]}))
    shown = min(longest, _SIZES[-1])
    about = {
        "width": max(width * shown // longest, 1),
        "height": max(height * shown // longest, 1),
    }
    sizes.append(Attached(files.add("photo", data), about))
    return sizes
