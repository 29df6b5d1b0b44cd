"""The ``models:`` section of the config: LiteLLM's own form, and what Amity adds to it.

``model_list`` and ``router_settings`` are taken as an operator has them; ``notices`` says what of
them is not followed. Roles name models, processors say who stands behind a model.
"""

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from amity.config import Section
from amity.models.contract import Role

__all__ = [
    "OFFLINE",
    "REASONS_FIRST",
    "ZERO",
    "Deployment",
    "LitellmParams",
    "ModelsConfig",
    "ProcessorInfo",
    "RolesConfig",
    "RouterSettings",
    "Timeouts",
    "notices",
    "resolve",
    "unfit_for_production",
]

OFFLINE: Final = "amity/offline"
"""The ``litellm_params.model`` of the offline voice."""
ZERO: Final = "amity/zero"
"""The ``litellm_params.model`` of the processor that costs nothing, for benchmarks."""

REASONS_FIRST: Final = "reasoning_without_opening_tag"
"""The ``model_info`` key of a model whose answers begin with reasoning that only a tag ends."""

_OWN: Final = "amity/"
_REFERENCE: Final = "os.environ/"
_MOST_FALLBACKS: Final = 5
_DEFAULT_NAME: Final = "offline"
_CHAT_ROLES: Final = frozenset({Role.CHAT, Role.EXTRACT, Role.SUMMARISE, Role.MODERATE})

# What of a pasted model entry is never sent on: who is asking is nobody's business, and retries,
# fallbacks and streaming are the engine's.
_DROPPED_PARAMS: Final = {
    "user": "a request never says who is asking",
    "metadata": "a request never says who is asking",
    "safety_identifier": "a request never says who is asking",
    "prompt_cache_key": "a request never says who is asking",
    "num_retries": "Amity retries by itself",
    "max_retries": "Amity retries by itself",
    "fallbacks": "write them under router_settings",
    "context_window_fallbacks": "write them under router_settings",
    "messages": "the prompt is Amity's",
    "tools": "Amity calls no tools",
    "functions": "Amity calls no tools",
    "stream_options": "Amity asks for usage by itself",
    "callbacks": "no third party is told of a call",
    "success_callback": "no third party is told of a call",
    "failure_callback": "no third party is told of a call",
}
_FOLLOWED_SETTINGS: Final = frozenset(
    {"fallbacks", "context_window_fallbacks", "default_fallbacks", "max_fallbacks", "cooldown_time"}
)
_FOLLOWED_STRATEGIES: Final = frozenset({"simple-shuffle", "cost-based-routing"})
_WHY_NOT: Final = {
    "num_retries": "Amity retries once by itself, and only before the first word",
    "retry_policy": "Amity retries once by itself, and only before the first word",
    "content_policy_fallbacks": "a request that a provider refuses is not sent to another one",
    "timeout": "write first_token_timeout, idle_timeout or answer_timeout under models",
    "stream_timeout": "write first_token_timeout under models",
    "model_group_alias": "name the model under roles instead",
    "redis_url": "Amity keeps its state in its own store",
    "redis_host": "Amity keeps its state in its own store",
    "cache_responses": "an answer to one person is never given to another",
    "set_verbose": "LiteLLM's logs hold prompts, so they stay silent",
    "debug_level": "LiteLLM's logs hold prompts, so they stay silent",
}


def _as_list(value: Any) -> Any:
    """Take one name where a list of names is meant, as LiteLLM's own examples do."""
    return [value] if isinstance(value, str | dict) else value


_Names = Annotated[list[str], BeforeValidator(_as_list)]
_Targets = Annotated[list[str | dict[str, Any]], BeforeValidator(_as_list)]


class LitellmParams(BaseModel):
    """What LiteLLM is called with for one deployment: ``model`` and anything LiteLLM knows.

    ``repr`` shows the model only: any of the others may be a secret.
    """

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    model: str = Field(min_length=1, description="Provider and model, such as openai/gpt-5-mini.")

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return [("model", self.model)]

    def as_given(self) -> dict[str, Any]:
        """Return all keys as the operator wrote them, environment references unresolved."""
        return {"model": self.model, **(self.model_extra or {})}


