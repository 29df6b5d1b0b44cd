"""What the core gives an adapter: the host of one channel."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from amity.adapter import (
    Acceptance,
    AdapterState,
    JournalEntry,
    KeyInfo,
    MediaStore,
    MenuEntry,
    PersonaCard,
    Profile,
    Settings,
)
from amity.codec import decode_parts
from amity.datamap.declarations import ADAPTER_STATE, MEDIA, MESSAGES
from amity.datamap.schema import Purpose
from amity.memory.conversations import Conversation
from amity.message import Address, Command, Event, Inbound, MediaRef, Outbound, Part, Sender
from amity.people import IdentityKind, Person
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, NOBODY, Access, Put, Range
from amity.store.vault import OpenRow
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity.turn.rows import is_said_before, outbound_of, stands_for_words
from amity.turn.services import Services
from amity.turn.words import command_of

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef
    from structlog.typing import FilteringBoundLogger

__all__ = ["ChannelHost"]

_LOOK_BACK = 30
_JOURNALED = frozenset({"sent", "partial", "ready"})


class _State:
    """An adapter's few values, sealed."""

    def __init__(self, services: Services, channel: str) -> None:
        self._services = services
        self._channel = channel

    def _id(self, key: str) -> str:
        return self._services.vault.blind("adapter state", self._channel, key)

    async def get(self, key: str) -> str | None:
        access = Access(Purpose.OPERATION, NOBODY)
        row = await self._services.vault.get(ADAPTER_STATE, self._id(key), access)
        value = None if row is None else row["value"]
        return value.reveal() if isinstance(value, SealedText) else None

    async def put(self, key: str, value: str) -> None:
        row: OpenRow = {
            "id": self._id(key),
            "channel": self._channel,
            "value": SealedText(value),
            "updated_at": self._services.clock.now(),
        }
        await self._services.vault.write(
            [Put(ADAPTER_STATE, row)], Access(Purpose.OPERATION, NOBODY)
        )


class _Media:
    """Files on their way to a person."""

    def __init__(self, services: Services, realm: str) -> None:
        self._services = services
        self._realm = realm

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        person = await self._services.people.find(self._realm, sender.id)
        if person is None or not person.stored:
            return None
        return await self._read(key, person.id)

    async def read(self, media: MediaRef) -> bytes | None:
        found = await self._read(media.key, EVERYONE)
        return None if found is None else found[1]

    async def _read(self, key: str, subject: str) -> tuple[MediaRef, bytes] | None:
        row = await self._services.vault.get(MEDIA, key, Access(Purpose.RIGHTS, subject))
        if row is None or cast("int", row["expires_at"]) <= self._services.clock.now():
            return None
        ref = MediaRef(
            key=key,
            media_type=str(row["media_type"]),
            size=cast("int", row["size"]),
            name=str(row["name"]),
        )
        return ref, cast("bytes", row["content"])


