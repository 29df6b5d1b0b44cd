"""The world of one test: a whole Amity in this process, on the platform of the driver."""

import asyncio
import contextlib
import io
import json
import random
import re
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar, cast

import pytest

from amity.adapter import Adapter, Manifest
from amity.config import LoadedConfig, load_config
from amity.engine import Engine
from amity.errors import OperatorError
from amity.http import HttpHost
from amity.message import Address, Sender
from amity.models.failover import Models
from amity.models.offline import OfflineVoice
from amity.observe import configure_logging
from amity.plugin import Found
from amity.sealed import SealedText
from amity.testing.adapter_kit.model import ScriptedModel
from amity.testing.adapter_kit.record import Record, Sent, Taken, watched
from amity.testing.platform import HasAddress, Platform
from amity.turn.channel import ChannelState

__all__ = ["CHANNEL", "World", "fail", "words_of"]

CHANNEL: Final = "kit"
_GLANCE: Final = 0.01  # seconds
_LETTERS: Final = "bdfglmnprtvz"  # no word of any language comes of them
_MODEL: Final = {"model_name": "main", "litellm_params": {"model": "openai/kit", "api_key": "-"}}
_T = TypeVar("_T")


def fail(sentence: str) -> NoReturn:
    """Fail a test with one sentence that names the fault."""
    pytest.fail(sentence, pytrace=False)


