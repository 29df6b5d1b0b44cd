"""Who may come in at all: the access of a channel, and the way to the gate in a shared chat."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from amity.adapter import Acceptance, Accepted
from amity.clock import Clock
from amity.datamap.declarations import ADMISSIONS, INVITATIONS
from amity.datamap.schema import Purpose
from amity.memory.conversations import Place
from amity.message import Event, Inbound, text_of
from amity.people import People, Person, State, clean_locale
from amity.store.contract import NOBODY, Access, Add
from amity.store.vault import OpenRow, Vault
from amity.support import WORDS as SUPPORT_WORDS
from amity.support import Support
from amity.turn.channel import AccessMode, Channel
from amity.turn.limits import RateLimit
from amity.turn.stages.gate import is_understood, situation
from amity.turn.words import When, Word, hear, is_fixed

__all__ = ["Door", "Refusal"]

_IGNORED = Acceptance(status=Accepted.IGNORED)
_MOST_ASKED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A message that was not taken, and the interface text that says so.

    Attributes:
        key: Key of the text.
        values: Values of the text's placeholders.
        to_gate: Whether a button below it leads to the gate, in the person's own chat.
    """

    channel: Channel
    place: Place
    language: str | None
    message_id: str
    key: str
    values: tuple[tuple[str, str | int], ...] = ()
    to_gate: bool = False


