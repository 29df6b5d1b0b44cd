"""``amity person …``: answering a person's rights on their behalf."""

import argparse
import base64
import os
import sys
from pathlib import Path

from amity.cli.output import confirm, show, table
from amity.cli.session import answer
from amity.errors import OperatorError

__all__ = ["erase", "export", "key", "list_people"]


def list_people(options: argparse.Namespace) -> int:
    """List people by id; what they said is not shown."""
    said = answer(options, "person.list", {"limit": options.limit})
    rows = [
        [p["id"], p["state"], p["since"], p["seen"], " ".join(p["scopes"])] for p in said["people"]
    ]
    show(options, said, table(["ID", "STATE", "SINCE", "LAST SEEN", "CONSENT"], rows))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write everything about a person into a file that only the operator may read."""
    said = answer(options, "person.export", {"person": options.person})
    path = Path(options.output or said["name"])
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OperatorError(f"{path}: is there already; name another file with --output") from None
    except OSError as error:
        raise OperatorError(f"{path}: cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64decode(said["content"]))
    print(path)
    return 0


def erase(options: argparse.Namespace) -> int:
    """Erase a person."""
    if not options.yes:
        if not sys.stdin.isatty():
            print("erasing cannot be undone; add --yes where nobody can be asked", file=sys.stderr)
            return 2
        if not confirm(f"Erase everything about {options.person}? This cannot be undone."):
            return 1
    said = answer(options, "person.erase", {"person": options.person})
    show(options, said, [f"{name}: {count} erased" for name, count in said.items()])
    return 0


def key(options: argparse.Namespace) -> int:
    """Make a bearer key; it is shown this once."""
    said = answer(options, "person.key", {"person": options.person, "label": options.label})
    show(options, said, [said["key"]])
    return 0
