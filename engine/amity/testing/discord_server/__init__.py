"""A Discord API and gateway to test against: it stands below the real SDK.

``DiscordServer`` is an asynchronous context manager. A test makes bots, people and guilds in it,
starts the program under test with ``server.api_url``, ``server.gateway_url`` and ``bot.token``, and
then does what people do and looks at what they see::

    async with DiscordServer() as server:
        mia = server.bot("Mia")
        ann = server.person("Ann", locale="en-US")
        ...  # start the program with mia.token
        await mia.online()
        chat = ann.dm(mia)
        chat.write("Hello")
        answer = await chat.seen("Hi Ann")

With discord.py the addresses are set once in a process, before a client starts:
``discord.http.Route.BASE = server.api_url`` and
``discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)``.

Discord's documentation is the source: intents decide what a bot hears and reads, permissions what
it may do; refusals have Discord's status, code and form. What the server does not know it answers
404 and notes in ``server.fault_log``. ``server.faults`` and ``bot.gateway`` let things go wrong.

Not here: voice, forums, polls, guilds' own webhooks, emoji and stickers, audit logs, slow mode,
applications that a person installs for themselves, and interactions by webhook, hence no pings.

``python -m amity.testing.discord_server`` lets a person play by hand.
"""

from amity.testing.discord_server.chat import Attach, Chat
from amity.testing.discord_server.commands import SeenCommand
from amity.testing.discord_server.faults import Fault, Faults
from amity.testing.discord_server.flags import Intent, MessageFlag, Permission
from amity.testing.discord_server.handles import Bot, Channel, Guild, Person
from amity.testing.discord_server.limits import Limit, RateLimits
from amity.testing.discord_server.model import Sticker
from amity.testing.discord_server.record import Request, SentFile
from amity.testing.discord_server.response import Response
from amity.testing.discord_server.server import DiscordServer
from amity.testing.discord_server.sessions import Sessions
from amity.testing.discord_server.shown import (
    Field,
    Modal,
    Shown,
    ShownButton,
    ShownFile,
    ShownSelect,
)

__all__ = [
    "Attach",
    "Bot",
    "Channel",
    "Chat",
    "DiscordServer",
    "Fault",
    "Faults",
    "Field",
    "Guild",
    "Intent",
    "Limit",
    "MessageFlag",
    "Modal",
    "Permission",
    "Person",
    "RateLimits",
    "Request",
    "Response",
    "SeenCommand",
    "SentFile",
    "Sessions",
    "Shown",
    "ShownButton",
    "ShownFile",
    "ShownSelect",
    "Sticker",
]
