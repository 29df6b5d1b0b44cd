"""Messages as a person reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.files import Attached
from amity.testing.telegram_server.messages import StoredMessage

__all__ = ["Button", "Shown", "ShownFile", "show"]

_MEDIA: Final = (
    *("animation", "photo", "voice", "audio", "video_note", "video", "document", "sticker"),
    *("location", "venue", "contact", "poll", "dice", "invoice", "passport_data"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button below a message.

    Attributes:
        text: Its label.
        data: What the bot is sent when it is pressed; ``None`` for a button that does another
            thing.
        url: The address that it opens; empty for none.
        pay: True if it pays the invoice that it stands below.
    """

    text: str
    data: str | None = None
    url: str = ""
    pay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """The file of a message: the largest size of a photo.

    Attributes:
        kind: ``photo``, ``voice``, ``document`` and so on.
        data: The bytes.
        name: Its name; may be empty.
        about: What else is known, such as ``duration`` or ``width``.
    """

    kind: str
    data: bytes
    name: str
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as it is read now: edits applied. What was deleted is not shown at all.

    Attributes:
        id: Its number in the chat.
        author: The name of who sent it.
        author_id: The number of that account.
        from_bot: True if a bot sent it.
        date: When, in seconds since 1970.
        kind: ``text``, ``photo``, ``voice``, …, or ``service`` for what nobody wrote.
        text: The text or the caption; may be empty.
        entities: How it is shown, counted in UTF-16 units.
        buttons: The inline keyboard, row by row.
        reply_to: The number of the message that it answers; 0 for none.
        quote: The words of that message that it quotes; may be empty.
        file: Its file, if it has one.
        thread: The topic; 0 for none.
        album: What the messages of one album have in common; empty for none.
        edited: True if it was changed after it was sent.
        reactions: The emoji of each account that reacted.
        content: The content in Telegram's own form, without files.
    """

    id: int
    author: str
    author_id: int
    from_bot: bool
    date: int
    kind: str
    text: str
    entities: tuple[Mapping[str, Any], ...]
    buttons: tuple[tuple[Button, ...], ...]
    reply_to: int
    quote: str
    file: ShownFile | None
    thread: int
    album: str
    edited: bool
    reactions: Mapping[int, tuple[str, ...]]
    content: Mapping[str, Any]

    def button(self, label: str) -> Button | None:
        """Return the button with this label."""
        return next((one for row in self.buttons for one in row if one.text == label), None)


def show(message: StoredMessage) -> Shown | None:
    """Return a message as it reads now; ``None`` if it is gone."""
    if message.deleted:
        return None
    media = next((name for name in _MEDIA if name in message.content), "")
    kind = media or ("text" if "text" in message.content else "service")
    return Shown(
        id=message.id,
        author=message.sender.full_name,
        author_id=message.sender.id,
        from_bot=message.sender.is_bot,
        date=message.date,
        kind="service" if message.service else kind,
        text=message.text,
        entities=tuple(message.entities),
        buttons=_buttons(message.markup),
        reply_to=_reply_to(message),
        quote=str((message.quote or {}).get("text", "")),
        file=_file(media, message.content.get(media)),
        thread=message.thread,
        album=message.album,
        edited=bool(message.edited),
        reactions={
            user: tuple(str(one.get("emoji", "")) for one in given)
            for user, given in message.reactions.items()
            if given
        },
        content=_without_files(message.content),
    )


def _reply_to(message: StoredMessage) -> int:
    """Return what a message answers; that it answers the creation of its topic is not seen."""
    replied = message.reply_to
    if replied is None or (message.topic and replied.id == message.thread):
        return 0
    return replied.id


def _buttons(markup: Mapping[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    rows = (markup or {}).get("inline_keyboard", ())
    return tuple(
        tuple(
            Button(
                text=button["text"],
                data=button.get("callback_data"),
                url=str(button.get("url", "")),
                pay=bool(button.get("pay")),
            )
            for button in row
        )
        for row in rows
    )


def _file(kind: str, value: Any) -> ShownFile | None:
    if isinstance(value, list) and value:
        value = value[-1]
    if not isinstance(value, Attached):
        return None
    about = {name: inner for name, inner in value.about.items() if name != "thumbnail"}
    return ShownFile(kind=kind, data=value.file.data, name=value.file.name, about=about)


def _without_files(value: Any) -> Any:
    match value:
        case Attached(about=about):
            return {name: _without_files(inner) for name, inner in about.items()}
        case Mapping():
            return {name: _without_files(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_without_files(inner) for inner in value]
        case _:
            return value
