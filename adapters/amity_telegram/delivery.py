"""Delivers a message: call after call, mended where Telegram does not take it as it is.

The words arrive, also where their looks do not: what Telegram refuses about entities, a quote or
buttons is left out and the rest sent. What was delivered of a message before a failure is
remembered, so that sending it again goes on where it stopped.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InlineKeyboardMarkup
from aiogram.types import Message as Sent

from amity import (
    Audio,
    Buttons,
    DeliveryError,
    File,
    Gone,
    Image,
    MediaRef,
    Outbound,
    Outcome,
    Part,
    Receipt,
    RetryAfter,
    StyledText,
    Text,
    Unknown,
    Video,
    Voice,
    text_of,
)
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.faults import Fault, Kind, delivery_error
from amity_telegram.limits import ChatId
from amity_telegram.media import Medium, upload, upload_timeout
from amity_telegram.to_telegram import (
    CAPTION_LIMIT,
    Keyboards,
    Target,
    edited,
    new_message,
    quoting,
    rendered,
    units,
    within_limit,
)

__all__ = ["Delivery"]

_MOST_MENDS: Final = 5
_MOST_REMEMBERED: Final = 1000
_EDIT_AGAIN: Final = (0.5, 2.0)  # seconds; an edit can be repeated without harm
_TIMEOUT: Final = 30
_NOTHING_TO_SAY: Final = StyledText("👇")

Method = TelegramMethod[Any]
_Edits = EditMessageText | EditMessageReplyMarkup
Read = Callable[[MediaRef], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class _Step:
    """One call, and what to do if its buttons are refused."""

    method: Method
    typed: str = ""
    timeout: int = _TIMEOUT


class _Moved(Exception):
    """Raised where a group became a supergroup: ``chat`` is its new id."""

    def __init__(self, chat: int) -> None:
        super().__init__("the group became a supergroup")
        self.chat = chat


class Delivery:
    """Delivers messages of one bot.

    Args:
        calls: Makes the calls.
        keyboards: Makes the buttons.
        read: Returns the bytes of a file that is to be sent.
    """

    def __init__(self, calls: Calls, keyboards: Keyboards, read: Read) -> None:
        self._calls = calls
        self._keyboards = keyboards
        self._read = read
        self._delivered: OrderedDict[str, list[tuple[ChatId, int]]] = OrderedDict()

    async def send(self, target: Target, outbound: Outbound, shown_by: int | None) -> Receipt:
        """Send a message.

        Args:
            target: Where.
            outbound: What.
            shown_by: The message that showed it while it was being written: it takes its place.
        """
        try:
            return await self._sent(target, outbound, shown_by)
        except _Moved as moved:
            chat = moved.chat
        # What buttons hold is for their chat alone, and a quote has another number there.
        there = replace(target, chat=chat, quote=None)
        try:
            receipt = await self._sent(there, outbound, None)
        except _Moved:
            receipt = Receipt(outcome=Outcome.FAILED, error=delivery_error(Fault(Kind.MIGRATED)))
        return replace(receipt, moved_to=str(chat))

    async def _sent(self, target: Target, outbound: Outbound, shown_by: int | None) -> Receipt:
        """Send a message to a chat.

        Raises:
            _Moved: the chat is another one now; what is left is to be sent there.
        """
        try:
            steps = await self._steps(target, outbound.parts)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        if not steps:
            return Receipt(outcome=Outcome.SUPPRESSED)  # nothing that can be shown
        done = self._delivered.setdefault(outbound.id, [])
        while len(self._delivered) > _MOST_REMEMBERED:
            self._delivered.popitem(last=False)
        if shown_by is not None:
            steps[0] = await self._in_place_of(shown_by, target, steps[0])
        for step in steps[len(done) :]:
            try:
                done.append((target.chat, await self._deliver(target, step)))
            except CallFailed as failed:
                if failed.fault.kind is Kind.MIGRATED:
                    raise _Moved(failed.fault.chat) from failed
                why = delivery_error(failed.fault)
                return self._failed(outbound.id, _numbers(done, target), why)
        self._delivered.pop(outbound.id, None)
        return Receipt(outcome=Outcome.SENT, message_ids=_numbers(done, target))

    def _failed(self, id: str, visible: tuple[str, ...], error: DeliveryError) -> Receipt:
        if isinstance(error, RetryAfter | Unknown):
            # Sending it again goes on behind what is there: the core must not take it for sent.
            return Receipt(outcome=Outcome.FAILED, message_ids=visible, error=error)
        self._delivered.pop(id, None)
        outcome = Outcome.PARTIAL if visible else Outcome.FAILED
        return Receipt(outcome=outcome, message_ids=visible, error=error)

    async def edit(self, target: Target, message: int, outbound: Outbound) -> Receipt:
        """Put a message's words and buttons in the place of others."""
        keyboard = self._keyboards.of(target, _buttons(outbound.parts))
        shown = within_limit(rendered(text_of(outbound.parts)))[0]
        method: Method = edited(target, message, shown, keyboard.markup)
        if not shown.text:  # other buttons below the same words
            method = EditMessageReplyMarkup(
                chat_id=target.chat, message_id=message, reply_markup=keyboard.markup
            )
        step = _Step(method, typed=keyboard.typed)
        try:
            await self._deliver(target, step, anew=False)
        except CallFailed as failed:
            return Receipt(outcome=Outcome.FAILED, error=delivery_error(failed.fault))
        return Receipt(outcome=Outcome.SENT, message_ids=(str(message),))

    async def _steps(self, target: Target, parts: Sequence[Part]) -> list[_Step]:
        """Return the calls that show these parts; the first quotes, the last has the buttons."""
        keyboard = self._keyboards.of(target, _buttons(parts))
        steps: list[_Step] = []
        for part in parts:
            here = replace(target, quote=None) if steps else target
            match part:
                case Text():
                    pieces = [p for p in within_limit(rendered(part.text)) if p.text]
                    steps += [_Step(new_message(here, piece)) for piece in pieces]
                case Image() | Voice() | Audio() | Video() | File():
                    steps += await self._media_steps(here, part)
                case _:
                    pass
        if keyboard.typed and not steps:
            steps.append(_Step(new_message(target, _NOTHING_TO_SAY)))
        if keyboard.beyond:
            here = replace(target, quote=None)
            steps.append(_Step(new_message(here, StyledText(keyboard.beyond))))
        if keyboard.markup is not None:
            changed = _changed(steps[-1].method, reply_markup=keyboard.markup)
            steps[-1] = replace(steps[-1], method=changed, typed=keyboard.typed)
        return steps

    async def _media_steps(self, target: Target, part: Medium) -> list[_Step]:
        content = await self._read(part.media)
        if content is None:
            raise Gone("the file is not there any more")
        caption = rendered(part.caption) if part.caption else None
        fits = caption is None or units(caption.text) <= CAPTION_LIMIT
        method = upload(target, part, content, caption if fits else None)
        steps = [_Step(method, timeout=upload_timeout(content))]
        if caption is not None and not fits:
            here = replace(target, quote=None)
            steps += [_Step(new_message(here, piece)) for piece in within_limit(caption)]
        return steps

    async def _in_place_of(self, message: int, target: Target, step: _Step) -> _Step:
        """Return the step that puts what is sent in the place of another message."""
        method = step.method
        if not isinstance(method, SendMessage):
            with suppress(CallFailed):
                await self._calls.must(
                    target.chat, DeleteMessage(chat_id=target.chat, message_id=message)
                )
            return step
        edit = EditMessageText(
            chat_id=method.chat_id,
            message_id=message,
            text=method.text,
            entities=method.entities,
            parse_mode=None,
            link_preview_options=method.link_preview_options,
            reply_markup=_inline(method.reply_markup),
        )
        return replace(step, method=edit)

    async def _deliver(self, target: Target, step: _Step, *, anew: bool = True) -> int:
        """Make a call, mended as often as it takes; return the id of the message.

        Raises:
            CallFailed: it cannot be mended, or not now.
        """
        method = step.method
        for _ in range(_MOST_MENDS):
            try:
                sent = await self._made(target, method, step.timeout)
            except CallFailed as failed:
                if failed.fault.kind is Kind.UNCHANGED and isinstance(method, _Edits):
                    return method.message_id or 0
                mended = _mended(target, method, failed.fault, step.typed, anew=anew)
                if mended is None:
                    raise
                method = mended
                continue
            if isinstance(sent, Sent):
                return sent.message_id
            return (method.message_id or 0) if isinstance(method, _Edits) else 0
        raise CallFailed(Fault(Kind.REFUSED))

    async def _made(self, target: Target, method: Method, timeout: int) -> Any:
        for wait in _EDIT_AGAIN if isinstance(method, _Edits) else ():
            try:
                return await self._calls.must(target.chat, method, timeout=timeout)
            except CallFailed as failed:
                if failed.fault.kind is not Kind.DOUBTFUL:
                    raise
            await asyncio.sleep(wait)
        return await self._calls.must(target.chat, method, timeout=timeout)


