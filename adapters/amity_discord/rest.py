"""The calls of Discord's REST API that the adapter makes, through discord.py's own client.

That client keeps the rate limits. Payloads are plain values: what discord.py's models would do
beside (caches of views and messages) is not wanted here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import discord
import orjson
from discord.http import HTTPClient, Route

from amity_discord.errors import delivery_error

__all__ = ["Json", "Rest", "Upload"]

Json = dict[str, Any]

_PATIENCE: Final = 100.0
"""Seconds after which an answer is no longer waited for: waits for a rate limit are in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way to Discord."""

    name: str
    content: bytes


class Rest:
    """Calls Discord. Whatever goes wrong is raised as a ``DeliveryError``."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http

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
        """Make one request; ``places`` fill the path."""
        route = Route(method, path, metadata=None, **places)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._request(route, payload, uploads, query)
        except Exception as error:  # noqa: BLE001 -- a bug of ours must not lose the message
            raise delivery_error(error) from None

    async def _request(
        self,
        route: Route,
        payload: object,
        uploads: Sequence[Upload],
        query: Mapping[str, str | int] | None,
    ) -> Any:
        more: Json = {} if query is None else {"params": dict(query)}
        if not uploads:
            if payload is not None:
                more["json"] = payload
            return await self._http.request(route, **more)
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
        return await self._http.request(route, files=files, form=form, **more)

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

    async def edit_original(
        self, application: str, token: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Change the first answer to an interaction and return it."""
        found: Json = await self.call(
            "PATCH",
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            payload=payload,
            uploads=uploads,
            webhook_id=application,
            webhook_token=token,
        )
        return found

    async def delete_original(self, application: str, token: str) -> None:
        """Delete the first answer to an interaction."""
        await self.call(
            "DELETE",
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            webhook_id=application,
            webhook_token=token,
        )

    async def follow_up(
        self, application: str, token: str, payload: Json, uploads: Sequence[Upload] = ()
    ) -> Json:
        """Send a further answer to an interaction and return it."""
        found: Json = await self.call(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            payload=payload,
            uploads=uploads,
            query={"wait": "true"},
            webhook_id=application,
            webhook_token=token,
        )
        return found

    async def edit_follow_up(
        self, application: str, token: str, message: str, payload: Json
    ) -> Json:
        """Change a further answer to an interaction and return it."""
        found: Json = await self.call(
            "PATCH",
            "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
            payload=payload,
            webhook_id=application,
            webhook_token=token,
            message_id=message,
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
