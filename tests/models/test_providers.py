"""The same conversation with four providers: only the config differs."""

from typing import Any

import pytest

from amity.models import (
    ChatMessage,
    ChatRequest,
    Interrupted,
    Misconfigured,
    Models,
    RateLimited,
    Speaker,
    Unavailable,
)
from amity.sealed import SealedText
from tests.models.asking import ask, entry, question, section, warm
from tests.models.conftest import MakeModels
from tests.support.aimock import Aimock

pytestmark = pytest.mark.node

# LiteLLM's model, and the path below the server's address.
PROVIDERS = {
    "openai": ("openai/gpt-5-mini", "/v1"),
    "anthropic": ("anthropic/claude-haiku-4-5", ""),
    "gemini": ("gemini/gemini-2.5-flash", "/v1beta"),
    "ollama": ("ollama_chat/llama-3", ""),
}

provider = pytest.mark.parametrize("provider", PROVIDERS)
streamed = pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "plain"])


def models_of(make: MakeModels, aimock: Aimock, provider: str, *, streamed: bool = True) -> Models:
    model, path = PROVIDERS[provider]
    params: dict[str, Any] = {} if streamed else {"stream": False}
    return make(section(entry("main", aimock.url + path, model, **params)))


def conversation(*turns: str) -> ChatRequest:
    speakers = (Speaker.USER, Speaker.ASSISTANT)
    return ChatRequest(
        messages=(
            ChatMessage(Speaker.SYSTEM, SealedText("You are Mia, and you are kind.")),
            *(ChatMessage(speakers[n % 2], SealedText(turn)) for n, turn in enumerate(turns)),
        ),
        stable=1,
        temperature=0.8,
        max_tokens=200,
    )


@provider
@streamed
async def test_the_same_conversation(
    aimock: Aimock, make: MakeModels, provider: str, streamed: bool
) -> None:
    usage = {"prompt_tokens": 21, "completion_tokens": 9}
    aimock.reply("Good evening! How was your day?", when="Hello", usage=usage)
    aimock.reply("I am glad. Привет! 你好 👋", when="fine", usage=usage)
    models = models_of(make, aimock, provider, streamed=streamed)
    first = await ask(models, conversation("Hello there"))
    assert first.text == "Good evening! How was your day?"
    second = await ask(models, conversation("Hello there", first.text, "It was fine."))
    assert second.text == "I am glad. Привет! 你好 👋"
    for said in (first, second):
        assert said.error is None
        assert said.finished is not None
        assert said.finished.model == "main"
        assert said.finished.reason == "stop"
        used = said.finished.usage
        # This server cannot say what Ollama would: there it is estimated, and costs nothing.
        assert used.estimated is (provider == "ollama")
        assert used.cost is not None
        if provider == "ollama":
            assert used.input_tokens > 0
            assert used.output_tokens > 0
            assert used.cost == 0
        else:
            assert (used.input_tokens, used.output_tokens) == (21, 9)
            assert used.cost > 0
    requests = aimock.asked()
    assert len(requests) == 2
    said_to_it = [(m["role"], str(m["content"])) for m in requests[-1].messages]
    words = " ".join(text for _, text in said_to_it)
    for wanted in ("Hello there", first.text, "It was fine."):
        assert words.count(wanted) == 1
    # The server's journal leaves out the field in which Gemini's system prompt travels.
    assert ("You are Mia, and you are kind." in words) is (provider != "gemini")


@provider
@streamed
async def test_the_request_names_nobody(
    aimock: Aimock, make: MakeModels, provider: str, streamed: bool
) -> None:
    aimock.reply("Hello.")
    await ask(models_of(make, aimock, provider, streamed=streamed), conversation("Hello"))
    (request,) = aimock.asked()
    for field in ("user", "metadata", "name", "safety_identifier", "prompt_cache_key"):
        assert field not in request.body
        assert all(field not in message for message in request.messages)


@provider
@pytest.mark.parametrize(
    "status,expected",
    [(401, Misconfigured), (404, Misconfigured), (429, RateLimited), (500, Unavailable)],
)
async def test_statuses(
    aimock: Aimock, make: MakeModels, provider: str, status: int, expected: type[Exception]
) -> None:
    aimock.error(status, retry_after=3 if status == 429 else None)
    said = await ask(models_of(make, aimock, provider))
    assert type(said.error) is expected
    if isinstance(said.error, RateLimited):
        assert said.error.seconds == 3.0


@provider
async def test_a_stream_that_is_cut(aimock: Aimock, make: MakeModels, provider: str) -> None:
    aimock.reply("abcdefghijklmnopqrstuvwxyz", chunk_size=2, cut_after_chunks=5)
    said = await ask(models_of(make, aimock, provider))
    assert type(said.error) is Interrupted
    assert said.text
    assert "abcdefghijklmnopqrstuvwxyz".startswith(said.text)
    assert len(said.text) < 26


@provider
async def test_a_stream_that_never_begins(aimock: Aimock, make: MakeModels, provider: str) -> None:
    model, path = PROVIDERS[provider]
    await warm(make, aimock.url + path, model)
    aimock.reply("Too late.", first_token_ms=60_000)
    short = {"first_token_timeout": 0.5}
    said = await ask(make(section(entry("main", aimock.url + path, model)) | short))
    assert type(said.error) is Unavailable
    assert said.parts == []


@provider
@pytest.mark.parametrize("fault", ["500", "429", "silence"])
async def test_another_provider_answers_instead(
    aimock: Aimock, make: MakeModels, provider: str, fault: str
) -> None:
    model, path = PROVIDERS[provider]
    await warm(make, aimock.url + path, model)
    bare = model.partition("/")[2]
    if fault == "silence":
        aimock.reply("Too late.", model=bare, first_token_ms=60_000)
    else:
        aimock.error(int(fault), model=bare)
    aimock.reply("I am here instead.", model="gpt-spare")
    models = make(
        section(
            entry("main", aimock.url + path, model, stream_timeout=1.5),
            entry("spare", aimock.openai_base, "openai/gpt-spare"),
            router_settings={"fallbacks": [{"main": ["spare"]}]},
        )
    )
    said = await ask(models)
    assert said.error is None
    assert said.text == "I am here instead."
    assert said.finished is not None
    assert said.finished.model == "spare"


@pytest.mark.parametrize("temperature,sent", [(0.7, 0.7), (1.4, 1.0)])
async def test_anthropic_gets_the_cache_mark_and_a_temperature_it_takes(
    aimock: Aimock, make: MakeModels, temperature: float, sent: float
) -> None:
    aimock.reply("Hello.")
    request = question(temperature=temperature)
    assert (await ask(models_of(make, aimock, "anthropic"), request)).error is None
    assert aimock.asked()[-1].body["temperature"] == sent


async def test_a_greeting_comes_first(aimock: Aimock, make: MakeModels) -> None:
    aimock.reply("Hello.")
    greeted = ChatRequest(
        messages=(
            ChatMessage(Speaker.SYSTEM, SealedText("You are Mia.")),
            ChatMessage(Speaker.ASSISTANT, SealedText("Hi, I am Mia.")),
            ChatMessage(Speaker.USER, SealedText("Hello.")),
        )
    )
    for name in PROVIDERS:
        assert (await ask(models_of(make, aimock, name), greeted)).text == "Hello."