class Deployment(Section):
    """One entry of ``model_list``. Entries of one name share the load."""

    model_name: str = Field(min_length=1, description="The name that roles and fallbacks use.")
    litellm_params: LitellmParams = Field(description="What LiteLLM is called with.")
    model_info: dict[str, Any] = Field(
        default_factory=dict,
        repr=False,
        description="LiteLLM's notes on the model, such as prices. With "
        "reasoning_without_opening_tag: true nothing is shown before the tag that ends reasoning.",
    )

    @field_validator("model_info")
    @classmethod
    def _is_yes_or_no(cls, info: dict[str, Any]) -> dict[str, Any]:
        if info.get(REASONS_FIRST, False) not in (True, False):
            raise ValueError(f"{REASONS_FIRST} is true or false")
        return info

    @property
    def own(self) -> bool:
        """Whether Amity itself answers for it (the offline voice, the zero-cost processor)."""
        return self.litellm_params.model.startswith(_OWN)

    @property
    def window(self) -> int | None:
        """How many tokens it takes, where the operator says so; ``None`` where not."""
        params = self.litellm_params.model_extra or {}
        # An Ollama server cuts what is longer than num_ctx, and says nothing.
        said = [self.model_info.get("max_input_tokens"), params.get("num_ctx")]
        return min((n for n in said if type(n) is int and n > 0), default=None)

    @property
    def reply_tokens(self) -> int | None:
        """How many tokens its reply may have, where the operator says so."""
        params = self.litellm_params.model_extra or {}
        said = [params.get("max_tokens"), params.get("max_completion_tokens")]
        return next((n for n in said if type(n) is int and n > 0), None)


class RouterSettings(BaseModel):
    """LiteLLM's ``router_settings`` as pasted. What is named here is followed, the rest noticed."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    fallbacks: list[dict[str, _Targets]] = Field(
        default_factory=list, description="Model name to the names to ask instead; * is any name."
    )
    context_window_fallbacks: list[dict[str, _Names]] = Field(
        default_factory=list, description="Whom to ask instead when the prompt is too long."
    )
    default_fallbacks: list[str] = Field(
        default_factory=list, description="Whom to ask when a name has no fallbacks of its own."
    )
    max_fallbacks: int = Field(_MOST_FALLBACKS, ge=0, description="At most so many other models.")
    cooldown_time: float | None = Field(
        None, ge=0, description="Seconds that a failed model stands behind the others."
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return [("fallbacks", self.fallbacks), ("default_fallbacks", self.default_fallbacks)]

    def instead_of(self, name: str) -> list[str]:
        """Return the fallbacks of a name: its own, else those of ``*``, else the default ones."""
        for key in (name, "*"):
            for entry in self.fallbacks:
                if key in entry:
                    return [_name_in(target) for target in entry[key]]
        return list(self.default_fallbacks)

    def longer_than(self, name: str) -> list[str]:
        """Return whom to ask when a prompt is too long for a name."""
        for key in (name, "*"):
            for entry in self.context_window_fallbacks:
                if key in entry:
                    return list(entry[key])
        return []


class RolesConfig(Section):
    """Which model does what. A role that is not written is chat's, where a chat model can do it."""

    chat: str | None = Field(None, description="Talks with people.")
    extract: str | None = Field(None, description="Finds facts to remember.")
    summarise: str | None = Field(None, description="Shortens what was said long ago.")
    moderate: str | None = Field(None, description="Judges texts.")
    embed: str | None = Field(None, description="Makes vectors; no other model stands in.")
    transcribe: str | None = Field(None, description="Writes down voice notes.")
    speak: str | None = Field(None, description="Reads aloud.")


class ProcessorInfo(Section):
    """Who stands behind a model, for the privacy policy and for consent."""

    name: str = Field(min_length=1, description="The processor's legal or common name.")
    region: str | None = Field(None, description="Where it processes, such as EU or US.")
    trains_on_data: bool | None = Field(None, description="Whether it trains models on requests.")
    contract: str | None = Field(None, description="The processing agreement, by name or link.")
    retention: str | None = Field(None, description="How long it keeps requests, in words.")
    url: str | None = Field(None, description="Its own privacy statement.")


class Timeouts(Section):
    """How long a provider may be silent, in seconds."""

    first_token: float = 30.0
    idle: float = 30.0
    answer: float = 600.0


