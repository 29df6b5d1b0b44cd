"""What was said while the gateway was away, fetched from the history of known channels.

A channel is known once somebody spoke to the bot in it, for two weeks from the last time. Of each
the id of the last message is kept that the core has taken; what follows it is fetched after a new
session of the gateway and at the start. A session that is resumed brings what it missed by itself.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import discord
import orjson

from amity.adapter import AdapterState, Host
from amity.clock import Clock
from amity.observe import name_of
from amity_discord.intake import Intake, Item
from amity_discord.places import snowflake_of

__all__ = ["Backfill", "Mark", "Marks"]

_KEY: Final = "seen"
_MOST: Final = 1_000
_KNOWN_FOR: Final = 14 * 86_400_000  # milliseconds
_AT_ONCE: Final = 5
_A_CHANNEL: Final = 2_000  # messages
_ATTEMPTS: Final = 8
_LONGEST_WAIT: Final = 30.0  # seconds

Mark = tuple[int, bool, int]
"""The last id, whether it is a direct channel, and when it was last spoken in."""

Convert = Callable[[discord.Message], Item]


class Marks:
    """How far each known channel was read."""

    def __init__(self, state: AdapterState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._marks: dict[str, Mark] = {}
        self._changed = False
        self.urgent = False
        """Whether a channel was met that nothing is kept of: after a crash it would be unknown."""

    async def load(self) -> None:
        """Read what is kept."""
        stored = await self._state.get(_KEY)
        if stored:
            read: dict[str, Sequence[Any]] = orjson.loads(stored)
            self._marks = {
                channel: (int(last), bool(direct), int(spoken))
                for channel, (last, direct, spoken) in read.items()
            }

    async def save(self) -> None:
        """Keep what changed; durable when this returns."""
        if not self._changed:
            return
        self._changed = self.urgent = False
        oldest = self._clock.now() - _KNOWN_FOR
        known = [item for item in self._marks.items() if item[1][2] > oldest]
        known.sort(key=lambda item: item[1][2])
        self._marks = dict(known[-_MOST:])
        try:
            await self._state.put(_KEY, orjson.dumps(self._marks).decode())
        except BaseException:
            self._changed = True
            raise

    def known(self) -> dict[str, Mark]:
        """Return the known channels."""
        return dict(self._marks)

    def spoken(self, channel: str, id: int, *, direct: bool, exact: bool = True) -> None:
        """Take note that somebody spoke to the bot in a channel.

        Without ``exact`` the id is not that of a message: one sent just before may still come.
        """
        mark = self._marks.get(channel)
        last = id if mark is None else max(mark[0], id if exact else 0)
        self._marks[channel] = (last, direct, self._clock.now())
        self._changed = True
        self.urgent = self.urgent or mark is None

    def passed(self, channel: str, id: int) -> None:
        """Take note of a message in a channel that was not for us."""
        mark = self._marks.get(channel)
        if mark is not None and id > mark[0]:
            self._marks[channel] = (id, *mark[1:])
            self._changed = True

    def forget(self, channel: str) -> None:
        """Forget a channel: it is gone, or its person wants to be forgotten."""
        self._changed = self._marks.pop(channel, None) is not None or self._changed


class Backfill:
    """Fetches what known channels missed.

    Args:
        client: Asks Discord.
        host: Where the log is.
        marks: How far each channel was read.
        intake: Where what was missed goes.
        convert: Makes an event of a message.
    """

    def __init__(
        self,
        client: discord.Client,
        host: Host,
        marks: Marks,
        intake: Intake,
        convert: Convert,
    ) -> None:
        self._client = client
        self._host = host
        self._marks = marks
        self._intake = intake
        self._convert = convert
        self._missing: dict[str, Mark] = {}

    def begin(self) -> None:
        """Let new events of known channels wait: they come after what is going to be fetched."""
        self._missing |= self._marks.known()
        self._intake.hold(self._missing)

    async def catch_up(self) -> None:
        """Fetch what was said in the channels that were known when it began."""
        await self._fetch(self._missing, 0)

    async def since(self, since: int) -> None:
        """Fetch what was said in known channels and is not taken yet, but not before a time."""
        known = self._marks.known()
        self._intake.hold(known)
        await self._fetch(known, since)

    async def _fetch(self, known: Mapping[str, Mark], since: int) -> None:
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(channel: str, mark: Mark) -> None:
            after = max(mark[0], snowflake_of(since))
            async with room:
                missed = await self._missed(channel, after, direct=mark[1])
            # Not if cancelled: what waits must not overtake what the next session fetches.
            self._intake.release(channel, missed)
            self._missing.pop(channel, None)

        latest_first = sorted(known.items(), key=lambda item: -item[1][2])
        await asyncio.gather(*(one(channel, mark) for channel, mark in latest_first))

    async def _missed(self, channel: str, after: int, *, direct: bool) -> list[Item]:
        wait = 1.0
        for attempt in range(_ATTEMPTS):
            try:
                return await self._history(channel, after, direct=direct)
            except (discord.NotFound, discord.Forbidden):
                self._marks.forget(channel)
                return []
            except Exception as error:  # noqa: BLE001 -- one channel must not stop the others
                last = attempt == _ATTEMPTS - 1
                log = self._host.log.error if last else self._host.log.info
                log("discord.backfill_failed", error=name_of(error), given_up=last)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        return []

    async def _history(self, channel: str, after: int, *, direct: bool) -> list[Item]:
        place: Any
        if direct:
            place = self._client.get_partial_messageable(int(channel))
        else:
            place = self._client.get_channel(int(channel))
            if place is None:
                place = await self._client.fetch_channel(int(channel))
            last = getattr(place, "last_message_id", None)
            if last is not None and last <= after:
                return []
        found = place.history(limit=_A_CHANNEL, after=discord.Object(after), oldest_first=True)
        items = [self._convert(message) async for message in found]
        if len(items) == _A_CHANNEL:
            self._host.log.warning("discord.backfill_cut", messages=_A_CHANNEL)
        return items
