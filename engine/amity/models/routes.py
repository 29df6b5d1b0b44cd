"""Where a request goes: a deployment of the config, made ready to call."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.models.config import REASONS_FIRST, Deployment, resolve
from amity.models.contract import ChatRequest, Speaker, Usage
from amity.models.library import takes_whole_messages

__all__ = ["Route", "best_counts", "make_route", "usage_of"]

# What belongs to LiteLLM's Router or to us, and not into a call.
_NOT_SENT: Final = frozenset(
    {
        "model",
        "stream",
        "timeout",
        "stream_timeout",
        "rpm",
        "tpm",
        "weight",
        "order",
        "tags",
        "max_parallel_requests",
        "max_budget",
        "budget_duration",
        "input_cost_per_token",
        "output_cost_per_token",
        "cache_read_input_token_cost",
        "cache_creation_input_token_cost",
        "drop_params",
    }
)
_BALANCE: Final = ("weight", "rpm", "tpm", "order")
_PLACEHOLDER: Final = [{"role": "user", "content": "-"}]
_PLAIN_PARAMS: Final = _NOT_SENT | {
    "api_base",
    "api_key",
    "base_url",
    "custom_llm_provider",
    "extra_body",
    "extra_headers",
    "frequency_penalty",
    "max_tokens",
    "organization",
    "presence_penalty",
    "seed",
    "stop",
    "temperature",
    "top_p",
}
_MARKED: Final = frozenset({"anthropic", "bedrock", "vertex_ai", "openrouter", "azure_ai"})
_PERSON_FIRST: Final = frozenset({"gemini", "vertex_ai"})
_FREE: Final = frozenset({"ollama", "ollama_chat"})  # a program on the operator's own machine
_PRICES: Final = (
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One deployment.

    Attributes:
        id: Names it within the config, the same after a reload.
        name: The config's model name.
        model: LiteLLM's name of it.
        provider: LiteLLM's name of the provider.
        params: Sent with every call.
        streams: False where the operator wrote ``stream: false``.
        reasons_first: Whether its answers begin with reasoning without a tag that says so.
        first_token: This deployment's own time until a sign of life, in seconds.
        prices: US dollars a token: fresh input, output, cached input, input that is cached;
            ``None`` where unknown.
        balance: What LiteLLM's Router weighs deployments of one name by.
        window: How many tokens prompt and reply may have; ``None`` where unknown.
        whole: Whether the prompt travels past openai's own checks; see
            ``library.takes_whole_messages``.
    """

    id: str
    name: str
    model: str
    provider: str
    params: Mapping[str, Any]
    streams: bool = True
    reasons_first: bool = False
    first_token: float | None = None
    prices: tuple[float, float, float, float] | None = None
    balance: Mapping[str, Any] = field(default_factory=dict)
    window: int | None = None
    whole: bool = False

    @property
    def claude(self) -> bool:
        """Whether it speaks Anthropic's dialect in the end."""
        return self.provider in _MARKED and (self.provider == "anthropic" or "claude" in self.model)

    @property
    def person_first(self) -> bool:
        """Whether a prompt in which the companion speaks first may be refused."""
        return self.claude or self.provider in _PERSON_FIRST

    def messages(self, request: ChatRequest) -> list[dict[str, Any]]:
        """Return the prompt in the dialect of chat APIs: role and content, nothing else.

        Where the provider wants it said, the end of the stable part is marked for its cache. A
        prompt that starts with the companion's greeting gets a wordless person's turn before it
        where the provider insists that a person speaks first.
        """
        prompt: list[dict[str, Any]] = [
            {"role": message.speaker.value, "content": message.text.reveal()}
            for message in request.messages
        ]
        if self.claude and request.stable:
            last = prompt[min(request.stable, len(prompt)) - 1]
            mark = {"type": "text", "text": last["content"], "cache_control": {"type": "ephemeral"}}
            last["content"] = [mark]
        for number, message in enumerate(request.messages if self.person_first else ()):
            if message.speaker is Speaker.ASSISTANT:
                prompt.insert(number, {"role": "user", "content": "…"})
                break
            if message.speaker is Speaker.USER:
                break
        return prompt

    def arguments(self, request: ChatRequest) -> dict[str, Any]:
        """Return the keyword arguments of a chat call."""
        call: dict[str, Any] = {
            **self.params,
            "model": self.model,
            "messages": self.messages(request),
            "stream": self.streams,
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
        }
        if self.whole:
            call["extra_body"] = {**call.get("extra_body", {}), "messages": call["messages"]}
            call["messages"] = _PLACEHOLDER
        if self.streams:
            call["stream_options"] = {"include_usage": True}
        if request.temperature is not None:
            # Anthropic takes 0 to 1 and refuses the rest; everybody else takes 0 to 2.
            call["temperature"] = min(request.temperature, 1.0 if self.claude else 2.0)
        if request.max_tokens is not None:
            call["max_tokens"] = request.max_tokens
        return call

    def priced(self, usage: Usage, cached: int, written: int) -> float | None:
        """Return what an answer cost in US dollars, or ``None`` where the price is unknown."""
        if self.prices is None:
            return None
        fresh, output, read, write = self.prices
        plain = max(usage.input_tokens - cached - written, 0)
        return plain * fresh + cached * read + written * write + usage.output_tokens * output


