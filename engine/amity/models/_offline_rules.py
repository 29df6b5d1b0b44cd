"""The offline voice's rules, read from YAML and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from amity.defaults.files import DataFile, builtin, read_yaml, yaml_files

__all__ = ["Memory", "Rule", "Voice", "load_voices", "read_voice"]

_MARK: Final = re.compile(r"\{(\w*)\}")
_KNOWN: Final = frozenset({"name", "call", "interest", "about", "ask", "x"})

Sayings = Annotated[tuple[str, ...], Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RuleFile(_Model):
    id: str
    rank: Annotated[int, Field(ge=0, le=100)]
    match: Annotated[tuple[str, ...], Field(min_length=1)]
    say: Sayings


class _MemoryFile(_Model):
    id: str
    match: str
    about: str
    ask: str


class _VoiceFile(_Model):
    intro: str
    asked: Sayings
    heavy: Sayings
    refuse: Sayings
    rules: Annotated[tuple[_RuleFile, ...], Field(min_length=1)]
    memories: tuple[_MemoryFile, ...] = ()
    recall: Sayings
    fallback: Sayings
    reflect: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: of those that match, the one of the highest rank answers."""

    id: str
    rank: int
    match: re.Pattern[str]
    say: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Something to come back to: when it was mentioned, and what to ask about it."""

    id: str
    match: re.Pattern[str]
    about: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The voice in one language. See ``defaults/voice/en.yaml`` for what each field does."""

    language: str
    intro: str
    asked: tuple[str, ...]
    heavy: tuple[str, ...]
    refuse: tuple[str, ...]
    rules: tuple[Rule, ...]
    memories: tuple[Memory, ...]
    recall: tuple[str, ...]
    fallback: tuple[str, ...]
    reflect: Mapping[str, str]


def load_voices(folder: Traversable | None = None) -> dict[str, Voice]:
    """Read every language of the voice, by its tag.

    Raises:
        ConfigError: A file is not of the form, or one of its patterns is none.
    """
    files = yaml_files(folder if folder is not None else builtin("voice"))
    return {voice.language: voice for voice in map(read_voice, files)}


def read_voice(file: Traversable) -> Voice:
    """Read the voice in one language.

    Raises:
        ConfigError: The file is not of the form, or one of its patterns is none.
    """
    data = read_yaml(file)
    try:
        checked = _VoiceFile.model_validate(data.data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise data.error(first["loc"], first["msg"]) from None
    _check_marks(data, data.data, ())
    rules = [
        Rule(
            id=rule.id,
            rank=rule.rank,
            match=_joined(data, ("rules", at), rule.match),
            say=rule.say,
        )
        for at, rule in enumerate(checked.rules)
    ]
    for at, rule in enumerate(rules):
        if "x" not in rule.match.groupindex and any("{x}" in saying for saying in rule.say):
            raise data.error(("rules", at), "says {x} without catching it by (?P<x>…)")
    return Voice(
        language=file.name.rpartition(".")[0],
        intro=checked.intro,
        asked=checked.asked,
        heavy=checked.heavy,
        refuse=checked.refuse,
        rules=tuple(sorted(rules, key=lambda rule: -rule.rank)),
        memories=tuple(
            Memory(
                id=memory.id,
                match=_joined(data, ("memories", at), (memory.match,)),
                about=memory.about,
                ask=memory.ask,
            )
            for at, memory in enumerate(checked.memories)
        ),
        recall=checked.recall,
        fallback=checked.fallback,
        reflect=checked.reflect,
    )


def _joined(
    data: DataFile, path: tuple[str | int, ...], patterns: tuple[str, ...]
) -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    except re.error as error:
        raise data.error((*path, "match"), f"not a pattern: {error.msg}") from None


def _check_marks(data: DataFile, value: Any, path: tuple[str | int, ...]) -> None:
    """A mark that nothing fills in would be shown to people."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "match":
                _check_marks(data, item, (*path, str(key)))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            _check_marks(data, item, (*path, at))
    elif isinstance(value, str):
        for name in _MARK.findall(value):
            if name not in _KNOWN:
                raise data.error(path, f"{{{name}}} is filled in by nothing")
