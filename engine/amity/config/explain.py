"""Turns pydantic's errors into sentences with file, line and key, and guesses what was meant."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from amity.config.tree import Path_, Problem, Tree
from amity.errors import ConfigError

__all__ = ["explain", "failure", "guess", "looks_secret", "raise_for", "validate"]

Model = TypeVar("Model", bound=BaseModel)

_SECRET: Final = re.compile(
    r"(^|_)(key|api_?key|token|secret|password|passwd|code|credentials?|authorization)$",
    re.IGNORECASE,
)

_TELLING: Final = 4
"""So many characters of a secret, in a row, are too many to show."""

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "dict_type": "must hold keys of its own",
    "model_type": "must hold keys of its own",
    "model_attributes_type": "must hold keys of its own",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "string_pattern_mismatch": "is not written in the form that is wanted here",
}


def validate(
    tree: Tree,
    path: Path_,
    value: Any,
    model: type[Model],
    problems: list[Problem],
    *,
    context: Mapping[str, Any] | None = None,
) -> Model | None:
    """Validate a value of the tree; what is wrong is added to ``problems``."""
    try:
        return model.model_validate({} if value is None else value, context=context)
    except ValidationError as error:
        problems += explain(tree, path, error, model)
        return None


def explain(
    tree: Tree, path: Path_, error: ValidationError, model: type[BaseModel]
) -> list[Problem]:
    """Return one problem for each thing that is wrong, in the order of the file."""
    details = error.errors(include_url=False, include_input=False)
    found: dict[Path_, Problem] = {}
    meant: set[Path_] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            problem, guessed = _unknown_key(tree, path, detail, model)
            found[problem.path] = problem
            if guessed is not None:
                meant.add(guessed)
    for detail in details:
        where = _written(tree, path, detail)
        # What was misspelt is not missing as well.
        if detail["type"] == "extra_forbidden" or where in meant:
            continue
        sentence = _sentence(tree, where, detail)
        before = found.get(where)
        if before is not None and sentence not in before.message.split(", or "):
            sentence = f"{before.message}, or {sentence}"
        found[where] = tree.problem(where, sentence)
    return list(found.values())


def _written(tree: Tree, base: Path_, detail: ErrorDetails) -> Path_:
    """Return the path of the key: pydantic's also names branches of unions, which no file has."""
    here: Any = tree.value
    for key in base:
        known = isinstance(here, dict) and key in here
        here = here[key] if known or isinstance(here, list) else None
    path = base
    names_a_key = detail["type"] in {"missing", "extra_forbidden"}
    for number, step in enumerate(detail["loc"]):
        last = number == len(detail["loc"]) - 1
        if isinstance(here, dict) and (step in here or (last and names_a_key)):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        path = (*path, step)
    return path


def _sentence(tree: Tree, path: Path_, detail: ErrorDetails) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        words = str(context.get("error", "is not valid"))
        secret = tree.is_secret(path) or (path and looks_secret(path[-1]))
        return "is not valid" if secret and _quotes(words, tree.at(path)) else words
    if sentence := _SENTENCES.get(kind):
        return sentence.format(**context)
    message = detail["msg"].removeprefix("Input ").removeprefix("Value ")
    return message[:1].lower() + message[1:]


def _quotes(words: str, value: Any) -> bool:
    """Say whether a validator's words might hold a part of a value."""
    if not isinstance(value, str):
        return True
    said, held = words.casefold(), value.casefold()
    pieces = [held[at : at + _TELLING] for at in range(max(1, len(held) - _TELLING + 1))]
    return any(piece and piece in said for piece in pieces)


def _unknown_key(
    tree: Tree, path: Path_, detail: ErrorDetails, model: type[BaseModel]
) -> tuple[Problem, Path_ | None]:
    where = _written(tree, path, detail)
    known = _fields_at(model, detail["loc"][:-1])
    close = guess(str(where[-1]), known)
    sentence = "unknown key" + (f' (did you mean "{close}"?)' if close else "")
    return tree.problem(where, sentence), (*where[:-1], close) if close else None


def looks_secret(key: str | int) -> bool:
    """Say whether a key's name is that of a secret, such as ``api_key`` or ``token``."""
    return isinstance(key, str) and _SECRET.search(key) is not None


def guess(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    close = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def _fields_at(model: Any, location: Sequence[str | int]) -> set[str]:
    """Return the keys that a model takes at a location, through lists, mappings and unions."""
    here = [model]
    for step in location:
        here = [below for kind in here for below in _below(kind, step)]
    models = [m for kind in here for m in _models(kind)]
    return {name for m in models for name in m.model_fields}


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [m for part in get_args(kind) for m in _models(part)]


def _below(kind: Any, step: str | int) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return [field.annotation] if field else []
    if get_origin(kind) in {list, tuple, set, frozenset, dict}:
        return [part for part in get_args(kind) if part is not ...]
    return [below for part in get_args(kind) for below in _below(part, step)]


def failure(problems: Sequence[Problem]) -> ConfigError:
    """Return all problems as one error, one line each, in the order of the file."""
    return ConfigError("\n".join(dict.fromkeys(str(p) for p in sorted(problems, key=_order))))


def raise_for(problems: Sequence[Problem]) -> None:
    """Raise a ``ConfigError`` if there is a problem."""
    if problems:
        raise failure(problems)


def _order(problem: Problem) -> tuple[str, int]:
    label, _, line = problem.place.rpartition(":")
    return (label, int(line)) if line.isdigit() else (problem.place, 0)
