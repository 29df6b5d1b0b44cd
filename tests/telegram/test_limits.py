"""The limiter: what must arrive waits in order, what may be left out is."""

import asyncio

from amity_telegram.config import Limits
from amity_telegram.limits import Limiter


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += max(seconds, 0.0)


def limiter(time: Time, **limits: float) -> Limiter:
    return Limiter(Limits(**limits), now=time, sleep=time.sleep)


async def test_some_go_at_once_and_then_one_a_second() -> None:
    time = Time()
    one = limiter(time)
    for _ in range(5):
        await one.turn(7)
    assert time.now == 1000.0
    for _ in range(10):
        await one.turn(7)
    assert 1009.9 <= time.now <= 1010.1


async def test_a_group_takes_twenty_a_minute() -> None:
    time = Time()
    one = limiter(time)
    for _ in range(40):
        await one.turn(-100)
    assert 1059.9 <= time.now <= 1060.1


async def test_the_bot_as_a_whole_has_a_limit() -> None:
    time = Time()
    one = limiter(time)
    for chat in range(1, 91):
        await one.turn(chat)
    assert 1001.9 <= time.now <= 1002.1


async def test_what_waits_goes_in_order() -> None:
    time = Time()
    one = limiter(time)
    order: list[int] = []

    async def go(number: int) -> None:
        await one.turn(7)
        order.append(number)

    await asyncio.gather(*(go(number) for number in range(30)))
    assert order == list(range(30))


async def test_what_may_be_left_out_leaves_half_for_what_must_arrive() -> None:
    time = Time()
    one = limiter(time)
    went = [one.spare(-100) for _ in range(20)]
    assert went.count(True) == 11
    for _ in range(9):
        await one.turn(-100)
    assert time.now == 1000.0


async def test_what_was_refused_waits_and_drafts_are_left_out() -> None:
    time = Time()
    one = limiter(time)
    one.refused(7, 30)
    assert not one.spare(7)
    assert one.spare(8)
    assert 30 <= one.waits(7) <= 31
    assert one.waits(8) == 0
    await one.turn(8)
    assert time.now == 1000.0
    await one.turn(7)
    assert 1030 <= time.now <= 1031


async def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    time = Time()
    one = limiter(time)
    one.refused(7, 30)
    one.refused(7, 1)
    assert one.waits(7) >= 30


async def test_several_refused_chats_mean_the_bot() -> None:
    time = Time()
    one = limiter(time)
    for chat in (1, 2):
        one.refused(chat, 10)
    assert one.waits(99) == 0
    one.refused(3, 20)
    assert 10 <= one.waits(99) <= 11
    assert not one.spare(99)
    await one.turn(99)
    assert time.now >= 1010


async def test_nothing_is_left_out_for_somebody_who_waits() -> None:
    time = Time()
    one = limiter(time)
    for _ in range(5):
        await one.turn(7)
    waiting = asyncio.create_task(one.turn(7))
    await asyncio.sleep(0)
    assert not one.spare(7)
    await waiting


async def test_chats_that_are_quiet_are_forgotten() -> None:
    time = Time()
    one = limiter(time, per_second=1000)
    for chat in range(1, 7000):
        time.now += 10
        await one.turn(chat)
    assert len(one._chats) <= 5000


async def test_a_preview_is_no_message_in_its_chat() -> None:
    time = Time()
    one = limiter(time)
    assert [one.spare(7, message=False) for _ in range(12)] == [True] * 12
    for _ in range(5):
        await one.turn(7)
    assert time.now == 1000.0
    one.refused(7, 5)
    assert not one.spare(7, message=False)
