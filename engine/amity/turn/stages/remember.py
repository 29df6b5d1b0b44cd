"""remember: what is noted after a turn has been answered, never in its way."""

from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["remember"]

_SEEN_EVERY = 3_600_000  # milliseconds; the period of inactivity is counted in days


def remember(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        now = services.clock.now()
        if turn.keep and turn.person.stored and now - turn.person.seen_at > _SEEN_EVERY:
            turn.person = await services.people.set(turn.person, seen_at=now)
        return Flow.ON

    return stage
