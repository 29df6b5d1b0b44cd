"""Files that hold wrapped keys: what a key leaves in them is overwritten, not only unlinked."""

import contextlib
import os
from pathlib import Path
from typing import Any, Final

__all__ = ["COPY_NAME", "fresh", "overwrite", "replace_and_overwrite", "synced"]

COPY_NAME: Final = "keyring.latest"


def overwrite(path: Path) -> None:
    """Write zeros over every byte of a file and push them to the disk. No file is a no-op."""
    with contextlib.suppress(FileNotFoundError), path.open("r+b", buffering=0) as file:
        _zero(file)


def _zero(file: Any) -> None:
    left = os.fstat(file.fileno()).st_size
    file.seek(0)
    while left > 0:
        left -= file.write(bytes(min(left, 1 << 20)))
    os.fsync(file.fileno())


def synced(path: Path) -> None:
    """Push a file's bytes to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def fresh(path: Path) -> Path:
    """Make an empty file for its owner only, where what an interrupted run left is overwritten."""
    overwrite(path)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path


def replace_and_overwrite(new: Path, old: Path) -> None:
    """Put a new file in an old one's place, then write zeros over what the old one held."""
    with contextlib.ExitStack() as stack:
        before = None
        with contextlib.suppress(FileNotFoundError):
            before = stack.enter_context(old.open("r+b", buffering=0))
        new.replace(old)
        if before is not None:
            _zero(before)
