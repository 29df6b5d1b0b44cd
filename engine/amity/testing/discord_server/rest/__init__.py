"""The HTTP API, by subject. Importing this package registers every route."""

from amity.testing.discord_server.rest import (
    accounts,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    threads,
    webhooks,
)
from amity.testing.discord_server.rest.routes import ROUTES, Call, Upload, find_route

__all__ = [
    "ROUTES",
    "Call",
    "Upload",
    "accounts",
    "channels",
    "commands",
    "find_route",
    "guilds",
    "interactions",
    "messages",
    "threads",
    "webhooks",
]
