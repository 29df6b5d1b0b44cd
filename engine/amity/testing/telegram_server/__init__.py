"""A Bot API server to test against: it stands below the real SDK, as Telegram would.

``BotApiServer`` answers bots over HTTP, by Bot API 10.3, and lets people talk with them: they say
things, press buttons, join groups, block a bot; and they see what the bot showed. Everything that
goes wrong with Telegram goes wrong here on demand. See the class for an example.

``python -m amity.testing.telegram_server`` runs it as a program of its own, in which somebody at
the terminal plays the person.
"""

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.chats import Action, Topic
from amity.testing.telegram_server.drafts import DraftShown
from amity.testing.telegram_server.errors import ApiError
from amity.testing.telegram_server.faults import Fault, FaultKind
from amity.testing.telegram_server.groups import Group
from amity.testing.telegram_server.limits import Limits
from amity.testing.telegram_server.media import (
    Animation,
    Audio,
    Contact,
    Dice,
    Document,
    Location,
    Media,
    Passport,
    Photo,
    Poll,
    Sticker,
    Venue,
    Video,
    VideoNote,
    Voice,
)
from amity.testing.telegram_server.person import OpenChat, Person
from amity.testing.telegram_server.queries import CallbackAnswer
from amity.testing.telegram_server.record import Request
from amity.testing.telegram_server.server import BotApiServer
from amity.testing.telegram_server.view import Button, Shown, ShownFile
from amity.testing.telegram_server.waiting import Payment, PaymentOutcome, Press

__all__ = [
    "Action",
    "Animation",
    "ApiError",
    "Audio",
    "BotAccount",
    "BotApiServer",
    "Button",
    "CallbackAnswer",
    "Contact",
    "Dice",
    "Document",
    "DraftShown",
    "Fault",
    "FaultKind",
    "Group",
    "Limits",
    "Location",
    "Media",
    "OpenChat",
    "Passport",
    "Payment",
    "PaymentOutcome",
    "Person",
    "Photo",
    "Poll",
    "Press",
    "Request",
    "Shown",
    "ShownFile",
    "Sticker",
    "Topic",
    "Venue",
    "Video",
    "VideoNote",
    "Voice",
]
