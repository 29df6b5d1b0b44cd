"""The life of channels: each starts, fails and comes back alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from amity.adapter import Adapter, AdapterFactory, Host, Manifest
from amity.errors import ConfigError
from amity.message import Address, Outbound, Outcome, Receipt
from amity.turn.channel import Channel, ChannelState
from amity.turn.channels import Channels
from tests.turn.fakes import NOTHING, channel_of

Run = Callable[[], Awaitable[None]]


class Options(BaseModel):
    """An adapter's options: none."""


class Fake:
    """An adapter whose ``run`` does one thing after another, each time it is started."""

    def __init__(self, name: str, *runs: Run, load_error: BaseException | None = None) -> None:
        self.runs = list(runs)
        self.load_error = load_error
        self.made = 0
        self.manifest = Manifest(name=name, realm=name, config=Options, load=self.load)

    def load(self) -> AdapterFactory:
        if self.load_error is not None:
            raise self.load_error
        return self.make

    def make(self, name: str, options: BaseModel) -> Adapter:
        assert name == self.manifest.name
        self.made += 1
        return self

    async def run(self, host: Host) -> None:
        await (self.runs.pop(0) if self.runs else stay)()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        return Receipt(outcome=Outcome.SENT)


async def stay() -> None:
    await asyncio.Event().wait()


async def end() -> None:
    await asyncio.sleep(0)


def breaking(error: BaseException) -> Run:
    async def run() -> None:
        await asyncio.sleep(0)
        raise error

    return run


class Rig:
    """Channels that wait next to nothing, and what was noted of them."""

    def __init__(self) -> None:
        self.noted: dict[str, list[tuple[ChannelState, str]]] = {}
        self.channels = Channels(noted=self.note, first_wait=0.001, longest_wait=0.004, grace=0.2)
        self.news = asyncio.Event()

    def note(self, channel: Channel) -> None:
        self.noted.setdefault(channel.name, []).append((channel.state, channel.error))
        assert channel.running.is_set() is (channel.state is ChannelState.UP)
        self.news.set()

    def start(self, fake: Fake) -> Channel:
        channel = channel_of(fake.manifest)
        self.channels.start(channel, Options(), NOTHING)
        return channel

    async def see(self, name: str, state: ChannelState, times: int = 1) -> None:
        """Wait until a channel was in a state so many times."""
        async with asyncio.timeout(10):
            while [s for s, _ in self.noted.get(name, [])].count(state) < times:
                self.news.clear()
                await self.news.wait()

    def states(self, name: str) -> list[ChannelState]:
        return [state for state, _ in self.noted[name]]


UP, DOWN, DEGRADED, STARTING = (
    ChannelState.UP,
    ChannelState.DOWN,
    ChannelState.DEGRADED,
    ChannelState.STARTING,
)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    rig.channels.open()
    with capture_logs():
        yield rig
        async with asyncio.timeout(10):
            await rig.channels.stop_all()
    assert len(asyncio.all_tasks()) == 1


async def test_a_channel_is_up_while_its_adapter_runs(rig: Rig) -> None:
    channel = rig.start(fake := Fake("one"))
    await rig.see("one", UP)
    assert (channel.adapter, channel.error) == (fake, "")
    await rig.channels.stop("one")
    assert rig.states("one") == [STARTING, UP, DOWN]
    assert rig.channels.channels == {}
    await rig.channels.stop("one")
    await rig.channels.stop("never there")


async def test_no_adapter_runs_before_the_doors_are_open() -> None:
    rig = Rig()
    rig.start(fake := Fake("one"))
    await asyncio.sleep(0.01)
    assert fake.made == 0
    rig.channels.open()
    await rig.see("one", UP)
    await rig.channels.stop_all()


async def test_what_only_the_operator_can_mend_is_said_and_not_tried_again(rig: Rig) -> None:
    channel = rig.start(fake := Fake("one", breaking(ConfigError("The token is wrong."))))
    await rig.channels.finished("one")
    assert (channel.state, channel.error, fake.made) == (DOWN, "The token is wrong.", 1)


