"""The privacy policy and the other legal pages, rendered from the running config and the data map.

The text is made from the same declarations that store, delete and export, so that what it says and
what the program does cannot drift apart. What a person agrees to is the hash of the text as shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from amity.datamap.schema import Collection, DataMap
from amity.defaults.files import builtin
from amity.errors import ConfigError
from amity.locales import plural_form
from amity.privacy.pages import ENGLISH, PAGES, Edition, Source, find_edition
from amity.privacy.walk import is_kept

__all__ = ["Cookie", "Policy", "PolicyFacts", "Processor", "datamap_json"]

_UNITS: Final = (
    ("year", 365 * 86_400_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """Somebody who processes data for the service."""

    name: str
    purpose: str = "AI replies"
    region: str = ""
    trains_on_data: bool = False
    contract: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie of the web page."""

    name: str
    purpose: str
    lifetime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What the policy says about this installation.

    Attributes:
        service: The service's name.
        controller: Who answers for the data.
        contact: How to reach them about privacy.
        support: Where people find help.
        authority: The supervisory authority.
        region: Where data is stored.
        base_url: The public address of the pages, without a slash at the end.
        minimum_age: From which age people are let in.
        retention: Milliseconds by the data map's retention key, ``inactivity`` and ``gate``
            included; ``None`` for what has no end.
        processors: Who produces replies; none with the offline voice.
        cookies: The web page's cookies.
    """

    service: str
    controller: str = ""
    contact: str = ""
    support: str = ""
    authority: str = ""
    region: str = ""
    base_url: str = ""
    minimum_age: int = 18
    retention: Mapping[str, int | None]
    processors: tuple[Processor, ...] = ()
    cookies: tuple[Cookie, ...] = ()

    def missing(self) -> list[str]:
        """Return the config keys that a service for others must not leave blank."""
        needed = {
            "service.name": self.service,
            "service.controller": self.controller,
            "service.contact": self.contact,
            "service.region": self.region,
        }
        blank = [key for key, value in needed.items() if not value.strip()]
        if not self.retention:
            blank.append("privacy.retention")
        for processor in self.processors:
            parts = {"region": processor.region, "contract": processor.contract}
            where = f"models.processors ({processor.name})"
            blank += [f"{where}: {part}" for part, value in parts.items() if not value.strip()]
        return blank


class Policy:
    """The legal pages in force.

    Attributes:
        facts: What they say about this installation.
        datamap: What may be stored.

    Args:
        edition: The pages as written.
        facts: As above.
        datamap: As above.

    Raises:
        ConfigError: a page cannot be rendered.
    """

    def __init__(self, edition: Edition, facts: PolicyFacts, datamap: DataMap) -> None:
        self._edition = edition
        self.facts = facts
        self.datamap = datamap
        self._environment = SandboxedEnvironment(
            undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
        )
        self._environment.filters["cell"] = _cell
        # Rendered once: the text is what people agree to, and every consent asks for its hash.
        self._texts = {key: self._shown(*key) for key in edition.sources}
        self._hashes = {key: sha256(t.encode()).hexdigest() for key, t in self._texts.items()}

    @classmethod
    def load(
        cls,
        facts: PolicyFacts,
        datamap: DataMap,
        folder: Traversable | None = None,
        version: str = "",
    ) -> "Policy":
        """Read the pages from a folder (the built-in ones if none is given).

        Raises:
            ConfigError: the folder does not hold them, or they cannot be rendered.
        """
        source = builtin("policy") if folder is None else folder
        return cls(find_edition(source, version), facts, datamap)

    @property
    def version(self) -> str:
        """The version in force."""
        return self._edition.version

    @property
    def date(self) -> str:
        """Since when, as ``2026-11-23``."""
        return self._edition.date

    @property
    def material(self) -> bool:
        """Whether people who agreed to an earlier version have to agree anew."""
        return self._edition.sources[PAGES[0], ENGLISH].material

    @property
    def summary(self) -> str:
        """What changed against the version before."""
        return self._edition.sources[PAGES[0], ENGLISH].summary

    def news(self, language: str) -> str:
        """Return what changed against the version before, in a language."""
        return self._source(PAGES[0], language).summary or self.summary

    @property
    def languages(self) -> tuple[str, ...]:
        """The policy's languages, English first."""
        return self._edition.languages

    def language(self, tag: str | None, page: str = PAGES[0]) -> str:
        """Return the language in which a page is shown to somebody who wants ``tag``."""
        wanted = (tag or ENGLISH).replace("_", "-")
        known = {language.lower(): language for p, language in self._edition.sources if p == page}
        while wanted:
            if wanted.lower() in known:
                return known[wanted.lower()]
            wanted = wanted.rpartition("-")[0]
        return ENGLISH

    def title(self, page: str, language: str) -> str:
        """Return a page's title."""
        return self._source(page, language).title

    def text(self, page: str, language: str) -> str:
        """Return a page as Markdown, as it is shown.

        A language that the page has not is shown in English; a translation of an older English
        text follows the English one, and says so.

        Raises:
            KeyError: there is no such page.
        """
        return self._texts[page, self._source(page, language).language]

    def hash(self, language: str) -> str:
        """Return the SHA-256 of the policy as shown in a language: what a consent names."""
        return self._hashes[PAGES[0], self._source(PAGES[0], language).language]

    def is_stale(self, page: str, language: str) -> bool:
        """Whether a translation was made of another English text than the one in force."""
        source = self._source(page, language)
        english = self._source(page, ENGLISH)
        return source.language != ENGLISH and source.english_hash != english.hash

    def render_html(self, page: str, language: str, *, stylesheet: str = "") -> str:
        """Return a page as a whole HTML document, readable without scripts.

        Args:
            page: Which.
            language: In which language it is wanted.
            stylesheet: The address under which ``amity.privacy.STYLE`` is served, where a content
                security policy forbids styles inside the page.

        Raises:
            KeyError: there is no such page.
        """
        from amity.privacy.html import document

        source = self._source(page, language)
        links = [(p, self.title(p, language)) for p in PAGES]
        return document(
            title=f"{source.title} – {self.facts.service}",
            language=source.language,
            markdown=self.text(page, language),
            stylesheet=stylesheet,
            links=links,
            current=page,
        )

    def words(self, language: str) -> Mapping[str, Any]:
        """Return the words of the tables in a language, English where it has none."""
        english = self._source(PAGES[0], ENGLISH).words
        return {**english, **self._source(PAGES[0], language).words}

    def period(self, key: str, language: str) -> str:
        """Return a retention period in words, such as ``180 days``."""
        words = self.words(language)
        milliseconds = self.facts.retention.get(key)
        if milliseconds is None:
            return str(words["retention"]["unlimited"])
        for unit, size in _UNITS:
            if milliseconds % size == 0 and milliseconds >= size:
                count = milliseconds // size
                forms = words["unit"][unit]
                form = forms.get(plural_form(language, count)) or forms["other"]
                return str(form).replace("{count}", str(count))
        return f"{milliseconds} ms"

    def kept_for(self, collection: Collection, language: str) -> str:
        """Return how long a collection's rows are kept, in words."""
        words = self.words(language)["retention"]
        key = collection.retention
        if key == "account":
            text = str(words["account"])
            return text.replace("{inactivity}", self.period("inactivity", language))
        if key == "none":
            return str(words["none"])
        period = self.period(key, language)
        if "closed_at" in collection.by_name or collection.part_of is not None:
            return str(words.get("closed", "{period}")).replace("{period}", period)
        return str(words["erased"]).replace("{period}", period) if is_kept(collection) else period

    def described(self, collection: Collection, language: str) -> str:
        """Return what a collection holds, in words; its declaration's own where there are none."""
        return str(self.words(language)["collection"].get(collection.name, collection.about))

    def recipients(self, collection: Collection, language: str) -> str:
        """Return who receives a collection's content."""
        words = self.words(language)
        named = [str(words["recipient"].get(r, r)) for r in collection.recipients]
        return ", ".join(named) or str(words["nobody"])

    def basis(self, collection: Collection, language: str) -> str:
        """Return a collection's legal basis in words."""
        value = collection.basis.value
        return str(self.words(language)["basis"].get(value, value))

    def _source(self, page: str, language: str) -> Source:
        return self._edition.sources[page, self.language(language, page)]

    def _shown(self, page: str, language: str) -> str:
        text = self._rendered(page, language)
        if not self.is_stale(page, language):
            return text
        note = self.words(language)["stale"]
        return f"*{note}*\n\n{self._rendered(page, ENGLISH)}\n---\n\n{text}"

    def _rendered(self, page: str, language: str) -> str:
        source = self._edition.sources[page, language]
        words = self.words(language)
        facts = self.facts
        try:
            return self._environment.from_string(source.body).render(
                service=facts.service,
                controller=facts.controller or words["unnamed"],
                contact=facts.contact or words["unnamed"],
                support=facts.support,
                authority=facts.authority,
                region=facts.region,
                base_url=facts.base_url,
                minimum_age=facts.minimum_age,
                version=self._edition.version,
                date=self._edition.date,
                processors=facts.processors,
                cookies=facts.cookies,
                words=words,
                period=lambda key: self.period(key, language),
                data=self._data(language),
            )
        except TemplateError as error:
            name = f"{page}.{language}.md" if page != PAGES[0] else f"{language}.md"
            raise ConfigError(f"{name}: the text cannot be filled in: {error}") from None

    def _data(self, language: str) -> list[dict[str, str]]:
        return [
            {
                "what": self.described(collection, language),
                "basis": self.basis(collection, language),
                "retention": self.kept_for(collection, language),
                "recipients": self.recipients(collection, language),
            }
            for collection in self.datamap.collections
            if _about_somebody(collection)
        ]


