"""``amity new``: writes a package that works as it is, to be made one's own."""

import argparse
import keyword
import re
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from amity.defaults.files import builtin
from amity.errors import OperatorError
from amity.plugin import find_adapters

__all__ = ["adapter", "plugin"]

_NAME: Final = re.compile(r"[a-z](_?[a-z0-9])*")
_LONGEST: Final = 20
_SUFFIX: Final = ".template"


def adapter(options: argparse.Namespace) -> int:
    """Write the package of an adapter."""
    name = _checked(options.name)
    folder = Path(options.folder or f"amity-{name}").absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OperatorError(f"{folder}: is there already; --folder takes another, or an empty one")
    words = {
        "name": name,
        "Name": "".join(part.capitalize() for part in name.split("_")),
        "NAME": name.upper(),
    }
    for path, text in _files(builtin("adapter"), words):
        _write(folder / path, text)
    print(f"{folder} is written")
    print(f'next: cd {folder}, then pip install -e ".[test]" and pytest')
    return 0


def plugin(options: argparse.Namespace) -> int:
    """Say that there are none yet.

    Raises:
        OperatorError: always.
    """
    raise OperatorError(
        f"{options.name}: plugins come with a later version of Amity, and so does their package;"
        " what there is now is amity new adapter"
    )


def _checked(name: str) -> str:
    """Return a name that can be that of a package, an adapter and a class.

    Raises:
        OperatorError: it cannot.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise OperatorError(
            f'"{name}": an adapter is named by small letters, digits and single _ between them,'
            f" a letter first, at most {_LONGEST} characters"
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise OperatorError(f'"{name}": that is a word of Python; take another name')
    if name in find_adapters().manifests:
        raise OperatorError(
            f'"{name}": an adapter of that name is installed already; take another name'
        )
    return name


def _files(folder: Traversable, words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield the path in the package and the text of each file."""
    for entry in folder.iterdir():
        name = _NAMES.get(entry.name, entry.name.removesuffix(_SUFFIX))
        path = Path(Template(name).substitute(words))
        if entry.is_dir():
            yield from ((path / inner, text) for inner, text in _files(entry, words))
        elif entry.name.endswith(_SUFFIX):
            yield path, Template(entry.read_text(encoding="utf-8")).substitute(words)


_NAMES: Final = {
    "package": "amity_$name",
    "fake_platform.py.template": "fake_$name.py",
    "test_adapter.py.template": "test_$name.py",
}


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{path}: cannot be written: {error.strerror}") from None
