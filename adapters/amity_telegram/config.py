"""What an operator sets for a channel of this adapter, beside the keys of every channel."""

import hashlib
import hmac
import re
from enum import StrEnum
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

__all__ = ["Config", "DraftMode", "Limits", "Mode", "Webhook", "token_key"]

OFFICIAL: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+/?")


class Mode(StrEnum):
    """How updates come."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class DraftMode(StrEnum):
    """How a reply is shown while it is being written."""

    AUTO = "auto"  # as Telegram's own draft where that is allowed, else by edits
    EDITS = "edits"
    OFF = "off"


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError('must be a bot\'s token from @BotFather: digits, ":", letters')
    return value


def _address(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError('must be the address of a Bot API server, as in "http://127.0.0.1:8081"')
    return value.rstrip("/")


def _public(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError('must be a web address, as in "https://chat.example.org/hooks/mia"')
    return value


def _path(value: str) -> str:
    if not _PATH.fullmatch(value):
        raise ValueError('must be a path, as in "/hooks/mia"')
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError('may hold up to 256 letters, digits, "_" and "-"')
    return value


class _Section(BaseModel):
    """Unknown keys are refused, values do not change, none is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Webhook(_Section):
    """Where Telegram delivers updates, in mode ``webhook``.

    Attributes:
        url: The public address that Telegram calls.
        path: Where it arrives here, if a proxy changes the path; the path of ``url`` otherwise.
        secret: What Telegram has to present with every update; made from the token by default.
        max_connections: Most deliveries at the same time.
        body_limit: Most bytes of an update.
    """

    url: Annotated[str, AfterValidator(_public)]
    path: Annotated[str, AfterValidator(_path)] | None = None
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    max_connections: Annotated[int, Field(ge=1, le=100)] = 40
    body_limit: Annotated[int, Field(ge=4096, le=16_777_216)] = 1_048_576

    @model_validator(mode="after")
    def _has_a_path(self) -> Self:
        if self.path is None and not _PATH.fullmatch(urlsplit(self.url).path):
            raise ValueError('url: must have a path of its own, as in "https://…/hooks/mia"')
        return self

    @property
    def route(self) -> str:
        """The path that is served."""
        return self.path or urlsplit(self.url).path


class Limits(_Section):
    """How much may be sent, as Telegram publishes it; less is safer, more is refused.

    Attributes:
        per_second: Messages of the bot to all chats together.
        private_per_second: Messages to one person, on average; some may come at once.
        group_per_minute: Messages to one group.
    """

    per_second: Annotated[float, Field(gt=0, le=1000)] = 30.0
    private_per_second: Annotated[float, Field(gt=0, le=1000)] = 1.0
    group_per_minute: Annotated[float, Field(gt=0, le=10_000)] = 20.0


class Config(_Section):
    """What a channel of this adapter takes in the config, beside the keys of every channel.

    Attributes:
        token: The bot's token from @BotFather.
        mode: How updates come.
        webhook: For mode ``webhook``.
        api_base: The Bot API server, Telegram's own by default.
        drafts: How a reply is shown while it is being written.
        poll_seconds: How long Telegram holds a request for updates open.
        album_seconds: How long a further picture of an album is waited for.
        fetch_limit: Most bytes of a file that is fetched; Telegram itself gives out 20 MB.
        limits: How much may be sent.
    """

    token: Annotated[SecretStr, AfterValidator(_token)]
    mode: Mode = Mode.POLLING
    webhook: Webhook | None = None
    api_base: Annotated[str, AfterValidator(_address)] = OFFICIAL
    drafts: DraftMode = DraftMode.AUTO
    poll_seconds: Annotated[int, Field(ge=0, le=50)] = 30
    album_seconds: Annotated[float, Field(ge=0.05, le=10)] = 0.6
    fetch_limit: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _knows_its_webhook(self) -> Self:
        if self.mode is Mode.WEBHOOK and self.webhook is None:
            raise ValueError("webhook: mode webhook needs at least webhook.url")
        official = self.api_base == OFFICIAL
        if self.webhook is not None and official and not self.webhook.url.startswith("https://"):
            raise ValueError("webhook.url: Telegram delivers only to https:// addresses")
        return self

    @property
    def webhook_secret(self) -> str:
        """What Telegram presents with every update."""
        if self.webhook is not None and self.webhook.secret is not None:
            return self.webhook.secret.get_secret_value()
        return token_key(self.token, "webhook").hex()


def token_key(token: SecretStr, purpose: str) -> bytes:
    """Return 32 bytes that only this bot's owner can make; other purposes have other bytes."""
    return hmac.digest(
        token.get_secret_value().encode(), f"amity {purpose}".encode(), hashlib.sha256
    )
