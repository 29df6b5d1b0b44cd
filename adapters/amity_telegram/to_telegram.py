"""What the core says, as calls of the Bot API."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from amity import (
    Address,
    Button,
    Buttons,
    Draft,
    Outbound,
    SealedText,
    StyledText,
    TextUnit,
    styled,
)
from amity_telegram.callbacks import ANYONE, Callbacks
from amity_telegram.entities import entities_of
from amity_telegram.limits import ChatId

__all__ = [
    "CAPTION_LIMIT",
    "TEXT_LIMIT",
    "Keyboard",
    "Keyboards",
    "Target",
    "chat_id",
    "edited",
    "message_number",
    "new_message",
    "quoting",
    "rendered",
    "target_of",
    "units",
    "within_limit",
]

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Target:
    """Where something goes.

    Attributes:
        chat: The chat.
        thread: The topic in it.
        quote: The message to quote.
        person: Whom it is for, as far as that is known; else ``ANYONE``.
    """

    chat: ChatId
    thread: int | None = None
    quote: int | None = None
    person: str = ANYONE

    @property
    def shared(self) -> bool:
        """Whether others can be in the chat; a person's own chat has the person's positive id."""
        return not isinstance(self.chat, int) or self.chat < 0


def chat_id(text: str) -> ChatId:
    """Return a chat's id as Telegram takes it: a number, or the ``@name`` of a public group."""
    try:
        return int(text)
    except ValueError:
        return text


def message_number(text: str | None) -> int | None:
    """Return a message's id as Telegram takes it; ``None`` for an id that is no message's."""
    return int(text) if text and text.isascii() and text.isdigit() else None


def target_of(
    address: Address,
    said: Outbound | Draft,
    author: Callable[[str, str], str] = lambda _chat, _message: ANYONE,
) -> Target:
    """Return where a message goes. What is private goes to the person's own chat.

    Args:
        address: Where the conversation is.
        said: What is to be shown there.
        author: Returns who wrote a message of a chat, where that is still known.
    """
    chat, thread = chat_id(address.chat), message_number(address.thread)
    recipient = said.recipient if isinstance(said, Outbound) else ""
    if said.private and recipient and chat != chat_id(recipient):
        return Target(chat=chat_id(recipient), person=recipient)
    own = isinstance(chat, int) and chat > 0
    answers = said.in_reply_to[-1] if said.in_reply_to else ""
    if isinstance(said, Outbound):
        quote = message_number(said.quote)
    else:  # what a draft shows in a group becomes the message itself, which quotes
        quote = None if own else message_number(answers)
    person = address.chat if own else recipient or author(address.chat, answers)
    return Target(chat, thread, quote, person)


def rendered(text: SealedText) -> StyledText:
    """Return Markdown as text with spans; a text of marks alone is shown as it was written."""
    shown = styled(text.reveal(), TextUnit.UTF16)
    return shown if shown.text.strip() else StyledText(text.reveal().strip())


def units(text: str) -> int:
    """Return a text's length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def within_limit(shown: StyledText) -> list[StyledText]:
    """Return a text in parts that Telegram takes; one that fits, as all should, is one part."""
    if units(shown.text) <= TEXT_LIMIT:
        return [shown]
    pieces, rest = [], shown.text
    while rest:
        most = rest.encode("utf-16-le", "surrogatepass")[: 2 * TEXT_LIMIT]
        piece = most.decode("utf-16-le", "ignore")
        pieces.append(StyledText(piece))
        rest = rest[len(piece) :]
    return pieces


def _entities(shown: StyledText) -> list[MessageEntity] | None:
    return entities_of(shown) or None


def new_message(
    target: Target, shown: StyledText, keyboard: InlineKeyboardMarkup | None = None
) -> SendMessage:
    """Return the call that sends a text."""
    return SendMessage(
        chat_id=target.chat,
        message_thread_id=target.thread,
        text=shown.text,
        entities=_entities(shown),
        parse_mode=None,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=quoting(target),
        reply_markup=keyboard,
    )


def edited(
    target: Target,
    message: int,
    shown: StyledText,
    keyboard: InlineKeyboardMarkup | None = None,
) -> EditMessageText:
    """Return the call that puts a text in the place of another."""
    return EditMessageText(
        chat_id=target.chat,
        message_id=message,
        text=shown.text,
        entities=_entities(shown),
        parse_mode=None,
        link_preview_options=_NO_PREVIEW,
        reply_markup=keyboard,
    )


def quoting(target: Target) -> ReplyParameters | None:
    """Return what makes a message quote another; one that is gone is no hindrance."""
    if target.quote is None:
        return None
    return ReplyParameters(message_id=target.quote, allow_sending_without_reply=True)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Buttons as Telegram shows them.

    Attributes:
        markup: The buttons; ``None`` if there are none.
        typed: The same as words to type, for when Telegram does not take them.
        beyond: Words to type for buttons that hold more than Telegram gives them.
    """

    markup: InlineKeyboardMarkup | None = None
    typed: str = ""
    beyond: str = ""


class Keyboards:
    """Makes keyboards for one bot.

    Args:
        callbacks: Signs what the buttons carry.
        username: The bot's name, for links into its private chat.
    """

    def __init__(self, callbacks: Callbacks, username: str) -> None:
        self._callbacks = callbacks
        self._username = username

    def of(self, target: Target, buttons: Sequence[Buttons]) -> Keyboard:
        """Return the keyboard that shows these buttons in a chat."""
        rows: list[list[InlineKeyboardButton]] = []
        beyond: list[Button] = []
        everything = [row for one in buttons for row in one.rows]
        for row in everything:
            shown = [(button, self._button(target, button)) for button in row]
            beyond += [button for button, made in shown if made is None]
            if made_row := [made for _, made in shown if made is not None]:
                rows.append(made_row)
        return Keyboard(
            markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
            typed=self._typed(target, [button for row in everything for button in row]),
            beyond=self._typed(target, beyond),
        )

    def _button(self, target: Target, button: Button) -> InlineKeyboardButton | None:
        if button.private and target.shared:
            payload = self._callbacks.link(target.person, button.command, button.argument)
            url = f"https://t.me/{self._username}?start={payload}"
            return InlineKeyboardButton(text=button.label, url=url)
        data = self._callbacks.button(
            str(target.chat), target.person, button.command, button.argument
        )
        return None if data is None else InlineKeyboardButton(text=button.label, callback_data=data)

    def _typed(self, target: Target, buttons: Sequence[Button]) -> str:
        """Return buttons as words to type; in a group they have to name the bot."""
        name = f"@{self._username}" if target.shared else ""
        return "\n".join(
            f"{button.label}: /{button.command}{name} {button.argument}".rstrip()
            for button in buttons
        )
