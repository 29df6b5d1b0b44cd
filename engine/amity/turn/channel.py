"""A configured channel while it runs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from amity.adapter import Adapter, Manifest
from amity.sealed import SealedText

__all__ = ["AccessMode", "Channel", "ChannelState", "missing_package"]


class AccessMode(StrEnum):
    """Who may talk on a channel."""

    OPEN = "open"
    ALLOWLIST = "allowlist"
    CODE = "code"


class ChannelState(StrEnum):
    """How a channel is."""

    STARTING = "starting"
    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(slots=True, kw_only=True)
class Channel:
    """A configured channel: its adapter, and how it is.

    Attributes:
        name: The configured name.
        manifest: What its adapter is.
        adapter: The adapter itself, once it is loaded.
        persona: The persona that answers unless somebody chose another.
        personas: Which personas can be chosen here; empty for all.
        access: Who may talk.
        code: The access code, for ``code``.
        allowed: Platform ids of accounts, for ``allowlist``.
        support: True if all that is said there is for the people behind the service.
        state: How it is.
        error: Its last error, as one sentence for the operator.
        running: Set once its adapter can send, until it ends.
    """

    name: str
    manifest: Manifest
    persona: str
    adapter: Adapter | None = None
    personas: Sequence[str] = ()
    access: AccessMode = AccessMode.OPEN
    code: SealedText | None = None
    allowed: frozenset[str] = frozenset()
    support: bool = False
    state: ChannelState = ChannelState.STARTING
    error: str = ""
    running: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def realm(self) -> str:
        """The namespace of its platform ids."""
        return self.manifest.realm


def missing_package(manifest: Manifest, error: ImportError) -> str:
    """Return the sentence for an adapter whose SDK is not installed."""
    if "pip install" in str(error):  # the adapter knows better
        return str(error)
    name = error.name or "a package"
    return f'{name} is missing; install it with: pip install "amity[{manifest.name}]"'
