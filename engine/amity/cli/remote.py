"""The host of a terminal whose engine is another process: every question goes over the socket."""

import socket
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import orjson

from amity.adapter import (
    Acceptance,
    AdapterState,
    JournalEntry,
    KeyInfo,
    MediaStore,
    MenuEntry,
    PersonaCard,
    Profile,
)
from amity.clock import Clock
from amity.errors import OperatorError
from amity.http.control import SOCKET_NAME, VERSION, socket_address
from amity.http.exchange import Exchange
from amity.message import Address, Command, Inbound, MediaRef, Outbound, Part, Sender
from amity.observe import get_logger

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef

__all__ = ["RemoteHost"]


class _State:
    """The adapter's few values, kept by the engine."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def get(self, key: str) -> str | None:
        """Return the value, or ``None``."""
        return cast("str | None", await self._exchange.call("state.get", key))

    async def put(self, key: str, value: str) -> None:
        """Keep a value."""
        await self._exchange.call("state.put", key, value)


class _Media:
    """Files on their way to the person."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        """Return a file that belongs to this sender, or ``None``."""
        found = await self._exchange.call("media.open", sender, key)
        return cast("tuple[MediaRef, bytes] | None", found)

    async def read(self, media: MediaRef) -> bytes | None:
        """Return the bytes of a file, or ``None`` if it expired."""
        return cast("bytes | None", await self._exchange.call("media.read", media))


class RemoteHost:
    """What the core gives the terminal's adapter, from afar."""

    def __init__(self, *, channel: str, data: Path, exchange: Exchange, clock: Clock) -> None:
        self.channel = channel
        self.clock = clock
        self.log = get_logger(f"channel.{channel}")
        self.state: AdapterState = _State(exchange)
        self.media: MediaStore = _Media(exchange)
        self._data = data
        self._exchange = exchange

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        """Take events in; see ``amity.adapter.Host``."""
        return cast("list[Acceptance]", await self._exchange.call("accept", list(batch)))

    def mount(
        self,
        routes: "Iterable[AbstractRouteDef]",
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> NoReturn:
        """Refuse: a terminal serves no pages."""
        raise OperatorError("a terminal serves no pages")

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        """Return the personas that can be chosen."""
        said = self._ask("chat.personas", {"language": language})
        return [PersonaCard(**card) for card in said["personas"]]

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        """Return texts of the interface."""
        return self._ask("chat.words", {"language": language, "keys": keys})

    def menu(self, language: str) -> list[MenuEntry]:
        """Return the commands that a menu shows."""
        said = self._ask("chat.menu", {"language": language})
        return [MenuEntry(**entry) for entry in said["entries"]]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        """Return the word that a message is."""
        from amity.turn.words import command_of  # a terminal that only talks starts without it

        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the interface."""
        found: Sequence[str] = self._ask("chat.menu", {})["languages"]
        return found

    def connected(self) -> None:
        """Say nothing: a terminal is there as long as it runs."""

    def disconnected(self, why: str) -> None:
        """Say nothing: a terminal is there as long as it runs."""

    async def chat_moved(self, chat: str, to: str) -> None:
        """Say nothing: a terminal has one chat."""

    async def profile(self, sender: Sender) -> Profile:
        """Return how the core knows a sender."""
        return cast("Profile", await self._exchange.call("profile", sender))

    async def journal(self, sender: Sender, **options: Any) -> list[JournalEntry]:
        """Return committed messages."""
        found = await self._exchange.call("journal", sender, options)
        return cast("list[JournalEntry]", found)

    async def reply_of(
        self, sender: Sender, address: Address, message_id: str
    ) -> list[Outbound] | None:
        """Return what answered a message."""
        found = await self._exchange.call("reply_of", sender, address, message_id)
        return cast("list[Outbound] | None", found)

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        """Make a bearer key."""
        return cast("str | None", await self._exchange.call("issue_key", sender, label))

    async def keys(self, sender: Sender) -> list[KeyInfo]:
        """Return the sender's keys."""
        return cast("list[KeyInfo]", await self._exchange.call("keys", sender))

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        """Make a key worthless."""
        return bool(await self._exchange.call("revoke_key", sender, id))

    async def issue_recovery(self, sender: Sender) -> str | None:
        """Make a recovery code."""
        return cast("str | None", await self._exchange.call("issue_recovery", sender))

    async def recover(self, sender: Sender, code: str) -> bool:
        """Make the sender an identity of the person whose code this is."""
        return bool(await self._exchange.call("recover", sender, code))

    def _ask(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Ask at once, on a connection of its own: the contract answers these without awaiting.

        The engine is on this machine and answers from memory; the terminal has nothing else to do.
        """
        request = {"v": VERSION, "command": command, "arguments": arguments}
        with (
            socket_address(self._data / SOCKET_NAME) as address,
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line,
        ):
            line.settimeout(5)
            try:
                line.connect(address)
                line.sendall(orjson.dumps(request) + b"\n")
                with line.makefile("rb") as answers:
                    said = orjson.loads(answers.readline() or b"{}")
            except OSError:
                raise OperatorError("the running Amity ended") from None
        if "result" not in said:
            raise OperatorError(
                str(said.get("error", {}).get("message", "the running Amity ended"))
            )
        return cast("dict[str, Any]", said["result"])
