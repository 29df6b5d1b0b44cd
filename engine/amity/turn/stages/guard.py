"""guard: judges what goes out, sentence by sentence, while it streams."""

from collections.abc import AsyncIterator

from amity.safety import SentenceGuard
from amity.sealed import SealedText
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["guard"]


def guard(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        if turn.stream is not None:
            turn.stream = _guarded(services, turn, turn.stream)
        return Flow.ON

    return stage


async def _guarded(
    services: Services, turn: Turn, stream: AsyncIterator[SealedText]
) -> AsyncIterator[SealedText]:
    def new() -> SentenceGuard:
        return SentenceGuard(
            disclosure=services.text(
                turn.language, "disclosure.asked", persona=turn.persona.name(turn.language)
            ),
            stop=services.text(turn.language, "hard_stop.output"),
            persona=turn.persona.name(turn.language),
            asked=turn.asked_if_human,
        )

    sentences, restarts = new(), turn.restarts
    try:
        async for piece in stream:
            if restarts != turn.restarts:
                sentences, restarts = new(), turn.restarts
            safe = sentences.feed(piece.reveal())
            if safe:
                yield SealedText(safe)
            if sentences.stopped:
                return
        rest = sentences.finish() if restarts == turn.restarts else ""
        if rest:
            yield SealedText(rest)
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
