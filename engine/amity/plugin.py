"""Finding adapters and plugins by their entry points.

One broken entry point never stops the others: it is reported and left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
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
    for point in entry_points(group=ADAPTER_GROUP):
        try:
            manifest = _load(point)
        except PluginError as error:
            broken[point.name] = error
            continue
        manifests[manifest.name] = manifest
    return Found(manifests=manifests, broken=broken)


def _load(point: EntryPoint) -> Manifest:
    package = point.dist.name if point.dist is not None else point.value
    try:
        manifest = point.load()
    except Exception as error:
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
