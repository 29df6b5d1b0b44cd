"""Answering the last question once more: regenerated, or edited."""

from amity.datamap.declarations import MESSAGES
from amity.memory.history import Exchange
from amity.store.contract import Change, Remove
from amity.turn.rows import incoming_of
from amity.turn.turn import Turn

__all__ = ["ask_again"]


def ask_again(turn: Turn, exchange: Exchange) -> None:
    """Make a turn answer an exchange's messages; its old reply goes when the new one is there."""
    turn.asked = tuple(incoming_of(row) for row in exchange.messages)
    answered = {"turn": turn.id, "state": "answered"}
    turn.if_answered.extend(
        Change(MESSAGES, message.id, answered, lenient=True) for message in turn.asked
    )
    if exchange.reply:
        turn.replaces = str(exchange.reply[0]["turn"])
        turn.if_answered.extend(Remove(MESSAGES, str(row["id"])) for row in exchange.reply)
