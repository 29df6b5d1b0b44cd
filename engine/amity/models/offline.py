"""The offline voice: a small rule-based companion for where no AI model is connected.

It stands in the tradition of ELIZA (J. Weizenbaum, Communications of the ACM 9(1), 1966), says in
its first words in a conversation and whenever asked that it is one, and how to connect a model. It
opens no socket, keeps nothing, and is a processor like any other.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from amity.models._offline_reply import reply
from amity.models._offline_rules import Voice, load_voices
from amity.models.contract import (
    ChatRequest,
    Companion,
    Delta,
    Finished,
    Moderation,
    Processor,
    Role,
    StreamEvent,
    Unsupported,
    Usage,
)
from amity.sealed import SealedText

__all__ = ["MODEL", "OfflineVoice"]

MODEL: Final = "offline"
"""What an answer names as its model where the request names none."""

_REMEMBERED: Final = 1024
_PIECE: Final = re.compile(r"\s*\S+\s*")
_NOBODY: Final = Companion(name="Amity")


class OfflineVoice:
    """A processor of rules.

    Args:
        pace: Seconds between words, so that a reply can be seen coming and be stopped.
        voices: The rules by language; those that ship if left out.
    """

    def __init__(self, *, pace: float = 0.02, voices: Mapping[str, Voice] | None = None) -> None:
        self._pace = pace
        self._voices = dict(voices) if voices is not None else None
        # Marks of the last requests, keyed by a secret that dies with the process: no words.
        self._secret = secrets.token_bytes(32)
        self._seen: dict[bytes, int] = {}

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Answer word by word.

        Raises:
            Unsupported: The request asks for anything but a chat reply.
        """
        if request.role is not Role.CHAT:
            raise Unsupported(f"the offline voice cannot {request.role.value}", model=MODEL)
        companion = request.companion or _NOBODY
        voice = await self._voice(companion.language)
        text = reply(voice, companion, request.messages, again=self._again(request))
        for piece in _PIECE.findall(text):
            yield Delta(SealedText(piece))
            if self._pace:
                await asyncio.sleep(self._pace)
        yield Finished(model=request.model or MODEL, usage=Usage(cost=0.0))

    async def embed(
        self, texts: Sequence[SealedText], model: str | None = None
    ) -> list[list[float]]:
        """Raise ``Unsupported``."""
        raise Unsupported("the offline voice has no embeddings", model=MODEL)

    async def moderate(self, text: SealedText, model: str | None = None) -> Moderation:
        """Raise ``Unsupported``."""
        raise Unsupported("the offline voice has no moderation", model=MODEL)

    async def transcribe(
        self, audio: bytes, media_type: str, model: str | None = None
    ) -> SealedText:
        """Raise ``Unsupported``."""
        raise Unsupported("the offline voice cannot hear", model=MODEL)

    async def speak(self, text: SealedText, voice: str, model: str | None = None) -> bytes:
        """Raise ``Unsupported``."""
        raise Unsupported("the offline voice cannot speak aloud", model=MODEL)

    async def aclose(self) -> None:
        """Do nothing: there is nothing to release."""

    def _again(self, request: ChatRequest) -> int:
        """Tell how often this very request was answered before: then another reply is wanted."""
        mark = hashlib.blake2b(key=self._secret, digest_size=16)
        for message in request.messages:
            mark.update(message.text.reveal().encode("utf-8", "replace"))
            mark.update(message.speaker.value.encode())
        if request.companion is not None:
            mark.update(repr(request.companion).encode())
        seen = mark.digest()
        times = self._seen.pop(seen, 0)
        self._seen[seen] = times + 1
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return times

    async def _voice(self, language: str) -> Voice:
        # Read at the first answer: with a model connected it is never needed.
        if self._voices is None:
            self._voices = await asyncio.to_thread(load_voices)
        primary = language.partition("-")[0].lower()
        return self._voices.get(primary) or self._voices["en"]


def _is_processor(voice: OfflineVoice) -> Processor:
    return voice
