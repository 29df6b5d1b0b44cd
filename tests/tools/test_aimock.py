"""The stand-in for the model providers does what its helper says."""

import time

import openai
import pytest

from tests.support.aimock import Aimock

pytestmark = pytest.mark.node


def client(aimock: Aimock) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=aimock.openai_base, api_key="sk-test", max_retries=0)


async def say(aimock: Aimock, text: str, model: str = "gpt-test") -> str:
    async with client(aimock) as provider:
        answer = await provider.chat.completions.create(
            model=model, messages=[{"role": "user", "content": text}]
        )
    return answer.choices[0].message.content or ""


async def stream(aimock: Aimock, text: str) -> tuple[list[str], Exception | None]:
    """Return the chunks that came and the error that ended them, if one did."""
    chunks: list[str] = []
    async with client(aimock) as provider:
        try:
            async for chunk in await provider.chat.completions.create(
                model="gpt-test", messages=[{"role": "user", "content": text}], stream=True
            ):
                chunks += [choice.delta.content or "" for choice in chunk.choices]
        except Exception as error:  # noqa: BLE001 - which one depends on the HTTP client below
            return chunks, error
    return chunks, None


async def test_the_first_matching_rule_answers(aimock: Aimock) -> None:
    aimock.reply("Rain.", when="weather")
    aimock.reply("From the spare.", model="spare")
    aimock.reply("Anything else.")
    assert await say(aimock, "How is the weather?") == "Rain."
    assert await say(aimock, "Hello", model="spare") == "From the spare."
    assert await say(aimock, "Hello") == "Anything else."


async def test_replies_can_be_scripted_in_sequence(aimock: Aimock) -> None:
    aimock.reply("one", sequence=0)
    aimock.reply("two", sequence=1)
    assert [await say(aimock, "?"), await say(aimock, "?")] == ["one", "two"]
    with pytest.raises(openai.NotFoundError):
        await say(aimock, "?")


async def test_it_keeps_what_it_was_asked(aimock: Aimock) -> None:
    aimock.reply("ok")
    await say(aimock, "remember this")
    (asked,) = aimock.asked("/chat/completions")
    assert asked.model == "gpt-test"
    assert asked.messages == [{"role": "user", "content": "remember this"}]
    assert asked.status == 200
    assert "remember this" in asked.text
    aimock.reset()
    assert aimock.asked() == []


async def test_errors_by_rule_and_once(aimock: Aimock) -> None:
    aimock.error(429, when="busy", retry_after=7)
    aimock.reply("fine")
    with pytest.raises(openai.RateLimitError) as limited:
        await say(aimock, "busy?")
    assert limited.value.response.headers["retry-after"] == "7"
    aimock.next_error(503)
    with pytest.raises(openai.InternalServerError):
        await say(aimock, "hello")
    assert await say(aimock, "hello") == "fine"


async def test_a_stream_comes_in_chunks(aimock: Aimock) -> None:
    aimock.reply("abcdef", chunk_size=2)
    chunks, error = await stream(aimock, "go")
    assert error is None
    assert [chunk for chunk in chunks if chunk] == ["ab", "cd", "ef"]


async def test_a_stream_can_be_cut(aimock: Aimock) -> None:
    aimock.reply("abcdef", chunk_size=2, cut_after_chunks=3)
    chunks, error = await stream(aimock, "go")
    assert error is not None
    assert "".join(chunks) in {"ab", "abcd"}
    assert aimock.asked()[-1].cut


async def test_a_provider_can_think_for_long(aimock: Aimock) -> None:
    aimock.reply("at last", first_token_ms=400)
    started = time.monotonic()
    chunks, _ = await stream(aimock, "go")
    assert time.monotonic() - started >= 0.4
    assert "".join(chunks) == "at last"


async def test_chaos_breaks_every_answer_until_reset(aimock: Aimock) -> None:
    aimock.reply("fine")
    aimock.chaos(disconnectRate=1)
    with pytest.raises(openai.APIConnectionError):
        await say(aimock, "hello")
    aimock.reset()
    aimock.reply("fine")
    assert await say(aimock, "hello") == "fine"


async def test_it_speaks_other_dialects_and_embeds(aimock: Aimock) -> None:
    import aiohttp

    aimock.reply("Bonjour.")
    aimock.embedding([0.5, 0.25], when="cat")
    async with aiohttp.ClientSession() as session:
        said = await session.post(
            f"{aimock.url}/v1/messages",
            headers={"x-api-key": "k", "anthropic-version": "2023-06-01"},
            json={
                "model": "claude-test",
                "max_tokens": 10,
                "messages": [{"role": "user", "content": "hello"}],
            },
        )
        assert (await said.json())["content"][0]["text"] == "Bonjour."
        said = await session.post(
            f"{aimock.url}/api/chat",
            json={
                "model": "llama",
                "stream": False,
                "messages": [{"role": "user", "content": "hello"}],
            },
        )
        assert (await said.json())["message"]["content"] == "Bonjour."
    async with client(aimock) as provider:
        vectors = await provider.embeddings.create(
            model="embed", input="a cat", encoding_format="float"
        )
    assert vectors.data[0].embedding == [0.5, 0.25]
