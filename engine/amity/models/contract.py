"""What an AI processor is to the engine, and how it fails.

ProcessorError
├── Misconfigured     the operator: wrong or missing key, no such model, no credit left
├── RateLimited       the provider asks to wait
├── Unavailable       the provider: 5xx, cannot be reached, time-out before the first token
├── EmptyReply        the provider: the stream ended well but held no words
├── Interrupted       the stream broke after its first words
├── RequestRefused    the provider does not take this request (content policy, bad parameter):
│   │                 another model of the same kind would be asked the same thing, so nothing
│   │                 falls back
│   └── ContextTooLong  the prompt is too long; models named for that case are asked instead
└── Unsupported       this processor has no such ability

Messages of these errors name the model and the kind of failure; they never quote the provider's
answer, because providers quote prompts.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from amity.errors import AmityError
from amity.sealed import SealedText

__all__ = [
    "ChatMessage",
    "ChatRequest",
    "Companion",
    "ContextTooLong",
    "Delta",
    "EmptyReply",
    "Finished",
    "Interrupted",
    "Meter",
    "Misconfigured",
    "Moderation",
    "Processor",
    "ProcessorError",
    "RateLimited",
    "RequestRefused",
    "Role",
    "Speaker",
    "StreamEvent",
    "TakenBack",
    "Unavailable",
    "Unsupported",
    "Usage",
]


class Role(StrEnum):
    """What a model is used for; ``models.roles`` in the config names a model for each."""

    CHAT = "chat"
    EXTRACT = "extract"
    SUMMARISE = "summarise"
    MODERATE = "moderate"
    EMBED = "embed"
    TRANSCRIBE = "transcribe"
    SPEAK = "speak"


class Speaker(StrEnum):
    """Whose words a chat message holds, in the spelling of every chat API."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    speaker: Speaker
    text: SealedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Who is speaking, for processors that are not language models (the offline voice).

    Attributes:
        name: The persona's name.
        gender: ``female``, ``male`` or ``neutral``: the grammatical gender it speaks of itself in.
        language: The BCP 47 primary tag in which to answer, such as ``en``.
        interests: What the persona likes to talk about.
        call_name: The placeholder that stands for the person's call-name, if they gave one.
    """

    name: str
    gender: str = "neutral"
    language: str = "en"
    interests: tuple[str, ...] = ()
    call_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What is asked of a chat model. It holds no id, handle or name of the person.

    Attributes:
        role: What the answer is for.
        model: The model name of the config to ask; ``None`` asks the one of the role.
        messages: The prompt, stable part first.
        stable: How many leading messages do not change from turn to turn, for provider caches.
        temperature: Sampling temperature; ``None`` leaves it to the provider.
        max_tokens: At most so many tokens in the answer; ``None`` leaves it to the provider.
        companion: Who speaks, for processors without a language model.
        meter: Where what the calls for it use is added up.
    """

    role: Role = Role.CHAT
    model: str | None = None
    messages: tuple[ChatMessage, ...]
    stable: int = 0
    temperature: float | None = None
    max_tokens: int | None = None
    companion: Companion | None = None
    meter: "Meter | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Delta:
    """More words of the answer. Reasoning comes as a delta only where ``TakenBack`` follows."""

    text: SealedText


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """All words so far were reasoning, as only its end shows: the answer begins now.

    Attributes:
        model: The config's model name that answers.
    """

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer cost.

    Attributes:
        input_tokens: Tokens of the prompt, as the provider counted or as estimated.
        output_tokens: Tokens of the answer, reasoning included.
        cost: US dollars, where the price is known.
        estimated: True where the provider did not say and we estimated.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together; a price that is not known adds nothing to one that is."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=sum(costs) if costs else None,
            estimated=self.estimated or other.estimated,
        )


class Meter:
    """Adds up what calls use, also those that failed, were stopped, or gave no words.

    Attributes:
        calls: How many calls used something.
        usage: What they used together; ``None`` while none did.
    """

    __slots__ = ("calls", "usage")

    def __init__(self) -> None:
        self.calls = 0
        self.usage: Usage | None = None

    def add(self, usage: Usage) -> None:
        """Add what one call used."""
        self.calls += 1
        self.usage = usage if self.usage is None else self.usage + usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The end of an answer, always the last event of a good stream.

    Attributes:
        model: The config's model name that answered.
        reason: ``stop``, ``length`` (cut by the token limit) or ``filter`` (cut by the provider).
        usage: What it cost.
    """

    model: str
    reason: str = "stop"
    usage: Usage = Usage()


StreamEvent = Delta | TakenBack | Finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """A moderation model's verdict: categories with scores from 0 to 1."""

    flagged: bool
    categories: tuple[tuple[str, float], ...] = ()


class Processor(Protocol):
    """An AI processor: something that computes an answer, here or elsewhere.

    Every method raises a ``ProcessorError`` child and nothing else for what a provider does wrong,
    and ``Unsupported`` for what this processor cannot do.
    """

    def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Answer a request as a stream of deltas that ends with ``Finished``.

        A stream without any words raises ``EmptyReply``; one that breaks after its first words
        raises ``Interrupted``. Closing the iterator stops the provider's work. What was used is
        added to the request's meter by the time the iterator is closed; a processor that leaves
        this out is measured by its words.
        """
        ...

    async def embed(
        self, texts: Sequence[SealedText], model: str | None = None
    ) -> list[list[float]]:
        """Return one vector a text."""
        ...

    async def moderate(self, text: SealedText, model: str | None = None) -> Moderation:
        """Judge a text."""
        ...

    async def transcribe(
        self, audio: bytes, media_type: str, model: str | None = None
    ) -> SealedText:
        """Return the words of a recording."""
        ...

    async def speak(self, text: SealedText, voice: str, model: str | None = None) -> bytes:
        """Return a recording of the words, as an MP3 file."""
        ...

    async def aclose(self) -> None:
        """Release connections. Calling it again is a no-op."""
        ...


class ProcessorError(AmityError):
    """Raised when an AI processor did not do what it was asked."""

    def __init__(self, message: str, *, model: str = "") -> None:
        super().__init__(message)
        self.model = model


class Misconfigured(ProcessorError):
    """Raised when the operator must act: key, model name, region or credit."""


class RateLimited(ProcessorError):
    """Raised when the provider asks to wait.

    Attributes:
        seconds: How long, where the provider said it.
    """

    def __init__(self, message: str, *, model: str = "", seconds: float | None = None) -> None:
        super().__init__(message, model=model)
        self.seconds = seconds


class Unavailable(ProcessorError):
    """Raised when the provider fails, cannot be reached, or gives no word in time."""


class EmptyReply(ProcessorError):
    """Raised when the answer held no words."""


class Interrupted(ProcessorError):
    """Raised when the answer broke off after its first words."""


class RequestRefused(ProcessorError):
    """Raised when the provider does not take this request; asking elsewhere would not help."""


class ContextTooLong(RequestRefused):
    """Raised when the prompt is longer than the model takes; a larger model may take it."""


class Unsupported(ProcessorError):
    """Raised when this processor has no such ability."""
