"""The ceilings of a day, checked before a model is called and charged with the answer's commit."""

from collections.abc import Callable, Sequence

from amity.clock import Clock, day_of
from amity.datamap.declarations import COUNTERS
from amity.datamap.schema import Purpose
from amity.models.budgets import LimitsConfig, charges, check, names
from amity.store.contract import EVERYONE, Access, Get, Increment, Operation
from amity.store.vault import Vault
from amity.turn.turn import Turn

__all__ = ["DayCeilings"]
