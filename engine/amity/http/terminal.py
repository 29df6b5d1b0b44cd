"""A terminal on a running engine: its adapter lives in the terminal's process, over the socket.

Here stands a stand-in: what the engine asks of the adapter goes over the line to the real one, and
what that asks of its host comes back. The person at the terminal passes the same gates as anybody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel

from amity.adapter import Draft, Host, Manifest
from amity.config import ChannelSettings
from amity.engine import Engine
from amity.errors import AmityError, Gone, OperatorError
from amity.http.control import TERMINAL, Line
from amity.http.exchange import Exchange
from amity.message import Address, Outbound, Outcome, Receipt
from amity.observe import get_logger
from amity.plugin import find_adapters
from amity.turn.channel import Channel
from amity.turn.host import ChannelHost

__all__ = ["Terminals"]

_ASKED: Final = frozenset(
    {
        *("accept", "profile", "journal", "reply_of", "issue_key", "keys", "revoke_key"),
        *("issue_recovery", "recover", "state.get", "state.put", "media.open", "media.read"),
    }
)

_USUAL: Final = str(ChannelSettings.model_fields["persona"].default)


class _StandIn:
    """The adapter as the engine sees it. What it cannot deliver any more is gone."""

    def __init__(self) -> None:
        self.exchange: Exchange | None = None
        self.host: asyncio.Future[Host] = asyncio.get_running_loop().create_future()

    async def run(self, host: Host) -> None:
        if not self.host.done():
            self.host.set_result(host)
        await asyncio.Event().wait()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        try:
            if self.exchange is not None:
                receipt = await self.exchange.call("send", address, outbound)
                if isinstance(receipt, Receipt):
                    return receipt
        except (ConnectionError, AmityError, ValueError):
            pass
        return Receipt(outcome=Outcome.FAILED, error=Gone("the terminal was closed"))

    async def draft(self, address: Address, draft: Draft) -> None:
        await self._quietly("draft", address, draft)

    async def typing(self, address: Address) -> None:
        await self._quietly("typing", address)

    async def _quietly(self, name: str, *values: Any) -> None:
        try:
            if self.exchange is not None:
                await self.exchange.call(name, *values)
        except (ConnectionError, AmityError, ValueError):
            pass


class Terminals:
    """The commands by which a terminal joins a running engine; one at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._host: Host | None = None
        self._taken = False
        self.conversations: Final = {"chat": self.chat}
        self.handlers: Final = {
            "chat.words": self.words,
            "chat.personas": self.personas,
            "chat.menu": self.menu,
        }

    async def chat(self, arguments: Mapping[str, Any], line: Line) -> None:
        """Carry one terminal until it ends."""
        if self._taken or TERMINAL in self._engine.channels.channels:
            raise OperatorError("a terminal is talking with this Amity already; end it first")
        self._taken = True
        stand_in = _StandIn()
        try:
            self._start(str(arguments.get("persona") or ""), stand_in)
            self._host = host = await asyncio.wait_for(stand_in.host, 10)
            exchange = Exchange(line.send, line.receive, _answers(host))
            stand_in.exchange = exchange
            await line.send({"ready": host.channel})
            await exchange.run()
        finally:
            self._host = None
            self._taken = False
            await self._engine.channels.stop(TERMINAL)

    def _start(self, persona: str, stand_in: _StandIn) -> None:
        manifest = find_adapters().manifests.get(TERMINAL)
        if manifest is None:
            raise OperatorError("the terminal's adapter is not installed; reinstall Amity")
        services = self._engine.services
        there = list(services.personas)
        if persona and persona not in there:
            raise OperatorError(f'there is no persona "{persona}"; there are: {", ".join(there)}')
        channel = Channel(
            name=TERMINAL,
            manifest=_carried(manifest, stand_in),
            persona=persona or (_USUAL if _USUAL in there else there[0]),
        )
        host = ChannelHost(
            channel=channel,
            services=services,
            inbox=self._engine.inbox,
            mount=_no_mount,
            report=lambda _channel, _why: None,
            log=get_logger(f"channel.{TERMINAL}"),
        )
        self._engine.channels.start(channel, manifest.config.model_construct(), host)

    async def words(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return texts of the interface."""
        return self._joined().words(arguments.get("language"), *arguments.get("keys", []))

    async def personas(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the personas there are."""
        cards = self._joined().personas(arguments.get("language"))
        return {
            "personas": [
                {"id": c.id, "name": c.name, "about": c.about, "gender": c.gender} for c in cards
            ]
        }

    async def menu(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the commands of a menu in a language, and the languages there are."""
        host = self._joined()
        entries = host.menu(str(arguments.get("language") or ""))
        return {
            "entries": [{"command": e.command, "description": e.description} for e in entries],
            "languages": list(host.languages),
        }

    def _joined(self) -> Host:
        if self._host is None:
            raise OperatorError("no terminal is talking with this Amity")
        return self._host


def _carried(manifest: Manifest, stand_in: _StandIn) -> Manifest:
    def factory(_name: str, _options: BaseModel) -> _StandIn:
        return stand_in

    return replace(manifest, load=lambda: factory)


def _no_mount(*_: object) -> None:
    raise OperatorError("a terminal serves no pages")


def _answers(host: Host) -> Any:
    async def answer(name: str, values: Sequence[Any]) -> Any:
        if name not in _ASKED:
            raise OperatorError(f"a terminal cannot ask for {name}")
        asked: Any = host
        for step in name.split("."):
            asked = getattr(asked, step)
        options = values[-1] if values and isinstance(values[-1], dict) else {}
        positional = values[:-1] if options else values
        return await asked(*positional, **options)

    return answer
