"""Looking at an installation: what is well, what is not, and how to mend it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from amity import __version__
from amity.adapter import Adapter, Finding, Level, SupportsCheck
from amity.config import Channel as ConfiguredChannel
from amity.errors import OperatorError
from amity.models.budgets import blind_spots
from amity.models.config import notices
from amity.models.failover import Models
from amity.observe import name_of
from amity.readiness import Readiness
from amity.setup import Setup
from amity.store.master_key import MasterKey
from amity.store.vault import Vault
from amity.support import Support
from amity.turn.channel import Channel, ChannelState, missing_package
from amity.turn.helpdesk import findings_of

__all__ = ["PartFinding", "look_at", "look_at_channels", "look_at_models", "state_of"]

_PATIENCE = 20.0
_LEVELS = {
    ChannelState.UP: Level.OK,
    ChannelState.STARTING: Level.OK,
    ChannelState.DEGRADED: Level.WARN,
    ChannelState.DOWN: Level.FAIL,
}


@dataclass(frozen=True, slots=True)
class PartFinding:
    """One finding, and about which part."""

    part: str
    finding: Finding


def state_of(channels: Iterable[Channel], models: Models) -> dict[str, Any]:
    """Return the version, and how each channel and model does, for ``amity status``."""
    return {
        "version": __version__,
        "channels": [
            {
                "name": channel.name,
                "adapter": channel.manifest.name,
                "state": channel.state.value,
                "error": channel.error,
            }
            for channel in channels
        ],
        "models": [
            {"name": m.name, "state": m.state, "error": m.error, "sentence": m.sentence}
            for m in models.describe()
        ],
    }


async def look_at(
    setup: Setup,
    *,
    key: MasterKey,
    vault: Vault,
    models: Models,
    channels: Mapping[str, Channel],
    support: Support,
    readiness: Readiness,
    offline: bool,
) -> list[PartFinding]:
    """Look at keys, store, channels, support and models; platforms and models are asked themselves.

    Args:
        setup: The configuration in parts.
        key: The master key.
        vault: The store.
        models: The models, each of which is asked for one word.
        channels: The channels that run, by name.
        support: The requests of people.
        readiness: Whether the store takes writes.
        offline: Ask no platform and no model.
    """
    found = [PartFinding("keys", Finding(Level.WARN, sentence)) for sentence in key.warnings]
    figures = await vault.store.figures()
    shown = f"{figures.get('messages', 0)} messages, {figures.get('bytes', 0)} bytes"
    found.append(PartFinding("store", Finding(Level.OK, shown)))
    if error := await readiness.store_error():
        found.append(PartFinding("store", Finding(Level.FAIL, error)))
    found += await look_at_channels(setup, channels, offline=offline)
    found += [PartFinding("support", finding) for finding in await findings_of(support)]
    found += await look_at_models(setup, models, offline=offline)
    blind = blind_spots(setup.limits, models.describe())
    found += [PartFinding("models", Finding(Level.NOTE, sentence)) for sentence in blind]
    return found


async def look_at_models(setup: Setup, models: Models, *, offline: bool) -> list[PartFinding]:
    """Ask each model for one word, and name what its configuration leaves open."""
    found = []
    for name in () if offline else setup.models.names:
        probe = await models.probe(name)
        level = Level.OK if probe.ok else Level.FAIL
        finding = Finding(level, probe.sentence or "it answers")
        found.append(PartFinding(f"model {name}", finding))
    found += [
        PartFinding("models", Finding(Level.NOTE, sentence)) for sentence in notices(setup.models)
    ]
    return found


async def look_at_channels(
    setup: Setup, channels: Mapping[str, Channel], *, offline: bool
) -> list[PartFinding]:
    """Say how each channel is, and ask its platform whether its configuration works."""
    found = []
    for configured in setup.channels:
        name = configured.settings.name
        if not configured.settings.enabled:
            continue
        channel = channels.get(name)
        findings = [_state(channel)]
        if not offline:
            # A channel that is down has mostly said the same by itself.
            said = {finding.sentence for finding in findings}
            asked = await _asked(configured, channel)
            findings += [finding for finding in asked if finding.sentence not in said]
        found += [PartFinding(f"channel {name}", finding) for finding in findings]
    return found


def _state(channel: Channel | None) -> Finding:
    if channel is None:
        return Finding(Level.NOTE, "will start with: amity run")
    return Finding(_LEVELS[channel.state], channel.error or channel.state.value)


async def _asked(configured: ConfiguredChannel, channel: Channel | None) -> list[Finding]:
    """Ask the platform, by the adapter that runs or by one made for this."""
    manifest = configured.manifest
    try:
        adapter: Adapter | None = None if channel is None else channel.adapter
        if adapter is None:
            factory = await asyncio.to_thread(manifest.load)
            adapter = factory(configured.settings.name, configured.options)
        if not isinstance(adapter, SupportsCheck):
            return []
        async with asyncio.timeout(_PATIENCE):
            return list(await adapter.check())
    except OperatorError as error:
        return [Finding(Level.FAIL, str(error))]
    except ImportError as error:
        return [Finding(Level.FAIL, missing_package(manifest, error))]
    except TimeoutError:
        return [Finding(Level.FAIL, f"its platform did not answer within {_PATIENCE:g} seconds")]
    except Exception as error:  # noqa: BLE001 -- an adapter's bug is a finding like others
        return [
            Finding(Level.FAIL, f"its adapter cannot be asked: it failed with {name_of(error)}")
        ]
