"""Row ids: they sort by the order in which they were made, whatever the clock does."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.ids import Ids, first_id_at, time_of
from tests.support.vaults import MovedClock

MOST = 2**48 - 1
times = st.integers(min_value=0, max_value=MOST)


@given(st.lists(times, min_size=2, max_size=20))
def test_ids_only_grow_also_when_the_clock_goes_back(moments: list[int]) -> None:
    clock = MovedClock()
    ids = Ids(clock)
    made = []
    for moment in moments:
        clock.time = moment
        made += [ids.new(), ids.new()]
    assert made == sorted(set(made))
    assert {len(id) for id in made} == {26}
    assert set("".join(made)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@given(times, times)
def test_the_bound_of_a_time_lies_under_its_ids_and_over_the_earlier(one: int, other: int) -> None:
    id = Ids(MovedClock(one)).new()
    assert first_id_at(one) <= id
    if one < MOST:
        assert id < first_id_at(one + 1)
    if one < other:
        assert first_id_at(one) < first_id_at(other)


def test_the_bound_of_a_time_before_all_times_is_the_smallest() -> None:
    assert first_id_at(-5) == first_id_at(0) == "0" * 26


def test_the_bound_holds_with_a_clock_set_back() -> None:
    clock = MovedClock(5000)
    ids = Ids(clock)
    ids.new()
    clock.time = 1000
    assert ids.new() >= first_id_at(1000)


def test_counting_on_does_not_leave_the_millisecond() -> None:
    ids = Ids(MovedClock(5000))
    assert {ids.new()[:10] for _ in range(2000)} == {first_id_at(5000)[:10]}


def test_two_makers_do_not_make_the_same() -> None:
    assert Ids(MovedClock()).new() != Ids(MovedClock()).new()


def test_threads_share_a_maker() -> None:
    ids = Ids(MovedClock())
    made: list[list[str]] = [[] for _ in range(4)]
    together = threading.Barrier(4)

    def make(mine: list[str]) -> None:
        together.wait()
        mine.extend(ids.new() for _ in range(2000))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({id for mine in made for id in mine}) == 8000


@given(times, times)
def test_a_maker_goes_on_behind_what_another_made(ahead: int, now: int) -> None:
    last = Ids(MovedClock(ahead)).new()
    ids = Ids(MovedClock(now))
    ids.follow(last)
    made = [ids.new(), ids.new()]
    assert last < made[0] < made[1]
    if ahead < now:
        assert made[0] >= first_id_at(now)
    ids.follow(last)  # what is older than its own changes nothing
    assert ids.new() > made[1]


@pytest.mark.parametrize("other", ["", "x", "8" + "0" * 25, "a" * 26, "Ω" * 26, "0" * 27])
def test_what_is_no_such_id_is_followed_by_nothing(other: str) -> None:
    ids = Ids(MovedClock(5000))
    ids.follow(other)
    assert time_of(ids.new()) == 5000
    assert time_of(other) is None


@given(times)
def test_an_id_says_when_it_was_made(moment: int) -> None:
    assert time_of(Ids(MovedClock(moment)).new()) == moment
