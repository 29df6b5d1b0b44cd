"""Requests, and what comes of them, in few words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from amity.models import (
    ChatMessage,
    ChatRequest,
    Delta,
    Finished,
    Models,
    ProcessorError,
    Speaker,
    TakenBack,
)
from amity.sealed import SealedText

CANARY = "canary-7f3a of the person"


@dataclass
class Said:
    """What came of a request: the words as they came, the end, or the error."""

    parts: list[str] = field(default_factory=list)
    taken_back: int = 0
    finished: Finished | None = None
    error: ProcessorError | None = None

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass
class Clock:
    """A monotonic clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def question(text: str = CANARY, **more: Any) -> ChatRequest:
    """Return a request with a system prompt and one question."""
    return ChatRequest(
        messages=(
            ChatMessage(Speaker.SYSTEM, SealedText("You are Mia.")),
            ChatMessage(Speaker.USER, SealedText(text)),
        ),
        stable=1,
        **more,
    )


_warm: set[str] = set()


async def warm(make: Callable[..., Models], base: str, model: str) -> None:
    """Ask a model once with all the time in the world: LiteLLM imports a provider when first used.

    For tests whose time-outs are shorter than that may take.
    """
    if model not in _warm:
        _warm.add(model)
        await ask(make(section(entry("warm", base, model))))


async def ask(models: Models, request: ChatRequest | None = None, **more: Any) -> Said:
    """Ask and collect everything; an error is part of the answer."""
    said = Said()
    try:
        async for event in models.stream(request or question(), **more):
            if isinstance(event, Delta):
                assert said.finished is None, "words after the end"
                said.parts.append(event.text.reveal())
            elif isinstance(event, TakenBack):
                assert said.text, "nothing to take back"
                said.taken_back += 1
                said.parts.clear()
            else:
                said.finished = event
    except ProcessorError as error:
        said.error = error
    return said


def entry(name: str, base: str, model: str = "openai/gpt-fake", **params: Any) -> dict[str, Any]:
    """Return a ``model_list`` entry that talks to a server of a test."""
    given = {"model": model, "api_base": base, "api_key": "sk-test", **params}
    return {"model_name": name, "litellm_params": given}


def section(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a ``models:`` section without a second try.

    The time-outs are long: what a test says of errors must not depend on how busy the machine is.
    """
    times = {"first_token_timeout": 50.0, "idle_timeout": 50.0, "retry_budget": 0.0}
    return {"model_list": list(entries), **times, **more}


def fallbacks(**chains: Sequence[str]) -> dict[str, Any]:
    """Return ``router_settings`` with fallbacks."""
    return {"fallbacks": [{name: list(chain)} for name, chain in chains.items()]}
