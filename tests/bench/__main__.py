"""Runs the benchmarks: `python -m tests.bench [--list] [NAME ...]`."""

import argparse
import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]


def found() -> dict[str, Path]:
    """Return the benchmarks by name; a module without `main` is a mistake and is refused."""
    modules = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    for path in modules.values():
        tree = ast.parse(path.read_text("utf-8"))
        if not any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            raise SystemExit(f"{path.relative_to(ROOT)} has no plain function main()")
    return modules


def summary(path: Path) -> str:
    """Return the first line of a benchmark's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return text.partition("\n")[0]


def run(name: str) -> bool:
    """Run one benchmark in a process of its own; True when it ended well."""
    code = f"from tests.bench.bench_{name} import main; main()"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Run what was asked for and return the exit code."""
    benchmarks = found()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of them when none is given")
    parser.add_argument("--list", action="store_true", help="show what there is")
    asked = parser.parse_args()
    if unknown := set(asked.names) - benchmarks.keys():
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}")
    names = asked.names or list(benchmarks)
    if asked.list:
        for name in names:
            print(f"{name:12} {summary(benchmarks[name])}")
        return 0
    failed: list[str] = []
    for name in names:
        print(f"\n== {name}: {summary(benchmarks[name])}", flush=True)
        if not run(name):
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
