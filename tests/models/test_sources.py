"""Providers whose stream only LiteLLM's own chunks tell of."""

from typing import Any

import pytest

from amity.models import EmptyReply, Interrupted, Unavailable
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import ask, entry, section, warm
from tests.models.conftest import MakeModels

# Parsers that no list of ours names.
provider = pytest.mark.parametrize("provider", ["databricks/fake", "cometapi/fake"])


@provider
async def test_an_answer(fake: FakeModel, make: MakeModels, provider: str) -> None:
    fake.always(
        Answer(reasoning=("I should greet.",), chunks=("<think>x</think>", "Hello", " you"))
    )
    models = make(section(entry("main", fake.url, provider)))
    for _ in range(3):
        said = await ask(models)
        assert said.text == "Hello you"
        assert said.finished is not None
        assert said.finished.reason == "stop"
        used = said.finished.usage
        if provider.startswith("databricks"):  # its parser drops the counts
            assert used.estimated
            assert used.output_tokens > 0
        else:
            assert (used.input_tokens, used.output_tokens, used.estimated) == (12, 5, False)
    assert len({request.peer for request in fake.asked}) == 1, "the connection is used again"


@provider
async def test_an_answer_that_is_too_long(fake: FakeModel, make: MakeModels, provider: str) -> None:
    fake.always(Answer(finish="length"))
    said = await ask(make(section(entry("main", fake.url, provider))))
    assert said.finished is not None
    assert said.finished.reason == "length"


@provider
@pytest.mark.parametrize(
    "answer,expected,words",
    [
        (Answer(chunks=tuple("abcdefgh"), cut_after=5), Interrupted, "abcde"),
        (Answer(chunks=tuple("abcdefgh"), hang_after=5), Interrupted, "abcde"),
        (Answer(finish=None, done=False), Interrupted, "Hello there, friend."),
        (Answer.empty(), EmptyReply, ""),
        (Answer.hanging(), Unavailable, ""),
    ],
    ids=["cut", "hang", "no-end", "empty", "silent"],
)
async def test_streams_that_go_wrong(
    fake: FakeModel,
    make: MakeModels,
    provider: str,
    *,
    answer: Answer,
    expected: type[Exception],
    words: str,
) -> None:
    await warm(make, fake.url, provider)
    fake.always(answer)
    short: dict[str, Any] = {}
    if answer.before or answer.hang_after is not None:
        short = {"idle_timeout": 1.0} if words else {"first_token_timeout": 1.0}
    said = await ask(make(section(entry("main", fake.url, provider)) | short))
    assert type(said.error) is expected
    assert said.text == words
