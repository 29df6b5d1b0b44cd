"""The methods of the Bot API that the server knows, by their names in lower case."""

from collections.abc import Mapping
from typing import Final

from amity.testing.telegram_server.methods import (
    account,
    answers,
    chats,
    drafts,
    editing,
    media,
    payments,
    receiving,
    sending,
)
from amity.testing.telegram_server.methods.method import Method

__all__ = ["METHODS"]

METHODS: Final[Mapping[str, Method]] = {
    **account.METHODS,
    **answers.METHODS,
    **chats.METHODS,
    **drafts.METHODS,
    **editing.METHODS,
    **media.METHODS,
    **payments.METHODS,
    **receiving.METHODS,
    **sending.METHODS,
}
