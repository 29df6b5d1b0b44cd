"""One answer on its way from one deployment: time-outs, reasoning, and how it ends."""

import asyncio
import contextlib
import dataclasses
from typing import Any, Final

from amity.models.config import Timeouts
from amity.models.contract import (
    ChatRequest,
    Delta,
    EmptyReply,
    Finished,
    Interrupted,
    ProcessorError,
    RequestRefused,
    StreamEvent,
    TakenBack,
    Unavailable,
    Usage,
)
from amity.models.faults import as_error, surely_unused
from amity.models.frames import Frame, Garbled
from amity.models.halves import Halves
from amity.models.reasoning import ReasoningFilter
from amity.models.routes import Route, usage_of
from amity.models.sources import Source, open_source
from amity.models.tokens import estimate_prompt, estimate_tokens
from amity.sealed import SealedText

__all__ = ["Answer"]

_TAIL: Final = 2.0  # seconds that the token counts may come after the last word
_DRAIN: Final = 0.5  # seconds for the end of the response, so that the connection can be kept
_TOO_LONG: Final = frozenset({"length", "max_tokens", "model_context_window_exceeded"})
_WITHHELD: Final = frozenset(
    {
        "blocklist",
        "content_filter",
        "guardrail_intervened",
        "prohibited_content",
        "recitation",
        "refusal",
        "safety",
        "spii",
    }
)


