"""The event stream: everything durable from the journal, everything fleeting as it happens.

A durable event's id is its position in the person's journal. What this process hears of is written
as it happens; with each heartbeat the journal is read from where it was last read, so that what
another process wrote is not missed either. A client that comes back with the last id it saw goes on
from there, however and wherever it was cut off.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from amity.adapter import Host, JournalEntry
from amity.message import Sender
from amity_web.hub import Listener, Said
from amity_web.wire import entry_json, outbound_json, sse

__all__ = ["EventStream"]

_BATCH: Final = 100
_SETTLING: Final = 0.5
_REMEMBERED: Final = 2_000
_DRAFT_INTERVAL: Final = 0.05
_SIGN_OF_LIFE: Final = b": \n\n"


class EventStream:
    """Writes one client's events until the client or the hub ends it.

    Args:
        host: The core.
        sender: Whose journal it is.
        cursor: The position to read on after; empty for the beginning.
        base: The adapter's path, for links to media.
        heartbeat: Seconds of silence before a sign of life.
        settled: False for somebody of whom nothing is stored yet. The place where they are answered
            changes when something is, and the stream then has to be opened again.
    """

    def __init__(
        self,
        host: Host,
        sender: Sender,
        *,
        cursor: str,
        base: str,
        heartbeat: float,
        settled: bool,
    ) -> None:
        self._host = host
        self._sender = sender
        self._cursor = cursor
        self._base = base
        self._heartbeat = heartbeat if settled else min(heartbeat, _SETTLING)
        self._settled = settled
        self._shown: dict[str, str] = {}
        self._loop = asyncio.get_running_loop()
        self._next_beat: asyncio.TimerHandle | None = None
        self._next_draft: asyncio.TimerHandle | None = None
        self._beats = 0
        self._listener = Listener("", lambda: False)
        self._written: OrderedDict[str, None] = OrderedDict()

    async def run(self, listener: Listener, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Write events until the stream has to end."""
        self._listener = listener
        self._beat()
        try:
            await write(b"retry: 1500\n\n")
            while not listener.ended:
                if chunk := await self._take(listener):
                    await write(chunk)
                await listener.wake.wait()
                listener.wake.clear()
            await write(sse("end", {"reason": listener.ended}))
        finally:
            for timer in (self._next_beat, self._next_draft):
                if timer is not None:
                    timer.cancel()

    # One timer each, however much is written: a wait with a limit at every event costs more than
    # the event.

    def _beat(self) -> None:
        """Wake the stream for a sign of life, again and again."""
        self._next_beat = self._loop.call_later(self._heartbeat, self._beat)
        self._beats += 1
        self._listener.wake.set()

    def _draft_due(self) -> None:
        self._next_draft = None
        self._listener.patient = False
        self._listener.wake.set()

    async def _take(self, listener: Listener) -> bytes:
        """Return all that is to be written now."""
        out: list[bytes] = []
        if self._beats > 1:
            self._beats = 1
            out.append(_SIGN_OF_LIFE)
            # The journal is looked at as well: another process may have written to it.
            listener.news = True
            await self._settle(listener)
        if listener.news:
            listener.news = False
            await self._read_journal(listener, out)
        while listener.queue:
            self._write_said(listener, listener.queue.popleft(), out)
        if listener.typing:
            listener.typing = False
            out.append(sse("typing", {}))
        if listener.drafts and self._next_draft is None:
            self._write_drafts(listener, out)
            listener.patient = True
            self._next_draft = self._loop.call_later(_DRAFT_INTERVAL, self._draft_due)
        return b"".join(out)

    async def _settle(self, listener: Listener) -> None:
        if not self._settled:
            profile = await self._host.profile(self._sender)
            if profile.chat != listener.chat:
                listener.end("moved")

    async def _read_journal(self, listener: Listener, out: list[bytes]) -> None:
        entries = await self._host.journal(self._sender, after=self._cursor, limit=_BATCH)
        for entry in entries:
            self._cursor = entry.position
            self._write_said(listener, entry, out)
        if len(entries) == _BATCH:
            listener.news = True  # more is waiting; this much is written first
            listener.wake.set()

    def _write_said(self, listener: Listener, said: Said, out: list[bytes]) -> None:
        if isinstance(said, JournalEntry):
            outbound, position = said.outbound, said.position
        else:
            outbound, position = said[1], said[1].position
        if outbound is not None and outbound.last:
            self._close_draft(listener, outbound.reply)
        if position:
            if position in self._written:
                return
            self._written[position] = None
            if len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)
        if isinstance(said, JournalEntry):
            data = entry_json(said, self._base)
        else:
            now = self._host.clock.now()
            data = outbound_json(said[1], self._base, thread=said[0].thread, time=now)
        out.append(sse("message", data, position))

    def _close_draft(self, listener: Listener, reply: str) -> None:
        listener.drafts.pop(reply, None)
        self._shown.pop(reply, None)

    def _write_drafts(self, listener: Listener, out: list[bytes]) -> None:
        for reply, draft in listener.drafts.items():
            text = draft.text.reveal()
            shown = self._shown.get(reply, "")
            grows = bool(shown) and text.startswith(shown)
            added = text[len(shown) :] if grows else text
            if not grows or added:
                out.append(
                    sse(
                        "draft",
                        {
                            "reply": reply,
                            "persona": draft.persona,
                            "in_reply_to": draft.in_reply_to,
                            "append": grows,
                            "text": added,
                        },
                    )
                )
            if text:
                self._shown[reply] = text
            else:
                self._shown.pop(reply, None)
        listener.drafts.clear()
