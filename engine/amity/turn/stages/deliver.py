"""deliver: drains the reply, shows it as it grows, and hands it to the outbox."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, Final

from amity.adapter import Draft, SupportsDraft, SupportsTyping
from amity.failpoint import failpoint
from amity.sealed import SealedText
from amity.turn.outbox import Outbox
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["Drafts", "deliver", "end_early"]

_TYPING_AFTER: Final = 0.25  # seconds
_TYPING_EVERY: Final = 4.0  # seconds; platforms show it for about five
_LAST_DRAFT: Final = 10.0  # seconds


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
    """Deliver what a pre-empted turn has shown, as cut; with nothing shown it is unanswered."""
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
    async with (
        aclosing(_closable(stream)) as words,
        Drafts(turn, partial(outbox.note_draft, turn)) as drafts,
    ):
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


_KNOWN: dict[type, tuple[bool, bool]] = {}


def _abilities(adapter: type) -> tuple[bool, bool]:
    """Look once whether an adapter shows drafts and typing: it takes tens of microseconds."""
    known = _KNOWN.get(adapter)
    if known is None:
        drafts, types = issubclass(adapter, SupportsDraft), issubclass(adapter, SupportsTyping)
        known = _KNOWN[adapter] = (drafts, types)
    return known


class Drafts:
    """Shows a growing reply and typing, no more often than the channel likes.

    A context manager around the draining of a stream. A reply that is there at once shows neither.
    """

    def __init__(self, turn: Turn, shown: Callable[[str], Awaitable[None]]) -> None:
        """Show ``turn``; ``shown`` is told the id of the message that it is shown by."""
        self._turn = turn
        self._shown = shown
        adapter: Any = turn.channel.adapter
        drafts, types = _abilities(type(adapter))
        self._drafting: SupportsDraft | None = adapter if drafts else None
        self._typing: SupportsTyping | None = adapter if types else None
        self._interval = turn.channel.manifest.capabilities.draft_interval
        self._answers = turn.answers
        self._loop = asyncio.get_running_loop()
        self._next_draft: asyncio.TimerHandle | None = None
        self._next_typing: asyncio.TimerHandle | None = None
        self._earliest = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Drafts":
        """Start showing."""
        if self._typing is not None:
            self._next_typing = self._loop.call_later(_TYPING_AFTER, self._type)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop showing; the finished reply follows."""
        for timer in (self._next_draft, self._next_typing):
            if timer is not None:
                timer.cancel()
        if self._task is not None and not self._task.done():
            # What is on its way to the platform may become visible there: it has to be known.
            await asyncio.wait([self._task], timeout=_LAST_DRAFT)
            self._task.cancel()
            await asyncio.wait([self._task])

    def grew(self) -> None:
        """Say that the reply has more words."""
        if self._next_typing is not None:
            self._next_typing.cancel()
        if self._drafting is None or self._next_draft is not None:
            return
        self._next_draft = self._loop.call_at(self._earliest, self._draft)

    def _draft(self) -> None:
        self._next_draft = None
        self._earliest = self._loop.time() + self._interval
        words = self._turn.words
        adapter = self._drafting
        if words is None or adapter is None:
            return
        if self._task is not None and not self._task.done():
            self.grew()  # the platform is slower than the interval
            return
        draft = Draft(
            reply=self._turn.id,
            text=words,
            in_reply_to=self._answers,
            persona=self._turn.persona.id,
            message_id=self._turn.draft,
            private=self._turn.confidential,
            quote=self._turn.quote,
        )
        self._task = asyncio.create_task(_quietly(self._show(adapter, draft)), name="draft")

    async def _show(self, adapter: SupportsDraft, draft: Draft) -> None:
        message_id = await adapter.draft(self._turn.place.address, draft)
        if message_id and message_id != self._turn.draft:
            await self._shown(message_id)

    def _type(self) -> None:
        adapter = self._typing
        if adapter is None or (self._task is not None and not self._task.done()):
            return
        self._next_typing = self._loop.call_later(_TYPING_EVERY, self._type)
        self._task = asyncio.create_task(
            _quietly(adapter.typing(self._turn.place.address)), name="typing"
        )


async def _quietly(call: Awaitable[object]) -> None:
    with suppress(Exception):  # what fails to show is no loss: the reply itself follows
        await call
