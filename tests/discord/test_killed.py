"""Amity killed in the middle of a burst, and started again."""

import asyncio
from collections.abc import Callable

import pytest

from tests.discord.conftest import World
from tests.discord.real import Speaker, at_home
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer

pytestmark = pytest.mark.timeout(240)


async def killed_at(world: World, start: Callable[..., AmityProcess], *moments: float) -> None:
    """Kill it so many seconds after a burst began, each time, and judge what was shown."""
    with ModelServer(Speaker) as model:
        async with at_home(world, model, start) as home:
            home.count(before=0.7, between=0.35)
            sent: list[str] = []

            def burst() -> None:
                for _ in range(5):
                    sent.append(f"said-{len(sent)}")
                    world.dm().write(sent[-1])

            for moment in moments:
                burst()
                await asyncio.sleep(moment)
                await home.kill()
                burst()  # nobody is there
                await home.again()
            home.count()
            await home.judge(world.dm(), sent)


async def test_a_burst_and_the_process_killed_in_the_middle(
    world: World, start_amity: Callable[..., AmityProcess]
) -> None:
    await killed_at(world, start_amity, 1.9)  # while the reply is growing


@pytest.mark.soak
async def test_a_burst_and_the_process_killed_again_and_again(
    world: World, start_amity: Callable[..., AmityProcess]
) -> None:
    await killed_at(world, start_amity, 0.3, 1.9, 3.4, 0.8, 2.5)
