"""What the tests of the models share: a model server of our own, and models that talk to it."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from amity.models import CallReport, Models, ModelsConfig, ZeroProcessor, library
from amity.testing.fake_model import FakeModel
from tests.models.asking import Clock

_HERE = Path(__file__).parent

MakeModels = Callable[..., Models]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let pass what `amity.models.library` silences: pytest puts its own rules over them."""
    for item in items:
        if _HERE in item.path.parents:
            for message, kind in library._POINTLESS.items():
                rule = f"ignore:{message.replace(':', '.')}:{kind.__name__}"
                item.add_marker(pytest.mark.filterwarnings(rule))


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeModel]:
    """A model server."""
    async with FakeModel() as server:
        yield server


@pytest_asyncio.fixture
async def make() -> AsyncIterator[MakeModels]:
    """Make ``Models`` of a config's section; they are closed with the test.

    ``clock`` moves their cooldowns, ``reports`` collects what they tell of each call. The offline
    voice is played by the zero-cost processor.
    """
    made: list[Models] = []

    def build(
        section: dict[str, Any],
        *,
        clock: Clock | None = None,
        reports: list[CallReport] | None = None,
    ) -> Models:
        models = Models(
            ModelsConfig.read(section),
            offline=ZeroProcessor(),
            on_call=None if reports is None else reports.append,
            monotonic=clock or time.monotonic,
        )
        made.append(models)
        return models

    yield build
    for models in made:
        await models.aclose()
