"""Files that hold wrapped keys: what a key leaves in them is overwritten, not only unlinked."""

import contextlib
import os
from pathlib import Path
from typing import Any, Final

__all__ = [
    "COPY_NAME",
    "fresh",
    "identity",
    "overwrite",
    "replace_and_overwrite",
    "synced",
    "trouble_with",
]

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


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; ``None`` if it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def trouble_with(path: Path, opened: tuple[int, int] | None) -> str:
    """Return why an open keyring file keeps nothing, with the mend; empty if nothing is seen.

    Args:
        path: The file, with its rollback journal beside it.
        opened: Its identity when it was opened.
    """
    there = identity(path)
    if there != opened:
        # SQLite refuses to write to a file that is not where it was opened.
        what = "is not there any more" if there is None else "was replaced by another file"
        return (
            f"the keyring {path} {what}; stop Amity, put that file back in its place, or the latest"
            " copy of it, which `amity backup` keeps, and start Amity again"
        )
    journal = path.with_name(path.name + "-journal")
    target = journal if journal.exists() else path.parent
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        return f"the keyring {path}: {target} cannot be written to; let Amity write there"
    return ""
