"""The HTTP endpoint: from a request to a route and back, with limits, faults and a record."""

import asyncio
import json
import math
import mimetypes
import re
from typing import Any, Final

import orjson
from aiohttp import BodyPartReader, web

from amity.testing.discord_server.errors import Api, ApiError
from amity.testing.discord_server.faults import Fault, Kind
from amity.testing.discord_server.limits import Buckets
from amity.testing.discord_server.model import Application
from amity.testing.discord_server.record import Request, SentFile
from amity.testing.discord_server.rest import Call, Upload, find_route
from amity.testing.discord_server.rest.routes import Route
from amity.testing.discord_server.services import Services

__all__ = ["Http"]

LARGEST: Final = 25 * 1024 * 1024
"""Bytes that one request may have."""
_VIA: Final = {"Via": "1.1 amity"}
_VERSIONS: Final = ("9", "10")
_FILE: Final = re.compile(r"^files?\[?(\d*)\]?$")


class Http:
    """Serves the API and the files below it."""

    def __init__(self, services: Services, buckets: Buckets) -> None:
        self._services = services
        self._buckets = buckets

    def add_to(self, app: web.Application) -> None:
        """Add the endpoints to an aiohttp application."""
        app.router.add_get("/cdn/attachments/{channel}/{attachment}/{name}", self.file)
        app.router.add_route("*", "/api/{path:.*}", self.api)
        app.router.add_route("*", "/{path:.*}", self.nowhere)

    # --------------------------------------------------------------------------------- the API

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Serve one request to the API."""
        version, _, rest = request.match_info["path"].partition("/")
        path = f"/{rest}"
        if version not in tuple(f"v{number}" for number in _VERSIONS):
            return _refusal(ApiError(400, 50041, "Invalid API version provided."), {})
        route, parameters, known = find_route(request.method, path)
        application = self._application(request, route, parameters)
        record = self._record(request, path, route, parameters, application)
        if route is None:
            self._services.world.fault_log.append(f"no route {request.method} {record.path}")
            error = Api.wrong_method() if known else Api.not_found()
            return self._refuse(record, error, {})
        fault = self._services.faults.strike(record.bot, route.name)
        record.fault = None if fault is None else str(fault.kind)
        if fault is not None and fault.kind is Kind.DROP:
            return _drop(request)
        if fault is not None and fault.kind is Kind.FAIL:
            return self._failure(record, fault)
        if route.token and application is None:
            return self._refuse(record, Api.unauthorized(), {})
        call = Call(
            services=self._services,
            parameters=parameters,
            query=request.query,
            application=application,
        )
        return await self._serve(request, record, route, call, fault)

    async def _serve(
        self, request: web.Request, record: Request, route: Route, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        headers, response = self._limit(record, route, call, fault)
        try:
            # The body is read even for a refusal, so that the connection can serve on.
            await self._read(request, record, call)
            if response is not None:
                return response
            answer = route.handler(call)
        except ApiError as error:
            response = response or self._refuse(record, error, headers)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self._services.world.fault_log.append(f"{route.name}: {type(error).__name__}")
            response = self._refuse(record, ApiError(400, 50035, "Invalid Form Body"), headers)
        else:
            response = self._good(record, route, answer, headers)
        if fault is not None and fault.kind is Kind.LOSE_ANSWER:
            record.status = 0
            return _drop(request)
        if fault is not None and fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        return response

    def _limit(
        self, record: Request, route: Route, call: Call, fault: Fault | None
    ) -> tuple[dict[str, str], web.Response | None]:
        """Count the request, and refuse it where it is one too many or a fault wants it."""
        who = "" if call.application is None else str(call.application.id)
        headers, refusal = self._buckets.take(who, route.name, call.parameters)
        if fault is not None and fault.kind is Kind.RATE_LIMIT:
            remaining = 0 if fault.scope == "user" else 1
            bucket = Buckets.headers(route.name, 5, remaining, fault.seconds)
            return headers, self._too_many(record, bucket, fault.seconds, fault.scope)
        if refusal is not None:
            return headers, self._too_many(record, headers, refusal.retry_after, refusal.scope)
        return headers, None

    def _application(
        self, request: web.Request, route: Route | None, parameters: dict[str, str]
    ) -> Application | None:
        """Return the bot that asks, by its own token or by that of an interaction."""
        world = self._services.world
        authorization = request.headers.get("Authorization", "")
        if authorization.startswith("Bot "):
            return world.by_token(authorization.removeprefix("Bot ").strip())
        if route is not None and not route.token:
            interaction = world.interactions.get(parameters.get("token", ""))
            if interaction is not None:
                return world.applications.get(interaction.application.id)
        return None

    # ----------------------------------------------------------------------------- the request

    def _record(
        self,
        request: web.Request,
        path: str,
        route: Route | None,
        parameters: dict[str, str],
        application: Application | None,
    ) -> Request:
        """Keep what was asked, with every token masked."""
        token = parameters.get("token")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if "authorization" in headers:
            headers["authorization"] = headers["authorization"].split(" ")[0] + " ***"
        record = Request(
            bot=None if application is None else application.user.display,
            route=route.name if route is not None else f"{request.method} {path}",
            path=path.replace(token, "***") if token else path,
            query=dict(request.query),
            headers=headers,
            at=self._services.world.clock.now(),
        )
        self._services.requests.append(record)
        self._services.world.changes.pulse()
        return record

    async def _read(self, request: web.Request, record: Request, call: Call) -> None:
        if (request.content_length or 0) > LARGEST:
            raise Api.too_large()
        if request.content_type.startswith("multipart/"):
            await self._read_form(request, record, call)
        elif request.can_read_body:
            raw = await request.read()
            if raw:
                call.body = record.body = _json(raw)
        self._services.world.changes.pulse()

    async def _read_form(self, request: web.Request, record: Request, call: Call) -> None:
        too_large = False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read(decode=True))
            if part.name == "payload_json":
                call.body = record.body = _json(data)
                continue
            match = _FILE.match(part.name or "")
            if match is None:
                continue
            content_type = part.headers.get("Content-Type", "application/octet-stream")
            upload = Upload(
                number=int(match[1] or len(call.files)),
                name=part.filename or "unknown",
                content_type=_guess(part.filename or "", content_type),
                data=data,
            )
            call.files.append(upload)
            record.files.append(
                SentFile(
                    field=part.name or "",
                    name=upload.name,
                    content_type=upload.content_type,
                    size=len(data),
                )
            )
            too_large = too_large or len(data) > self._services.upload_limit
        if too_large:
            raise Api.too_large()
        if len(call.files) > 10:
            raise ApiError(400, 30015, "Maximum number of attachments in a message reached (10)")

    # ------------------------------------------------------------------------------ the answer

    def _good(
        self, record: Request, route: Route, answer: Any, headers: dict[str, str]
    ) -> web.Response:
        record.status = 204 if answer is None else route.status
        if answer is None:
            return web.Response(status=204, headers={**_VIA, **headers})
        return _json_response(record.status, answer, headers)

    def _refuse(self, record: Request, error: ApiError, headers: dict[str, str]) -> web.Response:
        record.status, record.code = error.status, error.code
        return _refusal(error, headers)

    @staticmethod
    def _failure(record: Request, fault: Fault) -> web.Response:
        """Return an error of the server; those of its front door come as a page."""
        record.status = fault.status
        if fault.status in (502, 503, 504):
            page = f"<html><body><h1>{fault.status}</h1></body></html>"
            return web.Response(
                status=fault.status, text=page, content_type="text/html", headers=_VIA
            )
        text = f"{fault.status}: Internal Server Error"
        return _json_response(fault.status, {"message": text, "code": 0}, {})

    @staticmethod
    def _too_many(
        record: Request, headers: dict[str, str], retry_after: float, scope: str
    ) -> web.Response:
        record.status = 429
        whole = scope == "global"
        body = {
            "message": "The resource is being rate limited."
            if scope == "shared"
            else "You are being rate limited.",
            "retry_after": round(retry_after, 3),
            "global": whole,
        }
        more = {"Retry-After": str(math.ceil(retry_after)), "X-RateLimit-Scope": scope}
        if whole:
            return _json_response(429, body, {**more, "X-RateLimit-Global": "true"})
        return _json_response(429, body, {**headers, **more})

    # ---------------------------------------------------------------------------------- others

    async def file(self, request: web.Request) -> web.Response:
        """Serve an attachment by its signed address."""
        parts = request.match_info
        path = f"attachments/{parts['channel']}/{parts['attachment']}/{parts['name']}"
        query = request.query
        links = self._services.world.links
        if not links.holds(path, query.get("ex", "0"), query.get("hm", "")):
            return web.Response(status=404, text="This content is no longer available.")
        channel = self._services.world.channels.get(int(parts["channel"]))
        for message in channel.messages.values() if channel is not None else ():
            for attachment in message.attachments:
                if str(attachment.id) == parts["attachment"]:
                    return web.Response(
                        body=attachment.data, content_type=attachment.content_type.split(";")[0]
                    )
        return web.Response(status=404, text="This content is no longer available.")

    async def nowhere(self, request: web.Request) -> web.Response:
        """Answer an address outside the API."""
        self._services.world.fault_log.append(f"no address {request.method} {request.path}")
        return _refusal(Api.not_found(), {})


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        # Lone surrogates are JSON to most, though not to orjson; Discord strips them.
        return _stripped(json.loads(raw))
    except ValueError:
        raise Api.bad_json() from None


def _stripped(value: Any) -> Any:
    """Return a JSON value whose texts are valid Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_stripped(each) for each in value]
    if isinstance(value, dict):
        return {_stripped(name): _stripped(each) for name, each in value.items()}
    return value


def _json_response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        # SDKs compare the whole value: no charset.
        content_type="application/json",
        headers={**_VIA, **headers},
    )


def _refusal(error: ApiError, headers: dict[str, str]) -> web.Response:
    return _json_response(error.status, error.body, headers)


def _drop(request: web.Request) -> web.Response:
    """Let the connection fall; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _guess(name: str, given: str) -> str:
    """Return a file's type: the one its name tells, where the upload says nothing."""
    if given != "application/octet-stream":
        return given
    return mimetypes.guess_type(name)[0] or given
