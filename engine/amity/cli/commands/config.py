"""``amity config show`` and ``amity config schema``."""

import argparse
import json

import yaml
from pydantic import BaseModel

from amity.cli.output import show as show_result
from amity.cli.session import load
from amity.config import effective, json_schema
from amity.models.budgets import LimitsConfig
from amity.models.config import ModelsConfig
from amity.plugin import find_adapters

__all__ = ["schema", "show"]


def show(options: argparse.Namespace) -> int:
    """Show every key that counts, secrets masked."""
    loaded = load(options)
    values = effective(loaded)
    origin = str(loaded.source) if loaded.source else "built-in defaults"
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
    show_result(options, values, [f"# {origin}, data in {loaded.data}", text.rstrip()])
    return 0


def schema(_options: argparse.Namespace) -> int:
    """Print a JSON Schema of the file."""
    manifests = find_adapters().manifests.values()
    sections: dict[str, type[BaseModel]] = {"models": ModelsConfig, "limits": LimitsConfig}
    print(json.dumps(json_schema(manifests, sections), ensure_ascii=False, indent=2))
    return 0
