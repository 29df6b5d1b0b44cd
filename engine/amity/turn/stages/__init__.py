"""The stages of a turn, one file each, in the order of the line."""

from amity.turn.line import DELIVER
from amity.turn.outbox import Outbox
from amity.turn.services import Services
from amity.turn.stages.answer import answer
from amity.turn.stages.arrive import arrive
from amity.turn.stages.commands import commands
from amity.turn.stages.compose import compose
from amity.turn.stages.deliver import deliver
from amity.turn.stages.gate import gate
from amity.turn.stages.guard import guard
from amity.turn.stages.recall import recall
from amity.turn.stages.remember import remember
from amity.turn.stages.screen import screen
from amity.turn.turn import Stage

__all__ = ["standard_line"]


def standard_line(services: Services, outbox: Outbox) -> list[tuple[str, Stage]]:
    """Return the stages that every installation has, in their order."""
    return [
        ("arrive", arrive(services)),
        ("gate", gate(services)),
        ("commands", commands(services)),
        ("screen", screen(services)),
        ("recall", recall(services)),
        ("compose", compose(services)),
        ("answer", answer(services)),
        ("guard", guard(services)),
        (DELIVER, deliver(outbox)),
        ("remember", remember(services)),
    ]