def _about_somebody(collection: Collection) -> bool:
    return collection.subject is not None or collection.retention != "none"


def _cell(value: object) -> str:
    """Return text for a cell of a Markdown table."""
    return " ".join(str(value).split()).replace("|", r"\|")


def datamap_json(
    datamap: DataMap, retention: Mapping[str, int | None] | None = None
) -> dict[str, Any]:
    """Return the data map as the public ``/datamap.json`` shows it, field by field."""
    periods = retention or {}
    collections = []
    for collection in datamap.collections:
        fields = [
            {
                "name": field.name,
                "id": field.id,
                "kind": field.kind.value,
                "form": field.form.value,
                "optional": field.optional,
                "category": (field.category or collection.category).value,
                "about": field.about,
                "basis": collection.basis.value,
                "retention": collection.retention,
            }
            for field in collection.all_fields
        ]
        collections.append(
            {
                "name": collection.name,
                "id": collection.id,
                "about": collection.about,
                "subject": collection.subject,
                "keys": collection.keys.value,
                "category": collection.category.value,
                "purposes": sorted(p.value for p in collection.purposes),
                "basis": collection.basis.value,
                "retention": {
                    "key": collection.retention,
                    "milliseconds": periods.get(collection.retention),
                },
                "recipients": list(collection.recipients),
                "exported": collection.exported,
                "fields": fields,
            }
        )
    return {"format": "amity-datamap", "version": 1, "collections": collections}
