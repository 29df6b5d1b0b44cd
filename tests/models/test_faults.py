"""Every way a provider fails, through the real LiteLLM: the right error, and nobody quoted."""

import traceback
from typing import Any, ClassVar

import pytest

from amity.models import (
    ContextTooLong,
    EmptyReply,
    Interrupted,
    Misconfigured,
    ProcessorError,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from amity.models.faults import Fault, as_error, classify
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import CANARY, ask, entry, question, section, warm
from tests.models.conftest import MakeModels

# openai's own client, LiteLLM's own HTTP client, and a provider with a parser of its own.
MODELS = ["openai/gpt-fake", "hosted_vllm/fake", "groq/fake"]

STATUSES: list[tuple[Answer, type[ProcessorError]]] = [
    (Answer.failing(400), RequestRefused),
    (Answer.failing(401), Misconfigured),
    (Answer.failing(402), Misconfigured),
    (Answer.failing(403), Misconfigured),
    (Answer.failing(404), Misconfigured),
    (Answer.failing(408), Unavailable),
    (Answer.failing(413), ContextTooLong),
    (Answer.failing(429), RateLimited),
    (Answer.failing(429, code="insufficient_quota"), Misconfigured),
    (Answer.failing(400, code="context_length_exceeded"), ContextTooLong),
    (Answer.failing(400, code="content_policy_violation"), RequestRefused),
    (Answer.failing(500), Unavailable),
    (Answer.failing(502), Unavailable),
    (Answer.failing(503), Unavailable),
    (Answer.failing(529), Unavailable),
]


PLAIN: dict[str, Any] = {"stream": False}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "plain"])
async def test_a_status_says_who_must_act(
    fake: FakeModel, make: MakeModels, model: str, *, streamed: bool
) -> None:
    models = make(section(entry("main", fake.url, model, **({} if streamed else PLAIN))))
    for answer, expected in STATUSES:
        fake.always(answer)
        fake.asked.clear()
        said = await ask(models)
        assert type(said.error) is expected, answer
        assert said.parts == []
        assert len(fake.asked) == 1, "nothing below the engine retries"


@pytest.mark.parametrize("model", MODELS)
async def test_nobody_is_quoted(fake: FakeModel, make: MakeModels, model: str) -> None:
    for answer, _ in STATUSES:
        fake.always(answer)
        said = await ask(make(section(entry("main", fake.url, model))))
        assert said.error is not None
        assert CANARY.encode() in fake.asked[-1].raw, "the server quotes what it was asked"
        error: BaseException | None = said.error
        shown = "".join(traceback.format_exception(said.error))
        assert CANARY not in shown
        assert "sk-test" not in shown
        assert '"main"' in str(said.error)
        while error is not None:
            assert type(error).__module__.startswith("amity"), "a foreign error hangs on ours"
            error = error.__cause__ or error.__context__


async def test_a_refusal_that_litellm_tries_to_mend_is_a_refusal(
    fake: FakeModel, make: MakeModels
) -> None:
    # After a 422 LiteLLM leaves parameters out and asks once more; then it returns nothing.
    fake.always(Answer.failing(422))
    for stream in (True, False):
        said = await ask(make(section(entry("main", fake.url, stream=stream))))
        assert type(said.error) is RequestRefused


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seconds", [7, 0.5])
async def test_the_wait_that_a_provider_asks_for(
    fake: FakeModel, make: MakeModels, model: str, seconds: float
) -> None:
    fake.always(Answer.failing(429, retry_after=seconds))
    said = await ask(make(section(entry("main", fake.url, model))))
    assert isinstance(said.error, RateLimited)
    assert said.error.seconds == seconds


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "answer,expected,words",
    [
        (Answer.empty(), EmptyReply, ""),
        (Answer(chunks=(" ", "\n\n")), EmptyReply, ""),
        (Answer(chunks=("<think>only that",)), EmptyReply, ""),
        (Answer(chunks=(), finish="length"), EmptyReply, ""),
        (Answer(chunks=(), finish="content_filter"), RequestRefused, ""),
        (Answer(chunks=(), finish=None, done=False), EmptyReply, ""),
        (Answer.garbage(), Unavailable, ""),
        (Answer.hanging(), Unavailable, ""),
        (Answer(before=60.0), Unavailable, ""),
        (Answer(cut_after=0), Unavailable, ""),
        (Answer(chunks=tuple("abcdefgh"), cut_after=5), Interrupted, "abcde"),
        (Answer(chunks=tuple("abcdefgh"), hang_after=5), Interrupted, "abcde"),
        (Answer(finish=None), Interrupted, "Hello there, friend."),
        (Answer(finish=None, done=False), Interrupted, "Hello there, friend."),
    ],
    ids=[
        "empty",
        "blank",
        "reasoning-only",
        "limit-before-words",
        "withheld",
        "nothing-at-all",
        "garbage",
        "hangs-before-words",
        "no-headers",
        "cut-before-words",
        "cut-after-five",
        "hangs-after-five",
        "no-finish",
        "no-end",
    ],
)
async def test_streams_that_go_wrong(
    fake: FakeModel,
    make: MakeModels,
    model: str,
    *,
    answer: Answer,
    expected: type[ProcessorError],
    words: str,
) -> None:
    await warm(make, fake.url, model)
    fake.always(answer)
    short: dict[str, Any] = {}
    if answer.before or answer.hang_after is not None:
        short = {"idle_timeout": 1.0} if words else {"first_token_timeout": 1.0}
    said = await ask(make(section(entry("main", fake.url, model)) | short))
    assert type(said.error) is expected
    assert said.text == words
    assert said.finished is None


