"""Takes updates in: hands them to the core, and does what must be done beside that."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from aiogram.methods import AnswerCallbackQuery, AnswerPreCheckoutQuery, TelegramMethod

from amity import Host, Inbound, StoreUnavailable
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.from_telegram import Reader
from amity_telegram.texts import words
from amity_telegram.unwanted import Unwanted
from amity_telegram.updates import (
    CallbackQuery,
    MemberChange,
    Message,
    PreCheckoutQuery,
    Update,
)

__all__ = ["Intake"]

_GONE: Final = frozenset({"kicked", "left"})


class Intake:
    """Takes updates in, for one bot.

    Args:
        host: The core.
        reader: Makes messages of updates.
        calls: Makes calls of the Bot API.
        unwanted: The chats that do not want the bot.
        spawn: Does something in the background while the channel runs.
        stop: Told the number of a draft under which Stop was pressed.
    """

    def __init__(
        self,
        *,
        host: Host,
        reader: Reader,
        calls: Calls,
        unwanted: Unwanted,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        stop: Callable[[int], None],
    ) -> None:
        self._host = host
        self._reader = reader
        self._calls = calls
        self._unwanted = unwanted
        self._spawn = spawn
        self._stop = stop

    async def take(self, units: Sequence[Sequence[Update]]) -> None:
        """Take updates in; they are committed when this returns, in their order.

        Args:
            units: One update each, or the updates of an album.

        Raises:
            StoreUnavailable: nothing was taken; it must be delivered again.
        """
        for unit in units:
            message = unit[0].message
            if message is not None and message.migration is not None:
                old, new = message.migration
                await self._host.chat_moved(str(old), str(new))
        inbounds = [inbound for unit in units for inbound in self._read(unit)]
        if inbounds:
            await self._accept(inbounds)

    async def _accept(self, inbounds: Sequence[Inbound]) -> None:
        try:
            await self._host.accept(inbounds)
        except StoreUnavailable:
            raise
        except Exception as error:
            if len(inbounds) == 1:
                # It would fail again whenever it is delivered, and hold up everybody behind it.
                self._host.log.error("telegram.not_taken", exc_info=error)
                return
            for inbound in inbounds:
                await self._accept([inbound])

    def _read(self, unit: Sequence[Update]) -> list[Inbound]:
        first = unit[0]
        if len(unit) > 1:
            return _each(self._reader.album([u.message for u in unit if u.message is not None]))
        if first.message is not None:
            return self._message(first.message)
        if first.edited_message is not None:
            return _each(self._reader.edited(first.edited_message, first.update_id))
        if first.callback_query is not None:
            return self._pressed(first.callback_query)
        if first.message_reaction is not None:
            return self._reader.reactions(first.message_reaction, first.update_id)
        if first.stopped_message_generation is not None:
            stopped = first.stopped_message_generation
            self._stop(stopped.draft_id)
            return _each(self._reader.stopped(stopped, first.update_id, self._host.clock.now()))
        if first.pre_checkout_query is not None:
            self._paying(first.pre_checkout_query)
        if first.my_chat_member is not None:
            self._member(first.my_chat_member)
        return []

    def _message(self, message: Message) -> list[Inbound]:
        if message.chat.private:
            self._unwanted.discard(message.chat.id)  # who writes has not blocked the bot
        return _each(self._reader.message(message))

    def _pressed(self, query: CallbackQuery) -> list[Inbound]:
        """Take a pressed button, and answer it: the app shows it as waiting until then."""
        inbound = self._reader.choice(query, self._host.clock.now())
        said = None if inbound is not None else words(query.from_.language_code)["stale"]
        self._spawn(self._answer(AnswerCallbackQuery(callback_query_id=query.id, text=said)))
        return _each(inbound)

    def _paying(self, query: PreCheckoutQuery) -> None:
        """Refuse a payment: Amity sells nothing, so an invoice of this bot's is not its own.

        Telegram waits ten seconds for the answer, and a payment that was let pass would be money
        taken for nothing.
        """
        self._host.log.warning("telegram.payment_refused")
        said = words(query.from_.language_code)["not_for_sale"]
        refusal = AnswerPreCheckoutQuery(
            pre_checkout_query_id=query.id, ok=False, error_message=said
        )
        self._spawn(self._answer(refusal))

    async def _answer(self, method: TelegramMethod[bool]) -> None:
        try:
            await self._calls.plain(method)
        except CallFailed as failed:
            # Nothing depends on it: the app gives up waiting by itself.
            self._host.log.debug("telegram.not_answered", kind=failed.fault.kind.value)

    def _member(self, change: MemberChange) -> None:
        """Take note of a chat that does not want the bot any more, or wants it again."""
        where = "private" if change.chat.private else "group"
        if change.new_chat_member.status in _GONE:
            self._unwanted.add(change.chat.id)
            self._host.log.info("telegram.not_wanted", where=where)
        else:
            self._unwanted.discard(change.chat.id)
            self._host.log.info("telegram.wanted", where=where)


def _each(inbound: Inbound | None) -> list[Inbound]:
    return [] if inbound is None else [inbound]
