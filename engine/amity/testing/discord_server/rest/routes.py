"""The table of routes, and what a route is given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from amity.testing.discord_server.errors import invalid_form
from amity.testing.discord_server.flags import Intent
from amity.testing.discord_server.model import Application, Attachment, Json, Message, User

if TYPE_CHECKING:
    from amity.testing.discord_server.services import Services

__all__ = ["ROUTES", "Answer", "Call", "Handler", "Route", "Upload", "find_route", "route"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a request, with the number in its field's name."""

    number: int
    name: str
    content_type: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to one route.

    Attributes:
        services: What the server is made of.
        application: The bot that asks; not there for routes that need no token.
        parameters: The parts of the path, by name.
    """

    services: "Services"
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: list[Upload] = field(default_factory=list)
    application: Application | None = None

    @property
    def bot(self) -> Application:
        """The bot that asks; the routes with a token have one."""
        assert self.application is not None
        return self.application

    @property
    def user(self) -> User:
        """The bot's account."""
        return self.bot.user

    @property
    def form(self) -> Json:
        """The body as an object; without one an empty object."""
        return self.body if isinstance(self.body, dict) else {}

    def id(self, name: str) -> int:
        """Return a part of the path as an id. Raises ApiError 50035 where it is none."""
        return self._snowflake(self.parameters[name], name)

    def query_id(self, name: str) -> int | None:
        """Return a query parameter as an id."""
        value = self.query.get(name)
        return None if value is None else self._snowflake(value, name)

    @staticmethod
    def _snowflake(value: str, name: str) -> int:
        if not value.isdecimal():
            raise invalid_form(
                (name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.'),
            )
        return int(value)

    def query_number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a query parameter as a number. Raises ApiError 50035 out of its range."""
        value = self.query.get(name, str(default))
        if not value.isdecimal():
            raise invalid_form((name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.'))
        if int(value) < low:
            text = f"int value should be greater than or equal to {low}."
            raise invalid_form((name, "NUMBER_TYPE_MIN", text))
        if int(value) > high:
            text = f"int value should be less than or equal to {high}."
            raise invalid_form((name, "NUMBER_TYPE_MAX", text))
        return int(value)

    def show(self, message: Message, user: User | None = None) -> Json:
        """Return a message as the bot reads it by HTTP.

        Here the privileged intents count that its operator switched on, not those of a session.
        """
        viewer = user or self.user
        application = self.services.world.applications[viewer.id]
        granted = Intent.MESSAGE_CONTENT in application.privileged
        return self.services.world.payloads.message(message, viewer, granted=granted)

    def attachments(self, listed: Any, *, ephemeral: bool = False) -> list[Attachment]:
        """Return the uploaded files with what ``listed``, the body's ``attachments``, says."""
        said: dict[str, Json] = {}
        for each in listed if isinstance(listed, list) else []:
            said[str(each.get("id"))] = each
        made = []
        for upload in self.files:
            about = said.get(str(upload.number), {})
            made.append(
                Attachment(
                    id=self.services.world.ids.next(),
                    name=_clean_name(str(about.get("filename") or upload.name)),
                    content_type=upload.content_type,
                    data=upload.data,
                    description=about.get("description"),
                    seconds=about.get("duration_secs"),
                    waveform=about.get("waveform"),
                    ephemeral=ephemeral,
                )
            )
        return made


Answer = Json | list[Any] | None
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method on one path.

    Attributes:
        name: Such as ``POST /channels/{channel}/messages``.
        token: Whether it needs a bot's token.
        status: The status of its good answer; an answer of ``None`` is 204.
    """

    name: str
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    token: bool
    status: int


ROUTES: Final[list[Route]] = []


def route(
    method: str, path: str, *, token: bool = True, status: int = 200
) -> Callable[[Handler], Handler]:
    """Register a function for a route."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        made = Route(
            name=f"{method} {path}",
            method=method,
            pattern=pattern,
            handler=handler,
            token=token,
            status=status,
        )
        ROUTES.append(made)
        # Fixed parts come before parameters: @me is no id.
        ROUTES.sort(key=lambda each: each.pattern.groups)
        return handler

    return register


def find_route(method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
    """Return the route, its parameters, and whether the path is known with another method."""
    known = False
    for each in ROUTES:
        match = each.pattern.fullmatch(path)
        if match is None:
            continue
        known = True
        if each.method == method:
            return each, match.groupdict(), True
    return None, {}, known


def _clean_name(name: str) -> str:
    """Return a file name as Discord keeps it: blanks and odd signs become underscores."""
    kept = re.sub(r"[^\w.\-]", "_", name.strip())
    return kept.lstrip(".") or "unknown"
