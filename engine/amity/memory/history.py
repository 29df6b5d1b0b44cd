"""What was said in a conversation, as a prompt needs it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amity.codec import decode_parts
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.memory.conversations import Conversation
from amity.message import text_of
from amity.models.contract import ChatMessage, Speaker
from amity.sealed import SealedText
from amity.store.contract import Access
from amity.store.vault import OpenRow, Vault

__all__ = ["Exchange", "History", "spoken"]

_WORDS_OF_PERSON: Final = frozenset({"answered", "unanswered", "in_turn"})
_COUNTED: Final = 10_000
_WORDS_OF_PERSONA: Final = frozenset({"sent", "partial", "ready"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The last thing the person said and what answered it.

    Attributes:
        messages: Rows of the person's messages.
        reply: Rows of the reply's parts; empty if nothing answered.
    """

    messages: tuple[OpenRow, ...]
    reply: tuple[OpenRow, ...]


def spoken(row: OpenRow) -> ChatMessage | None:
    """Return a row as a prompt's message; ``None`` for what is no part of the talk."""
    body = row["body"]
    if not isinstance(body, SealedText) or row["verb"] is not None:
        return None
    if row["direction"] == "in":
        if row["state"] not in _WORDS_OF_PERSON:
            return None
        speaker = Speaker.USER
    else:
        if row["kind"] != "reply" or row["state"] not in _WORDS_OF_PERSONA:
            return None
        speaker = Speaker.ASSISTANT
    text = text_of(decode_parts(body))
    return ChatMessage(speaker, text) if text else None


class History:
    """Reads the messages of a conversation."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def rows(self, conversation: Conversation, limit: int) -> list[OpenRow]:
        """Return the last rows of the present generation, oldest first."""
        rows = await self._vault.find(
            MESSAGES,
            "conversation",
            Access(Purpose.SERVICE, conversation.person),
            equal={"conversation": conversation.id},
            descending=True,
            limit=limit,
        )
        rows = [row for row in rows if row["generation"] == conversation.generation]
        rows.reverse()
        return rows

    async def count(self, conversation: Conversation) -> int:
        """Return how many messages of both the present generation holds; words do not count."""
        rows = await self.rows(conversation, limit=_COUNTED)
        return sum(1 for row in rows if row["body"] is not None and row["verb"] is None)

    async def recall(
        self, conversation: Conversation, *, limit: int, without: Iterable[str] = ()
    ) -> list[ChatMessage]:
        """Return the last words of both, oldest first, without the messages of the present turn."""
        left_out = frozenset(without)
        messages: list[ChatMessage] = []
        for row in await self.rows(conversation, limit):
            if row["id"] in left_out or row["turn"] in left_out:
                continue
            message = spoken(row)
            if message is not None:
                messages.append(message)
        return messages

    async def last_exchange(self, conversation: Conversation) -> Exchange | None:
        """Return the last words of the person with what answered them; ``None`` without any."""
        rows = await self.rows(conversation, limit=60)
        turn = next(
            (
                row["turn"]
                for row in reversed(rows)
                if row["direction"] == "in" and row["turn"] and spoken(row) is not None
            ),
            None,
        )
        if turn is None:
            return None
        return Exchange(
            messages=tuple(r for r in rows if r["direction"] == "in" and r["turn"] == turn),
            reply=tuple(
                r
                for r in rows
                if r["direction"] == "out"
                and r["turn"] == turn
                and r["kind"] == "reply"
                and r["state"] in _WORDS_OF_PERSONA
            ),
        )
