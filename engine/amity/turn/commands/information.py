"""Words that inform: start, help, privacy, terms."""

from amity.turn.services import Services
from amity.turn.turn import Flow, Turn

__all__ = ["already", "help_", "privacy", "start", "terms"]


async def start(services: Services, turn: Turn, _argument: str) -> Flow:
    """Say that all is ready; the gate answers for whoever is not through it."""
    turn.say(services.text(turn.language, "gate.started"))
    return Flow.DELIVER


async def already(services: Services, turn: Turn, _argument: str) -> Flow:
    """Answer a gate's word of somebody who is through the gate: nothing changes by it."""
    return await start(services, turn, "")


async def help_(services: Services, turn: Turn, _argument: str) -> Flow:
    """Show what can be done, and crisis lines."""
    name = turn.persona.name(turn.language)
    turn.say(services.help(turn.language, name, turn.person.country))
    return Flow.DELIVER


async def privacy(services: Services, turn: Turn, _argument: str) -> Flow:
    """Show who is responsible and what is done with data."""
    turn.say(services.text(turn.language, "privacy"))
    return Flow.DELIVER


async def terms(services: Services, turn: Turn, _argument: str) -> Flow:
    """Show the terms in short."""
    turn.say(services.text(turn.language, "terms"))
    return Flow.DELIVER
