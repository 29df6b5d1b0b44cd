"""One installation for all promises that need no other: two channels, a model, logs at debug."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.promises.people import OnSample, OnWeb, Someone, canary
from tests.support.amity import AmityProcess, start_amity
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel
from tests.support.talker import Talker, talking

CONTROLLER: Final = "Amity Operations Ltd, 1 Example Street"
CONTACT: Final = "privacy@amity.example"

Make = Callable[..., Talker]


def config_of(models: dict[str, Any], platform: SampleChannel, **more: Any) -> dict[str, Any]:
    """Return a configuration with both channels."""
    return {
        "service": {
            "name": "Amity",
            "controller": CONTROLLER,
            "contact": CONTACT,
            "support": "@amity_help",
            "log_level": "debug",
        },
        "models": models,
        "limits": {"burst": 100_000, "per_minute": 1_000_000},
        "channels": [
            {"name": "web", "adapter": "web", "new_guests_per_minute": 100_000},
            platform.config,
        ],
        **more,
    }


ZERO: Final[dict[str, Any]] = {
    "model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}]
}


@dataclass(frozen=True)
class Town:
    """A running installation, its platform and its model."""

    process: AmityProcess
    platform: SampleChannel
    model: ModelServer

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.process.data / "amity.db"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The installation that the tests share; each test brings its own people."""
    folder = tmp_path_factory.mktemp("town")
    platform = SampleChannel(folder / "platform")
    with ModelServer() as model:
        process = start_amity(
            folder / "home",
            config=config_of(model.config(), platform),
            environment=platform.environment,
            measured=True,
        )
        yield Town(process, platform, model)
        process.stop()


@pytest.fixture
async def talker() -> AsyncIterator[Make]:
    """Make people of the web: `talker(process.url)`."""
    async with talking() as make:
        yield make


@pytest.fixture(params=["web", "sample"])
def channel(request: pytest.FixtureRequest) -> str:
    """Each channel in turn."""
    return str(request.param)


@pytest.fixture
def somebody(town: Town, talker: Make, channel: str) -> Callable[[], Someone]:
    """Make people of the channel, at the door of the town."""

    def make() -> Someone:
        if channel == "sample":
            return OnSample(town.platform, canary("handle"))
        return OnWeb(talker(town.process.url, name=canary("guest")))

    return make
