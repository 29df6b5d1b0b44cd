"""Rights and promises: the policy, export, erasure, retention, and what processors get to see."""

from amity.privacy.erasure import (
    Receipt,
    Resumed,
    clear_conversation,
    erase_person,
    resume_erasures,
)
from amity.privacy.pseudonyms import PLACEHOLDER, Pseudonyms, Restorer

__all__ = [
    "PLACEHOLDER",
    "Pseudonyms",
    "Receipt",
    "Restorer",
    "Resumed",
    "clear_conversation",
    "erase_person",
    "resume_erasures",
]
