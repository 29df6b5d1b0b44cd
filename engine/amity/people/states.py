"""The states of a person, and which event leads from one to another.

Rights, support and help work in every state; what else works is the gate's to say.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["BLOCKED", "State", "StateEvent", "transition"]


class State(StrEnum):
    """Where a person stands with the service."""

    NEW = "new"  # at the gate: has not consented, or has withdrawn consent
    ACTIVE = "active"
    PAUSED = "paused"  # asked us to keep what is there and not to use it
    RESTRICTED = "restricted"  # for a time, because of a rule
    MINOR_BLOCKED = "minor_blocked"  # said that they are under 18
    TERMINATED = "terminated"
    DELETED = "deleted"  # the row is about to go


class StateEvent(StrEnum):
    """What can happen to a person's state."""

    AGREED = "agreed"  # to the service
    DECLINED = "declined"
    WITHDREW = "withdrew"  # consent to the service
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTRICTED = "restricted"
    RESTRICTION_ENDED = "restriction_ended"
    DECLARED_MINOR = "declared_minor"
    TERMINATED = "terminated"
    REINSTATED = "reinstated"  # by a human, after an appeal
    ERASED = "erased"


BLOCKED: Final = frozenset({State.MINOR_BLOCKED, State.TERMINATED})
"""States that only a human ends, and that a tombstone outlives the person's row with."""

# Whoever is here may always be blocked, and may always go.
_LEAVING: Final = {
    StateEvent.DECLARED_MINOR: State.MINOR_BLOCKED,
    StateEvent.TERMINATED: State.TERMINATED,
    StateEvent.ERASED: State.DELETED,
}

# Saying the same again changes nothing, so that a repeated event (a retry, a second press of a
# button) is harmless. A pause asked for during a restriction shows as the pause; the restriction's
# own end stays in the person's row and is looked at when they resume.
_TABLE: Final[Mapping[State, Mapping[StateEvent, State]]] = MappingProxyType(
    {
        State.NEW: {
            StateEvent.AGREED: State.ACTIVE,
            StateEvent.DECLINED: State.NEW,
            StateEvent.WITHDREW: State.NEW,
            **_LEAVING,
        },
        State.ACTIVE: {
            StateEvent.AGREED: State.ACTIVE,
            StateEvent.DECLINED: State.ACTIVE,
            StateEvent.WITHDREW: State.NEW,
            StateEvent.PAUSED: State.PAUSED,
            StateEvent.RESUMED: State.ACTIVE,
            StateEvent.RESTRICTED: State.RESTRICTED,
            StateEvent.RESTRICTION_ENDED: State.ACTIVE,
            **_LEAVING,
        },
        State.PAUSED: {
            StateEvent.AGREED: State.PAUSED,
            StateEvent.DECLINED: State.PAUSED,
            StateEvent.WITHDREW: State.NEW,
            StateEvent.PAUSED: State.PAUSED,
            StateEvent.RESUMED: State.ACTIVE,
            StateEvent.RESTRICTED: State.RESTRICTED,
            StateEvent.RESTRICTION_ENDED: State.PAUSED,
            **_LEAVING,
        },
        State.RESTRICTED: {
            StateEvent.AGREED: State.RESTRICTED,
            StateEvent.DECLINED: State.RESTRICTED,
            # Leaving and coming back must not shorten a restriction.
            StateEvent.WITHDREW: State.RESTRICTED,
            StateEvent.PAUSED: State.PAUSED,
            StateEvent.RESTRICTED: State.RESTRICTED,
            StateEvent.RESTRICTION_ENDED: State.ACTIVE,
            **_LEAVING,
        },
        State.MINOR_BLOCKED: {
            StateEvent.DECLARED_MINOR: State.MINOR_BLOCKED,
            StateEvent.REINSTATED: State.NEW,
            StateEvent.ERASED: State.DELETED,
        },
        State.TERMINATED: {
            StateEvent.DECLARED_MINOR: State.MINOR_BLOCKED,
            StateEvent.TERMINATED: State.TERMINATED,
            StateEvent.REINSTATED: State.NEW,
            StateEvent.ERASED: State.DELETED,
        },
        State.DELETED: {StateEvent.ERASED: State.DELETED},
    }
)


def transition(state: State, event: StateEvent) -> State:
    """Return the state that an event leads to.

    Pure; an event that changes nothing returns the same state.

    Raises:
        ValueError: the event cannot happen in this state.
    """
    after = _TABLE[state].get(event)
    if after is None:
        raise ValueError(f"a person who is {state} cannot have {event}")
    return after
