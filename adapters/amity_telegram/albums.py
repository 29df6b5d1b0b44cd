"""Albums: pictures sent together, which Telegram delivers one by one.

Nothing says how many there are. With long polling the first is held back, unconfirmed, until the
album is complete: when something else follows in its chat, when it has as many as Telegram allows,
or when no more came for a while. What came with it from others is handed on at once, and known
again when Telegram delivers it along with the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amity_telegram.updates import Update

__all__ = ["Albums", "Gathered"]

_MOST_PARTS: Final = 10
_PATIENCE: Final = 8  # times the wait for one more part: then it has to do
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What can be handed on.

    Attributes:
        units: Updates in their order; those of an album together.
        hold: The id of the first update that must not be confirmed yet; ``None`` for none.
        wait: Seconds after which to look again; zero if nothing is held back.
    """

    units: list[tuple[Update, ...]]
    hold: int | None = None
    wait: float = 0.0


@dataclass(slots=True)
class _Open:
    """An album that may not be complete."""

    parts: int
    began: float
    grew: float


class Albums:
    """Gathers albums from what long polling returns.

    Args:
        wait: Seconds to wait for one more part.
    """

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._open: dict[Key, _Open] = {}
        self._handed: set[int] = set()

    @property
    def waiting(self) -> bool:
        """Whether something is held back."""
        return bool(self._open)

    def gather(self, updates: Sequence[Update], now: float) -> Gathered:
        """Return what can be handed on of everything that is unconfirmed, in its order.

        Args:
            updates: What Telegram returned, from the first unconfirmed update on.
            now: The time, in seconds of a clock that never goes back.
        """
        fresh = [update for update in updates if update.update_id not in self._handed]
        albums: dict[Key, list[Update]] = {}
        for update in fresh:
            if (key := _key(update)) is not None:
                albums.setdefault(key, []).append(update)
        held = {key for key, parts in albums.items() if not self._complete(key, parts, fresh, now)}
        self._open = {key: one for key, one in self._open.items() if key in held}
        units: list[tuple[Update, ...]] = []
        for update in fresh:
            key = _key(update)
            if key is None:
                units.append((update,))
            elif key not in held and albums[key][0] is update:
                units.append(tuple(albums[key]))
        return self._gathered(units, [update for key in held for update in albums[key]], now)

    def handed_on(self, gathered: Gathered) -> None:
        """Take note that what could be handed on was: it is not handed on again."""
        if gathered.hold is None:
            self._handed.clear()
            return
        self._handed.update(update.update_id for unit in gathered.units for update in unit)
        self._handed = {id for id in self._handed if id > gathered.hold}

    def _gathered(
        self, units: list[tuple[Update, ...]], held: Sequence[Update], now: float
    ) -> Gathered:
        if not held:
            return Gathered(units)
        wait = min(one.grew + self._wait for one in self._open.values()) - now
        return Gathered(units, min(update.update_id for update in held), max(wait, 0.01))

    def _complete(
        self, key: Key, parts: Sequence[Update], fresh: Sequence[Update], now: float
    ) -> bool:
        if len(parts) >= _MOST_PARTS or _is_followed(key, parts[-1], fresh):
            return True
        known = self._open.get(key)
        if known is None:
            known = self._open[key] = _Open(len(parts), now, now)
        elif len(parts) > known.parts:
            known.parts, known.grew = len(parts), now
        return now - known.grew >= self._wait or now - known.began >= self._wait * _PATIENCE


def _key(update: Update) -> Key | None:
    """Return what the parts of an album have in common; ``None`` for what is in no album."""
    message = update.message
    if message is None or message.media_group_id is None:
        return None
    return message.chat.id, message.media_group_id


def _is_followed(key: Key, last: Update, fresh: Sequence[Update]) -> bool:
    """Whether the album's sender wrote something else after it."""
    sender = _author(last)
    return any(
        update.update_id > last.update_id
        and (message := update.message) is not None
        and message.chat.id == key[0]
        and _author(update) == sender
        for update in fresh
    )


def _author(update: Update) -> int | None:
    message = update.message
    return None if message is None or message.from_ is None else message.from_.id
