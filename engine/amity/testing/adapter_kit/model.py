"""A model in this process that says what a test wants, when the test wants it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from amity.models.contract import (
    ChatRequest,
    Delta,
    Finished,
    Moderation,
    Speaker,
    StreamEvent,
    Unsupported,
    Usage,
)
from amity.sealed import SealedText

__all__ = ["Script", "ScriptedModel"]


class Script:
    """One answer.

    Attributes:
        begun: Set once the model is asked and this is its answer.
    """

    def __init__(self, chunks: Sequence[str], hold: int | None) -> None:
        self.chunks = tuple(chunks)
        self.begun = asyncio.Event()
        self._hold = hold
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let the rest of the answer come."""
        self._released.set()

    async def words(self) -> AsyncIterator[str]:
        """Yield the chunks, and wait where that was asked for."""
        self.begun.set()
        for number, chunk in enumerate(self.chunks):
            if number == self._hold:
                await self._released.wait()
            yield chunk


class ScriptedModel:
    """An AI processor. Without a script it repeats what was said to it.

    Attributes:
        asked: Every request, oldest first.
    """

    def __init__(self) -> None:
        self.asked: list[ChatRequest] = []
        self._scripts: deque[Script] = deque()

    def will_say(self, *chunks: str, hold: int | None = None) -> Script:
        """Put an answer after those that were put before.

        Args:
            chunks: The words, as they come.
            hold: How many chunks come before the answer waits to be released.
        """
        script = Script(chunks, hold)
        self._scripts.append(script)
        return script

    def forget(self) -> None:
        """Drop the answers that were not asked for."""
        self._scripts.clear()

    @property
    def heard(self) -> str:
        """All words of all prompts."""
        return "\n".join(m.text.reveal() for request in self.asked for m in request.messages)

    def times(self, words: str) -> int:
        """Return how often it was asked to answer these words."""
        return sum(words in last_words(request) for request in self.asked)

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Answer as scripted."""
        self.asked.append(request)
        if self._scripts:
            script = self._scripts.popleft()
        else:
            script = Script((f"You told me: {last_words(request)}",), None)
        async for words in script.words():
            yield Delta(SealedText(words))
        yield Finished(model=request.model or "scripted", usage=Usage(output_tokens=1, cost=0.0))

    async def embed(
        self, texts: Sequence[SealedText], model: str | None = None
    ) -> list[list[float]]:
        """Return the same vector for each text."""
        return [[1.0, 0.0] for _ in texts]

    async def moderate(self, text: SealedText, model: str | None = None) -> Moderation:
        """Find nothing wrong."""
        return Moderation(flagged=False)

    async def transcribe(
        self, audio: bytes, media_type: str, model: str | None = None
    ) -> SealedText:
        """Raise ``Unsupported``."""
        raise Unsupported("the scripted model does not transcribe", model=model or "")

    async def speak(self, text: SealedText, voice: str, model: str | None = None) -> bytes:
        """Raise ``Unsupported``."""
        raise Unsupported("the scripted model does not speak", model=model or "")

    async def aclose(self) -> None:
        """There is nothing to release."""


def last_words(request: ChatRequest) -> str:
    """Return what the person said last in a request."""
    said = [m.text.reveal() for m in request.messages if m.speaker is Speaker.USER]
    return said[-1] if said else ""
