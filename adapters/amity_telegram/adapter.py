"""The adapter of one channel: one bot, with a session and limits of its own."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction
from aiogram.methods import (
    DeleteMessage,
    GetMe,
    SendChatAction,
    SetMessageReaction,
)
from aiogram.types import ReactionTypeEmoji, ReactionTypeUnion

from amity import (
    Address,
    Draft,
    Finding,
    Forbidden,
    Host,
    MediaRef,
    MenuEntry,
    OperatorError,
    Outbound,
    OutboundKind,
    Outcome,
    Receipt,
    RetryAfter,
)
from amity_telegram.callbacks import Callbacks
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.checking import look
from amity_telegram.config import Config, Mode, token_key
from amity_telegram.delivery import Delivery
from amity_telegram.drafts import Drafts
from amity_telegram.faults import Fault, Kind, delivery_error
from amity_telegram.from_telegram import Me, Reader
from amity_telegram.intake import Intake
from amity_telegram.limits import Limiter
from amity_telegram.media import fetch
from amity_telegram.menu import Menu
from amity_telegram.polling import Backoff, Polling, sentence, wrong_token
from amity_telegram.to_telegram import (
    Keyboards,
    chat_id,
    message_number,
    target_of,
)
from amity_telegram.unwanted import Unwanted
from amity_telegram.webhook import WebhookReceiver

if TYPE_CHECKING:
    from amity import (
        SupportsCheck,
        SupportsDelete,
        SupportsDraft,
        SupportsEdit,
        SupportsMedia,
        SupportsMenu,
        SupportsReactions,
        SupportsTyping,
    )

__all__ = ["TelegramAdapter"]

_SOON: Final = 5.0  # seconds


class TelegramAdapter:
    """A Telegram bot.

    Args:
        name: The channel's name.
        config: Its configuration.
    """

    def __init__(self, name: str, config: Config) -> None:
        self._name = name
        self._config = config
        self._unwanted = Unwanted()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: _Running | None = None

    # ------------------------------------------------------------------ people write

    async def run(self, host: Host) -> None:
        """Receive updates until cancelled; see ``amity.adapter.Adapter``."""
        with _alone(self._name, self._config):
            bot = self._bot()
            try:
                await self._live(host, bot)
            finally:
                if self._running is not None:
                    await self._running.drafts.close()
                self._running = None
                for task in list(self._tasks):
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await bot.session.close()

    async def _live(self, host: Host, bot: Bot) -> None:
        config = self._config
        calls = Calls(bot, Limiter(config.limits))
        me = await self._introduce(host, calls)
        running = _Running(host=host, config=config, bot=bot, calls=calls, me=me)
        self._running = running
        intake = Intake(
            host=host,
            reader=running.reader,
            calls=calls,
            unwanted=self._unwanted,
            spawn=self._spawn,
            stop=running.drafts.stop,
        )
        receiving: WebhookReceiver | Polling
        if config.mode is Mode.WEBHOOK:
            receiving = WebhookReceiver(host, config, calls, intake)
        else:
            receiving = Polling(host, config, calls, intake)
        await receiving.run()

    async def _introduce(self, host: Host, calls: Calls) -> Me:
        """Ask Telegram who the bot is."""
        backoff = Backoff()
        while True:
            try:
                me = await calls.plain(GetMe())
            except CallFailed as failed:
                if failed.fault.kind is Kind.BAD_TOKEN:
                    raise wrong_token(host.channel) from failed
                host.disconnected(sentence(failed.fault))
                await backoff.wait(at_least=failed.fault.seconds)
                continue
            return Me(me.id, me.username or "")

    # ------------------------------------------------------------------ the core speaks

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message."""
        running = self._running
        if running is None:
            return _failed(Fault(Kind.NOT_WRITTEN))
        target = target_of(address, outbound, running.reader.author)
        if target.chat in self._unwanted:
            return _failed(Fault(Kind.FORBIDDEN))
        shown_by = message_number(outbound.draft)
        if outbound.kind is OutboundKind.REPLY and outbound.part == 0:
            shown_by = await running.drafts.settle(outbound.reply) or shown_by
        receipt = await running.delivery.send(target, outbound, shown_by)
        if isinstance(receipt.error, Forbidden) and not target.shared:
            self._unwanted.add(target.chat)
        return receipt

    async def draft(self, address: Address, draft: Draft) -> str | None:
        """Show the words so far; an empty text takes them back."""
        running = self._running
        if running is None:
            return None
        target = target_of(address, draft, running.reader.author)
        if target.chat in self._unwanted or (draft.private and target.shared):
            return None
        return await running.drafts.show(target, draft)

    async def typing(self, address: Address) -> None:
        """Show that somebody is typing."""
        running, chat = self._running, chat_id(address.chat)
        if running is not None and chat not in self._unwanted:
            thread = message_number(address.thread)
            method = SendChatAction(
                chat_id=chat, message_thread_id=thread, action=ChatAction.TYPING
            )
            await running.calls.sign(chat, method)

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        """Put a message's content in the place of what it was."""
        running, message = self._running, message_number(message_id)
        if running is None or message is None:
            return _failed(Fault(Kind.NOT_WRITTEN if running is None else Kind.GONE))
        target = target_of(address, outbound, running.reader.author)
        return await running.delivery.edit(target, message, outbound)

    async def delete(self, address: Address, message_id: str) -> Receipt:
        """Delete one of our messages; Telegram allows it for two days."""
        message, chat = message_number(message_id), chat_id(address.chat)
        if message is None:
            return _failed(Fault(Kind.GONE))
        return await self._small(chat, DeleteMessage(chat_id=chat, message_id=message), message_id)

    async def react(self, address: Address, message_id: str, emoji: str) -> Receipt:
        """Put a reaction on a message; an empty one takes ours off."""
        message, chat = message_number(message_id), chat_id(address.chat)
        if message is None:
            return _failed(Fault(Kind.GONE))
        reaction: list[ReactionTypeUnion] = [ReactionTypeEmoji(emoji=emoji)] if emoji else []
        method = SetMessageReaction(chat_id=chat, message_id=message, reaction=reaction)
        return await self._small(chat, method, message_id)

    async def _small(self, chat: int | str, method: Any, message_id: str) -> Receipt:
        running = self._running
        if running is None:
            return _failed(Fault(Kind.NOT_WRITTEN))
        try:
            await running.calls.must(chat, method)
        except CallFailed as failed:
            return _failed(failed.fault)
        return Receipt(outcome=Outcome.SENT, message_ids=(message_id,))

    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        """Return the bytes of a file that somebody sent."""
        running = self._running
        if running is None:
            raise RetryAfter(_SOON)
        most = min(limit, self._config.fetch_limit)
        return await fetch(running.bot, running.calls, media, most)

    async def menu(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        """Set the menu of commands: all in private chats, a few in groups."""
        running = self._running
        if running is not None:
            await running.menu.show(entries)

    async def check(self) -> Sequence[Finding]:
        """Ask Telegram whether the configuration works."""
        running = self._running
        if running is not None:
            return await look(self._name, self._config, running.calls)
        bot = self._bot()
        try:
            return await look(self._name, self._config, Calls(bot, Limiter(self._config.limits)))
        finally:
            await bot.session.close()

    # ------------------------------------------------------------------ its own parts

    def _bot(self) -> Bot:
        session = AiohttpSession(
            api=TelegramAPIServer.from_base(self._config.api_base), json_loads=orjson.loads
        )
        return Bot(self._config.token.get_secret_value(), session=session)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"telegram {self._name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Running:
    """What a channel has while it runs."""

    def __init__(self, *, host: Host, config: Config, bot: Bot, calls: Calls, me: Me) -> None:
        callbacks = Callbacks(token_key(config.token, "buttons"))
        self.host = host
        self.bot = bot
        self.calls = calls
        self.reader = Reader(host.channel, me, callbacks)
        self.menu = Menu(calls, host.languages[0])
        self.drafts = Drafts(calls, config.drafts)
        self.delivery = Delivery(calls, Keyboards(callbacks, me.username), host.media.read)


_alive: dict[tuple[str, str], str] = {}


@contextmanager
def _alone(channel: str, config: Config) -> Iterator[None]:
    """Hold a bot for one channel of this process: two would take each other's updates away."""
    bot = (config.api_base, config.token.get_secret_value().partition(":")[0])
    if bot in _alive:
        raise OperatorError(
            f"channels {_alive[bot]} and {channel} have the same bot: give one of them a token of"
            f" its own from @BotFather"
        )
    _alive[bot] = channel
    try:
        yield
    finally:
        del _alive[bot]


def _failed(fault: Fault) -> Receipt:
    return Receipt(outcome=Outcome.FAILED, error=delivery_error(fault))


if TYPE_CHECKING:  # what the adapter can do, shown to the type checker
    _CHECKS: "type[SupportsCheck]" = TelegramAdapter
    _DELETES: "type[SupportsDelete]" = TelegramAdapter
    _DRAFTS: "type[SupportsDraft]" = TelegramAdapter
    _EDITS: "type[SupportsEdit]" = TelegramAdapter
    _FETCHES: "type[SupportsMedia]" = TelegramAdapter
    _MENUS: "type[SupportsMenu]" = TelegramAdapter
    _REACTS: "type[SupportsReactions]" = TelegramAdapter
    _TYPES: "type[SupportsTyping]" = TelegramAdapter
