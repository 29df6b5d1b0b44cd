"""A reply while it is being written: as Telegram's own draft, or as a message that is edited.

Telegram's draft is a preview in a private chat, gone after 30 seconds unless it is shown anew, with
a button that stops it. Where it is not allowed, a real message grows by edits. Neither may cost the
finished reply its place: both are left out when there is no room, and failures are silent.

What is on its way to Telegram when the core gives up on it is not forgotten: a message that came to
be without anybody knowing its id would stand there for ever.
"""

import asyncio
import hashlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from aiogram.enums import ChatAction
from aiogram.methods import DeleteMessage, SendChatAction, SendMessageDraft

from amity import Draft, StyledText
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.config import DraftMode
from amity_telegram.entities import entities_of, newest_part
from amity_telegram.faults import Kind
from amity_telegram.to_telegram import (
    TEXT_LIMIT,
    Target,
    edited,
    message_number,
    new_message,
    rendered,
)

__all__ = ["Drafts", "draft_number"]

_ANEW: Final = 20.0  # seconds; a preview lasts 30
_LONGEST: Final = 600.0  # seconds without a new word, after which a preview is let go
_LAST_CALL: Final = 12.0
_MOST: Final = 10_000
_TYPING_EVERY: Final = 4.0


def draft_number(reply: str) -> int:
    """Return the number of a reply's draft: the same for the same reply, and never zero."""
    digest = hashlib.blake2b(reply.encode(), digest_size=4).digest()
    return (int.from_bytes(digest) & 0x7FFF_FFFF) or 1


@dataclass(slots=True)
class _Showing:
    """One reply that is being shown."""

    target: Target
    number: int
    message: int | None = None
    last: StyledText = field(default_factory=lambda: StyledText(""))
    previews: bool = True
    stopped: bool = False  # by the person: Telegram shows no more of it
    lost: bool = False  # a message of it may stand there that nobody knows
    at: float = 0.0
    grown: float = 0.0
    signed: float = 0.0
    call: asyncio.Task[None] | None = None
    keeper: asyncio.Task[None] | None = None


