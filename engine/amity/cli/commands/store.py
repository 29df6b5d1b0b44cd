"""``amity keys rotate``, ``amity backup``, ``amity restore``: the store as a whole."""

import argparse
import asyncio
import os
import secrets
from pathlib import Path
from typing import Any

from amity.cli.client import Client
from amity.cli.output import show
from amity.cli.session import answer, data_of, load, make_data_folder
from amity.config import LoadedConfig
from amity.errors import OperatorError
from amity.store.master_key import (
    ENV_NAME,
    FILE_NAME,
    decode_master_key,
    encode_master_key,
    load_master_key,
)

__all__ = ["backup", "restore", "rotate"]


def rotate(options: argparse.Namespace) -> int:
    """Replace the master key; every key is wrapped anew, no content is touched.

    A key kept in the data folder is replaced there. One that comes from the environment is the
    operator's: they make the new one first, so that it cannot be lost on a terminal.
    """
    if options.new_key_env:
        key = decode_master_key(os.environ.get(options.new_key_env, ""), options.new_key_env)
        said = answer(options, "keys.rotate", {"key": encode_master_key(key)})
        show(
            options, said, [f"rotated; from now on {ENV_NAME} is what {options.new_key_env} holds"]
        )
        return 0
    path = data_of(options) / FILE_NAME
    if os.environ.get(ENV_NAME) or not path.is_file():
        raise OperatorError(
            "the master key is not kept in the data folder: put the new one in a variable and name"
            " it with --new-key-env (make one with: openssl rand -base64 32)"
        )
    # Written before it is used: whenever this is cut off, the key in force is in one of the files.
    fresh = path.with_name(FILE_NAME + ".new")
    key = _written(fresh)
    said = answer(options, "keys.rotate", {"key": encode_master_key(key)})
    fresh.replace(path)
    _sync(path.parent)
    show(options, said, [f"rotated; {path} holds the new key"])
    return 0


def _written(path: Path) -> bytes:
    """Make a key in a file, or take the one that an attempt cut off left there."""
    if path.is_file():
        return decode_master_key(path.read_text("ascii", "replace"), str(path))
    key = secrets.token_bytes(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(encode_master_key(key) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)
    except OSError as error:
        raise OperatorError(f"{path}: cannot be written: {error.strerror}") from None
    return key


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backup(options: argparse.Namespace) -> int:
    """Back the data up into a folder. The master key is not part of it."""
    keyring = "" if options.keyring is None else str(Path(options.keyring).absolute())
    folder = str(Path(options.folder).absolute())
    said = answer(options, "backup", {"folder": folder, "keyring": keyring})
    lines = [f"{options.folder} is written; the master key is kept apart from it, by you"]
    if keyring:
        lines.append(
            f"{options.keyring} holds the latest keys; older copies of them must not be kept"
        )
    show(options, said, lines)
    return 0


def restore(options: argparse.Namespace) -> int:
    """Bring a backup back to where no data is. Nothing may run meanwhile."""
    loaded = load(options)
    make_data_folder(loaded.data)
    keyring = None if options.keyring is None else Path(options.keyring).absolute()
    said = asyncio.run(_restore(loaded, Path(options.folder).absolute(), keyring))
    thrown = [f"{name}: {n} thrown away, their keys are gone" for name, n in said["purged"].items()]
    show(options, said, [f"restored into {loaded.data}", *thrown])
    return 0


async def _restore(loaded: LoadedConfig, folder: Path, keyring: Path | None) -> dict[str, Any]:
    from amity.datamap.declarations import ENGINE
    from amity.ids import Ids
    from amity.privacy import resume_erasures
    from amity.store.backup import read_manifest
    from amity.store.backup import restore as bring_back

    if (client := await Client.connect(loaded.data)) is not None:
        await client.aclose()
        raise OperatorError("Amity is running with this data folder; stop it, then restore")
    # A wrong folder is said before a missing key, which nobody needs who has no backup.
    await asyncio.to_thread(read_manifest, folder, files=False)
    # The key of the backup's data: one made now could not open it.
    key = load_master_key(loaded.data, existing=True, environ=loaded.environ)
    restored = await bring_back(
        folder,
        loaded.store_url,
        datamap=ENGINE,
        data_folder=loaded.data,
        master_key=key.key,
        clock=loaded.clock(),
        keyring=keyring,
    )
    try:
        # Whoever was erased since the backup stays erased.
        ids = Ids(loaded.clock())
        await resume_erasures(restored.vault, loaded.clock(), ids, restored=True)
    finally:
        await restored.vault.aclose()
    return {
        "restored": str(folder),
        "rows": dict(restored.manifest.rows),
        "purged": {name: count for name, count in restored.purged.items() if count},
    }
