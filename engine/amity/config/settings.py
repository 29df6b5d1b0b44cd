"""The sections of the configuration that belong to the engine itself, with their defaults.

``models`` and ``limits`` belong to rooms on higher floors: they are kept as written and validated
there (``amity.config.section``).
"""

import ipaddress
import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from amity.config.durations import Duration

__all__ = [
    "Access",
    "Bind",
    "ChannelSettings",
    "HttpSettings",
    "PrivacySettings",
    "Retention",
    "SafetySettings",
    "Section",
    "ServiceSettings",
    "Settings",
    "StoreSettings",
    "SupportSettings",
]

_ANSWERED_WITHIN: Final = Duration.of("30d")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values do not change, none is shown.

    A key that is written but left blank counts as not written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    blank_is_absent: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, data: Any) -> Any:
        if cls.blank_is_absent and isinstance(data, dict):
            return {k: v for k, v in data.items() if v is not None or k not in cls.model_fields}
        return data

    def __repr_args__(self) -> Any:
        """Show which keys there are; what they hold may have come from a secret."""
        return [(None, name) for name in type(self).model_fields]


class Bind(str):
    """An address to listen on, ``127.0.0.1:8080`` or ``[::1]:8080``; port 0 takes any free one."""

    __slots__ = ()

    @classmethod
    def of(cls, value: str) -> Self:
        """Read an address.

        Raises:
            ValueError: it is not written as one.
        """
        host, colon, port = value.rpartition(":")
        if (
            not (host.strip("[]") and colon and port.isascii() and port.isdigit())
            or int(port) > 65535
            or re.search(r"[\s/@]", host)
            or (":" in host) != (host.startswith("[") and host.endswith("]"))
        ):
            message = 'must be an address and a port, such as "127.0.0.1:8080" or "[::1]:8080"'
            raise ValueError(message)
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.of, core_schema.str_schema())

    @property
    def host(self) -> str:
        """The address or host name, an IPv6 address without its brackets."""
        return self.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port."""
        return int(self.rpartition(":")[2])

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise ValueError('must be an address or network such as "10.0.0.0/8"') from None


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("must be a name of letters, digits, _ - and ., at most 64")
    return value


def _base_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError('must be an address such as "https://chat.example.org"')
    return value.rstrip("/")


def _text(value: Any) -> Any:
    """Take a number where a word is meant: ids and codes are often all digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _known_scheme(value: SecretStr) -> SecretStr:
    if not re.match(r"(sqlite:///|mongodb(\+\w+)?://)\S", value.get_secret_value()):
        raise ValueError('must be "sqlite:///amity.db" or start with "mongodb://"')
    return value


Word = Annotated[str, BeforeValidator(_text)]
Topic = Literal["question", "access", "correction", "erasure", "complaint", "payment", "appeal"]
Name = Annotated[str, BeforeValidator(_text), AfterValidator(_name)]


class ServiceSettings(Section):
    """Who runs this service, as people read it in the policy and in help."""

    name: str = Field(
        "Amity", min_length=1, max_length=80, description="What the service is called."
    )
    controller: str = Field("", description="Who answers for the data: name and postal address.")
    contact: str = Field("", description="How to reach them about privacy; an e-mail address.")
    support: str = Field("", description="Where people find help: an address, link or handle.")
    authority: str = Field("", description="The supervisory authority people can complain to.")
    region: str = Field("", description="Where the data is stored, such as EU.")
    language: str = Field(
        "en",
        min_length=2,
        max_length=35,
        description="What is spoken with whoever's language is unknown or not here.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much the log says; content is in it at no level."
    )
    base_url: Annotated[str, AfterValidator(_base_url)] | None = Field(
        None, description="The public address of the web pages; http.bind where not given."
    )


class StoreSettings(Section):
    """Where data is kept."""

    url: Annotated[SecretStr, AfterValidator(_known_scheme)] = Field(
        SecretStr("sqlite:///amity.db"),
        description="sqlite:///FILE (relative: in the data folder) or a mongodb:// address.",
    )
    region: str = Field("", description="Where the database is; service.region where not given.")


class HttpSettings(Section):
    """The two addresses Amity listens on."""

    bind: Bind = Field(Bind("127.0.0.1:8080"), description="The public address.")
    admin_bind: Bind = Field(
        Bind("127.0.0.1:8081"), description="Health and metrics; keep it away from the public."
    )
    body_limit: int = Field(1024 * 1024, ge=1024, description="Most bytes of one request.")
    timeout: Duration = Field(
        Duration.of("30s"), description="Longest time until a request is answered."
    )
    max_requests: int = Field(
        2000, ge=1, description="Most requests at once whose answer has not begun."
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        (), description="Proxies whose X-Forwarded-For is believed."
    )


class SafetySettings(Section):
    """What of the filters an operator may set: nothing yet, and never that they are off."""


def _or_none(value: Any) -> Any:
    return None if value == "none" else value


Forever = Annotated[
    Duration | None,
    BeforeValidator(_or_none),
    PlainSerializer(lambda value: "none" if value is None else str(value), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["none", "3y"]}),
]


def _at_least(shortest: str, why: str) -> AfterValidator:
    least = Duration.of(shortest)

    def check(value: Duration | None) -> Duration | None:
        if value is not None and value.milliseconds < least.milliseconds:
            raise ValueError(f"must be at least {least}: {why}")
        return value

    return AfterValidator(check)


