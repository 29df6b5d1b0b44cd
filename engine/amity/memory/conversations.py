"""Conversations: channel, chat, thread and persona, for one person."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

import orjson

from amity.clock import Clock
from amity.datamap.declarations import CHATS, CONVERSATIONS
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.message import Address
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add, Change, Operation, Put
from amity.store.vault import OpenRow, Vault

T = TypeVar("T")
_MOST_KNOWN: Final = 10_000

__all__ = ["Conversation", "Conversations", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's side of a conversation, as the store knows it."""

    id: str
    person: str
    room: str
    chat: str
    channel: str
    persona: str
    private: bool
    address: Address
    generation: int
    session: str
    session_at: int
    disclosed_at: int | None
    active_at: int
    created_at: int
    persona_version: str | None
    unreachable_at: int | None = None

    @classmethod
    def from_row(cls, row: OpenRow) -> "Conversation":
        """Make the value from a row of ``conversations``."""
        values: dict[str, Any] = dict(row)
        sealed = values.pop("address")
        assert isinstance(sealed, SealedText)
        channel, chat, thread = orjson.loads(sealed.reveal())
        return cls(address=Address(channel=channel, chat=chat, thread=thread), **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event happened, with the keyed hashes under which it is stored.

    Attributes:
        address: The address, its chat resolved.
        chat: Keyed hash of channel, chat and thread, the key of the chat's row.
        private: True if only the person and the bot are there.
    """

    address: Address
    chat: str
    private: bool


class Conversations:
    """Reads and makes conversations and remembers a chat's active persona."""

    def __init__(self, vault: Vault, clock: Clock, ids: Ids) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._chats = lru_cache(maxsize=_MOST_KNOWN)(partial(vault.blind, "chat"))
        self._hashes = lru_cache(maxsize=_MOST_KNOWN)(partial(vault.blind, "conversation"))
        self._active: OrderedDict[str, str] = OrderedDict()
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()

    def own_chat(self, channel: str, person_or_identity: str) -> str:
        """Return the chat id of somebody's own private chat, for channels that name none."""
        return self._vault.blind("own chat", channel, person_or_identity)

    def place(self, address: Address, *, private: bool) -> Place:
        """Return a place for a resolved address."""
        chat = self._chats(address.channel, address.chat, address.thread or "")
        return Place(address=address, chat=chat, private=private)

    def conversation_id(self, person: str, place: Place, persona: str) -> str:
        """Return the id of a person's conversation with a persona at a place."""
        return self._hashes(person, place.chat, persona)

    async def known(
        self, person: str, place: Place, wanted: str | None, usual: str
    ) -> Conversation:
        """Return the conversation that a message belongs to, from memory where it was used lately.

        Another process may have cleared it or switched the persona since: whoever writes under its
        generation is refused then (``KeyDestroyed``), calls ``forget`` and asks again.

        Args:
            person: The person's id.
            place: Where the message came from.
            wanted: The persona that the message itself names.
            usual: The persona where nobody chose one.
        """
        persona = wanted or self._active.get(place.chat)
        if persona is None:
            persona = await self.active_persona(person, place) or usual
            self._remember(self._active, place.chat, persona)
        id = self.conversation_id(person, place, persona)
        found = self._conversations.get(id)
        if found is None:
            found = await self.open(person, place, persona)
            self._remember(self._conversations, id, found)
        return found

    def forget(self) -> None:
        """Drop what is kept in memory of all conversations, with the chosen personas."""
        self._chats.cache_clear()
        self._hashes.cache_clear()
        self._active.clear()
        self._conversations.clear()

    @staticmethod
    def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
        memory[key] = value
        if len(memory) > _MOST_KNOWN:
            memory.popitem(last=False)

    async def active_persona(self, person: str, place: Place) -> str | None:
        """Return the persona that was chosen in a chat, or ``None`` if nobody chose."""
        row = await self._vault.get(
            CHATS, place.chat, Access(Purpose.SERVICE, _subject(person, place))
        )
        return None if row is None else str(row["persona"])

    async def choose_persona(self, person: str, place: Place, persona: str) -> None:
        """Make a persona the active one of a chat."""
        row: OpenRow = {
            "id": place.chat,
            "person": person if place.private else None,
            "channel": place.address.channel,
            "persona": persona,
        }
        await self._vault.write([Put(CHATS, row)], Access(Purpose.SERVICE, _subject(person, place)))
        self._remember(self._active, place.chat, persona)

    async def get(self, id: str, person: str) -> Conversation | None:
        """Return a conversation of that person, or ``None``."""
        row = await self._vault.get(CONVERSATIONS, id, Access(Purpose.SERVICE, person))
        return None if row is None else Conversation.from_row(row)

    async def open(self, person: str, place: Place, persona: str) -> Conversation:
        """Return the person's conversation with a persona at a place, made if it is new."""
        id = self.conversation_id(person, place, persona)
        found = await self.get(id, person)
        if found is not None:
            return found
        now = self._clock.now()
        conversation = Conversation(
            id=id,
            person=person,
            room=self._vault.blind("room", place.chat, persona),
            chat=place.chat,
            channel=place.address.channel,
            persona=persona,
            private=place.private,
            address=place.address,
            generation=1,
            session=self._ids.new(),
            session_at=now,
            disclosed_at=None,
            active_at=now,
            created_at=now,
            persona_version=None,
        )
        add = Add(CONVERSATIONS, _row(conversation), ignore_duplicate=True)
        await self._vault.write([add], Access(Purpose.SERVICE, person))
        return await self.get(id, person) or conversation

    async def of_person(self, person: str) -> list[Conversation]:
        """Return all conversations of a person, last active first."""
        rows = await self._vault.find(
            CONVERSATIONS,
            "person",
            Access(Purpose.SERVICE, person),
            equal={"person": person},
            descending=True,
        )
        return [Conversation.from_row(row) for row in rows]

    def touch(self, conversation: Conversation, **fields: str | int | None) -> Operation:
        """Return the write that changes plain fields, a no-op once the generation moved on."""
        return Change(
            CONVERSATIONS,
            conversation.id,
            fields,
            when={"generation": conversation.generation},
            lenient=True,
        )


def _subject(person: str, place: Place) -> str:
    return person if place.private else EVERYONE


def _row(conversation: Conversation) -> OpenRow:
    address = conversation.address
    sealed = orjson.dumps([address.channel, address.chat, address.thread]).decode()
    return {
        "id": conversation.id,
        "person": conversation.person,
        "room": conversation.room,
        "chat": conversation.chat,
        "channel": conversation.channel,
        "persona": conversation.persona,
        "private": conversation.private,
        "address": SealedText(sealed),
        "generation": conversation.generation,
        "session": conversation.session,
        "session_at": conversation.session_at,
        "disclosed_at": conversation.disclosed_at,
        "active_at": conversation.active_at,
        "created_at": conversation.created_at,
        "persona_version": conversation.persona_version,
        "unreachable_at": conversation.unreachable_at,
    }
