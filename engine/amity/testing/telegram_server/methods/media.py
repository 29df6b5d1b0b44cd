"""Methods that send files, and the one that fetches them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.entities import CAPTION_LIMIT, format_text
from amity.testing.telegram_server.errors import Unsupported, bad_request
from amity.testing.telegram_server.fields import Fields, Upload
from amity.testing.telegram_server.files import Attached
from amity.testing.telegram_server.media import photo_sizes
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.pictures import make_png, picture_size
from amity.testing.telegram_server.placement import read_placement

__all__ = ["METHODS", "read_media"]

_PHOTO_LIMIT: Final = 10 * 1024 * 1024
_ALBUM_LIMIT: Final = 10
_UNCAPTIONED: Final = ("sticker", "video_note")
_SPOILED: Final = ("photo", "video", "animation")
_SENT: Final = (
    *("photo", "voice", "audio", "video", "video_note", "document", "animation", "sticker"),
)
_ALBUM: Final = ("photo", "video", "audio", "document")
# What a request may say about a file that it uploads: numbers, then words.
_NUMBERS: Final = {
    "voice": ("duration",),
    "audio": ("duration",),
    "video": ("duration", "width", "height"),
    "animation": ("duration", "width", "height"),
    "video_note": ("duration", "length"),
}
_WORDS: Final = {"audio": ("performer", "title"), "sticker": ("emoji",)}
_FIXED: Final[Mapping[str, Mapping[str, Any]]] = {
    "voice": {"mime_type": "audio/ogg"},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
}
_NAMED: Final = ("audio", "video", "document", "animation")


def read_media(call: Call, kind: str, said: Fields, field: str) -> dict[str, Any]:
    """Return the content of a message with a file.

    Args:
        call: The request, with what was uploaded.
        kind: What the file is sent as.
        said: What is said about it: the request's fields, or one item of an album.
        field: Which of those fields names the file.

    Raises:
        ApiError: There is no such file, or it is none of this kind.
    """
    content = dict(_file_content(call, kind, said, field))
    if kind not in _UNCAPTIONED:
        caption = format_text(
            said.text("caption"),
            parse_mode=said.text("parse_mode"),
            entities=said.sequence("caption_entities"),
            limit=CAPTION_LIMIT,
            what="caption",
        )
        if caption.text:
            content["caption"] = caption.text
        if caption.entities:
            content["caption_entities"] = caption.entities
        if caption.text and said.flag("show_caption_above_media"):
            content["show_caption_above_media"] = True
    if kind in _SPOILED and said.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


def _file_content(call: Call, kind: str, said: Fields, field: str) -> Mapping[str, Any]:
    value = said.text(field)
    upload = call.fields.upload(field, value or None)
    if upload is not None:
        return _uploaded(call, kind, said, upload)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if value.lower().startswith(("http://", "https://")):
        raise Unsupported("files that are sent by their address")
    return call.world.files.content_of(value, call.bot.id, kind)


def _uploaded(call: Call, kind: str, said: Fields, upload: Upload) -> dict[str, Any]:
    """Keep an uploaded file and return the content it makes."""
    files = call.world.files
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        _judge_photo(upload.data)
        return {"photo": photo_sizes(files, upload.data)}
    about: dict[str, Any] = {name: said.number(name) for name in _NUMBERS.get(kind, ())}
    about |= {name: said.text(name) for name in _WORDS.get(kind, ()) if said.text(name)}
    about |= _FIXED.get(kind, {})
    if kind in _NAMED:
        about |= {"file_name": upload.name} if upload.name else {}
        about |= {"mime_type": upload.mime} if upload.mime else {}
    if kind == "video_note":
        about["length"] = about["length"] or 384
    thumbnail = call.fields.upload("thumbnail")
    if kind in {"video", "video_note", "animation"}:
        data = thumbnail.data if thumbnail is not None else make_png(320, 240, shade=90)
        width, height = picture_size(data) or (320, 240)
        shown = files.add("thumbnail", data)
        about["thumbnail"] = Attached(shown, {"width": width, "height": height})
    file = files.add(kind, upload.data, name=upload.name, mime=upload.mime)
    content: dict[str, Any] = {kind: Attached(file, about)}
    if kind == "animation":
        content["document"] = content["animation"]
    return content


def _judge_photo(data: bytes) -> None:
    if len(data) > _PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {_PHOTO_LIMIT} bytes"
        )
    size = picture_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if not min(size) or width + height > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _sender(kind: str) -> Method:
    """Return the method that sends one kind of file."""

    def send(call: Call) -> dict[str, Any]:
        content = read_media(call, kind, call.fields, kind)
        return call.written(read_placement(call).post(call, content))

    return send


def send_media_group(call: Call) -> list[dict[str, Any]]:
    """Send an album: several messages with one ``media_group_id``."""
    items = call.fields.sequence("media")
    if items is None:
        raise bad_request("can't parse media JSON object")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > _ALBUM_LIMIT:
        raise bad_request("there are too many messages to send as an album")
    contents = [_album_item(call, item) for item in items]
    kinds = {str(item["type"]) for item in items}
    if len(kinds) > 1 and kinds & {"audio", "document"}:
        raise bad_request("can't use the media of the specified type in the album")
    placement = read_placement(call)
    album = str(13_900_000_000_000_000 + call.world.number())
    return [
        call.written(placement.post(call, content, album=album if len(items) > 1 else ""))
        for content in contents
    ]


def _album_item(call: Call, item: Any) -> dict[str, Any]:
    problem = "can't parse InputMedia: "
    if not isinstance(item, Mapping):
        raise bad_request(f"{problem}expected an Object")
    kind = item.get("type")
    if kind == "animation":
        raise bad_request(f'{problem}type "animation" can\'t be used in sendMediaGroup')
    if kind not in _ALBUM:
        raise bad_request(f'{problem}type "{kind}" is unsupported')
    said = Fields(item, call.fields.uploads)
    media = said.text("media")
    if not media or (media.startswith("attach://") and said.upload("media") is None):
        raise bad_request(f"{problem}media not found")
    return read_media(call, str(kind), said, "media")


def get_file(call: Call) -> dict[str, Any]:
    """Return a file's path, by which it can be downloaded for an hour."""
    world = call.world
    file_id = call.fields.text("file_id")
    file = world.files.to_fetch(
        file_id, call.bot.id, limit=world.download_limit, now=world.clock.time()
    )
    return {
        "file_id": file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


_SENDERS: Final[Mapping[str, Callable[[Call], Any]]] = {
    f"send{kind.replace('_', '')}": _sender(kind) for kind in _SENT
}

METHODS: Final[Mapping[str, Method]] = {
    **_SENDERS,
    "sendmediagroup": send_media_group,
    "getfile": get_file,
}
