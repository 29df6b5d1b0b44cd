"""Which words are a ticket's, decided as they come in, so that they are stored nowhere else.

The inbox asks for every event. What is a ticket's gets an envelope without a body among the
messages, where the person has a conversation, and its words in the same commit among the ticket's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from amity.clock import Clock
from amity.datamap.declarations import PEOPLE, TICKET_MESSAGES, TICKETS
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.message import Choice, Command, Event, Inbound, Part, Text, text_of
from amity.people import Person, State
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add, Change, Operation, Remove
from amity.store.vault import OpenRow, Vault
from amity.support.ticket import Account, Kind, Place, Queue, TicketMessage
from amity.support.ticket import State as Progress
from amity.support.tickets import Tickets
from amity.support.topics import WORDLESS, WORDS, WORDS_ONLY, TicketState, Topic, is_argument

__all__ = ["Claim", "Intake", "Said", "holds_words_only", "owner_of"]

_ALL: Final = Access(Purpose.RIGHTS, EVERYONE)
_WAITS_FOR: Final = 10 * 60_000  # milliseconds
_MARK: Final = "support:"
_AGE: Final = "age"
_ELSEWHERE: Final = frozenset(
    {"privacy", "terms", "help", "export", "delete_me", "consent", "language", "developer_info"}
)
"""Words that keep their meaning on a channel that is for support alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An event as the inbox knows it.

    Attributes:
        inbound: The event.
        place: Where it is answered.
        chat: Keyed hash of the chat.
        private: True if only this person and the bot are there.
        person: Who; may be a ghost.
        account: Keyed hash of the account.
        realm: The channel's realm.
        only_support: True on a channel where everything is for the operators.
        word: The word that it is; ``None`` for talk.
        argument: What follows the word.
    """

    inbound: Inbound
    place: Place
    chat: str
    private: bool
    person: Person
    account: str
    realm: str
    only_support: bool
    word: str | None
    argument: SealedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What becomes of an event that is support's, or that ends the waiting for words.

    Attributes:
        ours: True if its words may be stored nowhere but in ``first``.
        word: As which word it goes on; ``None`` if it stays what it is.
        argument: With which argument.
        first: To be committed with the event, before it.
        last: To be committed with the event, after it.
    """

    ours: bool = True
    word: str | None = None
    argument: str = ""
    first: tuple[Operation, ...] = ()
    last: tuple[Operation, ...] = ()


def owner_of(person: Person, account: str) -> str:
    """Return for whom words are waited: the person, or the account of one who is not stored."""
    return person.id or account


def holds_words_only(parts: Iterable[Part]) -> bool:
    """Whether a message holds nothing that operators cannot be shown."""
    return all(isinstance(part, Text | Choice | Command) for part in parts)


def _stands_alone(person: Person) -> bool:
    """Whether nothing lasting is kept of a person: then a ticket of theirs is its own holder."""
    return not person.stored or (person.state is State.NEW and person.expires_at is not None)


