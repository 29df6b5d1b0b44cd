"""Webhooks: updates that the server brings to the bot's program."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from aiohttp import (
    BodyPartReader,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    MultipartReader,
    TCPConnector,
)

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.clock import Changes, ServerClock
from amity.testing.telegram_server.fields import Fields, Upload
from amity.testing.telegram_server.updates import PendingUpdate

__all__ = ["Webhook", "Webhooks"]

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_TIMEOUT: Final = 60.0
_LONGEST_DELAY: Final = 60.0
_LONGEST_WISH: Final = 3600
# What the answer to an update cannot ask for.
_REFUSED: Final = frozenset({"deletewebhook", "setwebhook", "close", "logout"})

Perform = Callable[[BotAccount, str, Fields], Awaitable[None]]
"""Does what the answer to an update asks for; the result is thrown away."""


@dataclass(slots=True, kw_only=True, eq=False)
class Webhook:
    """Where the updates of a bot are brought.

    Attributes:
        url: The address.
        secret: Sent along in a header; may be empty.
        connections: How many updates may be on the way at once.
        ip: The address that was asked for in place of the name's; may be empty.
        certificate: Whether a certificate was uploaded.
        error: What went wrong last; empty for nothing.
        error_date: When.
        failures: How many deliveries failed.
        task: What brings them.
    """

    url: str
    secret: str = ""
    connections: int = 40
    ip: str = ""
    certificate: bool = False
    error: str = ""
    error_date: int = 0
    failures: int = 0
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Webhooks:
    """Brings updates to where bots want them: those of one chat in order, one at a time."""

    def __init__(self, clock: ServerClock, changes: Changes) -> None:
        self.perform: Perform | None = None
        self._clock = clock
        self._changes = changes
        self._set: dict[BotAccount, Webhook] = {}

    def of(self, bot: BotAccount) -> Webhook | None:
        """Return the webhook of a bot; ``None`` if it polls."""
        return self._set.get(bot)

    def set(self, bot: BotAccount, webhook: Webhook) -> None:
        """Bring the updates of a bot to this address from now on."""
        self.delete(bot)
        bot.updates.webhook = True
        bot.updates.end_poll("terminated by setWebhook request")
        self._set[bot] = webhook
        webhook.task = asyncio.create_task(self._bring(bot, webhook))

    def delete(self, bot: BotAccount) -> bool:
        """Let a bot poll again; ``False`` if it does already."""
        webhook = self._set.pop(bot, None)
        bot.updates.webhook = False
        if webhook is None:
            return False
        if webhook.task is not None:
            webhook.task.cancel()
        return True

    async def close(self) -> None:
        """Bring nothing any more."""
        tasks = [hook.task for hook in self._set.values() if hook.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _bring(self, bot: BotAccount, webhook: Webhook) -> None:
        """Start a delivery for every chat that has something waiting, as connections allow."""
        busy: dict[int, asyncio.Task[None]] = {}
        connector = TCPConnector(limit=webhook.connections)
        timeout = ClientTimeout(total=_TIMEOUT)
        async with ClientSession(connector=connector, timeout=timeout) as session:
            try:
                while True:
                    for update in bot.updates.pending:
                        if update.lane not in busy and len(busy) < webhook.connections:
                            delivery = self._deliver(bot, webhook, session, update)
                            busy[update.lane] = asyncio.create_task(delivery)
                    await self._changes.wait(None)
                    # Finished ones make room, and what they confirmed may have followers.
                    for lane, task in list(busy.items()):
                        if task.done():
                            del busy[lane]
                            task.result()
            finally:
                for task in busy.values():
                    task.cancel()
                await asyncio.gather(*busy.values(), return_exceptions=True)

    async def _deliver(
        self, bot: BotAccount, webhook: Webhook, session: ClientSession, update: PendingUpdate
    ) -> None:
        """Bring one update until it is taken, with longer and longer pauses."""
        delay, failures = 1.0, 0
        try:
            while update in bot.updates.pending:
                wish = await self._try(bot, webhook, session, update)
                if wish is None:
                    return
                if wish == 0 and failures:
                    delay = min(delay * 2, _LONGEST_DELAY)
                # The first failure is tried again at once.
                await self._clock.sleep(wish or (delay if failures else 0))
                failures += 1
        finally:
            # The next update of this chat can go as soon as this task is done.
            asyncio.get_running_loop().call_soon(self._changes.notify)

    async def _try(
        self, bot: BotAccount, webhook: Webhook, session: ClientSession, update: PendingUpdate
    ) -> int | None:
        """Bring an update once; return ``None`` if it was taken, else the pause asked for."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        try:
            body = orjson.dumps(update.as_json())
            async with session.post(webhook.url, data=body, headers=headers) as response:
                if 200 <= response.status <= 299:
                    asked = await _asked(response)
                    bot.updates.confirm(update)
                    await self._obey(bot, asked)
                    return None
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
                wish = _seconds(response.headers.get("Retry-After", ""))
        except TimeoutError:
            error, wish = "Read timeout expired", 0
        except (ClientError, OSError) as failure:
            refused = isinstance(failure, ClientConnectorError) and isinstance(
                failure.os_error, ConnectionRefusedError
            )
            error, wish = "Connection refused" if refused else "Connection failed", 0
        webhook.error, webhook.error_date = error, self._clock.now()
        webhook.failures += 1
        self._changes.notify()
        return wish

    async def _obey(self, bot: BotAccount, asked: Fields | None) -> None:
        """Do what the answer to an update asks for."""
        if asked is None or self.perform is None:
            return
        method = asked.text("method")
        if method.lower() in _REFUSED or method.lower().startswith("get"):
            return
        values = {name: value for name, value in asked.values.items() if name != "method"}
        await self.perform(bot, method, Fields(values, asked.uploads))


def _seconds(wish: str) -> int:
    return min(int(wish), _LONGEST_WISH) if wish.isdigit() else 0


async def _asked(response: ClientResponse) -> Fields | None:
    """Return what the answer to an update asks for; ``None`` for nothing."""
    kind = response.content_type
    values: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    with contextlib.suppress(ValueError):
        if kind == "application/json":
            body = orjson.loads(await response.read() or b"{}")
            values = body if isinstance(body, dict) else {}
        elif kind == "application/x-www-form-urlencoded":
            values = dict(parse_qsl(await response.text(), keep_blank_values=True))
        elif kind == "multipart/form-data":
            reader = MultipartReader.from_response(response)
            while (part := await reader.next()) is not None:
                if isinstance(part, BodyPartReader) and part.name:
                    await _read_part(part, values, uploads)
    return Fields(values, uploads) if values.get("method") else None


async def _read_part(
    part: BodyPartReader, values: dict[str, Any], uploads: dict[str, Upload]
) -> None:
    assert part.name is not None
    data = bytes(await part.read(decode=True))
    if part.filename:
        mime = part.headers.get("Content-Type", "")
        uploads[part.name] = Upload(name=part.filename, mime=mime, data=data)
    else:
        values[part.name] = data.decode()
