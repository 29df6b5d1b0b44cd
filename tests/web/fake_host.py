"""A core in memory, for tests of the web adapter alone.

It honours the contract of `amity.adapter.Host` with a scripted service behind it: gate, consent,
rights, and a persona that answers with what it was told, word by word. Nothing here knows the
adapter: it is handed `send`, `draft` and `typing` like any adapter's.
"""

import asyncio
import itertools
import secrets
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from aiohttp import web

from amity.adapter import (
    Acceptance,
    Accepted,
    AdapterState,
    Draft,
    JournalEntry,
    KeyInfo,
    MediaStore,
    MenuEntry,
    PersonaCard,
    Profile,
    Settings,
    key_sender,
)
from amity.clock import Clock, SystemClock
from amity.errors import StoreUnavailable, TooManyKeys
from amity.message import (
    Address,
    Button,
    Buttons,
    Choice,
    Command,
    Event,
    File,
    Image,
    Inbound,
    MediaRef,
    Outbound,
    OutboundKind,
    Part,
    Sender,
    Text,
    text_of,
)
from amity.sealed import SealedText
from amity.turn.words import command_of
from tests.web.fake_words import PERSONAS, WORDS


@dataclass
class Person:
    """One person of the scripted service."""

    number: int
    state: str = "new"
    adult: bool = False
    agreed: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    persona: str = "mia"
    journal: list[JournalEntry] = field(default_factory=list)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    recovery: str = ""
    files: dict[str, tuple[MediaRef, bytes]] = field(default_factory=dict)
    seen: set[tuple[str | None, str]] = field(default_factory=set)
    answers: dict[tuple[str | None, str], list[Outbound]] = field(default_factory=dict)
    lane: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def chat(self) -> str:
        return f"chat-{self.number}"


