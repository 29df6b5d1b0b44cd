"""Slash commands, pressed buttons and modals as events of the core.

A word that needs more words (a call-name) is answered with a modal. That must be the very first
answer to an interaction, so it is decided here, before the core hears of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from amity.message import Choice, Command, Inbound, Part, Sender
from amity.sealed import SealedText
from amity_discord.custom_ids import CustomIds, Pressed
from amity_discord.places import Place, milliseconds_of
from amity_discord.rest import Json

__all__ = [
    "ELSEWHERE",
    "PUBLIC",
    "Ask",
    "Heard",
    "NotOurs",
    "Suggest",
    "hear",
    "inbound_from",
    "modal_for",
]

PUBLIC: Final = frozenset({"regenerate"})
"""Commands that a persona answers where everybody in the channel can read it."""

ELSEWHERE: Final = Choice(command="support")
"""The button that leads from a server to where nobody else reads what is written."""

ASKED: Final[Mapping[tuple[str, str], int]] = {
    ("settings", "call_name"): 80,
    ("settings", "country"): 80,
    ("settings", "time_zone"): 80,
}
"""Words that need more words, and how many characters of them: a modal asks."""

_WORDS: Final = "words"
_TITLE: Final = 45


@dataclass(frozen=True, slots=True)
class Ask:
    """The interaction is to be answered with a modal that asks for words."""

    pressed: Pressed


@dataclass(frozen=True, slots=True)
class Heard:
    """The interaction is an event for the core.

    Attributes:
        part: What was said.
        public: Whether everybody in the channel may read the answer.
    """

    part: Part
    public: bool = False


@dataclass(frozen=True, slots=True)
class Suggest:
    """The interaction is to be answered with what can be added to a word, while it is typed."""

    command: str
    typed: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """The interaction is of a button that we did not make, or not for this person."""


def hear(
    interaction: discord.Interaction[Any], ids: CustomIds
) -> Ask | Heard | Suggest | NotOurs | None:
    """Return what an interaction is; ``None`` if it is of a kind that we never offer."""
    data: Any = interaction.data or {}
    person = str(interaction.user.id)
    match interaction.type:
        case discord.InteractionType.application_command:
            return _command(data)
        case discord.InteractionType.autocomplete:
            typed = [str(one.get("value", "")) for one in data.get("options") or ()]
            return Suggest(str(data.get("name", "")), "".join(typed))
        case discord.InteractionType.component:
            pressed = ids.read(str(data.get("custom_id", "")), person=person)
            if pressed is None:
                return NotOurs()
            if (pressed.command, pressed.argument) in ASKED:
                return Ask(pressed)
            choice = Choice(command=pressed.command, argument=pressed.argument)
            return Heard(choice, public=not pressed.quiet)
        case discord.InteractionType.modal_submit:
            pressed = ids.read(str(data.get("custom_id", "")), person=person, modal=True)
            if pressed is None:
                return NotOurs()
            return Heard(_filled_in(pressed, _value_in(data.get("components"))))
        case _:
            return None


def _command(data: Mapping[str, Any]) -> Ask | Heard:
    name = str(data.get("name", ""))
    given = {str(one["name"]): str(one.get("value", "")) for one in data.get("options") or ()}
    if "setting" in given:
        setting, value = given["setting"], given.get("value")
        if value is None and (name, setting) in ASKED:
            return Ask(Pressed(name, setting))
        argument = setting if value is None else f"{setting}={value}"
    else:
        argument = given.get("text", "")
    return Heard(Command(name=name, argument=SealedText(argument)), public=name in PUBLIC)


def _filled_in(pressed: Pressed, value: str) -> Command:
    setting = pressed.command == "settings"
    argument = f"{pressed.argument}={value}" if setting else value
    return Command(name=pressed.command, argument=SealedText(argument))


def _value_in(components: Sequence[Any] | None) -> str:
    """Return what was typed into a modal, whichever layout the library sent it with."""
    for one in components or ():
        if one.get("custom_id") == _WORDS:
            return str(one.get("value", ""))
        inner = [
            *(one.get("components") or ()),
            *([one["component"]] if "component" in one else ()),
        ]
        if inner:
            return _value_in(inner)
    return ""


def modal_for(asked: Pressed, ids: CustomIds, *, person: str, title: str) -> Json | None:
    """Return the answer that asks for words in a modal; ``None`` if it cannot be made."""
    custom_id = ids.make(asked.command, asked.argument, person=person, modal=True)
    if custom_id is None:
        return None
    shown = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    words: Json = {
        "type": 4,
        "custom_id": _WORDS,
        "label": shown,
        "style": 1,
        "required": asked.command != "settings",  # an empty setting is taken back
        "max_length": ASKED[asked.command, asked.argument],
    }
    data: Json = {
        "custom_id": custom_id,
        "title": shown,
        "components": [{"type": 1, "components": [words]}],
    }
    return {"type": 9, "data": data}


def inbound_from(
    interaction: discord.Interaction[Any], heard: Heard, *, channel: str, place: Place
) -> Inbound:
    """Return the event that an interaction is."""
    return Inbound(
        address=place.address(channel),
        # Of a member nothing is read but these two (promise P26).
        sender=Sender(id=str(interaction.user.id), locale=str(interaction.locale)),
        id=str(interaction.id),
        time=milliseconds_of(interaction.id),
        parts=(heard.part,),
        private=place.private,
        ephemeral=not (place.private or heard.public),
        adult=place.adult,
    )
