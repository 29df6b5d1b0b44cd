"""What some tests need and not every machine has.

A test that needs a browser is skipped where there is none, and the skip says how to get one. Where
`AMITY_REQUIRE` names it (`AMITY_REQUIRE=browser,mongo,node`, as `.ci/run` sets it) the same lack is
a failure, so a test cannot fall asleep in CI.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

__all__ = ["NEEDS", "NODE_PACKAGES", "Need", "chromium", "missing", "require", "required"]

NODE_PACKAGES: Final = Path(__file__).parents[1] / "node" / "node_modules"
_NPM = "(cd tests/node && npm install --ignore-scripts)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Something a test can ask for."""

    lacks: Callable[[], str | None]
    """Says what is missing, or None when all is there."""
    how: str
    """The command that gets it."""


def chromium() -> str | None:
    """Return the path of Debian's Chromium, or of one named otherwise elsewhere."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _no_browser() -> str | None:
    if chromium() is None:
        return "no chromium on the PATH"
    if importlib.util.find_spec("playwright") is None:
        return "the Python package playwright is not installed"
    if not (NODE_PACKAGES / "axe-core" / "axe.min.js").exists():
        return "axe-core is not in tests/node/node_modules"
    return None


def _no_mongo() -> str | None:
    for name in ("nx_27017", "pymongo"):
        if importlib.util.find_spec(name) is None:
            return f"the Python package {name} is not installed"
    return None


def _no_node() -> str | None:
    if shutil.which("node") is None:
        return "no node on the PATH"
    if not (NODE_PACKAGES / "@copilotkit" / "aimock").is_dir():
        return "@copilotkit/aimock is not in tests/node/node_modules"
    return None


NEEDS: Final[dict[str, Need]] = {
    "browser": Need(lacks=_no_browser, how=f"apt-get install chromium && make venv-dev && {_NPM}"),
    "mongo": Need(lacks=_no_mongo, how="make venv-dev"),
    "node": Need(lacks=_no_node, how=f"install Node.js 20 or later, then {_NPM}"),
}


def required() -> frozenset[str]:
    """Return the needs that `AMITY_REQUIRE` makes compulsory."""
    names = frozenset(
        name.strip() for name in os.environ.get("AMITY_REQUIRE", "").split(",") if name.strip()
    )
    if unknown := names - NEEDS.keys():
        message = f"AMITY_REQUIRE names {sorted(unknown)}, which is none of {sorted(NEEDS)}"
        raise pytest.UsageError(message)
    return names


def missing(name: str) -> str | None:
    """Return the reason why a need is not met and the way to meet it, or None."""
    need = NEEDS[name]
    reason = need.lacks()
    return None if reason is None else f"{name}: {reason}; to get it: {need.how}"


def require(name: str) -> None:
    """Skip the running test where a need is not met; fail it where `AMITY_REQUIRE` names it."""
    reason = missing(name)
    if reason is None:
        return
    if name in required():
        pytest.fail(f"AMITY_REQUIRE names what is missing: {reason}", pytrace=False)
    pytest.skip(reason)
