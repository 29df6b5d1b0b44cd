"""The ceilings of a day: messages, tokens and money, for each person and for the whole service.

They are checked before a model is called, against what earlier answers were charged and what those
that run are expected to use. So no message is answered beyond a ceiling of messages, however many
come at once. An answer's tokens and their price are only known when it ends: their ceilings can be
passed by as much as the running answers are longer than expected. What runs is known to its own
process alone: several processes on one store can pass a ceiling by what the others run.

Every call that was sent is charged, also one that was stopped, failed or gave no words: by what the
provider told, else by an estimate. Free is what a provider refused or never got.

This is arithmetic only. Counters are rows of the collection ``counters``, one for each name, day
and person (or nobody); who calls reads them, and adding to them is data that goes into the commit
of the answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from amity.config import Section
from amity.models.contract import Usage
from amity.models.health import ModelState

__all__ = [
    "Ceilings",
    "Charge",
    "LimitsConfig",
    "Verdict",
    "blind_spots",
    "charges",
    "check",
    "names",
]

_UNITS: Final = ("messages", "tokens", "money")
_PERSON: Final = "person"
_SERVICE: Final = "service"


class Ceilings(Section):
    """How much in a UTC day; what is not written is not limited."""

    messages: int | None = Field(None, ge=0, description="Answers a day, also unfinished ones.")
    tokens: int | None = Field(None, ge=0, description="Tokens a day, of prompts and answers.")
    money: float | None = Field(None, ge=0, description="US dollars a day.")


class LimitsConfig(Section):
    """The ``limits:`` section: ceilings of a day, and how much may come at once."""

    per_person: Ceilings = Field(default_factory=Ceilings, description="For each person.")
    service: Ceilings = Field(default_factory=Ceilings, description="For all people together.")
    burst: int = Field(10, ge=1, description="Messages that one person may send at once.")
    per_minute: float = Field(20.0, gt=0, description="Messages a minute that one person may send.")
    gather_seconds: float = Field(
        0.0, ge=0, le=60, description="Wait so long for more before answering; 0 answers at once."
    )
    message_characters: int = Field(8000, ge=100, description="The longest message taken in.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a model may be called.

    Attributes:
        scope: ``person`` or ``service``, whose ceiling is reached; ``None`` if none is.
        unit: ``messages``, ``tokens`` or ``money``.
        ceiling: The ceiling that is reached.
        used: What has been used of it today.
    """

    scope: str | None = None
    unit: str | None = None
    ceiling: float = 0.0
    used: float = 0.0

    @property
    def allowed(self) -> bool:
        """Whether no ceiling is reached."""
        return self.scope is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Something to add to a counter.

    Attributes:
        name: The counter's name, such as ``person.tokens``.
        person: Whose; ``None`` for the service's own.
        day: The UTC day.
        amount: How much.
    """

    name: str
    person: str | None
    day: str
    amount: float


def names(limits: LimitsConfig) -> tuple[str, ...]:
    """Return the names of the counters that have a ceiling, the person's first."""
    return tuple(name for name, _ in _ceilings(limits))


def check(limits: LimitsConfig, counters: Mapping[str, float]) -> Verdict:
    """Return which ceiling is reached, the person's own before the service's.

    Args:
        limits: The ceilings.
        counters: Today's amounts by name; a missing one counts as 0.
    """
    for name, ceiling in _ceilings(limits):
        used = counters.get(name, 0.0)
        if used >= ceiling:
            scope, _, unit = name.partition(".")
            return Verdict(scope=scope, unit=unit, ceiling=ceiling, used=used)
    return Verdict()


def charges(person: str, day: str, usage: Usage) -> tuple[Charge, ...]:
    """Return what an answer adds to the day's counters, the person's and the service's.

    An answer whose price is unknown adds no money; ``blind_spots`` says so beforehand.
    """
    amounts = {
        "messages": 1.0,
        "tokens": float(usage.input_tokens + usage.output_tokens),
        "money": usage.cost or 0.0,
    }
    return tuple(
        Charge(name=f"{scope}.{unit}", person=whose, day=day, amount=amounts[unit])
        for scope, whose in ((_PERSON, person), (_SERVICE, None))
        for unit in _UNITS
        if amounts[unit] > 0
    )


def blind_spots(limits: LimitsConfig, models: Iterable[ModelState]) -> list[str]:
    """Return one sentence for each model whose money a ceiling of money cannot see."""
    if limits.per_person.money is None and limits.service.money is None:
        return []
    return [
        f'model "{model.name}": its price is unknown, so the ceiling of money does not count it;'
        " write input_cost_per_token and output_cost_per_token into its litellm_params"
        for model in models
        if model.priced is False
    ]


def _ceilings(limits: LimitsConfig) -> list[tuple[str, float]]:
    groups = ((_PERSON, limits.per_person), (_SERVICE, limits.service))
    return [
        (f"{scope}.{unit}", float(ceiling))
        for scope, group in groups
        for unit in _UNITS
        if (ceiling := getattr(group, unit)) is not None
    ]
