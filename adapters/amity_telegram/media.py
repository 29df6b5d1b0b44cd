"""Files: those that people send, fetched from Telegram, and those that are sent to them."""

import mimetypes
from typing import Final

from aiogram import Bot
from aiogram.methods import (
    GetFile,
    SendAudio,
    SendDocument,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile
from aiogram.types import Message as Sent
from aiohttp import ClientError, ClientResponseError

from amity import Audio, File, Gone, Image, MediaRef, Refused, StyledText, Unknown, Video, Voice
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.entities import entities_of
from amity_telegram.faults import Kind, delivery_error, name_of
from amity_telegram.to_telegram import Target, quoting

__all__ = ["Medium", "fetch", "upload", "upload_timeout"]

Medium = Image | Voice | Audio | Video | File

_MOST_OF_A_PICTURE: Final = 10 * 1024 * 1024  # Telegram takes larger ones as documents only
_SLOWEST: Final = 100_000  # bytes a second
_TIMEOUT: Final = 60


async def fetch(bot: Bot, calls: Calls, media: MediaRef, limit: int) -> bytes:
    """Return the bytes of a file that somebody sent.

    Raises:
        Refused: it is larger than ``limit``, or than Telegram gives out.
        Gone: Telegram does not have it any more.
        DeliveryError: Telegram did not give it out now.
    """
    if media.size is not None and media.size > limit:
        raise Refused("the file is larger than what is fetched")
    try:
        file = await calls.plain(GetFile(file_id=media.key))
    except CallFailed as failed:
        if failed.fault.kind is Kind.REFUSED:
            raise Gone("Telegram does not know this file") from failed
        raise delivery_error(failed.fault) from failed
    if file.file_path is None:
        raise Gone("Telegram does not give this file out")
    if (file.file_size or 0) > limit:
        raise Refused("the file is larger than what is fetched")
    return await _download(bot, file.file_path, limit)


async def _download(bot: Bot, path: str, limit: int) -> bytes:
    url = bot.session.api.file_url(bot.token, path)
    content = bytearray()
    try:
        async for chunk in bot.session.stream_content(url, timeout=_TIMEOUT):
            content += chunk
            if len(content) > limit:
                raise Refused("the file is larger than what is fetched")
    except ClientResponseError as error:
        if error.status in {400, 404, 410}:
            raise Gone("Telegram does not have this file any more") from None
        # None of these keeps the error: its text holds the address, and that the token.
        raise Unknown(f"Telegram did not give the file out (status {error.status})") from None
    except (ClientError, TimeoutError, OSError) as error:
        raise Unknown(f"the file could not be fetched ({name_of(error)})") from None
    return bytes(content)


def upload_timeout(content: bytes) -> int:
    """Return how many seconds sending a file may take."""
    return _TIMEOUT + len(content) // _SLOWEST


def upload(
    target: Target, part: Medium, content: bytes, caption: StyledText | None
) -> TelegramMethod[Sent]:
    """Return the call that sends a file."""
    shown = None if caption is None else caption.text
    entities = None if caption is None else entities_of(caption) or None
    file = BufferedInputFile(content, _name(part))
    seconds = None if isinstance(part, Image | File) else part.seconds
    duration = None if seconds is None else round(seconds)
    common = {
        "message_thread_id": target.thread,
        "reply_parameters": quoting(target),
        "caption": shown,
        "caption_entities": entities,
        "parse_mode": None,
    }
    return _plain_upload(target, part, file, duration, len(content)).model_copy(update=common)


def _plain_upload(
    target: Target, part: Medium, file: BufferedInputFile, duration: int | None, size: int
) -> TelegramMethod[Sent]:
    match part:
        case Image() if size <= _MOST_OF_A_PICTURE:
            return SendPhoto(chat_id=target.chat, photo=file)
        case Voice():
            return SendVoice(chat_id=target.chat, voice=file, duration=duration)
        case Audio():
            return SendAudio(chat_id=target.chat, audio=file, duration=duration)
        case Video():
            return SendVideo(chat_id=target.chat, video=file, duration=duration)
        case _:
            return SendDocument(chat_id=target.chat, document=file)


def _name(part: Medium) -> str:
    """Return the name that the file is shown with."""
    if part.media.name:
        return part.media.name
    kind = type(part).__name__.lower()
    return f"{kind}{mimetypes.guess_extension(part.media.media_type) or ''}"
