"""answer: checks the ceilings and sets the turn's stream of words."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Final

from amity.models.contract import (
    ChatRequest,
    ContextTooLong,
    Delta,
    Finished,
    Interrupted,
    Misconfigured,
    ProcessorError,
    RequestRefused,
    Speaker,
    StreamEvent,
    TakenBack,
)
from amity.models.tokens import estimate_prompt
from amity.observe import get_logger
from amity.sealed import SealedText
from amity.turn.services import Services
from amity.turn.stages.gate import explain, may_talk
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["answer"]

_log = get_logger("turn")
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


async def _asked(services: Services, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
    """Ask; where the prompt is too long, again with half of the talk, then with the last words."""
    for shorter in (*_shorter(request), None):
        try:
            async with aclosing(services.models.stream(request)) as events:
                async for event in events:
                    yield event
        except ContextTooLong as error:
            if shorter is None:
                raise
            _log.warning(
                "turn.prompt_too_long",
                model=error.model,
                estimate=estimate_prompt(request.messages),
                mend="write model_info.max_input_tokens, or a smaller models.prompt_tokens",
            )
            request = shorter
        else:
            return


def _shorter(request: ChatRequest) -> Iterator[ChatRequest]:
    """Give the request with less and less of what was said before its newest message."""
    first, messages = request.stable, request.messages
    # A hint for this answer stands before the newest message.
    hinted = len(messages) > first + 1 and messages[-2].speaker is Speaker.SYSTEM
    last = len(messages) - (2 if hinted else 1)
    for left_out in sorted({(last - first + 1) // 2, last - first} - {0}):
        kept = (*messages[:first], *messages[first + left_out :])
        yield replace(request, messages=kept)


async def _words(services: Services, turn: Turn, request: ChatRequest) -> AsyncIterator[SealedText]:
    """Yield the reply's words with the names put back; word a failure for the person."""
    assert turn.pseudonyms is not None
    restorer = turn.pseudonyms.restorer()
    try:
        if not may_talk(services, turn.person):
            # Who gets the words was changed by a reload after the turn had passed the gate.
            turn.failed = True
            explain(services, turn)
            return
        async with aclosing(_asked(services, request)) as events:
            async for event in events:
                match event:
                    case Delta(text=text):
                        restored = restorer.feed(text.reveal())
                        if restored:
                            yield SealedText(restored)
                    case TakenBack(model=model):
                        restorer = turn.pseudonyms.restorer()
                        _taken_back(turn, model)
                    case Finished(model=model, reason=reason):
                        turn.model = model
                        _ended(services, turn, reason)
    except ProcessorError as error:
        _failed(services, turn, error)
    finally:
        # What was stopped, cut or of no use is paid for, too.
        turn.usage = request.meter.usage if request.meter is not None else None
        services.ceilings.used(turn, turn.usage)
    rest = restorer.finish()
    if rest:
        yield SealedText(rest)


def _taken_back(turn: Turn, model: str) -> None:
    turn.pieces.clear()
    turn.restarts += 1
    get_logger("models").warning(
        "model.reasoning_shown",
        model=model,
        mend="set reasoning_without_opening_tag: true in the model_info of this model",
    )


def _ended(services: Services, turn: Turn, reason: str) -> None:
    turn.cut = turn.cut or reason in {"length", "filter"}
    if reason == "filter":
        turn.closing = services.text(turn.language, "error.cut")


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
        case ContextTooLong():
            key = "error.too_long"
        case RequestRefused():
            key = "error.refused"
        case _:
            key = "error.model"
    turn.say(
        services.text(
            turn.language, key, persona=turn.persona.name(turn.language), error_id=error_id
        )
    )