class Door:
    """Turns away who is not let in.

    Args:
        vault: The store.
        people: The people.
        clock: The clock.
        rate: How often one account may try a code.
        rate_of_words: How often one account may use words.
        may_talk: Whether a person is through the gate.
        refuse: Tells the sender why they were not let in.
        support: The tickets.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        people: People,
        clock: Clock,
        rate: RateLimit,
        rate_of_words: RateLimit,
        may_talk: Callable[[Person], bool],
        refuse: Callable[[Refusal], None],
        support: Support,
    ) -> None:
        self._vault = vault
        self._people = people
        self._clock = clock
        self._rate = rate
        self._rate_of_words = rate_of_words
        self._may_talk = may_talk
        self._refuse = refuse
        self._support = support
        # Who was asked for the code: what they say next is one, if a wrong one.
        self._asked: OrderedDict[str, None] = OrderedDict()

    @staticmethod
    def stands_open(channel: Channel, inbound: Inbound) -> bool:
        """Whether everybody may come in: nobody need be looked at."""
        return channel.access is AccessMode.OPEN and (inbound.private or inbound.ephemeral)

    async def turned_away(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person | None,
        identity: str,
    ) -> Acceptance | Person | None:
        """Answer who may not come in.

        Returns ``None`` for who may; what became of the event for who may not; or the nobody as
        whom somebody is answered of whom nothing is to be kept.
        """
        if not await self._admitted(channel, inbound, identity):
            return await self._not_admitted(channel, inbound, place, person, identity)
        if inbound.private or inbound.ephemeral:
            return None
        return await self._outside(channel, inbound, place, person, identity)

    async def _not_admitted(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person | None,
        identity: str,
    ) -> Acceptance | Person | None:
        """Let somebody use their rights and get help, and nothing else (promises P01 and P73)."""
        if inbound.event is Event.DELETED:  # what is kept of it goes; nothing is answered
            return None if person is not None else _IGNORED
        if not (inbound.private or inbound.ephemeral):
            return _IGNORED  # a code is not for everybody's eyes
        heard = hear(inbound.parts)
        word = heard.word if heard is not None else None
        if heard is not None and word is not None and self._always(word, person):
            known = person is not None and is_fixed(heard.argument.reveal())
            if known or word.name in SUPPORT_WORDS:
                return None
            # Of a stranger nothing is kept, and nobody's free words get any further than this.
            if self._rate_of_words.take(identity) is not None:
                return Acceptance(status=Accepted.REFUSED, reason="too_many")
            return _nobody(inbound, person)
        if not inbound.private:
            return _IGNORED
        return await self._ask_for_code(channel, inbound, place, person, identity)

    def _always(self, word: Word, person: Person | None) -> bool:
        """Whether a word is answered to whoever says it, be they let in or not."""
        if not word.right:
            return word.when is When.ALWAYS and word.name != "start"
        if person is None or not person.stored:
            return False
        when = situation(person)
        if when is When.ACTIVE and not self._may_talk(person):
            when = When.GATE
        return is_understood(word, person, when)

    async def _outside(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person | None,
        identity: str,
    ) -> Acceptance | Person | None:
        """Show somebody in a shared chat the way to the gate, once.

        Of who has not agreed nothing else is processed (promise P15). What tells everybody the same
        is answered; a word of somebody who is known is answered to them alone.
        """
        if channel.support and self._support.among_operators(inbound.address):
            return _IGNORED  # what operators say to each other beside their desk
        known = person is not None and person.stored
        if person is not None and known and self._may_talk(person):
            return None
        heard = hear(inbound.parts)
        word = heard.word if heard is not None else None
        if known and word is not None and word.personal:
            return None
        if word is not None and word.public:
            if self._rate_of_words.take(identity) is not None:
                return _IGNORED
            return _nobody(inbound, None)
        if person is not None and not known:
            return _IGNORED  # blocked, and told so in private
        return await self._invite(channel, inbound, place, identity)

    async def _invite(
        self, channel: Channel, inbound: Inbound, place: Place, identity: str
    ) -> Acceptance:
        row: OpenRow = {
            "id": self._vault.blind("invitation", channel.name, identity),
            "time": self._clock.now(),
        }
        invited = await self._vault.write(
            [Add(INVITATIONS, row, ignore_duplicate=True)], Access(Purpose.SECURITY, NOBODY)
        )
        if not invited[0]:
            return _IGNORED
        key = "gate.group_link.support" if channel.support else "gate.group_link"
        self._say(channel, inbound, place, key, to_gate=True)
        return _turned_away(place)

    def _say(
        self, channel: Channel, inbound: Inbound, place: Place, key: str, *, to_gate: bool = False
    ) -> None:
        self._refuse(
            Refusal(
                channel=channel,
                place=place,
                language=inbound.sender.locale,
                message_id=inbound.id,
                key=key,
                to_gate=to_gate,
            )
        )

    async def _admitted(self, channel: Channel, inbound: Inbound, identity: str) -> bool:
        match channel.access:
            case AccessMode.OPEN:
                return True
            case AccessMode.ALLOWLIST:
                return inbound.sender.id in channel.allowed
            case AccessMode.CODE:
                id = self._vault.blind("admission", channel.name, identity)
                row = await self._vault.get(ADMISSIONS, id, Access(Purpose.SECURITY, NOBODY))
                return row is not None

    async def _ask_for_code(
        self,
        channel: Channel,
        inbound: Inbound,
        place: Place,
        person: Person | None,
        identity: str,
    ) -> Acceptance | None:
        """Take the code or say that it is missing; ``None`` for words that are a ticket's."""
        said = text_of(inbound.parts).reveal().strip()
        heard = hear(inbound.parts)
        key = "gate.access_refused"
        if channel.access is AccessMode.CODE and channel.code is not None:
            if self._rate.take(identity) is not None:
                return Acceptance(status=Accepted.REFUSED, reason="too_many")
            key = "gate.access_code"
            if said and _same(said, channel.code.reveal()):
                await self._admit(channel, identity)
                self._asked.pop(identity, None)
                key = "gate.access_given"
            elif said and heard is None and identity in self._asked:
                key = "gate.access_code.wrong"
        if key != "gate.access_given" and heard is None:
            event, chat = inbound.event, place.chat
            if await self._support.expects(event, person, identity, chat, inbound.id):
                return None
        if key == "gate.access_code":
            self._note_asked(identity)
        self._say(channel, inbound, place, key)
        return _turned_away(place)

    def _note_asked(self, identity: str) -> None:
        self._asked[identity] = None
        if len(self._asked) > _MOST_ASKED:
            self._asked.popitem(last=False)

    async def _admit(self, channel: Channel, identity: str) -> None:
        row: OpenRow = {
            "id": self._vault.blind("admission", channel.name, identity),
            "channel": channel.name,
            "identity": identity,
            "created_at": self._clock.now(),
        }
        await self._vault.write(
            [Add(ADMISSIONS, row, ignore_duplicate=True)], Access(Purpose.SECURITY, NOBODY)
        )


def _nobody(inbound: Inbound, person: Person | None) -> Person:
    """Return a person of whom nothing is kept, who is answered in the language of one who is."""
    locale = clean_locale(inbound.sender.locale)
    if person is None:
        return Person(id="", state=State.NEW, locale=locale)
    return Person(
        id="",
        state=State.NEW,
        locale=person.locale or locale,
        language=person.language,
        country=person.country,
    )


def _turned_away(place: Place) -> Acceptance:
    return Acceptance(status=Accepted.REFUSED, chat=place.address.chat, reason="access")


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode(), wanted.encode())
