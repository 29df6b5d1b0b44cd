"""The calls of Discord's REST API that the adapter makes, through discord.py's own client.

That client keeps the rate limits. Payloads are plain values: what discord.py's models would do
beside (caches of views and messages) is not wanted here.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import aiohttp
import discord
import orjson
from discord.http import HTTPClient, Route
from discord.webhook.async_ import async_context

from amity_discord.errors import delivery_error

__all__ = ["Json", "Rest", "Upload"]

Json = dict[str, Any]

_PATIENCE: Final = 100.0
"""Seconds after which an answer is no longer waited for: waits for a rate limit are in it."""

_ORIGINAL: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way to Discord."""

    name: str
    content: bytes


class Rest:
    """Calls Discord. Whatever goes wrong is raised as a ``DeliveryError``.

    Args:
        http: The library's client, which is logged in.
        web: For calls that an interaction's token allows: they are made as the library makes them,
            without the bot's own token and beside the limits of the bot.
    """

    def __init__(self, http: HTTPClient, web: aiohttp.ClientSession | None = None) -> None:
        self._http = http
        self._web = web

    async def call(
        self,
        method: str,
        path: str,
        *,
        payload: object = None,
        uploads: Sequence[Upload] = (),
        query: Mapping[str, str | int] | None = None,
        **places: str | int,
    ) -> Any:
        """Make one request as the bot; ``places`` fill the path."""
        files, form = _form(payload, uploads)
        more: Json = {} if query is None else {"params": dict(query)}
        if form is not None:
            more |= {"files": files, "form": form}
        elif payload is not None:
            more["json"] = payload
        route = Route(method, path, metadata=None, **places)
        return await _contained(self._http.request(route, **more))

    async def call_by_token(
        self,
        method: str,
        path: str,
        id: str,
        token: str,
        *,
        payload: Json | None = None,
        uploads: Sequence[Upload] = (),
        query: Mapping[str, str | int] | None = None,
        **places: str | int,
    ) -> Any:
        """Make one request that the token of an interaction allows.

        Its path has ``{webhook_id}`` and ``{webhook_token}`` for ``id`` and ``token``.
        """
        assert self._web is not None
        files, form = _form(payload, uploads)
        route = Route(method, path, metadata=None, webhook_id=id, webhook_token=token, **places)
        return await _contained(
            async_context.get().request(
                route,
                self._web,
                payload=payload if form is None else None,
                multipart=form,
                files=files,
                params=None if query is None else dict(query),
            )
        )

    async def create_message(
        self, channel: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Send a message and return it."""
        path = "/channels/{channel_id}/messages"
        found: Json = await self.call(
            "POST", path, payload=payload, uploads=uploads, channel_id=channel
        )
        return found

    async def edit_message(
        self, channel: str, message: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Change one of our messages and return it."""
        path = "/channels/{channel_id}/messages/{message_id}"
        found: Json = await self.call(
            "PATCH", path, payload=payload, uploads=uploads, channel_id=channel, message_id=message
        )
        return found

    async def delete_message(self, channel: str, message: str) -> None:
        """Delete one of our messages."""
        path = "/channels/{channel_id}/messages/{message_id}"
        await self.call("DELETE", path, channel_id=channel, message_id=message)

    async def react(self, channel: str, message: str, emoji: str) -> None:
        """Put a reaction on a message."""
        path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"
        await self.call("PUT", path, channel_id=channel, message_id=message, emoji=emoji)

    async def typing(self, channel: str) -> None:
        """Show that the bot is typing."""
        await self.call("POST", "/channels/{channel_id}/typing", channel_id=channel)

    async def message(self, channel: str, message: str) -> Json:
        """Return a message."""
        path = "/channels/{channel_id}/messages/{message_id}"
        found: Json = await self.call("GET", path, channel_id=channel, message_id=message)
        return found

    async def direct_channel(self, account: str) -> str:
        """Return the id of the direct channel with an account, which is opened if need be."""
        found = await self.call("POST", "/users/@me/channels", payload={"recipient_id": account})
        return str(found["id"])

    async def channel(self, channel: str) -> Json:
        """Return what Discord says of a channel."""
        found: Json = await self.call("GET", "/channels/{channel_id}", channel_id=channel)
        return found

    async def first_answer(self, id: str, token: str, payload: Json) -> None:
        """Give the first answer to an interaction, by the interaction's own id."""
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        await self.call_by_token("POST", path, id, token, payload=payload)

    async def edit_original(
        self, application: str, token: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Change the first answer to an interaction and return it."""
        found: Json = await self.call_by_token(
            "PATCH", _ORIGINAL, application, token, payload=payload, uploads=uploads
        )
        return found

    async def delete_original(self, application: str, token: str) -> None:
        """Delete the first answer to an interaction."""
        await self.call_by_token("DELETE", _ORIGINAL, application, token)

    async def follow_up(
        self, application: str, token: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Send a further answer to an interaction and return it."""
        found: Json = await self.call_by_token(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            application,
            token,
            payload=payload,
            uploads=uploads,
            query={"wait": "true"},
        )
        return found

    async def edit_follow_up(
        self, application: str, token: str, message: str, payload: Json
    ) -> Json:
        """Change a further answer to an interaction and return it."""
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
        found: Json = await self.call_by_token(
            "PATCH", path, application, token, payload=payload, message_id=message
        )
        return found

    async def commands(self, application: str) -> list[Json]:
        """Return the application's commands with all their languages."""
        path = "/applications/{application_id}/commands"
        query = {"with_localizations": "true"}
        found: list[Json] = await self.call("GET", path, query=query, application_id=application)
        return found

    async def overwrite_commands(self, application: str, commands: Sequence[Json]) -> None:
        """Set the application's commands."""
        path = "/applications/{application_id}/commands"
        await self.call("PUT", path, payload=list(commands), application_id=application)


async def _contained(request: Awaitable[Any]) -> Any:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await request
    except Exception as error:  # noqa: BLE001 -- a bug of ours must not lose the message
        raise delivery_error(error) from None


def _form(
    payload: object, uploads: Sequence[Upload]
) -> tuple[list[discord.File] | None, list[Json] | None]:
    """Return the files and the form that carries them; ``None`` where there are none."""
    if not uploads:
        return None, None
    files = [discord.File(BytesIO(one.content), one.name) for one in uploads]
    form: list[Json] = [{"name": "payload_json", "value": orjson.dumps(payload).decode()}]
    form += [
        {
            "name": f"files[{number}]",
            "value": file.fp,
            "filename": file.filename,
            "content_type": "application/octet-stream",
        }
        for number, file in enumerate(files)
    ]
    return files, form
