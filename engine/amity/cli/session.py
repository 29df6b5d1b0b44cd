"""Where a command is answered: by the running process, or by an engine opened just for it.

Both ways end in ``Admin.call``, so a command does the same either way.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amity.cli.client import Client
from amity.config import LoadedConfig, data_folder, find_config, load_config
from amity.errors import OperatorError

__all__ = ["answer", "ask_running", "data_of", "load", "make_data_folder"]


def data_of(options: argparse.Namespace) -> Path:
    """Return the data folder that a command works on."""
    return data_folder(options.data, os.environ)


def load(options: argparse.Namespace) -> LoadedConfig:
    """Read the configuration that a command works with."""
    return load_config(find_config(options.config, os.environ), os.environ, data_of(options))


def make_data_folder(folder: Path) -> None:
    """Make the data folder, for this user only, or see that the one there can be used.

    Raises:
        OperatorError: it cannot be made, read or written.
    """
    mend = "change its owner or mode, or name another with AMITY_DATA"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise OperatorError(f"{folder}: is no folder; name another with AMITY_DATA") from None
    except OSError as error:
        raise OperatorError(f"{folder}: cannot be made: {error.strerror}; {mend}") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise OperatorError(f"{folder}: cannot be read and written; {mend}")


def answer(
    options: argparse.Namespace, command: str, arguments: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Have a command answered: by the running process if there is one, else here."""
    return asyncio.run(_answer(options, command, arguments or {}))


def ask_running(
    options: argparse.Namespace, command: str, arguments: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Have a command answered by the running process; ``None`` if none runs."""
    return asyncio.run(_ask_running(options, command, arguments or {}))


async def _ask_running(
    options: argparse.Namespace, command: str, arguments: Mapping[str, Any]
) -> dict[str, Any] | None:
    client = await Client.connect(data_of(options))
    return None if client is None else await client.call(command, arguments)


async def _answer(
    options: argparse.Namespace, command: str, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    said = await _ask_running(options, command, arguments)
    return said if said is not None else await _answer_here(options, command, arguments)


async def _answer_here(
    options: argparse.Namespace, command: str, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    loaded = load(options)
    if not loaded.data.is_dir():
        raise OperatorError(
            f"{loaded.data}: there is no data folder yet; start Amity once, or name it with --data"
        )
    # Only now: what is wrong in the configuration is said before anything heavy is imported.
    from amity.engine import Engine
    from amity.observe import configure_logging
    from amity.store.open import nothing_there

    if nothing_there(loaded.store_url, loaded.data):
        # Opening a store makes it, and where one is no backup can be restored.
        raise OperatorError(
            f"{loaded.data}: there is no data here yet; start Amity once, restore a backup, or"
            " name another folder with --data"
        )

    configure_logging("error")
    engine = await Engine.build(loaded)
    try:
        return await engine.admin.call(command, arguments)
    finally:
        await engine.close()
