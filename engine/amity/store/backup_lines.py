"""Sealed rows as lines of JSON."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from amity.store.contract import Row

__all__ = ["read_lines", "write_lines"]

_BYTES = "base64"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    raise TypeError


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """Append rows to a file; bytes are written as ``{"base64": …}``."""
    with path.open("ab") as file:
        for row in rows:
            file.write(orjson.dumps(row, default=_plain) + b"\n")


def read_lines(path: Path) -> Iterator[Row]:
    """Return the rows of a file."""
    with path.open("rb") as file:
        for line in file:
            row = orjson.loads(line)
            yield {
                name: base64.b64decode(value[_BYTES]) if isinstance(value, dict) else value
                for name, value in row.items()
            }
