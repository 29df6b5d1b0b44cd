"""How support reaches the chats of channels."""

import asyncio
from collections.abc import Callable, Mapping

from amity.clock import Clock
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import Conflict, KeyDestroyed, Unknown
from amity.ids import Ids
from amity.memory.conversations import Conversation, Conversations
from amity.message import Address, Outbound, Outcome, Part, Receipt
from amity.people import Person
from amity.render import fit_parts
from amity.store.contract import Access, Add
from amity.store.vault import Vault
from amity.turn.channel import Channel
from amity.turn.rows import envelope_row
from amity.turn.sending import Sending, Wanted

__all__ = ["ChannelCarrier"]


class ChannelCarrier:
    """Reaches the chats of the channels that run; see ``amity.support.Carrier``."""

    def __init__(
        self,
        *,
        channels: Callable[[], Mapping[str, Channel]],
        vault: Vault,
        conversations: Conversations,
        clock: Clock,
        ids: Ids,
        count: Callable[[str, str], None],
        doubtful: Callable[[str], None],
    ) -> None:
        self._channels = channels
        self._vault = vault
        self._conversations = conversations
        self._clock = clock
        self._ids = ids
        self._sending = Sending(count=count, doubtful=doubtful)
        self.doubtful = doubtful

    def _channel(self, name: str) -> Channel | None:
        return self._channels().get(name)

    def ready(self, channel: str) -> bool:
        """Whether a channel can send now."""
        found = self._channel(channel)
        return found is not None and found.running.is_set()

    def idempotent(self, channel: str) -> bool:
        """Whether sending the same again cannot show it twice."""
        found = self._channel(channel)
        return found is not None and found.manifest.capabilities.idempotent_send

    def pieces(self, channel: str, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
        """Return a message as the channel takes it."""
        found = self._channel(channel)
        if found is None:
            return [parts]
        return [tuple(piece) for piece in fit_parts(parts, found.manifest.capabilities)]

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        *,
        wanted: Wanted,
        off: asyncio.Event | None = None,
    ) -> Receipt:
        """Hand a message to its channel, and again as long as it is wanted."""
        channel = self._channel(address.channel)
        if channel is None:
            return Receipt(outcome=Outcome.FAILED, error=Unknown("there is no such channel"))
        return await self._sending.send(channel, address, outbound, wanted=wanted, off=off)

    async def take_back(self, address: Address, message_id: str) -> None:
        """Delete one of our messages where the platform can."""
        channel = self._channel(address.channel)
        if channel is not None:
            await self._sending.delete(channel, address, message_id)

    def own_chat(self, channel: str, owner: str) -> str:
        """Return the chat of a person or account on a channel that names no chats."""
        return self._conversations.own_chat(channel, owner)

    async def envelope(self, person: Person, address: Address, id: str) -> str:
        """Give a message a place in a person's journal; see ``amity.support.Carrier``."""
        channel = self._channel(address.channel)
        if channel is None or not channel.manifest.capabilities.journal:
            return ""
        access = Access(Purpose.DELIVERY, person.id)
        row = await self._vault.store.get(MESSAGES, id, access)
        if row is not None:
            return str(row["position"] or "")
        place = self._conversations.place(address, private=True)
        try:
            known = await self._conversations.known(person.id, place, None, channel.persona)
            return await self._enter(known, person, id)
        except (Conflict, KeyDestroyed):  # cleared in this moment
            self._conversations.forget()
            known = await self._conversations.known(person.id, place, None, channel.persona)
            return await self._enter(known, person, id)

    async def _enter(self, conversation: Conversation, person: Person, id: str) -> str:
        position = self._ids.new()
        row = envelope_row(
            conversation,
            id=id,
            position=position,
            now=self._clock.now(),
            policy_version=person.policy_version,
        )
        await self._vault.write([Add(MESSAGES, row)], Access(Purpose.DELIVERY, person.id))
        return position
