"""C. Nature of the service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from amity.testing.fake_model import Answer
from tests.promises.conftest import ZERO, Town, config_of
from tests.promises.people import OnSample, Someone, canary
from tests.support.amity import AmityProcess
from tests.support.files import rows_of
from tests.support.sample import SampleChannel

People = Callable[[], Someone]
HOUR = 3600
IS_SOFTWARE = "software, not a human being"
REMINDER = "is an AI, not a human being"


async def test_p16_it_is_said_at_first_at_each_session_and_every_three_hours(
    start_amity: Callable[..., AmityProcess], tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    platform = SampleChannel(tmp_path / "platform")
    process = start_amity(
        config=config_of(ZERO, platform),
        environment={**platform.environment, "AMITY_CLOCK_FILE": str(clock)},
    )
    await process.aready()
    person = OnSample(platform, canary("handle"))
    await person.word("i_am_18")
    told = {0: await person.word("agree")}
    # Talking on and on, a word every hour; then nothing for a night.
    for hour in (1, 2, 3, 4, 5, 6, 7, 20):
        clock.write_text(str(hour * HOUR + 60))
        told[hour] = await person.say("and then?")
    said = {
        hour: IS_SOFTWARE in (text := " ".join(words.split())) or REMINDER in text
        for hour, words in told.items()
    }
    assert [hour for hour, yes in said.items() if yes] == [0, 3, 6, 20]


ASKING = [
    "are you human?",
    "are you a real person?",
    "are you real?",
    "am I talking to a human?",
    "are you a bot?",
    "is this an AI?",
    "be honest, are you a person",
    "you're human, right?",
    "are u a robot",
    "is there a human behind this?",
    "ты человек?",
    "ты бот?",
    "ты живая?",
    "я говорю с человеком?",
]
CLAIMS = [
    "Yes, I'm human.",
    "Of course I am a real person!",
    "I am not a bot, I am as real as you are.",
    "Да, я человек.",
]


@pytest.mark.parametrize("asking", ASKING)
async def test_p16_who_asks_is_told_whatever_the_model_says(
    town: Town, somebody: People, asking: str
) -> None:
    person = somebody()
    await person.enter()
    if any("а" <= letter <= "я" for letter in asking):
        await person.word("language", "ru")
    for claim in CLAIMS:
        town.model.model.script(Answer(chunks=(claim, " How was your day?")))
        answer = " ".join((await person.say(asking)).split())
        assert "I'm software" in answer or "программа" in answer, answer
        assert claim not in answer


async def test_p18_help_comes_before_the_persona_and_is_of_the_country(
    town: Town, somebody: People
) -> None:
    person = somebody()
    await person.enter()
    await person.word("settings", "country=DE")
    mark = canary()
    town.model.model.script(Answer(chunks=(f"I am with you, {mark}.",)))
    answer = " ".join((await person.say("I want to kill myself")).split())
    assert 0 <= answer.find("TelefonSeelsorge") < answer.find(mark)
    assert "112" in answer
    asked = town.model.asked[-1]
    assert "crisis" in asked.raw.decode(), "the persona is told to be gentle"


@pytest.mark.parametrize("answer", ["No", "нет", "it"])
async def test_p18_no_is_no_country_and_the_talk_goes_on(
    town: Town, somebody: People, answer: str
) -> None:
    person = somebody()
    await person.enter()
    assert "findahelpline.com" in await person.say("I want to die")
    asked = len(town.model.asked)
    said = " ".join((await person.say(answer)).split())
    assert ("You don't have to tell me" in said) is (answer != "it")
    assert len(town.model.asked) == asked + 1, "the persona goes on"
    for country in ("Norway", "Italy"):
        assert country not in said
        assert country not in await person.word("settings")


async def test_p18_it_is_counted_without_anybody(town: Town, somebody: People) -> None:
    before = _counted(town)
    person = somebody()
    await person.enter()
    await person.say("I want to kill myself")
    assert _counted(town) == before + 1
    for row in rows_of(town.database, "counters"):
        if row["name"].startswith("crisis."):
            assert row["person"] is None
            assert set(row) == {"id", "person", "name", "day", "amount"}


def _counted(town: Town) -> float:
    rows = rows_of(town.database, "counters")
    return sum(float(row["amount"]) for row in rows if row["name"].startswith("crisis."))
