"""Who is listening: event streams of people, and requests that wait for one answer.

Nothing here is durable. A message that has a position is in the person's journal as well, where a
stream finds it again after a break; what has none (a gate's notice) is kept for a moment where
nobody listens yet: the answer at the gate arrives before the page has opened its stream.

An erasure gives a browser another chat while its answer is on the way under the old one: what
answers a message goes to whoever sent it, under whatever chat they listen.
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
_ASKERS: Final = 20_000

Said = JournalEntry | tuple[Address, Outbound]
"""Something the person said, or something said to them."""


_Message = tuple[str, str | None, str]  # chat, thread, the message's id
_Owner = tuple[str, str]  # a chat, or a sender
_Mail = tuple[float, Address, Outbound]


class Listener:
    """One connected event stream, as the hub sees it.

    Attributes:
        chat: Whose it is.
        sender: The sender that opened it; empty where that is not known.
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
        "sender",
        "typing",
        "wake",
    )

    def __init__(self, chat: str, alive: Callable[[], bool], sender: str = "") -> None:
        self.chat = chat
        self.sender = sender
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
        doubted: True if something else was said in its chat: that may be why no answer comes.
    """

    __slots__ = ("arrived", "doubted", "draft", "wake")

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.draft: Draft | None = None
        self.arrived: list[Outbound] = []
        self.doubted = False


class Hub:
    """All listeners of one channel."""

    def __init__(self, *, max_streams: int, max_connections: int) -> None:
        self._max_streams = max_streams
        self._max_connections = max_connections
        self._streams: dict[str, list[Listener]] = {}
        self._of_sender: dict[str, list[Listener]] = {}
        self._askers: OrderedDict[_Message, str] = OrderedDict()
        self._count = 0
        self._waiters: dict[_Message, list[Waiter]] = {}
        self._drafts: dict[str, dict[str, tuple[float, Draft]]] = {}
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._mail: OrderedDict[_Owner, deque[_Mail]] = OrderedDict()
        self._closed = False

    # -------------------------------------------------------------------- listening

    def listen(
        self, chat: str, alive: Callable[[], bool] = lambda: True, *, sender: str = ""
    ) -> Listener | None:
        """Add a stream; it is given what waits for it. ``None`` if the house is full or closed."""
        self._sweep(self._streams.get(chat, ()))
        if self._count >= self._max_connections:
            self._sweep([one for streams in self._streams.values() for one in streams])
        if self._closed or self._count >= self._max_connections:
            return None
        listener = Listener(chat, alive, sender)
        streams = self._streams.setdefault(chat, [])
        if len(streams) >= self._max_streams:
            streams[0].end("superseded")
        streams.append(listener)
        if sender:
            self._of_sender.setdefault(sender, []).append(listener)
        self._count += 1
        now = time.monotonic()
        mail = [*self._mail.pop(("chat", chat), ()), *self._mail.pop(("sender", sender), ())]
        mail.sort(key=lambda kept: kept[0])
        for since, address, outbound in mail:
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
        if listener.sender:
            own = self._of_sender[listener.sender]
            own.remove(listener)
            if not own:
                del self._of_sender[listener.sender]

    def asked(self, sender: str, address: Address, message: str) -> None:
        """Take note of who sent a message, so that what answers it finds them."""
        key = (address.chat, address.thread, message)
        self._askers[key] = sender
        self._askers.move_to_end(key)
        while len(self._askers) > _ASKERS:
            self._askers.popitem(last=False)
        # The answer may have been faster than we are.
        mail = self._mail.get(("chat", address.chat), ())
        for entry in [e for e in mail if self._asker(e[1], e[2]) == sender]:
            self._mail["chat", address.chat].remove(entry)
            self._keep(("sender", sender), entry[1], entry[2])

    def _asker(self, address: Address, outbound: Outbound) -> str:
        keys = ((address.chat, address.thread, message) for message in outbound.in_reply_to)
        return next((self._askers[key] for key in keys if key in self._askers), "")

    def expect(self, chat: str, thread: str | None, message: str) -> Waiter:
        """Add a request that waits for what answers a message."""
        waiter = Waiter()
        self._waiters.setdefault((chat, thread, message), []).append(waiter)
        for _, draft in self._drafts.get(chat, {}).values():
            if message in draft.in_reply_to:
                waiter.draft = draft
                waiter.wake.set()
        asker = self._askers.get((chat, thread, message), "")
        for owner in (("chat", chat), ("sender", asker)):
            for _, address, outbound in self._mail.get(owner, ()):
                if address.chat == chat and message in outbound.in_reply_to:
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
            self._doubt(chat, outbound)
        for message in outbound.in_reply_to:
            for waiter in self._waiters.get((chat, address.thread, message), ()):
                waiter.arrived.append(outbound)
                waiter.wake.set()
        asker = self._asker(address, outbound)
        if not outbound.position:
            self._sweep([*self._streams.get(chat, ()), *self._of_sender.get(asker, ())])
        streams, own = self._streams.get(chat, ()), self._of_sender.get(asker, ())
        for listener in [*streams, *(one for one in own if one not in streams)]:
            listener.put((address, outbound))
        if not outbound.position and not (own if asker else streams):
            self._keep(("sender", asker) if asker else ("chat", chat), address, outbound)

    def _doubt(self, chat: str, outbound: Outbound) -> None:
        """Let those look again who wait for something else in the same chat."""
        for (other, _, message), waiters in self._waiters.items():
            if other == chat and message not in outbound.in_reply_to:
                for waiter in waiters:
                    waiter.doubted = True
                    waiter.wake.set()

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

    def _keep(self, owner: _Owner, address: Address, outbound: Outbound) -> None:
        mail = self._mail.setdefault(owner, deque(maxlen=_MAIL_EACH))
        mail.append((time.monotonic(), address, outbound))
        self._mail.move_to_end(owner)
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
