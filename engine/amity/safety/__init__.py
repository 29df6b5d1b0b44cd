"""Safety: what comes in and what goes out, judged by rules alone, with no I/O and no model.

The rules run over one plain form of a text (``normalise``); each finding has a rule id and holds
nothing of the text. ``Screen`` judges a message, ``SentenceGuard`` a reply while it streams,
``Helplines`` knows whom to call in a crisis.
"""

from amity.safety.crisis import CrisisLevel, CrisisSignal, assess
from amity.safety.guard import SentenceGuard
from amity.safety.hard_stops import hard_stop
from amity.safety.helplines import Help, Helplines
from amity.safety.human_claims import asks_if_human, claims_to_be_human
from amity.safety.minors import MinorOutcome, MinorSignal, assess_minor
from amity.safety.screen import Screen, Screening
from amity.safety.special import SpecialCategory, special_categories, special_in_name

__all__ = [
    "CrisisLevel",
    "CrisisSignal",
    "Help",
    "Helplines",
    "MinorOutcome",
    "MinorSignal",
    "Screen",
    "Screening",
    "SentenceGuard",
    "SpecialCategory",
    "asks_if_human",
    "assess",
    "assess_minor",
    "claims_to_be_human",
    "hard_stop",
    "special_categories",
    "special_in_name",
]
