"""What the stages and words of a turn work with, handed in by the engine."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from amity.adapter import MenuEntry
from amity.clock import Clock, at
from amity.datamap.declarations import CONVERSATIONS, PEOPLE
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.memory.conversations import Conversation, Conversations
from amity.memory.history import History
from amity.models.contract import Usage
from amity.models.failover import Models
from amity.people import Evidence, People, Person, Recipient
from amity.persona import Composer, Persona, PersonaLibrary
from amity.safety import Screening
from amity.sealed import SealedText
from amity.store.contract import Access, Get, Operation
from amity.store.vault import Vault
from amity.support import Support
from amity.turn.channel import Channel
from amity.turn.limits import RateLimit
from amity.turn.turn import Flow, Turn
from amity.turn.words import WORDS

__all__ = [
    "Care",
    "Ceilings",
    "Counts",
    "Facts",
    "Recorder",
    "Rights",
    "Services",
    "Texts",
    "download_id",
]


class Texts(Protocol):
    """The interface's texts."""

    def text(self, language: str, key: str, /, **values: str | int) -> str:
        """Return a text in a language, its placeholders filled in."""
        ...

    def best(self, tag: str | None) -> str:
        """Return the language of the interface for a BCP 47 tag."""
        ...

    @property
    def languages(self) -> Sequence[str]:
        """The languages there are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a clearing or an erasure removed.

    Attributes:
        messages: Messages of the person.
        replies: What was said to them.
        conversations: Conversations that were touched.
        keys: Data keys that were destroyed.
        identities: Accounts and keys of the person that were forgotten.
        proofs: Proofs of consent that are kept, and lead to nobody.
    """

    messages: int = 0
    replies: int = 0
    conversations: int = 0
    keys: int = 0
    identities: int = 0
    proofs: int = 0

    def __bool__(self) -> bool:
        """Whether anything was there to remove."""
        return bool(self.messages or self.replies or self.identities)


class Rights(Protocol):
    """What people can demand about their data."""

    async def clear(self, person: str, conversation: str | None) -> Counts:
        """Clear one conversation, or all."""
        ...

    async def erase(self, person: str) -> Counts:
        """Erase a person. Gone when this returns."""
        ...

    async def export(self, person: Person, language: str) -> tuple[str, bytes]:
        """Return a file name and a ZIP with everything about a person."""
        ...

    async def resume(self) -> None:
        """Finish every erasure that a crash cut off."""
        ...

    async def sweep(
        self, retention: Mapping[str, int | None], *, dry_run: bool, thorough: bool = False
    ) -> Mapping[str, int]:
        """Delete what is past its time; return how many rows of each collection.

        With ``thorough`` also what another process wrote about people while they were erased.
        """
        ...


class Care(Protocol):
    """What safety knows: how to judge a message, and where help is."""

    def judge(self, said: SealedText, language: str) -> Screening:
        """Judge what came in."""
        ...

    def helplines(self, language: str, country: str | None) -> str:
        """Return the helplines of a country as text; the directories where it is unknown."""
        ...

    def crisis(self, language: str, country: str | None, *, young: bool = False) -> str:
        """Return caring words with the helplines of a country, those for the young first."""
        ...

    def parse_country(self, text: str) -> str | None:
        """Return the ISO 3166 code of a country that a text names, or ``None``."""
        ...

    def country_from_settings(self, text: str) -> str | None:
        """Return it for what somebody set as their country, which may be any code."""
        ...

    def help_untold(self, text: str, language: str) -> str | None:
        """Return where help is in every country, if a text says that theirs stays untold."""
        ...

    def country_name(self, code: str, language: str) -> str:
        """Return what a country is called."""
        ...


class Ceilings(Protocol):
    """How much may be used in a day."""

    async def reserve(self, turn: Turn, expected: Callable[[], Usage]) -> str | None:
        """Hold what a call may use, or return the key of the text that says what is reached."""
        ...

    def used(self, turn: Turn, usage: Usage | None) -> None:
        """Put what a call used in place of what it was expected to use."""
        ...

    def charge(self, turn: Turn) -> Sequence[Operation]:
        """Return the writes that count a turn's use."""
        ...

    def settle(self, turn: Turn, written: bool) -> None:
        """Note whether they were written."""
        ...


