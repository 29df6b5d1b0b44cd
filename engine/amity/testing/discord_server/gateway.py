"""The gateway: the endpoint, the handshake, and what a bot may say there."""

import asyncio
import contextlib
import time
from collections import deque
from typing import Any, Final

import orjson
from aiohttp import WSMsgType, web

from amity.testing.discord_server.flags import ALL_INTENTS, PRIVILEGED, Intent, Op
from amity.testing.discord_server.limits import RateLimits
from amity.testing.discord_server.model import Application, Guild, Json, User
from amity.testing.discord_server.sessions import Connection, Session, Sessions, encoder_for
from amity.testing.discord_server.world import Event, View, World, always

__all__ = ["Gateway"]

_LARGEST: Final = 4096
_LARGE_GUILD: Final = 250


class _Refused(Exception):
    """Raised to end a connection with a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """Accepts connections of all bots and tells them what happens.

    Attributes:
        heartbeat: Seconds between two heartbeats, as HELLO asks for them.
        url: The address for a first connection.
        resume_url: The address for a RESUME.
    """

    def __init__(self, world: World, *, heartbeat: float, limits: RateLimits) -> None:
        self._world = world
        self._limits = limits
        self.heartbeat = heartbeat
        self.url = ""
        self.resume_url = ""
        self._of: dict[int, Sessions] = {}
        self._unnamed: set[Connection] = set()
        world.announce = self.announce

    def of(self, application: Application) -> Sessions:
        """Return the sessions of a bot."""
        if application.id not in self._of:
            self._of[application.id] = Sessions(
                application, self._world.clock, self._world.changes.pulse
            )
        return self._of[application.id]

    def announce(self, event: Event) -> None:
        """Tell every bot that may know of it."""
        for application in self._world.applications.values():
            if self._concerns(event, application.user):
                self.of(application).tell(event)

    def _concerns(self, event: Event, user: User) -> bool:
        if event.only is not None:
            return event.only is user
        if event.channel is not None:
            return self._world.sees(event.channel, user)
        return event.guild is None or user.id in event.guild.members

    def close(self) -> None:
        """End all connections, as when the server goes away."""
        connections = set(self._unnamed)
        for sessions in self._of.values():
            connections |= sessions.connections
        for connection in connections:
            connection.close(1001)

    # --------------------------------------------------------------------------- one connection

    async def endpoint(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket."""
        compress = request.query.get("compress", "")
        encoder = encoder_for(compress)
        if encoder is None:
            self._world.fault_log.append(f"gateway: no compression {compress!r} here")
            return web.Response(status=400)
        if request.query.get("encoding", "json") != "json":
            self._world.fault_log.append("gateway: only the encoding json is spoken here")
            return web.Response(status=400)
        applications = self._world.applications.values()
        if applications and all(self.of(each).down for each in applications):
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=64 * 1024, autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, encoder, plain=compress == "")
        connection.request = request
        self._unnamed.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await self._converse(socket, connection, request.query.get("v", "10"))
        finally:
            self._unnamed.discard(connection)
            if connection.session is not None:
                self.of(connection.session.application).end(connection, socket.close_code)
            await self._finish(connection, writer)
        return socket

    @staticmethod
    async def _finish(connection: Connection, writer: asyncio.Task[None]) -> None:
        """Let the writer send its last words, at most for a moment."""
        if connection.close_code is None or connection.close_code == 1006:
            writer.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(writer, 2)

    async def _converse(
        self, socket: web.WebSocketResponse, connection: Connection, v: str
    ) -> None:
        try:
            if v not in ("9", "10"):
                raise _Refused(4012, "Invalid API version.")
            connection.send(Op.HELLO, {"heartbeat_interval": int(self.heartbeat * 1000)})
            await self._listen(socket, connection)
        except _Refused as refused:
            connection.close(refused.code, refused.reason)
            # The peer's answer to the close frame ends the reading.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    while not socket.closed:
                        await socket.receive()

    async def _listen(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        times: deque[float] = deque()
        patience = self.heartbeat * 1.5 + 1
        while True:
            try:
                message = await asyncio.wait_for(socket.receive(), patience)
            except TimeoutError:
                raise _Refused(4000, "Heartbeat missing.") from None
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            now = time.monotonic()
            times.append(now)
            while now - times[0] > 60:
                times.popleft()
            if len(times) > self._limits.commands:
                raise _Refused(4008, "Rate limited.")
            self._take(connection, message.data)

    def _take(self, connection: Connection, raw: str | bytes) -> None:
        """Do what one payload asks for."""
        if len(raw) > _LARGEST:
            raise _Refused(4002, "Error while decoding payload.")
        try:
            payload = orjson.loads(raw)
            op, data = int(payload["op"]), payload.get("d")
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise _Refused(4002, "Error while decoding payload.") from None
        if op == Op.HEARTBEAT:
            connection.send(Op.HEARTBEAT_ACK)
        elif op == Op.IDENTIFY:
            self._identify(connection, data)
        elif op == Op.RESUME:
            self._resume(connection, data)
        elif op not in set(Op) - {Op.DISPATCH, Op.RECONNECT, Op.HELLO}:
            self._world.fault_log.append(f"gateway: unknown opcode {op}")
            raise _Refused(4001, "Unknown opcode.")
        elif connection.session is None:
            raise _Refused(4003, "Not authenticated.")
        elif op == Op.REQUEST_GUILD_MEMBERS:
            self._send_members(connection.session, data)
        elif op not in (Op.PRESENCE_UPDATE, Op.VOICE_STATE_UPDATE):
            self._world.fault_log.append(f"gateway: opcode {op} is ignored here")

    # -------------------------------------------------------------------------------- handshake

    def _identify(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            raise _Refused(4005, "Already authenticated.")
        application = self._authenticate(data)
        intents = self._intents(application, data)
        shard = _shard(data.get("shard"))
        sessions = self.of(application)
        if sessions.down:
            self._turn_away(connection)
            return
        now = time.monotonic()
        if now - application.identified < self._limits.identify and application.identified:
            connection.send(Op.INVALID_SESSION, False)
            return
        application.identified = now
        application.sessions_left -= 1
        connection.packed = bool(data.get("compress"))
        session = sessions.begin(connection, intents, shard)
        sessions.connections.add(connection)
        self._unnamed.discard(connection)
        self._ready(session)

    @staticmethod
    def _turn_away(connection: Connection) -> None:
        """Let a connection fall after a moment: an SDK may come again at once, without a pause."""
        asyncio.get_running_loop().call_later(0.25, connection.cut)

    def _authenticate(self, data: Any) -> Application:
        token = data.get("token") if isinstance(data, dict) else None
        application = self._world.by_token(str(token).removeprefix("Bot "))
        if application is None:
            raise _Refused(4004, "Authentication failed.")
        return application

    @staticmethod
    def _intents(application: Application, data: Json) -> Intent:
        value = data.get("intents")
        if not isinstance(value, int) or value < 0 or value & ~int(ALL_INTENTS):
            raise _Refused(4013, "Invalid intent(s).")
        intents = Intent(value)
        if intents & PRIVILEGED & ~application.privileged:
            raise _Refused(4014, "Disallowed intent(s).")
        return intents

    def _ready(self, session: Session) -> None:
        world, user = self._world, session.application.user
        guilds = [guild for guild in world.guilds.values() if user.id in guild.members]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user_settings": {},
                "user": world.payloads.me(session.application),
                "session_type": "normal",
                "session_id": session.id,
                "resume_gateway_url": self.resume_url,
                "relationships": [],
                "private_channels": [],
                "presences": [],
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "guild_join_requests": [],
                "geo_ordered_rtc_regions": [],
                "application": {
                    "id": str(session.application.id),
                    "flags": session.application.flags,
                },
                "shard": list(session.shard),
                "_trace": ["amity"],
            },
        )
        for guild in guilds:
            event = Event(name="GUILD_CREATE", build=always({}), guild=guild)
            if Intent.GUILDS in session.intents and session.wants(event) and not guild.unavailable:
                session.dispatch("GUILD_CREATE", self.whole_guild(guild, session.view))

    def _resume(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            raise _Refused(4005, "Already authenticated.")
        application = self._authenticate(data)
        sessions = self.of(application)
        if sessions.down:
            self._turn_away(connection)
            return
        id, after = str(data.get("session_id")), data.get("seq")
        known = sessions.sessions.get(id)
        if not isinstance(after, int) or (known is not None and after > known.sequence):
            sessions.sessions.pop(id, None)
            raise _Refused(4007, "Invalid seq.")
        if sessions.resume(connection, id, after) is None:
            connection.send(Op.INVALID_SESSION, False)
            return
        sessions.connections.add(connection)
        self._unnamed.discard(connection)

    # ----------------------------------------------------------------------------------- guilds

    def whole_guild(self, guild: Guild, view: View) -> Json:
        """Return a guild as GUILD_CREATE brings it.

        The members are all only with the presence intent; else it is the bot alone.
        """
        world = self._world
        members = list(guild.members.values())
        if Intent.GUILD_PRESENCES not in view.intents:
            members = [guild.members[view.user.id]]
        seen = [each for each in guild.channels.values() if world.sees(each, view.user)]
        return {
            **world.payloads.guild(guild),
            "joined_at": world.payloads.member(guild.members[view.user.id])["joined_at"],
            "large": len(guild.members) > _LARGE_GUILD,
            "unavailable": False,
            "member_count": len(guild.members),
            "voice_states": [],
            "members": [world.payloads.member(each) for each in members],
            "channels": [
                world.payloads.channel(each, view.user) for each in seen if not each.is_thread
            ],
            "threads": [
                world.payloads.channel(each, view.user)
                for each in seen
                if each.is_thread and not each.archived
            ],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def _send_members(self, session: Session, data: Any) -> None:
        """Answer op 8 with one chunk."""
        guild = self._world.guilds.get(int(data.get("guild_id", 0)))
        user = session.application.user
        if guild is None or user.id not in guild.members:
            return
        query, ids, limit = data.get("query"), data.get("user_ids"), int(data.get("limit") or 0)
        everyone = query == "" and limit == 0
        if everyone and Intent.GUILD_MEMBERS not in session.intents:
            self._world.fault_log.append("gateway: all members asked for without GUILD_MEMBERS")
            return
        found = list(guild.members.values())
        not_found: list[str] = []
        if ids is not None:
            wanted = {int(id) for id in (ids if isinstance(ids, list) else [ids])}
            found = [each for each in found if each.user.id in wanted]
            not_found = [str(id) for id in wanted if id not in guild.members]
        elif query:
            name = str(query).lower()
            found = [each for each in found if each.user.name.startswith(name)][: limit or 100]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [self._world.payloads.member(each) for each in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": not_found,
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _shard(value: Any) -> tuple[int, int]:
    if value is None:
        return 0, 1
    try:
        number, count = (int(each) for each in value)
    except (TypeError, ValueError):
        raise _Refused(4010, "Invalid shard.") from None
    if not 0 <= number < count:
        raise _Refused(4010, "Invalid shard.")
    return number, count
