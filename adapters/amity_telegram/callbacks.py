"""What a button carries: a verb and an argument, signed for one chat and one person.

Telegram gives a button 64 bytes of data and a link into a private chat 64 characters. Apps can be
made to send anything back, so both carry a tag (72 bits of HMAC-SHA-256) over what they say and for
whom they were made. The key comes from the bot's token: buttons outlive a restart, and end with
their token.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

__all__ = ["ANYONE", "Callbacks", "Pressed"]

ANYONE: Final = ""
"""Stands for every person, where a button is for all who can see it."""

_MOST_BYTES: Final = 64
_TAG_BYTES: Final = 9
_TAG_LENGTH: Final = 12  # of the same in base64


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button or a link says."""

    verb: str
    argument: str


class Callbacks:
    """Writes and reads what buttons and links carry.

    Args:
        key: A secret of the bot's.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def button(self, chat: str, person: str, verb: str, argument: str) -> str | None:
        """Return a button's data; ``None`` if it would be too long.

        Args:
            chat: The chat in which the button is shown.
            person: Who may press it, or ``ANYONE``.
            verb: What pressing it stands for.
            argument: Passed to the verb.
        """
        said = _joined(verb, argument)
        data = self._tag("button", chat, person, said) + said
        return data if len(data.encode()) <= _MOST_BYTES else None

    def read_button(self, data: str, chat: str, person: str) -> Pressed | None:
        """Return what a button says; ``None`` if it was not made by us for this chat and person."""
        tag, said = data[:_TAG_LENGTH], data[_TAG_LENGTH:]
        return _parted(said) if self._fits(tag, "button", chat, person, said) else None

    def link(self, person: str, verb: str, argument: str) -> str:
        """Return the payload of a link into the private chat with the bot.

        A link can be handed on, so one that is for ``ANYONE`` carries no argument: nobody can be
        led to confirm something. What is too long loses its argument, too.
        """
        for words in (argument if person else "", ""):
            said = _joined(verb, words)
            coded = urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
            payload = self._tag("link", "", person, said) + coded
            if len(payload) <= _MOST_BYTES:
                return payload
        return ""

    def read_link(self, payload: str, person: str) -> Pressed | None:
        """Return what a link says; ``None`` if it is not one of ours, or not for this person."""
        tag, coded = payload[:_TAG_LENGTH], payload[_TAG_LENGTH:]
        try:
            said = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        except ValueError:
            return None
        return _parted(said) if self._fits(tag, "link", "", person, said) else None

    def _fits(self, tag: str, kind: str, chat: str, person: str, said: str) -> bool:
        given = tag.encode()
        # Both are always looked at: how long it takes says nothing.
        theirs = hmac.compare_digest(given, self._tag(kind, chat, person, said).encode())
        anyones = hmac.compare_digest(given, self._tag(kind, chat, ANYONE, said).encode())
        return (theirs or anyones) and bool(said)

    def _tag(self, kind: str, chat: str, person: str, said: str) -> str:
        meant = "\0".join((kind, chat, person, said)).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, meant, hashlib.sha256)
        return urlsafe_b64encode(digest[:_TAG_BYTES]).decode()


def _joined(verb: str, argument: str) -> str:
    return f"{verb} {argument}" if argument else verb


def _parted(said: str) -> Pressed:
    verb, _, argument = said.partition(" ")
    return Pressed(verb, argument)
