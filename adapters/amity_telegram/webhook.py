"""The webhook: Telegram delivers updates here, and is answered once the core has committed them."""

import asyncio
import hmac
from typing import Final

import orjson
from aiogram.methods import GetWebhookInfo, SetWebhook
from aiohttp import web

from amity import Host, StoreUnavailable
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.config import Config, Webhook
from amity_telegram.faults import Kind
from amity_telegram.intake import Intake
from amity_telegram.polling import Backoff, sentence, wrong_token
from amity_telegram.updates import ALLOWED_UPDATES, read_update, update_id_of

__all__ = ["WebhookReceiver"]

_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_LOOK_EVERY: Final = 60.0  # seconds


class WebhookReceiver:
    """Receives one bot's updates by webhook.

    Telegram delivers the updates of one chat one after the other, each once the one before was
    answered. So the parts of an album are taken in one by one.

    Args:
        host: The core.
        config: The channel's configuration.
        calls: Makes calls of the Bot API.
        intake: Takes what comes.
    """

    def __init__(self, host: Host, config: Config, calls: Calls, intake: Intake) -> None:
        assert config.webhook is not None
        self._host = host
        self._webhook: Webhook = config.webhook
        self._secret = config.webhook_secret
        self._calls = calls
        self._intake = intake
        self._backoff = Backoff()

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OperatorError: the token is wrong, or the path is served by somebody else.
        """
        self._host.mount([web.post(self._webhook.route, self._receive)])
        set_ = False
        while True:
            try:
                if not set_:
                    await self._set()
                    set_ = True
                else:
                    set_ = await self._still_set()
            except CallFailed as failed:
                if failed.fault.kind is Kind.BAD_TOKEN:
                    raise wrong_token(self._host.channel) from failed
                self._host.disconnected(_why(failed))
                await self._backoff.wait(at_least=failed.fault.seconds)
                continue
            self._backoff.worked()
            if set_:
                self._host.connected()
                await asyncio.sleep(_LOOK_EVERY)

    async def _set(self) -> None:
        await self._calls.plain(
            SetWebhook(
                url=self._webhook.url,
                secret_token=self._secret,
                max_connections=self._webhook.max_connections,
                allowed_updates=list(ALLOWED_UPDATES),
                drop_pending_updates=False,
            )
        )

    async def _still_set(self) -> bool:
        info = await self._calls.plain(GetWebhookInfo())
        if info.url == self._webhook.url:
            return True
        self._host.log.warning("telegram.webhook_was_changed")
        return False

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            raise web.HTTPUnauthorized
        body = await _body(request, self._webhook.body_limit)
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise web.HTTPBadRequest from None
        if update_id_of(raw) is None:
            raise web.HTTPBadRequest
        update = read_update(raw)
        if update is None:
            # It would not be read the next time either, and Telegram would send it for a day.
            self._host.log.warning("telegram.unreadable", count=1)
            return web.Response()
        try:
            await self._intake.take([(update,)])
        except StoreUnavailable:
            self._host.log.warning("telegram.store_unavailable")
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "1"}) from None
        return web.Response()


def _why(failed: CallFailed) -> str:
    if failed.fault.kind is Kind.REFUSED:
        return (
            "Telegram does not take the address in webhook.url: it must be public, with https on"
            " port 443, 80, 88 or 8443"
        )
    return sentence(failed.fault)


async def _body(request: web.Request, limit: int) -> bytes:
    """Return a request's body, refused as soon as it is too large."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(body))
    return bytes(body)
