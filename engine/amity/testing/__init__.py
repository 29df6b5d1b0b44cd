"""Kits that judge an implementation of a contract, and fakes to stand below it, for everyone."""

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from amity.testing.adapter_kit import ALWAYS, NEEDS, AdapterKit, Need, Person, World
    from amity.testing.fake_model import Answer, Asked, FakeModel
    from amity.testing.platform import (
        Fault,
        HasAddress,
        HasButtons,
        HasCommands,
        HasCredentials,
        HasDeletions,
        HasEdits,
        HasFaults,
        HasGroups,
        HasMedia,
        HasMenu,
        HasMoves,
        HasOutages,
        HasReactions,
        HasRedelivery,
        HasThreads,
        HasTyping,
        Platform,
        Shown,
        ShownMedia,
    )
    from amity.testing.store_kit import StoreKit

__all__ = [
    "ALWAYS",
    "KITS",
    "NEEDS",
    "AdapterKit",
    "Answer",
    "Asked",
    "FakeModel",
    "Fault",
    "HasAddress",
    "HasButtons",
    "HasCommands",
    "HasCredentials",
    "HasDeletions",
    "HasEdits",
    "HasFaults",
    "HasGroups",
    "HasMedia",
    "HasMenu",
    "HasMoves",
    "HasOutages",
    "HasReactions",
    "HasRedelivery",
    "HasThreads",
    "HasTyping",
    "Need",
    "Person",
    "Platform",
    "Shown",
    "ShownMedia",
    "StoreKit",
    "World",
]

KITS: Final = (
    "adapter_kit",
    "store_kit",
    "store_kit_base",
    "store_kit_reading",
    "store_kit_together",
    "store_kit_writing",
)
"""Modules whose assertions pytest is to explain."""

_NEEDED: Final = ("pytest", "pytest_asyncio")
_WHERE: Final = {
    "adapter_kit": ("ALWAYS", "NEEDS", "AdapterKit", "Need", "Person", "World"),
    "fake_model": ("Answer", "Asked", "FakeModel"),
    "store_kit": ("StoreKit",),
}

# Before any of them is imported, or a failing kit would say only that it failed.
if importlib.util.find_spec("pytest") is not None:
    import pytest

    pytest.register_assert_rewrite(*(f"{__name__}.{kit}" for kit in KITS))


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: a fake must not cost what the kits cost."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    where = next((module for module, names in _WHERE.items() if name in names), "platform")
    try:
        return getattr(importlib.import_module(f"{__name__}.{where}"), name)
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        raise ImportError(
            f'{name} needs {error.name}; install it with: pip install "amity[testing]"'
        ) from error
