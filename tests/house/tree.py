"""What the house tests look at: the source files and the packages in them."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = [
    "ROOT",
    "ROOTS",
    "has_command",
    "import_packages",
    "parse",
    "room_faces",
    "source_files",
    "tracked",
]

ROOT: Final = Path(__file__).parents[2]
ROOTS: Final = ("engine", "adapters", "plugins")


def source_files() -> list[Path]:
    """Return every Python file of the product, by its path from the root of the repository."""
    return sorted(
        path.relative_to(ROOT)
        for root in ROOTS
        for path in (ROOT / root).rglob("*.py")
        if "__pycache__" not in path.parts
    )


def import_packages() -> dict[str, Path]:
    """Return the top-level packages that the product installs, by name."""
    return {
        folder.name: folder
        for root in ROOTS
        for folder in sorted((ROOT / root).glob("*/"))
        if (folder / "__init__.py").exists()
    }


def room_faces() -> Iterator[Path]:
    """Yield the `__init__.py` of every package and of every room of the engine."""
    for folder in import_packages().values():
        yield (folder / "__init__.py").relative_to(ROOT)
        for inner in sorted(folder.glob("*/__init__.py")):
            yield inner.relative_to(ROOT)


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file named from the root of the repository."""
    return ast.parse((ROOT / path).read_text("utf-8"), filename=str(path))


def has_command() -> bool:
    """Return whether the command line has an entrance: `amity.cli.main`."""
    face = ROOT / "engine" / "amity" / "cli" / "__init__.py"
    return face.exists() and "main" in face.read_text("utf-8")


def tracked() -> list[Path]:
    """Return the files that git keeps, or would keep after `git add`; without git, none."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return []
    return [Path(line) for line in done.stdout.splitlines() if (ROOT / line).is_file()]
