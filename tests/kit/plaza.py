"""A platform in memory that has everything: the kit is shown all of itself on it.

A bot listens for numbered events and says up to which number it has them; what it has not said so
of is delivered again when it listens anew. Everything it does is a ``call``.
"""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.message import Audio, File, Image, Location, Part, Sticker, Video, Voice
from amity.testing import Fault, Shown, ShownMedia
from tests.kit.plaza_manifest import LIMIT

__all__ = ["Bot", "Closed", "Failed", "Message", "Plaza"]

TOKEN: Final = "plaza-secret-token"
KINDS: Final[Mapping[type[Part], str]] = {
    Image: "image",
    Voice: "voice",
    Audio: "audio",
    Video: "video",
    File: "file",
    Sticker: "sticker",
    Location: "location",
}
_PLACES: Final[dict[str, "Plaza"]] = {}
_numbers = itertools.count(1)


class Closed(Exception):
    """Raised when the platform is out of reach."""


class Failed(Exception):
    """Raised when the platform does not do what it is asked."""

    def __init__(self, code: str, seconds: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


@dataclass(slots=True)
class Message:
    """A message, or a draft if it is ``writing``."""

    id: str
    chat: str
    author: str
    text: str = ""
    buttons: Sequence[Sequence[tuple[str, str]]] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    quotes: str = ""
    only: str = ""
    writing: bool = False
    reactions: list[str] = field(default_factory=list)


class Bot:
    """One connection of a bot."""

    def __init__(self, plaza: "Plaza") -> None:
        self._plaza = plaza
        self._next = 0
        plaza.bots.append(self)

    async def event(self) -> Mapping[str, Any]:
        """Wait for the next event; those that were not taken come first."""
        while True:
            if self not in self._plaza.bots:
                raise Closed
            if self._next < len(self._plaza.events):
                self._next += 1
                return self._plaza.events[self._next - 1]
            await asyncio.sleep(0.005)

    def taken(self, number: int) -> None:
        """Say that all events up to this one need not come again."""
        if self not in self._plaza.bots:
            raise Closed
        self._plaza.taken = max(self._plaza.taken, number)


class Plaza:
    """The platform, and the driver of it."""

    def __init__(self, *, limit: int = LIMIT) -> None:
        self.limit = limit
        self.events: list[Mapping[str, Any]] = []
        self.taken = 0
        self.bots: list[Bot] = []
        self.messages: dict[str, Message] = {}
        self.files: dict[str, bytes] = {}
        self.members: dict[str, tuple[str, ...]] = {}
        self.adult: set[str] = set()
        self.became: dict[str, str] = {}
        self.typed: list[str] = []
        self.menus: dict[str, dict[str, str]] = {}
        self._known: dict[str, str] = {}
        self._faults: list[tuple[Fault, float]] = []
        self._away = False
        self._name = f"plaza-{next(_numbers)}"
        _PLACES[self._name] = self

    @staticmethod
    def at(name: str) -> "Plaza":
        """Return the platform of that name."""
        return _PLACES[name]

    # --- what a bot can ask for

    def listen(self, token: str) -> Bot:
        """Begin to listen."""
        self._let_in(token)
        bot = Bot(self)
        bot._next = self.taken
        return bot

    async def call(self, token: str, method: str, **values: Any) -> Any:
        """Do something."""
        self._let_in(token)
        await asyncio.sleep(0)
        return await getattr(self, f"_{method}")(**values)

    def _let_in(self, token: str) -> None:
        if self._away:
            raise Closed
        if token != TOKEN:
            raise Failed("token")

    async def _who(self) -> str:
        return "bot"

    async def _find(self, chat: str) -> str:
        """Return the chat that was made of one; empty if it is what it was."""
        return self.became.get(chat, "")

    async def _post(self, chat: str, text: str, *, key: str, **more: Any) -> str:
        fault, seconds = self._faults.pop(0) if self._faults else (None, 0.0)
        match fault:
            case Fault.RETRY_AFTER:
                raise Failed("wait", seconds)
            case Fault.FORBIDDEN | Fault.GONE | Fault.REFUSED | Fault.SERVER_ERROR:
                raise Failed(fault.name)
        if chat in self.became:
            raise Failed(Fault.GONE.name)
        if len(text) > self.limit:
            raise Failed(Fault.REFUSED.name)
        if key not in self._known:
            id = self._known[key] = f"message-{next(_numbers)}"
            self.messages[id] = Message(id=id, chat=chat, author="bot", text=text, **more)
        if fault is Fault.LOST_ANSWER:
            raise Closed
        if fault is Fault.SLOW:
            await asyncio.sleep(seconds)
        return self._known[key]

    async def _draft(self, chat: str, key: str, text: str) -> None:
        """Show words that are being written; none ends that."""
        self.messages.pop(f"draft-{key}", None)
        if text:
            self.messages[f"draft-{key}"] = Message(
                id=f"draft-{key}", chat=chat, author="bot", text=text[: self.limit], writing=True
            )

    async def _change(self, id: str, text: str) -> None:
        self._own(id).text = text

    async def _remove(self, id: str) -> None:
        del self.messages[self._own(id).id]

    async def _mark(self, id: str, emoji: str) -> None:
        if id not in self.messages:
            raise Failed(Fault.GONE.name)
        self.messages[id].reactions.append(emoji)

    async def _type(self, chat: str) -> None:
        self.typed.append(chat)

    async def _menu(self, language: str, entries: dict[str, str]) -> None:
        self.menus[language] = entries

    async def _file(self, key: str, most: int) -> bytes:
        """Return the first bytes of a file, one more than asked for if there are more."""
        if key not in self.files:
            raise Failed(Fault.GONE.name)
        return self.files[key][: most + 1]

    def _own(self, id: str) -> Message:
        if id not in self.messages:
            raise Failed(Fault.GONE.name)
        return self.messages[id]

    # --- the driver

    def options(self) -> Mapping[str, Any]:
        return {"plaza": self._name, "token": TOKEN}

    def wrong_options(self) -> Mapping[str, Any]:
        return {**self.options(), "token": "not-the-secret-token"}

    def _tell(self, kind: str, **values: Any) -> None:
        event = {"number": len(self.events) + 1, "kind": kind, "at": int(time.time() * 1000)}
        self.events.append({**event, **values})

    def _private(self, who: str) -> str:
        return f"chat-of-{who}"

    def _said(self, who: str, chat: str, text: str, **more: Any) -> str:
        id = f"message-{next(_numbers)}"
        self.messages[id] = Message(id=id, chat=chat, author=who, text=text)
        shared = chat.partition("/")[0] in self.members
        adult = chat in self.adult
        self._tell("said", id=id, chat=chat, who=who, text=text, shared=shared, adult=adult, **more)
        return id

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        return self._said(who, self._private(who), text, answers=reply_to)

    async def shown(self, who: str) -> Sequence[Shown]:
        return self._shown(self._private(who), who)

    def _shown(self, chat: str, who: str) -> list[Shown]:
        return [
            Shown(
                id=m.id,
                text=m.text,
                buttons=tuple(tuple(label for label, _ in row) for row in m.buttons),
                media=tuple(ShownMedia(kind=File, content=c, name=n) for n, c in m.files),
                quotes=m.quotes,
                private=bool(m.only),
                writing=m.writing,
            )
            for m in self.messages.values()
            if m.author == "bot" and m.chat == chat and m.only in ("", who)
        ]

    async def press(self, who: str, message: str, label: str) -> None:
        pressed = self.messages[message]
        values = [v for row in pressed.buttons for text, v in row if text == label]
        if not values:
            raise LookupError(label)
        self._tell(
            "pressed",
            id=f"press-{next(_numbers)}",
            chat=pressed.chat,
            who=who,
            value=values[0],
            shared=pressed.chat in self.members,
        )

    async def command(self, who: str, name: str, argument: str = "") -> str:
        id = f"command-{next(_numbers)}"
        chat = self._private(who)
        self._tell("command", id=id, chat=chat, who=who, name=name, text=argument, shared=False)
        return id

    async def edit(self, who: str, message: str, text: str) -> None:
        said = self.messages[message]
        said.text = text
        self._tell(
            "edited", id=message, chat=said.chat, who=who, text=text, shared=False, answers=""
        )

    async def delete(self, who: str, message: str) -> None:
        said = self.messages.pop(message)
        self._tell("deleted", id=message, chat=said.chat, who=who, shared=False)

    async def react(self, who: str, message: str, emoji: str, *, remove: bool = False) -> None:
        self._tell(
            "reacted",
            id=f"reaction-{next(_numbers)}",
            chat=self.messages[message].chat,
            who=who,
            on=message,
            emoji=emoji,
            removed=remove,
            shared=False,
        )

    async def reactions(self, message: str) -> Sequence[str]:
        return self.messages[message].reactions

    async def send(
        self, who: str, kind: type[Part], content: bytes, *, name: str = "", caption: str = ""
    ) -> str:
        if kind not in KINDS:
            raise LookupError(kind)
        key = f"file-{next(_numbers)}"
        medium: dict[str, Any] = {"kind": KINDS[kind]}
        if kind is Sticker:
            medium["emoji"] = content.decode()
        elif kind is Location:
            medium["place"] = content.decode()
        else:
            self.files[key] = content
            medium.update(key=key, size=len(content))
        chat = self._private(who)
        return self._said(who, chat, caption, answers="", medium=medium)

    async def lose(self, message: str) -> None:
        event = next(e for e in self.events if e.get("id") == message)
        del self.files[event["medium"]["key"]]

    async def make_group(self, *people: str, adult: bool = False) -> str:
        id = f"group-{next(_numbers)}"
        self.members[id] = people
        if adult:
            self.adult.add(id)
        return id

    async def make_movable_group(self, *people: str) -> str:
        return await self.make_group(*people)

    async def move_group(self, group: str) -> str:
        self.became[group] = await self.make_group(*self.members[group])
        self._tell("moved", chat=group, to=self.became[group])
        return self.became[group]

    async def make_thread(self, group: str) -> str:
        return f"{group}/thread-{next(_numbers)}"

    async def say_in(
        self, where: str, who: str, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        return self._said(who, where, text, answers=reply_to, mentions=mention)

    async def shown_in(self, where: str, who: str) -> Sequence[Shown]:
        return self._shown(where, who)

    async def typing(self, who: str) -> int:
        return self.typed.count(self._private(who))

    async def menu(self, language: str) -> Mapping[str, str]:
        return self.menus.get(language, self.menus.get("", {}))

    async def redeliver(self) -> None:
        if self.events:
            self.events.append({**self.events[-1], "number": len(self.events) + 1})

    async def disconnect(self) -> None:
        self._away = True
        self.bots.clear()

    async def reconnect(self) -> None:
        self._away = False

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(Fault)

    async def fail(self, fault: Fault, *, times: int = 1, seconds: float = 1.0) -> None:
        self._faults += [(fault, seconds)] * times