class Recorder(Protocol):
    """Counts for the operator, without persons or texts."""

    def failed(self, turn: Turn, stage: str, error: Exception) -> str:
        """Record a failure; return the error id that the person is told."""
        ...

    def crisis(self, country: str | None, kind: str) -> Sequence[Operation]:
        """Return the writes that count a crisis referral by day and country."""
        ...

    def broke(self, turn: Turn, stage: str, error: Exception) -> None:
        """Word a bug for the person, who gets an error id instead of an answer."""
        ...

    def turn(self, outcome: str, milliseconds: int) -> None:
        """Count a turn."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is so on this installation; replaced whole by a reload.

    Attributes:
        words: By language, facts that the interface's texts can name: service, controller, contact,
            addresses of the legal pages, recipients, retention in words.
        base_url: The public address of the service's pages, without a slash at its end.
        policy_version: The policy in force.
        policy_hash: Returns the SHA-256 of the policy's text in a language.
        recipients: Who produces replies, as the policy in force names them.
        news: Returns in a language what is new in the policy in force.
        reconsent: True if who agreed to an earlier version must agree anew.
        media_ttl: How long a file for a person is kept, in milliseconds.
        history: How many rows are read for a prompt.
        reply_tokens: The most tokens of a reply; ``None`` leaves it to the provider.
        disclose_every: After how long of continuing use it is said again that this is software, ms.
        session_gap: After how long without a word a new session begins, in milliseconds.
        late_after: How old a message is that is answered with a word about that, in milliseconds.
    """

    words: Mapping[str, Mapping[str, str | int]]
    base_url: str
    policy_version: str
    policy_hash: Callable[[str], str]
    recipients: frozenset[Recipient] = frozenset()
    news: Callable[[str], str] = lambda _language: ""
    reconsent: bool = False
    media_ttl: int = 24 * 3_600_000
    history: int = 60
    reply_tokens: int | None = None
    disclose_every: int = 3 * 3_600_000
    session_gap: int = 6 * 3_600_000
    late_after: int = 12 * 3_600_000


def download_id(vault: Vault, token: str) -> str:
    """Return the id under which a file lies that a link with this secret leads to."""
    return vault.blind("download", token)


@dataclass(slots=True, kw_only=True)
class Services:
    """All of it. ``facts``, ``personas`` and ``models`` are replaced by a reload.

    ``exports`` is how often a person's export is made anew: that is work.

    ``support`` needs the others; who makes them sets it next.
    """

    vault: Vault
    clock: Clock
    ids: Ids
    people: People
    conversations: Conversations
    history: History
    texts: Texts
    personas: PersonaLibrary
    composer: Composer
    models: Models
    rights: Rights
    ceilings: Ceilings
    record: Recorder
    care: Care
    facts: Facts
    exports: RateLimit
    support: Support = field(init=False)
    extra_words: Mapping[str, Callable[[Turn, SealedText], Awaitable[Flow]]] = field(
        default_factory=dict
    )

    def text(self, language: str, key: str, /, **values: str | int) -> str:
        """Return a text of the interface with the installation's facts filled in."""
        facts = self.facts.words.get(language) or self.facts.words["en"]
        return self.texts.text(language, key, **{**facts, **values})

    def help(self, language: str, persona: str, country: str | None) -> str:
        """Return what can be done here, with crisis lines: anybody may ask, also a stranger."""
        words = self.text(language, "help", persona=persona)
        return f"{words}\n\n{self.care.helplines(language, country)}"

    def menu(self, channel: Channel, language: str) -> list[MenuEntry]:
        """Return the commands that a channel's menu shows."""
        asked_for = channel.manifest.menu_words
        return [
            MenuEntry(command=word.name, description=self.text(language, f"menu.{word.name}"))
            for word in WORDS.values()
            if word.listed or word.name in asked_for
        ]

    async def look(
        self, person: str, conversation: str
    ) -> tuple[Person | None, Conversation | None]:
        """Return a person and a conversation of theirs as they are now, in one round trip."""
        rows = await self.vault.read(
            [Get(PEOPLE, person), Get(CONVERSATIONS, conversation)],
            Access(Purpose.SERVICE, person),
        )
        return (
            None if rows[0] is None else Person.from_row(rows[0]),
            None if rows[1] is None else Conversation.from_row(rows[1]),
        )

    def choices(self, channel: Channel) -> list[Persona]:
        """Return the personas that can be chosen on a channel, its own first."""
        offered = [
            p for p in self.personas.values() if not channel.personas or p.id in channel.personas
        ]
        return sorted(offered, key=lambda p: (p.id != channel.persona, p.id))

    def persona_for(self, channel: Channel, id: str) -> Persona:
        """Return a persona; the channel's own where the named one is not there any more."""
        found = self.personas.get(id) or self.personas.get(channel.persona)
        return found or self.choices(channel)[0]

    def until(self, person: Person) -> str:
        """Return when a restriction ends, in the person's time zone."""
        ends = at(person.restricted_until or self.clock.now())
        zone = ZoneInfo(person.time_zone or "UTC")
        return ends.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")

    def language(self, person: Person) -> str:
        """Return the language in which the service speaks with a person."""
        return self.texts.best(person.language or person.locale)

    def called(self, person: Person | None, language: str) -> str:
        """Return what a persona's own texts call somebody who reads them."""
        name = person.call_name if person is not None else None
        return name.reveal() if name else self.texts.text(language, "persona.you")

    async def settled(self, person: Person) -> Person:
        """Return a person with whom they agreed to, where that was not noted with their consent."""
        if person.recipients is not None or not person.consented:
            return person
        facts = self.facts
        return await self.people.note_recipients(person, facts.policy_hash, facts.recipients)

    def evidence(self, turn: Turn) -> Evidence:
        """Return how the statement that this turn is was made."""
        heard = turn.heard
        return Evidence(
            channel=turn.channel.name,
            method=heard.method if heard is not None else "unknown",
            language=turn.language,
            policy_version=self.facts.policy_version,
            policy_hash=self.facts.policy_hash(turn.language),
            recipients=self.facts.recipients,
        )