class Intake:
    """Tells which words are a ticket's, and waits for them.

    Args:
        vault: The store.
        clock: The clock.
        ids: Makes ids.
        tickets: The tickets.
        best: Returns the language of the interface for a BCP 47 tag.
    """

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        ids: Ids,
        tickets: Tickets,
        *,
        best: Callable[[str | None], str],
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._tickets = tickets
        self._best = best

    # ------------------------------------------------------------------ what comes in

    def may_claim(self, event: Event, person: Person, *, word: bool, only_support: bool) -> bool:
        """Whether an event may have to do with support.

        False for the talk of somebody from whom nothing is awaited, which nearly all events are.
        """
        talk = event is Event.MESSAGE and not word and not only_support
        return not (talk and person.stored and not person.awaiting)

    async def claim(self, said: Said) -> Claim | None:
        """Say what becomes of an event; ``None`` for what has nothing to do with support."""
        if said.inbound.event is not Event.MESSAGE:
            return await self._changed(said)
        awaited = await self._awaited(said)
        if said.word in WORDS:
            return await self._word(said, awaited)
        if said.word is not None:
            return self._other_word(said, awaited)
        if awaited is None and not said.only_support:
            return self._unmarked(said)
        if not said.private:
            return Claim(word="support")
        topic = Topic.QUESTION if awaited is None else Topic(str(awaited["topic"]))
        return await self._words(said, text_of(said.inbound.parts), "support", topic, awaited)

    async def _word(self, said: Said, awaited: OpenRow | None) -> Claim | None:
        assert said.word is not None
        argument = said.argument.reveal()
        if is_argument(argument.lower()):
            ended = self._ended(said, awaited)
            if not argument and not holds_words_only(said.inbound.parts):
                return Claim(ours=False, word=said.word, argument=WORDS_ONLY, last=ended)
            return Claim(ours=False, last=ended) if ended else None
        if not said.private:  # what a group has read is not taken as a request
            return Claim(word=said.word)
        topic = WORDS[said.word] or Topic.QUESTION
        return await self._words(said, said.argument, said.word, topic, awaited)

    def _other_word(self, said: Said, awaited: OpenRow | None) -> Claim | None:
        """Let another word end the waiting; on a support channel few words mean anything else."""
        ended = self._ended(said, awaited)
        if said.only_support and said.word not in _ELSEWHERE:
            return Claim(word="support", last=ended)
        return Claim(ours=False, last=ended) if ended else None

    def _unmarked(self, said: Said) -> Claim | None:
        """Take the mark of a waiting that is over off a person."""
        mark = said.person.awaiting or ""
        over = mark.startswith(_MARK) and int(mark.removeprefix(_MARK)) <= self._clock.now()
        return Claim(ours=False, last=(_unmark(said.person),)) if over else None

    async def _words(
        self, said: Said, words: SealedText, word: str, topic: Topic, awaited: OpenRow | None
    ) -> Claim:
        if not words.reveal().strip():
            return Claim(word="support", argument=WORDLESS)
        message = TicketMessage(
            id=self._ids.new(),
            holder=await self._holder(said),
            account=said.account if _stands_alone(said.person) else None,
            kind=Kind.REQUEST,
            topic=topic,
            body=words,
            dedupe=self.dedupe(said.chat, said.inbound.id),
            platform_id=SealedText(said.inbound.id),
            place=said.place,
            sender=Account(realm=said.realm, sender=said.inbound.sender.id),
            language=self._language(said),
            time=self._clock.now(),
            queue=Queue.INTAKE,
        )
        return Claim(
            word=word,
            argument="" if holds_words_only(said.inbound.parts) else WORDS_ONLY,
            first=(Add(TICKET_MESSAGES, message.row(), ignore_duplicate=True),),
            last=self._ended(said, awaited),
        )

    async def _holder(self, said: Said) -> str:
        if not _stands_alone(said.person):
            return said.person.id
        # The same again finds the row that it made, so that no key is made in vain.
        before = await self._tickets.said(self.dedupe(said.chat, said.inbound.id))
        if before is not None:
            return before.holder
        ticket = await self._tickets.open_for([said.account])
        return self._ids.new() if ticket is None else ticket.holder

    def _language(self, said: Said) -> str:
        person = said.person
        return self._best(person.language or person.locale or said.inbound.sender.locale)

    async def _changed(self, said: Said) -> Claim | None:
        """Do with the words of a ticket what their writer did with them on the platform."""
        before = await self._tickets.said(self.dedupe(said.chat, said.inbound.id))
        if before is None:
            if said.inbound.event is Event.EDITED and said.word in WORDS:
                # What was talk until now is asked of the operators.
                return await self._word(said, await self._awaited(said))
            return None
        words: SealedText | None = None
        if said.inbound.event is Event.EDITED:
            words = said.argument if said.word in WORDS else text_of(said.inbound.parts)
        fields: OpenRow = {"body": words}
        # What is not in its ticket yet goes there as it is now; what is taken back always shows.
        limited = words is not None and before.queue is not Queue.INTAKE
        if not limited or await self._tickets.shows_change(before):
            queue = Queue.INTAKE if before.queue is Queue.INTAKE else Queue.DESK
            fields |= {
                "revised": before.revised + 1,
                "queue": queue.value,
                "state": Progress.READY.value,
                "attempts": 0,
                "shown": 0,
            }
        change = Change(
            TICKET_MESSAGES,
            before.id,
            fields,
            owner={"holder": before.holder},
            lenient=True,
        )
        return Claim(first=(change,))

    async def expects(
        self, event: Event, person: Person | None, account: str, chat: str, message_id: str
    ) -> bool:
        """Whether what is no word is a ticket's: words that are waited for, or their change."""
        if event is not Event.MESSAGE:
            return await self._tickets.said(self.dedupe(chat, message_id)) is not None
        owner = account if person is None else owner_of(person, account)
        return await self._waiting(owner, chat) is not None

    def dedupe(self, chat: str, message_id: str) -> str:
        """Return the keyed hash by which a platform's message is known among the tickets'."""
        return self._vault.blind("message", chat, message_id, Event.MESSAGE.value, "")

    # ------------------------------------------------------------------ waiting for words

    async def wait_for(self, person: Person, account: str, chat: str, topic: Topic) -> int | None:
        """Take the person's next words in a chat for a ticket's, for ten minutes.

        Returns what the person's ``awaiting`` has to be: until when, to be handed to ``mark``.
        ``None`` where it must stay as it is: of a ghost, or while their age is asked for.
        """
        now = self._clock.now()
        id = self._ids.new()
        owner = owner_of(person, account)
        awaited = self._awaited_id(owner, chat)
        row: OpenRow = {
            **dict.fromkeys(TICKETS.by_name),
            "id": id,
            "holder": id if _stands_alone(person) else person.id,
            "awaited": awaited,
            "state": TicketState.AWAITED.value,
            "topic": topic.value,
            "created_at": now,
            "active_at": now,
            "expires_at": now + _WAITS_FOR,
        }
        for former in await self._rows(awaited):
            await self._end(former)
        await self._vault.write([Add(TICKETS, row, ignore_duplicate=True)], _ALL)
        marks = person.stored and person.awaiting != _AGE
        return now + _WAITS_FOR if marks else None

    @staticmethod
    def mark(until: int) -> str:
        """Return what a person's ``awaiting`` says while words are waited for."""
        return f"{_MARK}{until}"

    async def _end(self, row: OpenRow) -> None:
        if row["holder"] == row["id"]:
            await self._vault.destroy(str(row["id"]))
        await self._vault.write([Remove(TICKETS, str(row["id"]))], _ALL)

    async def _awaited(self, said: Said) -> OpenRow | None:
        """Return what is waited for; asks the store only where that can be something."""
        mark = said.person.awaiting or ""
        may_be = not said.person.stored or mark == _AGE or mark.startswith(_MARK)
        if not may_be:
            return None
        return await self._waiting(owner_of(said.person, said.account), said.chat)

    async def _waiting(self, owner: str, chat: str) -> OpenRow | None:
        """Return what waits in a chat for somebody's words and is not over."""
        rows = await self._rows(self._awaited_id(owner, chat))
        now = self._clock.now()
        return next((r for r in rows if isinstance(u := r["expires_at"], int) and u > now), None)

    async def _rows(self, awaited: str) -> list[OpenRow]:
        return await self._vault.store.find(TICKETS, "awaited", _ALL, equal={"awaited": awaited})

    def _awaited_id(self, owner: str, chat: str) -> str:
        return self._vault.blind("support awaits", owner, chat)

    def _ended(self, said: Said, awaited: OpenRow | None) -> tuple[Operation, ...]:
        """Return the writes that end the waiting; the sweep removes the row, and its key."""
        if awaited is None:
            return ()
        over: OpenRow = {"awaited": None, "expires_at": self._clock.now()}
        ended = Change(TICKETS, str(awaited["id"]), over, lenient=True)
        marked = (said.person.awaiting or "").startswith(_MARK)
        return (ended, _unmark(said.person)) if marked else (ended,)


def _unmark(person: Person) -> Change:
    return Change(
        PEOPLE, person.id, {"awaiting": None}, when={"awaiting": person.awaiting}, lenient=True
    )
