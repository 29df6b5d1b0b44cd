"""One chat call to one model: its first event, a second try, the rest, and what became of it."""

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Final

from amity.models.config import ModelsConfig
from amity.models.contract import (
    ChatRequest,
    Delta,
    EmptyReply,
    Finished,
    Interrupted,
    Misconfigured,
    Processor,
    ProcessorError,
    RateLimited,
    RequestRefused,
    StreamEvent,
    Unavailable,
    Unsupported,
    Usage,
)
from amity.models.health import CallReport, Health
from amity.models.tokens import estimate_prompt, estimate_tokens
from amity.sealed import SealedText

__all__ = ["Call"]

_PAUSE: Final = 0.5  # seconds before the second try, where the provider asks for nothing


class Call:
    """A call: ``begin`` once, then ``events`` once.

    Before each try ``ready`` waits until the model can be asked, or raises why it cannot. What
    becomes of the call is written into the model's health, and told to ``on_call`` when it is over.
    """

    def __init__(
        self,
        name: str,
        request: ChatRequest,
        *,
        processor: Processor | None,
        health: Health,
        config: ModelsConfig,
        now: Callable[[], float],
        ready: Callable[[], Awaitable[None]],
        on_call: Callable[[CallReport], None] | None,
    ) -> None:
        self._name = name
        self._request = dataclasses.replace(request, model=name)
        self._processor = processor
        self._health = health
        self._config = config
        self._now = now
        self._ready = ready
        self._on_call = on_call
        self._began = now()
        self._first_after: float | None = None
        self._first: StreamEvent | None = None
        self._rest: AsyncIterator[StreamEvent] | None = None
        self._words: list[SealedText] = []
        self._counted = request.meter.calls if request.meter is not None else 0

    async def begin(self, *, patiently: bool) -> None:
        """Wait for the first event of the answer.

        Args:
            patiently: Try a second time if the first failure came fast and may pass.

        Raises:
            ProcessorError: The model did not begin to answer.
        """
        try:
            await self._begin()
        except ProcessorError as error:
            if not (patiently and self._may_pass(error)):
                raise
            failed = error
        else:
            return  # nearly always: the machinery of a second try costs more than all the rest
        await asyncio.sleep(_pause(failed))
        await self._begin()

    async def _begin(self) -> None:
        self._began = self._now()
        failure: ProcessorError
        try:
            if self._processor is None:
                raise Misconfigured(
                    f'there is no model "{self._name}" in model_list', model=self._name
                )
            await self._ready()
            events = aiter(self._processor.stream(self._request))
            try:
                self._first = await anext(events)
            except BaseException:
                await _close(events)
                raise
        except StopAsyncIteration:
            failure = EmptyReply(f'model "{self._name}": it gave no answer', model=self._name)
        except Interrupted as error:
            # Nothing was shown yet, so for the reader the answer has not begun.
            failure = Unavailable(str(error), model=self._name)
        except ProcessorError as error:
            failure = error
        else:
            self._rest = events
            self._first_after = self._now() - self._began
            return
        self._failed(failure)
        raise failure

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """Give the whole answer.

        Raises:
            Interrupted: It broke off, whatever the processor called it.
        """
        first, rest = self._first, self._rest
        if first is None or rest is None:
            raise RuntimeError("begin() comes first")
        finished = first if isinstance(first, Finished) else None
        failure: ProcessorError | None = None
        try:
            if isinstance(first, Delta):
                self._words.append(first.text)
            yield first
            async for event in rest:
                if isinstance(event, Finished):
                    finished = event
                elif isinstance(event, Delta):
                    self._words.append(event.text)
                yield event
        except ProcessorError as error:
            failure = error
        except GeneratorExit:
            self._report("ok" if finished else "left", finished)
            raise
        finally:
            await _close(rest)
            self._measure(finished)
        if failure is None:
            self._health.succeeded(self._now())
            self._report("ok", finished)
            return
        if not isinstance(failure, Interrupted):
            failure = Interrupted(str(failure), model=self._name)
        self._failed(failure)
        raise failure

    def _measure(self, finished: Finished | None) -> None:
        """Count what a processor used that has not told the meter itself."""
        meter = self._request.meter
        if meter is None or meter.calls > self._counted:
            return
        if finished is not None:
            meter.add(finished.usage)
            return
        words = "".join(text.reveal() for text in self._words)
        meter.add(
            Usage(
                input_tokens=estimate_prompt(self._request.messages),
                output_tokens=estimate_tokens(words),
                cost=0.0,
                estimated=True,
            )
        )

    def _may_pass(self, error: BaseException) -> bool:
        """Whether a failure is worth a second try: it came fast and may be over soon."""
        budget = self._config.retry_budget
        if not isinstance(error, RateLimited | Unavailable | EmptyReply) or budget <= 0:
            return False
        if isinstance(error, RateLimited) and (error.seconds or 0.0) > budget:
            return False
        return self._now() - self._began <= budget

    def _failed(self, error: ProcessorError) -> None:
        if not isinstance(error, RequestRefused | Unsupported):
            self._health.failed(error, self._now(), self._config.cooling)
        self._report(type(error).__name__, None)

    def _report(self, outcome: str, finished: Finished | None) -> None:
        if self._on_call is not None:
            self._on_call(
                CallReport(
                    model=self._name,
                    role=self._request.role,
                    outcome=outcome,
                    first=self._first_after,
                    seconds=self._now() - self._began,
                    finished=finished,
                )
            )


def _pause(error: ProcessorError) -> float:
    if isinstance(error, RateLimited) and error.seconds is not None:
        return error.seconds
    return _PAUSE


async def _close(events: AsyncIterator[StreamEvent]) -> None:
    if isinstance(events, AsyncGenerator):
        await events.aclose()
