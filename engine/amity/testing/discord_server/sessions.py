"""Sessions of the gateway, the connections under them, and the faults of both."""

import asyncio
import contextlib
import importlib
import secrets
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import orjson
from aiohttp import web

from amity.testing.discord_server.clock import Clock
from amity.testing.discord_server.flags import Intent, Op
from amity.testing.discord_server.model import Application, Json
from amity.testing.discord_server.world import Event, View

__all__ = ["Connection", "Encoder", "Session", "Sessions", "encoder_for"]

REPLAYED: Final = 1000
"""How many events a session keeps for a RESUME."""
LIFE: Final = 120.0
"""Seconds that a session outlives its connection."""
_CLOSED_FOR_GOOD: Final = frozenset(
    {1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}
)


class Encoder(Protocol):
    """Turns a payload into what goes through the socket."""

    def __call__(self, payload: bytes) -> str | bytes:
        """Encode one payload; the order of calls matters to compression."""
        ...


def encoder_for(compress: str) -> Encoder | None:
    """Return the encoder for a transport compression, ``None`` where there is none for it."""
    if compress == "":
        return lambda payload: payload.decode()
    if compress == "zlib-stream":
        stream = zlib.compressobj()
        return lambda payload: stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        return _zstd_encoder()
    return None


def _zstd_encoder() -> Encoder | None:
    """Return an encoder by way of ``zstandard`` or Python 3.14's own module, if one is there."""
    with contextlib.suppress(ImportError):
        library: Any = importlib.import_module("zstandard")
        stream = library.ZstdCompressor().compressobj()
        flush = library.COMPRESSOBJ_FLUSH_BLOCK
        return lambda payload: stream.compress(payload) + stream.flush(flush)
    with contextlib.suppress(ImportError):
        own: Any = importlib.import_module("compression.zstd")
        compressor = own.ZstdCompressor()
        mode = own.ZstdCompressor.FLUSH_BLOCK
        return lambda payload: bytes(compressor.compress(payload, mode))
    return None


class Connection:
    """One websocket of a bot. Everything leaves it in order, by one task."""

    def __init__(self, socket: web.WebSocketResponse, encoder: Encoder, *, plain: bool) -> None:
        self._socket = socket
        self._encoder = encoder
        self._plain = plain
        self._outgoing: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue()
        self.session: Session | None = None
        self.silent = False
        self.packed = False
        self.close_code: int | None = None
        self.request: web.Request | None = None

    def send(
        self, op: Op, data: Any = None, *, name: str | None = None, seq: int | None = None
    ) -> None:
        """Put a payload into the queue; a silent connection sends nothing any more."""
        if self.silent or self.close_code is not None:
            return
        payload = {"op": int(op), "d": data, "s": seq, "t": name}
        self._outgoing.put_nowait(orjson.dumps(payload))

    def close(self, code: int, reason: str = "") -> None:
        """Close once everything before is sent."""
        if self.close_code is None:
            self.close_code = code
            self._outgoing.put_nowait((code, reason))

    def cut(self) -> None:
        """Let the connection fall without a word."""
        self.close_code = self.close_code or 1006
        if self.request is not None and self.request.transport is not None:
            self.request.transport.abort()

    async def write(self) -> None:
        """Send what is in the queue until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._outgoing.get()
                if isinstance(item, tuple):
                    await self._socket.close(code=item[0], message=item[1].encode())
                    return
                await self._send(item)

    async def _send(self, payload: bytes) -> None:
        # Payload compression: without a stream, large payloads are packed one by one.
        encoded: str | bytes
        if self._plain and self.packed and len(payload) > 1024:
            encoded = zlib.compress(payload)
        else:
            encoded = self._encoder(payload)
        if isinstance(encoded, str):
            await self._socket.send_str(encoded)
        else:
            await self._socket.send_bytes(encoded)


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """What a bot began with IDENTIFY; it may outlive its connection."""

    id: str
    application: Application
    intents: Intent
    shard: tuple[int, int]
    sequence: int = 0
    replay: deque[tuple[int, str, Any]] = field(default_factory=lambda: deque(maxlen=REPLAYED))
    connection: Connection | None = None
    lost: float | None = None

    @property
    def view(self) -> View:
        """Through whose eyes it is told."""
        return View(self.application.user, self.intents)

    def dispatch(self, name: str, data: Any) -> None:
        """Send an event, or keep it for a RESUME."""
        self.sequence += 1
        self.replay.append((self.sequence, name, data))
        if self.connection is not None:
            self.connection.send(Op.DISPATCH, data, name=name, seq=self.sequence)

    def missed(self, after: int) -> list[tuple[int, str, Any]] | None:
        """Return the events after a sequence number; ``None`` when some are forgotten."""
        events = [event for event in self.replay if event[0] > after]
        complete = len(events) == self.sequence - after
        return events if complete else None

    def wants(self, event: Event) -> bool:
        """Return whether the session's intents and shard let an event through."""
        if event.intent is not None and event.intent not in self.intents:
            return False
        guild = event.guild or (event.channel.guild if event.channel is not None else None)
        number, count = self.shard
        return (0 if guild is None else (guild.id >> 22) % count) == number


@dataclass(slots=True, kw_only=True, eq=False)
class _Doubling:
    """Events that are told twice."""

    name: str | None
    left: int | None


