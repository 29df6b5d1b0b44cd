"""The configuration for people and tools to read: as it counts, secrets masked; and its schema."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from amity.adapter import Manifest
from amity.config.explain import looks_secret
from amity.config.load import SECTIONS_ABOVE, LoadedConfig, json_of
from amity.config.settings import ChannelSettings, Settings
from amity.config.tree import Path_

__all__ = ["MASK", "effective", "json_schema"]

MASK: Final = "********"
_PASSWORD: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def effective(loaded: LoadedConfig) -> dict[str, Any]:
    """Return every key that counts, the defaults included, with nothing secret in it."""
    values: dict[str, Any] = json_of(loaded.config)
    values["store"]["url"] = loaded.config.store.url.get_secret_value()
    values["channels"] = [
        json_of(channel) | {k: v for k, v in raw.items() if k not in ChannelSettings.model_fields}
        for channel, raw in zip(loaded.channels, loaded.tree.value["channels"] or [], strict=True)
    ]
    for name in SECTIONS_ABOVE:
        values[name] = loaded.tree.value.get(name) or {}
    masked: dict[str, Any] = _masked(loaded, values, ())
    return masked


def _masked(loaded: LoadedConfig, value: Any, path: Path_) -> Any:
    if isinstance(value, dict):
        return {k: _masked(loaded, v, (*path, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(loaded, v, (*path, i)) for i, v in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    if loaded.tree.is_secret(path) or any(looks_secret(step) for step in path):
        return MASK
    return _PASSWORD.sub(MASK, value) if isinstance(value, str) else value


def json_schema(
    manifests: Iterable[Manifest], sections: Mapping[str, type[BaseModel]]
) -> dict[str, Any]:
    """Return a JSON Schema of the whole file, for editors.

    Args:
        manifests: The adapters that are installed.
        sections: The models of the sections that belong to higher floors.
    """
    definitions: dict[str, Any] = {}

    def lift(model: type[BaseModel]) -> dict[str, Any]:
        schema = model.model_json_schema(ref_template="#/$defs/" + model.__name__ + ".{model}")
        for name, part in schema.pop("$defs", {}).items():
            definitions[f"{model.__name__}.{name}"] = part
        return schema

    whole = lift(Settings)
    whole["properties"] |= {name: lift(model) for name, model in sections.items()}
    kinds = [_channel_schema(lift(ChannelSettings), m, lift(m.config)) for m in manifests]
    whole["properties"]["channels"] = {"type": "array", "items": {"oneOf": kinds}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Amity",
        **whole,
        "$defs": definitions,
    }


def _channel_schema(
    common: dict[str, Any], manifest: Manifest, own: dict[str, Any]
) -> dict[str, Any]:
    properties = common["properties"] | {"adapter": {"const": manifest.name}}
    return {
        "type": "object",
        "title": f"A channel of {manifest.name}",
        "properties": properties | own.get("properties", {}),
        "required": [*common["required"], *own.get("required", [])],
        "additionalProperties": False,
    }
