"""Rights and promises: the policy, export, erasure, retention, and what processors get to see."""

from amity.privacy.erasure import (
    Receipt,
    Resumed,
    clear_conversation,
    erase_person,
    resume_erasures,
)
from amity.privacy.export import export, export_name
from amity.privacy.html import STYLE, document
from amity.privacy.pages import PAGES
from amity.privacy.policy import Cookie, Policy, PolicyFacts, Processor, datamap_json
from amity.privacy.pseudonyms import PLACEHOLDER, Pseudonyms, Restorer
from amity.privacy.retention import sweep, uncovered

__all__ = [
    "PAGES",
    "PLACEHOLDER",
    "STYLE",
    "Cookie",
    "Policy",
    "PolicyFacts",
    "Processor",
    "Pseudonyms",
    "Receipt",
    "Restorer",
    "Resumed",
    "clear_conversation",
    "datamap_json",
    "document",
    "erase_person",
    "export",
    "export_name",
    "resume_erasures",
    "sweep",
    "uncovered",
]
