"""Who says that they are under 18, and who only sounds like it (promises P06 and P07)."""

import pytest

from amity.safety import MinorOutcome, assess_minor
from tests.safety import eighteen_cases as soon
from tests.safety import minor_cases as cases
from tests.safety.crisis_cases import lines

DECLARED = [
    case
    for each in (cases.DECLARED_EN, cases.DECLARED_RU, soon.DECLARED_EN, soon.DECLARED_RU)
    for case in lines(each)
]
NONE = [
    case
    for each in (cases.NONE_EN, cases.NONE_RU, soon.NONE_EN, soon.NONE_RU)
    for case in lines(each)
]


def test_the_sets_are_as_large_as_they_should_be() -> None:
    assert len(DECLARED) >= 150
    assert len(NONE) >= 150


@pytest.mark.parametrize("text", DECLARED)
def test_a_self_declared_minor_is_seen(text: str) -> None:
    signal = assess_minor(text)
    assert signal is not None
    assert signal.outcome is MinorOutcome.DECLARED


@pytest.mark.parametrize("text", lines(cases.UNCLEAR) + lines(soon.UNCLEAR))
def test_a_hint_is_asked_about_and_erases_nothing(text: str) -> None:
    signal = assess_minor(text)
    assert signal is not None
    assert signal.outcome is MinorOutcome.UNCLEAR


@pytest.mark.parametrize("text", NONE)
def test_the_past_others_roles_and_numbers_are_no_declaration(text: str) -> None:
    assert assess_minor(text) is None


@pytest.mark.parametrize("text", NONE)
def test_a_near_miss_is_one_within_a_longer_message_too(text: str) -> None:
    signal = assess_minor(f"So, about yesterday. {text}. Anyway, how are you?")
    assert signal is None


@pytest.mark.parametrize("text", ["I'm 15", "мне 15 лет"])
def test_a_declaration_is_seen_within_a_longer_message(text: str) -> None:
    signal = assess_minor(f"So, about yesterday. {text}. Anyway, how are you?")
    assert signal is not None
    assert signal.outcome is MinorOutcome.DECLARED


@pytest.mark.parametrize(
    "text",
    ["I'm\n15", "I am\n\n15 years old", "i'm only\r\n16", "мне\n15", "Мне всего\n15 лет"],
    ids=range(5),
)
def test_a_declaration_is_seen_over_a_broken_line(text: str) -> None:
    signal = assess_minor(text)
    assert signal is not None
    assert signal.outcome is MinorOutcome.DECLARED


@pytest.mark.parametrize(
    "text",
    [
        "Are you coming? I am\n15 minutes away",
        "My son is here, and so am I.\n15 people came",
        "Who is tired? I'm\n15 km from home",
        "Кто заплатит мне\n15 тысяч?",
        "I'm tired\n18 next month is the number of the house",
    ],
    ids=range(5),
)
def test_a_broken_line_makes_no_age_of_a_number(text: str) -> None:
    assert assess_minor(text) is None
