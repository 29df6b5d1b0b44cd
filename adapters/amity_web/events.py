"""The event stream: everything durable from the journal, everything fleeting as it happens.

A durable event's id is its position in the person's journal. What this process hears of is written
as it happens; with each heartbeat the journal is read from where it was last read, so that what
another process wrote is not missed either. A client that comes back with the last id it saw goes on
from there, however and wherever it was cut off.
"""

import asyncio
import time
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
        self._drafts_due = 0.0
        self._written: OrderedDict[str, None] = OrderedDict()

    async def run(self, listener: Listener, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Write events until the stream has to end."""
        await write(b"retry: 1500\n\n")
        while not listener.ended:
            listener.wake.clear()
            chunk = await self._take(listener)
            if chunk:
                await write(chunk)
            elif not await self._woken(listener):
                # The journal is looked at as well: another process may have written to it.
                listener.news = True
                await write(_SIGN_OF_LIFE)
                if not self._settled:
                    profile = await self._host.profile(self._sender)
                    if profile.chat != listener.chat:
                        listener.end("moved")
        await write(sse("end", {"reason": listener.ended}))

    async def _woken(self, listener: Listener) -> bool:
        """Wait for news. False if there was none for the length of a heartbeat."""
        wait = self._heartbeat
        if listener.drafts:
            wait = max(0.0, self._drafts_due - time.monotonic())
        try:
            async with asyncio.timeout(wait):
                await listener.wake.wait()
        except TimeoutError:
            return bool(listener.drafts)
        return True

    async def _take(self, listener: Listener) -> bytes:
        """Return all that is to be written now."""
        out: list[bytes] = []
        if listener.news:
            listener.news = False
            await self._read_journal(listener, out)
        while listener.queue:
            self._write_said(listener, listener.queue.popleft(), out)
        if listener.typing:
            listener.typing = False
            out.append(sse("typing", {}))
        now = time.monotonic()
        if listener.drafts and now >= self._drafts_due:
            self._drafts_due = now + _DRAFT_INTERVAL
            self._write_drafts(listener, out)
        return b"".join(out)

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
