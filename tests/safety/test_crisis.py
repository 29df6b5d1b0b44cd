"""Crisis rules, on sentences of our own. The rates on public sets are told in the docs."""

import pytest

from amity.safety import CrisisLevel, assess
from tests.safety import acute_cases as acute
from tests.safety import crisis_cases as cases


@pytest.mark.parametrize("text", cases.lines(cases.FULL_EN) + cases.lines(cases.FULL_RU))
def test_a_crisis_is_seen(text: str) -> None:
    signal = assess(text)
    assert signal is not None
    assert signal.level is CrisisLevel.FULL


@pytest.mark.parametrize("text", cases.lines(cases.THIRD_EN) + cases.lines(cases.THIRD_RU))
def test_somebody_elses_crisis_gets_the_line_for_friends(text: str) -> None:
    signal = assess(text)
    assert signal is not None
    assert signal.level is CrisisLevel.THIRD_PERSON


@pytest.mark.parametrize("text", cases.lines(cases.SOFT_EN) + cases.lines(cases.SOFT_RU))
def test_distress_denial_and_the_past_get_a_soft_line(text: str) -> None:
    signal = assess(text)
    assert signal is not None
    assert signal.level is CrisisLevel.SOFT


@pytest.mark.parametrize("text", cases.lines(cases.NONE_EN) + cases.lines(cases.NONE_RU))
def test_what_only_sounds_grave_is_left_alone(text: str) -> None:
    assert assess(text) is None


def test_the_sets_of_acute_danger_are_as_large_as_they_should_be() -> None:
    assert len(cases.lines(acute.FULL_EN)) >= 50
    assert len(cases.lines(acute.FULL_RU)) >= 50
    assert len(cases.lines(acute.NONE_EN) + cases.lines(acute.NONE_RU)) >= 60


@pytest.mark.parametrize("text", cases.lines(acute.FULL_EN) + cases.lines(acute.FULL_RU))
def test_acute_danger_and_common_spellings_are_seen(text: str) -> None:
    signal = assess(text)
    assert signal is not None
    assert signal.level is CrisisLevel.FULL


@pytest.mark.parametrize("text", cases.lines(acute.NONE_EN) + cases.lines(acute.NONE_RU))
def test_sayings_of_every_day_are_no_acute_danger(text: str) -> None:
    assert assess(text) is None