class MemoryState:
    """The adapter's own small values."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str) -> None:
        self.values[key] = value


class FakeHost:
    """The Host contract, in memory."""

    def __init__(self, channel: str = "web") -> None:
        self.channel = channel
        self.clock: Clock = SystemClock()
        self.log: Any = structlog.get_logger()
        self.state: AdapterState = MemoryState()
        self.media: MediaStore = self
        self.app = web.Application()
        self.served: list[tuple[list[web.AbstractRouteDef], float | None, bool]] = []
        self.adapter: Any = None
        self.people: dict[str, Person] = {}
        self.inbox: list[Inbound] = []
        self.pace = 0.01
        self.gap = asyncio.Event()
        self.gap.set()
        self.broken = False
        self.looked_up = 0
        self.most_keys = 20
        self.refuse = ""
        self.code = ""
        self.admitted: set[str] = set()
        self.mute: set[str] = set()
        self.stopped: set[str] = set()
        self._numbers = itertools.count(1)
        self._positions = itertools.count(1)
        self._tasks: set[asyncio.Task[Any]] = set()

    # -------------------------------------------------------------------- the contract

    async def accept(self, batch: Sequence[Inbound]) -> list[Acceptance]:
        if self.broken:
            raise StoreUnavailable("the fake store is away")
        return [self._accept(inbound) for inbound in batch]

    def mount(
        self,
        routes: Iterable[web.AbstractRouteDef],
        *,
        answer_within: float | None = None,
        limits_bodies: bool = False,
    ) -> None:
        self.served.append((list(routes), answer_within, limits_bodies))
        self.app.add_routes(self.served[-1][0])

    def personas(self, language: str | None = None) -> list[PersonaCard]:
        return PERSONAS

    def words(self, language: str | None, *keys: str) -> dict[str, str]:
        return {key: WORDS[key] for key in keys if key in WORDS}

    def menu(self, language: str) -> list[MenuEntry]:
        return [MenuEntry(command="help", description="help")]

    def command(self, parts: tuple[Part, ...]) -> Command | None:
        return command_of(parts)

    @property
    def languages(self) -> Sequence[str]:
        return ["en"]

    def connected(self) -> None:
        """Nothing to note."""

    def disconnected(self, why: str) -> None:
        """Nothing to note."""

    async def chat_moved(self, chat: str, to: str) -> None:
        """Nothing to note."""

    async def profile(self, sender: Sender) -> Profile:
        self.looked_up += 1
        person = self.people.get(sender.id)
        if person is None:
            return Profile(state="stranger", chat=f"stranger-{sender.id}", language="en")
        name = person.settings.get("call_name")
        return Profile(
            state=person.state,
            chat=person.chat,
            language=person.settings.get("language", sender.locale or "en"),
            adult=person.adult,
            scopes=frozenset({"service"} if person.agreed else ()),
            settings=Settings(
                call_name=SealedText(name) if name else None,
                language=person.settings.get("language"),
                time_zone=person.settings.get("time_zone"),
                country=person.settings.get("country"),
            ),
            persona=person.persona,
            personas=tuple(dict.fromkeys(e.persona for e in reversed(person.journal) if e.persona)),
            recovery=bool(person.recovery),
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
        person = self.people.get(sender.id)
        if person is None:
            return []
        found = [e for e in person.journal if persona is None or e.persona == persona]
        if after is not None:
            return [e for e in found if e.position > after][:limit]
        return [e for e in found if before is None or e.position < before][-limit:]

    async def reply_of(
        self, sender: Sender, address: Address, message_id: str
    ) -> list[Outbound] | None:
        person = self.people.get(sender.id)
        if person is None:
            return []
        answer = person.answers.get((address.thread, message_id))
        waits = any(e.message_id == message_id for e in person.journal) or not person.agreed
        return answer if answer is not None or waits else []

    async def issue_key(self, sender: Sender, label: str) -> str | None:
        person = self.people[sender.id]
        if not person.agreed:
            return None
        if len(person.keys) >= self.most_keys:
            raise TooManyKeys("a person may have so many keys")
        key = "amity-" + secrets.token_urlsafe(24)
        person.keys[secrets.token_hex(4)] = (label, key_sender(key).id)
        self.people[key_sender(key).id] = person
        return key

    async def keys(self, sender: Sender) -> list[KeyInfo]:
        person = self.people.get(sender.id)
        if person is None:
            return []
        return [
            KeyInfo(id=id, label=label, created_at=self.clock.now())
            for id, (label, _) in person.keys.items()
        ]

    async def revoke_key(self, sender: Sender, id: str) -> bool:
        found = self.people[sender.id].keys.pop(id, None)
        if found is not None:
            del self.people[found[1]]
        return found is not None

    async def issue_recovery(self, sender: Sender) -> str | None:
        person = self.people[sender.id]
        if not person.agreed:
            return None
        person.recovery = "-".join(secrets.token_hex(2) for _ in range(8))
        return person.recovery

    async def recover(self, sender: Sender, code: str) -> bool:
        for person in set(map(id, self.people.values())):
            found = next(p for p in self.people.values() if id(p) == person)
            if found.recovery and found.recovery == code:
                found.recovery = ""
                self.people[sender.id] = found
                return True
        return False

    # MediaStore

    async def open(self, sender: Sender, key: str) -> tuple[MediaRef, bytes] | None:
        person = self.people.get(sender.id)
        return person.files.get(key) if person else None

    async def read(self, media: MediaRef) -> bytes | None:
        return None

    # -------------------------------------------------------------------- the scripted service

    def _accept(self, inbound: Inbound) -> Acceptance:
        self.inbox.append(inbound)
        if self.refuse:
            return Acceptance(status=Accepted.REFUSED, reason=self.refuse, chat="nobody")
        if self.code and inbound.sender.id not in self.admitted:
            return self._ask_for_code(inbound)
        person = self.people.get(inbound.sender.id)
        if person is None:
            person = self.people[inbound.sender.id] = Person(next(self._numbers))
        key = (inbound.address.thread, inbound.id)
        if key in person.seen and inbound.event is not Event.EDITED:
            return Acceptance(status=Accepted.DUPLICATE, id=inbound.id, chat=person.chat)
        person.seen.add(key)
        position = ""
        if person.agreed:
            position = self._say(
                person,
                inbound.persona or person.persona,
                inbound.address.thread,
                inbound=inbound.parts,
                message_id=inbound.id,
                state="waiting",
            )
        self._spawn(self._turn(person, inbound))
        return Acceptance(
            status=Accepted.ACCEPTED, id=inbound.id, chat=person.chat, position=position
        )

    def _ask_for_code(self, inbound: Inbound) -> Acceptance:
        chat, told = f"stranger-{inbound.sender.id}", "Please send the access code."
        if text_of(inbound.parts).reveal() == self.code:
            self.admitted.add(inbound.sender.id)
            told = "Welcome in."
        notice = Outbound(
            id=secrets.token_hex(6),
            reply="refusal",
            kind=OutboundKind.NOTICE,
            parts=(Text(SealedText(told)),),
            in_reply_to=(inbound.id,),
        )
        self._spawn(self.adapter.send(Address(channel=self.channel, chat=chat), notice))
        return Acceptance(status=Accepted.REFUSED, chat=chat, reason="access")

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _say(self, person: Person, persona: str, thread: str | None, **rest: Any) -> str:
        position = f"{next(self._positions):012d}"
        if rest.get("outbound") is not None:
            rest["outbound"] = replace(rest["outbound"], position=position)
        person.journal = [
            e
            for e in person.journal
            if not (rest.get("message_id") and e.message_id == rest["message_id"])
        ]
        person.journal.append(
            JournalEntry(
                position=position, persona=persona, thread=thread, time=self.clock.now(), **rest
            )
        )
        return position

    async def _turn(self, person: Person, inbound: Inbound) -> None:
        part = inbound.parts[0]
        match part:
            case Choice(command=name, argument=argument):
                await self._command(person, inbound, name, argument)
            case Command(name=name, argument=sealed):
                await self._command(person, inbound, name, sealed.reveal())
            case _:
                if not person.agreed or person.state != "active":
                    await self._notice(person, inbound, "The gate is closed.", kept=False)
                    return
                async with person.lane:
                    await self._reply(person, inbound, text_of(inbound.parts).reveal())

    async def _reply(self, person: Person, inbound: Inbound, said: str, replaces: str = "") -> None:
        persona = inbound.persona or person.persona
        reply, answered = secrets.token_hex(6), (inbound.id,)
        address = self._address(person, inbound)
        if said in self.mute:
            self._mark(person, inbound.id, "unanswered")
            await self._notice(person, inbound, "No model answers just now (error ab12cd34).")
            return
        unseen = any(isinstance(p, Image) for p in inbound.parts)
        text = ("I cannot see pictures yet. " if unseen else "") + f"You said: {said}"
        words = text.split(" ")
        cut = False
        await self.adapter.typing(address)
        for count in range(1, len(words) + 1):
            await self.gap.wait()
            await asyncio.sleep(self.pace)
            if person.chat in self.stopped:
                self.stopped.discard(person.chat)
                words, cut = words[: count - 1], True
                break
            so_far = SealedText(" ".join(words[:count]))
            await self.adapter.draft(
                address, Draft(reply=reply, text=so_far, in_reply_to=answered, persona=persona)
            )
        self._mark(person, inbound.id, "answered")
        outbound = Outbound(
            id=reply + ".0",
            reply=reply,
            parts=(Text(SealedText(" ".join(words))),),
            in_reply_to=answered,
            cut=cut,
            persona=persona,
            replaces=replaces,
        )
        person.journal = [
            e for e in person.journal if e.outbound is None or e.outbound.reply != (replaces or "-")
        ]
        await self._deliver(person, inbound, outbound, persona)

    def _mark(self, person: Person, message_id: str, state: str, only: str = "") -> None:
        person.journal = [
            replace(e, state=state) if e.message_id == message_id and only in {"", e.state} else e
            for e in person.journal
        ]

    async def _deliver(
        self,
        person: Person,
        inbound: Inbound,
        outbound: Outbound,
        persona: str,
        *,
        kept: bool = True,
    ) -> None:
        if kept and person.agreed:
            position = self._say(
                person, persona, inbound.address.thread, outbound=outbound, state="sent"
            )
            outbound = replace(outbound, position=position)
            for message in outbound.in_reply_to:
                self._mark(person, message, "answered", only="waiting")
                person.answers[inbound.address.thread, message] = [outbound]
        await self.adapter.send(self._address(person, inbound), outbound)

    def _address(self, person: Person, inbound: Inbound) -> Address:
        return Address(channel=self.channel, chat=person.chat, thread=inbound.address.thread)

    async def _notice(
        self, person: Person, inbound: Inbound, text: str, *more: Part, kept: bool = True
    ) -> None:
        id = secrets.token_hex(6)
        outbound = Outbound(
            id=id,
            reply=id,
            kind=OutboundKind.NOTICE,
            parts=(Text(SealedText(text)), *more),
            in_reply_to=(inbound.id,),
        )
        persona = inbound.persona or person.persona
        await self._deliver(person, inbound, outbound, persona, kept=kept)

    async def _command(self, person: Person, inbound: Inbound, name: str, argument: str) -> None:
        handler = getattr(self, f"_do_{name}", None)
        if handler is None:
            await self._notice(person, inbound, WORDS.get(name, f"No such command: {name}"))
        else:
            await handler(person, inbound, argument)

    async def _do_i_am_18(self, person: Person, inbound: Inbound, argument: str) -> None:
        if person.state == "minor_blocked":
            await self._notice(person, inbound, WORDS["gate.blocked.minor"], kept=False)
            return
        person.adult = True
        buttons = Buttons(
            ((Button(label="Agree", command="agree"), Button(label="Decline", command="decline")),)
        )
        await self._notice(person, inbound, WORDS["gate.consent"], buttons, kept=False)

    async def _do_under_18(self, person: Person, inbound: Inbound, argument: str) -> None:
        person.state = "minor_blocked"
        await self._notice(person, inbound, WORDS["gate.blocked.minor"], kept=False)

    async def _do_agree(self, person: Person, inbound: Inbound, argument: str) -> None:
        if not person.adult:
            return
        person.agreed, person.state = True, "active"
        await self._notice(person, inbound, "You are talking with an AI, not with a person.")

    async def _do_decline(self, person: Person, inbound: Inbound, argument: str) -> None:
        await self._notice(person, inbound, WORDS["gate.declined"], kept=False)

    async def _do_settings(self, person: Person, inbound: Inbound, argument: str) -> None:
        name, _, value = argument.partition("=")
        person.settings[name] = value
        await self._notice(person, inbound, "Saved.")

    async def _do_persona(self, person: Person, inbound: Inbound, argument: str) -> None:
        person.persona = argument or person.persona
        await self._notice(person, inbound, f"Now with {person.persona}.")

    async def _do_pause(self, person: Person, inbound: Inbound, argument: str) -> None:
        person.state = "paused"
        await self._notice(person, inbound, "Paused.")

    async def _do_resume(self, person: Person, inbound: Inbound, argument: str) -> None:
        person.state = "active"
        await self._notice(person, inbound, "Resumed.")

    async def _do_stop(self, person: Person, inbound: Inbound, argument: str) -> None:
        self.stopped.add(person.chat)

    async def _do_regenerate(self, person: Person, inbound: Inbound, argument: str) -> None:
        last = [e for e in person.journal if e.inbound and isinstance(e.inbound[0], Text)][-1]
        old = [e.outbound for e in person.journal if e.outbound and e.outbound.kind == "reply"][-1]
        assert last.inbound is not None
        assert old is not None
        async with person.lane:
            said = text_of(last.inbound).reveal() + " (again)"
            await self._reply(person, inbound, said, replaces=old.reply)

    async def _do_export(self, person: Person, inbound: Inbound, argument: str) -> None:
        key = secrets.token_hex(8)
        content = b'{"messages": []}'
        media = MediaRef(
            key=key, media_type="application/json", size=len(content), name="amity.json"
        )
        person.files[key] = (media, content)
        await self._notice(person, inbound, "Here is your copy.", File(media=media))

    async def _do_clear_conversation(self, person: Person, inbound: Inbound, argument: str) -> None:
        if argument not in {"this", "all"}:
            rows = Buttons(
                (
                    (
                        Button(
                            label="This conversation", command="clear_conversation", argument="this"
                        ),
                    ),
                    (Button(label="All of mine", command="clear_conversation", argument="all"),),
                )
            )
            await self._notice(person, inbound, "How much shall be deleted?", rows)
            return
        persona = inbound.persona or person.persona
        person.journal = [e for e in person.journal if argument == "this" and e.persona != persona]
        await self._notice(person, inbound, "Cleared. Nothing of it is left.", kept=False)

    async def _do_delete_me(self, person: Person, inbound: Inbound, argument: str) -> None:
        if argument != "confirm":
            rows = Buttons(
                ((Button(label="Delete for good", command="delete_me", argument="confirm"),),)
            )
            await self._notice(person, inbound, "This erases everything. Are you sure?", rows)
            return
        for id in [id for id, p in self.people.items() if p is person]:
            del self.people[id]
        person.agreed = False
        await self._notice(person, inbound, "Everything about you was erased.", kept=False)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
