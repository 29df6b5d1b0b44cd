"""The texts, by language and key.

A language is one YAML file named by its BCP 47 tag (``ru.yaml``, ``pt-BR.yaml``), flat: a key, and
a text with ``{placeholders}``. Where a number decides the wording, the entry is a mapping of plural
forms, chosen by the value ``count``. ``{messages:count.messages}`` puts in another entry, with
``messages`` as its ``count``. A language may leave keys out: English stands in.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from amity.defaults.files import DataFile, read_yaml, yaml_files
from amity.locales.plurals import FORMS, plural_form

__all__ = ["Locales", "Values"]

Values = str | int
Entry = str | Mapping[str, str]

_LOG = logging.getLogger(__name__)
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)(?::([a-z_.]+))?\}")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# Shown where a key is missing in English too: an error of ours that a person must not see as a key.
_LAST_RESORT: Final = "Something went wrong on our side. Please try again, or write /help."


class Locales:
    """Every text of the program in every language it has.

    Args:
        tables: The entries by language tag; ``en`` must be among them.
        first: What is spoken with whoever's language is not known or not here.
        strict: A missing key or value raises ``KeyError``, as tests want it. Otherwise a person
            sees a general sentence, and the log names the key.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Entry]],
        *,
        first: str = "en",
        strict: bool = False,
    ) -> None:
        self._tables = {canonical(tag): dict(table) for tag, table in tables.items()}
        self._strict = strict
        if "en" not in self._tables:
            raise KeyError("en")
        self._first = "en"
        self._first = self.best(first)
        # A chain of tables per asked-for tag; bounded, since tags come from outside.
        self._chain = lru_cache(maxsize=256)(self._find_chain)

    @classmethod
    def load(
        cls, folders: Iterable[Traversable] = (), *, first: str = "en", strict: bool = False
    ) -> "Locales":
        """Read the languages that ship, then the folders'; a later text replaces an earlier one.

        Raises:
            ConfigError: A file is no flat YAML of texts, or its name is no language tag.
        """
        tables: dict[str, dict[str, Entry]] = {}
        for folder in (resources.files("amity.locales"), *folders):
            for file in yaml_files(folder):
                data = read_yaml(file)
                tag = file.name.rpartition(".")[0]
                if not _TAG.fullmatch(tag):
                    raise data.error((), "the file's name is no language tag such as pt-BR.yaml")
                tables.setdefault(canonical(tag), {}).update(_entries(data))
        return cls(tables, first=first, strict=strict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of all languages: the service's first one, English, the others by alphabet."""
        others = sorted(self._tables.keys() - {self._first, "en"})
        return tuple(dict.fromkeys((self._first, "en", *others)))

    def speaks(self, tag: str) -> bool:
        """Whether there are texts in a language, in whatever region's."""
        return self._find(tag) is not None

    def keys(self, language: str = "en") -> frozenset[str]:
        """Return the keys that a language itself holds."""
        return frozenset(self._tables[language])

    def entry(self, language: str, key: str) -> Entry:
        """Return an entry as the language's own file has it, unfilled."""
        return self._tables[language][key]

    def best(self, tag: str | None) -> str:
        """Return the language to speak to someone whose platform declares a tag.

        The tag itself, else its primary subtag, else another region of it, else the first language
        of the service.
        """
        return self._find(tag) or self._first

    def _find(self, tag: str | None) -> str | None:
        if not tag or not _TAG.fullmatch(tag.replace("_", "-")):
            return None
        wanted = canonical(tag)
        primary = wanted.partition("-")[0]
        for candidate in (wanted, primary):
            if candidate in self._tables:
                return candidate
        siblings = [known for known in self._tables if known.partition("-")[0] == primary]
        return min(siblings, default=None)

    def name(self, language: str) -> str:
        """Return what a language calls itself."""
        return self.text(language, "language.name")

    def text(self, language: str, key: str, /, **values: Values) -> str:
        """Return a text, its placeholders filled.

        Raises:
            KeyError: In strict mode, where the key or a value for a placeholder is missing.
        """
        found, entry = self._lookup(language, key)
        if entry is None:
            if self._strict:
                raise KeyError(key)
            _LOG.error("locale key missing: %s", key)
            return _LAST_RESORT
        if not isinstance(entry, str):
            count = values.get("count", 0)
            form = plural_form(found, count if isinstance(count, int) else 0)
            entry = entry.get(form) or entry["other"]
        if "{" not in entry:
            return entry
        return _PLACEHOLDER.sub(lambda match: self._fill(language, key, match, values), entry)

    def _fill(
        self, language: str, key: str, match: re.Match[str], values: Mapping[str, Values]
    ) -> str:
        name, other = match[1], match[2]
        if name not in values:
            if self._strict:
                raise KeyError(f"{key}: {{{name}}}")
            _LOG.error("locale value missing: %s {%s}", key, name)
            return "…"
        if other:
            return self.text(language, other, count=values[name])
        return str(values[name])

    def _lookup(self, language: str, key: str) -> tuple[str, Entry | None]:
        for tag in self._chain(language):
            entry = self._tables[tag].get(key)
            if entry is not None:
                return tag, entry
        return "en", None

    def _find_chain(self, language: str) -> tuple[str, ...]:
        wanted = canonical(language)
        primary = wanted.partition("-")[0]
        known = (tag for tag in (wanted, primary, "en") if tag in self._tables)
        return tuple(dict.fromkeys(known))


def canonical(tag: str) -> str:
    """Return a tag in the usual case: ``pt_br`` becomes ``pt-BR``."""
    primary, *rest = tag.replace("_", "-").split("-")
    upper = (part.upper() if len(part) == 2 else part for part in rest)
    return "-".join((primary.lower(), *upper))


def placeholders(entry: Entry) -> frozenset[str]:
    """Return the names of the values that an entry takes."""
    texts = [entry] if isinstance(entry, str) else list(entry.values())
    names = {match[1] for text in texts for match in _PLACEHOLDER.finditer(text)}
    return frozenset(names if isinstance(entry, str) else names | {"count"})


def _entries(file: DataFile) -> dict[str, Entry]:
    if not isinstance(file.data, dict):
        raise file.error((), "a locale file is a flat mapping of keys to texts")
    entries: dict[str, Entry] = {}
    for key, value in file.data.items():
        if isinstance(value, str):
            entries[str(key)] = value.strip()
        elif isinstance(value, dict):
            entries[str(key)] = _plural_entry(file, str(key), value)
        else:
            raise file.error((str(key),), "must be a text, or a mapping of plural forms to texts")
    return entries


def _plural_entry(file: DataFile, key: str, value: dict[object, object]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for form, text in value.items():
        if form not in FORMS or not isinstance(text, str):
            raise file.error(
                (key, str(form)), f"a plural form is one of {', '.join(sorted(FORMS))}"
            )
        forms[str(form)] = text.strip()
    if "other" not in forms:
        raise file.error((key,), "the plural form `other` is missing")
    return forms
