"""Methods that answer a pressed button."""

from collections.abc import Mapping
from typing import Final

from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.queries import CallbackAnswer

__all__ = ["METHODS"]

_NOTICE_LIMIT: Final = 200


def answer_callback_query(call: Call) -> bool:
    """Answer a pressed button, so that it stops showing that it waits."""
    fields = call.fields
    text, url = fields.text("text"), fields.text("url")
    query = call.world.queries.find(fields.text("callback_query_id"), call.bot)
    if len(text) > _NOTICE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not url.startswith(
        (f"https://t.me/{call.bot.username}?", f"t.me/{call.bot.username}?")
    ):
        raise bad_request("URL_INVALID")
    query.answer = CallbackAnswer(text=text, alert=fields.flag("show_alert"), url=url)
    call.world.changes.notify()
    return True


METHODS: Final[Mapping[str, Method]] = {"answercallbackquery": answer_callback_query}
