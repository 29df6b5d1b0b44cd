"""Who has an account: people and bots."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.telegram_server.updates import UpdateQueue

__all__ = ["SESSION_SECONDS", "BotAccount", "User", "make_token"]

SESSION_SECONDS: Final = 600.0
"""For so long a session cannot be closed after it began, or begun after it was left."""

_TOKEN: Final = string.ascii_letters + string.digits + "_-"


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account, of a person or of a bot.

    Attributes:
        id: Its number, which does not fit into 32 bits.
        first_name: Its name.
        last_name: The rest of the name; may be empty.
        username: The public name without ``@``; may be empty.
        language_code: The language of the person's app; may be empty.
        is_bot: True for a bot.
        is_premium: True for a person with Telegram Premium.
        deleted: True once the person has deleted the account.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    is_premium: bool = False
    deleted: bool = False

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def as_json(self) -> dict[str, Any]:
        """Return the account as a ``User``."""
        about: dict[str, Any] = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                about[name] = value
        if self.is_premium:
            about["is_premium"] = True
        return about


def make_token(number: int) -> str:
    """Return a token as BotFather hands them out."""
    return f"{number}:{''.join(secrets.choice(_TOKEN) for _ in range(35))}"


@dataclass(slots=True, kw_only=True, eq=False)
class BotAccount:
    """A bot that BotFather has made.

    Attributes:
        user: Its account.
        token: The secret that its program uses.
        reads_groups: True if privacy mode is off, so that it is told everything in groups.
        joins_groups: Whether it can be added to groups.
        topics: True if its private chats have forum topics.
        updates: What waits for its program.
        commands: The menu as set, by scope and language.
        texts: Name, description and short description as set, by kind and language.
        launched: When its program called first; 0 for never.
        logged_out: When it called ``logOut``; 0 for never.
        next_id: The next message id in its private chats, which count together.
        stars: Its balance.
    """

    user: User
    token: str
    reads_groups: bool = False
    joins_groups: bool = True
    topics: bool = False
    updates: UpdateQueue
    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    launched: float = 0.0
    logged_out: float = 0.0
    next_id: int = 1
    stars: int = 0

    @property
    def id(self) -> int:
        """The account's number."""
        return self.user.id

    @property
    def name(self) -> str:
        """The account's name."""
        return self.user.first_name

    @property
    def username(self) -> str:
        """The account's public name, without ``@``."""
        return self.user.username

    @property
    def masked(self) -> str:
        """The token as it may be shown."""
        return f"{self.token.partition(':')[0]}:***"
