"""What leaves for a provider: the prompt, and nothing about the person."""

from typing import Any

import pytest

from amity.models import ChatMessage, ChatRequest, Companion, Speaker
from amity.sealed import SealedText
from amity.testing.fake_model import FakeModel
from tests.models.asking import ask, entry, question, section
from tests.models.conftest import MakeModels


def said(speaker: Speaker, text: str) -> ChatMessage:
    return ChatMessage(speaker, SealedText(text))


async def test_the_whole_body(fake: FakeModel, make: MakeModels) -> None:
    companion = Companion(name="Mia", call_name="[NAME]", interests=("tea",))
    request = question("Hello", temperature=0.5, max_tokens=77, companion=companion)
    await ask(make(section(entry("main", fake.url))), request)
    assert fake.asked[0].body == {
        "model": "gpt-fake",
        "messages": [
            {"role": "system", "content": "You are Mia."},
            {"role": "user", "content": "Hello"},
        ],
        "temperature": 0.5,
        "max_tokens": 77,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    await ask(make(section(entry("main", fake.url, stream=False))), question("Hello"))
    assert fake.asked[1].body == {
        "model": "gpt-fake",
        "messages": fake.asked[0].body["messages"],
    }


async def test_what_the_operator_set_is_sent_and_what_names_somebody_is_not(
    fake: FakeModel, make: MakeModels
) -> None:
    pasted: dict[str, Any] = {
        "top_p": 0.9,
        "extra_body": {"provider": {"zdr": True}},
        "extra_headers": {"X-Tier": "eu"},
        "user": "person-1",
        "metadata": {"user_id": "person-1"},
        "safety_identifier": "person-1",
        "num_retries": 3,
        "max_retries": 3,
        "rpm": 100,
        "weight": 2,
        "input_cost_per_token": 0.1,
        "fallbacks": ["other"],
        "tags": ["a"],
    }
    await ask(make(section(entry("main", fake.url, **pasted))))
    body, headers = fake.asked[0].body, fake.asked[0].headers
    assert body["top_p"] == 0.9
    assert body["provider"] == {"zdr": True}
    assert headers["x-tier"] == "eu"
    assert set(body) == {"model", "messages", "stream", "stream_options", "top_p", "provider"}
    assert b"person-1" not in fake.asked[0].raw
    assert "person-1" not in str(headers)


async def test_a_parameter_that_a_model_does_not_know_is_left_out(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make(section(entry("main", fake.url, "openai/gpt-5-mini")))
    answer = await ask(models, question(temperature=0.3, max_tokens=50))
    assert answer.error is None
    assert "temperature" not in fake.asked[0].body
    assert fake.asked[0].body["max_completion_tokens"] == 50


@pytest.mark.parametrize(
    "model",
    ["anthropic/claude-haiku-4-5", "openrouter/anthropic/claude-haiku-4-5"],
)
async def test_the_stable_part_is_marked_for_the_cache(
    fake: FakeModel, make: MakeModels, model: str
) -> None:
    messages = (
        said(Speaker.SYSTEM, "Who you are."),
        said(Speaker.SYSTEM, "What you know."),
        said(Speaker.USER, "Hello"),
    )
    await ask(
        make(section(entry("main", fake.url, model))), ChatRequest(messages=messages, stable=2)
    )
    body = fake.asked[0].body
    blocks = body.get("system") or [
        block
        for message in body["messages"]
        for block in (
            message["content"]
            if isinstance(message["content"], list)
            else [{"type": "text", "text": message["content"]}]
        )
    ]
    marked = [block["text"] for block in blocks if "cache_control" in block]
    assert marked == ["What you know."]


async def test_other_providers_get_no_mark(fake: FakeModel, make: MakeModels) -> None:
    for model in ("openai/gpt-fake", "gemini/gemini-fake", "hosted_vllm/fake"):
        await ask(make(section(entry("main", fake.url, model))))
        assert b"cache_control" not in fake.asked[-1].raw


@pytest.mark.parametrize(
    "model,sent",
    [("anthropic/claude-haiku-4-5", 1.0), ("openai/gpt-fake", 1.4), ("openai/gpt-fake", 2.0)],
)
async def test_a_temperature_stays_within_what_the_provider_takes(
    fake: FakeModel, make: MakeModels, model: str, sent: float
) -> None:
    asked = 3.0 if sent == 2.0 else 1.4
    await ask(make(section(entry("main", fake.url, model))), question(temperature=asked))
    assert fake.asked[0].body["temperature"] == sent


@pytest.mark.parametrize(
    "model,key", [("anthropic/claude-fake", "messages"), ("gemini/gemini-fake", "contents")]
)
async def test_a_person_speaks_first_where_the_provider_insists(
    fake: FakeModel, make: MakeModels, model: str, key: str
) -> None:
    greeted = ChatRequest(
        messages=(
            said(Speaker.SYSTEM, "You are Mia."),
            said(Speaker.ASSISTANT, "Hi!"),
            said(Speaker.USER, "Hello."),
        ),
        stable=1,
    )
    models = make(section(entry("main", fake.url, model)))
    await ask(models, greeted)
    turns = fake.asked[0].body[key]
    assert turns[0]["role"] == "user"
    assert len(turns) == 3
    await ask(models, question("Hello."))
    assert len(fake.asked[1].body[key]) == 1
