"""A configuration made into parts: all that a reload replaces at once, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from amity.adapter import Manifest
from amity.config import Channel, LoadedConfig, section, validate_channels
from amity.datamap.declarations import ENGINE
from amity.errors import ConfigError
from amity.locales import Locales
from amity.message import Address
from amity.models.budgets import LimitsConfig
from amity.models.config import ModelsConfig, unfit_for_production
from amity.models.contract import Role
from amity.people import Recipient
from amity.persona import Persona, PersonaLibrary
from amity.privacy import Cookie, Policy, PolicyFacts, Processor, datamap_json
from amity.safety import Helplines, Screen, Screening
from amity.sealed import SealedText
from amity.support import SupportPlan, Topic
from amity.turn.services import Facts

__all__ = ["CareDesk", "Documents", "Setup", "asked_again", "model_fault", "read_setup"]


def asked_again(new: Iterable[Recipient]) -> str:
    """Say to the operator what recipients mean to whom nobody has agreed yet."""
    named = ", ".join(f"{r.name} ({r.region or '?'})" for r in sorted(new))
    return f"people are asked to agree before anything of theirs goes to {named}"


class CareDesk:
    """Safety as the stages use it."""

    def __init__(self, helplines: Helplines, texts: Locales) -> None:
        self._helplines = helplines
        self._texts = texts
        self._screen = Screen()

    def judge(self, said: SealedText, language: str) -> Screening:
        """Judge what came in."""
        return self._screen.judge(said, language)

    def helplines(self, language: str, country: str | None) -> str:
        """Return the helplines of a country as text; the directories where it is unknown."""
        shown = self._helplines.for_country(country, language)
        return self._helplines.pointer(shown, language, self._texts)

    def crisis(self, language: str, country: str | None, *, young: bool = False) -> str:
        """Return caring words with the helplines of a country, those for the young first."""
        shown = self._helplines.for_country(country, language, young=young)
        return self._helplines.text(shown, language, self._texts)

    def parse_country(self, text: str) -> str | None:
        """Return the ISO 3166 code of a country that a text names, or ``None``."""
        return self._helplines.parse_country(text)

    def country_from_settings(self, text: str) -> str | None:
        """Return it for what somebody set as their country, which may be any code."""
        return self._helplines.country_from_settings(text)

    def help_untold(self, text: str, language: str) -> str | None:
        """Return where help is in every country, if a text says that theirs stays untold."""
        if not self._helplines.declines(text):
            return None
        return self._helplines.anywhere(language, self._texts)

    def country_name(self, code: str, language: str) -> str:
        """Return what a country is called."""
        return self._helplines.country_name(code, language)


class Documents:
    """The legal pages and the data map, as the web shows them and an export names them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def html(self, page: str, language: str) -> str:
        """Return a page as a whole HTML document."""
        return self.policy.render_html(page, language, stylesheet="/legal.css")

    def datamap_json(self) -> bytes:
        """Return the data map as JSON."""
        return orjson.dumps(datamap_json(ENGINE, self.policy.facts.retention))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The parts that come from the configuration."""

    channels: tuple[Channel, ...]
    models: ModelsConfig
    limits: LimitsConfig
    personas: PersonaLibrary
    texts: Locales
    care: CareDesk
    policy: Policy
    documents: Documents
    retention: Mapping[str, int | None]
    facts: Facts
    support: SupportPlan

    def changes(self, after: "Setup") -> list[str]:
        """Return in words what another setup would change."""
        changed = []
        if self.channels != after.channels:
            changed.append("channels")
        if self.models != after.models:
            changed.append("models")
        if self.limits != after.limits:
            changed.append("limits")
        if dict(self.personas) != dict(after.personas):
            changed.append("personas")
        if self.facts.policy_hash("en") != after.facts.policy_hash("en"):
            changed.append("policy")
        if new := after.facts.recipients - self.facts.recipients:
            changed.append(f"recipients ({asked_again(new)})")
        if self.retention != after.retention:
            changed.append("retention")
        if self.support != after.support:
            changed.append("support")
        return changed


def read_setup(loaded: LoadedConfig, manifests: Mapping[str, Manifest]) -> Setup:
    """Make the parts of a configuration.

    Raises:
        ConfigError: something in it, or in a file that it names, does not fit.
    """
    channels = validate_channels(loaded, manifests.values())
    models = section(loaded, "models", ModelsConfig)
    if loaded.production:
        for problem in unfit_for_production(models):
            raise ConfigError(problem)
    texts = _texts(loaded.config.service.language)
    if loaded.personas is not None and not loaded.personas.is_dir():
        raise ConfigError(
            f"personas: there is no folder {loaded.personas}; make it, or leave the key out"
        )
    personas = PersonaLibrary.load(loaded.personas)
    for channel in channels:
        if channel.settings.persona not in personas:
            raise ConfigError(
                f"channels: {channel.name}: there is no persona {channel.settings.persona};"
                f" there are {', '.join(personas)}"
            )
    for persona in personas.values():
        if fault := model_fault(persona, models):
            raise ConfigError(f"personas: {persona.id}: {fault}")
    retention = loaded.config.privacy.retention.milliseconds()
    policy = Policy.load(
        _policy_facts(loaded, models, retention, channels),
        ENGINE,
        loaded.policy,
        loaded.config.privacy.policy_version,
    )
    return Setup(
        channels=channels,
        models=models,
        limits=section(loaded, "limits", LimitsConfig),
        personas=personas,
        texts=texts,
        care=CareDesk(Helplines.load(), texts),
        policy=policy,
        documents=Documents(policy),
        retention=retention,
        facts=_facts(loaded, policy, texts),
        support=_support(loaded, channels, texts),
    )


def model_fault(persona: Persona, models: ModelsConfig) -> str:
    """Say why a persona cannot be answered for by the model that it names; empty if it can."""
    if persona.model is None or models.named(persona.model) in models.names:
        return ""
    roles = [role.value for role in Role if models.model_for(role) is not None]
    return (
        f"model: there is no model or role {persona.model}; there are the models"
        f" {', '.join(models.names)}, and the roles {', '.join(roles)}; leave the key out for"
        " the one that chats"
    )


def _texts(first: str) -> Locales:
    texts = Locales.load(first=first)
    if not texts.speaks(first):
        there = ", ".join(texts.languages)
        raise ConfigError(f"service.language: there are no texts in {first!r}; there are {there}")
    return texts


def _support(loaded: LoadedConfig, channels: Sequence[Channel], texts: Locales) -> SupportPlan:
    settings = loaded.config.support
    desk: Address | None = None
    if settings.channel is not None and settings.chat is not None:
        desk = Address(channel=settings.channel, chat=settings.chat, thread=settings.thread)
        # A command that brings a channel of its own leaves the others out.
        named = [c.manifest.capabilities for c in channels if c.name == settings.channel]
        if any(capabilities.journal for capabilities in named):
            raise ConfigError(
                f"support.channel: on {settings.channel} nobody has a chat that can be named;"
                " name a channel of a messenger"
            )
        if desk.thread is not None and not all(c.threads for c in named):
            raise ConfigError(f"support.thread: the chats of {settings.channel} have no threads")
    return SupportPlan(
        desk=desk,
        language=texts.best(loaded.config.service.language),
        due=settings.due.milliseconds,
        remind=settings.remind.milliseconds,
        close_after=settings.close_after.milliseconds,
        topics=tuple(Topic(topic) for topic in settings.topics) or tuple(Topic),
        operators=frozenset(settings.operators),
    )


def _policy_facts(
    loaded: LoadedConfig,
    models: ModelsConfig,
    retention: Mapping[str, int | None],
    channels: Sequence[Channel],
) -> PolicyFacts:
    service = loaded.config.service
    return PolicyFacts(
        service=service.name,
        controller=service.controller,
        contact=service.contact,
        support=service.support,
        authority=service.authority,
        region=loaded.config.store.region or service.region,
        base_url=loaded.base_url,
        minimum_age=loaded.config.privacy.minimum_age,
        retention=retention,
        processors=_processors(models),
        cookies=tuple(
            Cookie(name=c.name, purpose=c.purpose, lifetime=c.lifetime)
            for channel in channels
            for c in channel.manifest.cookies
        ),
    )


def _processors(models: ModelsConfig) -> tuple[Processor, ...]:
    """Return who processes what people say: every model but those that run in this process."""
    found: dict[tuple[str, str], Processor] = {}
    for name in models.names:
        if all(deployment.own for deployment in models.entries(name)):
            continue
        info = models.processors.get(name)
        processor = Processor(
            name=(info.name if info is not None else "") or name,
            region=(info.region if info is not None else "") or "",
            trains_on_data=bool(info.trains_on_data) if info is not None else False,
            contract=(info.contract if info is not None else "") or "",
        )
        found.setdefault((processor.name, processor.region), processor)
    return tuple(found.values())


def _facts(loaded: LoadedConfig, policy: Policy, texts: Locales) -> Facts:
    return Facts(
        words={language: _words(loaded, policy, texts, language) for language in texts.languages},
        base_url=loaded.base_url.rstrip("/"),
        policy_version=policy.version,
        policy_hash=policy.hash,
        recipients=frozenset(Recipient(p.name, p.region) for p in policy.facts.processors),
        news=policy.news,
        reconsent=policy.material,
        media_ttl=loaded.config.privacy.retention.media.milliseconds,
    )


def _words(
    loaded: LoadedConfig, policy: Policy, texts: Locales, language: str
) -> Mapping[str, str | int]:
    service = loaded.config.service
    unnamed = str(policy.words(language)["unnamed"])
    named = [
        texts.text(language, "gate.consent.recipient", name=p.name, region=p.region or "?")
        for p in policy.facts.processors
    ]
    contact = service.contact or service.support or unnamed
    return {
        "service": service.name,
        "controller": service.controller or unnamed,
        "contact": contact,
        "support": service.support or contact,
        "policy_url": f"{loaded.base_url}/privacy",
        "terms_url": f"{loaded.base_url}/terms",
        "recipients": ", ".join(named) or texts.text(language, "gate.consent.local"),
        "region": policy.facts.region or "–",
        "authority": service.authority or "–",
        "messages_kept": policy.period("messages", language),
        "policy_version": policy.version,
        "policy_date": policy.date,
        "age": loaded.config.privacy.minimum_age,
    }
