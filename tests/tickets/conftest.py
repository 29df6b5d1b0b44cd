"""An installation with an operators' chat on the sample channel, and a model that is watched."""

import asyncio
import base64
import re
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from amity.datamap.declarations import ENGINE
from amity.sealed import SealedText
from amity.store import open_vault
from amity.store.contract import EVERYONE, Access
from tests.promises.people import OnSample, canary
from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel
from tests.support.talker import Talker, talking

DESK: Final = "the operators"
MASTER_KEY: Final = bytes(range(32))
SQLITE: Final = "sqlite:///amity.db"
ZERO: Final = {"model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}]}
_NUMBER: Final = re.compile(r"Ticket (\d+)")

Line = dict[str, Any]
Make = Callable[..., Talker]


@dataclass
class Town:
    """A running installation, its platform, and whoever reads the operators' chat."""

    start: Callable[..., AmityProcess]
    platform: SampleChannel
    home: Path
    url: str
    clock: Path
    models: dict[str, Any] = field(default_factory=dict)
    others: dict[str, SampleChannel] = field(default_factory=dict)
    process: AmityProcess = field(init=False)

    # --- the program

    def config(self, **more: Any) -> dict[str, Any]:
        """Return the configuration."""
        return {
            "service": {
                "name": "Amity",
                "controller": "Example Ltd, 1 Example Street",
                "contact": "privacy@example.org",
                "log_level": "debug",
            },
            "store": {"url": self.url},
            "models": self.models or ZERO,
            "limits": {"burst": 100_000, "per_minute": 1_000_000},
            "support": {"channel": "sample", "chat": DESK},
            "channels": [
                {"name": "web", "adapter": "web", "new_guests_per_minute": 100_000},
                self.platform.config,
                *(
                    {**one.config, "support": name == "helpers"}
                    for name, one in self.others.items()
                ),
            ],
            **more,
        }

    def environment(self, failpoint: str = "") -> dict[str, str]:
        """Return the environment of the program."""
        return {
            **self.platform.environment,
            "AMITY_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
            "AMITY_CLOCK_FILE": str(self.clock),
            **({"AMITY_FAILPOINT": failpoint} if failpoint else {}),
        }

    async def run(self, failpoint: str = "", **more: Any) -> AmityProcess:
        """Start the program and wait until it serves."""
        self.start_again(failpoint, **more)
        await self.process.aready()
        return self.process

    def start_again(self, failpoint: str = "", **more: Any) -> None:
        """Start the program, which may die before it serves."""
        self.process = self.start(
            config=self.config(**more), environment=self.environment(failpoint)
        )

    def forward(self, *, days: float) -> None:
        """Move the clock of the program to so many days from now."""
        self.clock.write_text(str(days * 86_400))

    # --- the operators

    def desk(self) -> list[Line]:
        """Return what was shown in the operators' chat."""
        return [line for line in self.platform.shown() if line["chat"] == DESK]

    async def at_desk(self, *words: str, chat: str = DESK, seconds: float = 30) -> list[Line]:
        """Wait until one message there holds all these words; return its pieces."""

        def found(shown: Sequence[Line]) -> list[Line] | None:
            whole: dict[str, list[Line]] = {}
            for line in shown:
                if line["chat"] == chat:
                    whole.setdefault(line["id"].split(".")[0], []).append(line)
            return next((w for w in whole.values() if _holds(w, words)), None)

        shown = await self.platform.until(
            lambda lines: found(lines) is not None, f"{words} at the desk", seconds=seconds
        )
        pieces = found(shown)
        assert pieces is not None
        return pieces

    def operator(self, text: str, sender: str = "otto", **more: object) -> str:
        """Have an operator say something in their chat."""
        return self.platform.say(sender, text, chat=DESK, private=False, **more)

    def reply(self, line: Line, text: str) -> str:
        """Have an operator reply to a message there."""
        return self.operator(text, reply_to=f"shown-{line['id']}")

    async def taken_back(self, pieces: Sequence[Line]) -> None:
        """Wait until a message was deleted from the operators' chat."""
        gone = {f"shown-{line['id']}" for line in pieces}
        await self.platform.until(
            lambda lines: gone <= {line["id"] for line in lines if line["kind"] == "deleted"},
            "what stood at the desk is gone",
        )

    # --- what is counted

    async def repeats(self) -> int:
        """Return how many sends were repeated without knowing whether they had arrived."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.process.admin_url}/metrics") as response,
        ):
            text = await response.text()
        found = re.findall(r"^amity_doubtful_repeats_total{.*} (\S+)$", text, re.MULTILINE)
        return int(sum(map(float, found)))

    # --- people

    def somebody(self, name: str = "") -> OnSample:
        """Return somebody at the door."""
        return OnSample(self.platform, name or canary("handle"))

    async def asked(self, person: OnSample, words: str, word: str = "support") -> int:
        """Have a person ask something; return their ticket's number."""
        await person.say(f"/{word} {words}")
        return number_of(await self.at_desk(words))

    async def blocked(self) -> OnSample:
        """Return somebody who said that they are too young."""
        person = self.somebody()
        await person.say("/start")
        await person.say("/under_18")
        return person

    async def told(self, person: OnSample, *words: str, seconds: float = 30) -> str:
        """Wait until a person was shown all these words; return all they were shown."""

        def text(shown: Sequence[Line]) -> str:
            return text_of([line for line in shown if line["chat"] == f"chat of {person.id}"])

        shown = await self.platform.until(
            lambda lines: all(word in text(lines) for word in words),
            f"{words} for a person",
            seconds=seconds,
        )
        return text(shown)

    # --- what is stored

    async def rows_with(self, *needles: str) -> dict[str, list[str]]:
        """Return which of these are in which collections, everything opened.

        While it runs a copy is opened, as one process alone may hold an SQLite file.
        """
        if self.process.code is not None or self.url != SQLITE:
            return await self._opened(self.process.data, needles)
        with tempfile.TemporaryDirectory() as copy:
            await asyncio.to_thread(_copied, self.process.data, Path(copy))
            return await self._opened(Path(copy), needles)

    async def _opened(self, folder: Path, needles: Sequence[str]) -> dict[str, list[str]]:
        vault = await open_vault(
            self.url, datamap=ENGINE, data_folder=folder, master_key=MASTER_KEY, clock=_Now()
        )
        found: dict[str, set[str]] = {}
        try:
            for collection in ENGINE.collections:
                purpose = min(collection.purposes)
                for row in await vault.find(collection, "id", Access(purpose, EVERYONE)):
                    whole = " ".join(
                        v.reveal() if isinstance(v, SealedText) else str(v) for v in row.values()
                    )
                    for needle in needles:
                        if needle in whole:
                            found.setdefault(needle, set()).add(collection.name)
        finally:
            await vault.aclose()
        return {needle: sorted(names) for needle, names in found.items()}


def _copied(data: Path, copy: Path) -> None:
    for name in ("amity.db.keys", "amity.db"):
        with (
            closing(sqlite3.connect(f"file:{data / name}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy / name)) as target,
        ):
            source.backup(target)


class _Now:
    def now(self) -> int:
        return 1_790_000_000_000


def plain(text: str) -> str:
    """Return a text on one line and unmarked: the platform cuts and quotes it."""
    return " ".join(re.sub(r"\*\*|^>", "", text, flags=re.MULTILINE).split())


def text_of(pieces: Sequence[Line]) -> str:
    """Return the whole text of a message that was shown in pieces."""
    return plain("\n".join(line["text"] for line in pieces))


def _holds(pieces: Sequence[Line], words: Sequence[str]) -> bool:
    whole = text_of(pieces)
    return all(word in whole for word in words)


def number_of(pieces: Sequence[Line]) -> int:
    """Return the ticket's number that a message at the desk names."""
    found = _NUMBER.search(text_of(pieces))
    assert found is not None, pieces
    return int(found[1])


@pytest.fixture(scope="session")
def _model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def model(_model_server: ModelServer) -> ModelServer:
    """The model of the towns that have one which is watched; it keeps all it is asked."""
    return _model_server


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Each store in turn."""
    return str(request.getfixturevalue("mongo_url")) if request.param == "mongo" else SQLITE


@pytest.fixture
def town(
    start_amity: Callable[..., AmityProcess],
    tmp_path: Path,
    amity_home: Path,
    store_url: str,
) -> Town:
    """An installation on each store, not running yet."""
    return Town(
        start=start_amity,
        platform=SampleChannel(tmp_path / "platform"),
        home=amity_home,
        url=store_url,
        clock=tmp_path / "clock",
    )


@pytest.fixture(scope="session")
def _open_town(
    tmp_path_factory: pytest.TempPathFactory, _model_server: ModelServer
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    running: list[AmityProcess] = []

    def start(**options: Any) -> AmityProcess:
        running.append(AmityProcess(folder / "home", measured=True, **options))
        return running[-1]

    town = Town(
        start=start,
        platform=SampleChannel(folder / "platform"),
        home=folder / "home",
        url=SQLITE,
        clock=folder / "clock",
        models=_model_server.config(),
    )
    for name, adapter in (("group", "sample"), ("whispering group", "whispering")):
        town.others[name] = SampleChannel(
            folder / name, name=name.replace(" ", "_"), adapter=adapter
        )
    town.others["helpers"] = SampleChannel(folder / "helpers", name="helpers")
    town.start_again()
    town.process.ready()
    yield town
    for process in running:
        if process.code is None:
            process.stop()


@pytest.fixture
def open_town(_open_town: Town) -> Town:
    """A town on SQLite that runs already, and goes on for the next test: others are in it, too.

    Its clock stands with everybody's; its model keeps what it is asked. Besides its platform there
    are a group where all read along, one where somebody alone can be answered, and a channel for
    support alone.
    """
    return _open_town


@pytest.fixture
async def talker() -> AsyncIterator[Make]:
    """Make people of the web: `talker(process.url)`."""
    async with talking() as make:
        yield make


on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""For what is the same on every store."""
