"""A platform on which a reply that is being written is a message: it is replaced or taken away."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.crash.conftest import ZERO
from tests.crash.judge import faults
from tests.support.amity import AmityProcess
from tests.support.files import rows_of
from tests.support.sample import SampleChannel

Start = Callable[[str], AmityProcess]

SLOW: Final = {"model": "amity/zero", "chunks": 20, "between": 0.05}


@pytest.fixture
def platform(tmp_path: Path) -> SampleChannel:
    return SampleChannel(tmp_path / "platform", drafts=True)


@pytest.fixture
def start(platform: SampleChannel, start_amity: Callable[..., AmityProcess]) -> Start:
    """Start Amity on that platform, with a slow model and a fail point if one is named."""

    def begin(failpoint: str) -> AmityProcess:
        environment = dict(platform.environment)
        if failpoint:
            environment["AMITY_FAILPOINT"] = failpoint
        models = {"model_list": [{"model_name": "main", "litellm_params": SLOW}]}
        config = {**ZERO, "models": models, "channels": [platform.config]}
        return start_amity(config=config, environment=environment)

    return begin


def _drafts(platform: SampleChannel) -> list[dict[str, Any]]:
    return [line for line in platform.shown() if line["kind"] == "draft"]


def _standing(platform: SampleChannel) -> set[str]:
    """Return the drafts that are still to be seen: neither replaced nor taken away."""
    there: set[str] = set()
    for line in platform.shown():
        if line["kind"] == "draft":
            there.add(line["id"])
            if not line["text"]:
                there.discard(line["id"])
        else:
            there.discard(line.get("draft", ""))
    return there


async def _until_drafted(platform: SampleChannel) -> None:
    async with asyncio.timeout(20):
        while not _drafts(platform):
            await asyncio.sleep(0.02)


async def _idle(process: AmityProcess) -> None:
    def idle() -> bool:
        rows = rows_of(process.data / "amity.db", "messages")
        return all(row["queue"] is None for row in rows)

    await process.await_until(idle, "nothing was left to do", seconds=40)


async def test_a_reply_takes_the_place_of_its_draft(platform: SampleChannel, start: Start) -> None:
    process = start("")
    await process.aready()
    await platform.enter("ann")
    answer = await platform.answered(platform.say("ann", "tell me something long"))
    drafts = _drafts(platform)
    assert len(drafts) > 2
    assert {line["id"] for line in drafts} == {answer[0]["draft"]}
    assert [line["draft"] for line in answer[1:]] == [""] * (len(answer) - 1)
    assert _standing(platform) == set()


async def test_a_stopped_reply_stands_where_its_draft_stood(
    platform: SampleChannel, start: Start
) -> None:
    process = start("")
    await process.aready()
    await platform.enter("ann")
    id = platform.say("ann", "tell me something long")
    await _until_drafted(platform)
    await platform.answered(platform.say("ann", "/stop"))
    cut = [line for line in platform.shown() if id in line["answers"] and line["kind"] == "reply"]
    assert cut[0]["cut"]
    assert cut[0]["draft"] == _drafts(platform)[0]["id"]
    assert _standing(platform) == set()


async def test_a_withdrawal_takes_the_draft_away(platform: SampleChannel, start: Start) -> None:
    process = start("")
    await process.aready()
    await platform.enter("ann")
    id = platform.say("ann", "tell me something long")
    await _until_drafted(platform)
    await platform.answered(platform.say("ann", "/consent withdraw"))
    assert not [line for line in platform.shown() if id in line["answers"]]
    assert _standing(platform) == set()


@pytest.mark.parametrize("name", ["draft.before_commit", "draft.after_commit"])
async def test_a_death_with_a_draft_to_be_seen(
    name: str, platform: SampleChannel, start: Start
) -> None:
    first = start(name)
    await first.aready()
    await platform.enter("ann")
    id = platform.say("ann", "tell me something long")
    async with asyncio.timeout(30):
        while first.code is None:
            await asyncio.sleep(0.02)
    assert first.code == -signal.SIGKILL, first.output
    assert len(_standing(platform)) == 1

    again = start("")
    await again.aready()
    answer = await platform.answered(id)
    await _idle(again)
    assert answer[0]["draft"]
    assert faults(again.data / "amity.db") == []
    # The platform gives the same reply the same message; the store knew it in one of the cases.
    assert _standing(platform) == set()


async def test_no_draft_is_left_when_the_conversation_is_cleared(
    platform: SampleChannel, start: Start
) -> None:
    process = start("")
    await process.aready()
    await platform.enter("ann")
    platform.say("ann", "tell me something long")
    await _until_drafted(platform)
    await platform.answered(platform.say("ann", "/clear_conversation yes"))
    await _idle(process)
    assert _standing(platform) == set()
