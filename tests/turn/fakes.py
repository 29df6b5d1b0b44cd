"""Arrivals and turns with nothing in them but what lanes and the line look at."""

from typing import Any, cast

from amity.adapter import Manifest
from amity.message import Part, Text
from amity.people import Person, State
from amity.sealed import SealedText
from amity.turn.channel import Channel
from amity.turn.inbox import Arrival
from amity.turn.turn import Incoming, Turn
from amity.turn.words import Heard

NOTHING = cast("Any", None)


def arrival(
    id: str,
    lane: str = "lane",
    *,
    word: str = "",
    argument: str = "",
    event: str = "message",
    standalone: bool = False,
    parts: tuple[Part, ...] = (Text(SealedText("hi")),),
    of: str = "",
    begun: bool = False,
) -> Arrival:
    """Return a committed message, or with ``word`` a word; ``of`` names the one it changes."""
    heard = Heard(word, SealedText(argument), "command") if word else None
    return Arrival(
        lane=lane,
        channel=NOTHING,
        place=NOTHING,
        person=Person(id="person", state=State.ACTIVE),
        conversation=lane,
        persona="persona",
        incoming=Incoming(
            id=id,
            event=event,
            parts=parts,
            heard=heard,
            platform_id=of or id,
            standalone=standalone,
        ),
        turn="a former process's" if begun else "",
    )


def turn_of(arrivals: list[Arrival], *, id: str = "turn", started: int = 0) -> Turn:
    """Return the turn that answers arrivals."""
    return Turn(
        id=id,
        channel=arrivals[0].channel,
        place=arrivals[0].place,
        person=arrivals[0].person,
        conversation_id=arrivals[0].conversation,
        conversation=None,
        persona=NOTHING,
        language="en",
        messages=[a.incoming for a in arrivals],
        started=started,
    )


def channel_of(manifest: Manifest) -> Channel:
    """Return a channel of an adapter, named as it."""
    return Channel(name=manifest.name, manifest=manifest, persona="persona")
