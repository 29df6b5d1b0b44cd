"""What the parts of the adapter kit stand on, and what a manifest and its driver have to be."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
import pytest_asyncio

from amity.adapter import (
    CONTRACT_VERSION,
    Adapter,
    Capabilities,
    Manifest,
    SupportsMedia,
    SupportsMenu,
    SupportsReactions,
    SupportsTyping,
)
from amity.message import Audio, Command, File, Image, Part, Sticker, Text, Video, Voice
from amity.testing.adapter_kit.people import Person
from amity.testing.adapter_kit.watch import judge
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import (
    HasButtons,
    HasCommands,
    HasCredentials,
    HasDeletions,
    HasEdits,
    HasFaults,
    HasGroups,
    HasMedia,
    HasMenu,
    HasOutages,
    HasReactions,
    HasRedelivery,
    HasThreads,
    HasTyping,
    Platform,
)

__all__ = ["ALWAYS", "FILES", "MEDIA", "NEEDS", "AdapterKitBase", "Need"]

FILES: Final[tuple[type[Part], ...]] = (Image, Voice, Audio, Video, File)
"""Parts whose bytes can be fetched."""

MEDIA: Final[tuple[type[Part], ...]] = (*FILES, Sticker)


@dataclass(frozen=True, slots=True)
class Need:
    """What a driver must have in order that something can be proven.

    Attributes:
        what: What the adapter says of itself, as a sentence about it goes on.
        applies: Whether it says so.
        protocol: What the driver needs for it.
    """

    what: str
    applies: Callable[[Capabilities, Adapter], bool]
    protocol: type


NEEDS: Final = (
    Need("declares buttons", lambda c, _: c.buttons, HasButtons),
    Need("takes Command", lambda c, _: Command in c.takes, HasCommands),
    Need("declares edits", lambda c, _: c.edits, HasEdits),
    Need("declares deletions", lambda c, _: c.deletions, HasDeletions),
    Need("declares reactions", lambda c, _: c.reactions, HasReactions),
    Need("has react", lambda _, a: isinstance(a, SupportsReactions), HasReactions),
    Need("takes media", lambda c, _: any(kind in c.takes for kind in MEDIA), HasMedia),
    Need("declares groups", lambda c, _: c.groups, HasGroups),
    Need("declares private_replies", lambda c, _: c.private_replies, HasGroups),
    Need("declares threads", lambda c, _: c.threads, HasThreads),
    Need("has typing", lambda _, a: isinstance(a, SupportsTyping), HasTyping),
    Need("has menu", lambda _, a: isinstance(a, SupportsMenu), HasMenu),
)
"""What a driver must have for what the adapter says of itself."""

ALWAYS: Final[Mapping[type, str]] = {
    HasRedelivery: "what is delivered twice is answered once",
    HasOutages: "nothing is lost while Amity or the platform is away",
    HasFaults: "errors of sending are told apart",
    HasCredentials: "a wrong secret ends the channel with a sentence for the operator",
}
"""What every driver has, or is excused from in ``AdapterKit.lacks``; and what is proven by it."""


class AdapterKitBase:
    """What every part of the kit stands on."""

    pytestmark: ClassVar[Any] = pytest.mark.asyncio

    manifest: ClassVar[Manifest]
    """The adapter under test. Yours to set."""

    lacks: ClassVar[Mapping[type, str]] = {}
    """Protocols of ``ALWAYS`` that this platform cannot have, each with the reason."""

    patience: ClassVar[float] = 15.0
    """Seconds that anything is waited for before it counts as not happening."""

    @pytest.fixture
    def platform(self) -> Platform:
        """Return the driver of a platform with nobody on it. Yours to write."""
        pytest.fail("an AdapterKit needs a fixture named platform", pytrace=False)

    @pytest_asyncio.fixture
    async def world(self, platform: Platform, tmp_path: Path) -> AsyncIterator[World]:
        """A running Amity on the platform."""
        async with self.world_on(platform, tmp_path) as world:
            yield world

    @asynccontextmanager
    async def world_on(self, platform: Platform, folder: Path) -> AsyncIterator[World]:
        """Run Amity on a platform; at the end see that nothing undeclared was used."""
        async with World(
            self.manifest, platform, folder / "amity", patience=self.patience
        ) as world:
            await world.start()
            yield world
            judge(world)

    @staticmethod
    async def person(world: World, tells: str = "ann") -> Person:
        """Return somebody who is through the gate."""
        return await Person(world, tells).enter()

    @staticmethod
    def can(world: World, protocol: type) -> bool:
        """Whether the adapter has an optional protocol."""
        return isinstance(world.adapter, protocol)

    def has(self, world: World, protocol: type) -> bool:
        """Whether the driver has a protocol; where it must, fail if it has not."""
        if isinstance(world.platform, protocol):
            return True
        if protocol in ALWAYS and protocol not in self.lacks:
            fail(_missing(world.name, protocol, ALWAYS[protocol]))
        for need in NEEDS:
            if need.protocol is protocol and need.applies(
                world.manifest.capabilities, world.adapter
            ):
                fail(_unproven(world.name, need))
        return False

    # --- what is said of the adapter before anything is sent

    async def test_the_manifest_is_for_this_contract(self) -> None:
        """The manifest fits the contract, and its values each other."""
        for problem in _problems(self.manifest):
            fail(f"{self.manifest.name}: {problem}")

    async def test_the_manifest_imports_no_sdk(self) -> None:
        """Reading the manifest imports nothing of what ``load`` needs."""
        module = getattr(self.manifest.load, "__module__", "")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _IMPORTS, module),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        out, _ = await process.communicate()
        if process.returncode:
            fail(f"{self.manifest.name}: the module of the manifest, {module}, cannot be imported")
        foreign = out.decode().split()
        if foreign:
            fail(
                f"{self.manifest.name}: importing the manifest imports {', '.join(foreign)}, too;"
                " import it in load, so that it costs nothing where the adapter is not used"
            )

    async def test_the_driver_can_show_what_is_declared(self, world: World) -> None:
        """The driver has what each capability needs in order to be proven."""
        for need in NEEDS:
            self.has(world, need.protocol)
        for protocol, proven in ALWAYS.items():
            if not isinstance(world.platform, protocol) and protocol not in self.lacks:
                fail(_missing(world.name, protocol, proven))
            if isinstance(world.platform, protocol) and protocol in self.lacks:
                fail(
                    f"{world.name}: lacks names {protocol.__name__}, but the driver has it;"
                    " take it out of lacks"
                )
        for protocol, reason in self.lacks.items():
            if protocol not in ALWAYS:
                fail(
                    f"{world.name}: lacks names {protocol.__name__}, which belongs to a capability:"
                    " what is declared cannot be excused"
                )
            if not reason.strip():
                fail(f"{world.name}: lacks names {protocol.__name__} without a reason")

    async def test_the_adapter_can_what_its_manifest_needs(self, world: World) -> None:
        """Capabilities that need a method of the adapter have it."""
        takes = world.manifest.capabilities.takes
        files = [kind.__name__ for kind in FILES if kind in takes]
        if files and not isinstance(world.adapter, SupportsMedia):
            fail(
                f"{world.name} takes {', '.join(files)}, but the adapter has no fetch: nobody could"
                " look at what people send"
            )


def _missing(name: str, protocol: type, proven: str) -> str:
    return (
        f"{name}: the driver is no {protocol.__name__}, so nobody can see that {proven}; implement"
        " it, or say in lacks why the platform has no such thing"
    )


def _unproven(name: str, need: Need) -> str:
    return (
        f"{name} {need.what}, but its driver is no {need.protocol.__name__} of amity.testing: what"
        " is not shown does not count, so implement it or do not declare it"
    )


def _problems(manifest: Manifest) -> list[str]:
    """Return what is wrong in a manifest."""
    can = manifest.capabilities
    problems = {
        f"it is written for contract {manifest.contract}, this is contract {CONTRACT_VERSION}": (
            manifest.contract != CONTRACT_VERSION
        ),
        "its config takes unknown keys: a misspelt one would be ignored (extra must be forbid)": (
            manifest.config.model_config.get("extra") != "forbid"
        ),
        "it has no realm": not manifest.realm,
        "draft_interval must not be negative": can.draft_interval < 0,
        "idempotent_seconds says how long idempotent_send holds, which is not declared": (
            can.idempotent_seconds is not None and not can.idempotent_send
        ),
        "private_replies are replies in groups, which are not declared": (
            can.private_replies and not can.groups
        ),
        "takes has no Text": Text not in can.takes,
    }
    return [problem for problem, is_so in problems.items() if is_so]


_IMPORTS: Final = """
import sys
import pydantic, structlog, aiohttp, amity.adapter, amity.markup, amity.message, amity.errors

class Options(pydantic.BaseModel):  # pydantic imports some of its parts for the first model
    value: int = pydantic.Field(1, gt=0)

before = {name.partition(".")[0] for name in sys.modules}
module = sys.argv[1]
__import__(module)
own = module.partition(".")[0]
after = {name.partition(".")[0] for name in sys.modules} - before - set(sys.stdlib_module_names)
print(*sorted(name for name in after if name != own and not name.startswith("_")))
"""
