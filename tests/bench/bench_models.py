"""CPU of one call to a model: bare aiohttp, LiteLLM by itself, and ours, side by side."""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final

import aiohttp
import orjson

from amity.models import (
    ChatMessage,
    ChatRequest,
    Finished,
    Models,
    ModelsConfig,
    Speaker,
    ZeroProcessor,
    library,
)
from amity.sealed import SealedText

MESSAGES: Final = 32
CHUNKS: Final = 62
ROUNDS: Final = 8
CALLS: Final = 25
"""Calls in a round; the rounds of all rows take turns, so that a noisy moment hits every row."""

_WORDS: Final = "some words of a message that is about so long, and then some more of them. " * 2

Row = Callable[[], Awaitable[None]]


@contextlib.contextmanager
def server(*arguments: str) -> Iterator[str]:
    """Run the model server in a process of its own and give its base address."""
    command = [sys.executable, "-m", "amity.testing.fake_model", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def prompt() -> list[dict[str, str]]:
    """Return the prompt as the chat APIs have it."""
    speakers = ("user", "assistant")
    system = {"role": "system", "content": _WORDS * 4}
    turns = ({"role": speakers[n % 2], "content": _WORDS} for n in range(MESSAGES - 1))
    return [system, *turns]


def request() -> ChatRequest:
    """Return the same prompt as ours."""
    messages = tuple(
        ChatMessage(Speaker(each["role"]), SealedText(each["content"])) for each in prompt()
    )
    return ChatRequest(messages=messages, stable=1)


def bare(session: aiohttp.ClientSession, base: str, *, stream: bool) -> Row:
    """Post the request and parse what comes, with nothing in between."""
    body = {"model": "gpt-fake", "messages": prompt(), "stream": stream}

    async def call() -> None:
        async with session.post(f"{base}/chat/completions", data=orjson.dumps(body)) as response:
            if not stream:
                orjson.loads(await response.read())
                return
            async for line in response.content:
                if line.startswith(b"data: {"):
                    orjson.loads(line[6:])

    return call


def litellm_alone(litellm: Any, base: str, model: str, *, stream: bool) -> Row:
    """Call `litellm.acompletion` and read all of it, as its documentation shows."""
    messages = prompt()
    more: dict[str, Any] = {"stream_options": {"include_usage": True}} if stream else {}

    async def call() -> None:
        answer = await litellm.acompletion(
            model=model, messages=messages, api_base=base, api_key="-", stream=stream, **more
        )
        if stream:
            async for _ in answer:
                pass

    return call


def router(litellm: Any, base: str, model: str, *, stream: bool) -> Row:
    """Call LiteLLM's Router, which others use for what `Models` does."""
    params = {"model": model, "api_base": base, "api_key": "-"}
    made = litellm.Router(model_list=[{"model_name": "main", "litellm_params": params}])
    messages = prompt()
    more: dict[str, Any] = {"stream_options": {"include_usage": True}} if stream else {}

    async def call() -> None:
        answer = await made.acompletion("main", messages=messages, stream=stream, **more)
        if stream:
            async for _ in answer:
                pass

    return call


def ours(base: str, model: str, *, stream: bool, twins: bool = False) -> Row:
    """Call `Models.stream`, with all that belongs to it."""
    params = {"model": model, "api_base": base, "api_key": "-"}
    plain = {} if stream else {"stream": False}
    entry = {"model_name": "main", "litellm_params": params | plain}
    section = {"model_list": [entry, entry] if twins else [entry]}
    models = Models(ModelsConfig.read(section), offline=ZeroProcessor())
    asked = request()

    async def call() -> None:
        last: object = None
        async for event in models.stream(asked):
            last = event
        assert isinstance(last, Finished)

    return call


def zero(*, stream: bool) -> Row:
    """Call `Models.stream` with the processor that costs nothing."""
    params = {"model": "amity/zero", "chunks": CHUNKS if stream else 1}
    section = {"model_list": [{"model_name": "main", "litellm_params": params}]}
    models = Models(ModelsConfig.read(section), offline=ZeroProcessor())
    asked = request()

    async def call() -> None:
        async for _ in models.stream(asked):
            pass

    return call


async def measure(rows: dict[str, Row]) -> dict[str, list[float]]:
    """Return milliseconds of this process's CPU for one call, a figure for each round."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for call in rows.values():
        for _ in range(5):
            await call()
    for _ in range(ROUNDS):
        for name, call in rows.items():
            await asyncio.sleep(0.02)  # what the row before left to be done is not this one's
            began = time.process_time()
            for _ in range(CALLS):
                await call()
            await asyncio.sleep(0.02)
            times[name].append((time.process_time() - began) * 1000 / CALLS)
    return times


@contextlib.asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client with the header the server wants."""
    async with aiohttp.ClientSession(headers={"Content-Type": "application/json"}) as made:
        yield made


async def compare(base: str, *, stream: bool) -> None:
    """Measure and print one half of the table."""
    litellm = await asyncio.to_thread(library.load)
    async with session() as client:
        rows = {
            "bare aiohttp": bare(client, base, stream=stream),
            "litellm.acompletion openai/": litellm_alone(
                litellm, base, "openai/gpt-fake", stream=stream
            ),
            "litellm.Router openai/": router(litellm, base, "openai/gpt-fake", stream=stream),
            "ours, openai/": ours(base, "openai/gpt-fake", stream=stream),
            "ours, openai/, two deployments": ours(
                base, "openai/gpt-fake", stream=stream, twins=True
            ),
            "litellm.acompletion hosted_vllm/": litellm_alone(
                litellm, base, "hosted_vllm/fake", stream=stream
            ),
            "ours, hosted_vllm/": ours(base, "hosted_vllm/fake", stream=stream),
            "ours, nothing behind it": zero(stream=stream),
        }
        times = await measure(rows)
    what = f"streamed, {CHUNKS} chunks" if stream else "plain"
    print(f"\n{f'{what}, {MESSAGES} messages':36}{'least':>9}{'median':>9}   (ms of CPU a call)")
    for name, found in times.items():
        print(f"{name:36}{min(found):9.2f}{statistics.median(found):9.2f}")
    await library.close(litellm)


def main() -> None:
    """Print the table."""
    with server("--chunks", str(CHUNKS)) as base:
        for stream in (False, True):
            asyncio.run(compare(base, stream=stream))
