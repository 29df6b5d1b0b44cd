"""``amity keys rotate``, ``amity backup``, ``amity restore``: the store as a whole."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import Any

from amity.cli.client import Client
from amity.cli.output import show
from amity.cli.session import answer, data_of, load, make_data_folder
from amity.config import LoadedConfig
from amity.errors import OperatorError
from amity.failpoint import failpoint
from amity.store.master_key import (
    ENV_NAME,
    FILE_NAME,
    decode_master_key,
    encode_master_key,
    load_master_key,
    make_next_master_key,
    put_in_place,
)

__all__ = ["backup", "restore", "rotate"]


def rotate(options: argparse.Namespace) -> int:
    """Replace the master key; every key is wrapped anew, no content is touched.

    A key kept in the data folder is replaced there. One that comes from the environment is the
    operator's: they make the new one first, so that it cannot be lost on a terminal. The old key is
    kept nowhere: with a copy of the keyring from before it would open what was deleted since.
    """
    if options.new_key_env:
        key = decode_master_key(os.environ.get(options.new_key_env, ""), options.new_key_env)
        said = _rotated(options, key)
        line = f"rotated; from now on {ENV_NAME} is what {options.new_key_env} holds"
        return _copies(options, said, line)
    path = data_of(options) / FILE_NAME
    if os.environ.get(ENV_NAME) or not path.is_file():
        raise OperatorError(
            "the master key is not kept in the data folder: put the new one in a variable and name"
            " it with --new-key-env (make one with: openssl rand -base64 32)"
        )
    # Written before it is used: whenever this is cut off, the key in force is in one of the files.
    key = make_next_master_key(path).key
    failpoint("rotate.key_written")
    said = _rotated(options, key)
    put_in_place(path)
    return _copies(options, said, f"rotated; {path} holds the new key")


def _rotated(options: argparse.Namespace, key: bytes) -> dict[str, Any]:
    arguments = {"key": encode_master_key(key), "keyring": _absolute(options.keyring)}
    return answer(options, "keys.rotate", arguments)


def _copies(options: argparse.Namespace, said: dict[str, Any], line: str) -> int:
    """Say what became of the copies of the keyring; 1 if the one asked for was not written."""
    error = str(said.get("keyring_error", ""))
    lines = [line]
    if error:
        lines.append(f"the copy of the keyring was not written anew: {error}")
    if options.keyring is None or error:
        lines.append(
            "copies of the keyring from before open only with the old master key, which is kept"
            " nowhere; write a new one now: amity backup FOLDER --keyring FOLDER"
        )
    else:
        lines.append(
            f"{options.keyring} holds the latest keys, for the new master key; other copies of them"
            " open only with the old one and must not be kept"
        )
    show(options, said, lines)
    return 1 if error else 0


def _absolute(folder: str | None) -> str:
    return "" if folder is None else str(Path(folder).absolute())


def backup(options: argparse.Namespace) -> int:
    """Back the data up into a folder. The master key is not part of it."""
    keyring = _absolute(options.keyring)
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
