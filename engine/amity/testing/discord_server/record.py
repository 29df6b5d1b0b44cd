"""What the bots asked for, kept for a test to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Request", "SentFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file of an upload."""

    field: str
    name: str
    content_type: str
    size: int


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """One request. Tokens, of bots and of interactions, are masked everywhere in it.

    Attributes:
        bot: The name of the bot, where its token or an interaction's token tells it.
        route: The method and the path with its parameters' names, such as
            ``POST /channels/{channel}/messages``; for an unknown address the path itself.
        path: The path below the API's base.
        query: The parameters after the question mark.
        headers: By name in lower case.
        body: The JSON body, or that of ``payload_json``; ``None`` without one.
        files: The files of an upload.
        status: What was answered; 0 while it is being answered or where no answer was sent.
        code: The JSON error code of a refusal.
        fault: The fault that was asked for and happened to it.
        at: The server's time.
    """

    bot: str | None
    route: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float
    body: Any = None
    files: list[SentFile] = field(default_factory=list)
    status: int = 0
    code: int | None = None
    fault: str | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.route.split(" ", 1)[0]
