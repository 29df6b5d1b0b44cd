"""The socket in the data folder through which commands reach the running process (decision 21).

One connection carries one command, in JSON lines. The client says
``{"v": 1, "command": "status", "arguments": {…}}``; the server answers any number of
``{"event": {…}}`` and then one ``{"result": {…}}`` or ``{"error": {"kind": …, "message": …}}``. A
command that is a conversation also reads lines ``{"input": {…}}`` until either side ends it. Who
may open the socket is who may read the data folder: it has mode 0600.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from amity.errors import AmityError, OperatorError
from amity.observe import error_id, get_logger

__all__ = ["SOCKET_NAME", "TERMINAL", "VERSION", "ControlServer", "Line", "socket_address"]

VERSION: Final = 1
SOCKET_NAME: Final = "control.sock"
TERMINAL: Final = "console"
"""The name of the terminal's channel and of its adapter."""

LINE_LIMIT: Final = 64 * 1024 * 1024
"""An export is one line; nobody but the operator writes here."""
_PATIENCE: Final = 10.0
_LONGEST: Final = 100

Handler = Callable[[dict[str, Any]], AsyncIterator[dict[str, Any]] | Awaitable[dict[str, Any]]]


class Line:
    """The two-way line of a command that is a conversation."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, event: Mapping[str, Any]) -> None:
        """Send an event. A client that has gone is a ``ConnectionError``."""
        await _write(self._writer, {"event": event})

    async def receive(self) -> dict[str, Any] | None:
        """Return the next input, ``None`` when the client has ended."""
        while line := await self._reader.readline():
            try:
                message = orjson.loads(line)
            except orjson.JSONDecodeError:
                return None
            if isinstance(message, dict) and isinstance(message.get("input"), dict):
                found: dict[str, Any] = message["input"]
                return found
        return None


Conversation = Callable[[dict[str, Any], Line], Awaitable[None]]


class ControlServer:
    """Answers commands on a Unix socket."""

    def __init__(
        self,
        path: Path,
        handlers: Mapping[str, Handler],
        conversations: Mapping[str, Conversation] | None = None,
    ) -> None:
        """Answer ``handlers`` (a result, or events and then the end) and ``conversations``."""
        self._path = path
        self._handlers = dict(handlers)
        self._conversations = dict(conversations or {})
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._log = get_logger("control")

    async def start(self) -> None:
        """Listen. A socket that a dead process left behind is replaced.

        Raises:
            OperatorError: another process answers on it, or the folder cannot be written.
        """
        try:
            if await _answers(self._path):
                raise OperatorError(
                    f"{self._path.parent}: another Amity is running with this data folder;"
                    f" stop it, or give this one a folder of its own (AMITY_DATA)"
                )
            self._path.unlink(missing_ok=True)
            with socket_address(self._path) as address:
                # The socket is born with the mode it keeps: there is no moment when others may.
                before = os.umask(0o177)
                try:
                    self._server = await asyncio.start_unix_server(
                        self._connected, address, limit=LINE_LIMIT
                    )
                finally:
                    os.umask(before)
        except OSError as error:
            raise OperatorError(
                f"{self._path}: the control socket cannot be made: {error.strerror or 'unusable'}"
            ) from None

    async def stop(self) -> None:
        """Stop listening and end what is running. Calling it again is a no-op."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            # The client has gone, or we are: there is nobody to tell.
            pass
        finally:
            if task is not None:
                self._running.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                request = orjson.loads(await reader.readline())
            command, arguments = request["command"], request.get("arguments") or {}
            if request["v"] != VERSION:
                await _fail(writer, "version", "the running Amity is of another version")
                return
        except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError, ValueError):
            await _fail(writer, "usage", "this is no command")
            return
        try:
            if (conversation := self._conversations.get(command)) is not None:
                await conversation(arguments, Line(reader, writer))
                result: Mapping[str, Any] = {}
            elif (handler := self._handlers.get(command)) is not None:
                result = await self._run(handler, arguments, writer)
            else:
                await _fail(writer, "usage", f"the running Amity has no command {command!r}")
                return
            await _write(writer, {"result": result})
        except (ConnectionError, asyncio.CancelledError):
            raise
        except OperatorError as error:
            await _fail(writer, "operator", str(error))
        except AmityError as error:
            await _fail(writer, "failed", str(error))
        except Exception as error:  # noqa: BLE001 - the last place where it can be worded
            identifier = error_id()
            self._log.error("a command failed", error_id=identifier, exc_info=error)
            await _fail(writer, "failed", f"something went wrong (error {identifier} in the log)")

    @staticmethod
    async def _run(
        handler: Handler,
        arguments: dict[str, Any],
        writer: asyncio.StreamWriter,
    ) -> Mapping[str, Any]:
        answer = handler(arguments)
        if isinstance(answer, AsyncIterator):
            async for event in answer:
                await _write(writer, {"event": event})
            return {}
        return await answer


async def _write(writer: asyncio.StreamWriter, message: Mapping[str, Any]) -> None:
    writer.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
    await writer.drain()


async def _fail(writer: asyncio.StreamWriter, kind: str, message: str) -> None:
    await _write(writer, {"error": {"kind": kind, "message": message}})


async def _answers(path: Path) -> bool:
    """Say whether a living process listens on a socket."""
    try:
        if not _is_socket(path):
            return False
        with socket_address(path) as address:
            _, writer = await asyncio.wait_for(asyncio.open_unix_connection(address), 2)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except TimeoutError:
        return True
    writer.close()
    return True


def _is_socket(path: Path) -> bool:
    return stat.S_ISSOCK(path.lstat().st_mode)


class socket_address:  # noqa: N801 - used as `with socket_address(path) as address`
    """The name to give the kernel for a socket: it takes no path longer than about 100 bytes.

    A longer one is reached through its folder, held open under a short name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder: int | None = None

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= _LONGEST:
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            os.close(self._folder)
