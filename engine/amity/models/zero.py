"""A processor that costs nothing: fixed words at a fixed pace, to measure everything around it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from amity.models.contract import (
    ChatRequest,
    Delta,
    Finished,
    Misconfigured,
    Moderation,
    StreamEvent,
    Unsupported,
    Usage,
)
from amity.sealed import SealedText

__all__ = ["Pace", "ZeroProcessor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a ``amity/zero`` entry says, under the same names in ``litellm_params``.

    Attributes:
        text: The words of one chunk.
        chunks: How many chunks; 1 is an answer that is not streamed.
        first: Seconds until the first chunk.
        between: Seconds before each further chunk.
    """

    text: str = "All is well with me, and I am glad you ask. "
    chunks: int = 1
    first: float = 0.0
    between: float = 0.0

    @classmethod
    def read(cls, params: Mapping[str, Any], name: str) -> Self:
        """Return the pace that a model entry asks for.

        Raises:
            Misconfigured: A key is unknown or of the wrong kind.
        """
        given = {key: value for key, value in params.items() if key != "model"}
        kinds: dict[str, type | tuple[type, ...]] = {
            "text": str,
            "chunks": int,
            "first": (int, float),
            "between": (int, float),
        }
        for key, value in given.items():
            if key not in kinds or isinstance(value, bool) or not isinstance(value, kinds[key]):
                raise Misconfigured(
                    f'model "{name}": amity/zero takes text, chunks, first and between,'
                    f" not {key} of that kind",
                    model=name,
                )
        pace = cls(**given)
        if pace.chunks < 1 or pace.first < 0 or pace.between < 0 or not pace.text.strip():
            raise Misconfigured(
                f'model "{name}": amity/zero needs some text, a chunk, and no negative time',
                model=name,
            )
        return pace


class ZeroProcessor:
    """Answers everything with the same words. It reads nothing of the request."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._delta = Delta(SealedText(self._pace.text))

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Answer with the fixed words; each chunk is one token of usage."""
        pace = self._pace
        for number in range(pace.chunks):
            wait = pace.between if number else pace.first
            if wait:
                await asyncio.sleep(wait)
            yield self._delta
        usage = Usage(output_tokens=pace.chunks, cost=0.0)
        yield Finished(model=request.model or "zero", usage=usage)

    async def embed(
        self, texts: Sequence[SealedText], model: str | None = None
    ) -> list[list[float]]:
        """Return the same vector for each text."""
        return [[1.0, 0.0, 0.0] for _ in texts]

    async def moderate(self, text: SealedText, model: str | None = None) -> Moderation:
        """Find nothing wrong."""
        return Moderation(flagged=False)

    async def transcribe(
        self, audio: bytes, media_type: str, model: str | None = None
    ) -> SealedText:
        """Raise ``Unsupported``: it has no ears."""
        raise Unsupported("amity/zero does not transcribe", model=model or "")

    async def speak(self, text: SealedText, voice: str, model: str | None = None) -> bytes:
        """Raise ``Unsupported``: it has no voice."""
        raise Unsupported("amity/zero does not speak", model=model or "")

    async def aclose(self) -> None:
        """There is nothing to release."""
