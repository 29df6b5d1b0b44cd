"""A YAML file as plain values, each with the place where it was written.

Scalars follow YAML 1.2's core schema, not 1.1's: ``no`` is a word (and Norway), ``22:30`` is not
a number, a date stays text. Keys given twice are refused. Aliases work, but what they expand to
is counted, so that a small file cannot become a large one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from amity.defaults.files import MAX_BYTES, MAX_DEPTH, MAX_VALUES

__all__ = ["Path_", "Problem", "Tree", "dotted", "parse"]

Path_ = tuple[str | int, ...]

_TAG: Final = "this YAML tag is not used here; write a plain value"


class _Loader(yaml.SafeLoader):
    """Composes nodes; what a plain scalar means is said below."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's own name and shape


_PLAIN: Final = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
)
for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"^(?:{_pattern})$"),
        [("" if letter == "\0" else letter) for letter in _first],
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where it is written, which key it is, and a sentence."""

    place: str
    path: Path_
    message: str

    def __str__(self) -> str:
        key = dotted(self.path)
        return ": ".join(part for part in (self.place, key, self.message) if part)


@dataclass(slots=True)
class Tree:
    """Plain values with their places.

    Attributes:
        label: What the source is called in messages, such as ``amity.yaml``.
        value: The values, as mappings, lists and scalars.
        places: Where each path is written, such as ``amity.yaml:12``.
        secrets: Paths whose value came out of a variable or a file.
        missing: What a ``${…}`` did not find. Separate, because a disabled channel may lack its.
        problems: What is wrong.
    """

    label: str
    value: dict[str, Any] = field(default_factory=dict, repr=False)
    places: dict[Path_, str] = field(default_factory=dict, repr=False)
    secrets: set[Path_] = field(default_factory=set)
    missing: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_) -> str:
        """Return the place of a path, or of the nearest of its parents that is written down."""
        for end in range(len(path), -1, -1):
            if found := self.places.get(path[:end]):
                return found
        return self.label

    def problem(self, path: Path_, message: str) -> Problem:
        """Make a problem at the place of a path."""
        return Problem(self.place(path), path, message)

    def at(self, path: Path_) -> Any:
        """Return the value at a path; ``None`` if there is none."""
        here: Any = self.value
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def is_secret(self, path: Path_) -> bool:
        """Say whether a value, or one that it lies in, came out of a variable or file."""
        return any(path[:end] in self.secrets for end in range(len(path) + 1))


def dotted(path: Path_) -> str:
    """Write a path as ``channels[0].token``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


Resolve = Callable[[str], tuple[str, bool]]
"""Replaces ``${…}`` in a text and says whether there was any; raises ``LookupError``."""


class _Builder:
    def __init__(self, tree: Tree, resolve: Resolve, place: str | None) -> None:
        self._tree = tree
        self._resolve = resolve
        self._place = place
        self._count = 0
        self._open: set[int] = set()

    def build(self, node: yaml.Node, path: Path_) -> Any:
        self._count += 1
        if self._count > MAX_VALUES or len(path) > MAX_DEPTH or id(node) in self._open:
            raise _TooMuch(node)
        self._tree.places.setdefault(path, self._where(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._open.add(id(node))
        try:
            if not node.tag.endswith((":map", ":seq")):
                self._wrong(node, path, _TAG)
                return None
            if isinstance(node, yaml.SequenceNode):
                return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _where(self, node: yaml.Node) -> str:
        return self._place or f"{self._tree.label}:{node.start_mark.line + 1}"

    def _wrong(self, node: yaml.Node, path: Path_, message: str) -> None:
        self._tree.problems.append(Problem(self._where(node), path, message))

    def _mapping(self, node: yaml.Node, path: Path_) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag.endswith(":merge"):
                sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for source in reversed(sources):
                    taken = self.build(source, path)
                    if isinstance(taken, dict):
                        merged.update(taken)
                    else:
                        self._wrong(key, path, "<< takes a mapping")
                continue
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, path, "a key must be a word")
                continue
            here = (*path, str(key.value))
            if key.value in own:
                self._wrong(key, here, "this key is given twice")
                continue
            # A key's own line says more than that of a value some lines below it, and an own key
            # takes the place of a merged one.
            self._tree.places[here] = self._where(key)
            own[str(key.value)] = self.build(value, here)
        return merged | own

    def _scalar(self, node: yaml.ScalarNode, path: Path_) -> Any:
        text: str = node.value
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if len(text) <= 40:
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            case "float":
                return float(text)
            case "str" | "int":
                return self._text(text, node, path)
            case _:
                self._wrong(node, path, _TAG)
                return None

    def _text(self, text: str, node: yaml.Node, path: Path_) -> str:
        if "$" not in text:
            return text
        try:
            resolved, found = self._resolve(text)
        except LookupError as error:
            self._tree.missing.append(Problem(self._where(node), path, str(error.args[0])))
            return ""
        if found:
            self._tree.secrets.add(path)
        return resolved


class _TooMuch(Exception):
    def __init__(self, node: yaml.Node) -> None:
        super().__init__()
        self.line = node.start_mark.line + 1


def parse(
    tree: Tree, text: str, resolve: Resolve, *, path: Path_ = (), place: str | None = None
) -> Any:
    """Read YAML into plain values, noting places, secrets and problems in ``tree``.

    Args:
        tree: Where to note them; its ``value`` is left alone.
        text: The YAML.
        resolve: What to do with ``${…}`` in texts.
        path: Where the values belong.
        place: One place for all of it, for a text that is not a file.
    """

    def wrong(line: int | None, message: str) -> None:
        at = place or (f"{tree.label}:{line}" if line else tree.label)
        tree.problems.append(Problem(at, path, message))

    if len(text) > MAX_BYTES:
        wrong(None, f"is larger than {MAX_BYTES // 1024} KiB")
        return None
    try:
        node = yaml.compose(text, _Loader)
        return None if node is None else _Builder(tree, resolve, place).build(node, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wrong(mark.line + 1 if mark else None, f"is not valid YAML: {error.problem or 'broken'}")
    except yaml.YAMLError:
        wrong(None, "is not valid YAML: it holds a character that YAML does not allow")
    except _TooMuch as error:
        wrong(error.line, "aliases or nesting make this more than a configuration can be")
    except RecursionError:
        wrong(None, "is nested too deeply")
    return None
