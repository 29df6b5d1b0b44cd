"""Application commands: what a bot registers, and what of it a person sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from amity.testing.discord_server.checks import too_long, wrong_length
from amity.testing.discord_server.errors import Api, invalid_form
from amity.testing.discord_server.flags import Permission
from amity.testing.discord_server.model import Application, Channel, Json, User
from amity.testing.discord_server.world import World

__all__ = ["LOCALES", "Commands", "SeenCommand"]

LOCALES: Final = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
_NAME: Final = re.compile(r"^[-_'\w]{1,32}$")
CHAT, USER, MESSAGE = 1, 2, 3
_SUBCOMMAND, _GROUP = 1, 2

Problem = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCommand:
    """A command as a person's client lists it, in their language."""

    id: int
    name: str
    description: str
    raw: Json

    @property
    def options(self) -> list[str]:
        """The names of its options, or of its subcommands."""
        return [str(option["name"]) for option in self.raw.get("options") or []]


class Commands:
    """The commands of all bots."""

    def __init__(self, world: World) -> None:
        self._world = world

    # ----------------------------------------------------------------------------- registering

    def listed(self, application: Application, guild: int | None) -> list[Json]:
        """Return the commands of a guild, or the global ones."""
        return list(application.commands.get(guild, {}).values())

    def replace(self, application: Application, guild: int | None, wanted: Any) -> list[Json]:
        """Replace all commands at once; one of the same type and name keeps its id.

        Raises ApiError 50035 where one is wrong; then nothing is changed.
        """
        if not isinstance(wanted, list):
            raise invalid_form(("_", "BASE_TYPE_LIST", "Only list-like values are allowed."))
        problems = [
            problem
            for number, each in enumerate(wanted)
            for problem in _problems(each, str(number))
        ]
        if sum(each.get("type", CHAT) == CHAT for each in wanted) > 100:
            problems.append(wrong_length("_", 0, 100))
        if problems:
            raise invalid_form(*problems)
        old = {(each["type"], each["name"]): each for each in self.listed(application, guild)}
        made = [self._made(application, guild, each, old) for each in wanted]
        application.commands[guild] = {int(each["id"]): each for each in made}
        self._world.changes.pulse()
        return made

    def put(self, application: Application, guild: int | None, wanted: Json) -> tuple[Json, bool]:
        """Add a command, or replace the one of the same type and name.

        Returns:
            The command, and whether it is new.
        """
        problems = list(_problems(wanted, ""))
        if problems:
            raise invalid_form(*problems)
        old = {(each["type"], each["name"]): each for each in self.listed(application, guild)}
        new = (wanted.get("type", CHAT), wanted["name"]) not in old
        made = self._made(application, guild, wanted, old)
        application.commands.setdefault(guild, {})[int(made["id"])] = made
        self._world.changes.pulse()
        return made, new

    def get(self, application: Application, guild: int | None, id: int) -> Json:
        """Return a command. Raises ApiError 10063."""
        try:
            return application.commands[guild][id]
        except KeyError:
            raise Api.unknown("application command") from None

    def change(self, application: Application, guild: int | None, id: int, fields: Json) -> Json:
        """Change parts of a command. Raises ApiError 10063 or 50035."""
        wanted = {**self.get(application, guild, id), **fields}
        problems = list(_problems(wanted, ""))
        if problems:
            raise invalid_form(*problems)
        wanted["version"] = str(self._world.ids.next())
        application.commands[guild][id] = wanted
        self._world.changes.pulse()
        return wanted

    def remove(self, application: Application, guild: int | None, id: int) -> None:
        """Take a command away. Raises ApiError 10063."""
        self.get(application, guild, id)
        del application.commands[guild][id]
        self._world.changes.pulse()

    def _made(
        self,
        application: Application,
        guild: int | None,
        wanted: Json,
        old: dict[tuple[int, str], Json],
    ) -> Json:
        kind = wanted.get("type", CHAT)
        before = old.get((kind, wanted["name"]))
        made: Json = {
            "id": before["id"] if before is not None else str(self._world.ids.next()),
            "application_id": str(application.id),
            "version": str(self._world.ids.next()),
            "type": kind,
            "name": wanted["name"],
            "name_localizations": wanted.get("name_localizations"),
            "description": wanted.get("description", "") if kind == CHAT else "",
            "description_localizations": wanted.get("description_localizations"),
            "default_member_permissions": wanted.get("default_member_permissions"),
            "dm_permission": wanted.get("dm_permission", True),
            "contexts": wanted.get("contexts"),
            "integration_types": wanted.get("integration_types") or [0],
            "nsfw": bool(wanted.get("nsfw")),
        }
        if wanted.get("options"):
            made["options"] = wanted["options"]
        if guild is not None:
            made["guild_id"] = str(guild)
        return made

    # ------------------------------------------------------------------------------ what is seen

    def seen(self, application: Application, user: User, channel: Channel) -> list[SeenCommand]:
        """Return the commands that a person is offered in a channel, in their language."""
        guild = channel.guild
        if guild is not None:
            if application.id not in guild.members:
                return []
            if Permission.USE_APPLICATION_COMMANDS not in self._world.permissions(channel, user):
                return []
        elif application.user not in channel.recipients:
            return []
        own = [] if guild is None else self.listed(application, guild.id)
        names = {(each["type"], each["name"]) for each in own}
        common = [
            each
            for each in self.listed(application, None)
            if (each["type"], each["name"]) not in names
        ]
        return [
            SeenCommand(
                id=int(each["id"]),
                name=_localized(each, "name", user.locale),
                description=_localized(each, "description", user.locale),
                raw=each,
            )
            for each in [*own, *common]
            if self._offered(each, user, channel)
        ]

    def _offered(self, command: Json, user: User, channel: Channel) -> bool:
        contexts = command.get("contexts")
        # In a direct conversation they are off, too, until a person switches them on.
        if command["nsfw"] and not channel.age_restricted:
            return False
        if channel.guild is None:
            if contexts is not None:
                return 1 in contexts
            return bool(command.get("dm_permission", True))
        if contexts is not None and 0 not in contexts:
            return False
        needed = command.get("default_member_permissions")
        if needed is None:
            return True
        have = self._world.base_permissions(channel.guild, user)
        if Permission.ADMINISTRATOR in have:
            return True
        # "0" means that only those who may do everything see it.
        return int(needed) != 0 and int(have) & int(needed) == int(needed)


