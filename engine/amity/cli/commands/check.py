"""``amity check``: looks at everything and says what to mend, one line each."""

import argparse
import asyncio
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from amity.cli.output import show
from amity.cli.session import answer, ask_running, load, make_data_folder
from amity.config import LoadedConfig, undeclared
from amity.errors import OperatorError
from amity.http import taken
from amity.plugin import Found, find_adapters

if TYPE_CHECKING:
    from amity.setup import Setup

__all__ = ["check"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    level: str
    part: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.level.upper():4}  {self.part}: {self.sentence}"


def check(options: argparse.Namespace) -> int:
    """Report on config, adapters, personas, keys, store, models and channels; 1 on findings."""
    findings = list(_look(options))
    show(options, {"findings": [asdict(f) for f in findings]}, [str(f) for f in findings])
    return 1 if any(f.level in {"warn", "fail"} for f in findings) else 0


def _look(options: argparse.Namespace) -> Iterator[Finding]:
    try:
        loaded = load(options)
    except OperatorError as error:
        yield from _each("config", error)
        return
    found = find_adapters()
    setup, wrong = _parts(loaded, found)
    bad = [*_config(loaded), *_adapters(found), *wrong]
    if not any(f.part == "config" for f in bad):
        origin = str(loaded.source) if loaded.source else "built-in defaults"
        yield Finding("ok", "config", origin)
    yield from bad
    if setup is None:
        return
    yield from _running(options, loaded, setup)


def _each(part: str, error: OperatorError) -> list[Finding]:
    """A configuration's error names several things, one a line."""
    return [Finding("fail", part, line) for line in str(error).splitlines()]


def _config(loaded: LoadedConfig) -> Iterator[Finding]:
    for sentence in loaded.warnings:
        yield Finding("warn", "config", sentence)
    if not loaded.production and os.environ.get("AMITY_ENV") != "development":
        for sentence in undeclared(loaded):
            yield Finding("note", "production", sentence)


def _adapters(found: Found) -> Iterator[Finding]:
    for problem in found.broken.values():
        yield Finding("warn", "adapters", str(problem))


def _parts(loaded: LoadedConfig, found: Found) -> "tuple[Setup | None, list[Finding]]":
    """Read what the sections above make of the file, without opening anything."""
    from amity.setup import read_setup

    try:
        return read_setup(loaded, found.manifests), []
    except OperatorError as error:
        return None, _each("config", error)


def _running(
    options: argparse.Namespace, loaded: LoadedConfig, setup: "Setup"
) -> Iterator[Finding]:
    """Ask the running process, or an engine opened for it, how keys, store and models do."""
    from amity.store.open import nothing_there, see_that_it_can_be_made

    # By the file as it is now: the running process may not have read it yet.
    recipients = [list(each) for each in setup.facts.recipients]
    arguments = {"offline": options.offline, "recipients": recipients}
    try:
        said = ask_running(options, "check", arguments)
        if said is None:
            for sentence in taken(loaded.config.http):
                yield Finding("fail", "http", sentence)
            if loaded.data.exists():
                make_data_folder(loaded.data)  # which only looks whether it can be used
            if nothing_there(loaded.store_url, loaded.data):
                key = asyncio.run(
                    see_that_it_can_be_made(
                        loaded.store_url, data_folder=loaded.data, environ=loaded.environ
                    )
                )
                for sentence in () if key is None else key.warnings:
                    yield Finding("warn", "keys", sentence)
                yield Finding("note", "store", f"will be made in {loaded.data}")
                yield from asyncio.run(_asked(setup, offline=options.offline))
                return
            said = answer(options, "check", arguments)
    except OperatorError as error:
        yield from _each("store", error)
        return
    for finding in said["findings"]:
        yield Finding(finding["level"], finding["part"], finding["sentence"])


async def _asked(setup: "Setup", *, offline: bool) -> list[Finding]:
    """Ask platforms and models where there is nothing yet to open an engine on."""
    from amity.checkup import look_at_channels, look_at_models
    from amity.models.failover import Models
    from amity.models.offline import OfflineVoice

    models = Models(setup.models, offline=OfflineVoice())
    try:
        found = await look_at_channels(setup, {}, offline=offline)
        found += await look_at_models(setup, models, offline=offline)
    finally:
        await models.aclose()
    return [Finding(f.finding.level.value, f.part, f.finding.sentence) for f in found]
