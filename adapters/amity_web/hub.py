"""Who is listening: event streams of people, and requests that wait for one answer.

Nothing here is durable. A message that has a position is in the person's journal as well, where a
stream finds it again after a break; what has none (a gate's notice) is kept for a moment where
nobody listens yet: the answer at the gate arrives before the page has opened its stream.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Final

from amity.adapter import Draft, JournalEntry
from amity.message import Address, Outbound

__all__ = ["Hub", "Listener", "Said", "Waiter"]

_MAIL_SECONDS: Final = 60.0
_MAIL_EACH: Final = 8
_MAIL_CHATS: Final = 2_000
_DRAFT_SECONDS: Final = 180.0
_FINISHED: Final = 2_000
_QUEUE: Final = 64


Said = JournalEntry | tuple[Address, Outbound]
"""Something the person said, or something said to them."""


class Listener:
    """One connected event stream, as the hub sees it.

    Attributes:
        chat: Whose it is.
        wake: Set when there is something to write.
        news: True if the journal has to be read.
        queue: What was said just now, on either side.
        drafts: The newest draft of each running reply; older ones are forgotten unread.
        patient: True if the drafts need not be written at once: it wakes by itself for them.
        typing: True if a sign of writing has to be passed on.
        ended: Why the stream has to end; empty while it may go on.
        alive: Says whether the client is still connected. A client that left is noticed by the
            next thing that is written to it, and that may be a heartbeat later.
    """

    __slots__ = (
        "alive",
        "chat",
        "drafts",
        "ended",
        "news",
        "patient",
        "queue",
        "typing",
        "wake",
    )

    def __init__(self, chat: str, alive: Callable[[], bool]) -> None:
        self.chat = chat
        self.alive = alive
        self.wake = asyncio.Event()
        self.news = True
        self.queue: deque[Said] = deque()
        self.drafts: dict[str, Draft] = {}
        self.patient = False
        self.typing = False
        self.ended = ""

    def put(self, said: Said) -> None:
        """Hand something over; a stream that has too much waiting has to end."""
        if len(self.queue) >= _QUEUE:
            self.end("slow")
            return
        self.queue.append(said)
        self.wake.set()

    def end(self, why: str) -> None:
        """Ask the stream to end."""
        self.ended = self.ended or why
        self.wake.set()


class Waiter:
    """One request that waits for what answers one message.

    Attributes:
        wake: Set when there is something to look at.
        draft: The newest draft of the answer.
        arrived: What was sent, in order.
    """

    __slots__ = ("arrived", "draft", "wake")

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.draft: Draft | None = None
        self.arrived: list[Outbound] = []


class Hub:
    """All listeners of one channel."""

    def __init__(self, *, max_streams: int, max_connections: int) -> None:
        self._max_streams = max_streams
        self._max_connections = max_connections
        self._streams: dict[str, list[Listener]] = {}
        self._count = 0
        self._waiters: dict[tuple[str, str | None, str], list[Waiter]] = {}
        self._drafts: dict[str, dict[str, tuple[float, Draft]]] = {}
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._mail: OrderedDict[str, deque[tuple[float, Address, Outbound]]] = OrderedDict()
        self._closed = False

    # -------------------------------------------------------------------- listening

    def listen(self, chat: str, alive: Callable[[], bool] = lambda: True) -> Listener | None:
        """Add a stream; it is given what waits for it. ``None`` if the house is full or closed."""
        self._sweep(self._streams.get(chat, ()))
        if self._count >= self._max_connections:
            self._sweep([one for streams in self._streams.values() for one in streams])
        if self._closed or self._count >= self._max_connections:
            return None
        listener = Listener(chat, alive)
        streams = self._streams.setdefault(chat, [])
        if len(streams) >= self._max_streams:
            streams[0].end("superseded")
        streams.append(listener)
        self._count += 1
        now = time.monotonic()
        for since, address, outbound in self._mail.pop(chat, ()):
            if now - since <= _MAIL_SECONDS:
                listener.queue.append((address, outbound))
        for reply, (since, draft) in list(self._drafts.get(chat, {}).items()):
            if now - since <= _DRAFT_SECONDS:
                listener.drafts[reply] = draft
            else:
                self._drop_draft(chat, reply)
        return listener

    def _sweep(self, listeners: Iterable[Listener]) -> None:
        for listener in list(listeners):
            if not listener.alive():
                listener.end("gone")
                self.leave(listener)

    def leave(self, listener: Listener) -> None:
        """Remove a stream; twice is once."""
        streams = self._streams.get(listener.chat, [])
        if listener not in streams:
            return
        streams.remove(listener)
        self._count -= 1
        if not streams:
            del self._streams[listener.chat]

    def expect(self, chat: str, thread: str | None, message: str) -> Waiter:
        """Add a request that waits for what answers a message."""
        waiter = Waiter()
        self._waiters.setdefault((chat, thread, message), []).append(waiter)
        for _, draft in self._drafts.get(chat, {}).values():
            if message in draft.in_reply_to:
                waiter.draft = draft
                waiter.wake.set()
        for _, _, outbound in self._mail.get(chat, ()):
            if message in outbound.in_reply_to:
                waiter.arrived.append(outbound)
                waiter.wake.set()
        return waiter

    def forget(self, chat: str, thread: str | None, message: str, waiter: Waiter) -> None:
        """Remove a waiting request; twice is once."""
        key = (chat, thread, message)
        waiters = self._waiters.get(key, [])
        if waiter in waiters:
            waiters.remove(waiter)
            if not waiters:
                del self._waiters[key]

    # -------------------------------------------------------------------- news

    def send(self, address: Address, outbound: Outbound) -> None:
        """Pass a message on to whoever listens."""
        chat = address.chat
        if outbound.last:
            self._finish(chat, outbound.reply)
        for message in outbound.in_reply_to:
            for waiter in self._waiters.get((chat, address.thread, message), ()):
                waiter.arrived.append(outbound)
                waiter.wake.set()
        streams = self._streams.get(chat, ())
        for listener in streams:
            listener.put((address, outbound))
        if not streams and not outbound.position:
            self._keep(chat, address, outbound)

    def said(self, chat: str, entry: JournalEntry) -> None:
        """Pass on what the person said, for their other open pages."""
        for listener in self._streams.get(chat, ()):
            listener.put(entry)

    def news(self, chat: str) -> None:
        """Say that a person's journal has grown in a way that nobody can tell here."""
        for listener in self._streams.get(chat, ()):
            listener.news = True
            listener.wake.set()

    def draft(self, address: Address, draft: Draft) -> None:
        """Pass the newest words of a running reply on; they replace what was not yet written."""
        if draft.reply in self._finished:
            return
        chat = address.chat
        for message in draft.in_reply_to:
            for waiter in self._waiters.get((chat, address.thread, message), ()):
                waiter.draft = draft
                waiter.wake.set()
        if draft.text:
            self._drafts.setdefault(chat, {})[draft.reply] = (time.monotonic(), draft)
        else:
            self._finish(chat, draft.reply)
        for listener in self._streams.get(chat, ()):
            listener.drafts[draft.reply] = draft
            listener.typing = False
            if not listener.patient:
                listener.wake.set()

    def typing(self, address: Address) -> None:
        """Pass on that somebody is writing."""
        for listener in self._streams.get(address.chat, ()):
            listener.typing = True
            listener.wake.set()

    def close(self) -> None:
        """End every stream and wake every waiting request."""
        self._closed = True
        for streams in list(self._streams.values()):
            for listener in list(streams):
                listener.end("closing")
        for waiters in list(self._waiters.values()):
            for waiter in waiters:
                waiter.wake.set()

    @property
    def closed(self) -> bool:
        """True once ``close`` was called."""
        return self._closed

    def _keep(self, chat: str, address: Address, outbound: Outbound) -> None:
        mail = self._mail.setdefault(chat, deque(maxlen=_MAIL_EACH))
        mail.append((time.monotonic(), address, outbound))
        self._mail.move_to_end(chat)
        while len(self._mail) > _MAIL_CHATS:
            self._mail.popitem(last=False)

    def _finish(self, chat: str, reply: str) -> None:
        """Forget a reply's draft, and any that comes late."""
        self._drop_draft(chat, reply)
        self._finished[reply] = None
        while len(self._finished) > _FINISHED:
            self._finished.popitem(last=False)

    def _drop_draft(self, chat: str, reply: str) -> None:
        drafts = self._drafts.get(chat)
        if drafts is not None:
            drafts.pop(reply, None)
            if not drafts:
                del self._drafts[chat]