@pytest.mark.parametrize("model", MODELS)
async def test_words_before_garbage_are_not_lost(
    fake: FakeModel, make: MakeModels, model: str
) -> None:
    good = b'data: {"choices": [{"index": 0, "delta": {"content": "Hello"}}]}\n\n'
    fake.always(Answer(raw=good + b"data: {broken\n\n" + good))
    said = await ask(make(section(entry("main", fake.url, model))))
    assert said.text == "Hello"
    assert type(said.error) is Interrupted


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "error,expected",
    [
        (b'{"message": "x", "code": 429}', RateLimited),
        (b'{"message": "x", "code": "insufficient_quota"}', Misconfigured),
        (b'{"message": "x", "code": 502}', Unavailable),
        (b'"upstream died"', Unavailable),
    ],
)
async def test_an_error_inside_a_good_response(
    fake: FakeModel, make: MakeModels, model: str, error: bytes, expected: type[ProcessorError]
) -> None:
    fake.always(Answer(raw=b'data: {"error": ' + error + b"}\n\n"))
    said = await ask(make(section(entry("main", fake.url, model))))
    assert type(said.error) is expected


async def test_a_server_that_is_not_there(loopback_port: int, make: MakeModels) -> None:
    base = f"http://127.0.0.1:{loopback_port}/v1"
    for model in (*MODELS, "anthropic/claude-fake", "gemini/gemini-fake", "ollama_chat/fake"):
        said = await ask(make(section(entry("main", base, model))))
        assert type(said.error) is Unavailable, model
        assert "cannot be reached" in str(said.error)


async def test_a_key_that_is_missing(
    fake: FakeModel, make: MakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    for model in ("openai/gpt-fake", "anthropic/claude-fake", "gemini/gemini-fake"):
        params: dict[str, Any] = {"model": model, "api_base": fake.url}
        said = await ask(make(section({"model_name": "main", "litellm_params": params})))
        assert type(said.error) is Misconfigured, model
        assert "key" in str(said.error)


async def test_a_provider_that_litellm_does_not_know(fake: FakeModel, make: MakeModels) -> None:
    models = make(section(entry("main", fake.url, "nonesuch/model"), entry("good", fake.url)))
    said = await ask(models)
    assert type(said.error) is Misconfigured
    assert "litellm_params" in str(said.error)
    assert [state.state for state in models.describe()] == ["misconfigured", "untried"]
    assert (await ask(models, question(model="good"))).finished is not None


def test_telltale_words_of_the_prompt_tell_nothing() -> None:
    said = "bad request: 'my credit balance is too low, and the prompt is too long'"
    quoting = Fault(status=400, answered=True, words=said, asked=said)
    assert type(classify(quoting, "main")) is RequestRefused
    telling = Fault(status=400, answered=True, words="your credit balance is too low")
    assert type(classify(telling, "main")) is Misconfigured


def test_an_error_of_ours_comes_back_as_it_is() -> None:
    error = EmptyReply("nothing", model="main")
    assert as_error(error, "main") is error


def test_a_date_to_wait_for() -> None:
    class Foreign(Exception):
        status_code = 429
        litellm_response_headers: ClassVar = {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}

    error = as_error(Foreign(), "main")
    assert isinstance(error, RateLimited)
    assert error.seconds == 0.0
