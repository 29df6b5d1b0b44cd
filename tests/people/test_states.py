"""The states of a person: the table, and what holds on every way through it."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from amity.people import BLOCKED, State, StateEvent, transition

RIGHTS = {StateEvent.PAUSED, StateEvent.RESUMED, StateEvent.WITHDREW}


@pytest.mark.parametrize(
    "state, event, after",
    [
        (State.NEW, StateEvent.AGREED, State.ACTIVE),
        (State.NEW, StateEvent.DECLINED, State.NEW),
        (State.ACTIVE, StateEvent.WITHDREW, State.NEW),
        (State.ACTIVE, StateEvent.PAUSED, State.PAUSED),
        (State.PAUSED, StateEvent.RESUMED, State.ACTIVE),
        (State.PAUSED, StateEvent.AGREED, State.PAUSED),
        (State.ACTIVE, StateEvent.RESTRICTED, State.RESTRICTED),
        (State.RESTRICTED, StateEvent.WITHDREW, State.RESTRICTED),
        (State.RESTRICTED, StateEvent.RESTRICTION_ENDED, State.ACTIVE),
        (State.ACTIVE, StateEvent.DECLARED_MINOR, State.MINOR_BLOCKED),
        (State.MINOR_BLOCKED, StateEvent.REINSTATED, State.NEW),
        (State.TERMINATED, StateEvent.REINSTATED, State.NEW),
        (State.TERMINATED, StateEvent.ERASED, State.DELETED),
    ],
)
def test_the_table(state: State, event: StateEvent, after: State) -> None:
    assert transition(state, event) is after


@pytest.mark.parametrize(
    "state, event",
    [
        (State.NEW, StateEvent.PAUSED),
        (State.NEW, StateEvent.RESUMED),
        (State.MINOR_BLOCKED, StateEvent.AGREED),
        (State.MINOR_BLOCKED, StateEvent.WITHDREW),
        (State.TERMINATED, StateEvent.AGREED),
        (State.DELETED, StateEvent.AGREED),
        (State.ACTIVE, StateEvent.REINSTATED),
    ],
)
def test_impossible_moves_are_refused(state: State, event: StateEvent) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        transition(state, event)


@pytest.mark.parametrize("state", State)
def test_everybody_can_be_erased(state: State) -> None:
    assert transition(state, StateEvent.ERASED) is State.DELETED


class Walk(RuleBasedStateMachine):
    """Any sequence of events: what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.NEW
        self.agreed = False
        self.barred = False

    @rule(event=st.sampled_from(StateEvent))
    def happen(self, event: StateEvent) -> None:
        before = self.state
        try:
            self.state = transition(before, event)
        except ValueError:
            return
        # The same event again is harmless.
        if event is not StateEvent.REINSTATED:
            assert transition(self.state, event) is self.state
        if event is StateEvent.AGREED:
            self.agreed = True
        if self.state in BLOCKED:
            self.barred = True
        if event is StateEvent.REINSTATED:
            self.barred, self.agreed = False, False

    @invariant()
    def nobody_is_in_without_having_agreed(self) -> None:
        if self.state in {State.ACTIVE, State.PAUSED, State.RESTRICTED}:
            assert self.agreed

    @invariant()
    def only_a_human_ends_a_block(self) -> None:
        if self.barred:
            assert self.state in BLOCKED | {State.DELETED}


TestWalk = Walk.TestCase
