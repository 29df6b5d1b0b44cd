"""The adapter itself: what the core sends is handed to the hub, what people send to the core."""

import asyncio
from collections.abc import Iterator
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from amity.adapter import Adapter, Draft, Host, SupportsDraft, SupportsTyping
from amity.message import Address, Outbound, Outcome, Receipt
from amity_web import Config
from amity_web.account import Account
from amity_web.context import Context
from amity_web.files import PageFiles
from amity_web.hub import Hub
from amity_web.messages import Messages
from amity_web.openai import Dialect
from amity_web.openai_shape import error_shape
from amity_web.reading import Reading
from amity_web.responses import Handler, guarded
from amity_web.session import GuestLimit

__all__ = ["WebAdapter", "make"]

_SENT: Final = Receipt(outcome=Outcome.SENT)
# The dialect says itself, in its own words, that a reply took too long.
_GRACE: Final = 10.0


class WebAdapter:
    """One web channel.

    ``send`` never fails: the journal is the truth, and whoever is connected learns of it at once.
    """

    def __init__(self, channel: str, config: Config) -> None:
        self._channel = channel
        self._config = config
        self._files = PageFiles()
        self._hub = Hub(max_streams=config.max_streams, max_connections=config.max_connections)

    async def run(self, host: Host) -> None:
        """Serve the page and the API until cancelled."""
        self._hub = Hub(
            max_streams=self._config.max_streams, max_connections=self._config.max_connections
        )
        guests = GuestLimit(self._config.new_guests_per_minute)
        context = Context(self._config, host, self._hub, self._channel, guests)
        host.mount(list(self._routes(context)))
        if self._config.openai:
            patience = self._config.answer_timeout + _GRACE
            routes = list(self._dialect(context))
            host.mount(routes, answer_within=patience, limits_bodies=True)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._hub.close()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Tell whoever listens."""
        self._hub.send(address, outbound)
        return _SENT

    async def draft(self, address: Address, draft: Draft) -> None:
        """Show the words so far to whoever listens."""
        self._hub.draft(address, draft)

    async def typing(self, address: Address) -> None:
        """Show that a reply is being made to whoever listens."""
        self._hub.typing(address)

    def _routes(self, context: Context) -> Iterator[web.AbstractRouteDef]:
        log = context.host.log

        def wrap(handler: Handler) -> Handler:
            return guarded(handler, log)

        base = self._config.path
        api = f"{base}api/v1/"
        messages, account, reading = Messages(context), Account(context), Reading(context)
        yield web.get(base, self._files.page)
        yield web.get(base + "assets/{version}/{name}", self._files.file)
        yield web.post(api + "messages", wrap(messages.post))
        yield web.get(api + "events", wrap(reading.events), allow_head=False)
        yield web.get(api + "history", wrap(reading.history))
        yield web.get(api + "openapi.json", wrap(reading.openapi))
        yield web.get(api + "me", wrap(account.me))
        yield web.get(api + "media/{key}", wrap(account.media))
        yield web.post(api + "keys", wrap(account.make_key))
        yield web.delete(api + "keys/{id}", wrap(account.drop_key))
        yield web.post(api + "recovery", wrap(account.make_recovery))
        yield web.post(api + "recover", wrap(account.recover))
        yield web.delete(api + "session", wrap(account.end_session))

    def _dialect(self, context: Context) -> Iterator[web.AbstractRouteDef]:
        dialect = Dialect(context)

        def shaped(handler: Handler) -> Handler:
            return guarded(handler, context.host.log, error_shape)

        base = self._config.path
        yield web.post(base + "v1/chat/completions", shaped(dialect.complete))
        yield web.get(base + "v1/models", shaped(dialect.models))
        yield web.get(base + "v1/models/{model}", shaped(dialect.model))


def make(channel: str, config: BaseModel) -> Adapter:
    """Make the adapter for a configured channel."""
    if not isinstance(config, Config):
        raise TypeError("the web adapter takes its own Config")
    adapter = WebAdapter(channel, config)
    assert_capable: tuple[SupportsDraft, SupportsTyping] = (adapter, adapter)
    del assert_capable
    return adapter
