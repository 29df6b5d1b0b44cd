"""How answers are shown: tables for people, JSON for programs."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["confirm", "show", "table"]


def show(options: argparse.Namespace, result: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Print a result as JSON where ``--json`` was given, else the lines."""
    if getattr(options, "json", False):
        print(json.dumps(result, ensure_ascii=False, indent=2, default=str))
    else:
        for line in lines:
            print(line)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return rows as aligned lines under their headings."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in ([*headings], *cells)
    ]


def confirm(question: str) -> bool:
    """Ask a yes-or-no question on the terminal; no is the default."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