def make_route(entry: Deployment, number: int, library: Any) -> Route:
    """Make a deployment ready to call.

    Args:
        entry: The deployment as configured.
        number: Its place among the deployments of its name.
        library: LiteLLM.

    Raises:
        Exception: LiteLLM does not know the provider; ``faults.as_error`` says so.
    """
    params = resolve(entry.litellm_params.as_given())
    model = str(params["model"])
    _, provider, _, _ = library.get_llm_provider(
        model=model,
        custom_llm_provider=params.get("custom_llm_provider"),
        api_base=params.get("api_base") or params.get("base_url"),
    )
    _make_known(model, str(provider), library)
    patience = params.get("stream_timeout", params.get("timeout"))
    return Route(
        id=f"{entry.model_name}#{number}",
        name=entry.model_name,
        model=model,
        provider=str(provider),
        params={key: value for key, value in params.items() if key not in _NOT_SENT},
        streams=params.get("stream") is not False,
        reasons_first=bool(entry.model_info.get(REASONS_FIRST)),
        first_token=float(patience) if isinstance(patience, int | float) else None,
        prices=_prices(entry, params, str(provider), library),
        balance={key: params[key] for key in _BALANCE if key in params},
        window=_window(entry, params, str(provider), library),
        whole=_may_be_whole(params, model, str(provider), library),
    )


def _may_be_whole(params: Mapping[str, Any], model: str, provider: str, library: Any) -> bool:
    """Whether LiteLLM would send the prompt to this deployment just as it is.

    Not so for models that LiteLLM talks to in another dialect (Responses) or words prompts for
    (the o series), nor with parameters that may make it do so.
    """
    name = model.removeprefix("openai/")
    mode = library.model_cost.get(name, {}).get("mode", "chat")
    return (
        takes_whole_messages()
        and provider == "openai"
        and mode == "chat"
        and "responses" not in name
        and not re.match(r"o\d", name)
        and set(params) <= _PLAIN_PARAMS
        and isinstance(params.get("extra_body", {}), dict)
    )


def _make_known(model: str, provider: str, library: Any) -> None:
    """Enter an Ollama model into LiteLLM's price map.

    Before each call of one that is not in it, LiteLLM asks the server on localhost:11434 about it,
    whichever server is configured.
    """
    if provider in _FREE:
        name = f"{provider}/{model.removeprefix(f'{provider}/')}"
        known = {"litellm_provider": provider, "mode": "chat"}
        library.model_cost.setdefault(name, known | dict.fromkeys(_PRICES[:2], 0.0))


