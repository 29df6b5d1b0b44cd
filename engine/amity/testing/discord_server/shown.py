"""What a person's client shows: messages, buttons, forms, answers to what they did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from amity.testing.discord_server.checks import each_component
from amity.testing.discord_server.flags import MessageFlag, MessageType
from amity.testing.discord_server.model import Interaction, Json, Message, User

__all__ = ["Field", "Modal", "Shown", "ShownButton", "ShownFile", "ShownSelect", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """An attachment."""

    name: str
    content_type: str
    data: bytes
    description: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownButton:
    """A button; one with an address has no id, and opens a page."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool
    style: int
    emoji: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSelect:
    """A menu to choose from, with its options as label and value."""

    custom_id: str
    kind: int
    placeholder: str | None
    options: tuple[tuple[str, str], ...]
    least: int
    most: int
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a person reads it at this moment.

    Attributes:
        kind: What it is; 0 and 19 are what people and bots say, 20 and 23 answers to commands.
        author: The name of who wrote it.
        by_bot: Whether that is a bot.
        reply_to: The id of the message it replies to.
        thinking: Whether it says that the bot is thinking.
        ephemeral: Whether nobody else sees it.
        pings: Whether it mentions this person.
        reactions: How many reacted, by emoji.
        components: The components as they came.
        texts: The texts of components of the new kind.
    """

    id: int
    channel_id: int
    kind: MessageType
    author: str
    by_bot: bool
    content: str
    buttons: tuple[ShownButton, ...]
    selects: tuple[ShownSelect, ...]
    files: tuple[ShownFile, ...]
    stickers: tuple[str, ...]
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    texts: tuple[str, ...]
    reply_to: int | None
    flags: MessageFlag
    edited: bool
    pings: bool
    reactions: Mapping[str, int]
    thread_id: int | None
    sent: float

    @property
    def ephemeral(self) -> bool:
        """Whether nobody else sees it."""
        return MessageFlag.EPHEMERAL in self.flags

    @property
    def thinking(self) -> bool:
        """Whether it says that the bot is thinking."""
        return MessageFlag.LOADING in self.flags

    @property
    def voice(self) -> bool:
        """Whether it is a voice message."""
        return MessageFlag.IS_VOICE_MESSAGE in self.flags

    def button(self, wanted: str) -> ShownButton:
        """Return the button with this label or id. Raises LookupError where there is none."""
        for button in self.buttons:
            if wanted in (button.label, button.custom_id):
                return button
        labels = [button.label for button in self.buttons]
        raise LookupError(f"no button {wanted!r} on this message; there are {labels}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form.

    Attributes:
        kind: The component's type: 4 is a text.
        long: Whether the text may have several lines.
        limits: The least and the greatest length.
    """

    custom_id: str
    label: str
    kind: int
    required: bool
    long: bool
    value: str
    placeholder: str
    limits: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A form that is open on a person's screen."""

    custom_id: str
    title: str
    fields: tuple[Field, ...]
    raw: Json

    @classmethod
    def of(cls, interaction: Interaction) -> "Modal | None":
        """Return the form that an answer opened."""
        raw = interaction.modal
        if raw is None:
            return None
        return cls(
            custom_id=raw["custom_id"],
            title=raw["title"],
            fields=tuple(_fields(raw["components"])),
            raw=raw,
        )


def _fields(components: list[Json]) -> Iterator[Field]:
    for row in components:
        label = row.get("label") or ""
        inner = row.get("components") or [row.get("component") or {}]
        for each in inner:
            if not each.get("custom_id"):
                continue
            yield Field(
                custom_id=each["custom_id"],
                label=each.get("label") or label,
                kind=each["type"],
                required=bool(each.get("required", True)),
                long=each.get("style") == 2,
                value=each.get("value") or "",
                placeholder=each.get("placeholder") or "",
                limits=(each.get("min_length") or 0, each.get("max_length") or 4000),
            )


def show(message: Message, viewer: User) -> Shown:
    """Return a message as a person reads it now."""
    components = list(each_component(message.components))
    role_pings = message.channel.guild is not None and bool(
        set(message.mention_roles) & _roles(message, viewer)
    )
    return Shown(
        id=message.id,
        channel_id=message.channel.id,
        kind=message.type,
        author=message.author.display,
        by_bot=message.author.bot,
        content=message.content,
        buttons=tuple(_button(each) for each in components if each.get("type") == 2),
        selects=tuple(_select(each) for each in components if each.get("type") in (3, 5, 6, 7, 8)),
        files=tuple(
            ShownFile(
                name=each.name,
                content_type=each.content_type,
                data=each.data,
                description=each.description,
                seconds=each.seconds,
            )
            for each in message.attachments
        ),
        stickers=tuple(each.name for each in message.stickers),
        embeds=tuple(message.embeds),
        components=tuple(message.components),
        texts=tuple(each["content"] for each in components if each.get("type") == 10),
        reply_to=message.reference_id if message.snapshot is None else None,
        flags=message.flags,
        edited=message.edited is not None,
        pings=viewer in message.mentions or message.mention_everyone or role_pings,
        reactions={name: len(users) for name, users in message.reactions.items()},
        thread_id=None if message.thread is None else message.thread.id,
        sent=message.sent,
    )


def _roles(message: Message, viewer: User) -> set[int]:
    guild = message.channel.guild
    member = None if guild is None else guild.members.get(viewer.id)
    return set() if member is None else member.roles


def _button(component: Json) -> ShownButton:
    return ShownButton(
        label=component.get("label") or "",
        custom_id=component.get("custom_id"),
        url=component.get("url"),
        disabled=bool(component.get("disabled")),
        style=int(component.get("style") or 2),
        emoji=(component.get("emoji") or {}).get("name"),
    )


def _select(component: Json) -> ShownSelect:
    options: list[Any] = component.get("options") or []
    return ShownSelect(
        custom_id=component["custom_id"],
        kind=int(component["type"]),
        placeholder=component.get("placeholder"),
        options=tuple((str(each["label"]), str(each["value"])) for each in options),
        least=int(component.get("min_values", 1)),
        most=int(component.get("max_values", 1)),
        disabled=bool(component.get("disabled")),
    )
