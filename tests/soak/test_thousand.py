"""A thousand conversations at once, each over the web's API with an event stream of its own."""

import asyncio
import contextlib
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.amity import AmityProcess
from tests.support.program import Program, clean_environment
from tests.support.talker import Talker, talking

pytestmark = [
    pytest.mark.soak,
    pytest.mark.may_block(reason="a thousand event streams are read in this process, too"),
]

PEOPLE: Final = 1000
ROUNDS: Final = 4
# What the last sixty messages of a conversation take is kept in memory: warm is who has said more.
REGULARS: Final = 250
WARM: Final = 35
MESSAGES: Final = 10_000
MEGABYTE: Final = 1024 * 1024
MOST_GROWTH: Final = 30 * MEGABYTE
# A stream and a POST at a time for each person, and the model's answer on the other side.
FILES: Final = 8 * PEOPLE


@pytest.fixture(autouse=True)
def many_files() -> None:
    """Allow this process, and those that it starts, as many connections as this takes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _config(models: dict[str, Any]) -> dict[str, Any]:
    return {
        "models": models,
        "limits": {"burst": 100_000, "per_minute": 1_000_000},
        "channels": [{"name": "web", "adapter": "web", "new_guests_per_minute": 1_000_000}],
    }


def _memory(process: AmityProcess) -> int:
    """Return the resident memory of the process, in bytes."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the process says nothing of its memory")


@dataclass(frozen=True)
class Figures:
    """How long the answers of one round took, in seconds."""

    seconds: list[float]
    whole: float

    def __str__(self) -> str:
        cut = statistics.quantiles(self.seconds, n=20)
        return (
            f"{len(self.seconds)} answered in {self.whole:.1f} s"
            f" (median {statistics.median(self.seconds):.2f} s, p95 {cut[18]:.2f} s,"
            f" slowest {max(self.seconds):.2f} s)"
        )


def _answered(person: Talker, id: str) -> bool:
    stream = person.events
    assert stream is not None
    return any(
        message["from"] == "persona" and id in message["in_reply_to"] for message in stream.durable
    )


async def _enter(person: Talker, turnstile: asyncio.Semaphore) -> None:
    async with turnstile:
        await person.choose("i_am_18")
        stream = person.listen()
        await person.choose("agree")
        await stream.until(
            lambda: any(m["from"] == "persona" for m in stream.durable), "a greeting", seconds=120
        )


async def _ask(person: Talker, text: str) -> float:
    stream = person.events
    assert stream is not None
    stream.durable.clear()
    stream.drafts.clear()
    began = time.monotonic()
    id = await person.say(text)
    await stream.until(lambda: _answered(person, id), "a reply", seconds=240)
    assert stream.cuts == 0
    return time.monotonic() - began


async def _round(people: list[Talker], number: int) -> Figures:
    began = time.monotonic()
    asking = (_ask(person, f"this is round {number}") for person in people)
    seconds = await asyncio.gather(*asking)
    return Figures(list(seconds), time.monotonic() - began)


@contextlib.asynccontextmanager
async def _crowd(process: AmityProcess, number: int = PEOPLE) -> AsyncIterator[list[Talker]]:
    async with talking() as make:
        people = [make(process.url, name=f"person{n}") for n in range(number)]
        turnstile = asyncio.Semaphore(40)
        await asyncio.gather(*(_enter(person, turnstile) for person in people))
        yield people


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- the figures are what this is for
    sys.stdout.flush()


async def _nothing_lost(people: list[Talker], rounds: int) -> None:
    """Look at every journal: every message answered, every reply there once."""
    turnstile = asyncio.Semaphore(20)

    async def look(person: Talker) -> None:
        async with turnstile:
            journal = await person.history()
        said = [m for m in journal if m["from"] == "person"]
        replies = [m for m in journal if m["from"] == "persona"]
        assert [m["state"] for m in said] == ["answered"] * rounds
        assert len(replies) == rounds + 1  # and the greeting

    await asyncio.gather(*(look(person) for person in people))


async def test_a_thousand_at_once(start_amity: Callable[..., AmityProcess]) -> None:
    zero = {"model": "amity/zero", "first": 2, "chunks": 3, "between": 0.1}
    models = {"model_list": [{"model_name": "main", "litellm_params": zero}]}
    process = start_amity(config=_config(models))
    await process.aready()
    async with _crowd(process) as people:
        _tell(f"\n{PEOPLE} are in; {_memory(process) / MEGABYTE:.0f} MB")
        for number in range(ROUNDS):
            figures = await _round(people, number)
            _tell(f"round {number}: {figures}; {_memory(process) / MEGABYTE:.0f} MB")
        await _nothing_lost(people, ROUNDS)
    assert '"level":"error"' not in process.output
    assert await process.astop() == 0


async def test_memory_over_ten_thousand_messages(
    start_amity: Callable[..., AmityProcess],
) -> None:
    models = {
        "model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}],
    }
    process = start_amity(config=_config(models))
    await process.aready()
    async with _crowd(process, REGULARS) as people:
        for number in range(WARM):
            await _round(people, number)
        before = _memory(process)
        _tell(f"\nwarm after {WARM * REGULARS} messages: {before / MEGABYTE:.1f} MB")
        for number in range(MESSAGES // REGULARS):
            figures = await _round(people, WARM + number)
            if number % 10 == 9:
                _tell(f"round {number}: {figures}; {_memory(process) / MEGABYTE:.1f} MB")
        after = _memory(process)
        _tell(f"{MESSAGES} messages: {(after - before) / MEGABYTE:+.1f} MB")
        await _nothing_lost(people, WARM + MESSAGES // REGULARS)
    assert '"level":"error"' not in process.output
    assert await process.astop() == 0
    assert after - before <= MOST_GROWTH


async def test_a_thousand_at_once_through_litellm(
    start_amity: Callable[..., AmityProcess], tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    command = [sys.executable, "-m", "amity.testing.fake_model"]
    stub = Program(
        [*command, "--chunks", "5", "--before", "2"],
        folder=folder,
        environment=clean_environment(folder),
    )
    try:
        await stub.await_text("http://")
        base = next(word for word in stub.output.split() if word.startswith("http://"))
        params = {"model": "openai/stub", "api_base": base, "api_key": "sk-stub"}
        models = {"model_list": [{"model_name": "main", "litellm_params": params}]}
        process = start_amity(config=_config(models))
        await process.aready()
        async with _crowd(process) as people:
            await _ask(people[0], "are you awake?")
            figures = await _round(people[1:], 0)
            _tell(f"\nthrough LiteLLM: {figures}; {_memory(process) / MEGABYTE:.0f} MB")
            await _nothing_lost(people, 1)
        assert '"level":"error"' not in process.output
        assert await process.astop() == 0
    finally:
        stub.stop()
