"""Words that set something: settings, language."""

from collections.abc import Callable, Mapping
from typing import Final

from amity.message import Button, Buttons
from amity.people import CALL_NAME_LIMIT
from amity.safety import special_in_name
from amity.sealed import SealedText
from amity.turn.services import Services
from amity.turn.turn import Flow, Turn
from amity.turn.unkept import unkeep

__all__ = ["language", "settings"]

NAMES: Final = ("call_name", "language", "country", "time_zone")


async def settings(services: Services, turn: Turn, argument: str) -> Flow:
    """Show the settings, or change one: ``name=value`` or ``name value``; empty removes it."""
    if not argument:
        turn.say(_overview(services, turn))
        return Flow.DELIVER
    name, separator, value = argument.partition("=")
    if not separator:
        name, _, value = argument.partition(" ")
    name, value = name.strip().lower(), value.strip()
    if name not in NAMES:
        turn.say(services.text(turn.language, "settings.bad"))
        return Flow.DELIVER
    if name == "call_name" and _is_forbidden(turn, value):
        unkeep(turn)
        turn.say(services.text(turn.language, "settings.forbidden.call_name"))
        return Flow.DELIVER
    stored = _checked(services, name, value)
    try:
        if value and stored is None:
            raise ValueError(name)
        turn.person = await services.people.set(turn.person, **{name: stored})
    except ValueError:
        turn.say(services.text(turn.language, f"settings.bad.{name}", **_expected(services)))
        return Flow.DELIVER
    turn.language = services.language(turn.person)
    label = services.text(turn.language, f"settings.name.{name}")
    if value:
        shown = _shown(services, turn, name)
        turn.say(services.text(turn.language, "settings.saved", name=label, value=shown))
    else:
        turn.say(services.text(turn.language, "settings.removed", name=label))
    return Flow.DELIVER


async def language(services: Services, turn: Turn, argument: str) -> Flow:
    """Ask for the language, or change it."""
    tag = argument.strip().lower()
    names = _languages(services)
    if not tag:
        text = services.text(
            turn.language,
            "language.ask",
            language=services.text(turn.language, "language.name"),
            languages=names,
        )
        row = tuple(
            Button(label=services.text(tag, "language.name"), command="language", argument=tag)
            for tag in services.texts.languages
        )
        turn.say(text, Buttons((row,)))
    elif tag in services.texts.languages:
        turn.person = await services.people.set(turn.person, language=tag)
        turn.language = tag
        turn.say(services.text(tag, "language.switched"))
    else:
        turn.say(services.text(turn.language, "language.unknown", languages=names))
    return Flow.DELIVER


def _is_forbidden(turn: Turn, name: str) -> bool:
    """Whether a name says what the turn's platform forbids to keep."""
    return turn.channel.manifest.rules.no_special_categories and bool(special_in_name(name))


def _languages(services: Services) -> str:
    return ", ".join(
        f"{services.text(tag, 'language.name')} ({tag})" for tag in services.texts.languages
    )


def _expected(services: Services) -> Mapping[str, str | int]:
    return {"limit": CALL_NAME_LIMIT, "languages": _languages(services)}


def _country(services: Services, value: str) -> str | None:
    return services.care.country_from_settings(value)


def _language(services: Services, value: str) -> str | None:
    tag = value.lower()
    return tag if tag in services.texts.languages else None


def _call_name(_services: Services, value: str) -> SealedText | None:
    fits = len(value) <= CALL_NAME_LIMIT and "\n" not in value and "://" not in value
    return SealedText(value) if fits else None


def _time_zone(_services: Services, value: str) -> str:
    return value


_CHECKS: Final[Mapping[str, Callable[[Services, str], str | SealedText | None]]] = {
    "country": _country,
    "language": _language,
    "call_name": _call_name,
    "time_zone": _time_zone,
}


def _checked(services: Services, name: str, value: str) -> str | SealedText | None:
    return _CHECKS[name](services, value) if value else None


def _shown(services: Services, turn: Turn, name: str) -> str:
    person = turn.person
    match name:
        case "call_name":
            value = person.call_name.reveal() if person.call_name is not None else None
        case "language":
            value = services.text(turn.language, "language.name")
        case "country":
            value = person.country and services.care.country_name(person.country, turn.language)
        case _:
            value = person.time_zone
    return value or services.text(turn.language, "settings.unset")


def _overview(services: Services, turn: Turn) -> str:
    return services.text(
        turn.language, "settings", **{name: _shown(services, turn, name) for name in NAMES}
    )
