"""docs/public-names.md names what is public, all of it and nothing else; importing it is cheap."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import amity
import amity.testing

PAGE: Final = (Path(__file__).parents[2] / "docs" / "public-names.md").read_text("utf-8")
HEAVY: Final = {
    *("aiohttp", "aiogram", "discord", "litellm", "markdown_it", "pydantic", "pytest"),
    *("structlog", "yaml"),
}


def documented(module: str) -> list[str]:
    """Return the names in the first column of the tables under a module's heading, in order."""
    section = PAGE.split(f"## From `{module}`\n")[1].split("\n## From ")[0]
    cells = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("module", [amity, amity.testing], ids=["amity", "amity.testing"])
def test_what_is_public_is_documented_and_there(module: ModuleType) -> None:
    names = set(module.__all__) - {"__version__"}
    assert set(documented(module.__name__)) == names
    assert [name for name in sorted(names) if getattr(module, name, None) is None] == []


@pytest.mark.parametrize("module", ["amity", "amity.testing"])
def test_no_name_is_documented_twice(module: str) -> None:
    names = documented(module)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", [amity, amity.testing], ids=["amity", "amity.testing"])
def test_what_is_not_public_is_not_there(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        module.Nothing  # noqa: B018 -- asking for it is the test


@pytest.mark.parametrize(
    "names,imported",
    [
        ("amity", set()),
        ("amity.SealedText, amity.Unknown, amity.Inbound", set()),
        ("amity.Manifest", {"pydantic"}),
        ("amity.to_plain", {"pydantic", "markdown_it"}),
        ("amity.testing.Fault", {"pytest", "pydantic"}),
    ],
)
def test_a_name_imports_what_it_needs_and_no_more(names: str, imported: set[str]) -> None:
    code = f"import amity.testing, sys; {names}"
    if ".testing" not in names:
        code = code.replace("amity.testing", "amity")
    code += "; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & HEAVY <= imported


@pytest.mark.parametrize("missing", ["pytest", "pytest_asyncio"])
def test_without_pytest_it_is_said_how_to_get_it(missing: str) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; from amity.testing import AdapterKit"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert last == (
        f'ImportError: AdapterKit needs {missing}; install it with: pip install "amity[testing]"'
    )


def test_a_name_is_the_one_of_its_room() -> None:
    from amity.adapter import Manifest
    from amity.message import Inbound
    from amity.sealed import SealedText

    assert (amity.Manifest, amity.Inbound, amity.SealedText) == (Manifest, Inbound, SealedText)
