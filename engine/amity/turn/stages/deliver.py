"""deliver: drains the reply, showing it as it grows where the channel can, and hands it to the outbox."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Final

from amity.adapter import Draft, SupportsDraft, SupportsTyping
from amity.failpoint import failpoint
from amity.sealed import SealedText
from amity.turn.outbox import Outbox
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["Drafts", "deliver", "end_early"]

_TYPING_EVERY: Final = 4.0  # seconds; platforms show it for about five


def deliver(outbox: Outbox) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        words = await _drain(turn, outbox) if turn.stream is not None else None
        # From here on the answer is complete: what comes now is a turn of its own.
        turn.finishing = True
        await outbox.finish(turn, words)
        return Flow.ON

    return stage


async def end_early(turn: Turn, outbox: Outbox) -> None:
    """Deliver what a pre-empted turn has shown, as cut; its messages count as unanswered if nothing."""
    words = turn.words
    turn.sayings.clear()
    turn.finishing = True
    turn.cut = True
    turn.failed = not words
    await outbox.finish(turn, words)


async def _drain(turn: Turn, outbox: Outbox) -> SealedText | None:
    stream = turn.stream
    assert stream is not None
    if not await outbox.intend(turn):
        turn.keep = False
        turn.sayings.clear()
        return None
    async with aclosing(_closable(stream)) as words, Drafts(turn) as drafts:
        async for piece in words:
            if not turn.shown and piece:
                turn.shown = True
                failpoint("turn.first_words")
            turn.pieces.append(piece.reveal())
            drafts.grew()
    return turn.words


async def _closable(stream: AsyncIterator[SealedText]) -> AsyncGenerator[SealedText, None]:
    try:
        async for piece in stream:
            yield piece
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


class Drafts:
    """Shows a growing reply and typing, no more often than the channel likes.

    A context manager around the draining of a stream.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        adapter = turn.channel.adapter
        self._drafting: SupportsDraft | None = adapter if isinstance(adapter, SupportsDraft) else None
        self._typing: SupportsTyping | None = adapter if isinstance(adapter, SupportsTyping) else None
        self._interval = turn.channel.manifest.capabilities.draft_interval
        self._answers = tuple(m.platform_id for m in turn.messages if m.platform_id)
        self._grown = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Drafts":
        """Start showing."""
        if self._drafting is not None:
            self._tasks.append(asyncio.create_task(self._show(self._drafting)))
        if self._typing is not None:
            self._tasks.append(asyncio.create_task(self._type(self._typing)))
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop showing; the finished reply follows."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def grew(self) -> None:
        """Say that the reply has more words."""
        self._grown.set()

    async def _show(self, adapter: SupportsDraft) -> None:
        while True:
            await self._grown.wait()
            self._grown.clear()
            words = self._turn.words
            if words:
                draft = Draft(
                    reply=self._turn.id,
                    text=words,
                    in_reply_to=self._answers,
                    persona=self._turn.persona.id,
                )
                with suppress(Exception):  # a draft that fails is no loss: the reply follows
                    await adapter.draft(self._turn.place.address, draft)
            await asyncio.sleep(self._interval)

    async def _type(self, adapter: SupportsTyping) -> None:
        while not self._turn.shown:
            with suppress(Exception):
                await adapter.typing(self._turn.place.address)
            await asyncio.sleep(_TYPING_EVERY)
