"""People: who they are, where they stand with the service, what they agreed to."""

from amity.people.consent import ConsentLog, Entry, Problem
from amity.people.directory import People
from amity.people.lookup import KEY_REALM, Account
from amity.people.person import (
    CALL_NAME_LIMIT,
    Evidence,
    Identity,
    IdentityKind,
    Person,
    Recipient,
    Scope,
    clean_locale,
)
from amity.people.states import BLOCKED, State, StateEvent, transition

__all__ = [
    "BLOCKED",
    "CALL_NAME_LIMIT",
    "KEY_REALM",
    "Account",
    "ConsentLog",
    "Entry",
    "Evidence",
    "Identity",
    "IdentityKind",
    "People",
    "Person",
    "Problem",
    "Recipient",
    "Scope",
    "State",
    "StateEvent",
    "clean_locale",
    "transition",
]
