"""What a crash left half-done: sent again, answered again, in each conversation's order."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import groupby
from typing import cast

from amity.adapter import Draft
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.memory.conversations import Conversation
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Remove
from amity.store.vault import OpenRow
from amity.turn.channel import Channel
from amity.turn.inbox import Arrival
from amity.turn.lanes import Lanes
from amity.turn.outbox import Outbox
from amity.turn.rows import incoming_of, outbound_of
from amity.turn.services import Services

__all__ = ["recover"]


async def recover(
    services: Services, lanes: Lanes, outbox: Outbox, channels: Mapping[str, Channel]
) -> int:
    """Put all unfinished work back into its lanes; return how many messages wait again.

    Must run before anything new is taken in. Work of channels that are not configured any more
    stays where it is.
    """
    rows = await services.vault.find(MESSAGES, "queue", Access(Purpose.DELIVERY, EVERYONE))
    rows.sort(key=lambda row: (str(row["conversation"]), str(row["id"])))
    waiting = 0
    for id, group in groupby(rows, key=lambda row: str(row["conversation"])):
        work = list(group)
        conversation = await services.conversations.get(id, str(work[0]["person"]))
        channel = None if conversation is None else channels.get(conversation.channel)
        if conversation is None or channel is None:
            continue
        waiting += await _resume(
            services, lanes, outbox, channel=channel, conversation=conversation, rows=work
        )
    return waiting


async def _resume(
    services: Services,
    lanes: Lanes,
    outbox: Outbox,
    *,
    channel: Channel,
    conversation: Conversation,
    rows: Iterable[OpenRow],
) -> int:
    current = [row for row in rows if row["generation"] == conversation.generation]
    inbound = [row for row in current if row["direction"] == "in"]
    answering = {str(row["turn"]) for row in inbound if row["state"] == "in_turn"}
    unsent = [row for row in current if row["state"] == "ready"]
    if unsent:
        unsent.sort(key=lambda row: str(row["position"]))
        errand = partial(outbox.resume, channel, conversation, unsent, answering)
        lanes.run_errand(conversation.id, errand)
    intents = [row for row in current if row["state"] == "intent"]
    drafts = {str(row["turn"]): outbound_of(row, persona="").draft for row in intents}
    orphans = [row for row in intents if str(row["turn"]) not in answering]
    for row in orphans:
        shown = drafts[str(row["turn"])]
        if shown:
            empty = Draft(reply=str(row["turn"]), text=SealedText(""), message_id=shown)
            take_back = partial(outbox.take_back, channel, conversation.address, empty)
            lanes.run_errand(conversation.id, take_back)
    if orphans:
        removals = [Remove(MESSAGES, str(row["id"])) for row in orphans]
        await services.vault.write(removals, Access(Purpose.DELIVERY, conversation.person))
    person = await services.people.by_id(conversation.person)
    if person is None:
        return 0
    place = services.conversations.place(conversation.address, private=conversation.private)
    for row in inbound:
        turn = cast("str", row["turn"] or "") if row["state"] == "in_turn" else ""
        lanes.wake(
            Arrival(
                lane=conversation.id,
                channel=channel,
                place=place,
                person=person,
                conversation=conversation.id,
                persona=conversation.persona,
                incoming=incoming_of(row),
                turn=turn,
                draft=drafts.get(turn, ""),
            )
        )
    return len(inbound)