class Drafts:
    """Shows replies while they are being written, for one bot.

    Args:
        calls: Makes the calls.
        mode: What the operator wants.
        anew: Seconds after which a preview is shown anew.
    """

    def __init__(self, calls: Calls, mode: DraftMode, *, anew: float = _ANEW) -> None:
        self._anew = anew
        self._calls = calls
        self._mode = mode
        self._previews = mode is DraftMode.AUTO
        self._worked = False
        self._showing: OrderedDict[str, _Showing] = OrderedDict()

    async def show(self, target: Target, draft: Draft) -> str | None:
        """Show the words so far; return the id of the message that does, if it is a real one."""
        if not draft.text:
            await self.take_back(target, draft)
            return None
        showing = self._showing.get(draft.reply)
        if showing is None:
            showing = _Showing(target, draft_number(draft.reply))
            showing.message = message_number(draft.message_id)
            self._showing[draft.reply] = showing
            while len(self._showing) > _MOST:
                await self.settle(next(iter(self._showing)))
        if showing.call is None or showing.call.done():
            shown = newest_part(rendered(draft.text), TEXT_LIMIT)
            showing.call = asyncio.create_task(self._call(showing, shown), name="telegram draft")
        # Whoever asked may be cancelled; what is on its way to Telegram must not be.
        await asyncio.shield(showing.call)
        return None if showing.message is None else str(showing.message)

    async def settle(self, reply: str) -> int | None:
        """End the showing of a reply; return the message that shows it, if there is one."""
        showing = self._showing.pop(reply, None)
        if showing is None:
            return None
        if showing.keeper is not None:
            showing.keeper.cancel()
        if showing.call is not None and not showing.call.done():
            await asyncio.wait([showing.call], timeout=_LAST_CALL)
        return showing.message

    def stop(self, number: int) -> None:
        """Take note that somebody pressed Stop under a draft. An unknown one is a no-op."""
        for showing in self._showing.values():
            if showing.number == number:
                showing.stopped = True

    async def take_back(self, target: Target, draft: Draft) -> None:
        """Take away what was shown of a reply that will not follow.

        A preview cannot be taken away: it ends by itself, or with the next message.
        """
        message = await self.settle(draft.reply) or message_number(draft.message_id)
        if message is not None:
            with suppress(CallFailed):
                gone = DeleteMessage(chat_id=target.chat, message_id=message)
                await self._calls.must(target.chat, gone)

    async def close(self) -> None:
        """End all showing; what was shown stays."""
        while self._showing:
            _, showing = self._showing.popitem()
            tasks = [task for task in (showing.keeper, showing.call) if task is not None]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    async def _call(self, showing: _Showing, shown: StyledText) -> None:
        """Show a text. Failures are silent: the reply itself follows."""
        if showing.stopped:
            return
        try:
            if self._mode is DraftMode.OFF or showing.lost:
                await self._sign(showing)
            elif self._may_preview(showing):
                await self._preview(showing, shown)
            else:
                await self._message(showing, shown)
        except CallFailed as failed:
            self._note(showing, failed)

    async def _preview(self, showing: _Showing, shown: StyledText) -> None:
        target = showing.target
        assert isinstance(target.chat, int)
        method = SendMessageDraft(
            chat_id=target.chat,
            draft_id=showing.number,
            message_thread_id=target.thread,
            text=shown.text,
            entities=entities_of(shown) or None,
            parse_mode=None,
            can_stop=True,
            # Stopped, it stays until what was said of it is sent as a message.
            keep_on_stop=True,
        )
        if await self._calls.spare(target.chat, method, message=False) is None:
            return
        if shown != showing.last:
            showing.grown = _now()
        showing.last, showing.at, self._worked = shown, _now(), True
        if showing.keeper is None:
            showing.keeper = asyncio.create_task(self._keep(showing), name="telegram preview")

    async def _keep(self, showing: _Showing) -> None:
        """Show a preview anew before it ends, while no new words come."""
        while _now() - showing.grown < _LONGEST and not showing.stopped:
            if (wait := showing.at + self._anew - _now()) > 0:
                await asyncio.sleep(wait)
                continue
            before = showing.at
            if showing.call is None or showing.call.done():
                showing.call = asyncio.create_task(self._call(showing, showing.last))
            await asyncio.wait([showing.call])
            if showing.at == before:
                await asyncio.sleep(1.0)  # there was no room, or it failed

    async def _message(self, showing: _Showing, shown: StyledText) -> None:
        target = showing.target
        if shown == showing.last:
            return
        if showing.message is None:
            sent = await self._calls.spare(target.chat, new_message(target, shown))
            if sent is not None:
                showing.message, showing.last, showing.at = sent.message_id, shown, _now()
            else:
                await self._sign(showing)
            return
        change = edited(target, showing.message, shown)
        if await self._calls.spare(target.chat, change) is not None:
            showing.last, showing.at = shown, _now()

    async def _sign(self, showing: _Showing) -> None:
        """Show typing, while no words are shown: the core does not once there are some."""
        if _now() - showing.signed >= _TYPING_EVERY:
            showing.signed = _now()
            target = showing.target
            typing = SendChatAction(
                chat_id=target.chat, message_thread_id=target.thread, action=ChatAction.TYPING
            )
            await self._calls.sign(target.chat, typing)

    def _may_preview(self, showing: _Showing) -> bool:
        private = not showing.target.shared and showing.message is None
        return private and self._previews and showing.previews

    def _note(self, showing: _Showing, failed: CallFailed) -> None:
        kind = failed.fault.kind
        if self._may_preview(showing):
            # An older server does not know the call, or it is not allowed here.
            if kind in {Kind.REFUSED, Kind.BAD_TOKEN}:
                showing.previews = False
                self._previews = self._worked
        elif showing.message is None and kind is Kind.DOUBTFUL:
            showing.lost = True
        elif kind is Kind.NOT_EDITABLE:
            showing.message, showing.lost = None, True


def _now() -> float:
    return asyncio.get_running_loop().time()
