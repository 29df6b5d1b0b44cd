"""Says who must act when a call to a provider fails: foreign errors become the contract's, here.

LiteLLM, the openai library and httpx have some fifty exception classes, and providers use status
codes loosely. What counts is read from status, code and class name; texts are only searched for
telltale words and never passed on, because providers quote the prompt in them.
"""

import email.utils
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from amity.models.contract import (
    ContextTooLong,
    Misconfigured,
    ProcessorError,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from amity.models.frames import ProviderFault

__all__ = ["Fault", "as_error", "classify", "surely_unused"]

_NO_CREDIT: Final = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
        "account_deactivated",
        "billing_error",
    }
)
_NO_CREDIT_WORDS: Final = (
    "credit balance is too low",
    "insufficient balance",
    "insufficient credit",
)
_KEY_WORDS: Final = (
    "api key not valid",
    "api_key_invalid",
    "missing credentials",
    "invalid api key",
    "incorrect api key",
    "api key. set",
    "api key is not set",
    "api_key must be set",
)
_TOO_LONG: Final = frozenset(
    {"context_length_exceeded", "request_too_large", "string_above_max_length"}
)
_TOO_LONG_WORDS: Final = (
    "context length",
    "context window",
    "maximum context",
    "prompt is too long",
    "input is too long",
    "too many tokens",
    "exceeds the maximum number of tokens",
)
_POLICY: Final = frozenset(
    {"content_policy_violation", "content_filter", "invalid_prompt", "moderation_blocked"}
)
_CODE_IN_TEXT: Final = re.compile(r'"(?:code|type|status)"\s*:\s*"([A-Za-z_]{4,40})"')
# Statuses of something that gave up waiting for the one who does the work.
_GATEWAY_TIMES_OUT: Final = frozenset({408, 504, 522, 524})
_NOT_REACHED: Final = frozenset(
    {"ConnectError", "ConnectTimeout", "ClientConnectorError", "ConnectionRefusedError", "gaierror"}
)
_MOST_PATIENCE: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is known of a failure without quoting anybody.

    Attributes:
        status: The HTTP status.
        codes: Codes and types of the error body, in lower case.
        names: Names of the exception's classes and those of its causes.
        answered: Whether the status came from a provider, and was not made up by LiteLLM.
        retry_after: Seconds that the provider asks to wait.
        words: All texts together in lower case; only ever searched.
        asked: The prompt in lower case: telltale words that it holds itself tell nothing.
    """

    status: int | None = None
    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    answered: bool = False
    retry_after: float | None = None
    words: str = ""
    asked: str = ""

    def says(self, telltale: tuple[str, ...]) -> bool:
        """Whether one of the phrases is in what the provider said, and not in what it was asked."""
        return any(phrase in self.words and phrase not in self.asked for phrase in telltale)

    def guessed(self, *names: str) -> bool:
        """Whether LiteLLM named the failure so where no provider answered it.

        Where one answered, its status counts: LiteLLM goes by words in the text, which may be
        words of the prompt.
        """
        return not self.answered and not self.names.isdisjoint(names)


def as_error(failure: BaseException, model: str, asked: str = "") -> ProcessorError:
    """Return the contract's error for a foreign one; a ``ProcessorError`` comes back as it is.

    Args:
        failure: What was raised.
        model: The config's model name.
        asked: The words of the request, which the provider may have quoted.
    """
    if isinstance(failure, ProcessorError):
        return failure
    return classify(_facts(failure, asked.lower()), model)


def surely_unused(failure: BaseException, error: ProcessorError) -> bool:
    """Whether a provider that failed before its first sign of work has done none to be paid for.

    Args:
        failure: What was raised.
        error: What the contract calls it.
    """
    if isinstance(error, Misconfigured | RateLimited | RequestRefused):
        return True
    fault = _facts(failure, "")
    if fault.answered:
        return fault.status not in _GATEWAY_TIMES_OUT
    return not fault.names.isdisjoint(_NOT_REACHED)


def classify(fault: Fault, model: str) -> ProcessorError:
    """Return the contract's error for a failure, with a sentence for who must act."""
    # What the body says beats the status: 429 may mean "pay first", and 400 may mean anything.
    told = _operators(fault, model) or _requests(fault, model)
    if told is not None:
        return told
    status = fault.status
    if status == 429 or fault.guessed("RateLimitError"):
        seconds = fault.retry_after
        wait = "" if seconds is None else f" for {seconds:g} s"
        return RateLimited(
            f'model "{model}": the provider asks to wait{wait} (429)', model=model, seconds=seconds
        )
    if status == 408 or fault.guessed("Timeout", "TimeoutError", "TimeoutException"):
        return Unavailable(f'model "{model}": the provider did not answer in time', model=model)
    if status is not None and 400 <= status < 500:
        return RequestRefused(
            f'model "{model}": the provider refuses the request ({status})', model=model
        )
    if fault.answered:
        return Unavailable(f'model "{model}": the provider fails ({status})', model=model)
    return Unavailable(
        f'model "{model}": the provider cannot be reached; check api_base and the network',
        model=model,
    )


