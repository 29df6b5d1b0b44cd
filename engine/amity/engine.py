"""The engine: puts the parts together; nothing else does.

``Engine.build`` opens the store and makes everything; ``start`` lets people in; ``stop`` drains. A
reload replaces personas, models, texts and facts under running turns, which finish with what they
began with.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from amity.adapter import Manifest, SupportsMenu
from amity.admin import Admin
from amity.checkup import look_at, state_of
from amity.clock import Clock
from amity.config import Channel as ConfiguredChannel
from amity.config import LoadedConfig
from amity.datamap.declarations import ENGINE
from amity.errors import OperatorError
from amity.ids import Ids
from amity.memory.conversations import Conversations
from amity.memory.history import History
from amity.models.failover import Models
from amity.models.health import CallReport
from amity.models.offline import OfflineVoice
from amity.observe import Metrics, get_logger, name_of
from amity.people import People
from amity.persona import Composer
from amity.plugin import Found, find_adapters
from amity.readiness import Readiness
from amity.sealed import SealedText
from amity.setup import Setup, read_setup
from amity.store.backup import backup as write_backup
from amity.store.backup import rotate as rotate_keys
from amity.store.open import Installation, open_installation
from amity.turn.ceilings import DayCeilings
from amity.turn.channel import AccessMode, Channel, ChannelState
from amity.turn.channels import Channels
from amity.turn.door import Refusal
from amity.turn.helpdesk import make_support
from amity.turn.host import ChannelHost
from amity.turn.inbox import Arrival, Inbox
from amity.turn.lanes import Lanes
from amity.turn.limits import RateLimit
from amity.turn.line import Line
from amity.turn.outbox import Outbox
from amity.turn.record import Record
from amity.turn.recovery import recover
from amity.turn.refusals import refuse
from amity.turn.rights import OwnRights
from amity.turn.services import Services
from amity.turn.stages import standard_line
from amity.turn.stages.deliver import end_early
from amity.turn.stages.gate import may_talk
from amity.turn.stopping import drain
from amity.turn.sweeping import Sweeping
from amity.turn.turn import Turn

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef

__all__ = ["Engine"]

Mount = Callable[[str, "Iterable[AbstractRouteDef]", float | None, bool], None]
_CHANNELS_FIRST = 5.0  # seconds
_PAGE_FIRST = 1.0
_EXPORTS_AT_ONCE = 3
_MINUTES_FOR_AN_EXPORT = 5


def _no_http(channel: str, *_rest: object) -> None:
    raise OperatorError(f"channel {channel} needs the web server, which does not run here")


class Engine:
    """One installation in this process. Made by ``build``.

    Attributes:
        settled: Set when the channels have begun and what the models need is loaded.
    """

    def __init__(
        self,
        *,
        loaded: LoadedConfig,
        setup: Setup,
        opened: Installation,
        manifests: Mapping[str, Manifest],
        mount: Mount,
        unmount: Callable[[str], None],
    ) -> None:
        self.loaded = loaded
        self.setup = setup
        self.vault = vault = opened.vault
        self.key = opened.key
        self.metrics = Metrics()
        self.log = get_logger("engine")
        self.clock: Clock = loaded.clock()
        self.ids = Ids(self.clock)
        self.ids.follow(opened.newest)
        self._manifests = manifests
        self._mount = mount
        self._jobs: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changing = asyncio.Lock()  # held while channels are started and stopped
        self._started = self._stopping = False
        self.settled = asyncio.Event()
        self.services = self._services()
        self.services.support = make_support(
            self.services, self.metrics, setup.support, lambda: self.channels.channels
        )
        self.sweeping = Sweeping(self.services.rights, self.clock, lambda: self.setup.retention)
        self.outbox = Outbox(
            vault=vault,
            clock=self.clock,
            ids=self.ids,
            count=self.metrics.outbox,
            doubtful=self.metrics.doubtful_repeat,
            charge=self.services.ceilings.charge,
            settle=self.services.ceilings.settle,
            account=self._account,
        )
        self.line = Line(
            standard_line(self.services, self.outbox), failed=self.services.record.broke
        )
        self.lanes = Lanes(
            clock=self.clock,
            begin=self._begin,
            run=self.line.run,
            end_early=self._end_early,
            gather=lambda: self.setup.limits.gather_seconds,
        )
        self.inbox = self._inbox()
        self.channels = Channels(noted=self._channel_changed, ended=unmount)
        self.readiness = Readiness(vault, self.clock)
        self.admin = Admin(self)

    @classmethod
    async def build(
        cls,
        loaded: LoadedConfig,
        *,
        mount: Mount = _no_http,
        unmount: Callable[[str], None] = lambda _channel: None,
        found: Found | None = None,
    ) -> Self:
        """Open the store and put everything together; nobody is let in yet.

        Raises:
            OperatorError: something of the configuration, the keys or the store does not fit.
        """
        found = found or find_adapters()
        for problem in found.broken.values():
            get_logger("engine").warning("adapter.left_out", reason=str(problem))
        setup = read_setup(loaded, found.manifests)
        opened = await open_installation(
            loaded.store_url,
            datamap=ENGINE,
            data_folder=loaded.data,
            environ=loaded.environ,
            clock=loaded.clock(),
        )
        return cls(
            loaded=loaded,
            setup=setup,
            opened=opened,
            manifests=found.manifests,
            mount=mount,
            unmount=unmount,
        )

    def _services(self) -> Services:
        setup, vault = self.setup, self.vault
        people = People(
            vault, self.clock, self.ids, gate_ttl_ms=setup.retention["gate"] or 24 * 3_600_000
        )
        return Services(
            vault=vault,
            clock=self.clock,
            ids=self.ids,
            people=people,
            conversations=Conversations(vault, self.clock, self.ids),
            history=History(vault),
            texts=setup.texts,
            personas=setup.personas,
            composer=Composer(setup.texts),
            models=Models(setup.models, offline=OfflineVoice(), on_call=self._model_called),
            rights=OwnRights(
                vault,
                people,
                self.clock,
                self.ids,
                policy=lambda: self.setup.policy,
                forget=self._forget,
                erased=self._erased,
                names=lambda language: {
                    id: persona.name(language) for id, persona in self.setup.personas.items()
                },
                support=lambda: self.services.support,
            ),
            ceilings=DayCeilings(vault, self.clock, limits=lambda: self.setup.limits),
            record=Record(self.metrics, self.clock, setup.texts),
            care=setup.care,
            facts=setup.facts,
            exports=RateLimit(
                self.clock, burst=_EXPORTS_AT_ONCE, per_minute=1 / _MINUTES_FOR_AN_EXPORT
            ),
        )

    def _inbox(self) -> Inbox:
        limits = self.setup.limits
        return Inbox(
            vault=self.vault,
            people=self.services.people,
            conversations=self.services.conversations,
            clock=self.clock,
            ids=self.ids,
            rate=RateLimit(self.clock, burst=limits.burst, per_minute=limits.per_minute),
            longest=limits.message_characters,
            wake=self.lanes.wake,
            refuse=self._refuse,
            count=lambda _channel, status: self.metrics.inbox(status.value),
            may_talk=lambda person: may_talk(self.services, person),
            settled=self.services.settled,
            support=self.services.support,
            offered=lambda channel, persona: any(
                persona == p.id for p in self.services.choices(channel)
            ),
        )

    # --- the life of the engine

    async def start(self) -> None:
        """Finish what a crash left, then let people in. Models load in the background."""
        async with self._changing:
            await self.services.rights.resume()
            for configured in self.setup.channels:
                self._start_channel(configured)
            await self.services.support.resume()
            await recover(self.services, self.lanes, self.outbox, self.channels.channels)
            self.channels.open()
            self._started = True
        self._spawn(self._load_models(), "models")
        self._jobs = [
            asyncio.create_task(self.sweeping.run(), name="retention"),
            asyncio.create_task(self.services.support.run(), name="support"),
            asyncio.create_task(self.readiness.watch(), name="readiness"),
            asyncio.create_task(self.metrics.watch_loop(), name="loop lag"),
        ]

    async def drain(self, seconds: float) -> None:
        """End the jobs, and let what came in and still comes be answered; see ``stopping``."""
        self._stopping = True
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        await drain(self.lanes, self.outbox, seconds)

    async def close(self) -> None:
        """End the channels and close the store."""
        self._stopping = True
        async with self._changing:  # a reload under way would start channels behind our back
            await self.channels.stop_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.services.models.aclose()
        await self.vault.aclose()

    async def stop(self, *, drain: float = 20.0) -> None:
        """Drain and close."""
        await self.drain(drain)
        await self.close()

    async def run_until(self, stop: asyncio.Event, *, drain: float = 20.0) -> None:
        """Start, run until the event is set, and stop."""
        await self.start()
        try:
            await stop.wait()
        finally:
            await self.stop(drain=drain)

    def _start_channel(self, configured: ConfiguredChannel) -> None:
        settings = configured.settings
        if not settings.enabled:
            return
        channel = Channel(
            name=settings.name,
            manifest=configured.manifest,
            persona=settings.persona,
            access=AccessMode(settings.access.value),
            code=None if settings.code is None else SealedText(settings.code.get_secret_value()),
            allowed=frozenset(settings.allow),
            support=settings.support,
        )
        channel = self.channels.renewed(channel)
        host = ChannelHost(
            channel=channel,
            services=self.services,
            inbox=self.inbox,
            mount=self._mount,
            report=self._channel_reports,
            log=get_logger(f"channel.{channel.name}"),
        )
        self.channels.start(channel, configured.options, host)

    async def _account(self, person: str, realm: str) -> str:
        """Return the platform's id of a person's account in a realm; empty if they have none."""
        identities = await self.services.people.identities(person)
        return next((i.platform_id.reveal() for i in identities if i.realm == realm), "")

    def _channel_reports(self, channel: Channel, why: str) -> None:
        if why:
            self.channels.disconnected(channel, why)
        else:
            self.channels.connected(channel)

    def _channel_changed(self, channel: Channel) -> None:
        self.metrics.channel_state(channel.name, channel.state.value)
        if channel.state is ChannelState.UP:
            self._spawn(self._set_menu(channel), "menu")

    async def _set_menu(self, channel: Channel) -> None:
        adapter: object = channel.adapter
        if not isinstance(adapter, SupportsMenu):
            return
        languages = self.services.texts.languages
        try:
            await adapter.menu({tag: self.services.menu(channel, tag) for tag in languages})
        except Exception as error:  # noqa: BLE001 -- people can type what the menu would show
            self.log.warning("menu.failed", channel=channel.name, error=name_of(error))

    async def _load_models(self) -> None:
        """Load what the models need once the first page is out of the way.

        Importing takes seconds of CPU, which whoever opens the page would wait for. A turn that
        needs a model sooner loads it itself.
        """
        await self.channels.settle(_CHANNELS_FIRST)
        await asyncio.sleep(_PAGE_FIRST)
        await self.services.models.load()
        self.settled.set()

    def _spawn(self, coroutine: Any, name: str) -> None:
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what the lanes and the inbox call

    def _begin(self, arrivals: list[Arrival]) -> Turn:
        first = arrivals[0]
        persona = self.services.persona_for(first.channel, first.persona)
        return Turn(
            id=first.turn or self.ids.new(),
            channel=first.channel,
            place=first.place,
            person=first.person,
            conversation_id=first.conversation,
            conversation=None,
            persona=persona,
            language=self.services.language(first.person),
            messages=[arrival.incoming for arrival in arrivals],
            started=self.clock.now(),
            draft=first.draft,
            account=first.account,
            resumed=bool(first.turn),
            intended=bool(first.turn),
        )

    async def _end_early(self, turn: Turn) -> None:
        if turn.conversation is None and turn.conversation_id:
            # Ended before it had looked: what it would have answered is still to be marked.
            turn.conversation = await self.services.conversations.get(
                turn.conversation_id, turn.person.id
            )
        await end_early(turn, self.outbox)

    def _refuse(self, refusal: Refusal) -> None:
        self._spawn(refuse(self.services, self.outbox, refusal), "refusal")

    def _model_called(self, report: CallReport) -> None:
        usage = report.finished.usage if report.finished is not None else None
        self.metrics.model_call(
            report.model,
            report.outcome,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cost=usage.cost if usage else None,
        )
        if report.first is not None:
            self.metrics.first_words(report.model, report.first)

    def _forget(self) -> None:
        """Drop what is kept in memory after a clearing or an erasure."""
        self.services.history.forget()
        self.services.conversations.forget()

    def _erased(self, person: str) -> None:
        """End what is still being said to somebody who is no more."""
        self.lanes.end_all(person)

    # --- jobs

    async def sweep(self, *, dry_run: bool) -> Mapping[str, int]:
        """Delete what is past its time."""
        return await self.sweeping.sweep(dry_run=dry_run)

    # --- what operators ask

    async def status(self) -> dict[str, Any]:
        """Return the state of everything, for ``amity status``."""
        return {
            **state_of(self.channels.channels.values(), self.services.models),
            "store": await self.vault.store.figures(),
            "store_error": await self.readiness.store_error(),
            "lanes": self.lanes.busy,
            "support": await self.services.support.watch.status(),
            "swept_at": self.sweeping.swept_at,
        }

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """Return whether people can be answered, with the state of the parts; see ``Readiness``."""
        configured = [c.settings.name for c in self.setup.channels]
        return await self.readiness.look(self.channels.channels, configured=configured)

    async def reload(self) -> list[str]:
        """Read the configuration anew; a bad one is refused and the old one stays."""
        async with self._changing:  # two at once would start the same channel twice
            if self._stopping:
                raise OperatorError("Amity is stopping; what it reads at its next start counts")
            return await self._reload()

    async def _reload(self) -> list[str]:
        loaded = self.loaded.again(os.environ)
        setup = read_setup(loaded, self._manifests)
        await self.services.models.reload(setup.models)
        changes = self.setup.changes(setup)
        changes += [
            f"{part} (from the next start on)"
            for part in ("store", "http")
            if getattr(self.loaded.config, part) != getattr(loaded.config, part)
        ]
        before = {c.settings.name: c for c in self.setup.channels}
        self.loaded, self.setup = loaded, setup
        self.services.texts = setup.texts
        self.services.personas = setup.personas
        self.services.care = setup.care
        self.services.facts = setup.facts
        self.services.support.configure(setup.support)
        self.inbox.limit(setup.limits)
        if not self._started:
            return changes
        after = {c.settings.name: c for c in setup.channels}
        same = {name for name, configured in after.items() if before.get(name) == configured}
        again = await self.channels.change(before, after, self._start_channel)
        changes += [f"channel {name} (was down, starts again)" for name in again]
        for name in same.difference(again) & self.channels.channels.keys():
            self._spawn(self._set_menu(self.channels.channels[name]), "menu")
        return changes

    async def rotate(self, new_key: bytes, keyring: str = "") -> dict[str, Any]:
        """Wrap all keys with another master key, and copy them anew into a folder if one is named.

        Content is not touched.
        """
        apart = Path(keyring) if keyring else None
        error = await rotate_keys(self.vault, new_key, keyring=apart)
        return {"rotated": True, "keyring": keyring, "keyring_error": error}

    async def backup(self, folder: str, keyring: str = "") -> dict[str, Any]:
        """Write a consistent copy of the data, without any key, into an empty folder.

        With ``keyring`` the latest copy of the keys goes into that folder, over the one before.
        """
        apart = Path(keyring) if keyring else None
        manifest = await write_backup(self.vault, Path(folder), keyring=apart)
        return {"folder": folder, "rows": dict(manifest.rows), "keyring": keyring}

    async def check(self, *, offline: bool = False) -> list[dict[str, Any]]:
        """Look at everything; see ``amity.checkup``."""
        found = await look_at(
            self.setup,
            key=self.key,
            vault=self.vault,
            models=self.services.models,
            channels=self.channels.channels,
            support=self.services.support,
            readiness=self.readiness,
            offline=offline,
        )
        return [
            {"level": f.finding.level.value, "part": f.part, "sentence": f.finding.sentence}
            for f in found
        ]
