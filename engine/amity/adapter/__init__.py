"""What an adapter is: the only thing the core knows about a platform.

An adapter package exposes a ``Manifest`` under the entry-point group ``amity.adapters``. It imports
no platform SDK; its ``load`` does, and returns the factory. The smallest adapter has two
methods, ``run`` and ``send``. What else it can do it says by implementing the optional protocols
below and by its ``Capabilities``.
"""

from amity.adapter.contract import (
    Adapter,
    Draft,
    Finding,
    Level,
    SupportsCheck,
    SupportsDelete,
    SupportsDraft,
    SupportsEdit,
    SupportsMedia,
    SupportsMenu,
    SupportsReactions,
    SupportsTyping,
    key_sender,
)
from amity.adapter.host import (
    Acceptance,
    Accepted,
    AdapterState,
    Host,
    JournalEntry,
    KeyInfo,
    MediaStore,
    MenuEntry,
    PersonaCard,
    Profile,
    Settings,
)
from amity.adapter.manifest import (
    CONTRACT_VERSION,
    AdapterFactory,
    Capabilities,
    CookieInfo,
    Manifest,
    PlatformRules,
)

__all__ = [
    "CONTRACT_VERSION",
    "Acceptance",
    "Accepted",
    "Adapter",
    "AdapterFactory",
    "AdapterState",
    "Capabilities",
    "CookieInfo",
    "Draft",
    "Finding",
    "Host",
    "JournalEntry",
    "KeyInfo",
    "Level",
    "Manifest",
    "MediaStore",
    "MenuEntry",
    "PersonaCard",
    "PlatformRules",
    "Profile",
    "Settings",
    "SupportsCheck",
    "SupportsDelete",
    "SupportsDraft",
    "SupportsEdit",
    "SupportsMedia",
    "SupportsMenu",
    "SupportsReactions",
    "SupportsTyping",
    "key_sender",
]
