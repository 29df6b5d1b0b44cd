"""Words that somebody takes back or corrects while another answer keeps theirs waiting."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from amity.testing.fake_model import Answer
from tests.promises.conftest import Town, config_of
from tests.promises.looking import newcomer, rows_about
from tests.promises.people import OnSample, canary
from tests.support.amity import AmityProcess
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel
from tests.telegram.talk import Repeating

_STORY: Final = "tell me a story"
_HANGING: Final = Answer(chunks=("Once", " upon", " a", " time"), hang_after=2)

Open = Callable[[], Awaitable[Town]]


class Waiting:
    """Somebody whose messages wait behind an answer that does not end."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.person = OnSample(town.platform, canary("handle"))
        self.id = ""

    async def begin(self) -> None:
        """Enter, and ask what is answered with no end."""
        self.id = await newcomer(self._town.database, self.person.enter)
        await self.person.say("good morning")
        model = self._town.model.model
        assert isinstance(model, Repeating)
        model.scripts[_STORY] = _HANGING
        await self.person.send(_STORY)
        await self._town.process.await_until(
            lambda: any(row["state"] == "intent" for row in self.rows()), "the story had begun"
        )
        await self.say("/terms")  # past which nothing joins the story

    async def say(self, text: str, **more: Any) -> str:
        """Say something, and see that it was taken in."""
        before = len(self.rows())
        id = await self.person.send(text, **more)
        await self._town.process.await_until(
            lambda: len(self.rows()) == before + 1, "an event was taken in"
        )
        return id

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of this person's messages."""
        return list(rows_about(self._town.database, self.id)["messages"])

    async def done(self) -> None:
        """Wait until nothing is left to do."""
        await self._town.process.await_until(
            lambda: not any(row["queue"] for row in self.rows()), "all had come to an end"
        )


@pytest.fixture(scope="module")
def repeating() -> Iterator[ModelServer]:
    with ModelServer(Repeating) as server:
        yield server


@pytest.fixture
def open_town(
    start_amity: Callable[..., AmityProcess], tmp_path: Path, repeating: ModelServer
) -> Open:
    """Start an installation of its own, or start it again."""
    platform = SampleChannel(tmp_path / "platform")

    async def start() -> Town:
        config = config_of(repeating.config(), platform)
        process = start_amity(config=config, environment=platform.environment)
        await process.aready()
        return Town(process, platform, repeating)

    return start


async def test_words_that_wait_are_answered_as_they_are_then(open_town: Open) -> None:
    town = await open_town()
    someone = Waiting(town)
    await someone.begin()
    marks = [canary(what) for what in ("deleted", "before", "between", "after", "word")]
    deleted, before, between, after, word = marks
    gone = await someone.say(f"first {deleted}")
    corrected = await someone.say(f"second {before}")
    became_word = await someone.say(f"third {word}")
    last = await someone.say("fourth")
    await someone.say(f"second {between}", id=corrected, event="edited", time=5)
    await someone.say(f"first {between}", id=gone, event="edited", time=6)
    await someone.say("/help", id=became_word, event="edited", time=7)
    await someone.say(f"second {after}", id=corrected, event="edited", time=8)
    await someone.say("", id=gone, event="deleted", time=9)
    await someone.person.send("/stop")
    answer = await someone.person.answer(last)
    assert f"second {after} / fourth" in " ".join(answer.replace("\n", " / ").split())
    await someone.done()
    assert town.model.seen(marks) == [after]
    assert "/clear_conversation" in await someone.person.answer(became_word)
    await someone.person.say("and now?")
    assert town.model.seen(marks) == [after]
    kinds = sorted(row["kind"] for row in someone.rows() if row["direction"] == "in")
    assert "deleted" not in kinds
    bodies = [row for row in someone.rows() if row["kind"] == "edited" and row["body"]]
    assert bodies == []
    assert files_with(town.process.home, marks) == {}


async def test_words_that_wait_are_answered_as_they_are_after_a_crash(
    open_town: Open,
) -> None:
    town = await open_town()
    someone = Waiting(town)
    await someone.begin()
    deleted, before, after = (canary(what) for what in ("deleted", "before", "after"))
    gone = await someone.say(f"first {deleted}")
    corrected = await someone.say(f"second {before}")
    await someone.say(f"second {after}", id=corrected, event="edited", time=5)
    await someone.say(f"first {before}", id=gone, event="edited", time=6)
    await someone.say("", id=gone, event="deleted", time=7)
    town.process.kill()
    model = town.model.model
    assert isinstance(model, Repeating)
    model.scripts.clear()
    again = await open_town()
    someone = _back(someone, again)
    assert f"second {after}" in await someone.person.answer(corrected)
    await someone.done()
    assert again.model.seen([deleted, before, after]) == [after]
    assert [row for row in someone.rows() if row["kind"] == "edited" and row["body"]] == []


def _back(someone: Waiting, town: Town) -> Waiting:
    """Return the same person where the installation was started again."""
    same = Waiting(town)
    same.person, same.id = someone.person, someone.id
    return same
