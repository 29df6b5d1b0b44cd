"""Who says that they are under 18, and who only sounds like it (promises P06 and P07)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.safety import MinorOutcome, assess_minor
from tests.safety import clause_cases as clause
from tests.safety import eighteen_cases as soon
from tests.safety import minor_cases as cases
from tests.safety.crisis_cases import lines

DECLARED = [
    case
    for each in (cases.DECLARED_EN, cases.DECLARED_RU, soon.DECLARED_EN, soon.DECLARED_RU)
    for case in lines(each)
]
AMONG_CLAUSES = lines(clause.DECLARED_EN) + lines(clause.DECLARED_RU)
LOOK_ALIKES = lines(clause.NONE_EN) + lines(clause.NONE_RU)
NONE = [
    case
    for each in (cases.NONE_EN, cases.NONE_RU, soon.NONE_EN, soon.NONE_RU)
    for case in lines(each)
]


def test_the_sets_are_as_large_as_they_should_be() -> None:
    assert len(DECLARED) >= 150
    assert len(NONE) >= 150
    assert len(lines(clause.DECLARED_EN)) >= 60
    assert len(lines(clause.DECLARED_RU)) >= 60
    assert len(LOOK_ALIKES) >= 120


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


@pytest.mark.parametrize("text", AMONG_CLAUSES)
def test_an_age_is_declared_whatever_stands_in_the_clauses_beside_it(text: str) -> None:
    for said in (text, f"So, about yesterday. {text}. Anyway, how are you?"):
        signal = assess_minor(said)
        assert signal is not None
        assert signal.outcome is MinorOutcome.DECLARED


@pytest.mark.parametrize("text", lines(clause.UNCLEAR))
def test_what_makes_a_declaration_doubtful_is_asked_about(text: str) -> None:
    signal = assess_minor(text)
    assert signal is not None
    assert signal.outcome is MinorOutcome.UNCLEAR


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_declaration_is_none(text: str) -> None:
    assert assess_minor(text) is None
    assert assess_minor(f"So, about yesterday. {text}. Anyway, how are you?") is None


BESIDE_EN = st.sampled_from(
    [
        "{}, my mom is angry",
        "my brother is 20 and {}",
        "I said I was older, but {} and my teacher knows",
        "well, {} (sorry)",
        "she is nice, but {} \U0001f62d",
        "when I was small we moved, now {}",
    ]
)
BESIDE_RU = st.sampled_from(
    [
        "мама ругается, {}, помоги",
        "ему 20, а {}",
        "раньше я врала, но {} :(",
        "{} — и что теперь",
        "когда я была маленькой, мы переехали, а теперь {}",
    ]
)


def _among(english: list[str], russian: list[str]) -> st.SearchStrategy[str]:
    """Return texts in which a statement with a place for a number stands among clauses."""
    return st.one_of(
        st.builds(str.format, BESIDE_EN, st.sampled_from(english)),
        st.builds(str.format, BESIDE_RU, st.sampled_from(russian)),
    )


AGES = _among(["I'm {}", "im {}", "I am {} years old"], ["мне {}", "мне всего {}", "мне {} лет"])
QUANTITIES = _among(
    ["I'm {} minutes late", "I'm {} kilos down", "I was {} then"],
    ["мне {} минут ехать", "мне было {}", "мне {} рублей должны"],
)


@given(AGES, st.integers(11, 17))
def test_any_age_under_18_is_declared_among_any_clauses(text: str, age: int) -> None:
    signal = assess_minor(text.format(age))
    assert signal is not None
    assert signal.outcome is MinorOutcome.DECLARED


@given(AGES, st.integers(18, 99))
def test_no_grown_age_is_declared_among_any_clauses(text: str, age: int) -> None:
    assert assess_minor(text.format(age)) is None


@given(QUANTITIES, st.integers(6, 17))
def test_no_quantity_is_declared_among_any_clauses(text: str, number: int) -> None:
    assert assess_minor(text.format(number)) is None


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assess_minor(text)
