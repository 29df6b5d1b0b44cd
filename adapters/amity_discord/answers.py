"""Interactions that can still be answered, and what became of their first answer.

Discord lets an interaction be answered for fifteen minutes. Which are open is kept over a restart:
otherwise the person would look at "is thinking…" while the answer came elsewhere.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from amity.adapter import AdapterState, Draft
from amity.clock import Clock
from amity.errors import DeliveryError
from amity.message import Outbound
from amity_discord.rest import Rest

__all__ = ["Answers", "Open"]

_LIFE: Final = 870_000  # milliseconds; half a minute less than Discord gives
_MOST: Final = 500
_ACKNOWLEDGED_IN: Final = 4.0  # seconds; Discord itself waits for three
_KEY: Final = "interactions"
_AGAIN: Final = "regenerate"


@dataclass(slots=True, kw_only=True)
class Open:
    """An interaction that waits for its answer.

    Attributes:
        id: Its id, which is that of the event.
        application: The bot's application.
        token: What lets it be answered.
        channel: Discord's channel or thread that it came from.
        person: The account that it came from.
        word: The command that was used, if it was one.
        shared: Whether others share the chat.
        ephemeral: Whether its first answer is shown to the person alone.
        waiting: Whether the person is shown that the bot is thinking: the first answer goes there.
        used_by: The id of the message that its first answer became.
        more: Further answers: the ids of our messages, and Discord's of what shows them.
        born: When it came, in milliseconds.
        dead: Whether Discord takes no answers any more.
        acknowledged: Set once Discord knows that an answer will follow.
    """

    id: str
    application: str
    token: str
    channel: str = ""
    person: str = ""
    word: str = ""
    shared: bool
    ephemeral: bool = False
    waiting: bool = False
    used_by: str = ""
    more: dict[str, str] = field(default_factory=dict)
    born: int = 0
    dead: bool = False
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, *, private: bool) -> bool:
        """Whether the first answer is free, and seen by those who are to see this one."""
        seen_by_these = not self.shared or self.ephemeral == private
        return self.waiting and not self.used_by and seen_by_these


_KEPT: Final = (
    *("id", "application", "token", "channel", "person", "word"),
    *("shared", "ephemeral", "waiting", "used_by", "more"),
)


class Answers:
    """The open interactions of a channel."""

    def __init__(self, rest: Rest, state: AdapterState, clock: Clock) -> None:
        self._rest = rest
        self._state = state
        self._clock = clock
        self._open: OrderedDict[str, Open] = OrderedDict()
        self._stored = "[]"

    def add(self, interaction: Open) -> bool:
        """Take note of an interaction; False if it is known already."""
        if interaction.id in self._open:
            return False
        interaction.born = self._clock.now()
        self._open[interaction.id] = interaction
        while len(self._open) > _MOST:
            self._open.popitem(last=False)
        return True

    def __contains__(self, id: object) -> bool:
        """Whether an id is that of an interaction that is or was open, not of a message."""
        return id in self._open

    async def of_message(self, channel: str, outbound: Outbound) -> Open | None:
        """Return the interaction that a message answers, if it can still be answered.

        The core names what a message answers, but not after a restart; and a reply that takes
        another's place answers the question, while the person waits at the command for it.
        """
        found = self._showing(outbound.id) or self._last_of(outbound.in_reply_to)
        if found is None and outbound.replaces:
            found = self._waiting(channel, word=_AGAIN)
        if found is None and not outbound.in_reply_to:
            found = self._waiting(channel, person=outbound.recipient)
        return await self._ready(found)

    async def of_draft(self, channel: str, draft: Draft) -> Open | None:
        """Return the interaction that a growing reply answers, if it can still be answered."""
        found = self._showing(draft.reply) or self._last_of(draft.in_reply_to)
        if found is None:
            again = self._waiting(channel, word=_AGAIN)
            found = again if again is not None and not again.shared else None
        return await self._ready(found)

    def used_by(self, reply: str) -> Open | None:
        """Return the open interaction whose first answer shows a reply."""
        found = self._showing(reply)
        return found if found is not None and found.used_by == reply else None

    def _showing(self, id: str) -> Open | None:
        return self._first(lambda one: one.used_by == id or id in one.more)

    def _waiting(self, channel: str, *, word: str = "", person: str = "") -> Open | None:
        def waits(one: Open) -> bool:
            mine = (not word or one.word == word) and (not person or one.person == person)
            return mine and one.channel == channel and one.waiting and not one.used_by

        return self._first(waits)

    def _first(self, wanted: Callable[[Open], bool]) -> Open | None:
        return next((one for one in self._open.values() if self._lives(one) and wanted(one)), None)

    def _last_of(self, ids: Iterable[str]) -> Open | None:
        found = [self._open[id] for id in ids if id in self._open]
        return found[-1] if found and self._lives(found[-1]) else None

    @staticmethod
    async def _ready(interaction: Open | None) -> Open | None:
        """Return the interaction once Discord knows that an answer follows."""
        if interaction is None:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(_ACKNOWLEDGED_IN):
                await interaction.acknowledged.wait()
        known = interaction.acknowledged.is_set() and not interaction.dead
        return interaction if known else None

    def _lives(self, interaction: Open) -> bool:
        return not interaction.dead and self._clock.now() - interaction.born < _LIFE

    async def dismiss(self, id: str, wait: float) -> None:
        """Take "is thinking…" back unless the interaction is answered in so many seconds."""
        await asyncio.sleep(wait)
        found = self._open.get(id)
        if found is not None and not found.used_by:
            await self.take_first_back(found)

    async def take_first_back(self, interaction: Open) -> None:
        """Delete the first answer of an interaction, if the person is shown one."""
        if not interaction.waiting:
            return
        interaction.waiting = False
        interaction.used_by = ""
        with suppress(DeliveryError):
            await self._rest.delete_original(interaction.application, interaction.token)

    async def sweep(self) -> None:
        """Take back what nobody answered in time, forget what is over, and keep the rest."""
        over = [one for one in self._open.values() if not self._lives(one)]
        for interaction in over:
            if not interaction.dead and not interaction.used_by:
                await self.take_first_back(interaction)
            self._open.pop(interaction.id, None)
        await self.save()

    async def save(self) -> None:
        """Keep what is open; durable when this returns."""
        kept = [
            {**{name: getattr(one, name) for name in _KEPT}, "born": one.born}
            for one in self._open.values()
            if self._lives(one)
        ]
        written = orjson.dumps(kept).decode()
        if written != self._stored:
            await self._state.put(_KEY, written)
            self._stored = written

    async def restore(self) -> None:
        """Take up what a former process left open."""
        stored = await self._state.get(_KEY)
        if not stored:
            return
        self._stored = stored
        values: list[dict[str, Any]] = orjson.loads(stored)
        for value in values:
            interaction = Open(**value)
            interaction.acknowledged.set()  # or Discord has given it up
            self._open.setdefault(interaction.id, interaction)