def _operators(fault: Fault, model: str) -> Misconfigured | None:
    """Return the error if the operator must act."""
    status = fault.status
    vague = status in {None, 400, 403, 500}
    if status == 402 or fault.codes & _NO_CREDIT or (vague and fault.says(_NO_CREDIT_WORDS)):
        why = "the account at the provider has no credit left; pay there, or name another model"
    elif (
        status == 401 or fault.guessed("AuthenticationError") or (vague and fault.says(_KEY_WORDS))
    ):
        why = "the provider does not accept the key; set a valid api_key"
    elif status == 403 or fault.guessed("PermissionDeniedError"):
        why = "the key may not use this model, or not from this region; ask the provider"
    elif status == 404 or fault.guessed("NotFoundError"):
        why = "the provider has no such model or address; check model and api_base"
    elif fault.guessed("ModuleNotFoundError"):
        why = "LiteLLM needs another package for this provider; install what its docs name"
    elif fault.guessed("BadRequestError", "LiteLLMUnknownProvider"):
        why = "LiteLLM does not know this provider or parameter; check litellm_params"
    else:
        return None
    return Misconfigured(f'model "{model}": {why}', model=model)


def _requests(fault: Fault, model: str) -> RequestRefused | None:
    """Return the error if the request itself is what the provider does not take."""
    if (
        fault.codes & _TOO_LONG
        or fault.status == 413
        or (fault.status == 400 and fault.says(_TOO_LONG_WORDS))
    ):
        return ContextTooLong(f'model "{model}": the prompt is too long for it', model=model)
    if fault.codes & _POLICY or "ContentPolicyViolationError" in fault.names:
        return RequestRefused(
            f'model "{model}": the provider refuses the content of this request', model=model
        )
    return None


def _facts(failure: BaseException, asked: str) -> Fault:
    told: int | None = None
    made_up: int | None = None
    codes: set[str] = set()
    names: set[str] = set()
    words: list[str] = []
    wait: float | None = None
    for error in _causes(failure):
        kinds = {kind.__name__ for kind in type(error).__mro__}
        names |= kinds
        words.append(str(getattr(error, "message", "") or error))
        codes |= set(_codes(error))
        status = _status_from_the_wire(error)
        if status is not None:
            told = status
        elif made_up is None and "MidStreamFallbackError" not in kinds:
            found = getattr(error, "status_code", None)
            made_up = found if isinstance(found, int) else None
        if wait is None:
            wait = _patience(error)
    # LiteLLM keeps some providers' error bodies only as text within its own message.
    codes |= {code for code in _CODE_IN_TEXT.findall("\n".join(words).lower()) if code not in asked}
    return Fault(
        status=made_up if told is None else told,
        codes=frozenset(codes),
        names=frozenset(names),
        answered=told is not None,
        retry_after=wait,
        words="\n".join(words).lower(),
        asked=asked,
    )


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Give the error, what LiteLLM wrapped in it, and what it was raised from."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [failure]
    while waiting:
        error = waiting.pop(0)
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        inner = getattr(error, "original_exception", None)
        waiting.append(inner if isinstance(inner, BaseException) else None)
        waiting.append(error.__cause__ or error.__context__)


def _codes(error: BaseException) -> Iterator[str]:
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    # A status as text ("429") is no code.
    sources: list[Any] = [getattr(error, "code", None), getattr(error, "type", None)]
    if isinstance(inner, Mapping):
        sources += [inner.get("code"), inner.get("type"), inner.get("status")]
    for found in sources:
        if isinstance(found, str) and found:
            yield found.lower()


def _status_from_the_wire(error: BaseException) -> int | None:
    # LiteLLM makes up statuses and responses for its own errors; the real ones sit on httpx's and
    # openai's, and on a fault that we read from a stream ourselves.
    kind = type(error)
    if isinstance(error, ProviderFault):
        return error.status
    if not (kind.__name__.endswith("HTTPStatusError") or kind.__module__.startswith("openai")):
        return None
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _patience(error: BaseException) -> float | None:
    headers = getattr(error, "litellm_response_headers", None)
    if not headers:
        headers = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    try:
        milliseconds = headers.get("retry-after-ms")
        if milliseconds is not None:
            return _within(float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if value is None:
            return None
        try:
            return _within(float(value))
        except ValueError:
            when = email.utils.parsedate_to_datetime(value)
            return _within(when.timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _within(seconds: float) -> float:
    return min(max(seconds, 0.0), _MOST_PATIENCE)
