"""What an adapter says of itself before it is loaded: data, without any SDK."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from amity.adapter.contract import Adapter
from amity.markup import SMALLEST_LIMIT, Dialect, Markup, TextUnit
from amity.message import Part, Text

__all__ = [
    "CONTRACT_VERSION",
    "AdapterFactory",
    "Capabilities",
    "CookieInfo",
    "Manifest",
    "PlatformRules",
]

CONTRACT_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform takes.

    Attributes:
        text_limit: Most text in one message, in ``text_unit``, as it is shown; ``None`` for no
            limit; at least 64. What the core hands over fits, rendered for ``markup``.
        text_unit: The unit of ``text_limit``.
        caption_limit: Most text under a medium, in ``text_unit``; ``None`` for no limit. Under 64,
            captions follow as messages of their own.
        media_limit: Most bytes of one outbound file; ``None`` for no limit.
        markup: How it takes text that is marked up. Whatever it is, the adapter gets Markdown (and
            renders it with ``amity.render``), but for ``PLAIN``: then it gets plain text.
        buttons: True if it shows buttons; otherwise the core writes typed commands.
        takes: The kinds of parts that people can send there.
        groups: True if several people can share a chat.
        threads: True if a chat can have threads or topics.
        quotes: True if a message can quote the one that it answers.
        edits: True if it tells of messages that were edited.
        deletions: True if it tells of messages that were deleted.
        reactions: True if it tells of reactions.
        private_replies: True if a message in a group can be shown to one person only: in the group
            itself, or in that person's own chat.
        draft_interval: Seconds between two updates of a reply that is being written.
        idempotent_send: True if sending the same ``Outbound.id`` again cannot show it twice.
        idempotent_seconds: For how long that holds; ``None`` for ever.
        journal: True if the adapter's clients read the person's journal, so that a committed
            message counts as delivered and ``send`` is only the news of it.
    """

    text_limit: int | None = None
    text_unit: TextUnit = TextUnit.CODE_POINTS
    caption_limit: int | None = None
    media_limit: int | None = None
    markup: Markup | Dialect = Markup.PLAIN
    buttons: bool = False
    takes: tuple[type[Part], ...] = (Text,)
    groups: bool = False
    threads: bool = False
    quotes: bool = False
    edits: bool = False
    deletions: bool = False
    reactions: bool = False
    private_replies: bool = False
    draft_interval: float = 1.0
    idempotent_send: bool = False
    idempotent_seconds: float | None = None
    journal: bool = False

    def __post_init__(self) -> None:
        """Refuse a limit that no text can be cut to."""
        if self.text_limit is not None and self.text_limit < SMALLEST_LIMIT:
            raise ValueError(
                f"a text_limit of {self.text_limit} is too small to cut texts to; "
                f"it must be at least {SMALLEST_LIMIT}, or None for no limit"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRules:
    """What a platform demands of us, enforced by the core."""

    no_special_categories: bool = False  # they are never kept, whatever the person says
    adult_only_in_marked_channels: bool = False  # personas rated adult speak only there


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieInfo:
    """A cookie that an adapter's pages set, as the privacy policy lists it, in words."""

    name: str
    purpose: str
    lifetime: str


def _no_paths(_config: BaseModel) -> tuple[str, ...]:
    return ()


AdapterFactory = Callable[[str, BaseModel], Adapter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An adapter before it is loaded; imports nothing of its platform.

    Attributes:
        name: The adapter's name in the config.
        realm: The namespace of platform ids: channels of one realm see the same person.
        config: Pydantic model of what a channel of this adapter takes beside the common keys; its
            fields refuse unknown keys (``extra="forbid"``).
        capabilities: What the platform takes.
        rules: What the platform demands.
        load: Imports the SDK and returns a factory ``(channel name, config) -> Adapter``. Raises
            ``ImportError`` with the pip line where an extra is missing.
        contract: Version of this contract it was written for.
        cookies: The cookies that its pages set; none for most.
        connects: True if ``run`` calls ``host.connected()`` once the platform answers: until then
            the channel is starting. Otherwise it is up as soon as ``run`` runs.
        paths: Returns under which paths a channel with this config serves its pages, so that two
            channels on one path are told of before they start; empty for most.
        menu_words: Words that the platform's rules ask for in its menu, beside the usual ones.
        account: Returns what stands for the account in a channel's validated ``config``, such as
            a bot's token. Two channels of one account would take each other's events, so a
            configuration that has them is refused; what is returned is compared and never shown.
            ``None`` where one platform can have any number of channels.
    """

    name: str
    realm: str
    config: type[BaseModel]
    capabilities: Capabilities = Capabilities()
    rules: PlatformRules = PlatformRules()
    load: Callable[[], AdapterFactory]
    contract: int = CONTRACT_VERSION
    cookies: tuple[CookieInfo, ...] = ()
    connects: bool = False
    paths: Callable[[Any], tuple[str, ...]] = _no_paths
    menu_words: tuple[str, ...] = ()
    account: Callable[[Any], str] | None = None