class Answer:
    """A chat call. ``next`` until it returns ``None`` or raises, then ``aclose``.

    Attributes:
        started: Whether words of it have been given out.
    """

    def __init__(
        self, library: Any, route: Route, request: ChatRequest, timeouts: Timeouts
    ) -> None:
        self.started = False
        self._library = library
        self._route = route
        self._request = request
        self._idle = timeouts.idle
        self._whole = timeouts.answer
        self._halves = Halves()
        # Of an answer that comes whole nothing has to be taken back.
        self._filter = ReasoningFilter(held=route.reasons_first or not route.streams)
        self._waiting: Delta | None = None
        self._shown = False  # whether words were given out that stand
        self._source: Source | None = None
        self._sent = False
        self._unused = False
        self._alive = False
        self._read_all = False
        self._ended = False
        self._words: list[str] = []  # reasoning among them included: it is paid for
        self._thought = 0
        self._finish: str | None = None
        self._counts: Any = None
        self._counted = False
        now = asyncio.get_running_loop().time()
        first = timeouts.first_token if route.first_token is None else route.first_token
        # An answer that is not streamed shows no sign of life before it is whole.
        self._first = now + first + (0.0 if route.streams else timeouts.idle)
        self._last = now + timeouts.answer

    async def next(self) -> StreamEvent | None:
        """Return the next event, ``None`` after ``Finished``.

        Raises:
            ProcessorError: ``Interrupted`` after the first words, any other before them.
        """
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            return waiting
        while not self._read_all:
            frame = await self._frame()
            if frame is None:
                self._read_all = True
                visible = self._filter.feed(self._halves.finish()) + self._filter.finish(
                    cut=self._route.reasons_first and self._reason() == "length"
                )
            else:
                visible = self._take(frame)
            event = self._event(visible)
            if event is not None:
                return event
        if self._ended:
            return None
        self._ended = True
        return self._finished()

    def _event(self, visible: str) -> StreamEvent | None:
        taken_back = self._filter.takes_back()
        words = Delta(SealedText(visible)) if visible else None
        self._shown = bool(visible) or (self._shown and not taken_back)
        self.started = self.started or self._shown
        if not taken_back:
            return words
        self._waiting = words
        return TakenBack(model=self._route.name)

    async def aclose(self) -> None:
        """Let go of the response; the provider stops working on it. Again is a no-op."""
        self._count()
        source, self._source = self._source, None
        if source is None:
            return
        # A connection that is broken already may break again while it is closed.
        with contextlib.suppress(Exception):
            if self._finish is not None:
                # A connection whose response was read to its end is used for the next call.
                async with asyncio.timeout(_DRAIN):
                    while await source.read() is not None:
                        pass
        with contextlib.suppress(Exception):
            await source.aclose()

    def _count(self) -> None:
        """Add what was used to the request's meter, once, however the answer ended."""
        sent, self._sent = self._sent, False
        if sent and not self._unused and self._request.meter is not None:
            self._request.meter.add(self._usage())

    def _take(self, frame: Frame) -> str:
        """Keep what a frame tells and return what of it may be shown."""
        if frame.finish is not None:
            self._finish = frame.finish
        if frame.usage is not None:
            self._counts = frame.usage
            # Some providers count along; only what comes with the end or after it is the total.
            self._counted = self._finish is not None
        self._thought += frame.thought
        text = self._halves.feed(frame.text)
        if not text:
            return ""
        self._words.append(text)
        return self._filter.feed(text)

    async def _frame(self) -> Frame | None:
        if self._finish is not None:
            return await self._tail()
        now = asyncio.get_running_loop().time()
        until = min(now + self._idle if self._alive else self._first, self._last)
        failure: Exception
        try:
            async with asyncio.timeout_at(until):
                if self._source is None:
                    self._source = await self._open()
                frame = await self._source.read()
            self._alive = True
            return frame
        except Exception as error:  # noqa: BLE001 - mapped in one place, whatever it is
            failure = error
        # Raised here and not above: a provider's exception holds the prompt, so it must not hang
        # on ours as its context.
        raise self._broken(failure)

    async def _tail(self) -> Frame | None:
        """Read what comes after the last word; nothing that goes wrong there matters any more."""
        if self._counted or self._source is None:
            return None
        try:
            async with asyncio.timeout(_TAIL):
                return await self._source.read()
        except Exception:  # noqa: BLE001 - the answer is whole
            return None

    async def _open(self) -> Source:
        route = self._route
        self._sent = True
        # LiteLLM's own time-out only has to end what ours no longer waits for. It is the same for
        # every call, because LiteLLM keeps one client, with its connections, for each value.
        answer = await self._library.acompletion(
            timeout=self._whole, **route.arguments(self._request)
        )
        return open_source(answer, streamed=route.streams)

    def _broken(self, failure: Exception) -> ProcessorError:
        error = self._error_of(failure)
        idle = not self._words and not self._thought and not self._counts
        self._unused = idle and surely_unused(failure, error)
        return error

    def _error_of(self, failure: Exception) -> ProcessorError:
        name = self._route.name
        silent = isinstance(failure, TimeoutError)
        if self.started:
            how = "the provider fell silent" if silent else "the connection broke"
            return Interrupted(f'model "{name}": {how} in the middle of an answer', model=name)
        if silent:
            return Unavailable(f'model "{name}": the provider did not answer in time', model=name)
        if isinstance(failure, Garbled):
            return Unavailable(
                f'model "{name}": the answer is not in the form expected; check api_base',
                model=name,
            )
        asked = "\n".join(message.text.reveal() for message in self._request.messages)
        return as_error(failure, name, asked)

    def _finished(self) -> Finished:
        name, finish = self._route.name, self._finish
        reason = self._reason()
        if not self._shown:
            if reason == "filter":
                raise RequestRefused(
                    f'model "{name}": the provider withheld the answer', model=name
                )
            why = "; the token limit was used up before the first word" * (reason == "length")
            raise EmptyReply(f'model "{name}": the answer held no words{why}', model=name)
        if finish is None:
            raise Interrupted(
                f'model "{name}": the stream ended in the middle of an answer', model=name
            )
        return Finished(model=name, reason=reason, usage=self._usage())

    def _reason(self) -> str:
        said = (self._finish or "").lower()
        return "length" if said in _TOO_LONG else "filter" if said in _WITHHELD else "stop"

    def _usage(self) -> Usage:
        counted = usage_of(self._route, self._counts)
        if counted is not None and self._finish is not None:
            return counted
        # Counts that come before the end are the prompt's, and not yet the words'.
        told = counted or Usage()
        guess = Usage(
            input_tokens=told.input_tokens or estimate_prompt(self._request.messages),
            output_tokens=max(
                told.output_tokens, self._thought + estimate_tokens("".join(self._words))
            ),
            estimated=True,
        )
        return dataclasses.replace(guess, cost=self._route.priced(guess, 0, 0))
