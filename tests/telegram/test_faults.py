"""What Telegram answers becomes what the core understands, and none of its words go further."""

import pytest
from aiogram import exceptions as telegram
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorError, ClientPayloadError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey

from amity.errors import Forbidden, Gone, Refused, RetryAfter, Unknown
from amity_telegram.faults import Kind, delivery_error, fault_of

METHOD = SendMessage(chat_id=4242, text="CANARY of a person")


def bad(description: str) -> telegram.TelegramBadRequest:
    return telegram.TelegramBadRequest(METHOD, f"Bad Request: {description}")


def network(cause: BaseException) -> telegram.TelegramNetworkError:
    error = telegram.TelegramNetworkError(METHOD, "CANARY")
    error.__cause__ = cause
    return error


def unconnected() -> ClientConnectorError:
    key = ConnectionKey(
        "h", 1, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
    )
    return ClientConnectorError(key, OSError(111, "refused"))


SAID: list[tuple[Exception, Kind, type[Exception]]] = [
    (telegram.TelegramRetryAfter(METHOD, "Flood", 17), Kind.RETRY_AFTER, RetryAfter),
    (telegram.TelegramMigrateToChat(METHOD, "upgraded", -100), Kind.MIGRATED, Gone),
    (telegram.TelegramEntityTooLarge(METHOD, "Too Large"), Kind.TOO_LARGE, Refused),
    (telegram.TelegramUnauthorizedError(METHOD, "Unauthorized"), Kind.BAD_TOKEN, RetryAfter),
    (telegram.TelegramNotFound(METHOD, "Not Found"), Kind.BAD_TOKEN, RetryAfter),
    (telegram.TelegramServerError(METHOD, "Bad Gateway"), Kind.DOUBTFUL, Unknown),
    (telegram.RestartingTelegram(METHOD, "restart"), Kind.DOUBTFUL, Unknown),
    (telegram.TelegramAPIError(METHOD, "?"), Kind.DOUBTFUL, Unknown),
    (telegram.ClientDecodeError("x", ValueError(), "CANARY"), Kind.DOUBTFUL, Unknown),
    (network(unconnected()), Kind.NOT_WRITTEN, RetryAfter),
    (network(ServerDisconnectedError()), Kind.DOUBTFUL, Unknown),
    (network(ClientPayloadError()), Kind.DOUBTFUL, Unknown),
    (network(TimeoutError()), Kind.DOUBTFUL, Unknown),
    (
        telegram.TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
        Kind.FORBIDDEN,
        Forbidden,
    ),
    (
        telegram.TelegramConflictError(METHOD, "Conflict: terminated by other getUpdates request"),
        Kind.CONFLICT,
        RetryAfter,
    ),
    (
        telegram.TelegramConflictError(
            METHOD, "Conflict: can't use getUpdates method while webhook is active"
        ),
        Kind.WEBHOOK_SET,
        RetryAfter,
    ),
    (bad("chat not found"), Kind.GONE, Gone),
    (bad("message thread not found"), Kind.GONE, Gone),
    (bad("PEER_ID_INVALID"), Kind.GONE, Gone),
    (bad("not enough rights to send text messages to the chat"), Kind.FORBIDDEN, Forbidden),
    (bad("TOPIC_CLOSED"), Kind.FORBIDDEN, Forbidden),
    (bad("message is too long"), Kind.TOO_LONG, Refused),
    (bad("message caption is too long"), Kind.TOO_LONG, Refused),
    (bad("can't parse entities: Unexpected end"), Kind.BAD_MARKUP, Refused),
    (bad("message is not modified: specified new"), Kind.UNCHANGED, Refused),
    (bad("message to edit not found"), Kind.NOT_EDITABLE, Gone),
    (bad("message can't be edited"), Kind.NOT_EDITABLE, Gone),
    (bad("message to be replied not found"), Kind.NO_QUOTE, Refused),
    (bad("BUTTON_DATA_INVALID"), Kind.BAD_KEYBOARD, Refused),
    (bad("message to delete not found"), Kind.GONE, Gone),
    (bad("message can't be deleted for everyone"), Kind.REFUSED, Refused),
    (bad("REACTION_INVALID"), Kind.REFUSED, Refused),
    (bad("file is too big"), Kind.TOO_LARGE, Refused),
    (bad("something new"), Kind.REFUSED, Refused),
]


@pytest.mark.parametrize(
    "error,kind,known", SAID, ids=[f"{n}-{one[1]}" for n, one in enumerate(SAID)]
)
def test_what_telegram_says(error: Exception, kind: Kind, known: type[Exception]) -> None:
    fault = fault_of(error)
    assert fault.kind is kind
    told = delivery_error(fault)
    assert isinstance(told, known)
    assert "CANARY" not in f"{fault!r}{told}"
    assert "4242" not in f"{fault!r}{told}"


def test_how_long_to_wait_is_handed_on() -> None:
    told = delivery_error(fault_of(SAID[0][0]))
    assert isinstance(told, RetryAfter)
    assert told.seconds == 17


def test_a_bug_is_no_failure_of_a_call() -> None:
    with pytest.raises(KeyError):
        fault_of(KeyError("x"))