class ChannelHost:
    """The host of one channel."""

    def __init__(
        self,
        *,
        channel: Channel,
        services: Services,
        inbox: Inbox,
        mount: "Callable[[str, Iterable[AbstractRouteDef], float | None, bool], None]",
        report: Callable[[Channel, str], None],
        log: "FilteringBoundLogger",
    ) -> None:
        """Make the host.

        Args:
            channel: Whose it is.
            services: What it asks.
            inbox: Where events go.
            mount: Serves HTTP routes of a channel.
            report: Told why the platform does not answer; nothing where it does.
            log: The channel's log.
        """
        self._channel = channel
        self._report = report
        self._services = services
        self._inbox = inbox
        self._mount = mount
        self.channel = channel.name
        self.clock = services.clock
        self.log = log
        self.state: AdapterState = _State(services, channel.name)
        self.media: MediaStore = _Media(services, channel.realm)

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        """Take events in; see ``amity.adapter.Host``."""
        return await self._inbox.accept(self._channel, batch)

    def mount(
        self,
        routes: "Iterable[AbstractRouteDef]",
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        """Serve HTTP routes on the public address."""
        self._mount(self._channel.name, routes, answer_within, limits_bodies)

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        """Return the personas that can be chosen here, the channel's own first."""
        tag = self._services.texts.best(language)
        you = self._services.called(None, tag)
        return [
            PersonaCard(
                id=p.id, name=p.name(tag), about=p.about_in(tag, you), gender=p.gender.value
            )
            for p in self._services.choices(self._channel)
        ]

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        """Return texts of the interface."""
        tag = self._services.texts.best(language)
        persona = self._services.choices(self._channel)[0].name(tag)
        texts = {key: self._services.text(tag, key, persona=persona) for key in keys}
        if "help" in texts:
            texts["help"] = self._services.help(tag, persona, None)
        return texts

    def menu(self, language: str) -> list[MenuEntry]:
        """Return the commands that a menu shows."""
        return self._services.menu(self._channel, self._services.texts.best(language))

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        """Return the word that a message is."""
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the interface, the one to fall back on first."""
        return self._services.texts.languages

    def connected(self) -> None:
        """Take note that the platform answers."""
        self._report(self._channel, "")

    def disconnected(self, why: str) -> None:
        """Take note that it does not."""
        self._report(self._channel, why)

    async def chat_moved(self, chat: str, to: str) -> None:
        """Take note that a chat is another one from now on: the operators' may be it."""
        await self._services.support.chat_moved(self._channel.name, chat, to)

    async def _find(self, sender: Sender) -> Person | None:
        return await self._services.people.find(self._channel.realm, sender.id)

    async def profile(self, sender: Sender) -> Profile:
        """Return how the core knows a sender."""
        services = self._services
        person = await self._find(sender)
        identity = services.people.identity_id(self._channel.realm, sender.id)
        owner = person.id if person is not None and person.stored else identity
        chat = services.conversations.own_chat(self._channel.name, owner)
        if person is None or not person.stored:
            state = "stranger" if person is None else person.state.value
            return Profile(state=state, chat=chat, language=services.texts.best(sender.locale))
        place = services.conversations.place(
            Address(channel=self._channel.name, chat=chat), private=True
        )
        active = await services.conversations.active_persona(person.id, place)
        mine = [
            c
            for c in await services.conversations.of_person(person.id)
            if c.channel == self._channel.name and not c.address.thread
        ]
        return Profile(
            state=person.state.value,
            chat=chat,
            language=services.language(person),
            adult=person.adult_at is not None,
            scopes=frozenset(scope.value for scope in person.scopes),
            settings=Settings(
                call_name=person.call_name,
                language=person.language,
                time_zone=person.time_zone,
                country=person.country,
            ),
            persona=active or self._channel.persona,
            personas=tuple(dict.fromkeys(c.persona for c in mine)),
            recovery=await services.people.has_recovery(person),
        )

    async def journal(
        self,
        sender: Sender,
        *,
        after: str | None = None,
        before: str | None = None,
        persona: str | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Return committed messages of the sender on this channel."""
        person = await self._find(sender)
        if person is None or not person.stored:
            return []
        conversations = {
            c.id: c
            for c in await self._services.conversations.of_person(person.id)
            if c.channel == self._channel.name
        }
        entries: list[JournalEntry] = []
        answered = _Answered()
        cursor, newest_first = (after or "", False) if after is not None else (before, True)
        while len(entries) < limit:
            bounds = Range(before=cursor) if newest_first else Range(after=cursor)
            rows = await self._services.vault.find(
                MESSAGES,
                "journal",
                Access(Purpose.SERVICE, person.id),
                equal={"person": person.id},
                range=bounds,
                descending=newest_first,
                limit=limit,
            )
            await self._note_answered(person.id, rows, answered)
            envelopes = [row for row in rows if stands_for_words(row)]
            words = await self._services.support.parts_of(envelopes) if envelopes else {}
            for row in rows:
                cursor = str(row["position"] or "")
                replies_to = tuple(answered.messages.get(str(row["turn"]), ()))
                parts = words.get(str(row["id"]), ())
                entry = _entry(row, conversations, replies_to, parts) if cursor else None
                if entry is not None and persona in (None, entry.persona):
                    entries.append(entry)
            if not rows or not cursor:
                break
        entries = entries[:limit]
        if newest_first:
            entries.reverse()
        return _with_last(entries, answered.running)

    async def _note_answered(
        self, person: str, rows: Sequence[OpenRow], answered: "_Answered"
    ) -> None:
        """Note which messages each turn answered, also where they stand just before these rows."""
        answered.note(rows)
        if all(str(row["turn"]) in answered.messages for row in rows if row["direction"] == "out"):
            return
        before = await self._services.vault.find(
            MESSAGES,
            "journal",
            Access(Purpose.SERVICE, person),
            equal={"person": person},
            range=Range(before=min(str(row["position"] or "") for row in rows)),
            descending=True,
            limit=_LOOK_BACK,
        )
        earlier = _Answered()
        earlier.note(before)
        for turn, messages in earlier.messages.items():
            answered.messages.setdefault(turn, messages)
        answered.running |= earlier.running

    async def reply_of(
        self, sender: Sender, address: Address, message_id: str
    ) -> list[Outbound] | None:
        """Return what answered a message, or ``None`` while nothing does."""
        person = await self._find(sender)
        if person is None or not person.stored:
            return []  # nothing of them is here (any more)
        place = self._inbox.place(self._channel, address, person.id, private=True)
        access = Access(Purpose.SERVICE, person.id)
        key = self._services.vault.blind("message", place.chat, message_id, Event.MESSAGE.value, "")
        found = await self._services.vault.find(
            MESSAGES, "dedupe", access, equal={"dedupe": key}, limit=1
        )
        if not found:
            return []  # cleared
        if found[0]["state"] not in ("answered", "unanswered"):
            return None
        rows = await self._services.vault.find(
            MESSAGES,
            "conversation",
            access,
            equal={"conversation": found[0]["conversation"]},
            range=Range(after=found[0]["id"]),
        )
        parts = [
            row
            for row in rows
            if row["direction"] == "out"
            and row["turn"] == found[0]["turn"]
            and row["state"] in _JOURNALED
        ]
        parts.sort(key=lambda row: str(row["position"]))
        if found[0]["state"] == "unanswered" and all(is_said_before(row) for row in parts):
            return []  # stopped or withdrawn: what goes before a reply answers nothing by itself
        return [
            outbound_of(row, persona="", in_reply_to=(message_id,), last=number == len(parts) - 1)
            for number, row in enumerate(parts)
        ]

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        """Make a bearer key for the sender's person."""
        person = await self._find(sender)
        if person is None or not person.consented:
            return None
        return await self._services.people.issue_key(person, SealedText(label))

    async def keys(self, sender: Sender) -> list[KeyInfo]:
        """Return the sender's keys."""
        person = await self._find(sender)
        if person is None or not person.stored:
            return []
        return await self._services.people.keys(person)

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        """Make a key worthless."""
        person = await self._find(sender)
        if person is None or not person.stored:
            return False
        return await self._services.people.revoke_key(person, id)

    async def issue_recovery(self, sender: Sender) -> str | None:
        """Make a recovery code."""
        person = await self._find(sender)
        if person is None or not person.consented:
            return None
        return await self._services.people.issue_recovery(person)

    async def recover(self, sender: Sender, code: str) -> bool:
        """Make the sender an identity of the person whose code this is."""
        services = self._services
        current = await self._find(sender)
        if current is not None and not current.stored:
            return False  # a blocked stranger stays one
        owner = await services.people.recover(self._channel.realm, sender.id, code)
        if owner is None:
            return False
        if current is None or current.id == owner:
            return True
        left = await services.people.identities(current.id)
        if not any(identity.kind is IdentityKind.ACCOUNT for identity in left):
            await services.rights.erase(current.id)  # its keys go with it
        return True


class _Answered:
    """Which messages each turn answered, and which turns are still at it."""

    def __init__(self) -> None:
        self.messages: dict[str, list[str]] = {}
        self.running: set[str] = set()

    def note(self, rows: Sequence[OpenRow]) -> None:
        """Take note of the messages among rows of both directions."""
        for row in rows:
            if row["direction"] == "in" and isinstance(row["platform_id"], SealedText):
                turn = str(row["turn"])
                self.messages.setdefault(turn, []).append(row["platform_id"].reveal())
                if row["state"] == "in_turn":
                    self.running.add(turn)


def _with_last(entries: list[JournalEntry], running: set[str]) -> list[JournalEntry]:
    """Mark the last message of each turn that has come to its end."""
    marked: list[JournalEntry] = []
    followed = set(running)
    for entry in reversed(entries):
        outbound = entry.outbound
        if outbound is not None:
            last = outbound.reply not in followed
            followed.add(outbound.reply)
            marked.append(replace(entry, outbound=replace(outbound, last=last)))
        else:
            marked.append(entry)
    marked.reverse()
    return marked


def _entry(
    row: OpenRow,
    conversations: dict[str, Conversation],
    replies_to: tuple[str, ...],
    parts: tuple[Part, ...],
) -> JournalEntry | None:
    """Return a row as an entry; ``parts`` are the words of one that is an envelope."""
    conversation = conversations.get(str(row["conversation"]))
    body = row["body"]
    if isinstance(body, SealedText):
        parts = decode_parts(body)
    elif not parts:
        return None
    if conversation is None:
        return None
    if row["generation"] != conversation.generation:
        return None
    inward = row["direction"] == "in"
    if inward and row["kind"] != "message":
        return None
    if not inward and row["state"] not in _JOURNALED:
        return None
    platform_id = row["platform_id"]
    return JournalEntry(
        position=str(row["position"]),
        persona=conversation.persona,
        thread=conversation.address.thread,
        time=cast("int", row["time"]),
        outbound=None
        if inward
        else replace(
            outbound_of(row, persona=conversation.persona, in_reply_to=replies_to), parts=parts
        ),
        inbound=parts if inward else None,
        message_id=platform_id.reveal() if inward and isinstance(platform_id, SealedText) else "",
        state=str(row["state"]),
    )