class ModelsConfig(Section):
    """The ``models:`` section. With nothing in it the offline voice speaks."""

    model_list: list[Deployment] = Field(default_factory=list, description="LiteLLM's model_list.")
    router_settings: RouterSettings = Field(
        default_factory=RouterSettings, description="LiteLLM's router_settings."
    )
    roles: RolesConfig = Field(default_factory=RolesConfig, description="Which model does what.")
    processors: dict[str, ProcessorInfo] = Field(
        default_factory=dict, description="Who stands behind each model name."
    )
    first_token_timeout: float = Field(
        30.0, gt=0, description="Seconds until a sign of life, before another model is asked."
    )
    idle_timeout: float = Field(30.0, gt=0, description="Seconds of silence within an answer.")
    answer_timeout: float = Field(600.0, gt=0, description="Seconds for a whole answer.")
    cooldown: float = Field(
        30.0, ge=0, description="Seconds that a failed model stands behind the others."
    )
    retry_budget: float = Field(
        5.0, ge=0, description="Seconds to wait at most when a provider asks for patience."
    )
    prompt_tokens: int = Field(
        6000,
        ge=500,
        description=(
            "Tokens of a prompt at most; the oldest messages are left out. A model whose window is"
            " smaller gets less: model_info.max_input_tokens says it, or LiteLLM knows it."
        ),
    )

    @field_validator("model_list")
    @classmethod
    def _keys_are_there(cls, entries: list[Deployment], info: ValidationInfo) -> list[Deployment]:
        environ = (info.context or {}).get("environ", os.environ)
        for entry in entries:
            model = entry.litellm_params.model
            if entry.own and model not in {OFFLINE, ZERO}:
                raise ValueError(
                    f'model "{entry.model_name}": there is no "{model}"; Amity itself has'
                    f" {OFFLINE} and {ZERO}"
                )
            for key, name in _references(entry.litellm_params.as_given()):
                if name not in environ:
                    raise ValueError(
                        f'model "{entry.model_name}": {key} names the environment variable'
                        f" {name}, which is not set"
                    )
        return entries

    @field_validator("router_settings")
    @classmethod
    def _fallbacks_exist(cls, value: RouterSettings, info: ValidationInfo) -> RouterSettings:
        names = _known(info)
        groups: Sequence[tuple[str, Sequence[Mapping[str, Sequence[Any]]]]] = (
            ("fallbacks", value.fallbacks),
            ("context_window_fallbacks", value.context_window_fallbacks),
        )
        for setting, entries in groups:
            for entry in entries:
                for asked, targets in entry.items():
                    for name in (asked, *map(_name_in, targets)):
                        if name != "*":
                            _must_exist(name, names, setting)
        for name in value.default_fallbacks:
            _must_exist(name, names, "default_fallbacks")
        return value

    @field_validator("roles")
    @classmethod
    def _role_models_exist(cls, value: RolesConfig, info: ValidationInfo) -> RolesConfig:
        for role in Role:
            name = getattr(value, role.value)
            if name is not None:
                _must_exist(name, _known(info), role.value)
        return value

    @field_validator("processors")
    @classmethod
    def _processors_exist(
        cls, value: dict[str, ProcessorInfo], info: ValidationInfo
    ) -> dict[str, ProcessorInfo]:
        for name in value:
            _must_exist(name, _known(info), name)
        return value

    @classmethod
    def read(cls, data: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Self:
        """Validate the section as read from YAML.

        Raises:
            pydantic.ValidationError: Something in it is wrong; each error is one sentence.
        """
        return cls.model_validate(dict(data), context={"environ": environ or os.environ})

    @property
    def timeouts(self) -> Timeouts:
        """The three time-outs together."""
        return Timeouts(
            first_token=self.first_token_timeout,
            idle=self.idle_timeout,
            answer=self.answer_timeout,
        )

    @property
    def cooling(self) -> float:
        """Seconds of cooldown: LiteLLM's ``cooldown_time`` where it was pasted, else ours."""
        pasted = self.router_settings.cooldown_time
        return self.cooldown if pasted is None else pasted

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """The entries of ``model_list``; with none, the offline voice as the only one."""
        if self.model_list:
            return tuple(self.model_list)
        params = LitellmParams(model=OFFLINE)
        return (Deployment(model_name=_DEFAULT_NAME, litellm_params=params),)

    @property
    def names(self) -> tuple[str, ...]:
        """Model names in order of first appearance."""
        return tuple(dict.fromkeys(entry.model_name for entry in self.deployments))

    def entries(self, name: str) -> tuple[Deployment, ...]:
        """Return the deployments of a name; none for an unknown one."""
        return tuple(entry for entry in self.deployments if entry.model_name == name)

    def model_for(self, role: Role) -> str | None:
        """Return the model name of a role.

        Chat falls back to the first model; the other roles that a chat model can fill fall back to
        chat's; ``embed``, ``transcribe`` and ``speak`` are ``None`` unless written.
        """
        written: str | None = getattr(self.roles, role.value)
        if written is not None:
            return written
        if role in _CHAT_ROLES:
            return self.roles.chat or self.names[0]
        return None

    def named(self, wanted: str | None) -> str | None:
        """Return the model name that a word means, which is one itself or a role that has one."""
        if wanted is None or wanted in self.names or wanted not in set(Role):
            return wanted
        return self.model_for(Role(wanted))

    def chain(self, name: str) -> tuple[str, ...]:
        """Return a name and whom to ask instead, nearest first, each once."""
        order = [name]
        limit = 1 + self.router_settings.max_fallbacks
        for asked in order:
            for target in self.router_settings.instead_of(asked):
                if target not in order and len(order) < limit:
                    order.append(target)
        return tuple(order)


def resolve(params: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a deployment's parameters as LiteLLM is to be called with them.

    ``os.environ/NAME`` becomes the variable's value; what is never sent on is left out. A variable
    that is not set becomes the empty text.
    """
    known = os.environ if environ is None else environ
    return {
        key: known.get(value.removeprefix(_REFERENCE), "")
        if isinstance(value, str) and value.startswith(_REFERENCE)
        else value
        for key, value in params.items()
        if key not in _DROPPED_PARAMS
    }


def notices(config: ModelsConfig) -> list[str]:
    """Return one sentence for each thing in the section that is not followed as written."""
    found: list[str] = []
    for key, value in sorted((config.router_settings.model_extra or {}).items()):
        if key == "routing_strategy":
            if value not in _FOLLOWED_STRATEGIES:
                found.append(
                    f'router_settings.routing_strategy "{value}" is not followed: models of one'
                    " name are picked at random by weight"
                )
        elif key not in _FOLLOWED_SETTINGS and key != "routing_strategy_args":
            why = _WHY_NOT.get(key, "Amity does without it")
            found.append(f"router_settings.{key} is not followed: {why}")
    for entry in config.router_settings.fallbacks:
        for targets in entry.values():
            found.extend(
                f'the fallback to "{_name_in(target)}" sets parameters; only its name counts'
                for target in targets
                if isinstance(target, dict) and set(target) - {"model"}
            )
    for deployment in config.model_list:
        found.extend(
            f'model "{deployment.model_name}": litellm_params.{key} is not sent: {why}'
            for key, why in _DROPPED_PARAMS.items()
            if key in (deployment.litellm_params.model_extra or {})
        )
        if deployment.litellm_params.model.startswith("huggingface/"):
            found.append(
                f'model "{deployment.model_name}": LiteLLM also asks huggingface.co about a model'
                " of this provider"
            )
    if any(not entry.own for entry in config.deployments):
        found.append(
            "parameters that a provider does not know (such as a temperature for gpt-5) are left"
            " out of the request without an error (drop_params)"
        )
    return found


def unfit_for_production(config: ModelsConfig) -> list[str]:
    """Return one sentence for each model that may not be used with ``AMITY_ENV=production``."""
    return [
        f'model "{entry.model_name}": {ZERO} is for benchmarks and is refused in production'
        for entry in config.deployments
        if entry.litellm_params.model == ZERO
    ]


def _name_in(target: Any) -> str:
    if isinstance(target, Mapping):
        return str(target.get("model", ""))
    return str(target)


def _references(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (key, value.removeprefix(_REFERENCE))
        for key, value in params.items()
        if isinstance(value, str) and value.startswith(_REFERENCE)
    ]


def _known(info: ValidationInfo) -> list[str] | None:
    entries = info.data.get("model_list")
    if entries is None:  # model_list itself was refused; one error is enough
        return None
    return [entry.model_name for entry in entries] or [_DEFAULT_NAME]


def _must_exist(name: str, names: list[str] | None, where: str) -> None:
    if names is None or name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    guess = f' (did you mean "{near[0]}"?)' if near else ""
    raise ValueError(f'{where}: there is no model "{name}" in model_list{guess}')
