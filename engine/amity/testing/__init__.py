"""Kits that judge an implementation of a contract, and fakes to stand below it, for everyone."""

import importlib.util
from typing import Final

__all__ = ["KITS"]

KITS: Final = (
    "store_kit",
    "store_kit_base",
    "store_kit_reading",
    "store_kit_together",
    "store_kit_writing",
)
"""Modules whose assertions pytest is to explain."""

# Before any of them is imported, or a failing kit would say only that it failed.
if importlib.util.find_spec("pytest") is not None:
    import pytest

    pytest.register_assert_rewrite(*(f"{__name__}.{kit}" for kit in KITS))
