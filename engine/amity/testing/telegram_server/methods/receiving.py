"""Methods that fetch updates, or ask for them at an address."""

from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.methods.method import Method

__all__ = ["METHODS"]


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """Return updates, or wait for some."""
    call.bot.updates.allow(call.fields.sequence("allowed_updates"))
    return await call.bot.updates.fetch(
        offset=call.fields.number("offset"),
        limit=call.fields.number("limit", 100),
        timeout=call.fields.number("timeout"),
    )


METHODS: Final[Mapping[str, Method]] = {"getupdates": get_updates}
