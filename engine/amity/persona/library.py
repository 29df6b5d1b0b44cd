"""Reading personas, so that each mistake is told by file, line and key."""

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from amity.defaults.files import DataFile, builtin, read_yaml, yaml_files
from amity.errors import ConfigError
from amity.invisible import INVISIBLE
from amity.persona.judge import fault_of
from amity.persona.model import MACRO, Example, Gender, Persona, Rating

__all__ = ["PersonaLibrary", "read_persona"]

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
# What says more than that no form of a union fits.
_TELLING: Final = frozenset({"empty", "control", "too_short", "string_too_long"})
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")

_NO_MACRO: Final = "a name cannot hold {{char}} or {{user}}: write the name itself"


def _visible(text: str) -> str:
    text = text.strip()
    if not INVISIBLE.sub("", text).strip():
        raise PydanticCustomError("empty", "is empty; write a text, or leave the key out")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\r" for sign in text):
        raise PydanticCustomError("control", "holds a control character; take it out")
    return text


_Visible = AfterValidator(_visible)
Line = Annotated[str, Field(max_length=200), _Visible]
Prose = Annotated[str, Field(max_length=8_000), _Visible]
Reply = Annotated[str, Field(max_length=2_000), _Visible]
T = TypeVar("T")
ByLanguage = Annotated[dict[str, T], Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Example(_Model):
    user: Reply
    char: Reply


class _PersonaFile(_Model):
    """The form of a persona file; every text may also be a mapping of languages to texts."""

    id: str | None = None
    name: Line | ByLanguage[Line]
    gender: Gender = Gender.NEUTRAL
    age: Annotated[int, Field(strict=True)]
    about: Line | ByLanguage[Line]
    character: Prose | ByLanguage[Prose]
    speech: Prose | dict[str, Prose] = {}
    interests: list[Line] | dict[str, list[Line]] = {}
    greeting: Reply | ByLanguage[Reply]
    boundaries: list[Reply] | dict[str, list[Reply]] = {}
    examples: list[_Example] | dict[str, list[_Example]] = {}
    model: Line | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    languages: list[str] = []
    rating: Rating = Rating.GENERAL


class PersonaLibrary(Mapping[str, Persona]):
    """All personas of an installation by id, in the order of their ids."""

    def __init__(self, personas: Mapping[str, Persona]) -> None:
        self._personas = dict(sorted(personas.items()))

    @classmethod
    def load(cls, folder: Traversable | None = None, *, defaults: bool = True) -> "PersonaLibrary":
        """Read the personas that ship, then the operator's folder, whose ids replace theirs.

        Raises:
            ConfigError: A file is no good persona, or two files of the folder have one id.
        """
        personas: dict[str, Persona] = {}
        if defaults:
            for file in yaml_files(builtin("personas")):
                persona = read_persona(file)
                personas[persona.id] = persona
        own: dict[str, str] = {}
        for file in yaml_files(folder) if folder is not None else []:
            persona = read_persona(file)
            if persona.id in own:
                raise ConfigError(f"{file.name}: id {persona.id} is that of {own[persona.id]} too")
            own[persona.id] = file.name
            personas[persona.id] = persona
        return cls(personas)

    def __getitem__(self, key: str) -> Persona:
        return self._personas[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._personas)

    def __len__(self) -> int:
        return len(self._personas)

    def find(self, word: str) -> Persona | None:
        """Return the persona that a person names by its id or its name in any language."""
        wanted = word.strip().casefold()
        for persona in self._personas.values():
            names = (persona.id, *persona.names.values())
            if wanted in {name.casefold() for name in names}:
                return persona
        return None


def read_persona(file: Traversable) -> Persona:
    """Read one persona.

    Raises:
        ConfigError: The file is no good persona; the message names file, line and key.
    """
    data = read_yaml(file)
    if not isinstance(data.data, dict):
        raise data.error((), "a persona is a mapping of keys such as name, age and character")
    unknown = [str(key) for key in data.data if str(key) not in _PersonaFile.model_fields]
    if unknown:
        raise data.error((unknown[0],), _unknown(unknown[0], list(_PersonaFile.model_fields)))
    try:
        checked = _PersonaFile.model_validate(data.data)
    except ValidationError as error:
        raise _first(data, error) from None
    persona = _persona(data, checked, file.name.rpartition(".")[0])
    _refuse_what_no_persona_may_be(data, persona)
    return persona


def _persona(data: DataFile, checked: _PersonaFile, stem: str) -> Persona:
    if checked.age < 18:
        raise data.error(("age",), "a persona is an adult: 18 or over")
    name = checked.id or stem.lower()
    if not _ID.fullmatch(name):
        raise data.error(("id",), "an id is made of a-z, 0-9, - and _, at most 32 of them")
    listed = tuple(checked.languages)
    spoken = listed or tuple(checked.greeting if isinstance(checked.greeting, dict) else ("en",))
    first = spoken[0]

    def by_language(value: Any) -> Mapping[str, Any]:
        return value if isinstance(value, dict) else {first: value}

    for tag in listed:
        if not _TAG.fullmatch(tag):
            raise data.error(("languages",), f"{tag!r} is no language tag such as en or pt-BR")
    for key in ("name", "about", "character", "speech", "interests", "greeting", "boundaries"):
        value = getattr(checked, key)
        for tag in value if isinstance(value, dict) else ():
            if not _TAG.fullmatch(tag):
                raise data.error((key, tag), "is no language tag such as en or pt-BR")
    content = json.dumps(checked.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return Persona(
        id=name,
        version=hashlib.sha256(f"{name}\n{content}".encode()).hexdigest()[:12],
        names=_frozen(by_language(checked.name)),
        gender=checked.gender,
        age=checked.age,
        about=_frozen(by_language(checked.about)),
        character=_frozen(by_language(checked.character)),
        speech=_frozen(by_language(checked.speech)),
        interests=_frozen(by_language(checked.interests)),
        greeting=_frozen(by_language(checked.greeting)),
        boundaries=_frozen(by_language(checked.boundaries)),
        examples=_frozen(
            {
                tag: tuple(
                    Example(user=line.user.strip(), char=line.char.strip()) for line in lines
                )
                for tag, lines in by_language(checked.examples).items()
            }
        ),
        languages=spoken,
        rating=checked.rating,
        model=checked.model,
        temperature=checked.temperature,
    )


def _frozen(values: Mapping[str, Any]) -> Mapping[str, Any]:
    def settled(value: Any) -> Any:
        if isinstance(value, str):
            return value.strip()
        return tuple(item.strip() if isinstance(item, str) else item for item in value)

    return MappingProxyType({tag: settled(value) for tag, value in values.items()})


def _refuse_what_no_persona_may_be(data: DataFile, persona: Persona) -> None:
    """Promises P09 and P16 hold whatever a persona file says, so one against them is refused."""
    for tag, name in persona.names.items():
        if MACRO.search(name):
            raise data.error(_written(data, "name", tag), _NO_MACRO)
    fault = fault_of(persona)
    if fault is not None:
        key, tag, sentence = fault
        raise data.error(_written(data, key, tag), sentence)


def _written(data: DataFile, key: str, tag: str) -> tuple[str, ...]:
    return (key, tag) if (key, tag) in data.lines else (key,)


def _unknown(key: str, known: list[str]) -> str:
    guess = difflib.get_close_matches(key, known, n=1)
    return "is no key of a persona" + (f"; did you mean {guess[0]}?" if guess else "")


def _first(data: DataFile, error: ValidationError) -> ConfigError:
    """Tell the first mistake. A union of forms reports each; the deepest one knows most."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    key = found[0]["loc"][:1]
    same = [each for each in found if each["loc"][:1] == key]
    deepest = max(same, key=lambda each: len(each["loc"]))
    told = next((each for each in same if each["type"] in _TELLING), None)
    deepest = told or deepest
    path = tuple(
        step for step in deepest["loc"] if isinstance(step, int) or (step,) == key or _is_key(step)
    )
    message = deepest["msg"][:1].lower() + deepest["msg"][1:]
    if deepest["type"] == "too_short":
        message = "is empty; write a text, or leave the key out"
    if deepest["type"] == "missing" and len(path) == 1:
        message = "is missing"
    if deepest["type"] == "extra_forbidden":
        message = _unknown(str(path[-1]), ["user", "char"])
    return data.error(path, message)


def _is_key(step: str) -> bool:
    # Pydantic puts the name of a union's branch into the path: `list[_Example]`, `dict[str,…]`.
    return not any(sign in step for sign in "[](") and step not in {"str", "constrained-str"}