async def test_also_while_loading(rig: Rig) -> None:
    channel = rig.start(fake := Fake("one", load_error=ConfigError("No such server.")))
    await rig.channels.finished("one")
    assert (channel.state, channel.error, fake.made) == (DOWN, "No such server.", 0)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("canary"),
        SystemExit(1),  # an SDK's idea of a fatal error is not ours
        asyncio.CancelledError(),  # from within, as a task group's
    ],
)
async def test_a_crash_is_tried_again(rig: Rig, error: BaseException) -> None:
    channel = rig.start(fake := Fake("one", breaking(error), breaking(error)))
    await rig.see("one", DEGRADED, 2)
    await rig.see("one", UP, 3)
    assert fake.made == 3
    assert rig.states("one") == [STARTING, UP, DEGRADED] * 2 + [STARTING, UP]
    errors = [text for state, text in rig.noted["one"] if state is DEGRADED]
    assert all(errors)
    assert "canary" not in "".join(errors)
    assert channel.error == ""


@pytest.mark.parametrize("error", [RuntimeError("canary"), SystemExit(1)])
async def test_a_crash_while_loading_is_tried_again(rig: Rig, error: BaseException) -> None:
    rig.start(fake := Fake("one", load_error=error))
    await rig.see("one", DEGRADED, 2)
    fake.load_error = None
    await rig.see("one", UP)


@pytest.mark.parametrize(
    "error, said",
    [
        (
            ImportError("no", name="aiogram"),
            'aiogram is missing; install it with: pip install "amity[one]"',
        ),
        (ImportError(), 'a package is missing; install it with: pip install "amity[one]"'),
        (
            ImportError("matrix-nio is missing: pip install 'amity-matrix[e2e]'", name="nio"),
            "matrix-nio is missing: pip install 'amity-matrix[e2e]'",
        ),
    ],
)
async def test_a_missing_package_is_named_with_the_line_that_installs_it(
    rig: Rig, error: ImportError, said: str
) -> None:
    channel = rig.start(Fake("one", load_error=error))
    await rig.channels.finished("one")
    assert (channel.state, channel.error) == (DOWN, said)


async def test_an_adapter_that_ends_by_itself_is_down(rig: Rig) -> None:
    channel = rig.start(fake := Fake("one", end))
    await rig.channels.finished("one")
    assert (channel.state, channel.error, fake.made) == (DOWN, "", 1)


async def test_the_others_go_on(rig: Rig) -> None:
    rig.start(Fake("good"))
    await rig.see("good", UP)
    rig.start(Fake("broken", breaking(RuntimeError())))
    rig.start(Fake("wrong", breaking(ConfigError("No."))))
    rig.start(Fake("missing", load_error=ImportError()))
    await rig.see("broken", UP, 2)
    await rig.see("wrong", DOWN)
    await rig.see("missing", DOWN)
    await rig.channels.stop("broken")
    assert rig.states("good") == [STARTING, UP]


async def test_a_channel_can_be_stopped_while_it_waits_to_try_again() -> None:
    noted = asyncio.Event()

    def note(channel: Channel) -> None:
        if channel.state is DEGRADED:
            noted.set()

    channels = Channels(noted=note, first_wait=3600)
    channels.open()
    with capture_logs():
        fake = Fake("one", breaking(RuntimeError()))
        channels.start(channel_of(fake.manifest), Options(), NOTHING)
        await noted.wait()
        await channels.stop_all()


@pytest.mark.parametrize("error", [OSError("canary"), None])
async def test_an_adapter_that_breaks_while_it_tidies_up_is_stopped(
    rig: Rig, error: Exception | None
) -> None:
    async def run() -> None:
        try:
            await stay()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            if error is not None:
                raise error from None

    channel = rig.start(fake := Fake("one", run))
    await rig.see("one", UP)
    async with asyncio.timeout(5):
        await rig.channels.stop("one")
    assert (channel.state, fake.made) == (DOWN, 1)


async def test_an_adapter_that_does_not_end_is_left_behind(rig: Rig) -> None:
    release = asyncio.Event()

    async def run() -> None:
        try:
            await stay()
        except asyncio.CancelledError:
            await release.wait()

    channel = rig.start(Fake("one", run))
    await rig.see("one", UP)
    async with asyncio.timeout(5):
        await rig.channels.stop("one")
    assert channel.state is DOWN
    release.set()
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0)