def _numbers(done: Sequence[tuple[ChatId, int]], target: Target) -> tuple[str, ...]:
    """Return the messages that stand in the chat itself: one that it was before counts anew."""
    return tuple(str(message) for chat, message in done if chat == target.chat)


def _buttons(parts: Sequence[Part]) -> list[Buttons]:
    return [part for part in parts if isinstance(part, Buttons)]


def _changed(method: Method, **fields: object) -> Method:
    return method.model_copy(update=fields)


def _inline(markup: object) -> InlineKeyboardMarkup | None:
    return markup if isinstance(markup, InlineKeyboardMarkup) else None


def _as_document(method: SendPhoto | SendVoice) -> Method:
    file = method.photo if isinstance(method, SendPhoto) else method.voice
    kept = ("message_thread_id", "caption", "caption_entities", "reply_parameters", "reply_markup")
    document = SendDocument(chat_id=method.chat_id, document=file)
    return _changed(document, parse_mode=None, **{name: getattr(method, name) for name in kept})


def _mended(
    target: Target, method: Method, fault: Fault, typed: str, *, anew: bool
) -> Method | None:
    """Return the call without what Telegram refused of it; ``None`` if nothing can be left out."""
    fields = method.model_fields_set
    marked = getattr(method, "entities", None) or getattr(method, "caption_entities", None)
    match fault.kind:
        case Kind.NO_QUOTE if "reply_parameters" in fields:
            return _changed(method, reply_parameters=None)
        case Kind.BAD_KEYBOARD if getattr(method, "reply_markup", None) is not None:
            plain = _changed(method, reply_markup=None)
            if isinstance(plain, SendMessage | EditMessageText) and typed:
                return _changed(plain, text=f"{plain.text}\n\n{typed}")
            return plain
        case Kind.REFUSED | Kind.TOO_LARGE if isinstance(method, SendPhoto | SendVoice):
            # Too wide for a picture, or somebody takes no voice messages: a file it can be.
            return _as_document(method)
        case Kind.BAD_MARKUP | Kind.REFUSED if marked:
            names = {"entities", "caption_entities"} & fields
            return _changed(method, **dict.fromkeys(names))
        case Kind.NOT_EDITABLE | Kind.GONE if anew and isinstance(method, EditMessageText):
            return SendMessage(
                chat_id=target.chat,
                message_thread_id=target.thread,
                text=method.text or "",
                entities=method.entities,
                parse_mode=None,
                link_preview_options=method.link_preview_options,
                reply_parameters=quoting(target),
                reply_markup=method.reply_markup,
            )
        case _:
            return None
