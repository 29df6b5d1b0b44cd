"""What a persona is.

A persona's text may be given once, or by language (``en: …``, ``ru: …``). It is data: nothing in
it is run as a template; only ``{{char}}`` and ``{{user}}`` are replaced, by the names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

__all__ = ["MACRO", "Example", "Gender", "Localised", "Persona", "Rating", "fill", "pick"]

MACRO: Final = re.compile(r"\{\{\s*(char|user)\s*\}\}", re.IGNORECASE)
"""What stands for a name in a persona's texts."""

T = TypeVar("T")
Localised = Mapping[str, T]


class Gender(StrEnum):
    """The grammatical gender a persona speaks of itself in."""

    FEMALE = "female"
    MALE = "male"
    NEUTRAL = "neutral"


class Rating(StrEnum):
    """What a persona is made for; a platform may only take ``general``."""

    GENERAL = "general"
    ADULT = "adult"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line of the person and the persona's answer to it, as a model for its way of speaking."""

    user: str
    char: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who speaks. Fields by language fall back to English, then to whatever there is.

    Attributes:
        id: What commands and the config call it.
        version: A hash of its content: the same content has the same version anywhere.
        names: Its name by language.
        gender: The grammatical gender it speaks of itself in.
        age: Always 18 or over.
        about: One line for lists, by language.
        character: Who it is.
        speech: How it speaks.
        interests: What it likes to talk about.
        greeting: Its first words in a conversation.
        boundaries: What it does not do.
        examples: Lines that show how it speaks.
        languages: The languages it is written for.
        rating: What it is made for.
        model: A model name or role of the config; ``None`` leaves it to the chat role.
        temperature: Sampling temperature; ``None`` leaves it to the provider.
    """

    id: str
    version: str
    names: Localised[str]
    gender: Gender
    age: int
    about: Localised[str]
    character: Localised[str]
    speech: Localised[str]
    interests: Localised[tuple[str, ...]]
    greeting: Localised[str]
    boundaries: Localised[tuple[str, ...]]
    examples: Localised[tuple[Example, ...]]
    languages: tuple[str, ...]
    rating: Rating = Rating.GENERAL
    model: str | None = None
    temperature: float | None = None

    def name(self, language: str = "en") -> str:
        """Return its name in a language."""
        return pick(self.names, language, self.id)

    def about_in(self, language: str, user: str) -> str:
        """Return its line for lists in a language; ``user`` is what whoever reads it is called."""
        return fill(pick(self.about, language, ""), char=self.name(language), user=user)

    def greeting_in(self, language: str, user: str) -> str:
        """Return its first words in a language, to somebody who is called ``user``."""
        return fill(pick(self.greeting, language, ""), char=self.name(language), user=user)

    def interests_in(self, language: str, user: str) -> tuple[str, ...]:
        """Return what it likes to talk about, in a language; ``user`` as above."""
        name = self.name(language)
        return tuple(
            fill(each, char=name, user=user) for each in pick(self.interests, language, ())
        )


def fill(text: str, *, char: str, user: str) -> str:
    """Return a persona's text with the names in it."""
    return MACRO.sub(lambda match: char if match[1].lower() == "char" else user, text)


def pick(values: Localised[T], language: str, default: T) -> T:
    """Return the value for a language, else for its primary tag, else English, else any."""
    for tag in (language, language.partition("-")[0], "en"):
        if tag in values:
            return values[tag]
    return next(iter(values.values()), default)
