"""What went wrong with a call of the Bot API, as one of a few kinds.

Telegram's descriptions are read here and nowhere else, and never go further: they can hold ids and
words of people.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from amity import DeliveryError, Forbidden, Gone, Refused, RetryAfter, Unknown

__all__ = ["Fault", "Kind", "delivery_error", "fault_of", "name_of"]


class Kind(StrEnum):
    """What went wrong."""

    RETRY_AFTER = "retry after"
    NOT_WRITTEN = "not written"  # no connection: Telegram never saw the call
    DOUBTFUL = "doubtful"  # nobody knows what Telegram did with it
    BAD_TOKEN = "bad token"
    CONFLICT = "conflict"  # somebody else reads this bot's updates
    WEBHOOK_SET = "webhook set"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    MIGRATED = "migrated"  # the group has a new id
    UNCHANGED = "unchanged"
    NOT_EDITABLE = "not editable"
    BAD_KEYBOARD = "bad keyboard"
    NO_QUOTE = "no quote"
    TOO_LARGE = "too large"
    TOO_LONG = "too long"
    BAD_MARKUP = "bad markup"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure.

    Attributes:
        kind: What went wrong.
        seconds: For ``RETRY_AFTER``.
        chat: For ``MIGRATED`` the group's new id.
        name: The error's class, for the log.
    """

    kind: Kind
    seconds: float = 0.0
    chat: int = 0
    name: str = ""


# What Telegram says with status 400, in the order in which it is looked for.
_SAID: Final = (
    ("message is not modified", Kind.UNCHANGED),
    ("message to edit not found", Kind.NOT_EDITABLE),
    ("message can't be edited", Kind.NOT_EDITABLE),
    ("message_id_invalid", Kind.NOT_EDITABLE),
    ("there is no text in the message to edit", Kind.NOT_EDITABLE),
    ("message to delete not found", Kind.GONE),
    ("message to react not found", Kind.GONE),
    ("message to be replied not found", Kind.NO_QUOTE),
    ("replied message not found", Kind.NO_QUOTE),
    ("chat not found", Kind.GONE),
    ("message thread not found", Kind.GONE),
    ("peer_id_invalid", Kind.GONE),
    ("user not found", Kind.GONE),
    ("group chat was upgraded", Kind.GONE),
    ("file is temporarily unavailable", Kind.GONE),
    ("invalid file", Kind.GONE),
    ("wrong file", Kind.GONE),
    ("not enough rights", Kind.FORBIDDEN),
    ("have no rights", Kind.FORBIDDEN),
    ("chat_write_forbidden", Kind.FORBIDDEN),
    ("chat_restricted", Kind.FORBIDDEN),
    ("topic_closed", Kind.FORBIDDEN),
    ("user_is_blocked", Kind.FORBIDDEN),
    ("need administrator rights", Kind.FORBIDDEN),
    ("button_", Kind.BAD_KEYBOARD),
    ("inline keyboard", Kind.BAD_KEYBOARD),
    ("reply markup", Kind.BAD_KEYBOARD),
    ("file is too big", Kind.TOO_LARGE),
    ("too long", Kind.TOO_LONG),
    ("message_too_long", Kind.TOO_LONG),
    ("caption_too_long", Kind.TOO_LONG),
    ("can't parse entities", Kind.BAD_MARKUP),
    ("entit", Kind.BAD_MARKUP),
)


def name_of(error: BaseException) -> str:
    """Return the full name of an error's class: of its words nothing may be told."""
    return f"{type(error).__module__}.{type(error).__name__}"


def fault_of(error: Exception) -> Fault:
    """Return what kind of failure this is.

    What no call of the Bot API raises is raised again: that is a bug.
    """
    name = name_of(error)
    match error:
        case TelegramRetryAfter():
            return Fault(Kind.RETRY_AFTER, seconds=float(error.retry_after), name=name)
        case TelegramMigrateToChat():
            return Fault(Kind.MIGRATED, chat=error.migrate_to_chat_id, name=name)
        case TelegramEntityTooLarge():
            return Fault(Kind.TOO_LARGE, name=name)
        case TelegramNetworkError():
            unmade = isinstance(error.__cause__, ClientConnectorError)
            why = name if error.__cause__ is None else name_of(error.__cause__)
            return Fault(Kind.NOT_WRITTEN if unmade else Kind.DOUBTFUL, name=why)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Fault(Kind.BAD_TOKEN, name=name)  # to a token it does not know it says either
        case TelegramConflictError():
            webhook = "webhook" in error.message.lower()
            return Fault(Kind.WEBHOOK_SET if webhook else Kind.CONFLICT, name=name)
        case TelegramForbiddenError():
            return Fault(Kind.FORBIDDEN, name=name)
        case TelegramBadRequest():
            return Fault(_said(error.message), name=name)
        case TelegramServerError() | TelegramAPIError() | ClientDecodeError() | AiogramError():
            return Fault(Kind.DOUBTFUL, name=name)
        case OSError():
            return Fault(Kind.DOUBTFUL, name=name)
        case _:
            raise error


def _said(description: str) -> Kind:
    lowered = description.lower()
    return next((kind for words, kind in _SAID if words in lowered), Kind.REFUSED)


def delivery_error(fault: Fault) -> DeliveryError:
    """Return a failure as the core knows it."""
    match fault.kind:
        case Kind.RETRY_AFTER:
            return RetryAfter(fault.seconds)
        case Kind.BAD_TOKEN | Kind.CONFLICT | Kind.WEBHOOK_SET | Kind.NOT_WRITTEN:
            return RetryAfter(5.0)  # Telegram did nothing with it; the channel's own life is told
        case Kind.FORBIDDEN:
            return Forbidden("Telegram does not let the bot write there")
        case Kind.GONE | Kind.NOT_EDITABLE | Kind.MIGRATED:
            return Gone("Telegram does not know the chat or message any more")
        case Kind.DOUBTFUL:
            return Unknown(f"Telegram did not say what it did ({fault.name})")
        case _:
            return Refused(f"Telegram does not take this ({fault.kind.value})")
