"""Saying that a message was not taken. Nothing of it is kept, so nothing of this is, either."""

from amity.message import Button, Buttons, Outbound, OutboundKind, Part, Text
from amity.sealed import SealedText
from amity.turn.door import Refusal
from amity.turn.outbox import Outbox
from amity.turn.services import Services

__all__ = ["refuse"]


async def refuse(services: Services, outbox: Outbox, refusal: Refusal) -> None:
    """Send the notice, once, without committing anything."""
    language = services.texts.best(refusal.language)
    text = services.text(language, refusal.key, **dict(refusal.values))
    parts: tuple[Part, ...] = (Text(SealedText(text)),)
    if refusal.to_gate:
        key = "group.privately.button" if refusal.channel.support else "gate.group_button"
        label = services.text(language, key)
        parts = (*parts, Buttons(((Button(label=label, command="start", private=True),),)))
    id = services.ids.new()
    outbound = Outbound(
        id=id,
        reply=id,
        kind=OutboundKind.NOTICE,
        parts=parts,
        in_reply_to=(refusal.message_id,),
    )
    await outbox.send_once(refusal.channel, refusal.place.address, outbound)
