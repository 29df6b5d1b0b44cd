"""Amity: one companion, every channel, and a privacy policy that the code keeps.

What an adapter is written with can be imported from here: ``amity.Inbound``, ``amity.Manifest`` and
so on. These names, and those of ``amity.testing``, are public; all others may change at any time.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from amity.adapter import (
        CONTRACT_VERSION,
        Acceptance,
        Accepted,
        Adapter,
        AdapterFactory,
        AdapterState,
        Capabilities,
        CookieInfo,
        Draft,
        Finding,
        Host,
        JournalEntry,
        KeyInfo,
        Level,
        Manifest,
        MediaStore,
        MenuEntry,
        PersonaCard,
        PlatformRules,
        Profile,
        Settings,
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
    from amity.clock import (
        Clock,
    )
    from amity.errors import (
        AmityError,
        DeliveryError,
        Forbidden,
        Gone,
        OperatorError,
        Refused,
        RetryAfter,
        StoreUnavailable,
        Unknown,
    )
    from amity.markup import (
        SMALLEST_LIMIT,
        Dialect,
        Markup,
        Span,
        SpanKind,
        StyledText,
        TextUnit,
    )
    from amity.message import (
        Address,
        Audio,
        Button,
        Buttons,
        Choice,
        Command,
        Event,
        File,
        Image,
        Inbound,
        Location,
        MediaRef,
        Outbound,
        OutboundKind,
        Outcome,
        Part,
        Reaction,
        Receipt,
        Sender,
        Sticker,
        Text,
        Video,
        Voice,
        text_of,
    )
    from amity.render import (
        length,
        styled,
        to_dialect,
        to_plain,
    )
    from amity.sealed import (
        SealedText,
    )

__version__ = "0.1.0"

__all__ = [
    "CONTRACT_VERSION",
    "SMALLEST_LIMIT",
    "Acceptance",
    "Accepted",
    "Adapter",
    "AdapterFactory",
    "AdapterState",
    "Address",
    "AmityError",
    "Audio",
    "Button",
    "Buttons",
    "Capabilities",
    "Choice",
    "Clock",
    "Command",
    "CookieInfo",
    "DeliveryError",
    "Dialect",
    "Draft",
    "Event",
    "File",
    "Finding",
    "Forbidden",
    "Gone",
    "Host",
    "Image",
    "Inbound",
    "JournalEntry",
    "KeyInfo",
    "Level",
    "Location",
    "Manifest",
    "Markup",
    "MediaRef",
    "MediaStore",
    "MenuEntry",
    "OperatorError",
    "Outbound",
    "OutboundKind",
    "Outcome",
    "Part",
    "PersonaCard",
    "PlatformRules",
    "Profile",
    "Reaction",
    "Receipt",
    "Refused",
    "RetryAfter",
    "SealedText",
    "Sender",
    "Settings",
    "Span",
    "SpanKind",
    "Sticker",
    "StoreUnavailable",
    "StyledText",
    "SupportsCheck",
    "SupportsDelete",
    "SupportsDraft",
    "SupportsEdit",
    "SupportsMedia",
    "SupportsMenu",
    "SupportsReactions",
    "SupportsTyping",
    "Text",
    "TextUnit",
    "Unknown",
    "Video",
    "Voice",
    "__version__",
    "key_sender",
    "length",
    "styled",
    "text_of",
    "to_dialect",
    "to_plain",
]

_ROOMS: Final = ("sealed", "errors", "clock", "markup", "message", "adapter", "render")


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: ``amity --help`` must not wait for all of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    rooms = (importlib.import_module(f"{__name__}.{room}") for room in _ROOMS)
    value = getattr(next(room for room in rooms if name in room.__all__), name)
    globals()[name] = value
    return value
