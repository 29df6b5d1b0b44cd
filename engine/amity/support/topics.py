"""What a request is about, how far it is, and the words by which it is made."""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["WORDS", "Outcome", "TicketState", "Topic", "is_argument", "numbered"]


class Topic(StrEnum):
    """What a request is about."""

    QUESTION = "question"
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    COMPLAINT = "complaint"
    PAYMENT = "payment"
    APPEAL = "appeal"


class TicketState(StrEnum):
    """How far a ticket is."""

    AWAITED = "awaited"  # the person's words are waited for: no ticket yet
    OPEN = "open"  # the operators have to answer
    ANSWERED = "answered"  # the person may write again
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a ticket ended."""

    ANSWERED = "answered"
    GRANTED = "granted"  # the account was opened again
    REFUSED = "refused"  # it was not
    WITHDRAWN = "withdrawn"  # by the person


WORDS: Final = MappingProxyType(
    {"support": None, "appeal": Topic.APPEAL, "paysupport": Topic.PAYMENT}
)
"""The words that reach the operators, and the topic that each stands for."""

ADD: Final = "add"
CLOSE: Final = "close"
DELETE: Final = "delete"
DELETE_YES: Final = "delete yes"
WORDLESS: Final = "wordless"
WORDS_ONLY: Final = "words only"  # what else the message held was left out

_ARGUMENTS: Final = frozenset({"", *Topic, ADD, CLOSE, DELETE, DELETE_YES, WORDLESS, WORDS_ONLY})
_NUMBERED: Final = re.compile(rf"({CLOSE}|{DELETE}|{DELETE_YES}) ([0-9]{{1,9}})")


def numbered(argument: str) -> tuple[str, int | None]:
    """Return what is to be done, and with which ticket where its number is named."""
    found = _NUMBERED.fullmatch(argument)
    return (argument, None) if found is None else (found[1], int(found[2]))


def is_argument(argument: str) -> bool:
    """Whether this may follow such a word without being the person's own words."""
    return numbered(argument)[0] in _ARGUMENTS
