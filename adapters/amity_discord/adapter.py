"""The adapter: what the contract asks for, passed on to the session that is running."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import aiohttp

from amity.adapter import Draft, Finding, Host, Level, MenuEntry
from amity.errors import DeliveryError, OperatorError, RetryAfter, Unknown
from amity.message import Address, MediaRef, Outbound, Outcome, Receipt
from amity_discord import commands
from amity_discord.check import check
from amity_discord.config import Config
from amity_discord.delivery import channel_of
from amity_discord.endpoint import claim, release
from amity_discord.media import fetch
from amity_discord.session import Session, Unreachable

if TYPE_CHECKING:
    from amity.adapter import (
        Adapter,
        SupportsBackfill,
        SupportsCheck,
        SupportsDelete,
        SupportsDraft,
        SupportsEdit,
        SupportsMedia,
        SupportsMenu,
        SupportsReactions,
        SupportsTyping,
    )

__all__ = ["DiscordAdapter"]

_FIRST_WAIT: Final = 1.0  # seconds
_LONGEST_WAIT: Final = 30.0
_UNTIL_BACK: Final = 2.0


class DiscordAdapter:
    """A Discord bot.

    Args:
        channel: The configured channel's name.
        config: Its config.
    """

    def __init__(self, channel: str, config: Config) -> None:
        self._channel = channel
        self._config = config
        self._host: Host | None = None
        self._session: Session | None = None
        self._web: aiohttp.ClientSession | None = None

    async def run(self, host: Host) -> None:
        """Be at Discord until cancelled; see ``amity.adapter.Adapter``."""
        self._host = host
        claim(self._channel, self._config)
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as web:
                self._web = web
                await self._stay(host, web)
        except (asyncio.CancelledError, OperatorError):
            release(self._channel)  # it is not started again by itself
            raise
        finally:
            self._web = None

    async def _stay(self, host: Host, web: aiohttp.ClientSession) -> None:
        wait = _FIRST_WAIT
        while True:
            self._session = Session(self._channel, self._config, host, web)
            try:
                await self._session.run()
            except Unreachable as error:
                host.disconnected(str(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            finally:
                self._session = None

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message."""
        session = self._session
        if session is None:
            return _later()
        receipt = await session.delivery.send(address, outbound)
        session.sent(receipt.message_ids)
        return receipt

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        """Replace a message's content."""
        session = self._session
        if session is None:
            return _later()
        return await session.delivery.edit(address, message_id, outbound)

    async def draft(self, address: Address, draft: Draft) -> str | None:
        """Show the words so far; see ``amity.adapter.SupportsDraft``."""
        session = self._session
        if session is None or not (self._config.drafts or draft.message_id):
            return None
        shown = await session.drafts.show(address, draft)
        if shown is not None:
            session.sent((shown,))
        return shown

    async def typing(self, address: Address) -> None:
        """Show that the bot is typing."""
        if self._session is not None:
            await self._session.rest.typing(channel_of(address))

    async def delete(self, address: Address, message_id: str) -> Receipt:
        """Delete one of our messages."""
        session = self._session
        if session is None:
            return _later()
        try:
            await session.rest.delete_message(channel_of(address), message_id)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        return Receipt(outcome=Outcome.SENT)

    async def react(self, address: Address, message_id: str, emoji: str) -> Receipt:
        """Put a reaction on a message."""
        session = self._session
        if session is None:
            return _later()
        try:
            await session.rest.react(channel_of(address), message_id, emoji)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        return Receipt(outcome=Outcome.SENT)

    async def menu(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        """Make the slash commands what the menu says, if they are not."""
        session, host = self._session, self._host
        if session is None or host is None:
            raise Unknown("the channel is not running")
        settings = ("call_name", "language", "country", "time_zone")
        names = host.words(None, *(f"settings.name.{name}" for name in settings))
        wanted = commands.payloads(
            entries, settings={name: names[f"settings.name.{name}"] for name in settings}
        )
        application = str(session.client.application_id)
        if not commands.same(wanted, await session.rest.commands(application)):
            await session.rest.overwrite_commands(application, wanted)

    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        """Return the bytes of an inbound medium."""
        if self._session is None or self._web is None:
            raise RetryAfter(_UNTIL_BACK)
        return await fetch(self._session.rest, self._web, media, limit)

    async def backfill(self, host: Host, since: int) -> None:
        """Hand in what was said in known channels after ``since``, as far as it was missed."""
        if self._session is not None:
            await self._session.backfill.since(since)

    async def check(self) -> Sequence[Finding]:
        """Ask Discord whether the config works."""
        running = self._web is not None
        try:
            claim(self._channel, self._config)
        except OperatorError as error:
            return [Finding(Level.FAIL, str(error))]
        try:
            return await check(self._config)
        finally:
            if not running:
                release(self._channel)


def _later() -> Receipt:
    """Return the receipt of what is to be sent again once there is a session."""
    return Receipt(outcome=Outcome.FAILED, error=RetryAfter(_UNTIL_BACK))


if TYPE_CHECKING:  # what the adapter can do, shown to the type checker
    _IS: "type[Adapter]" = DiscordAdapter
    _FETCHES: "type[SupportsMedia]" = DiscordAdapter
    _EDITS: "type[SupportsEdit]" = DiscordAdapter
    _DELETES: "type[SupportsDelete]" = DiscordAdapter
    _REACTS: "type[SupportsReactions]" = DiscordAdapter
    _DRAFTS: "type[SupportsDraft]" = DiscordAdapter
    _TYPES: "type[SupportsTyping]" = DiscordAdapter
    _SHOWS_A_MENU: "type[SupportsMenu]" = DiscordAdapter
    _CATCHES_UP: "type[SupportsBackfill]" = DiscordAdapter
    _CHECKS: "type[SupportsCheck]" = DiscordAdapter