class Retention(Section):
    """How long each kind of data is kept. A blank is refused: the policy promises a period."""

    blank_is_absent: ClassVar[bool] = False

    messages: Annotated[Duration, _at_least("1h", "a conversation needs its last words")] = (
        Duration.of("180d")
    )
    media: Annotated[Duration, _at_least("5m", "people need time to fetch a file")] = Duration.of(
        "24h"
    )
    technical: Annotated[Duration, _at_least("1d", "the limits of a day are counted by it")] = (
        Duration.of("30d")
    )
    tombstones: Annotated[Forever, _at_least("1d", "who is blocked would come in again")] = Field(
        None, description='Blocks; "none" keeps one until it is lifted.'
    )
    consents: Annotated[Duration, _at_least("1d", "each consent has to be proved")] = Duration.of(
        "3y"
    )
    decisions: Annotated[Duration, _at_least("1d", "who appeals needs what was decided")] = (
        Duration.of("180d")
    )
    erasures: Annotated[Duration, _at_least("1d", "each erasure has to be proved")] = Duration.of(
        "400d"
    )
    tickets: Annotated[Duration, _at_least("1d", "people have to be able to read answers")] = Field(
        Duration.of("365d"), description="Counted from a ticket's end."
    )
    gate: Annotated[Duration, _at_least("10m", "people need time to read what they agree to")] = (
        Duration.of("24h")
    )
    inactivity: Annotated[
        Duration, _at_least("1d", "who does not write for so long is erased, with everything")
    ] = Duration.of("365d")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.inactivity.milliseconds < self.gate.milliseconds:
            raise ValueError("inactivity must be at least as long as gate")
        return self

    @model_validator(mode="before")
    @classmethod
    def _no_blanks(cls, data: Any) -> Any:
        if isinstance(data, dict):
            # A word that no duration is: the error then names the key.
            return {k: "" if v is None else v for k, v in data.items()}
        return data

    def milliseconds(self) -> dict[str, int | None]:
        """Return each period in milliseconds, ``None`` for what has no end."""
        periods = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: period and period.milliseconds for name, period in periods.items()}


class PrivacySettings(Section):
    """What the privacy policy promises."""

    minimum_age: int = Field(18, ge=18, le=99, description="18 or higher.")
    retention: Retention = Retention()
    policy: str | None = Field(
        None,
        description="A folder of policy texts, beside this file; the built-in ones if not given.",
    )
    policy_version: Word = Field("", description="The version in force; the newest if not given.")
    allowed_regions: tuple[str, ...] = Field(
        (),
        description=(
            "Regions the store and processors may be in, each of which then has to name its own;"
            " empty allows all."
        ),
    )


class SupportSettings(Section):
    """Where requests to the people behind the service are read, and by when they are answered."""

    channel: Name | None = Field(None, description="The channel of the operators' chat.")
    chat: Word | None = Field(None, description="The platform's id of the operators' chat.")
    thread: Word | None = Field(None, description="Its topic or thread, if it is one.")
    operators: tuple[Word, ...] = Field(
        (), description="The platform's ids of who may act there; empty lets all who are in it."
    )
    due: Duration = Field(Duration.of("30d"), description="By when a request is to be answered.")
    remind: Duration = Field(
        Duration.of("3d"), description="How long before that the operators are reminded."
    )
    close_after: Duration = Field(
        Duration.of("30d"), description="When an answered request without an echo is closed."
    )
    topics: tuple[Topic, ...] = Field((), description="Which are offered; empty offers all.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.channel is None) != (self.chat is None):
            raise ValueError("the operators' chat needs both, channel and chat")
        if self.thread is not None and self.chat is None:
            raise ValueError("a thread needs the chat that it is in")
        if self.operators and self.chat is None:
            raise ValueError("operators need the chat that they are in")
        if self.due.milliseconds > _ANSWERED_WITHIN.milliseconds:
            raise ValueError("due must be at most 30d: the privacy policy promises an answer in it")
        if self.remind.milliseconds >= self.due.milliseconds:
            raise ValueError("remind must be shorter than due")
        return self


class Access(StrEnum):
    """Who may talk on a channel."""

    OPEN = "open"
    ALLOWLIST = "allowlist"
    CODE = "code"


class ChannelSettings(Section):
    """What every channel takes, beside the keys of its adapter."""

    name: Name = Field(description="A name of its own; it becomes part of conversations.")
    adapter: Name = Field(description="The adapter that speaks with the platform.")
    persona: Name = Field("mia", description="Who speaks on it first.")
    access: Access = Access.OPEN
    code: Annotated[SecretStr, BeforeValidator(_text)] | None = Field(
        None, description="What to say to be let in, with access: code."
    )
    allow: tuple[Word, ...] = Field((), description="Accounts let in, with access: allowlist.")
    support: bool = Field(
        False, description="Whether all that is said on it is for the people behind the service."
    )
    enabled: bool = True

    @model_validator(mode="after")
    def _access_is_complete(self) -> Self:
        if self.access is Access.CODE and (self.code is None or len(self.code) < 6):
            raise ValueError("access: code needs a code of at least 6 characters")
        if self.access is Access.ALLOWLIST and not self.allow:
            raise ValueError("access: allowlist needs a list of accounts under allow")
        return self


class Settings(Section):
    """The engine's own sections, validated."""

    service: ServiceSettings = ServiceSettings()
    store: StoreSettings = StoreSettings()
    http: HttpSettings = HttpSettings()
    privacy: PrivacySettings = PrivacySettings()
    safety: SafetySettings = SafetySettings()
    support: SupportSettings = SupportSettings()
    personas: str | None = Field(None, description="A folder of personas, beside this file.")
