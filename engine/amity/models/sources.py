"""The ways an answer comes out of LiteLLM, read as one: frames, one after the other.

``BytesSource`` reads OpenAI's dialect from the response itself, ``PartSource`` what LiteLLM's
parser for a provider makes of its stream, ``ChunkSource`` what LiteLLM makes of that in the end,
and ``WholeSource`` gives an answer that came in one piece.
"""

from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from amity.models.frames import Frame, FrameReader, Garbled, ProviderFault, thought_in
from amity.models.routes import best_counts

__all__ = ["BytesSource", "ChunkSource", "PartSource", "Source", "WholeSource", "open_source"]

# Classes of openai and LiteLLM that hold an unread response in OpenAI's dialect. One that is
# renamed one day is read through LiteLLM's chunks: slower, but right.
_OPENAI_STREAM: Final = "AsyncStream"
_OPENAI_DIALECT: Final = frozenset({"openai", "azure"})
_LITELLM_STREAMS: Final = frozenset(
    {
        "FireworksAIChatCompletionStreamingHandler",
        "GroqChatCompletionStreamingHandler",
        "MistralChatResponseIterator",
        "OpenAIChatCompletionStreamingHandler",
        "OpenRouterChatCompletionStreamingHandler",
        "XAIChatCompletionStreamingHandler",
    }
)
# Providers whose parts are known to need no more done to them. (Gemini's all say "stop".)
_PARTS: Final = frozenset({"anthropic", "ollama_chat"})


class Source(Protocol):
    """An answer that is coming."""

    async def read(self) -> Frame | None:
        """Return the next frame, ``None`` after the last. A frame may be empty: a sign of life.

        Raises:
            Exception: Whatever went wrong; ``faults.as_error`` says what that means.
        """
        ...

    async def aclose(self) -> None:
        """Let go of the response; the provider stops working on it. Again is a no-op."""
        ...


class BytesSource:
    """Reads an unread HTTP response. What came in one piece of the network is one frame."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._bytes: AsyncIterator[bytes] = response.aiter_bytes()
        self._reader = FrameReader()
        self._ended = False
        self._broken: Exception | None = None

    async def read(self) -> Frame | None:
        """Return what came since the last read, put together."""
        if self._broken is not None:
            raise self._broken
        if self._ended:
            return None
        data = await anext(self._bytes, None)
        if data is None:
            self._ended = True
        words: list[str] = []
        thought = 0
        finish = usage = None
        try:
            for frame in self._reader.finish() if data is None else self._reader.feed(data):
                words.append(frame.text)
                thought += frame.thought
                finish = frame.finish or finish
                usage = frame.usage or usage
        except (Garbled, ProviderFault) as error:
            self._broken = error  # the words before the broken frame count
        return Frame(text="".join(words), thought=thought, finish=finish, usage=usage)

    async def aclose(self) -> None:
        """Close the response."""
        await self._response.aclose()


class PartSource:
    """Reads the parts that LiteLLM's parser for one provider gives.

    LiteLLM copies and checks each of them several times before it gives them out, and no longer
    tells then whether the provider ended the stream.
    """

    def __init__(self, wrapper: Any) -> None:
        self._wrapper = wrapper
        self._parts: AsyncIterator[Any] | None = None
        self._counts: list[Any] = []

    async def read(self) -> Frame | None:
        """Return the next part."""
        if self._parts is None:
            # Some calls are only made when the stream is first read.
            if self._wrapper.completion_stream is None:
                await self._wrapper.fetch_stream()
            self._parts = aiter(self._wrapper.completion_stream)
        part = await anext(self._parts, None)
        if part is None:
            return None
        text, finish, counts = _flat(part) if isinstance(part, dict) else _nested(part)
        thought = _thought(part)
        if not counts:
            return Frame(text=text, thought=thought, finish=finish)
        self._counts.append(counts)
        return Frame(text=text, thought=thought, finish=finish, usage=best_counts(self._counts))

    async def aclose(self) -> None:
        """Close the stream and the response below it."""
        await self._wrapper.aclose()


def _flat(part: dict[str, Any]) -> tuple[str, str | None, Any]:
    """Read the older of LiteLLM's two forms of a part."""
    finish = part.get("finish_reason") if part.get("is_finished") else None
    return str(part.get("text") or ""), finish or None, part.get("usage")