def _prices(
    entry: Deployment, params: Mapping[str, Any], provider: str, library: Any
) -> tuple[float, float, float, float] | None:
    known: dict[str, Any] = {}
    if provider in _FREE:
        known.update(dict.fromkeys(_PRICES, 0.0))
    known.update(_listed(params, provider, library))
    for source in (entry.model_info, params):
        known.update({key: source[key] for key in _PRICES if key in source})
    fresh, output = known.get(_PRICES[0]), known.get(_PRICES[1])
    if fresh is None or output is None:
        return None
    read, write = known.get(_PRICES[2]), known.get(_PRICES[3])
    return (
        float(fresh),
        float(output),
        float(fresh if read is None else read),
        float(fresh if write is None else write),
    )


def _window(
    entry: Deployment, params: Mapping[str, Any], provider: str, library: Any
) -> int | None:
    """Return how many tokens a deployment takes, as the operator says it, or as LiteLLM knows."""
    if entry.window is not None:
        return entry.window
    listed = _listed(params, provider, library).get("max_input_tokens")
    return listed if isinstance(listed, int) and listed > 0 else None


def _listed(params: Mapping[str, Any], provider: str, library: Any) -> dict[str, Any]:
    """Return what LiteLLM's table says of a model; nothing for one that is not in it."""
    # Not by LiteLLM's get_model_info: that asks an Ollama server, and not the configured one.
    listed: dict[str, Any] = {}
    bare = str(params["model"]).removeprefix(f"{provider}/")
    for key in (bare, f"{provider}/{bare}"):
        found = library.model_cost.get(key)
        if found is not None and str(found.get("litellm_provider", "")).startswith(provider):
            listed.update(found)
    return listed


def usage_of(route: Route, counts: Any) -> Usage | None:
    """Return what the provider counted, with its price; ``None`` if it counted nothing.

    Args:
        route: Who answered.
        counts: OpenAI's ``usage`` object, as a mapping or as LiteLLM's object.
    """
    incoming, outgoing = _count(counts, "prompt_tokens"), _count(counts, "completion_tokens")
    # xAI leaves reasoning out of the completion's tokens, but not out of the total.
    outgoing = max(outgoing, _count(counts, "total_tokens") - incoming)
    if not incoming and not outgoing:
        return None
    usage = Usage(input_tokens=incoming, output_tokens=outgoing)
    details = _get(counts, "prompt_tokens_details")
    read = max(_count(details, "cached_tokens"), _count(counts, "cache_read_input_tokens"))
    written = max(
        _count(details, "cache_creation_tokens"), _count(counts, "cache_creation_input_tokens")
    )
    told = _get(counts, "cost")  # OpenRouter says what it charged
    cost = float(told) if isinstance(told, int | float) else route.priced(usage, read, written)
    return Usage(input_tokens=incoming, output_tokens=outgoing, cost=cost)


def best_counts(all_counts: Sequence[Any]) -> dict[str, int]:
    """Put together counts that came in parts: Anthropic tells the prompt's first, ours last.

    Every provider's later counts include its earlier ones, so the largest of each is the total.
    """
    merged: dict[str, int] = {}
    for counts in all_counts:
        details = _get(counts, "prompt_tokens_details")
        found = {
            "prompt_tokens": _count(counts, "prompt_tokens"),
            "completion_tokens": _count(counts, "completion_tokens"),
            "total_tokens": _count(counts, "total_tokens"),
            "cache_read_input_tokens": max(
                _count(counts, "cache_read_input_tokens"), _count(details, "cached_tokens")
            ),
            "cache_creation_input_tokens": max(
                _count(counts, "cache_creation_input_tokens"),
                _count(details, "cache_creation_tokens"),
            ),
        }
        for key, value in found.items():
            merged[key] = max(merged.get(key, 0), value)
    return merged


def _get(source: Any, key: str) -> Any:
    if isinstance(source, Mapping):
        return source.get(key)
    return getattr(source, key, None)


def _count(source: Any, key: str) -> int:
    value = _get(source, key)
    return value if isinstance(value, int) else 0
