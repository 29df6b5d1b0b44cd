"""Personas: who speaks. Read from YAML, checked, and turned into the stable part of a prompt."""

from amity.persona.library import PersonaLibrary, read_persona
from amity.persona.model import Example, Gender, Persona, Rating
from amity.persona.prompt import Composed, Composer

__all__ = [
    "Composed",
    "Composer",
    "Example",
    "Gender",
    "Persona",
    "PersonaLibrary",
    "Rating",
    "read_persona",
]