class World:
    """An Amity, the platform, and what passes between them.

    Attributes:
        name: The adapter's name, for sentences.
        manifest: The adapter under test.
        platform: Its driver.
        record: What passed between the adapter and the core.
        model: The model that answers.
        tokens: Every made-up word that people or the model have said.
        patience: Seconds that anything is waited for.
    """

    def __init__(
        self, manifest: Manifest, platform: Platform, folder: Path, *, patience: float = 15.0
    ) -> None:
        self.name = manifest.name
        self.manifest = manifest
        self.platform = platform
        self.record = Record()
        self.model = ScriptedModel()
        self.tokens: list[str] = []
        self.patience = patience
        self.printed = io.StringIO()
        self._folder = folder
        self._log = io.BytesIO()
        self._engine: Engine | None = None
        self._http: HttpHost | None = None
        self._port = 0
        self._outer = contextlib.ExitStack()

    # --- the life of the process

    async def __aenter__(self) -> Self:
        self._outer.callback(configure_logging("debug", stream=cast("Any", self._log)))
        self._outer.enter_context(contextlib.redirect_stdout(self.printed))
        self._outer.enter_context(contextlib.redirect_stderr(self.printed))
        if isinstance(self.platform, HasAddress):
            self._port = _free_port()
            await self.platform.served_at(f"http://127.0.0.1:{self._port}")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._engine is not None:
                await self.kill()
        finally:
            self._outer.close()
            # pytest shows it if the test fails.
            sys.stderr.write(self.log + self.printed.getvalue())

    async def start(
        self, options: Mapping[str, Any] | None = None, *, wait: bool = True
    ) -> "World":
        """Start Amity; again on the same data after a stop.

        Args:
            options: The adapter's keys, in place of the driver's own.
            wait: Whether to wait until the channel is up.
        """
        assert self._engine is None, "it runs already"
        loaded = self._config(self.platform.options() if options is None else options)
        found = Found(manifests={self.name: watched(self.manifest, self.record)})
        if self._port:
            self._http = http = HttpHost(
                loaded.config.http, ready=self._ready, metrics=bytes, grace=0.1
            )
            await http.start()
            engine = await Engine.build(loaded, mount=http.mount, unmount=http.unmount, found=found)
        else:
            engine = await Engine.build(loaded, found=found)
        engine.services.models = Models(
            engine.setup.models, offline=OfflineVoice(), outside=self.model
        )
        self._engine = engine
        await engine.start()
        if wait:
            await self.up()
        return self

    async def up(self) -> None:
        """Wait until the channel is up."""

        def up() -> bool:
            return self.state[0] is ChannelState.UP

        try:
            await self.until(up, "")
        except pytest.fail.Exception:
            state, error = self.state
            fail(
                f"the channel of {self.name} did not come up within {self.patience:g} s of the"
                f" start: it is {state.value}{': ' + error if error else ''}"
            )

    async def stop(self) -> None:
        """Stop Amity in order: what is being answered is answered first."""
        engine = self.engine
        await engine.drain(self.patience)
        await self._close(engine)

    async def kill(self) -> None:
        """End Amity as a power cut does: nothing that was under way gets any further."""
        engine = self.engine
        self.record.die()
        await engine.drain(0)
        await self._close(engine)

    async def _close(self, engine: Engine) -> None:
        self._engine = None
        try:
            async with asyncio.timeout(self.patience):
                await engine.channels.stop_all()
                if self._http is not None:
                    await self._http.stop()
                    self._http = None
                await engine.close()
        except TimeoutError:
            fail(f"the adapter of {self.name} did not end when its run was cancelled")

    def _config(self, options: Mapping[str, Any]) -> LoadedConfig:
        self._folder.mkdir(parents=True, exist_ok=True)
        bind = f"127.0.0.1:{self._port}"
        config = {
            "models": {"model_list": [_MODEL]},
            "limits": {"burst": 1_000_000, "per_minute": 10_000_000},
            "channels": [{"name": CHANNEL, "adapter": self.name, **options}],
            "http": {"bind": bind, "admin_bind": "127.0.0.1:0"},
        }
        file = self._folder / "amity.yaml"
        # JSON is YAML; a path among the options is written as one.
        file.write_text(json.dumps(config, default=str), encoding="utf-8")
        try:
            return load_config(file, {}, self._folder / "data")
        except OperatorError as error:
            fail(f"the options of the driver are not what the adapter's config takes: {error}")

    async def _ready(self) -> tuple[bool, Mapping[str, Any]]:
        return True, {}

    @property
    def engine(self) -> Engine:
        """The running Amity."""
        assert self._engine is not None, "it does not run"
        return self._engine

    @property
    def adapter(self) -> Adapter:
        """The adapter that runs now."""
        adapter = self.engine.channels.channels[CHANNEL].adapter
        if adapter is None:
            fail(f"the adapter of {self.name} does not run: {self.state[1]}")
        return adapter

    @property
    def state(self) -> tuple[ChannelState, str]:
        """The state of the channel, and its last error."""
        channel = self.engine.channels.channels[CHANNEL]
        return channel.state, channel.error

    @property
    def log(self) -> str:
        """What was logged so far, at the most talkative level."""
        return self._log.getvalue().decode(errors="replace")

    @property
    def doubtful(self) -> int:
        """How many sends were repeated without knowing whether they had arrived, in this life."""
        figures = self.engine.metrics.render().decode()
        found = re.findall(r"^amity_doubtful_repeats_total\{[^}]*\} (\S+)$", figures, re.MULTILINE)
        return int(sum(map(float, found)))

    # --- waiting

    async def until(self, look: Callable[[], _T], sentence: str | Callable[[], str]) -> _T:
        """Wait until a look shows something, and return it; else fail with the sentence."""

        async def glance() -> _T:
            return look()

        return await self.until_async(glance, sentence)

    async def until_async(
        self, look: Callable[[], Awaitable[_T]], sentence: str | Callable[[], str]
    ) -> _T:
        """Do the same with a look that takes time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.patience
        # On a busy machine time passes in which nobody here gets on: so many looks it takes, too.
        enough = self.patience / _GLANCE / 4
        glances = 0
        while not (seen := await look()):
            if loop.time() > end and glances > enough:
                fail(sentence if isinstance(sentence, str) else sentence())
            glances += 1
            await asyncio.sleep(_GLANCE)
        return seen

    async def soon(self, look: Callable[[], object], seconds: float = 0.5) -> bool:
        """Wait a moment whether a look shows something; it need not."""
        for _ in range(int(seconds / _GLANCE)):
            if look():
                return True
            await asyncio.sleep(_GLANCE)
        return bool(look())

    async def idle(self) -> None:
        """Wait until everything that came in is dealt with."""
        await self.until(
            lambda: not self.engine.lanes.busy,
            lambda: f"{self.name}: Amity was still busy after {self.patience:g} s",
        )

    # --- what passed

    def word(self) -> str:
        """Make up a word that nobody has said before and that means nothing."""
        token = "zq" + "".join(random.choices(_LETTERS, k=10))  # noqa: S311 -- it is no secret
        self.tokens.append(token)
        return token

    def taken(self, word: str) -> list[Taken]:
        """Return the events that the adapter handed in with a word in them."""
        return [item for item in self.record.taken if word in words_of(item)]

    def sent(self, word: str) -> list[Sent]:
        """Return the messages that the core handed out with a word in them."""
        return [item for item in self.record.sent if word in words_of(item)]

    async def arrived(self, word: str, sentence: str = "") -> Taken:
        """Wait until an event with a word in it was committed."""
        usual = f"{self.name}: what somebody said on the platform never reached the core"

        def committed() -> Taken | None:
            return next((t for t in self.taken(word) if t.acceptance is not None), None)

        return cast("Taken", await self.until(committed, sentence or usual))

    def sender(self, word: str) -> Sender:
        """Return who said a word, as the adapter told the core."""
        return self.taken(word)[0].inbound.sender

    def address(self, word: str) -> Address:
        """Return where answers to what was said go."""
        taken = self.taken(word)[0]
        address = taken.inbound.address
        if address.chat or taken.acceptance is None:
            return address
        return Address(channel=CHANNEL, chat=taken.acceptance.chat, thread=address.thread)


def words_of(item: Taken | Sent) -> str:
    """Return all words of an event or a message, also those of buttons and captions."""
    parts = item.inbound.parts if isinstance(item, Taken) else item.outbound.parts
    return "\n".join(_revealed(parts))


def _revealed(value: object) -> Iterator[str]:
    """Yield all texts in parts, sealed or not."""
    match value:
        case SealedText():
            yield value.reveal()
        case str():
            yield value
        case tuple():
            for item in value:
                yield from _revealed(item)
        case _:
            for name in getattr(value, "__dataclass_fields__", ()):
                yield from _revealed(getattr(value, name))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
