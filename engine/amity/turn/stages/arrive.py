"""arrive: reads the person and the conversation as they are now, and takes edits and deletions."""

from amity.codec import encode_parts
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.memory.conversations import Conversation
from amity.message import Event
from amity.store.contract import Access, Change, Remove
from amity.store.vault import OpenRow
from amity.turn.again import ask_again
from amity.turn.rows import incoming_of, owner_of, taken_in
from amity.turn.services import Services
from amity.turn.turn import Flow, Incoming, Stage, Turn

__all__ = ["arrive"]


def arrive(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        if not turn.person.stored:
            turn.language = services.language(turn.person)
            turn.keep = False
            return Flow.ON
        person, conversation = await services.look(turn.person.id, turn.conversation_id)
        if person is None or conversation is None:
            return Flow.DROP  # erased since it was said
        turn.person = person
        turn.language = services.language(person)
        turn.conversation = conversation
        turn.messages = [m for m in turn.messages if m.generation == conversation.generation]
        if not turn.messages:
            return Flow.DROP  # cleared since it was said
        match turn.messages[0].event:
            case Event.EDITED:
                return await _edited(services, turn, conversation, turn.messages[0])
            case Event.DELETED:
                return await _deleted(services, turn, conversation, turn.messages[0])
            case _:
                await _edited_while_waiting(services, turn, conversation)
                return Flow.ON

    return stage


async def _edited_while_waiting(services: Services, turn: Turn, conversation: Conversation) -> None:
    """Put the words that messages have now in place of those they were committed with."""
    writes: list[Change] = []
    for message in turn.messages:
        if message.edits:
            body: OpenRow = {"body": encode_parts(message.parts)}
            owner = owner_of(conversation)
            writes.append(Change(MESSAGES, message.id, body, owner=owner, lenient=True))
            writes += [taken_in(conversation, edit, turn.id) for edit in message.edits]
    if writes:
        await services.vault.write(writes, Access(Purpose.SERVICE, conversation.person))


async def _original(
    services: Services, turn: Turn, conversation: Conversation, event: Incoming
) -> OpenRow | None:
    key = services.vault.blind("message", turn.place.chat, event.platform_id, "message", "")
    rows = await services.vault.find(
        MESSAGES,
        "dedupe",
        Access(Purpose.SERVICE, conversation.person),
        equal={"dedupe": key},
        limit=1,
    )
    return rows[0] if rows else None


async def _edited(
    services: Services, turn: Turn, conversation: Conversation, event: Incoming
) -> Flow:
    """Put the new words in place of the old; answer anew if it was the last thing said.

    Words that something was said after are judged all the same: later prompts hold them.
    """
    original = await _original(services, turn, conversation, event)
    if event.heard is not None:
        return await _became_word(services, turn, conversation, event, original)
    access = Access(Purpose.SERVICE, conversation.person)
    # The event's row stays, without its words: that it came once more is known by it.
    noted = taken_in(conversation, event.id, turn.id)
    if original is None or original["body"] is None or not event.parts:
        await services.vault.write([noted], access)
        return Flow.DROP
    words = encode_parts(event.parts)
    if words == original["body"] and not turn.resumed and len(turn.messages) == 1:
        # Platforms tell of an edit also when they have found what a link leads to.
        await services.vault.write([noted], access)
        return Flow.DROP
    body = Change(
        MESSAGES,
        str(original["id"]),
        {"body": words},
        owner=owner_of(conversation),
        lenient=True,
    )
    await services.vault.write([body], access)
    services.history.forget(conversation.id)
    exchange = await services.history.last_exchange(conversation)
    if exchange is not None and original["id"] in {m["id"] for m in exchange.messages}:
        ask_again(turn, exchange)
        return Flow.ON
    turn.asked = (incoming_of({**original, "body": words, "verb": None}),)
    turn.revised = True
    return Flow.ON


async def _became_word(
    services: Services,
    turn: Turn,
    conversation: Conversation,
    event: Incoming,
    original: OpenRow | None,
) -> Flow:
    """Do what a word says that was edited in, as if it had just been said; what it was goes."""
    access = Access(Purpose.SERVICE, conversation.person)
    if original is None or original["body"] is None:
        return Flow.ON
    if encode_parts(event.parts) == original["body"]:
        await services.vault.write([taken_in(conversation, event.id, turn.id)], access)
        return Flow.DROP
    id, owner = str(original["id"]), owner_of(conversation)
    if original["state"] == "waiting":  # and is not waited for any more
        gone = taken_in(conversation, id, turn.id)
    else:
        gone = Change(MESSAGES, id, {"body": None}, owner=owner, lenient=True)
    earlier = (taken_in(conversation, edit, turn.id) for edit in event.edits)
    await services.vault.write([gone, *earlier], access)
    services.history.forget(conversation.id)
    return Flow.ON


async def _deleted(
    services: Services, turn: Turn, conversation: Conversation, event: Incoming
) -> Flow:
    original = await _original(services, turn, conversation, event)
    removals = [Remove(MESSAGES, id) for id in (event.id, *event.edits)]
    if original is not None:
        removals.append(Remove(MESSAGES, str(original["id"])))
    await services.vault.write(removals, Access(Purpose.RIGHTS, conversation.person))
    services.history.forget(conversation.id)
    return Flow.DROP
