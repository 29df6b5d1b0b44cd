"""The method that shows a reply while it is being written."""

from collections.abc import Mapping
from typing import Final

from amity.testing.telegram_server.access import Need, find_chat
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.chats import PrivateChat
from amity.testing.telegram_server.drafts import DraftShown
from amity.testing.telegram_server.entities import TEXT_LIMIT, format_text
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.placement import check_thread

__all__ = ["METHODS"]


def send_message_draft(call: Call) -> bool:
    """Show a draft for thirty seconds; an empty text shows "Thinking…"."""
    fields = call.fields
    draft_id = fields.number("draft_id")
    if not draft_id:
        raise bad_request("invalid draft identifier specified")
    formatted = format_text(
        fields.text("text"),
        parse_mode=fields.text("parse_mode"),
        entities=fields.sequence("entities"),
        limit=TEXT_LIMIT,
    )
    chat = find_chat(call, Need.WRITE)
    if not isinstance(chat, PrivateChat):
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    thread = fields.number("message_thread_id")
    check_thread(call.bot, chat, thread)
    before = chat.drafts.current(thread)
    chat.drafts.write(
        DraftShown(
            draft_id=draft_id,
            text=formatted.text,
            entities=tuple(formatted.entities),
            can_stop=fields.flag("can_stop"),
            keep_on_stop=fields.flag("keep_on_stop"),
            animated=before is not None and before.draft_id == draft_id,
            time=call.world.clock.time(),
            thread=thread,
        )
    )
    call.world.changes.notify()
    return True


METHODS: Final[Mapping[str, Method]] = {"sendmessagedraft": send_message_draft}
