"""Reading YAML data files so that a mistake in one can be told by file, line and key.

Locales, personas, helplines and the offline voice's rules are such files: some ship with the
program, and an operator's own lie beside the config.
"""

from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from amity.errors import ConfigError

__all__ = ["DataFile", "builtin", "read_yaml", "yaml_files"]

# libyaml reads about ten times as fast; it is missing from some builds of PyYAML.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

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
    """Read a YAML file.

    Raises:
        ConfigError: The file cannot be read, is no YAML, or names a key twice.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read: {type(error).__name__}") from None
    loader = _Loader(text)
    lines: dict[KeyPath, int] = {(): 1}
    try:
        node = loader.get_single_node()
        _walk(file.name, node, (), lines)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{file.name}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise ConfigError(
            f"{file.name}: not YAML: it holds a character that YAML forbids"
        ) from None
    finally:
        loader.dispose()
    return DataFile(name=file.name, data=data, lines=lines)


def _walk(name: str, node: yaml.Node | None, path: KeyPath, lines: dict[KeyPath, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            step = str(key.value)
            line = key.start_mark.line + 1
            if step in seen:
                raise ConfigError(f"{name}:{line}: {step}: is in the file twice")
            seen.add(step)
            lines[(*path, step)] = line
            _walk(name, value, (*path, step), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _walk(name, item, (*path, index), lines)