class Sessions:
    """The sessions of one bot; a test reaches them as ``bot.gateway``."""

    def __init__(self, application: Application, clock: Clock, changed: Callable[[], None]) -> None:
        self._application = application
        self._clock = clock
        self._changed = changed
        self._held: dict[int, list[tuple[Event, list[tuple[Session, Json]]]]] = {}
        self._doublings: list[_Doubling] = []
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.down = False
        self.identifies = 0
        self.resumes = 0

    # ------------------------------------------------------------------------- what a test asks

    @property
    def online(self) -> bool:
        """Whether a session with a connection is there."""
        return any(session.connection is not None for session in self.sessions.values())

    def kick(self, code: int = 4000) -> None:
        """Close the bot's connections with a close code."""
        for connection in list(self.connections):
            connection.close(code)
        if code in _CLOSED_FOR_GOOD:
            self.sessions.clear()

    def cut(self) -> None:
        """Let the bot's connections fall without a close code."""
        for connection in list(self.connections):
            connection.cut()

    def ask_to_reconnect(self) -> None:
        """Send op 7: come again and resume."""
        for connection in list(self.connections):
            connection.send(Op.RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9: the session is no good any more; a resumable one may be tried again."""
        for connection in list(self.connections):
            connection.send(Op.INVALID_SESSION, resumable)
        if not resumable:
            self.sessions.clear()

    def fall_silent(self) -> None:
        """Let the connections stand and send nothing any more, not even acks: a zombie."""
        for connection in self.connections:
            connection.silent = True

    def ask_for_heartbeat(self) -> None:
        """Send op 1, to which a bot answers with a heartbeat at once."""
        for connection in self.connections:
            connection.send(Op.HEARTBEAT)

    def go_down(self, *, code: int | None = None, keep_sessions: bool = False) -> None:
        """Take the gateway away from this bot until ``come_up``.

        Args:
            code: The close code of its connections; without one they just fall.
            keep_sessions: Whether what happens meanwhile can be resumed. If not, it is lost, and
                the bot gets a new session with READY.
        """
        self.down = True
        if code is None:
            self.cut()
        else:
            self.kick(code)
        if keep_sessions:
            for session in self.sessions.values():
                session.connection, session.lost = None, self._clock.now()
        else:
            self.sessions.clear()

    def come_up(self) -> None:
        """Let the bot connect again."""
        self.down = False

    @contextmanager
    def outage(self, *, code: int | None = None, keep_sessions: bool = False) -> Iterator[None]:
        """Take the gateway away while the block runs; see ``go_down``."""
        self.go_down(code=code, keep_sessions=keep_sessions)
        try:
            yield
        finally:
            self.come_up()

    def duplicate(self, times: int | None = 1, *, name: str | None = None) -> Callable[[], None]:
        """Tell the next events twice.

        Args:
            times: How many events, ``None`` until the returned function is called.
            name: Only events of this name, such as ``MESSAGE_CREATE``.

        Returns:
            A function that ends it.
        """
        doubling = _Doubling(name=name, left=times)
        self._doublings.append(doubling)
        return lambda: self._doublings.remove(doubling) if doubling in self._doublings else None

    @contextmanager
    def hold(self, channel: int) -> Iterator[None]:
        """Hold back the events of a channel, by id, while others go on; then let them follow.

        Discord keeps the order within a channel, not between channels.
        """
        self._held.setdefault(channel, [])
        try:
            yield
        finally:
            for event, told in self._held.pop(channel, []):
                self._deliver(event, told)

    # ------------------------------------------------------------------------- what the hub does

    def tell(self, event: Event) -> None:
        """Give an event to the sessions that want it."""
        told: list[tuple[Session, Json]] = []
        for session in list(self.sessions.values()):
            if self._expired(session):
                del self.sessions[session.id]
            elif session.wants(event):
                data = event.build(session.view)
                if data is not None:
                    told.append((session, data))
        channel = event.channel
        if channel is not None and channel.id in self._held:
            self._held[channel.id].append((event, told))
        else:
            self._deliver(event, told)

    def _deliver(self, event: Event, told: list[tuple[Session, Json]]) -> None:
        if not told:
            return
        times = 2 if self._doubles(event.name) else 1
        for session, data in told:
            if session.id in self.sessions:
                for _ in range(times):
                    session.dispatch(event.name, data)

    def _doubles(self, name: str) -> bool:
        for doubling in self._doublings:
            if doubling.name in (None, name):
                if doubling.left is not None:
                    doubling.left -= 1
                    if doubling.left == 0:
                        self._doublings.remove(doubling)
                return True
        return False

    def begin(self, connection: Connection, intents: Intent, shard: tuple[int, int]) -> Session:
        """Start a session on a connection."""
        session = Session(
            id=secrets.token_hex(16),
            application=self._application,
            intents=intents,
            shard=shard,
            connection=connection,
        )
        connection.session = session
        self.sessions[session.id] = session
        self.identifies += 1
        self._changed()
        return session

    def resume(self, connection: Connection, id: str, after: int) -> Session | None:
        """Put a session on a new connection and repeat what it missed.

        Returns ``None`` where the session or some of its events are gone.
        """
        session = self.sessions.get(id)
        if session is None or self._expired(session):
            self.sessions.pop(id, None)
            return None
        missed = session.missed(after)
        if missed is None:
            del self.sessions[id]
            return None
        if session.connection is not None:
            session.connection.close(4000)
        session.connection, session.lost = None, None
        for seq, name, data in missed:
            connection.send(Op.DISPATCH, data, name=name, seq=seq)
        session.connection = connection
        connection.session = session
        session.dispatch("RESUMED", {"_trace": ["amity"]})
        self.resumes += 1
        self._changed()
        return session

    def end(self, connection: Connection, client_code: int | None) -> None:
        """Part a session from its connection, and end it where the code says so."""
        self.connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.lost = self._clock.now()
            code = connection.close_code or client_code
            if code in _CLOSED_FOR_GOOD:
                self.sessions.pop(session.id, None)
        self._changed()

    def _expired(self, session: Session) -> bool:
        return session.lost is not None and self._clock.now() - session.lost > LIFE