def _nested(part: Any) -> tuple[str, str | None, Any]:
    """Read a part in the form of OpenAI's chunks."""
    choices = getattr(part, "choices", None)
    choice = choices[0] if choices else None
    text = getattr(getattr(choice, "delta", None), "content", None)
    finish = getattr(choice, "finish_reason", None)
    return text if isinstance(text, str) else "", finish or None, getattr(part, "usage", None)


def _thought(part: Any) -> int:
    choices = getattr(part, "choices", None)
    delta = getattr(choices[0], "delta", None) if choices else None
    return thought_in(getattr(delta, "reasoning_content", None))


class ChunkSource:
    """Reads the chunks that LiteLLM gives out in the end."""

    def __init__(self, wrapper: Any) -> None:
        self._wrapper = wrapper
        self._chunks = aiter(wrapper)
        self._rest: AsyncIterator[Any] | None = None
        self._finished = False

    async def read(self) -> Frame | None:
        """Return the next chunk, and after the last words the token counts."""
        if self._finished:
            return await self._tail()
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            self._finished = True
            return None
        text, finish, _ = _nested(chunk)
        if finish is None:
            return Frame(text=text, thought=_thought(chunk))
        self._finished = True
        if not self._was_said(finish):
            return Frame(text=text)
        return Frame(text=text, finish=finish, usage=self._so_far(chunk))

    def _was_said(self, finish: str) -> bool:
        """Whether the provider sent the finish reason: LiteLLM invents one for a broken stream.

        It keeps the real one in one of two places, the second for one that came with words.
        """
        places = ("received_finish_reason", "intermittent_finish_reason")
        return any(getattr(self._wrapper, place, finish) is not None for place in places)

    async def _tail(self) -> Frame | None:
        """Read what the provider sends after the last words, for the token counts.

        LiteLLM would count all tokens again at this point and tell its loggers, which costs more
        than the whole rest of the call; so its provider's own chunks are read.
        """
        if self._rest is None:
            inner = getattr(self._wrapper, "completion_stream", None)
            if not isinstance(inner, AsyncIterator):
                return None
            self._rest = inner
        chunk = await anext(self._rest, None)
        if chunk is None:
            return None
        usage = chunk.get("usage") if isinstance(chunk, dict) else getattr(chunk, "usage", None)
        return Frame(usage=best_counts([usage]) if usage else None)

    def _so_far(self, last: Any) -> dict[str, int] | None:
        seen = [*(getattr(self._wrapper, "chunks", None) or ()), last]
        counts = [usage for chunk in seen if (usage := getattr(chunk, "usage", None)) is not None]
        return best_counts(counts) if counts else None

    async def aclose(self) -> None:
        """Close the stream and the response below it."""
        close = getattr(self._wrapper, "aclose", None)
        if close is not None:
            await close()


class WholeSource:
    """Gives an answer that was not streamed."""

    def __init__(self, response: Any) -> None:
        self._frames: deque[Frame] = deque()
        try:
            choice = response.choices[0]
            text = choice.message.content or ""
        except (AttributeError, IndexError, TypeError):
            raise Garbled("the answer holds no choice") from None
        usage = getattr(response, "usage", None)
        counts = None if usage is None else best_counts([usage])
        self._frames.append(Frame(text=text, finish=choice.finish_reason or "stop", usage=counts))

    async def read(self) -> Frame | None:
        """Return the answer, then ``None``."""
        return self._frames.popleft() if self._frames else None

    async def aclose(self) -> None:
        """There is nothing to close."""


def open_source(answer: Any, *, streamed: bool) -> Source:
    """Return the best source for what LiteLLM returned.

    Raises:
        ProviderFault: It returned nothing.
        Garbled: The answer came in one piece and holds no choice.
    """
    if answer is None:
        # What LiteLLM returns after a 422 that no left-out parameter could mend.
        raise ProviderFault(422, "")
    if not streamed:
        return WholeSource(answer)
    inner = getattr(answer, "completion_stream", None)
    response: Any = None
    if type(inner).__name__ == _OPENAI_STREAM:
        # The same class also carries old text completions, whose frames look different.
        if getattr(answer, "custom_llm_provider", None) in _OPENAI_DIALECT:
            response = getattr(inner, "response", None)
    elif type(inner).__name__ in _LITELLM_STREAMS:
        response = getattr(inner, "http_response", None)
    if response is not None and hasattr(response, "aiter_bytes"):
        return BytesSource(response)
    known = getattr(answer, "custom_llm_provider", None) in _PARTS
    if known and hasattr(answer, "completion_stream") and hasattr(answer, "fetch_stream"):
        return PartSource(answer)
    return ChunkSource(answer)
