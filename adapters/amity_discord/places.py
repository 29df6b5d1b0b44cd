"""Where something was said: Discord's channels as the core's addresses."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import discord

from amity.clock import Clock
from amity.errors import DeliveryError
from amity.message import Address
from amity_discord.rest import Json, Rest

__all__ = ["Place", "Places", "milliseconds_of", "place_of", "snowflake_of"]

_EPOCH: Final = 1_420_070_400_000  # the first millisecond of 2015, where Discord's ids begin
_THREADS: Final = frozenset({10, 11, 12})
_DIRECT: Final = frozenset({1, 3})
_FRESH: Final = 300_000  # milliseconds that Discord's answer about a channel is believed
_REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel of Discord.

    Attributes:
        chat: The channel's id; of a thread that of the channel it belongs to.
        thread: The thread's id.
        private: Whether only one person and the bot are there.
        adult: Whether it is marked as age-restricted.
    """

    chat: str
    thread: str | None = None
    private: bool = False
    adult: bool = False

    @property
    def channel(self) -> str:
        """The id of the channel or thread itself."""
        return self.thread or self.chat

    def address(self, channel: str) -> Address:
        """Return the place's address on a configured channel."""
        return Address(channel=channel, chat=self.chat, thread=self.thread)


def milliseconds_of(snowflake: int) -> int:
    """Return when the thing with this id was made."""
    return (snowflake >> 22) + _EPOCH


def snowflake_of(milliseconds: int) -> int:
    """Return the highest id below those of all things made at this time or later."""
    return max(0, ((milliseconds - _EPOCH) << 22) - 1)


def place_of(channel: Any) -> Place | None:
    """Return where a channel object of the library is; ``None`` if the object does not know."""
    if isinstance(channel, discord.DMChannel):
        return Place(chat=str(channel.id), private=True)
    if isinstance(channel, discord.Thread):
        parent = channel.parent
        if parent is None:
            return None
        return Place(chat=str(channel.parent_id), thread=str(channel.id), adult=parent.nsfw)
    if isinstance(channel, discord.PartialMessageable):
        return Place(chat=str(channel.id), private=True) if channel.guild_id is None else None
    if isinstance(
        channel,
        discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel,
    ):
        return Place(chat=str(channel.id), adult=channel.nsfw)
    return None


class Places:
    """Asks Discord about the channels that the library does not know, and remembers for a while."""

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, Json]] = OrderedDict()

    async def find(self, channel: str) -> Place | None:
        """Return where a channel is; ``None`` if Discord does not say."""
        try:
            about = await self._about(channel)
            if about.get("type") in _DIRECT:
                return Place(chat=channel, private=about["type"] == 1)
            if about.get("type") not in _THREADS:
                return Place(chat=channel, adult=bool(about.get("nsfw")))
            parent = str(about["parent_id"])
            above = await self._about(parent)
            return Place(chat=parent, thread=channel, adult=bool(above.get("nsfw")))
        except (DeliveryError, KeyError):
            return None

    async def person_of(self, channel: str) -> str:
        """Return the account that a direct channel leads to; empty if Discord does not say."""
        try:
            recipients: list[Json] = (await self._about(channel)).get("recipients", [])
        except DeliveryError:
            return ""
        return str(recipients[0]["id"]) if len(recipients) == 1 else ""

    async def _about(self, channel: str) -> Json:
        asked, about = self._known.get(channel, (0, {}))
        now = self._clock.now()
        if not about or now - asked > _FRESH:
            about = await self._rest.channel(channel)
            wanted = ("type", "parent_id", "nsfw", "recipients")
            kept = {key: about[key] for key in wanted if about.get(key) is not None}
            if "recipients" in kept:
                kept["recipients"] = [{"id": one["id"]} for one in kept["recipients"]]
            self._known[channel] = (now, kept)
            self._known.move_to_end(channel)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            about = kept
        return about
