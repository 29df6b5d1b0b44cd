"""Talks with the running process through the socket in the data folder."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import orjson

from amity import __version__
from amity.errors import OperatorError
from amity.http.control import LINE_LIMIT, SOCKET_NAME, VERSION, socket_address

__all__ = ["Client"]

_ANSWER: Final = 600.0
"""A backup of a large store takes minutes; nothing takes longer."""


class Client:
    """One connection to the running process; it carries one command."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, data: Path) -> Self | None:
        """Return a connection to the process that runs on a data folder; ``None`` if none does."""
        try:
            with socket_address(data / SOCKET_NAME) as address:
                reader, writer = await asyncio.wait_for(
                    asyncio.open_unix_connection(address, limit=LINE_LIMIT), 5
                )
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return None
        except PermissionError:
            raise OperatorError(
                f"{data}: a running Amity is somebody else's; run this as the same user"
            ) from None
        except TimeoutError:
            raise OperatorError(f"{data}: the running Amity does not answer; restart it") from None
        return cls(reader, writer)

    async def call(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Run a command to its end and return its result.

        Raises:
            OperatorError: the process refused it, or ended.
        """
        result: dict[str, Any] = {}
        async with asyncio.timeout(_ANSWER):
            async for kind, message in self.converse(command, arguments):
                if kind == "result":
                    result = message
        return result

    async def converse(
        self, command: str, arguments: Mapping[str, Any]
    ) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """Run a command and yield its events, and at last its result, by kind."""
        await self._write({"v": VERSION, "command": command, "arguments": arguments})
        try:
            while line := await self._line():
                message = orjson.loads(line)
                if "error" in message:
                    raise OperatorError(_sentence(message["error"]))
                for kind in ("event", "result"):
                    if kind in message:
                        yield kind, message[kind]
                if "result" in message:
                    return
            raise OperatorError("the running Amity ended before it answered")
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the connection. Calling it again is a no-op."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _line(self) -> bytes:
        """Return the next line; empty once the other side has gone, however it went."""
        try:
            return await self._reader.readline()
        except ConnectionError:
            return b""

    async def send(self, value: Mapping[str, Any]) -> None:
        """Say something in a command that is a conversation."""
        await self._write({"input": value})

    async def _write(self, message: Mapping[str, Any]) -> None:
        try:
            self._writer.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
            await self._writer.drain()
        except ConnectionError:
            raise OperatorError("the running Amity ended before it answered") from None


def _sentence(error: Mapping[str, Any]) -> str:
    if error.get("kind") == "version":
        return (
            f"{error.get('message')} than this command ({__version__}); restart it, then try again"
        )
    return str(error.get("message", "the running Amity refused this command"))
