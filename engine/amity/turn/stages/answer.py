"""answer: checks the ceilings and sets the turn's stream of words."""

from collections.abc import AsyncIterator

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
from amity.turn.stages.gate import explain, may_talk
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["answer"]


def answer(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        assert turn.request is not None
        reached = await services.ceilings.reached(turn.person.id)
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
    if not may_talk(services, turn.person):
        # Who gets the words was changed by a reload after the turn had passed the gate.
        turn.failed = True
        explain(services, turn)
        return
    restorer = turn.pseudonyms.restorer()
    finished = False
    came: list[str] = []
    try:
        async for event in services.models.stream(request):
            match event:
                case Delta(text=text):
                    came.append(text.reveal())
                    restored = restorer.feed(came[-1])
                    if restored:
                        yield SealedText(restored)
                case Finished(model=model, usage=usage, reason=reason):
                    finished = True
                    turn.model, turn.usage = model, usage
                    turn.cut = turn.cut or reason == "length"
    except ProcessorError as error:
        _failed(services, turn, error)
    finally:
        if came and not finished:
            # Stopped or cut: what came of it is paid for, too.
            turn.usage = services.models.estimate(request, "".join(came))
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
