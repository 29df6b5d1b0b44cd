"""Reading YAML data files so that a mistake in one can be told by file, line and key.

Locales, personas, helplines and the offline voice's rules are such files: some ship with the
program, and an operator's own lie beside the config.
"""

from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from amity.errors import ConfigError

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "DataFile",
    "builtin",
    "read_yaml",
    "yaml_files",
]

MAX_BYTES: Final = 512 * 1024
MAX_VALUES: Final = 20_000
"""How many values a file may hold; what an alias stands for counts each time."""
MAX_DEPTH: Final = 40

# libyaml reads about ten times as fast; it is missing from some builds of PyYAML.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MERGE: Final = "tag:yaml.org,2002:merge"

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file that was read.

    Attributes:
        name: The file's name, for messages.
        data: What it holds, as plain Python values.
        lines: The line on which each key or list item starts, by its path.
    """

    name: str
    data: Any
    lines: dict[KeyPath, int] = field(repr=False)

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the nearest key around it that the file holds."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, path: KeyPath, message: str) -> ConfigError:
        """Return the error that says what is wrong with a key of this file."""
        where = ".".join(str(step) for step in path)
        return ConfigError(
            f"{self.name}:{self.line(path)}: {where + ': ' if where else ''}{message}"
        )


def builtin(*path: str) -> Traversable:
    """Return a file or folder of the defaults that ship with the program."""
    return resources.files("amity.defaults").joinpath(*path)


def yaml_files(folder: Traversable) -> list[Traversable]:
    """Return the YAML files of a folder in the order of their names; none if it does not exist."""
    if not folder.is_dir():
        return []
    files = (entry for entry in folder.iterdir() if entry.name.endswith((".yaml", ".yml")))
    return sorted(files, key=lambda entry: entry.name)


def read_yaml(file: Traversable) -> DataFile:
    """Read a YAML file, within bounds: aliases cannot make a small file a large one.

    Raises:
        ConfigError: The file cannot be read, is no YAML, is more than a file may be, or names a key
            twice.
    """
    try:
        content = file.read_bytes()
        if len(content) > MAX_BYTES:
            raise ConfigError(f"{file.name}: is larger than {MAX_BYTES // 1024} KiB")
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read: {type(error).__name__}") from None
    loader: Any = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        walker = _Walker(file.name, loader)
        walker.walk(node, ())
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{file.name}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise ConfigError(
            f"{file.name}: not YAML: it holds a character that YAML forbids"
        ) from None
    except RecursionError:
        raise ConfigError(f"{file.name}: is nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()
    return DataFile(name=file.name, data=data, lines=walker.lines)


class _Walker:
    """Goes through what a file holds before it is made: where things are, and how much it is."""

    def __init__(self, name: str, loader: Any) -> None:
        self._name = name
        self._loader = loader
        self._count = 0
        self.lines: dict[KeyPath, int] = {(): 1}

    def walk(self, node: yaml.Node | None, path: KeyPath) -> None:
        self._count += 1
        if node is not None and (self._count > MAX_VALUES or len(path) > MAX_DEPTH):
            what = "aliases or nesting make this more than a file can be; write it out plainly"
            raise self._wrong(node, path[:1], what)
        if isinstance(node, yaml.MappingNode):
            self._mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[(*path, index)] = item.start_mark.line + 1
                self.walk(item, (*path, index))
        elif isinstance(node, yaml.ScalarNode):
            self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> None:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(key, path, "a key must be a word")
            step = str(key.value)
            if step in seen:
                raise self._wrong(key, (step,), "is in the file twice")
            seen.add(step)
            self.lines[(*path, step)] = key.start_mark.line + 1
            if key.tag != _MERGE:
                self._scalar(key, (*path, step))
            self.walk(value, (*path, step))

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> None:
        """See that a value is one: PyYAML fails with whatever Python says to a wrong number."""
        try:
            self._loader.construct_object(node)
        except yaml.MarkedYAMLError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise self._wrong(node, path, "cannot be read; put it between quotes") from None

    def _wrong(self, node: yaml.Node, path: KeyPath, message: str) -> ConfigError:
        where = ".".join(str(step) for step in path)
        line = node.start_mark.line + 1
        return ConfigError(f"{self._name}:{line}: {where + ': ' if where else ''}{message}")
