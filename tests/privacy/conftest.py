"""A real vault, and people in it with something to lose."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amity.codec import encode_parts
from amity.datamap.declarations import (
    CHATS,
    CONVERSATIONS,
    COUNTERS,
    DECISIONS,
    ENGINE,
    FORMER_NAMES,
    MEDIA,
    MESSAGES,
    TICKET_MESSAGES,
    TICKETS,
)
from amity.datamap.schema import (
    Basis,
    Category,
    Collection,
    DataMap,
    Field,
    Form,
    Index,
    KeyScope,
    Purpose,
)
from amity.ids import Ids
from amity.message import Sender, Text
from amity.people import Evidence, People, Person, Scope
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add
from amity.store.vault import Vault
from tests.support.vaults import SQLITE, MovedClock, open_test_vault

EVIDENCE = Evidence(
    channel="web", method="button", language="en", policy_version="1", policy_hash="ab" * 32
)
ALL = Access(Purpose.RETENTION, EVERYONE)
RIGHTS = Access(Purpose.RIGHTS, EVERYONE)

NOTES = Collection(
    id=900,
    name="notes_of_a_plugin",
    about="What a plugin keeps of a conversation.",
    subject="person",
    keys=KeyScope.CONVERSATION,
    category=Category.CONVERSATION,
    purposes=frozenset({Purpose.SERVICE, Purpose.RIGHTS, Purpose.RETENTION}),
    basis=Basis.CONSENT,
    retention="messages",
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="Whose."),
        Field(id=2, name="conversation", category=Category.TECHNICAL, about="Where."),
        Field(id=3, name="generation", kind=MESSAGES.by_name["generation"].kind, about="When."),
        Field(id=4, name="note", form=Form.SEALED, about="What."),
    ),
    indexes=(
        Index(name="person", fields=("person",)),
        Index(name="conversation", fields=("conversation",)),
    ),
)
DATAMAP = DataMap((*ENGINE.collections, NOTES))


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def ids(clock: MovedClock) -> Ids:
    return Ids(clock)


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where the rows lie: every test here runs on both stores."""
    return str(request.getfixturevalue("mongo_url")) if request.param == "mongo" else SQLITE


