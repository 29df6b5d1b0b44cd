"""An installation with people in it, made once, to be copied and then broken."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.amity import AmityProcess, start_amity
from tests.support.talker import Talker, talking

ZERO: Final[dict[str, Any]] = {
    "models": {
        "model_list": [
            {
                "model_name": "main",
                "litellm_params": {"model": "amity/zero", "chunks": 4, "between": 0.03},
            }
        ]
    },
    "limits": {"burst": 100_000, "per_minute": 1_000_000},
    "channels": [{"name": "web", "adapter": "web", "new_guests_per_minute": 100_000}],
}
"""A configuration whose model says the same words in a tenth of a second."""


@dataclass(frozen=True)
class Seed:
    """An installation that was ended in order, and the people in it.

    Attributes:
        home: Its home folder, to be copied.
        cookies: Who is in it, by name.
        accepted: What each of them has said since consent.
    """

    home: Path
    cookies: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """Two people who are through the gate and have been answered once."""
    made = Seed(tmp_path_factory.mktemp("seed") / "home")
    process = start_amity(made.home, config=ZERO)

    async def live() -> None:
        async with talking() as talker:
            for name in ("ann", "bob"):
                person = talker(process.url, name=name)
                await person.enter()
                id = await person.say("good morning")
                await person.settled()
                made.cookies[name] = person.cookie
                made.accepted[name] = [id]

    try:
        asyncio.run(live())
    finally:
        process.stop()
    return made


@pytest.fixture
async def talker() -> AsyncIterator[Callable[..., Talker]]:
    """Make people: `talker(process.url, name="ann")`."""
    async with talking() as make:
        yield make


@pytest.fixture
def installation(seed: Seed, amity_home: Path) -> Seed:
    """A copy of the seed in this test's own home."""
    shutil.copytree(seed.home / "data", amity_home / "data")
    return Seed(amity_home, dict(seed.cookies), {k: list(v) for k, v in seed.accepted.items()})


@pytest.fixture
def person(
    installation: Seed, talker: Callable[..., Talker]
) -> Callable[[AmityProcess, str], Talker]:
    """Be one of the people of the installation: `person(process, "ann")`."""

    def be(process: AmityProcess, name: str) -> Talker:
        made = talker(process.url, name=f"{name}.again")
        made.cookie = installation.cookies[name]
        made.accepted = list(installation.accepted[name])
        return made

    return be
