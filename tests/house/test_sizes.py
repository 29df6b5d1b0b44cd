"""Files stay under 500 lines and functions under 60; exceptions have a reason and only shrink."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.tree import ROOT, parse, source_files

pytestmark = pytest.mark.no_cover  # nothing of ours runs here
FILE_LINES: Final = 500
FUNCTION_LINES: Final = 60
EXCEPTIONS: Final[dict[str, dict[str, dict[str, Any]]]] = tomllib.loads(
    (ROOT / "tests" / "house" / "exceptions.toml").read_text("utf-8")
)

FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(node: ast.AST, within: str = "") -> Iterator[tuple[str, int]]:
    """Yield the qualified name and the number of lines of every function below a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            name = f"{within}{child.name}"
            assert child.end_lineno is not None
            first = min([child.lineno, *(item.lineno for item in child.decorator_list)])
            yield name, child.end_lineno - first + 1
            yield from functions(child, f"{name}.")
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{within}{child.name}.")
        else:
            yield from functions(child, within)


def lines(path: Path) -> int:
    """Return the number of lines of a file named from the root of the repository."""
    return len((ROOT / path).read_text("utf-8").splitlines())


def file_sizes() -> dict[str, int]:
    return {str(path): lines(path) for path in source_files()}


def function_sizes() -> dict[str, int]:
    return {
        f"{path}:{name}": size for path in source_files() for name, size in functions(parse(path))
    }


@pytest.mark.parametrize(
    "kind,limit", [("files", FILE_LINES), ("functions", FUNCTION_LINES)], ids=["files", "functions"]
)
def test_nothing_is_longer_than_allowed(kind: str, limit: int) -> None:
    sizes = file_sizes() if kind == "files" else function_sizes()
    assert sizes, "the house tests found no source at all"
    allowed = {name: entry["lines"] for name, entry in EXCEPTIONS[kind].items()}
    too_long = {name: size for name, size in sizes.items() if size > allowed.get(name, limit)}
    assert not too_long, f"longer than {limit} lines; take them apart: {too_long}"


@pytest.mark.parametrize(
    "kind,limit", [("files", FILE_LINES), ("functions", FUNCTION_LINES)], ids=["files", "functions"]
)
def test_the_exceptions_only_shrink(kind: str, limit: int) -> None:
    sizes = file_sizes() if kind == "files" else function_sizes()
    for name, entry in EXCEPTIONS[kind].items():
        assert entry.get("reason"), f"{name}: an exception needs a reason"
        assert name in sizes, f"{name} is gone: take it off the list"
        assert sizes[name] > limit, f"{name} is short enough now: take it off the list"
        assert sizes[name] == entry["lines"], f"{name}: the list allows more than is used"


def test_the_measure_sees_decorators_and_inner_functions() -> None:
    tree = ast.parse(
        "@wrap\ndef a():\n    def b():\n        pass\n    return b\n\n\nclass C:\n"
        "    async def d(self):\n        pass\n"
    )
    assert dict(functions(tree)) == {"a": 5, "a.b": 2, "C.d": 2}