@pytest.fixture
async def vault(store_url: str, tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await open_test_vault(tmp_path, DATAMAP, url=store_url)
    yield vault
    await vault.aclose()


@pytest.fixture
def people(vault: Vault, clock: MovedClock, ids: Ids) -> People:
    return People(vault, clock, ids, gate_ttl_ms=24 * 3600 * 1000)


@dataclass
class World:
    """Makes people and their rows."""

    vault: Vault
    people: People
    clock: MovedClock
    ids: Ids

    async def member(self, sender: str, name: str) -> Person:
        person = await self.people.meet("chat", Sender(id=f"platform-{sender}", locale="en"))
        person = await self.people.state_adult(person, EVIDENCE)
        person = await self.people.agree(person, {Scope.SERVICE}, EVIDENCE)
        await self.people.issue_key(person, f"label-of-{name}")
        await self.people.issue_recovery(person)
        return await self.people.set(
            person, call_name=SealedText(name), language="en", country="DE", time_zone="UTC"
        )

    async def write(self, collection: Collection, row: Mapping[str, Any]) -> None:
        access = Access(Purpose.SERVICE, EVERYONE)
        if Purpose.SERVICE not in collection.purposes:
            access = RIGHTS
        await self.vault.write([Add(collection, row)], access)

    async def conversation(self, person: Person, persona: str = "mia") -> str:
        conversation = self.vault.blind("conversation", person.id, persona)
        now = self.clock.now()
        await self.write(
            CONVERSATIONS,
            {
                "id": conversation,
                "person": person.id,
                "room": self.vault.blind("room", conversation),
                "chat": self.vault.blind("chat", conversation),
                "channel": "web",
                "persona": persona,
                "private": True,
                "address": SealedText(f"address-of-{person.id}"),
                "generation": 1,
                "session": self.ids.new(),
                "session_at": now,
                "disclosed_at": None,
                "active_at": now,
                "created_at": now,
                "persona_version": None,
            },
        )
        return conversation

    def message(self, person: Person, conversation: str, text: str, generation: int = 1) -> Add:
        row: dict[str, Any] = dict.fromkeys(MESSAGES.by_name)
        row |= {
            "id": self.ids.new(),
            "person": person.id,
            "conversation": conversation,
            "generation": generation,
            "direction": "in",
            "kind": "message",
            "state": "answered",
            "part": 0,
            "body": encode_parts((Text(SealedText(text)),)),
            "time": self.clock.now(),
            "cut": False,
            "attempts": 0,
            "engine_version": "0",
            "standalone": False,
        }
        return Add(MESSAGES, row)

    async def say(self, person: Person, conversation: str, text: str, generation: int = 1) -> None:
        await self.vault.write(
            [self.message(person, conversation, text, generation)],
            Access(Purpose.SERVICE, person.id),
        )

    async def everything(self, person: Person, word: str) -> str:
        """Put a row about a person into every collection about people; return a conversation."""
        conversation = await self.conversation(person)
        now = self.clock.now()
        await self.say(person, conversation, f"first {word}")
        await self.say(person, conversation, f"second {word}")
        mine = {"person": person.id}
        await self.write(
            CHATS, mine | {"id": f"chat-{person.id}", "channel": "web", "persona": "mia"}
        )
        counter = {"id": f"c-{person.id}", "name": "messages", "day": "2026-11-23", "amount": 2.0}
        await self.write(COUNTERS, mine | counter)
        decision = {
            "id": self.ids.new(),
            "rule": "conduct.spam",
            "state": "restricted",
            "time": now,
        }
        await self.write(DECISIONS, mine | decision)
        media = {
            "id": self.ids.new(),
            "media_type": "application/zip",
            "name": "export.zip",
            "content": f"file {word}".encode(),
            "size": 9,
            "expires_at": now + 1000,
        }
        await self.write(MEDIA, mine | media)
        note = {"id": self.ids.new(), "conversation": conversation, "generation": 1}
        await self.write(NOTES, mine | note | {"note": SealedText(f"note {word}")})
        former = {"id": self.ids.new(), "conversation": conversation, "generation": 1}
        await self.write(FORMER_NAMES, mine | former | {"name": SealedText(f"name {word}")})
        await self.ticket(person.id, word)
        return conversation

    async def ticket(
        self, holder: str, word: str, *, account: str = "", closed: bool = False
    ) -> str:
        """Put a ticket with a message into the store; with an account it is its own holder."""
        now, id = self.clock.now(), self.ids.new()
        holder = id if account else holder
        ticket: dict[str, Any] = dict.fromkeys(TICKETS.by_name)
        ticket |= {
            "id": id,
            "holder": holder,
            "account": account or None,
            "open_for": None if closed else account or holder,
            "number": int.from_bytes(id[-6:].encode()),
            "state": "closed" if closed else "open",
            "topic": "question",
            "address": SealedText(f"address {word}"),
            "created_at": now,
            "active_at": now,
            "closed_at": now if closed else None,
        }
        await self.write(TICKETS, ticket)
        await self.ticket_message(holder, id, word, account=account)
        return id

    async def ticket_message(
        self, holder: str, ticket: str, word: str, *, account: str = ""
    ) -> None:
        """Put a message of a ticket into the store."""
        message: dict[str, Any] = dict.fromkeys(TICKET_MESSAGES.by_name)
        message |= {
            "id": self.ids.new(),
            "holder": holder,
            "account": account or None,
            "ticket": ticket,
            "kind": "request",
            "body": SealedText(f"ticket {word}"),
            "time": self.clock.now(),
            "state": "sent",
            "attempts": 0,
            "shown": 1,
            "revised": 0,
        }
        await self.write(TICKET_MESSAGES, message)


@pytest.fixture
def world(vault: Vault, people: People, clock: MovedClock, ids: Ids) -> World:
    return World(vault, people, clock, ids)
