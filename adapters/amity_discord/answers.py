"""Interactions that can still be answered, and what became of their first answer.

Discord lets an interaction be answered for fifteen minutes. Which are open is kept over a restart:
otherwise the person would look at "is thinking…" while the answer came elsewhere.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from amity.adapter import AdapterState
from amity.clock import Clock
from amity.errors import DeliveryError
from amity_discord.rest import Rest

__all__ = ["Answers", "Open"]

_LIFE: Final = 870_000  # milliseconds; half a minute less than Discord gives
_MOST: Final = 500
_ACKNOWLEDGED_IN: Final = 4.0  # seconds; Discord itself waits for three
_KEY: Final = "interactions"


@dataclass(slots=True, kw_only=True)
class Open:
    """An interaction that waits for its answer.

    Attributes:
        id: Its id, which is that of the event.
        application: The bot's application.
        token: What lets it be answered.
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


_KEPT: Final = ("id", "application", "token", "shared", "ephemeral", "waiting", "used_by", "more")


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

    async def find(self, ids: Iterable[str]) -> Open | None:
        """Return the last of these that can still be answered, once Discord knows of the answer."""
        for id in reversed(tuple(ids)):
            found = self._open.get(id)
            if found is None or not self._lives(found):
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_ACKNOWLEDGED_IN):
                    await found.acknowledged.wait()
            if found.acknowledged.is_set() and not found.dead:
                return found
        return None

    def used_by(self, reply: str) -> Open | None:
        """Return the open interaction whose first answer shows a reply."""
        for interaction in self._open.values():
            if interaction.used_by == reply and self._lives(interaction):
                return interaction
        return None

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
