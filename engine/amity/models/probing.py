"""The tiny real calls by which ``amity check`` finds out whether a model works."""

import io
import wave
from collections.abc import AsyncGenerator, Sequence

from amity.models.contract import (
    ChatMessage,
    ChatRequest,
    Companion,
    Delta,
    Processor,
    Role,
    Speaker,
)
from amity.sealed import SealedText

__all__ = ["probe_call"]

_CHAT = frozenset({Role.CHAT, Role.EXTRACT, Role.SUMMARISE})


async def probe_call(processor: Processor, name: str, roles: Sequence[Role]) -> None:
    """Ask a model for the least that shows that it works.

    Args:
        processor: Who answers for it.
        name: The config's model name.
        roles: What it is used for. A model without a role, such as a fallback, is asked to chat.

    Raises:
        ProcessorError: It does not work; the error says who must act.
    """
    if not roles or not _CHAT.isdisjoint(roles):
        await _chat(processor, name)
        return
    for role in roles:
        match role:
            case Role.EMBED:
                await processor.embed([SealedText("ok")], name)
            case Role.MODERATE:
                await processor.moderate(SealedText("ok"), name)
            case Role.TRANSCRIBE:
                await processor.transcribe(_silence(), "audio/wav", name)
            case _:
                await processor.speak(SealedText("ok"), "alloy", name)


async def _chat(processor: Processor, name: str) -> None:
    request = ChatRequest(
        model=name,
        messages=(ChatMessage(Speaker.USER, SealedText("Answer with the one word: ok")),),
        companion=Companion(name="Amity"),
    )
    events = processor.stream(request)
    try:
        async for event in events:
            # The first word shows all there is to know; the rest need not be paid for.
            if isinstance(event, Delta):
                return
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _silence() -> bytes:
    """Return half a second of nothing, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(16_000))
    return file.getvalue()
