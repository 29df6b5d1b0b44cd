"""What is true of every test: nothing is used that is not declared, and nothing is repeated."""

from collections.abc import Iterator

from amity.adapter import Capabilities
from amity.message import Choice, Event, Inbound, Outcome, Text
from amity.testing.adapter_kit.world import CHANNEL, World, fail

__all__ = ["declaration", "judge"]


def judge(world: World) -> None:
    """Fail if anything that passed in a test does not fit what the adapter says of itself."""
    for problem in _problems(world):
        fail(f"{world.name}: {problem}")


def _problems(world: World) -> Iterator[str]:
    can = world.manifest.capabilities
    for item in world.record.taken:
        yield from _of_event(item.inbound, can)
    for sent in world.record.sent:
        if sent.receipt is None:
            continue
        failed = sent.receipt.outcome in (Outcome.FAILED, Outcome.PARTIAL)
        if failed and sent.receipt.error is None:
            yield f"a receipt says {sent.receipt.outcome.value} and does not say why (error)"
        if sent.receipt.outcome is Outcome.SENT and sent.receipt.error is not None:
            yield "a receipt says sent and has an error"
    if world.record.raw_touched:
        yield "the core looked into raw, which is the adapter's own"


def declaration(event: Event, can: Capabilities) -> tuple[str, bool]:
    """Return the capability that an event belongs to, and whether it is declared."""
    match event:
        case Event.EDITED:
            return "edits", can.edits
        case Event.DELETED:
            return "deletions", can.deletions
        case Event.REACTION:
            return "reactions", can.reactions
        case Event.MESSAGE:
            return "", True


def _of_event(inbound: Inbound, can: Capabilities) -> Iterator[str]:
    """Yield what an event uses that is not declared, and what it says wrongly."""
    name, allowed = declaration(inbound.event, can)
    if not allowed:
        yield f"an event says {inbound.event.value}, but {name} are not declared"
    takes = {*can.takes, Text, *([Choice] if can.buttons else [])}
    for part in inbound.parts:
        if type(part) not in takes:
            yield f"a message held {type(part).__name__}, which is not in takes"
    if not inbound.private and not can.groups:
        yield "an event came from a group, but groups are not declared"
    if inbound.address.thread is not None and not can.threads:
        yield "an event came from a thread, but threads are not declared"
    if inbound.address.channel != CHANNEL:
        yield "an event's address does not name the channel that the adapter was made for"
    if inbound.private and not inbound.addressed:
        yield "a private message says that the bot is not meant (addressed)"
    if not inbound.id or not inbound.sender.id:
        yield "an event has no id, or its sender has none"
    if inbound.event is Event.MESSAGE and not inbound.parts:
        yield "a message was handed in without parts: leave out what you do not take"
