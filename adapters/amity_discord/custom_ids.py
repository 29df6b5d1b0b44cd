"""What a button carries: its verb and argument, signed, in at most 100 characters.

Discord hands a custom id back as it was given, but a modified client can hand in any other. The
signature makes a button good only if we made it and, where it was shown to one person, only for
that person. It survives restarts, as its key is made from the bot's token.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

__all__ = ["LONGEST", "CustomIds", "Pressed"]

LONGEST: Final = 100
_SIGNATURE: Final = 11  # characters of base64, of 64 bits
_SHAPE: Final = re.compile(
    r"([A-Za-z0-9_-]{11})([bm])([pa])([qo])([a-z0-9_]{1,40}):(.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a custom id stands for.

    Attributes:
        command: The verb.
        argument: Its argument.
        quiet: Whether in a shared chat only who pressed may see what answers it.
    """

    command: str
    argument: str
    quiet: bool = False


class CustomIds:
    """Makes and reads custom ids.

    Args:
        secret: What only this bot knows.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"amity discord custom ids", "sha256")

    def make(
        self,
        command: str,
        argument: str = "",
        *,
        person: str = "",
        modal: bool = False,
        quiet: bool = False,
    ) -> str | None:
        """Return the custom id of a button, or of a modal; ``None`` if it would be too long.

        Args:
            command: The verb.
            argument: Its argument.
            person: The id of the only account that may use it; empty for any.
            modal: Whether it is for a modal.
            quiet: As in ``Pressed``.
        """
        flags = f"{'m' if modal else 'b'}{'p' if person else 'a'}{'q' if quiet else 'o'}"
        body = f"{flags}{command}:{argument}"
        made = self._sign(body, person) + body
        return made if len(made) <= LONGEST and _SHAPE.fullmatch(made) else None

    def read(self, custom_id: str, *, person: str, modal: bool = False) -> Pressed | None:
        """Return what a custom id stands for if ``person`` may use it."""
        found = _SHAPE.fullmatch(custom_id)
        if found is None or found[2] != ("m" if modal else "b"):
            return None
        wanted = self._sign(custom_id[_SIGNATURE:], person if found[3] == "p" else "")
        if not hmac.compare_digest(wanted, found[1]):
            return None
        return Pressed(found[5], found[6], found[4] == "q")

    def _sign(self, body: str, person: str) -> str:
        digest = hmac.new(self._key, f"{person}\0{body}".encode(), sha256).digest()
        return urlsafe_b64encode(digest[:8]).decode().rstrip("=")
