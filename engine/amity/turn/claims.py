"""What the inbox asks support: whether an event is for the people behind the service."""

from typing import Final

from amity.adapter import Acceptance, Accepted
from amity.memory.conversations import Place
from amity.message import Inbound
from amity.people import Person
from amity.sealed import SealedText
from amity.support import Claim, Said, Support
from amity.support import Place as Answered
from amity.turn.channel import Channel
from amity.turn.words import Heard, hear

__all__ = ["UNCLAIMED", "as_claimed", "claimed", "hear_at_desk"]

UNCLAIMED: Final = Claim(ours=False)
"""What becomes of an event that has nothing to do with support."""


async def claimed(
    support: Support,
    channel: Channel,
    inbound: Inbound,
    heard: Heard | None,
    *,
    place: Place,
    person: Person,
    identity: str,
) -> Claim:
    """Say what of an event is support's: words that are, are stored in a ticket and only there."""
    is_word, only_support = heard is not None, channel.support
    if not support.may_claim(inbound.event, person, word=is_word, only_support=only_support):
        return UNCLAIMED
    word, argument = _word(heard)
    said = Said(
        inbound=inbound,
        place=Answered(address=place.address, own=not inbound.address.chat),
        chat=place.chat,
        private=place.private,
        person=person,
        account=identity,
        realm=channel.realm,
        only_support=channel.support,
        word=word,
        argument=argument,
    )
    return await support.claim(said) or UNCLAIMED


def as_claimed(heard: Heard | None, claim: Claim) -> Heard | None:
    """Return as which word an event goes on after support has looked at it."""
    if claim.word is not None:
        method = "text" if heard is None else heard.method
        return Heard(claim.word, SealedText(claim.argument), method)
    return None if claim.ours else heard


async def hear_at_desk(support: Support, inbound: Inbound) -> Acceptance:
    """Do what was said in the operators' chat; what is nothing for it is ignored."""
    done = await support.hear(inbound, *_word(hear(inbound.parts)))
    status = Accepted.ACCEPTED if done else Accepted.IGNORED
    return Acceptance(status=status, chat=inbound.address.chat)


def _word(heard: Heard | None) -> tuple[str | None, SealedText]:
    return (None, SealedText("")) if heard is None else (heard.name, heard.argument)
