"""Calls in both directions over one line of JSON messages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from amity.errors import AmityError, OperatorError, StoreUnavailable
from amity.http.wire import decode, encode
from amity.observe import error_id, get_logger

__all__ = ["Exchange"]

Message = Mapping[str, Any]
Answer = Callable[[str, Sequence[Any]], Awaitable[Any]]


class Exchange:
    """Asks the other side, and answers what it asks, at the same time.

    ``send`` and ``receive`` move one message; ``receive`` returns ``None`` at the end. ``answer``
    is given a name and values of the contract, and returns one.
    """

    def __init__(
        self,
        send: Callable[[Message], Awaitable[None]],
        receive: Callable[[], Awaitable[Message | None]],
        answer: Answer,
    ) -> None:
        self._send = send
        self._receive = receive
        self._answer = answer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()
        self._ended = False

    async def call(self, name: str, *values: Any) -> Any:
        """Ask the other side.

        Raises:
            ConnectionError: it has gone, or goes before it answers.
            AmityError: it could not do it.
        """
        if self._ended:
            raise ConnectionError("the other side has gone")
        self._number += 1
        number = self._number
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._put({"ask": number, "do": name, "of": [encode(v) for v in values]})
            return await future
        finally:
            self._waiting.pop(number, None)

    async def run(self) -> None:
        """Move messages until the other side ends."""
        try:
            while (message := await self._receive()) is not None:
                self._take(message)
        finally:
            self._ended = True
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the other side has gone"))
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _put(self, message: Message) -> None:
        async with self._sending:
            await self._send(message)

    def _take(self, message: Message) -> None:
        if "ask" in message:
            task = asyncio.create_task(self._reply(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        future = self._waiting.get(message.get("to", 0))
        if future is None or future.done():
            return
        if "failed" in message:
            kinds = {"operator": OperatorError, "store": StoreUnavailable}
            kind = kinds.get(message.get("kind", ""), AmityError)
            future.set_exception(kind(str(message["failed"])))
        else:
            try:
                future.set_result(decode(message.get("value")))
            except ValueError as error:
                future.set_exception(error)

    async def _reply(self, message: Message) -> None:
        answer: dict[str, Any] = {"to": message["ask"]}
        try:
            values = [decode(value) for value in message.get("of", [])]
            answer["value"] = encode(await self._answer(str(message.get("do", "")), values))
        except AmityError as error:
            answer["failed"] = str(error)
            if isinstance(error, OperatorError | StoreUnavailable):
                answer["kind"] = "operator" if isinstance(error, OperatorError) else "store"
        except Exception as error:  # noqa: BLE001 - the last place where it can be worded
            identifier = error_id()
            get_logger("exchange").error("a call failed", error_id=identifier, exc_info=error)
            answer["failed"] = f"something went wrong (error {identifier} in the log)"
        with suppress(ConnectionError):
            await self._put(answer)
