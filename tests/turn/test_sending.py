"""How long a message is insisted on, by what its platform says."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from pydantic import BaseModel

from amity.adapter import Adapter, Capabilities, Host, Manifest
from amity.errors import (
    DeliveryError,
    Forbidden,
    Gone,
    Refused,
    RetryAfter,
    StoreUnavailable,
    Unknown,
)
from amity.message import Address, Outbound, Outcome, Receipt, Text
from amity.sealed import SealedText
from amity.turn.channel import Channel, ChannelState
from amity.turn.sending import Sending, Unsent

ADDRESS = Address(channel="c", chat="chat")
MESSAGE = Outbound(id="m", reply="r", parts=(Text(SealedText("hello")),))
SOON = RetryAfter(0.001)


class Scripted:
    """An adapter that answers as told, and then sends."""

    def __init__(self, errors: Sequence[DeliveryError], *, raises: bool) -> None:
        self._errors = list(errors)
        self._raises = raises
        self.attempts = 0

    async def run(self, host: Host) -> None:
        """Do nothing."""

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        self.attempts += 1
        if not self._errors:
            return Receipt(outcome=Outcome.SENT, message_ids=("1",))
        error = self._errors.pop(0)
        if self._raises:
            raise error
        return Receipt(outcome=Outcome.FAILED, error=error)


def _load() -> Callable[[str, BaseModel], Adapter]:
    raise AssertionError("it is not loaded here")


class Desk:
    """Sends over a scripted adapter and keeps what is counted."""

    def __init__(self, *, idempotent: bool) -> None:
        self.outcomes: Counter[str] = Counter()
        self.doubtful = 0
        self.answers: list[bool | StoreUnavailable] = []
        self.sending = Sending(count=self._count, doubtful=self._doubt)
        capabilities = Capabilities(idempotent_send=idempotent)
        manifest = Manifest(
            name="c", realm="c", config=BaseModel, capabilities=capabilities, load=_load
        )
        self.channel = Channel(name="c", manifest=manifest, persona="p")
        self.channel.running.set()

    def _count(self, channel: str, outcome: str) -> None:
        self.outcomes[outcome] += 1

    def _doubt(self, channel: str) -> None:
        self.doubtful += 1

    async def _wanted(self) -> bool:
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    async def send(
        self, *errors: DeliveryError, raises: bool = False, unsent: Unsent | None = None
    ) -> tuple[Receipt, int]:
        adapter = Scripted(errors, raises=raises)
        self.channel.adapter = adapter
        receipt = await self.sending.send(
            self.channel, ADDRESS, MESSAGE, wanted=self._wanted, unsent=unsent
        )
        return receipt, adapter.attempts


@pytest.mark.parametrize("raises", [False, True])
async def test_waiting_as_asked_is_no_attempt(raises: bool) -> None:
    receipt, attempts = await Desk(idempotent=False).send(*[SOON] * 20, raises=raises)
    assert (receipt.outcome, attempts) == (Outcome.SENT, 21)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_platform_that_asks_for_no_time_is_given_some(seconds: float) -> None:
    desk = Desk(idempotent=False)
    sending = asyncio.create_task(desk.send(*[RetryAfter(seconds)] * 10_000))
    for _ in range(300):
        await asyncio.sleep(0)
    assert isinstance(desk.channel.adapter, Scripted)
    assert 0 < desk.channel.adapter.attempts < 10
    sending.cancel()
    await asyncio.wait([sending])


@pytest.mark.parametrize("error", [Forbidden(), Gone(), Refused()], ids=lambda e: type(e).__name__)
async def test_what_is_final_is_not_tried_again(error: DeliveryError) -> None:
    receipt, attempts = await Desk(idempotent=True).send(error)
    assert (receipt.outcome, attempts, receipt.error) == (Outcome.FAILED, 1, error)


async def test_a_doubtful_send_is_repeated_once_and_counted() -> None:
    desk = Desk(idempotent=False)
    receipt, attempts = await desk.send(Unknown())
    assert (receipt.outcome, attempts, desk.doubtful) == (Outcome.SENT, 2, 1)
    receipt, attempts = await desk.send(Unknown(), Unknown())
    assert (receipt.outcome, attempts, desk.doubtful) == (Outcome.FAILED, 2, 2)


async def test_a_doubtful_send_after_a_wait_is_repeated_once_too() -> None:
    desk = Desk(idempotent=False)
    receipt, attempts = await desk.send(SOON, Unknown(), SOON)
    assert (receipt.outcome, attempts, desk.doubtful) == (Outcome.SENT, 4, 1)


async def test_where_the_platform_tells_them_apart_nothing_is_doubtful() -> None:
    desk = Desk(idempotent=True)
    receipt, attempts = await desk.send(Unknown(), Unknown())
    assert (receipt.outcome, attempts, desk.doubtful) == (Outcome.SENT, 3, 0)
    assert desk.outcomes == {"sent": 1}


async def test_it_waits_while_the_channel_does_not_run() -> None:
    desk = Desk(idempotent=True)
    desk.channel.running.clear()
    sending = asyncio.create_task(desk.send())
    await asyncio.sleep(0.02)
    assert not sending.done()
    desk.channel.running.set()
    receipt, attempts = await sending
    assert (receipt.outcome, attempts) == (Outcome.SENT, 1)


@pytest.mark.parametrize("error", [SOON, Unknown()], ids=lambda e: type(e).__name__)
async def test_what_is_not_wanted_any_more_is_not_sent_again(error: DeliveryError) -> None:
    desk = Desk(idempotent=True)
    desk.answers = [True, False]
    receipt, attempts = await desk.send(error, error, error)
    assert (receipt.outcome, attempts) == (Outcome.SUPPRESSED, 2)
    assert desk.outcomes == {"suppressed": 1}


async def test_what_is_not_wanted_any_more_once_the_channel_runs_is_not_sent() -> None:
    desk = Desk(idempotent=True)
    desk.channel.running.clear()
    desk.answers = [False]
    sending = asyncio.create_task(desk.send())
    await asyncio.sleep(0)
    desk.channel.running.set()
    receipt, attempts = await sending
    assert (receipt.outcome, attempts) == (Outcome.SUPPRESSED, 0)


async def test_a_first_attempt_that_does_not_wait_asks_nobody() -> None:
    desk = Desk(idempotent=True)
    desk.answers = [False]
    receipt, attempts = await desk.send()
    assert (receipt.outcome, attempts, desk.answers) == (Outcome.SENT, 1, [False])


async def test_while_nobody_can_say_whether_it_is_wanted_it_waits() -> None:
    desk = Desk(idempotent=True)
    desk.answers = [StoreUnavailable(), False]
    receipt, attempts = await desk.send(SOON)
    assert (receipt.outcome, attempts) == (Outcome.SUPPRESSED, 1)


@pytest.mark.parametrize(
    "errors,took_note", [((SOON, SOON), 2), ((Unknown(), SOON), 0), ((SOON, Unknown(), SOON), 1)]
)
async def test_what_the_platform_did_not_take_is_told_unless_one_is_doubtful(
    errors: Sequence[DeliveryError], took_note: int
) -> None:
    desk, told = Desk(idempotent=False), []

    async def unsent() -> None:
        told.append("unsent")

    receipt, _ = await desk.send(*errors, unsent=unsent)
    assert (receipt.outcome, len(told)) == (Outcome.SENT, took_note)


async def test_what_waits_in_vain_is_counted() -> None:
    desk = Desk(idempotent=False)
    now = asyncio.get_running_loop().time()
    for state, held_up in ((ChannelState.UP, [0, 1]), (ChannelState.DEGRADED, [1, 1])):
        desk.channel.state = state
        sending = asyncio.create_task(desk.send(RetryAfter(1000)))
        await asyncio.sleep(0.01)
        assert [desk.sending.held_up(end) for end in (now + 5000, now + 500)] == held_up
        sending.cancel()
        await asyncio.wait([sending])
        assert desk.sending.held_up(now) == 0
    desk.channel.running.clear()
    waiting = asyncio.create_task(desk.send())
    await asyncio.sleep(0.01)
    assert desk.sending.held_up(now + 5000) == 1
    waiting.cancel()
    await asyncio.wait([waiting])
