"""What was said in a conversation, as a prompt needs it."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from amity.codec import decode_parts
from amity.datamap.declarations import MESSAGES
from amity.datamap.schema import Purpose
from amity.memory.conversations import Conversation
from amity.message import text_of
from amity.models.contract import ChatMessage, Speaker
from amity.sealed import SealedText
from amity.store.contract import Access, Range
from amity.store.vault import OpenRow, Vault

__all__ = ["BARRED", "SPECIAL", "Exchange", "History", "is_talk", "spoken"]

BARRED: Final = "barred"
"""The sensitivity of words that no model may see."""
SPECIAL: Final = "special"
"""The sensitivity of what held special categories of data, where they may not be kept."""

_WORDS_OF_PERSON: Final = frozenset({"answered", "unanswered", "in_turn"})
# What telling who said what takes: opening whole rows costs half as much again.
_SPOKEN: Final = (
    "generation",
    "direction",
    "kind",
    "state",
    "turn",
    "verb",
    "body",
    "sensitivity",
)
_COUNTED: Final = 10_000
_SETTLED: Final = frozenset(
    {"answered", "unanswered", "discarded", "sent", "partial", "failed", "suppressed"}
)
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


def is_talk(row: Mapping[str, object]) -> bool:
    """Tell whether a row counts as something said in the talk: no words, notices or later parts."""
    if row["body"] is None or row["verb"] is not None:
        return False
    if row["direction"] == "in":
        return row["kind"] == "message"
    return row["kind"] == "reply" and row["part"] == 0


def spoken(row: OpenRow) -> ChatMessage | None:
    """Return a row as a prompt's message; ``None`` for what is no part of the talk."""
    body = row["body"]
    if not isinstance(body, SealedText) or row["verb"] is not None or row["sensitivity"] == BARRED:
        return None
    if row["direction"] == "in":
        if row["kind"] != "message" or row["state"] not in _WORDS_OF_PERSON:
            return None
        speaker = Speaker.USER
    else:
        if row["kind"] != "reply" or row["state"] not in _WORDS_OF_PERSONA:
            return None
        speaker = Speaker.ASSISTANT
    text = text_of(decode_parts(body))
    return ChatMessage(speaker, text) if text else None


@dataclass(slots=True)
class _Remembered:
    """The settled end of a conversation, opened.

    Rows that are still to change (waiting, in a turn, to be sent) are never in it; everything up
    to ``until`` has been read.
    """

    generation: int
    until: str = ""
    messages: deque[tuple[str, str, ChatMessage]] = field(default_factory=deque)


class History:
    """Reads the messages of a conversation.

    Opening sixty sealed rows for each turn would be most of what a turn costs, so the last words of
    the conversations that were active last are kept opened in memory; what came since is read.

    Args:
        most: How many conversations are kept.
    """

    def __init__(self, vault: Vault, *, most: int = 2000) -> None:
        self._vault = vault
        self._most = most
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    def forget(self, conversation: str | None = None) -> None:
        """Drop what is kept of a conversation (or of all): its rows were changed or deleted."""
        if conversation is None:
            self._remembered.clear()
        else:
            self._remembered.pop(conversation, None)

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
        """Return how many messages of both the present generation holds; see ``is_talk``."""
        rows = await self.rows(conversation, limit=_COUNTED)
        return sum(1 for row in rows if is_talk(row))

    async def recall(
        self, conversation: Conversation, *, limit: int, without: Iterable[str] = ()
    ) -> list[ChatMessage]:
        """Return the last words of both, oldest first, without the messages of the present turn."""
        left_out = frozenset(without)
        known = self._known(conversation)
        rows = await self._vault.find(
            MESSAGES,
            "conversation",
            Access(Purpose.SERVICE, conversation.person),
            equal={"conversation": conversation.id},
            range=Range(after=known.until or None),
            descending=not known.until,
            limit=None if known.until else limit,
            only=_SPOKEN,
        )
        if not known.until:
            rows.reverse()
        fresh = self._settle(known, rows, limit)
        # A message that joined a turn came after its reply was announced: what answers stands last.
        together = sorted(
            [*known.messages, *fresh], key=lambda e: (e[1], e[2].speaker is Speaker.ASSISTANT)
        )
        return [m for id, turn, m in together[-limit:] if not {id, turn} & left_out]

    def _known(self, conversation: Conversation) -> _Remembered:
        known = self._remembered.get(conversation.id)
        if known is None or known.generation != conversation.generation:
            known = self._remembered[conversation.id] = _Remembered(conversation.generation)
            if len(self._remembered) > self._most:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(conversation.id)
        return known

    def _settle(
        self, known: _Remembered, rows: list[OpenRow], limit: int
    ) -> list[tuple[str, str, ChatMessage]]:
        """Keep the rows that will not change any more; return the messages of the others."""
        fresh: list[tuple[str, str, ChatMessage]] = []
        settling = True
        for row in rows:
            if row["generation"] != known.generation:
                continue
            settling = settling and row["state"] in _SETTLED
            message = spoken(row)
            if settling:
                known.until = str(row["id"])
            if message is None:
                continue
            entry = (str(row["id"]), str(row["turn"]), message)
            (known.messages if settling else fresh).append(entry)
        while len(known.messages) > limit:
            known.messages.popleft()
        return fresh

    async def words_of(
        self, conversation: Conversation, message_id: str, *, limit: int
    ) -> SealedText | None:
        """Return the words that the platform knows by an id; ``None`` if they are too long ago.

        Only this person's conversation is looked at: in a shared chat what was said to somebody
        else is not found.
        """
        for row in reversed(await self.rows(conversation, limit)):
            known = row["platform_id"]
            if isinstance(known, SealedText) and message_id in known.reveal().split("\n"):
                message = spoken(row)
                return None if message is None else message.text
        return None

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
            messages=tuple(
                r
                for r in rows
                if r["direction"] == "in" and r["turn"] == turn and r["kind"] == "message"
            ),
            reply=tuple(
                r
                for r in rows
                if r["direction"] == "out"
                and r["turn"] == turn
                and r["kind"] == "reply"
                and r["state"] in _WORDS_OF_PERSONA
            ),
        )
