"""Where the operator's master key comes from."""

import base64
import binascii
import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amity.errors import KeyringError
from amity.failpoint import failpoint
from amity.store.seal import KEY_BYTES, new_key

__all__ = [
    "ENV_NAME",
    "FILE_NAME",
    "NEXT_NAME",
    "MasterKey",
    "decode_master_key",
    "encode_master_key",
    "load_master_key",
    "make_next_master_key",
    "next_master_key",
    "put_in_place",
]

ENV_NAME: Final = "AMITY_MASTER_KEY"
FILE_NAME: Final = "master.key"
NEXT_NAME: Final = "master.key.new"
"""Where a rotation keeps the key that follows, until it has taken the other's place."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key and how it was come by.

    Attributes:
        key: The 32 bytes.
        path: The file it came from, or ``None`` if it came from the environment.
        made: True if it was made just now; production keeps it elsewhere, so warn.
        warnings: Sentences for the operator.
    """

    key: bytes
    path: Path | None
    made: bool = False
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"MasterKey(path={self.path}, made={self.made})"


def encode_master_key(key: bytes) -> str:
    """Return a master key in the form that the environment and the file take."""
    return base64.b64encode(key).decode("ascii")


def decode_master_key(text: str, where: str) -> bytes:
    """Return the key that a text holds; both base64 alphabets, with or without padding.

    Raises:
        KeyringError: it is not 32 bytes in base64. The message names ``where``, never the text.
    """
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyringError(
            f"{where} must hold {KEY_BYTES} bytes in base64; make one with: openssl rand -base64 32"
        )
    return key


def load_master_key(
    data_folder: Path, *, existing: bool, environ: Mapping[str, str] | None = None
) -> MasterKey:
    """Return the key from ``AMITY_MASTER_KEY``, or from ``master.key`` in the data folder.

    Where neither is there and no database exists, the file is made, whole and mode 0600.

    Args:
        data_folder: The data folder; made if it is missing and the key has to be.
        existing: True if there is a database already: then a key is never made.
        environ: Instead of the process's environment.

    Raises:
        KeyringError: the key is malformed or unreadable, or missing although a database exists.
    """
    text = (os.environ if environ is None else environ).get(ENV_NAME, "")
    if text.strip():
        return MasterKey(decode_master_key(text, ENV_NAME), None)
    path = data_folder / FILE_NAME
    try:
        held = path.read_text("ascii", "replace")
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        if existing:
            raise KeyringError(
                f"{path}: the master key of the existing database is missing; "
                f"put the file back or set {ENV_NAME}"
            ) from None
        return _make(path)
    except OSError as error:
        raise KeyringError(
            f"{path}: cannot be read ({error.strerror}); change its owner or mode"
        ) from None
    warnings: tuple[str, ...] = ()
    if mode & 0o077:
        warnings = (
            f"{path}: others on this machine may read the master key; run: chmod 600 {path}",
        )
    return MasterKey(decode_master_key(held, str(path)), path, warnings=warnings)


def next_master_key(path: Path) -> MasterKey | None:
    """Return the key that a rotation wrote beside a master key's file, if there is one.

    Raises:
        KeyringError: it cannot be read.
    """
    file = path.with_name(NEXT_NAME)
    try:
        return MasterKey(decode_master_key(file.read_text("ascii", "replace"), str(file)), file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyringError(
            f"{file}: cannot be read ({error.strerror}); change its owner or mode"
        ) from None


def make_next_master_key(path: Path) -> MasterKey:
    """Write the key that is to follow the one in a file; one that was left there is taken.

    Raises:
        KeyringError: it cannot be read or written.
    """
    return next_master_key(path) or _make(path.with_name(NEXT_NAME))


def put_in_place(path: Path) -> None:
    """Let the key that a rotation wrote replace the one before; if it has done so, do nothing.

    Raises:
        KeyringError: the file cannot be replaced.
    """
    file = path.with_name(NEXT_NAME)
    try:
        if file.is_file():
            file.replace(path)
        failpoint("rotate.key_in_place")
        _sync(path.parent)
    except OSError as error:
        raise KeyringError(
            f"{file}: cannot be moved to {path} ({error.strerror}), and is the master key from now "
            "on; move it there"
        ) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(path: Path) -> MasterKey:
    key = new_key()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made elsewhere and linked into place, so that nobody ever sees half of it and of two
        # programs that start at once one gives way to the other.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".master-key-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(encode_master_key(key) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(path).hardlink_to(name)
        finally:
            Path(name).unlink()
        _sync(path.parent)
    except FileExistsError:
        with contextlib.suppress(OSError):
            return MasterKey(decode_master_key(path.read_text("ascii", "replace"), str(path)), path)
        raise KeyringError(f"{path}: cannot be read; change its owner or mode") from None
    except OSError as error:
        raise KeyringError(
            f"{path}: cannot be made ({error.strerror}); set {ENV_NAME} or make the folder writable"
        ) from None
    return MasterKey(key, path, made=True)
