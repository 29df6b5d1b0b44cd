"""The emoji that a sticker stands for: what the core keeps of it.

A message carries a sticker's name only. Its tags say more, and are asked for once a sticker.
Clients tag a server's sticker with an emoji's name, so the usual names are known here.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from amity.errors import DeliveryError
from amity_discord.rest import Rest

__all__ = ["Stickers", "emoji_in"]

_REMEMBERED: Final = 500
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u203c\u2049\u2764]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*"
    "(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf][\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_NAMES: Final = {
    **dict.fromkeys(("wave", "hello", "hi", "bye"), "👋"),
    **dict.fromkeys(("heart", "love", "hearts"), "❤️"),
    **dict.fromkeys(("joy", "laughing", "lol", "rofl"), "😂"),
    **dict.fromkeys(("smile", "smiley", "happy", "grin"), "😄"),
    **dict.fromkeys(("cry", "sob", "sad"), "😢"),
    **dict.fromkeys(("rage", "angry"), "😠"),
    **dict.fromkeys(("thumbsup", "+1", "yes"), "👍"),
    **dict.fromkeys(("thumbsdown", "-1"), "👎"),
    **dict.fromkeys(("thinking", "thinking_face"), "🤔"),
    **dict.fromkeys(("tada", "party"), "🎉"),
    **dict.fromkeys(("hug", "hugging"), "🤗"),
    **dict.fromkeys(("sleeping", "zzz"), "😴"),
    **dict.fromkeys(("pray", "thanks"), "🙏"),
    "fire": "🔥",
    "clap": "👏",
    "cool": "😎",
    "sunglasses": "😎",
    "kissing_heart": "😘",
    "heart_eyes": "😍",
    "blush": "😊",
    "wink": "😉",
    "scream": "😱",
    "shrug": "🤷",
    "eyes": "👀",
    "100": "💯",
}


def emoji_in(tags: str) -> str | None:
    """Return the first emoji that a sticker's tags name; ``None`` if there is none."""
    if found := _EMOJI.search(tags):
        return found[0]
    names = (tag.strip().strip(":").lower().replace(" ", "_") for tag in tags.split(","))
    return next((_NAMES[name] for name in names if name in _NAMES), None)


class Stickers:
    """Asks Discord what stickers stand for."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: OrderedDict[int, str | None] = OrderedDict()

    async def emoji_of(self, stickers: Iterable[int]) -> list[str | None]:
        """Return the emoji of each sticker, ``None`` where Discord does not say."""
        return [await self._emoji_of(sticker) for sticker in stickers]

    async def _emoji_of(self, sticker: int) -> str | None:
        if sticker not in self._known:
            try:
                about = await self._rest.call("GET", "/stickers/{sticker_id}", sticker_id=sticker)
            except DeliveryError:
                return None
            self._known[sticker] = emoji_in(f"{about.get('tags') or ''},{about.get('name') or ''}")
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[sticker]
