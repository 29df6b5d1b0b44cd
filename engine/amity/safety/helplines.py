"""Which helplines and emergency numbers to show to someone in a country.

The country comes from the person's own settings, never from a network address. Where it is not
known, the text shows the directories and asks for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from amity.defaults.files import DataFile, builtin, read_yaml
from amity.locales import Locales

__all__ = ["Directory", "Help", "Helplines", "Service"]

# As many as someone in distress can take in; the directories list the rest.
_SHOWN: Final = 4
_ADULT_KINDS: Final = ("suicide_crisis", "emotional_support")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Service(_Model):
    """One helpline, as the table has it."""

    name: str
    name_local: str | None = None
    kind: str
    phones: tuple[str, ...] = ()
    text: str | None = None
    chat: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    free: bool = False
    date: str
    sources: tuple[str, ...] = ()


class _Emergency(_Model):
    numbers: tuple[str, ...]
    also: str | None = None
    sources: tuple[str, ...] = ()


class _Country(_Model):
    names: dict[str, str]
    aliases: tuple[str, ...] = ()
    emergency: _Emergency | None = None
    services: tuple[Service, ...] = ()


class Directory(_Model):
    """A directory of helplines in all countries."""

    name: str
    url: str


class _Table(_Model):
    schema_version: Annotated[int, Field(ge=1, le=1)] = 1
    compiled: str = ""
    source_keys: dict[str, str] = {}
    directories: tuple[Directory, ...] = ()
    countries: dict[str, _Country] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What to show.

    Attributes:
        country: The ISO 3166 code, or ``None`` where it is not known.
        emergency: Emergency numbers; empty where none is confirmed.
        services: Helplines, the best fitting first.
        directories: Where to look further.
        checked: The oldest date of what is known about these services, as ``2026-06-02``.
    """

    country: str | None
    emergency: tuple[str, ...]
    services: tuple[Service, ...]
    directories: tuple[Directory, ...]
    checked: str | None


