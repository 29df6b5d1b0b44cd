"""Waiting for what answers one message of the OpenAI dialect."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from amity.message import Address, Outbound, OutboundKind, Sender
from amity_web.context import Context
from amity_web.hub import Waiter
from amity_web.openai_shape import text_for_client

__all__ = ["Answer"]

_LOOK_AGAIN: Final = 5.0
_DOUBT: Final = 0.2  # seconds to the next look where an answer may not come any more


@dataclass(slots=True)
class _Piece:
    """One reply or notice of the answer: its draft, and later its parts."""

    draft: str = ""
    parts: list[Outbound] | None = None


class Answer:
    """The answer to one message, while it grows.

    Attributes:
        done: True once nothing more will come.
        kind: ``reply``, or ``notice`` if only the service itself spoke.
        cut: True if it ended early.
        gone: True if there is no answer and none will come.
    """

    def __init__(
        self,
        context: Context,
        sender: Sender,
        address: Address,
        message: str,
        *,
        waiter: Waiter,
        media_base: str,
    ) -> None:
        self._context = context
        self._sender = sender
        self._address = address
        self._message = message
        self._waiter = waiter
        self._media_base = media_base
        self._pieces: dict[str, _Piece] = {}
        self._taken = 0
        self._given = ""
        self._pause = _LOOK_AGAIN
        self._missed = False
        self.done = False
        self.gone = False
        self.kind = "reply"
        self.cut = False

    @property
    def text(self) -> str:
        """All words so far, in the order in which they began."""
        return "\n\n".join(text for text in self._said() if text)

    def _said(self) -> Iterator[str]:
        for piece in self._pieces.values():
            if piece.parts is not None:
                for part in piece.parts:
                    yield text_for_client(part, self._media_base)
            else:
                yield piece.draft

    async def look_up(self) -> bool:
        """Ask the core whether the answer is there already; True if it is, and is taken."""
        found = await self._context.host.reply_of(self._sender, self._address, self._message)
        if found is None:
            return False
        # What is kept without its words (before consent) was sent with them.
        arrived = self._waiter.arrived
        if not found and not any(o.last for o in arrived):
            # What nobody keeps may be on its way to us: only the second look counts.
            self._pause = _DOUBT
            self.gone, self._missed = self._missed, True
            if not self.gone:
                return False
            arrived = []  # what goes before an answer is none
        self._finish(found if any(o.parts for o in found) or not arrived else arrived)
        return True

    async def wait(self, seconds: float) -> bool:
        """Wait until there is more of the answer. False if there was no more for so long.

        Another process may have answered, so the core is asked now and then as well.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self.done:
            try:
                async with asyncio.timeout(min(self._pause, max(0.0, until - loop.time()))):
                    await self._waiter.wake.wait()
            except TimeoutError:
                self._pause = min(2 * self._pause, _LOOK_AGAIN)
                if not await self.look_up() and loop.time() >= until:
                    return False
                continue
            self._waiter.wake.clear()
            if self._waiter.doubted:
                self._waiter.doubted = False
                self._pause = _DOUBT
                if await self.look_up():
                    continue
            if await self._take():
                return True
        return True

    def growth(self) -> str:
        """Return the words that were not yet given out."""
        text = self.text
        if text.startswith(self._given):
            more = text[len(self._given) :]
        elif self.done:
            more = self._rest()
        else:
            return ""
        self._given += more
        return more

    def _rest(self) -> str:
        """Return what is left to say where the words given out are not the beginning of it all.

        A notice may stand before the reply that was given out already: it follows then. Words that
        were replaced are followed by what replaced them: a stream cannot take words back.
        """
        said = [text for text in self._said() if text]
        for number, text in enumerate(said):
            if text.startswith(self._given):
                others = said[:number] + said[number + 1 :]
                return "\n\n".join([text[len(self._given) :], *others])
        return "\n\n".join(["", *said])

    async def _take(self) -> bool:
        draft, ended = self._waiter.draft, False
        if draft is not None:
            self._waiter.draft = None
            piece = self._pieces.setdefault(draft.reply, _Piece())
            if piece.parts is None:
                piece.draft = draft.text.reveal()
        for outbound in self._waiter.arrived[self._taken :]:
            self._taken += 1
            piece = self._pieces.setdefault(outbound.reply, _Piece())
            piece.parts = [*(piece.parts or ()), outbound]
            ended = ended or outbound.last
        if ended:
            await self._settle()
        return True

    async def _settle(self) -> None:
        """See whether what has ended is the whole answer, or a notice that goes before it."""
        if await self.look_up():
            return
        arrived = self._waiter.arrived[: self._taken]
        if any(o.last and (o.kind is OutboundKind.REPLY or not o.position) for o in arrived):
            self._finish(arrived)

    def _finish(self, outbounds: list[Outbound]) -> None:
        pieces: dict[str, _Piece] = {
            reply: _Piece() for reply in self._pieces if any(o.reply == reply for o in outbounds)
        }
        for outbound in outbounds:
            piece = pieces.setdefault(outbound.reply, _Piece())
            piece.parts = [*(piece.parts or ()), outbound]
        self._pieces = pieces
        replies = [o for o in outbounds if o.kind is OutboundKind.REPLY]
        self.kind = "reply" if replies else "notice"
        self.cut = not outbounds or any(o.cut for o in outbounds)
        self.done = True
