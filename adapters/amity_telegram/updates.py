"""What is read of an update. Nothing else of it ever becomes an object.

These models are the border of promise P26: they have no field for a phone number, a place, a name
or an address of a person, so what Telegram sends of these ends here. Of contents that are not
taken in they know only that there were some. They are also why an update of a newer Bot API, or
one that is broken, costs nothing but itself.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

__all__ = [
    "ALLOWED_UPDATES",
    "CallbackQuery",
    "Chat",
    "Document",
    "Entity",
    "MediaFile",
    "MemberChange",
    "Message",
    "PhotoSize",
    "PreCheckoutQuery",
    "ReactionChange",
    "StoppedDraft",
    "Update",
    "User",
    "read_update",
    "read_updates",
    "update_id_of",
]

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "message_reaction",
    "my_chat_member",
    "stopped_message_generation",
    "pre_checkout_query",
)
"""What Telegram is asked to send; channel posts and everything else stay away."""

Present = Annotated[bool, BeforeValidator(lambda value: value is not None)]
"""True for something of which no more than its presence is read."""


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class User(_Read):
    """An account: its id, and in which language its app is."""

    id: int
    is_bot: bool = False
    language_code: str | None = None


class Chat(_Read):
    """A chat."""

    id: int
    type: str

    @property
    def private(self) -> bool:
        """Whether only one person and the bot are in it."""
        return self.type == "private"

    @property
    def shared(self) -> bool:
        """Whether it is a group."""
        return self.type in {"group", "supergroup"}


class Entity(_Read):
    """A marked run of a text, counted in UTF-16 units."""

    type: str
    offset: int
    length: int
    user: User | None = None


class PhotoSize(_Read):
    """One size of a picture."""

    file_id: str
    width: int = 0
    height: int = 0
    file_size: int | None = None


class Document(_Read):
    """A file. Its name is a person's words, and is not read."""

    file_id: str
    mime_type: str | None = None
    file_size: int | None = None


class MediaFile(Document):
    """A file that plays."""

    duration: float | None = None


class Sticker(_Read):
    """A sticker."""

    emoji: str | None = None


class RepliedMessage(_Read):
    """The message that another one answers."""

    message_id: int
    from_: User | None = Field(None, alias="from")
    forum_topic_created: Present = False


class Message(_Read):
    """A message."""

    message_id: int
    date: int
    edit_date: int | None = None
    chat: Chat
    from_: User | None = Field(None, alias="from")
    sender_chat: Present = False
    is_automatic_forward: bool = False
    is_topic_message: bool = False
    message_thread_id: int | None = None
    reply_to_message: RepliedMessage | None = None
    media_group_id: str | None = None
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None

    text: str | None = None
    entities: tuple[Entity, ...] = ()
    caption: str | None = None
    caption_entities: tuple[Entity, ...] = ()
    photo: tuple[PhotoSize, ...] = ()
    voice: MediaFile | None = None
    audio: MediaFile | None = None
    video: MediaFile | None = None
    video_note: MediaFile | None = None
    animation: MediaFile | None = None
    live_photo: MediaFile | None = None
    document: Document | None = None
    sticker: Sticker | None = None

    location: Present = False
    venue: Present = False
    contact: Present = False
    passport_data: Present = False
    poll: Present = False
    dice: Present = False
    game: Present = False
    story: Present = False
    checklist: Present = False
    paid_media: Present = False
    rich_message: Present = False
    invoice: Present = False
    giveaway: Present = False
    users_shared: Present = False
    chat_shared: Present = False
    web_app_data: Present = False

    @property
    def migration(self) -> tuple[int, int] | None:
        """Which chat became which, if it says that a group became a supergroup."""
        if self.migrate_to_chat_id is not None:
            return self.chat.id, self.migrate_to_chat_id
        if self.migrate_from_chat_id is not None:
            return self.migrate_from_chat_id, self.chat.id
        return None

    @property
    def dropped(self) -> bool:
        """Whether it holds something of which only the presence is known."""
        return (
            self.contact
            or self.passport_data
            or self.poll
            or self.dice
            or self.game
            or self.story
            or self.checklist
            or self.paid_media
            or self.rich_message
            or self.invoice
            or self.giveaway
            or self.users_shared
            or self.chat_shared
            or self.web_app_data
        )


class PressedMessage(_Read):
    """The message whose button was pressed; Telegram may not know more of it any longer."""

    message_id: int
    chat: Chat
    message_thread_id: int | None = None
    is_topic_message: bool = False


class CallbackQuery(_Read):
    """A pressed button."""

    id: str
    from_: User = Field(alias="from")
    message: PressedMessage | None = None
    data: str | None = None


class ReactionType(_Read):
    """One reaction."""

    type: str
    emoji: str | None = None


class ReactionChange(_Read):
    """A change of somebody's reactions on a message."""

    chat: Chat
    message_id: int
    date: int
    user: User | None = None
    old_reaction: tuple[ReactionType, ...] = ()
    new_reaction: tuple[ReactionType, ...] = ()


class Member(_Read):
    """The bot's own standing in a chat."""

    status: str


class MemberChange(_Read):
    """A change of the bot's own standing in a chat."""

    chat: Chat
    new_chat_member: Member


class StoppedDraft(_Read):
    """Somebody pressed Stop under a draft."""

    chat: Chat
    draft_id: int
    message_thread_id: int | None = None


class PreCheckoutQuery(_Read):
    """Somebody is about to pay. For what, and who they say they are, is not read."""

    id: str
    from_: User = Field(alias="from")


class Update(_Read):
    """One update."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    message_reaction: ReactionChange | None = None
    my_chat_member: MemberChange | None = None
    stopped_message_generation: StoppedDraft | None = None
    pre_checkout_query: PreCheckoutQuery | None = None


def update_id_of(raw: Any) -> int | None:
    """Return an update's id, or ``None`` if this is no update."""
    id = raw.get("update_id") if isinstance(raw, dict) else None
    return id if isinstance(id, int) and not isinstance(id, bool) else None


def read_update(raw: Any) -> Update | None:
    """Return an update, or ``None`` if it has not the form of one."""
    try:
        return Update.model_validate(raw)
    except ValidationError:
        return None


def read_updates(raw: Sequence[Any]) -> tuple[list[Update], int]:
    """Return the updates that can be read, and how many cannot."""
    read = [read_update(one) for one in raw]
    updates = [update for update in read if update is not None]
    return updates, len(read) - len(updates)
