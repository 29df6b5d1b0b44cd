"""The one way in: every event of every channel, committed before the platform is told.

``accept`` finds the person (or makes a stranger's gate state), decides whether a body may be kept
at all, drops what was seen before, commits the whole batch at once and wakes the lanes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from amity.adapter import Acceptance, Accepted
from amity.clock import Clock
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import Conflict, KeyDestroyed, StoreUnavailable
from amity.failpoint import failpoint
from amity.ids import Ids
from amity.memory.conversations import Conversation, Conversations, Place
from amity.message import Address, Event, Inbound, text_of
from amity.models.budgets import LimitsConfig
from amity.people import Account, People, Person, State
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add, Operation
from amity.store.vault import Vault
from amity.support import Claim, Support
from amity.turn.channel import Channel
from amity.turn.claims import UNCLAIMED, as_claimed, claimed, hear_at_desk
from amity.turn.door import Door, Refusal
from amity.turn.limits import Bucket, RateLimit
from amity.turn.rows import inbound_row
from amity.turn.turn import Incoming
from amity.turn.words import Heard, hear, is_fixed

__all__ = ["Arrival", "Inbox"]

_WORDS_AT_ONCE: Final = 60
_WORDS_A_MINUTE: Final = 60.0

_WAITS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A committed message on its way into its lane.

    Attributes:
        lane: The lane's key: the conversation, or the chat of somebody of whom nothing is kept.
        person: Who; a ghost has no conversation.
        turn: The id of the turn that was answering it when the process ended, if one was.
        draft: The platform's id of the message that showed that turn's words, if there was one.
        account: Keyed hash of a ghost's account; empty for whoever is stored.
    """

    lane: str
    channel: Channel
    place: Place
    person: Person
    conversation: str
    persona: str
    incoming: Incoming
    turn: str = ""
    draft: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What becomes of an event: ``operation`` tells a new one from a duplicate."""

    acceptance: Acceptance
    operation: Operation | None = None
    before: tuple[Operation, ...] = ()
    after: tuple[Operation, ...] = ()
    arrival: Arrival | None = None
    dedupe: str = ""


Spent = tuple[RateLimit, str]
"""A token that was taken, and from whom."""


class Inbox:
    """Takes events in.

    What it must be told is handed in by the engine: ``wake`` puts a message into its lane,
    ``refuse`` tells the sender why it was not taken, ``offered`` says whether a channel has a
    persona, ``may_talk`` whether a person's words may be kept at all, and ``settled`` returns them
    with what they agreed to.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        people: People,
        conversations: Conversations,
        clock: Clock,
        ids: Ids,
        rate: RateLimit,
        longest: int,
        wake: Callable[[Arrival], None],
        refuse: Callable[[Refusal], None],
        count: Callable[[str, Accepted], None],
        offered: Callable[[Channel, str], bool],
        may_talk: Callable[[Person], bool],
        settled: Callable[[Person], Awaitable[Person]],
        support: Support,
    ) -> None:
        self._vault = vault
        self._people = people
        self._conversations = conversations
        self._clock = clock
        self._ids = ids
        self._rate = rate
        # Rights and help are not used up by talking, nor by a low limit on it (promise P73).
        self._rate_of_words = RateLimit(clock, burst=_WORDS_AT_ONCE, per_minute=_WORDS_A_MINUTE)
        self._longest = longest
        self._wake = wake
        self._refuse = refuse
        self._count = count
        self._offered = offered
        self._may_talk = may_talk
        self._settled = settled
        self._support = support
        self._door = Door(
            vault=vault,
            people=people,
            clock=clock,
            rate=rate,
            rate_of_words=self._rate_of_words,
            may_talk=may_talk,
            refuse=refuse,
            support=support,
        )

    def limit(self, limits: LimitsConfig) -> None:
        """Take other limits from now on."""
        self._rate.limit(burst=limits.burst, per_minute=limits.per_minute)
        self._longest = limits.message_characters

    async def accept(self, channel: Channel, batch: Sequence[Inbound]) -> list[Acceptance]:
        """Take events of one channel in; committed when this returns, in the order given.

        Raises:
            StoreUnavailable: nothing was taken.
        """
        if any(self._support.at_desk(inbound.address) for inbound in batch):
            return await self._with_desk(channel, batch)
        taken, added = await self._patiently(channel, batch)
        results: list[Acceptance] = []
        written = iter(added)
        for item in taken:
            if item.operation is not None and next(written) == 0:
                results.append(await self._duplicate(item))
            else:
                if item.arrival is not None:
                    self._wake(item.arrival)
                if item.before or item.arrival is None:
                    self._support.wake()
                results.append(item.acceptance)
            self._count(channel.name, results[-1].status)
        return results

    async def _with_desk(self, channel: Channel, batch: Sequence[Inbound]) -> list[Acceptance]:
        """Take events in of which some were said in the operators' chat: these are no talk."""
        others = [i for i in batch if not self._support.at_desk(i.address)]
        accepted = iter(await self.accept(channel, others) if others else ())
        results: list[Acceptance] = []
        for inbound in batch:
            if not self._support.at_desk(inbound.address):
                results.append(next(accepted))
                continue
            results.append(await hear_at_desk(self._support, inbound))
            self._count(channel.name, results[-1].status)
        return results

    async def _patiently(
        self, channel: Channel, batch: Sequence[Inbound]
    ) -> tuple[list[_Taken], list[int]]:
        """Commit a batch. A deletion that is under way is waited for: keys go before rows."""
        for wait in _WAITS:
            spent: list[Spent] = []
            try:
                return await self._commit(channel, batch, spent)
            except (KeyDestroyed, Conflict):
                self._conversations.forget()
                _give_back(spent)
                await asyncio.sleep(wait)
            except StoreUnavailable:
                _give_back(spent)
                raise
        raise StoreUnavailable("a deletion takes longer than a message can wait")

    async def _commit(
        self, channel: Channel, batch: Sequence[Inbound], spent: list[Spent]
    ) -> tuple[list[_Taken], list[int]]:
        acted_on = [inbound for inbound in batch if _acted_on(inbound) and inbound.sender.id]
        senders = {inbound.sender.id for inbound in acted_on}
        accounts = await self._people.find_all(channel.realm, senders) if senders else {}
        taken = [
            await self._take(channel, inbound, accounts.get(inbound.sender.id), spent)
            for inbound in batch
        ]
        operations: list[Operation] = []
        judged: list[int] = []
        for item in taken:
            operations += item.before
            if item.operation is not None:
                judged.append(len(operations))
                operations.append(item.operation)
            operations += item.after
        if not operations:
            return taken, []
        failpoint("accept.before_commit")
        added = await self._vault.write(operations, Access(Purpose.DELIVERY, EVERYONE))
        failpoint("accept.after_commit")
        return taken, [added[place] for place in judged]

    async def _duplicate(self, item: _Taken) -> Acceptance:
        rows = await self._vault.find(
            MESSAGES,
            "dedupe",
            Access(Purpose.DELIVERY, EVERYONE),
            equal={"dedupe": item.dedupe},
            limit=1,
        )
        id = str(rows[0]["id"]) if rows else ""
        return Acceptance(status=Accepted.DUPLICATE, id=id, chat=item.acceptance.chat)

    async def _take(
        self, channel: Channel, inbound: Inbound, account: Account | None, spent: list[Spent]
    ) -> _Taken:
        if not _acted_on(inbound):
            return _IGNORED
        if account is None:  # the platform does not say whose it was
            deleted = inbound.event is Event.DELETED
            return await self._deletion(channel, inbound) if deleted else _IGNORED
        identity, person = account.identity, account.person
        if person is not None:
            person = await self._settled(person)
        if person is None and not inbound.parts:
            return _IGNORED
        if not self._door.stands_open(channel, inbound):
            taken = await self._at_the_door(channel, inbound, person, identity)
            if taken is not None:
                return taken
        if person is None:
            person = await self._people.meet(channel.realm, inbound.sender)
        place = self.place(channel, inbound.address, person.id or identity, private=inbound.private)
        chat = place.address.chat
        heard = hear(inbound.parts)
        empty = self._take_token(heard, person, identity, inbound.time, spent)
        refusal = self._too_much(channel, inbound, place, person, empty)
        if refusal is not None:
            if refusal.key:
                self._refuse(refusal)
            reason = "too_long" if refusal.key == "limit.too_long" else "too_many"
            return _Taken(acceptance=Acceptance(status=Accepted.REFUSED, chat=chat, reason=reason))
        claim = await claimed(
            self._support, channel, inbound, heard, place=place, person=person, identity=identity
        )
        heard = as_claimed(heard, claim)
        if not person.id:
            return self._of_ghost(
                channel, inbound, place, person, heard=heard, identity=identity, claim=claim
            )
        wanted = inbound.persona
        if wanted is not None and not self._offered(channel, wanted):
            wanted = None  # a stranger's word must not become a plain field
        conversation = await self._conversations.known(person.id, place, wanted, channel.persona)
        return self._of_person(
            channel, inbound, place, person, conversation, heard=heard, claim=claim
        )

    async def _at_the_door(
        self, channel: Channel, inbound: Inbound, person: Person | None, identity: str
    ) -> _Taken | None:
        owner = (person.id if person is not None else "") or identity
        place = self.place(channel, inbound.address, owner, private=inbound.private)
        match await self._door.turned_away(channel, inbound, place, person, identity):
            case Acceptance() as turned_away:
                return _Taken(acceptance=turned_away)
            case Person() as nobody:
                heard = hear(inbound.parts)
                return self._of_ghost(
                    channel, inbound, place, nobody, heard=heard, identity=identity, claim=UNCLAIMED
                )
            case None:
                return None

    async def _deletion(self, channel: Channel, inbound: Inbound) -> _Taken:
        """Take the news of a deleted message, where the platform does not say whose it was."""
        place = self._conversations.place(inbound.address, private=inbound.private)
        said = self._vault.blind("message", place.chat, inbound.id, Event.MESSAGE.value, "")
        access = Access(Purpose.DELIVERY, EVERYONE)
        rows = await self._vault.find(MESSAGES, "dedupe", access, equal={"dedupe": said}, limit=1)
        nobody = Person(id="", state=State.NEW)
        claim = await claimed(
            self._support, channel, inbound, None, place=place, person=nobody, identity=""
        )
        heard = as_claimed(None, claim)
        if not rows and claim.ours:
            return self._of_ghost(
                channel, inbound, place, nobody, heard=heard, identity="", claim=claim
            )
        if not rows:
            return _IGNORED
        person = await self._people.by_id(str(rows[0]["person"]))
        conversation = await self._conversations.get(
            str(rows[0]["conversation"]), str(rows[0]["person"])
        )
        if person is None or conversation is None:
            return _IGNORED
        return self._of_person(
            channel, inbound, place, person, conversation, heard=heard, claim=claim
        )

    def place(self, channel: Channel, address: Address, owner: str, *, private: bool) -> Place:
        """Return the place of an address, the sender's own chat resolved for ``owner``."""
        if not address.chat:
            own = self._conversations.own_chat(channel.name, owner)
            address = Address(channel=channel.name, chat=own, thread=address.thread)
        return self._conversations.place(address, private=private)

    def _too_much(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person,
        empty: Bucket | None,
    ) -> Refusal | None:
        def refusal(key: str, *values: tuple[str, str | int]) -> Refusal:
            return Refusal(
                channel=channel,
                place=place,
                language=person.language or person.locale or inbound.sender.locale,
                message_id=inbound.id,
                key=key,
                values=values,
            )

        if empty is None:  # what is too long is answered, too
            if len(text_of(inbound.parts)) > self._longest:
                return refusal("limit.too_long", ("limit", self._longest))
            return None
        if empty.told:  # say it once, then stay silent until it is over
            return refusal("")
        empty.told = True
        return refusal("limit.rate")

    def _take_token(
        self, heard: Heard | None, person: Person, identity: str, said: int, spent: list[Spent]
    ) -> Bucket | None:
        """Count a message for its account, and for its person: all their accounts and keys.

        Returns the bucket that is empty, if one is; then nothing was counted.
        """
        talks = heard is None or heard.word is None or heard.name == "regenerate"
        rate = self._rate if talks else self._rate_of_words
        taken: list[Spent] = []
        for whose in (identity, person.id) if person.id else (identity,):
            empty = rate.take(whose, said=said)
            if empty is not None:
                _give_back(taken)
                return empty
            taken.append((rate, whose))
        spent += taken
        return None

    def _of_person(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person,
        conversation: Conversation,
        *,
        heard: Heard | None,
        claim: Claim,
    ) -> _Taken:
        consented = self._may_talk(person) and not claim.ours
        dedupe = self._dedupe(place, inbound)
        row = inbound_row(
            inbound,
            conversation,
            id=self._ids.new(),
            dedupe=dedupe,
            heard=heard,
            consented=consented,
            policy_version=person.policy_version,
        )
        incoming = Incoming(
            id=str(row["id"]),
            event=inbound.event.value,
            parts=inbound.parts if consented else (),
            heard=_kept(heard, consented=consented),
            platform_id=inbound.id,
            time=inbound.time,
            generation=conversation.generation,
            standalone=inbound.standalone,
            position=str(row["position"]),
            ephemeral=inbound.ephemeral,
            adult=inbound.adult,
            reply_to=(inbound.reply_to or "") if consented else "",
        )
        arrival = Arrival(
            lane=conversation.id,
            channel=channel,
            place=place,
            person=person,
            conversation=conversation.id,
            persona=conversation.persona,
            incoming=incoming,
        )
        return _Taken(
            acceptance=Acceptance(
                status=Accepted.ACCEPTED,
                id=incoming.id,
                chat=place.address.chat,
                position=incoming.position if consented else "",
            ),
            operation=Add(MESSAGES, row, ignore_duplicate=True),
            before=claim.first,
            after=claim.last,
            arrival=arrival,
            dedupe=dedupe,
        )

    def _of_ghost(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person,
        *,
        heard: Heard | None,
        identity: str,
        claim: Claim,
    ) -> _Taken:
        acceptance = Acceptance(status=Accepted.ACCEPTED, chat=place.address.chat)
        # Nothing but a ticket's words is stored: these tell whether the event was seen before.
        operation, before = (claim.first[-1], claim.first[:-1]) if claim.first else (None, ())
        if claim.ours and claim.word is None:  # what was written for a ticket was changed
            return _Taken(acceptance=acceptance, operation=operation, before=before)
        incoming = Incoming(
            id="",
            event=inbound.event.value,
            parts=(),
            heard=_kept(heard, consented=False),
            platform_id=inbound.id,
            ephemeral=inbound.ephemeral,
        )
        arrival = Arrival(
            lane=place.chat,
            channel=channel,
            place=place,
            person=person,
            conversation="",
            persona=channel.persona,
            incoming=incoming,
            account=identity,
        )
        return _Taken(
            acceptance=acceptance,
            operation=operation,
            before=before,
            after=claim.last,
            arrival=arrival,
        )

    def _dedupe(self, place: Place, inbound: Inbound) -> str:
        edit = str(inbound.time) if inbound.event is Event.EDITED else ""
        return self._vault.blind("message", place.chat, inbound.id, inbound.event.value, edit)


def _give_back(spent: list[Spent]) -> None:
    """Let what was not taken use up nothing."""
    for rate, whose in spent:
        rate.give(whose)


_IGNORED = _Taken(acceptance=Acceptance(status=Accepted.IGNORED))


def _acted_on(inbound: Inbound) -> bool:
    """Whether an event is one that anything is done about."""
    return inbound.event is not Event.REACTION and (inbound.private or inbound.addressed)


def _kept(heard: Heard | None, *, consented: bool) -> Heard | None:
    """Return what is kept of a word: of somebody without consent no free argument."""
    if heard is None or consented:
        return heard
    if heard.word is None:
        return None
    argument = heard.argument if is_fixed(heard.argument.reveal()) else SealedText("")
    return Heard(heard.name, argument, heard.method)
