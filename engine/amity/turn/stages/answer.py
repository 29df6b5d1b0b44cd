"""answer: checks the ceilings and sets the turn's stream of words."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Final

from amity.models.contract import (
    ChatRequest,
    Delta,
    Finished,
    Interrupted,
    Misconfigured,
    ProcessorError,
    RequestRefused,
)
from amity.sealed import SealedText
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["answer"]

_REPLY: Final = 500
"""Tokens that a reply is taken to have while it is not known how many it may have."""


def answer(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        assert turn.request is not None
        expected = partial(
            services.models.estimate, turn.request, turn.request.max_tokens or _REPLY
        )
        reached = await services.ceilings.reserve(turn, expected)
        if reached is not None:
            turn.failed = True
            turn.say(services.text(turn.language, reached))
            return Flow.DELIVER
        turn.stream = _words(services, turn, turn.request)
        return Flow.ON

    return stage


async def _words(services: Services, turn: Turn, request: ChatRequest) -> AsyncIterator[SealedText]:
    """Yield the reply's words with the names put back; word a failure for the person."""
    assert turn.pseudonyms is not None
    restorer = turn.pseudonyms.restorer()
    try:
        async with aclosing(services.models.stream(request)) as events:
            async for event in events:
                match event:
                    case Delta(text=text):
                        restored = restorer.feed(text.reveal())
                        if restored:
                            yield SealedText(restored)
                    case Finished(model=model, reason=reason):
                        turn.model = model
                        turn.cut = turn.cut or reason == "length"
    except ProcessorError as error:
        _failed(services, turn, error)
    finally:
        # What was stopped, cut or of no use is paid for, too.
        turn.usage = request.meter.usage if request.meter is not None else None
        services.ceilings.used(turn, turn.usage)
    rest = restorer.finish()
    if rest:
        yield SealedText(rest)


def _failed(services: Services, turn: Turn, error: ProcessorError) -> None:
    error_id = services.record.failed(turn, "answer", error)
    if isinstance(error, Interrupted):
        turn.cut = True
        turn.closing = services.text(turn.language, "error.cut")
        return
    turn.failed = True
    match error:
        case Misconfigured():
            key = "error.operator"
        case RequestRefused():
            key = "error.refused"
        case _:
            key = "error.model"
    turn.say(
        services.text(
            turn.language, key, persona=turn.persona.name(turn.language), error_id=error_id
        )
    )
