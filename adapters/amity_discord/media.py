"""Fetching what people send. Its address is good for a day; then a fresh one is asked for."""

from typing import Any, Final

import aiohttp

from amity.errors import Gone, Refused, RetryAfter, Unknown
from amity.message import MediaRef
from amity_discord.rest import Rest

__all__ = ["fetch"]

_PIECE: Final = 65_536
_TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=10)
_OUTDATED: Final = frozenset({403, 404, 410})


async def fetch(rest: Rest, session: aiohttp.ClientSession, media: MediaRef, limit: int) -> bytes:
    """Return the bytes of an inbound medium.

    Raises:
        Refused: it has more than ``limit`` bytes.
        Gone: it is not there any more.
        RetryAfter: it cannot be had just now.
        Unknown: the connection broke.
    """
    place, _, url = media.key.partition(" ")
    channel, message, attachment = place.split("/")
    if media.size is not None and media.size > limit:
        raise Refused(f"a file of more than {limit} bytes")
    try:
        content = await _download(session, url, limit)
        if content is None:
            fresh = await _fresh_address(rest, channel, message, attachment)
            content = await _download(session, fresh, limit)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise Unknown("the connection to Discord's files broke") from None
    if content is None:
        raise Gone("the file is not there any more")
    return content


async def _fresh_address(rest: Rest, channel: str, message: str, attachment: str) -> str:
    found = await rest.message(channel, message)
    snapshots: list[Any] = [
        one.get("message") or {} for one in found.get("message_snapshots") or ()
    ]
    for holder in (found, *snapshots):
        for one in holder.get("attachments") or ():
            if str(one["id"]) == attachment:
                return str(one["url"])
    raise Gone("the file is not there any more")


async def _download(session: aiohttp.ClientSession, url: str, limit: int) -> bytes | None:
    async with session.get(url, timeout=_TIMEOUT) as response:
        if response.status in _OUTDATED:
            return None
        if response.status != 200:
            raise RetryAfter(5.0)
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            content += piece
            if len(content) > limit:
                raise Refused(f"a file of more than {limit} bytes")
        return bytes(content)
