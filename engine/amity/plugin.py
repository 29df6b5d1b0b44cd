"""Finding adapters and plugins by their entry points.

One broken entry point never stops the others: it is reported and left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import Final

from amity.adapter import CONTRACT_VERSION, Manifest
from amity.errors import PluginError

__all__ = ["ADAPTER_GROUP", "Found", "find_adapters"]

ADAPTER_GROUP: Final = "amity.adapters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found under an entry-point group.

    Attributes:
        manifests: Good adapters by name.
        broken: Why an entry point could not be used, by its name.
    """

    manifests: Mapping[str, Manifest]
    broken: Mapping[str, PluginError] = field(default_factory=dict)


def find_adapters() -> Found:
    """Load the manifest of every installed adapter; no SDK is imported by that."""
    manifests: dict[str, Manifest] = {}
    broken: dict[str, PluginError] = {}
    for point in _points(broken):
        try:
            manifest = _load(point)
            if manifest.name in manifests:
                raise PluginError(
                    f"adapter {point.name} of package {_package(point)} is left out: another"
                    f" adapter is named {manifest.name}; remove one of the two packages"
                )
        except PluginError as error:
            broken[point.name] = error
            continue
        manifests[manifest.name] = manifest
    return Found(manifests=manifests, broken=broken)


def _points(broken: dict[str, PluginError]) -> Iterable[EntryPoint]:
    try:
        return entry_points(group=ADAPTER_GROUP)
    except Exception:  # noqa: BLE001 -- one list that cannot be read: take the others one by one
        points: dict[tuple[str, str], EntryPoint] = {}
    for distribution in distributions():
        try:
            for point in distribution.entry_points.select(group=ADAPTER_GROUP):
                points.setdefault((distribution.name, point.name), point)
        except Exception:  # noqa: BLE001 -- the same
            name = distribution.name
            broken[name] = PluginError(
                f"the entry points of package {name} cannot be read; reinstall or remove it"
            )
    return points.values()


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value


def _load(point: EntryPoint) -> Manifest:
    package = _package(point)
    try:
        manifest = point.load()
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"adapter {point.name} of package {package} cannot be imported"
            f" ({type(error).__name__}); reinstall or remove that package"
        ) from error
    if not isinstance(manifest, Manifest):
        raise PluginError(f"adapter {point.name} of package {package} is no amity.adapter.Manifest")
    if manifest.contract != CONTRACT_VERSION:
        raise PluginError(
            f"adapter {point.name} of package {package} is written for contract version"
            f" {manifest.contract}, this Amity speaks {CONTRACT_VERSION}; install one that fits"
        )
    return manifest
