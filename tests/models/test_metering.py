"""What a call is charged with, whichever way it ends."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from amity.models import Meter, Models, Usage
from amity.models.tokens import estimate_prompt
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import ask, entry, fallbacks, question, section, warm
from tests.models.conftest import MakeModels

PRICES = {"input_cost_per_token": 1.0, "output_cost_per_token": 10.0}


def estimated(words: int) -> Usage:
    """Return the estimate for the usual question and so many tokens of words."""
    prompt = estimate_prompt(question().messages)
    return Usage(
        input_tokens=prompt, output_tokens=words, cost=prompt + 10.0 * words, estimated=True
    )


def of(fake: FakeModel, make: Callable[..., Models], **more: object) -> Models:
    return make(section(entry("main", fake.url, "openai/first", **PRICES), **more))


@pytest.mark.parametrize(
    "answer,used",
    [
        (Answer(usage=(30, 7)), Usage(input_tokens=30, output_tokens=7, cost=100.0)),
        (Answer(chunks=(), usage=(30, 7)), Usage(input_tokens=30, output_tokens=7, cost=100.0)),
        (Answer(chunks=("four" * 3,), usage=None), estimated(3)),
        (Answer(chunks=("four", "four"), cut_after=1), estimated(1)),
        (Answer(reasoning=("four" * 5,), chunks=("x",), cut_after=1), estimated(5)),
        (Answer(chunks=(), usage=None), estimated(0)),
        (Answer.failing(504), estimated(0)),
        (Answer.failing(500), None),
        (Answer.failing(429), None),
        (Answer.failing(401), None),
        (Answer.failing(400, code="context_length_exceeded"), None),
    ],
    ids=["told", "empty", "untold", "cut", "thought", "nothing", "504", "500", "429", "401", "400"],
)
async def test_a_call_costs_what_was_told_or_can_be_guessed(
    fake: FakeModel, make: MakeModels, answer: Answer, used: Usage | None
) -> None:
    fake.always(answer, "first")
    meter = Meter()
    await ask(of(fake, make), question(meter=meter))
    assert meter.usage == used


async def test_who_cannot_be_reached_costs_nothing(fake: FakeModel, make: MakeModels) -> None:
    meter = Meter()
    nobody = entry("main", "http://127.0.0.1:9/v1", "openai/first", **PRICES)
    assert (await ask(make(section(nobody)), question(meter=meter))).error is not None
    assert meter.usage is None


async def test_silence_is_paid_for(fake: FakeModel, make: MakeModels) -> None:
    await warm(make, fake.url, "openai/first")
    fake.always(Answer(before=30), "first")
    meter = Meter()
    await ask(of(fake, make, first_token_timeout=0.2), question(meter=meter))
    assert meter.usage == estimated(0)


async def test_who_leaves_before_a_word_came_pays_for_the_prompt(
    fake: FakeModel, make: MakeModels
) -> None:
    await warm(make, fake.url, "openai/first")
    asked = len(fake.asked)
    fake.always(Answer(before=30), "first")
    meter = Meter()
    reading = asyncio.create_task(ask(of(fake, make), question(meter=meter)))
    async with asyncio.timeout(30):
        while len(fake.asked) == asked:
            await asyncio.sleep(0.01)
    reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading
    assert meter.usage == estimated(0)


async def test_all_who_were_asked_are_paid(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer(chunks=(), usage=(30, 7)), "first")
    fake.always(Answer(usage=(12, 5)), "second")
    models = make(
        section(
            entry("main", fake.url, "openai/first", **PRICES),
            entry("main", fake.url, "openai/first", **PRICES),
            entry("spare", fake.url, "openai/second", **PRICES),
            router_settings=fallbacks(main=["spare"]),
        )
    )
    meter = Meter()
    said = await ask(models, question(meter=meter))
    assert said.finished is not None
    assert said.finished.usage.input_tokens == 12, "its own alone"
    assert meter.usage == Usage(input_tokens=72, output_tokens=19, cost=72.0 + 190.0)


async def test_what_tells_nothing_is_measured_by_its_words(make: MakeModels) -> None:
    zero = {"model": "amity/zero", "text": "four", "chunks": 3}
    models = make(section({"model_name": "quiet", "litellm_params": zero}))
    whole, left = Meter(), Meter()
    await ask(models, question(meter=whole))
    assert whole.usage == Usage(output_tokens=3, cost=0.0)
    async with contextlib.aclosing(models.stream(question(meter=left))) as events:
        async for _ in events:
            break
    assert left.usage is not None
    assert (left.usage.output_tokens, left.usage.estimated) == (1, True)
