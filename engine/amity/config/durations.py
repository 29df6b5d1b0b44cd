"""Spans of time as an operator writes them: ``90s``, ``15m``, ``24h``, ``180d``, ``2w``, ``3y``."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

__all__ = ["Duration"]

_UNITS: Final = {
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
    "y": 365 * 86_400_000,
}
_FORM: Final = re.compile(r"([0-9]{1,6})\s*([smhdwy])")
_LONGEST: Final = 100 * _UNITS["y"]


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time. A year counts 365 days.

    Attributes:
        milliseconds: Its length.
        text: As it was written.
    """

    milliseconds: int
    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a duration.

        Raises:
            ValueError: it is not written as one, or longer than a hundred years.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError('must be a duration such as "24h" or "180d"')
        milliseconds = int(match[1]) * _UNITS[match[2]]
        if milliseconds > _LONGEST:
            raise ValueError("must not be longer than 100y")
        return cls(milliseconds, f"{int(match[1])}{match[2]}")

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return self.milliseconds / 1000

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Any:
            if isinstance(value, cls):
                return value
            if isinstance(value, str):
                return cls.of(value)
            raise ValueError('must be a duration such as "24h" or "180d"')

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{_FORM.pattern}$", "examples": ["24h", "180d"]}