def _localized(command: Json, field: str, locale: str) -> str:
    texts = command.get(f"{field}_localizations") or {}
    return str(texts.get(locale) or command.get(field) or "")


def _problems(command: Any, path: str) -> Iterator[Problem]:
    """Yield what is wrong with a command or an option."""
    at = f"{path}." if path else ""
    if not isinstance(command, dict):
        yield path or "_", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"
        return
    chat = command.get("type", CHAT) == CHAT
    yield from _name_problems(command.get("name"), f"{at}name", strict=chat)
    yield from _locale_problems(command, at, strict=chat)
    description = command.get("description") or ""
    if chat and not 1 <= len(description) <= 100:
        yield wrong_length(f"{at}description", 1, 100)
    if len(command.get("options") or []) > 25:
        yield too_long(f"{at}options", 25)
    yield from _option_problems(command.get("options") or [], at)
    if chat and sum(len(text) for text in _texts(command)) > 8000:
        yield at + "name", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)"


def _name_problems(name: Any, path: str, *, strict: bool) -> Iterator[Problem]:
    if not isinstance(name, str) or not name:
        yield path, "BASE_TYPE_REQUIRED", "This field is required"
    elif not 1 <= len(name) <= 32:
        yield wrong_length(path, 1, 32)
    elif strict and (not _NAME.match(name) or name != name.lower()):
        text = "Command name is invalid"
        yield path, "APPLICATION_COMMAND_INVALID_NAME", text


def _locale_problems(command: Json, at: str, *, strict: bool) -> Iterator[Problem]:
    for field, most in (("name", 32), ("description", 100)):
        texts = command.get(f"{field}_localizations") or {}
        for locale, text in texts.items():
            path = f"{at}{field}_localizations.{locale}"
            if locale not in LOCALES:
                yield path, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.'
            elif field == "name":
                yield from _name_problems(text, path, strict=strict)
            elif not 1 <= len(text) <= most:
                yield wrong_length(path, 1, most)


def _option_problems(options: list[Any], at: str) -> Iterator[Problem]:
    names: set[str] = set()
    optional_seen = False
    for number, option in enumerate(options):
        path = f"{at}options.{number}"
        if not isinstance(option, dict) or option.get("type") not in range(1, 12):
            yield f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of (1, …, 11)."
            continue
        yield from _name_problems(option.get("name"), f"{path}.name", strict=True)
        yield from _locale_problems(option, f"{path}.", strict=True)
        if not 1 <= len(option.get("description") or "") <= 100:
            yield wrong_length(f"{path}.description", 1, 100)
        if option.get("name") in names:
            text = "Option name already exists"
            yield f"{path}.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text
        names.add(str(option.get("name")))
        if option["type"] in (_SUBCOMMAND, _GROUP):
            yield from _option_problems(option.get("options") or [], f"{path}.")
            continue
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            yield f"{path}", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text
        optional_seen = optional_seen or not option.get("required")
        if len(option.get("choices") or []) > 25:
            yield too_long(f"{path}.choices", 25)


def _texts(part: Json) -> Iterator[str]:
    """Yield the texts that count against a command's size, each in its longest language."""
    for field in ("name", "description"):
        texts = [part.get(field) or "", *(part.get(f"{field}_localizations") or {}).values()]
        yield max(texts, key=len)
    for choice in part.get("choices") or []:
        yield str(choice.get("name") or "")
        yield str(choice.get("value") or "")
    for option in part.get("options") or []:
        yield from _texts(option)
