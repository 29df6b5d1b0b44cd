"""The server as its clients see it: HTTP, and the way of one request."""

import asyncio
import inspect
from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from amity.testing.telegram_server.accounts import SESSION_SECONDS, BotAccount
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.errors import ApiError, Unsupported, not_found, unauthorized
from amity.testing.telegram_server.faults import Fault, FaultKind, FaultPlan
from amity.testing.telegram_server.fields import Fields
from amity.testing.telegram_server.limits import FloodGuard
from amity.testing.telegram_server.methods import METHODS
from amity.testing.telegram_server.record import Request
from amity.testing.telegram_server.world import World, refusal

__all__ = ["Front"]

_UNSUPPORTED: Final = (
    *("business_connection_id", "direct_messages_topic_id", "suggested_post_parameters"),
    *("inline_message_id", "rich_message", "ephemeral_message_parameters", "receiver_user_id"),
)
_HTML: Final = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Front:
    """Answers requests.

    Attributes:
        requests: All of them, oldest first.
        unsupported: What was asked for that Telegram has and this server has not.
        guard: The flood limits; ``None`` for none.
    """

    def __init__(self, world: World, plan: FaultPlan, guard: FloodGuard | None) -> None:
        self.requests: list[Request] = []
        self.unsupported: list[str] = []
        self.guard = guard
        self._world = world
        self._plan = plan
        self._ending = asyncio.Event()
        world.webhooks.perform = self._in_webhook

    def app(self, *, body_limit: int) -> web.Application:
        """Return the application that a runner serves."""
        app = web.Application(client_max_size=body_limit)
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", self._method)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)
        app.router.add_route("*", "/{other:.*}", self._other)
        return app

    def end(self) -> None:
        """Let whoever is kept waiting go."""
        self._ending.set()

    async def _other(self, request: web.Request) -> web.Response:
        return _refused(not_found())

    def _bot(self, request: web.Request) -> BotAccount:
        """Return the bot of a request's token."""
        token = request.match_info["token"]
        number, colon, _ = token.partition(":")
        if not colon or not number.isdigit():
            raise not_found()
        bot = self._world.bots.get(token)
        if bot is None:
            raise unauthorized()
        now = self._world.clock.time()
        if bot.logged_out and now < bot.logged_out + SESSION_SECONDS:
            raise ApiError(400, "Logged out")
        bot.launched = bot.launched or now
        return bot

    async def _file(self, request: web.Request) -> web.Response:
        try:
            bot = self._bot(request)
            now = self._world.clock.time()
            file = self._world.files.linked(bot.id, request.match_info["path"], now)
            if file is None:
                raise not_found()
        except ApiError as error:
            return _refused(error)
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            bot = self._bot(request)
            fields = await Fields.read(request)
        except web.HTTPRequestEntityTooLarge:
            return _refused(ApiError(413, "Request Entity Too Large"))
        except ApiError as error:
            return _refused(error)
        record = Request(
            bot=bot,
            method=name,
            path=request.path.replace(bot.token, bot.masked),
            fields=fields.shown,
            headers={key.lower(): value for key, value in request.headers.items()},
            time=self._world.clock.time(),
        )
        self.requests.append(record)
        self._world.changes.notify()
        fault = self._plan.take(bot, name.lower())
        record.fault = None if fault is None else fault.kind
        try:
            return await self._answered(request, record, fields, fault)
        finally:
            self._world.changes.notify()

    async def _answered(
        self, request: web.Request, record: Request, fields: Fields, fault: Fault | None
    ) -> web.StreamResponse:
        """Do what a request asks and answer it, as far as its fault lets that happen."""
        if fault is not None and fault.kind is FaultKind.DROPPED:
            return _broken(request)
        refused = fault.error if fault is not None else None
        await self.perform(record, fields, refused=refused)
        match fault:
            case Fault(kind=FaultKind.ANSWER_LOST):
                return _broken(request)
            case Fault(kind=FaultKind.SLOW, seconds=seconds):
                await self._silence(seconds)
            case Fault(kind=FaultKind.GARBAGE):
                return web.Response(body=_HTML, status=record.status, content_type="text/html")
            case _:
                pass
        return _json(record.answer or {}, record.status)

    async def _in_webhook(self, bot: BotAccount, method: str, fields: Fields) -> None:
        """Do what the answer to an update asks for."""
        record = Request(
            bot=bot,
            method=method,
            path="",
            fields=fields.shown,
            headers={},
            time=self._world.clock.time(),
            in_webhook=True,
        )
        self.requests.append(record)
        await self.perform(record, fields)
        self._world.changes.notify()

    async def _silence(self, seconds: float) -> None:
        """Let an answer be late, but not later than the server's end."""
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait({ending}, timeout=seconds)
        finally:
            ending.cancel()

    async def perform(
        self, record: Request, fields: Fields, *, refused: ApiError | None = None
    ) -> None:
        """Do what a request asks and note the answer in its record."""
        try:
            if refused is not None:
                raise refused
            result = await self._run(record, fields)
            record.answer, record.status = {"ok": True, "result": result}, 200
        except ApiError as error:
            if isinstance(error, Unsupported):
                self.unsupported.append(f"{error.what}, in {record.method}")
            record.answer, record.status = refusal(error), error.code

    async def _run(self, record: Request, fields: Fields) -> Any:
        name = record.method.lower()
        method = METHODS.get(name)
        if method is None:
            self.unsupported.append(f"the method {record.method}")
            raise not_found()
        for field in _UNSUPPORTED:
            if fields.text(field):
                raise Unsupported(f"the field {field}")
        if self.guard is not None:
            self.guard.check(record.bot, name, fields)
        result = method(Call(self._world, record.bot, fields))
        return await result if inspect.isawaitable(result) else result


def _json(body: Mapping[str, Any], status: int) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _refused(error: ApiError) -> web.Response:
    return _json(refusal(error), error.code)


def _broken(request: web.Request) -> web.Response:
    """Break the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
