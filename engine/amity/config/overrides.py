"""``AMITY__SECTION__KEY=value``: any key of the configuration from the environment."""

import re
from collections.abc import Mapping
from typing import Any, Final

from amity.config.tree import Path_, Problem, Resolve, Tree, parse

__all__ = ["apply_overrides"]

PREFIX: Final = "AMITY__"
# YAML takes the bracket of an IPv6 address for a list; in a variable nobody thinks of quotes.
_IPV6_BIND: Final = re.compile(r"\[[0-9A-Fa-f:.]+\]:[0-9]+")


def apply_overrides(tree: Tree, environ: Mapping[str, str], resolve: Resolve) -> None:
    """Put every ``AMITY__…`` variable into the tree; values are YAML, numbers count list items.

    A name is looked for among the keys that are there without regard to case, else taken in lower
    case: variables are written in capitals, keys are not.
    """
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        steps = name.removeprefix(PREFIX).split("__")
        if not all(steps):
            tree.problems.append(Problem(name, (), "is not the name of a key"))
            continue
        _set(tree, name, steps, environ[name], resolve)


def _set(tree: Tree, name: str, steps: list[str], value: str, resolve: Resolve) -> None:
    here: Any = tree.value
    path: Path_ = ()
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        key: str | int
        if isinstance(here, list):
            if not step.isascii() or not step.isdigit() or int(step) > len(here):
                message = f"{step} is no item of this list, which has {len(here)}"
                tree.problems.append(Problem(name, (), message))
                return
            key = int(step)
            if key == len(here):
                here.append(None)
        elif isinstance(here, dict):
            key = next((k for k in here if k.lower() == step.lower()), step.lower())
        else:
            tree.problems.append(Problem(name, (), "goes below a key that holds a plain value"))
            return
        path = (*path, key)
        if last:
            _forget(tree, path)
            if _IPV6_BIND.fullmatch(value):
                value = f'"{value}"'
            here[key] = parse(tree, value, resolve, path=path, place=name)
            tree.places[path] = name
            return
        below = here[key] if isinstance(key, int) else here.get(key)
        if below is None:
            below = here[key] = {}
            tree.places[path] = name
        here = below


def _forget(tree: Tree, path: Path_) -> None:
    """Drop what is known of a value that is being replaced."""

    def below(other: Path_) -> bool:
        return other[: len(path)] == path

    for other in [p for p in tree.places if below(p)]:
        del tree.places[other]
    tree.secrets.difference_update([p for p in tree.secrets if below(p)])
    tree.missing[:] = [p for p in tree.missing if not below(p.path)]
