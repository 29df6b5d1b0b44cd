"""The rate limit: how much at once, how fast it comes back, and that it forgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.turn import limits
from amity.turn.limits import RateLimit
from tests.support.vaults import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def taken(rate: RateLimit, times: int, sender: str = "a") -> int:
    return sum(rate.take(sender) is None for _ in range(times))


def test_a_burst_and_then_no_more(clock: MovedClock) -> None:
    rate = RateLimit(clock, burst=3, per_minute=6)
    assert taken(rate, 10) == 3
    assert taken(rate, 10, "b") == 3


def test_it_comes_back_at_its_rate(clock: MovedClock) -> None:
    rate = RateLimit(clock, burst=3, per_minute=6)
    taken(rate, 3)
    clock.forward(9_900)
    assert taken(rate, 1) == 0
    clock.forward(200)
    assert taken(rate, 2) == 1
    clock.forward(3_600_000)
    assert taken(rate, 10) == 3


def test_what_comes_at_once_was_said_in_its_own_time(clock: MovedClock) -> None:
    rate = RateLimit(clock, burst=2, per_minute=6)
    began = clock.now()
    assert rate.take("a", said=began) is None
    clock.forward(600_000)
    backlog = [rate.take("a", said=began + after) for after in range(10_000, 600_000, 10_000)]
    assert backlog == [None] * len(backlog)
    # But not what was said too fast then, nor what is said to have been said later than now.
    assert [rate.take("b", said=began) is None for _ in range(4)] == [True, True, False, False]
    assert [rate.take("c", said=clock.now() + n * 60_000) is None for n in range(4)] == [
        *(True, True),
        *(False, False),
    ]


def test_a_platform_whose_clock_is_behind_costs_nobody_anything(clock: MovedClock) -> None:
    rate = RateLimit(clock, burst=2, per_minute=6)
    assert rate.take("a", said=clock.now()) is None
    for _ in range(20):
        clock.forward(10_000)
        assert rate.take("a", said=clock.now() - 300_000) is None


def test_it_is_told_once_until_it_is_over(clock: MovedClock) -> None:
    rate = RateLimit(clock, burst=1, per_minute=60)
    assert rate.take("a") is None
    empty = rate.take("a")
    assert empty is not None
    assert not empty.told
    empty.told = True
    again = rate.take("a")
    assert again is not None
    assert again.told
    clock.forward(1_100)
    assert rate.take("a") is None
    later = rate.take("a")
    assert later is not None
    assert not later.told


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 120_000), st.booleans()), max_size=60)
)
def test_no_times_let_anybody_say_more_than_twice_what_is_allowed(
    moves: list[tuple[int, int, bool]],
) -> None:
    clock = MovedClock()
    began = clock.now()
    rate, got = RateLimit(clock, burst=2, per_minute=6), 0
    for passed, age, known in moves:
        clock.forward(passed)
        said = max(began, clock.now() - age) if known else 0
        got += rate.take("a", said=said) is None
        assert got <= 2 + 2 * (clock.now() - began) / 10_000 + 0.001


@given(st.lists(st.integers(min_value=-60_000, max_value=60_000), max_size=40))
def test_a_clock_that_jumps_gives_no_more_than_its_way_forward(moves: list[int]) -> None:
    clock = MovedClock()
    rate = RateLimit(clock, burst=2, per_minute=6)
    got, forward = taken(rate, 5), 0
    for move in moves:
        clock.forward(move)
        forward += max(0, move)
        got += taken(rate, 5)
        assert got <= 2 + forward / 10_000 + 0.001


def test_the_oldest_buckets_are_forgotten(
    clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_MOST_BUCKETS", 3)
    rate = RateLimit(clock, burst=1, per_minute=1)
    for sender in "abc":
        assert taken(rate, 2, sender) == 1
    rate.take("a")  # seen again: now b is the oldest
    assert taken(rate, 2, "d") == 1
    assert rate.take("a") is not None
    assert rate.take("c") is not None
    assert rate.take("b") is None
    assert len(rate._buckets) == 3
