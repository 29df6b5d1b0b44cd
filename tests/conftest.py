"""Fixtures for every room of the tests. What is behind them is in `tests/support`."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.support.aimock import Aimock
from tests.support.amity import AmityProcess, Finished, run_amity
from tests.support.mongo import MongoServer
from tests.support.ports import free_port
from tests.support.require import NEEDS, require, required
from tests.support.watchdog import LoopWatchdog

_GUARD = "_loop_guard"

# How long an example takes says nothing on a machine that others use, too.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt `AMITY_REQUIRE` at once, not test by test."""
    required()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave soak tests to `make soak`; put the watchdog around every test that has a loop."""
    soaking = "soak" in (config.option.markexpr or "")
    if not soaking:
        left_out = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if asyncio.iscoroutinefunction(item.function) and not item.get_closest_marker("may_block"):
            # First, so that it outlives the other fixtures and sees their teardown too.
            item.fixturenames.insert(0, _GUARD)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a marked test where what its marker names is not there."""
    for name in NEEDS:
        if item.get_closest_marker(name):
            require(name)


@pytest_asyncio.fixture
async def _loop_guard() -> AsyncIterator[None]:
    watchdog = LoopWatchdog(asyncio.get_running_loop())
    watchdog.start()
    yield
    if report := watchdog.stop():
        pytest.fail(report, pytrace=False)


@pytest.fixture
def loopback_port() -> int:
    """A free port of 127.0.0.1."""
    return free_port()


@pytest.fixture
def amity_home(tmp_path: Path) -> Path:
    """A folder to be HOME, working folder and (below it) data folder of an `amity` command."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def start_amity(amity_home: Path) -> Iterator[Callable[..., AmityProcess]]:
    """Start `amity run` as a process: `await start_amity(config={...}).aready()`, or `.ready()`.

    Each call is another process; they share `amity_home` unless `home=` says otherwise, so
    starting again after `stop()` or `kill()` is a restart on the same data. All are ended with the
    test.
    """
    running: list[AmityProcess] = []

    def start(
        *args: str,
        home: Path | None = None,
        config: Mapping[str, Any] | str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> AmityProcess:
        process = AmityProcess(home or amity_home, *args, config=config, environment=environment)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.code is None:
            process.stop()


@pytest.fixture
def amity_cli(amity_home: Path) -> Callable[..., Any]:
    """Run an `amity` command to its end: `done = await amity_cli("check", config={...})`."""

    async def run(*args: str, **options: Any) -> Finished:
        return await run_amity(amity_home, *args, **options)

    return run


@pytest.fixture(scope="session")
def _mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    require("mongo")
    server = MongoServer(tmp_path_factory.mktemp("mongo"))
    yield server
    server.stop()


_database_numbers = itertools.count(1)


@pytest.fixture
def mongo_url(_mongo_server: MongoServer) -> str:
    """The address of a MongoDB server with the name of a database that nobody has used."""
    base, options = _mongo_server.url.split("?")
    return f"{base}test_{next(_database_numbers)}?{options}"


@pytest.fixture
def mongo_server(tmp_path: Path) -> Iterator[MongoServer]:
    """A MongoDB server of this test's own, to be killed and started again."""
    require("mongo")
    folder = tmp_path / "mongo"
    folder.mkdir()
    server = MongoServer(folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _aimock_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    require("node")
    server = Aimock(tmp_path_factory.mktemp("aimock"))
    yield server
    server.stop()


@pytest.fixture
def aimock(_aimock_server: Aimock) -> Aimock:
    """The server that acts as the providers of models, with an empty script."""
    _aimock_server.reset()
    return _aimock_server


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    """A real browser; `await browser.new_context()` is one person with one set of cookies."""
    require("browser")
    from tests.support.browser import launch

    async with launch() as chromium:
        yield chromium


@pytest.fixture
async def page(browser: Any) -> AsyncIterator[Any]:
    """A page of a fresh browser; an error that its script does not catch fails the test."""
    context = await browser.new_context()
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert not errors, f"uncaught errors on the page: {errors}"


@pytest.fixture
def axe() -> Callable[..., Any]:
    """Judge a page's accessibility: `assert await axe(page) == []`."""
    require("browser")
    from tests.support.browser import axe_violations

    return axe_violations
