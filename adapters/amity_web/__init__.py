"""The web: a chat page, the API under it, and the OpenAI dialect.

This module holds only what is needed to read a config: the server's parts are imported by
``Web.load``. The way in for everything a person does is ``POST api/v1/messages``; the way out is
the event stream ``GET api/v1/events``. ``openapi.yaml`` beside this file describes both.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from amity.adapter import AdapterFactory, Capabilities, CookieInfo, Manifest
from amity.markup import Markup
from amity.message import Choice, Command, Text

__all__ = ["Config", "Web"]


def _path(value: str) -> str:
    if not value.startswith("/") or not value.endswith("/") or "//" in value:
        raise ValueError('must start and end with one "/", as in "/" or "/chat/"')
    if not all(part.replace("-", "").replace("_", "").isalnum() for part in value.split("/")[1:-1]):
        raise ValueError('may hold letters, digits, "-" and "_" between the slashes')
    return value


def _origin(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.netloc or value.count("/") != 2:
        raise ValueError('must be an origin, as in "https://chat.example.org"')
    return value.lower()


class Config(BaseModel):
    """What a channel of this adapter takes in the config, beside the keys of every channel.

    Attributes:
        path: Where the page lives; the API and the OpenAI dialect lie under it.
        origins: Origins beside the server's own that may write with the cookie, for a proxy that
            changes the ``Host`` header.
        openai: Whether the OpenAI dialect is served.
        max_body: Most bytes of a request.
        openai_max_body: Most bytes of a request of the OpenAI dialect, whose clients send along
            what was said before, and pictures; of its last message as many as of any request.
        max_streams: Most event streams of one person; the newest wins.
        max_connections: Most event streams in all.
        new_guests_per_minute: Most first answers at the gate in a minute, from everybody together.
        heartbeat: Seconds between two signs of life on a silent stream.
        write_timeout: Seconds that a client may take to read before its stream is ended.
        answer_timeout: Seconds that a request of the OpenAI dialect waits for the reply.
        cookie_days: Days that a browser keeps the cookie.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, AfterValidator(_path)] = "/"
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    openai: bool = True
    max_body: Annotated[int, Field(ge=1024, le=16_777_216)] = 262_144
    openai_max_body: Annotated[int, Field(ge=1024, le=67_108_864)] = 8_388_608
    max_streams: Annotated[int, Field(ge=1, le=64)] = 4
    max_connections: Annotated[int, Field(ge=1)] = 10_000
    new_guests_per_minute: Annotated[int, Field(ge=1)] = 600
    heartbeat: Annotated[float, Field(ge=0.1, le=60)] = 15.0
    write_timeout: Annotated[float, Field(ge=0.1, le=300)] = 20.0
    answer_timeout: Annotated[float, Field(ge=0.1, le=3600)] = 300.0
    cookie_days: Annotated[int, Field(ge=1, le=400)] = 365


def _paths(config: Config) -> tuple[str, ...]:
    return (config.path,)


def _load() -> AdapterFactory:
    from amity_web.adapter import make

    return make


Web = Manifest(
    name="web",
    realm="web",
    config=Config,
    capabilities=Capabilities(
        markup=Markup.MARKDOWN,
        buttons=True,
        takes=(Text, Choice, Command),
        edits=True,
        idempotent_send=True,
        journal=True,
        draft_interval=0.05,
    ),
    load=_load,
    paths=_paths,
    cookies=(
        CookieInfo(
            name="__Host-amity",
            purpose="Recognises your browser, so that your conversation stays yours.",
            lifetime="400 days",
        ),
    ),
)
