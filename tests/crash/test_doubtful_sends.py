"""A platform on which sending twice shows twice: the one doubtful send is repeated, and counted."""

import asyncio
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from amity.failpoint import NAMES
from tests.crash.conftest import ZERO
from tests.crash.judge import faults
from tests.support.amity import AmityProcess, start_amity
from tests.support.files import rows_of
from tests.support.sample import SampleChannel

_PLACES: Final = [
    name for name in NAMES if not name.startswith(("clear.", "draft.", "ticket.", "rotate."))
]
# Where a death leaves sends of which nobody can know whether they arrived.
_DOUBTFUL: Final = {"turn.after_ready", "send.before", "send.after", "receipt.after_commit"}


@dataclass(frozen=True)
class Folders:
    """An installation, and the platform that it is connected to."""

    home: Path
    platform: Path


@pytest.fixture(scope="session")
def one_inside(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """An installation with one person who is through the gate."""
    folder = tmp_path_factory.mktemp("sample")
    folders = Folders(folder / "home", folder / "platform")
    platform = SampleChannel(folders.platform)
    config = {**ZERO, "channels": [platform.config]}
    process = start_amity(folders.home, config=config, environment=platform.environment)
    try:
        asyncio.run(platform.enter("ann"))
    finally:
        process.stop()
    return folders


@pytest.fixture
def platform(one_inside: Folders, amity_home: Path, tmp_path: Path) -> SampleChannel:
    """The same platform in this test's own folders."""
    shutil.copytree(one_inside.home / "data", amity_home / "data")
    shutil.copytree(one_inside.platform, tmp_path / "platform")
    return SampleChannel(tmp_path / "platform")


@pytest.fixture
def start(
    platform: SampleChannel, start_amity: Callable[..., AmityProcess]
) -> Callable[..., AmityProcess]:
    """Start Amity on that platform, with a fail point if one is named."""

    def begin(failpoint: str = "") -> AmityProcess:
        environment = dict(platform.environment)
        if failpoint:
            environment["AMITY_FAILPOINT"] = failpoint
        return start_amity(config={**ZERO, "channels": [platform.config]}, environment=environment)

    return begin


async def _dies(process: AmityProcess) -> None:
    async with asyncio.timeout(30):
        while process.code is None:
            await asyncio.sleep(0.02)
    assert process.code == -signal.SIGKILL, process.output


async def _idle(process: AmityProcess, platform: SampleChannel) -> None:
    """Wait until all that was said is taken in and nothing is left to do."""
    said = len(platform.said())

    def idle() -> bool:
        rows = rows_of(process.data / "amity.db", "messages")
        taken = [row for row in rows if row["direction"] == "in"]
        return len(taken) == said and all(row["queue"] is None for row in rows)

    try:
        await process.await_until(idle, f"{said} messages were answered", seconds=40)
    except AssertionError as error:
        left = [
            (row["direction"], row["state"], row["turn"], row["part"], row["attempts"])
            for row in rows_of(process.data / "amity.db", "messages")
            if row["queue"] is not None
        ]
        raise AssertionError(f"left: {left}\n{error}") from None


async def _repeats(process: AmityProcess) -> int:
    """Return the metric that counts doubtful repeats."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{process.admin_url}/metrics") as response,
    ):
        text = await response.text()
    lines = [line for line in text.splitlines() if line.startswith("amity_doubtful_repeats_total{")]
    return int(sum(float(line.rpartition(" ")[2]) for line in lines))


def _twice(platform: SampleChannel) -> list[str]:
    """Return what was shown twice; nothing may be shown more often."""
    times = Counter(line["id"] for line in platform.shown())
    assert max(times.values()) <= 2
    return [id for id, number in times.items() if number == 2]


def _lost(process: AmityProcess, platform: SampleChannel) -> list[str]:
    """Return what was to be shown and was not."""
    shown = {line["id"] for line in platform.shown()}
    rows = rows_of(process.data / "amity.db", "messages")
    return [row["id"] for row in rows if row["direction"] == "out" and row["id"] not in shown]


@pytest.mark.parametrize("name", _PLACES)
async def test_nothing_is_lost_and_only_what_is_doubtful_is_shown_twice(
    name: str, platform: SampleChannel, start: Callable[..., AmityProcess]
) -> None:
    process = start(name)
    await process.aready()
    for number in range(3):
        platform.say("ann", f"sentence number {number}")
        await asyncio.sleep(0.1)
    await _dies(process)

    again = start()
    await again.aready()
    await _idle(again, platform)
    assert faults(again.data / "amity.db") == []
    assert _lost(again, platform) == []
    twice, repeats = _twice(platform), await _repeats(again)
    assert len(twice) == (1 if name == "send.after" else 0)
    assert (repeats > 0) == (name in _DOUBTFUL)
    assert len(twice) <= repeats
    await again.astop()


async def test_what_was_repeated_once_is_not_repeated_again(
    platform: SampleChannel, start: Callable[..., AmityProcess]
) -> None:
    first = start("send.after")
    await first.aready()
    platform.say("ann", "hello")
    await _dies(first)
    await _dies(start("send.after"))
    (repeated,) = _twice(platform)

    third = start()
    await third.aready()
    await _idle(third, platform)
    assert _twice(platform) == [repeated]
    states = {row["id"]: row["state"] for row in rows_of(third.data / "amity.db", "messages")}
    assert states[repeated] == "failed"
    assert faults(third.data / "amity.db") == []
    await third.astop()


_ON_THE_WAY: Final = (
    "turn.before_intent",
    "turn.after_intent",
    *("send.before", "send.after", "receipt.after_commit"),
    "turn.first_words",
    "turn.before_ready",
)


@pytest.mark.parametrize("name", _ON_THE_WAY)
async def test_what_is_said_before_a_reply_is_said_once(
    name: str, platform: SampleChannel, start: Callable[..., AmityProcess]
) -> None:
    process = start(name)
    await process.aready()
    before = len(platform.shown())
    id = platform.say("ann", "Are you a human being?")
    await _dies(process)

    again = start()
    await again.aready()
    await _idle(again, platform)
    answer = [
        line for line in platform.shown()[before:] if id in line["answers"] or not line["answers"]
    ]
    # The notice stands before the reply, also where it was sent again.
    kinds = [line["kind"] for line in answer]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"notice", "reply"}
    replies = {line["id"] for line in answer if line["kind"] == "reply"}
    assert kinds.count("reply") == len(replies)
    assert len(_twice(platform)) == (1 if name == "send.after" else 0)
    assert _lost(again, platform) == []
    assert [line["last"] for line in answer] == [False] * (len(answer) - 1) + [True]
    assert faults(again.data / "amity.db") == []
    await again.astop()