class Helplines:
    """The table of helplines, the operator's own over the one that ships."""

    def __init__(self, table: _Table, extra: _Table | None = None) -> None:
        extra = extra or _Table()
        self._countries = {**table.countries, **extra.countries}
        self._directories = extra.directories or table.directories
        self._codes = _names(self._countries)
        self._dotted = _dotted(self._countries)

    @classmethod
    def load(cls, override: Traversable | None = None) -> "Helplines":
        """Read the table that ships, and an operator's file, which replaces whole countries.

        Raises:
            ConfigError: A file is not of the table's form.
        """
        table = _read(builtin("helplines.yaml"))
        return cls(table, _read(override) if override is not None else None)

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of all countries of the table."""
        return tuple(self._countries)

    def parse_country(self, text: str) -> str | None:
        """Return the code of a country that a person names, in its own, English or Russian words.

        A code of two letters counts in capitals only, since "it" and "in" are words; "NO" never
        does, which is an answer. ``None`` if the text is anything else than a name or code.
        """
        if len(text) > 60:
            return None
        words = _fold(text)
        lead = next((start for start in _LEADS if words.startswith(start)), "")
        for rest in (words, words.removeprefix(lead)):
            if rest in self._codes:
                return self._codes[rest]
        dotted = text.casefold().strip(" .,!")
        if dotted in self._dotted:
            return self._dotted[dotted]
        last = text.rstrip(" .,!?)").rpartition(" ")[2]
        alone = words.removeprefix(lead) == last.casefold()
        return last if alone and last in self._countries and last.casefold() not in _NO else None

    def declines(self, text: str) -> bool:
        """Tell whether a text says that somebody does not want to name their country."""
        return len(text) <= 60 and _fold(text) in _NO

    def country_name(self, code: str, language: str) -> str:
        """Return what a country is called in a language; English, else the code, stand in."""
        country = self._countries.get(code)
        if country is None:
            return code
        primary = language.partition("-")[0]
        return country.names.get(primary) or country.names.get("en") or code

    def country_from_settings(self, country: str | None) -> str | None:
        """Return the code of the country set by the person, if the table knows it.

        Here codes count in small letters too, except "no".
        """
        if not country:
            return None
        code = country.strip()
        if code.upper() in self._countries and (code.isupper() or not self.declines(code)):
            return code.upper()
        return self.parse_country(country)

    def for_country(self, code: str | None, language: str = "en", *, young: bool = False) -> Help:
        """Return what to show in a country.

        Args:
            code: The country's code; ``None`` and unknown codes get the directories.
            language: What the person speaks: lines that speak it come first.
            young: Put lines for children and young people first, for somebody under 18.
        """
        known = self._countries.get(code) if code else None
        if known is None:
            return Help(
                country=code,
                emergency=(),
                services=(),
                directories=self._directories,
                checked=None,
            )
        services = _best(known.services, language.partition("-")[0], young=young)
        return Help(
            country=code,
            emergency=known.emergency.numbers if known.emergency else (),
            services=services,
            directories=self._directories,
            checked=min(_dates(services), default=None),
        )

    def text(self, shown: Help, language: str, locales: Locales, *, again: bool = False) -> str:
        """Return the caring words and the helplines, as Markdown.

        Args:
            shown: What ``for_country`` returned.
            language: The language to speak.
            locales: The texts.
            again: The person got the whole text already in this conversation.
        """
        opening = "crisis.opening.again" if again else "crisis.opening"
        parts = [locales.text(language, opening), *self._numbers(shown, language, locales)]
        parts.append(locales.text(language, "crisis.closing"))
        return "\n\n".join(parts)

    def pointer(self, shown: Help, language: str, locales: Locales) -> str:
        """Return the helplines for /help, without the words for someone in a crisis."""
        parts = [
            locales.text(language, "help.crisis"),
            *self._numbers(shown, language, locales),
        ]
        return "\n\n".join(parts)

    def anywhere(self, language: str, locales: Locales) -> str:
        """Return what helps where the country stays untold; it is not asked for again."""
        shown = self.for_country(None, language)
        parts = self._numbers(shown, language, locales, ask=False)
        return "\n\n".join([locales.text(language, "crisis.country_untold"), *parts])

    def _numbers(
        self, shown: Help, language: str, locales: Locales, *, ask: bool = True
    ) -> list[str]:
        def say(key: str, **values: str) -> str:
            return locales.text(language, key, **values)

        country = self.country_name(shown.country, language) if shown.country else ""
        parts = [
            say("crisis.danger", numbers=" / ".join(shown.emergency))
            if shown.emergency
            else say("crisis.danger.unknown")
        ]
        if shown.services:
            parts.append(say("crisis.lines", country=country))
            lines = [_line(service, language, locales) for service in shown.services]
            parts.append("\n".join(lines))
            parts.append(say("crisis.directories"))
        elif shown.country:
            parts.append(say("crisis.lines.none", country=country))
        else:
            parts.append(say("crisis.lines.unknown"))
        parts.append(
            "\n".join(say("crisis.directory", name=d.name, url=d.url) for d in shown.directories)
        )
        if not shown.country and ask:
            parts.append(say("crisis.ask_country"))
        elif shown.checked:
            parts.append(say("crisis.checked", date=shown.checked))
        return parts


_LEADS: Final = (
    "i live in ", "i am in ", "im in ", "i am from ", "im from ", "from ", "in ", "country ",
    "my country is ", "its ", "я из ", "я в ", "из ", "в ", "страна ", "моя страна ",
)  # fmt: skip

# Words of every day that are codes or other names of countries too, in any table.
_WORDS: Final = frozenset(
    [
        "am",
        "as",
        "at",
        "be",
        "by",
        "do",
        "he",
        "hi",
        "id",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "of",
        "oh",
        "ok",
        "on",
        "or",
        "so",
        "to",
        "up",
        "us",
        "we",
        "да",
        "не",
        "ни",
        "но",
        "ну",
        "он",
        "она",
        "оно",
        "мы",
        "вы",
        "я",
        "ты",
        "ну",
    ]
)
_NO: Final = frozenset(
    {
        *("no", "nope", "nah", "no thanks", "no thank you", "rather not", "id rather not"),
        *("no country", "no comment", "i dont want to", "i dont want to say", "id rather not say"),
        *("i wont say", "not telling", "none", "never mind", "no please", "no no", "no i dont"),
        *("нет", "не", "неа", "не надо", "не хочу", "не скажу", "нет спасибо", "не хочу говорить"),
        *("не буду", "не важно", "неважно", "нет не скажу", "нет не хочу", "нет нет"),
    }
)


def _fold(text: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign == " " else _gone(sign) for sign in text)
    return " ".join(kept.casefold().replace("ё", "е").split())


def _gone(sign: str) -> str:
    return "" if sign in "'’." else " "


def _names(countries: Mapping[str, _Country]) -> dict[str, str]:
    names: dict[str, str] = {}
    for code, country in countries.items():
        for name in (*country.names.values(), *country.aliases):
            if _fold(name) not in _WORDS:
                names[_fold(name)] = code
    for form, code in _cases(countries):
        names.setdefault(form, code)
    return names


def _dotted(countries: Mapping[str, _Country]) -> dict[str, str]:
    """Names that are words without their dots: "U.S." is one, and "us" is not."""
    return {
        name.casefold().strip("."): code
        for code, country in countries.items()
        for name in country.aliases
        if "." in name.strip(".")
    }


def _cases(countries: Mapping[str, _Country]) -> Iterable[tuple[str, str]]:
    """Russian names after "из" and "в": России, Германии, Китая, Польше."""
    for code, country in countries.items():
        name = _fold(country.names.get("ru", ""))
        if " " in name or not name:
            continue
        if name.endswith("ия"):
            yield name[:-1] + "и", code
        elif name.endswith("а"):
            stem = name[:-1]
            yield from ((stem + "ы", code), (stem + "и", code), (stem + "е", code))
        elif name.endswith("я"):
            yield from ((name[:-1] + "и", code), (name[:-1] + "е", code))
        elif name.endswith("ь"):
            yield from ((name[:-1] + "я", code), (name[:-1] + "и", code), (name[:-1] + "е", code))
        elif name.endswith("й"):
            yield from ((name[:-1] + "я", code), (name[:-1] + "е", code))
        else:
            yield from ((name + "а", code), (name + "е", code))


def _best(services: Iterable[Service], language: str, *, young: bool) -> tuple[Service, ...]:
    kinds = ("youth", *_ADULT_KINDS) if young else _ADULT_KINDS

    def rank(service: Service) -> tuple[bool, int]:
        speaks = not service.languages or language in service.languages
        return (not speaks, kinds.index(service.kind))

    fitting = [service for service in services if service.kind in kinds]
    if young:
        # A youth line in another language still comes before an adult line in theirs.
        return tuple(sorted(fitting, key=lambda s: (s.kind != "youth", *rank(s)))[:_SHOWN])
    # Where there are more lines that speak their language than fit, the others only take room.
    return tuple(sorted(fitting, key=rank)[:_SHOWN])


def _dates(services: Iterable[Service]) -> list[str]:
    # Some sources bear no date; theirs is a word.
    return [service.date[:10] for service in services if service.date[:4].isdigit()]


def _line(service: Service, language: str, locales: Locales) -> str:
    def say(key: str, **values: str) -> str:
        return locales.text(language, key, **values)

    contacts = [f"**{phone}**" for phone in service.phones]
    if service.text:
        contacts.append(say("crisis.line.text", text=service.text))
    if service.chat:
        contacts.append(say("crisis.line.chat", url=service.chat))
    details = []
    if service.hours:
        always = service.hours == "24/7"
        details.append(say("crisis.hours.always") if always else service.hours)
    if service.free:
        details.append(say("crisis.free"))
    name = service.name
    if service.name_local and service.name_local != name:
        spoken = language.partition("-")[0]
        native = spoken != "en" and service.languages[:1] == (spoken,)
        name = service.name_local if native else f"{name} ({service.name_local})"
    return say(
        "crisis.line",
        name=name,
        contacts=", ".join(contacts),
        details=f" ({', '.join(details)})" if details else "",
    )


def _read(file: Traversable) -> _Table:
    data = read_yaml(file)
    if not isinstance(data.data, dict):
        raise data.error((), "a table of helplines is a mapping; see defaults/helplines.yaml")
    try:
        return _Table.model_validate(_tuples(data.data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise _told(data, first["loc"], first["msg"]) from None


def _told(data: DataFile, path: tuple[int | str, ...], message: str) -> Exception:
    return data.error(path, message[:1].lower() + message[1:])


def _tuples(value: Any) -> Any:
    """YAML has lists where strict models want tuples."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {str(key): _tuples(item) for key, item in value.items()}
    return value
