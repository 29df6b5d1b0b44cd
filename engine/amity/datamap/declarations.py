"""Every collection of the engine, declared once.

From here come the tables and indexes, the retention sweep, export and erasure, ``/datamap.json``
and the tables of the privacy policy. A field's or collection's number is never reused.
"""

from amity.datamap.of_operation import ADAPTER_STATE, COUNTERS, ERASURES, LEASES
from amity.datamap.of_people import (
    ADMISSIONS,
    CONSENTS,
    CREDENTIALS,
    DECISIONS,
    IDENTITIES,
    INVITATIONS,
    PEOPLE,
    TOMBSTONES,
)
from amity.datamap.of_support import TICKET_MESSAGES, TICKETS
from amity.datamap.of_talk import CHATS, CONVERSATIONS, FORMER_NAMES, MEDIA, MESSAGES
from amity.datamap.schema import DataMap

__all__ = [
    "ADAPTER_STATE",
    "ADMISSIONS",
    "CHATS",
    "CONSENTS",
    "CONVERSATIONS",
    "COUNTERS",
    "CREDENTIALS",
    "DECISIONS",
    "ENGINE",
    "ERASURES",
    "FORMER_NAMES",
    "IDENTITIES",
    "INVITATIONS",
    "LEASES",
    "MEDIA",
    "MESSAGES",
    "PEOPLE",
    "TICKETS",
    "TICKET_MESSAGES",
    "TOMBSTONES",
]

ENGINE = DataMap(
    (
        PEOPLE,
        IDENTITIES,
        TOMBSTONES,
        CONSENTS,
        CHATS,
        CONVERSATIONS,
        MESSAGES,
        FORMER_NAMES,
        COUNTERS,
        ADAPTER_STATE,
        CREDENTIALS,
        ADMISSIONS,
        INVITATIONS,
        MEDIA,
        DECISIONS,
        ERASURES,
        LEASES,
        TICKETS,
        TICKET_MESSAGES,
    )
)
