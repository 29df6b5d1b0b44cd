"""Support: people's requests to the humans behind the service, apart from persona and memory.

A request is a *ticket*. Its words lie in the ticket and nowhere else: no model, no history, no
log has them. Operators read and answer it in a chat of theirs, the *desk*, or on the command line.
"""

from amity.support.intake import Claim, Said, holds_words_only
from amity.support.operators import CannotBeDone, Operators
from amity.support.ports import Carrier, SupportPlan, Texts
from amity.support.support import Post, Support
from amity.support.ticket import Account, Kind, Place, Ticket, TicketMessage
from amity.support.tickets import Put
from amity.support.topics import WORDS, Outcome, TicketState, Topic, is_argument
from amity.support.watch import Figures, Watch
from amity.support.wording import Wording, literal

__all__ = [
    "WORDS",
    "Account",
    "CannotBeDone",
    "Carrier",
    "Claim",
    "Figures",
    "Kind",
    "Operators",
    "Outcome",
    "Place",
    "Post",
    "Put",
    "Said",
    "Support",
    "SupportPlan",
    "Texts",
    "Ticket",
    "TicketMessage",
    "TicketState",
    "Topic",
    "Watch",
    "Wording",
    "holds_words_only",
    "is_argument",
    "literal",
]
