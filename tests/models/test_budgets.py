"""The ceilings of a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amity.models import (
    LimitsConfig,
    ModelState,
    Usage,
    Verdict,
    blind_spots,
    charges,
    check,
    names,
)

LIMITS = LimitsConfig.model_validate(
    {
        "per_person": {"messages": 3, "tokens": 1000},
        "service": {"money": 2.5, "messages": 100},
    }
)


def test_only_what_has_a_ceiling_is_read() -> None:
    assert names(LIMITS) == (
        "person.messages",
        "person.tokens",
        "service.messages",
        "service.money",
    )
    assert names(LimitsConfig()) == ()


@pytest.mark.parametrize(
    "counters,scope,unit",
    [
        ({}, None, None),
        ({"person.messages": 2, "person.tokens": 999, "service.money": 2.49}, None, None),
        ({"person.messages": 3}, "person", "messages"),
        ({"person.tokens": 1200}, "person", "tokens"),
        ({"service.money": 2.5}, "service", "money"),
        ({"service.messages": 100, "person.tokens": 1000}, "person", "tokens"),
        ({"person.money": 1e9}, None, None),
    ],
)
def test_the_ceiling_that_is_reached_is_named(
    counters: dict[str, float], scope: str | None, unit: str | None
) -> None:
    verdict = check(LIMITS, counters)
    assert (verdict.scope, verdict.unit) == (scope, unit)
    assert verdict.allowed is (scope is None)
    if scope is not None:
        assert verdict.used >= verdict.ceiling > 0


def test_a_ceiling_of_nothing_lets_nothing_through() -> None:
    closed = LimitsConfig.model_validate({"service": {"messages": 0}})
    assert check(closed, {}) == Verdict(scope="service", unit="messages")


def test_an_answer_is_charged_to_the_person_and_the_service() -> None:
    usage = Usage(input_tokens=100, output_tokens=20, cost=0.01)
    found = {(c.name, c.person): c.amount for c in charges("p1", "2026-11-23", usage)}
    assert found == {
        ("person.messages", "p1"): 1,
        ("person.tokens", "p1"): 120,
        ("person.money", "p1"): 0.01,
        ("service.messages", None): 1,
        ("service.tokens", None): 120,
        ("service.money", None): 0.01,
    }
    assert {c.day for c in charges("p1", "2026-11-23", usage)} == {"2026-11-23"}
    unpriced = charges("p1", "2026-11-23", Usage(input_tokens=1))
    assert "person.money" not in {c.name for c in unpriced}


@given(st.lists(st.integers(0, 400), max_size=30))
def test_a_person_passes_a_ceiling_by_one_answer_at_most(tokens: list[int]) -> None:
    counters: dict[str, float] = {}
    for used in tokens:
        if not check(LIMITS, counters).allowed:
            break
        for charge in charges("p1", "2026-11-23", Usage(output_tokens=used)):
            counters[charge.name] = counters.get(charge.name, 0.0) + charge.amount
    assert counters.get("person.messages", 0) <= 3
    assert counters.get("person.tokens", 0) < 1000 + 400


def state(name: str, *, priced: bool | None) -> ModelState:
    return ModelState(
        name=name,
        targets=("openai/x",),
        roles=(),
        state="untried",
        error=None,
        sentence=None,
        failed=None,
        succeeded=None,
        fallbacks=(),
        local=False,
        priced=priced,
    )


def test_a_price_that_nobody_knows_is_said_where_money_is_limited() -> None:
    models = [state("a", priced=True), state("b", priced=False), state("c", priced=None)]
    (sentence,) = blind_spots(LIMITS, models)
    assert '"b"' in sentence
    assert blind_spots(LimitsConfig(), models) == []


@pytest.mark.parametrize("wrong", [{"per_person": {"mesages": 1}}, {"service": {"tokens": -1}}])
def test_a_wrong_section_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LimitsConfig.model_validate(wrong)
