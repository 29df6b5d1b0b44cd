"""The Bot API server as the adapter kit plays on it."""

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from amity.message import Audio, File, Image, Location, Part, Sticker, Video, Voice
from amity.testing import Fault, Shown, ShownMedia
from amity.testing.telegram_server import BotApiServer, DraftShown, Group, OpenChat, Person
from amity.testing.telegram_server import Fault as Failure
from amity.testing.telegram_server import Shown as Read
from amity.testing.telegram_server import media as sent
from amity.testing.telegram_server.files import Attached

__all__ = ["TelegramPlatform"]

_SHOWN_AS: Final[Mapping[str, type[Part]]] = {
    "photo": Image,
    "voice": Voice,
    "audio": Audio,
    "video": Video,
    "document": File,
}
_SENDS: Final = (
    *("sendMessage", "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "sendDocument"),
    "editMessageText",
)
# The server counts nothing here, and nobody waits for a real one's limits.
_LIMITS: Final = {"per_second": 1000, "private_per_second": 1000, "group_per_minute": 10_000}


class TelegramPlatform:
    """A Bot API server with one bot, and the people of the kit on it."""

    def __init__(self, **options: Any) -> None:
        self.server = BotApiServer()
        self.bot = self.server.bot("Mia")
        self._options = options
        self._people: dict[str, Person] = {}
        self._groups: dict[str, Group] = {}
        self._outage: AbstractAsyncContextManager[None] | None = None

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.server.__aexit__(kind, error, trace)

    def options(self) -> Mapping[str, Any]:
        quick = {"poll_seconds": 1, "album_seconds": 0.2, "limits": _LIMITS}
        return {"token": self.bot.token, "api_base": self.server.url, **quick, **self._options}

    def wrong_options(self) -> Mapping[str, Any]:
        return {**self.options(), "token": "8200000001:this-is-nobodys-token"}

    def person(self, who: str) -> Person:
        """Return the account of a person, made when it is first used."""
        if who not in self._people:
            self._people[who] = self.server.person(who.capitalize(), language_code="en")
        return self._people[who]

    def _chat(self, who: str) -> OpenChat:
        return self.person(who).open(self.bot)

    def _open(self, where: str, who: str) -> OpenChat:
        group, _, topic = where.partition("/")
        return self.person(who).open(self._groups[group], topic=int(topic or 0))

    @staticmethod
    def _id(chat: OpenChat, message: Read) -> str:
        return f"{chat.chat.id}:{message.id}"

    @staticmethod
    def _number(id: str) -> int:
        return int(id.rpartition(":")[2])

    def _found(self, who: str, message: str) -> OpenChat:
        """Return the chat that a message stands in, as somebody sees it."""
        chat = message.rpartition(":")[0]
        return self._open(chat, who) if chat in self._groups else self._chat(who)

    # ------------------------------------------------------------------ everybody

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        chat = self._chat(who)
        said = chat.say(text, reply_to=self._number(reply_to) if reply_to else None)
        return self._id(chat, said)

    async def shown(self, who: str) -> Sequence[Shown]:
        chat = self._chat(who)
        return [*self._shown(chat), *_writing(chat.draft)]

    def _shown(self, chat: OpenChat, *, general: bool = False) -> list[Shown]:
        """Return what the bot shows in a chat; of a forum only what is in no topic."""
        return [
            Shown(
                id=self._id(chat, message),
                text=message.text,
                buttons=tuple(tuple(b.text for b in row) for row in message.buttons),
                media=_media(message),
                quotes=f"{chat.chat.id}:{message.reply_to}" if message.reply_to else "",
            )
            for message in chat.messages
            if message.from_bot and message.kind != "service" and not (general and message.thread)
        ]

    async def press(self, who: str, message: str, label: str) -> None:
        chat = self._found(who, message)
        shown = chat.message(self._number(message))
        button = shown.button(label) if shown is not None else None
        if button is None:
            raise LookupError(label)
        if button.url:  # a link into the private chat, where its payload is sent by pressing Start
            payload = parse_qs(urlsplit(button.url).query).get("start", [""])[0]
            self._chat(who).start(payload)
        else:
            chat.press(label, message=shown)

    async def edit(self, who: str, message: str, text: str) -> None:
        self._found(who, message).edit(self._number(message), text)

    async def react(self, who: str, message: str, emoji: str, *, remove: bool = False) -> None:
        self._found(who, message).react(self._number(message), *(() if remove else (emoji,)))

    async def reactions(self, message: str) -> Sequence[str]:
        for who in self._people:
            shown = self._found(who, message).message(self._number(message))
            if shown is not None and self.bot.id in shown.reactions:
                return shown.reactions[self.bot.id]
        return ()

    async def send(
        self, who: str, kind: type[Part], content: bytes, *, name: str = "", caption: str = ""
    ) -> str:
        chat = self._chat(who)
        return self._id(chat, chat.send(_made(kind, content, name), caption=caption))

    async def lose(self, message: str) -> None:
        number = self._number(message)
        for who in self._people:
            stored = self._chat(who).chat.find(number)
            for value in () if stored is None else stored.content.values():
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, Attached):
                        self.server.world.files.lose(one.file)

    # ------------------------------------------------------------------ groups

    async def make_group(self, *people: str, adult: bool = False) -> str:
        members = [self.person(who) for who in people]
        group = self.server.group("Friends", *members, self.bot, forum=True)
        self._groups[str(group.id)] = group
        return str(group.id)

    async def make_movable_group(self, *people: str) -> str:
        members = [self.person(who) for who in people]
        group = self.server.group("Friends", *members, self.bot, supergroup=False)
        self._groups[str(group.id)] = group
        return str(group.id)

    async def move_group(self, group: str) -> str:
        new = self._groups[group].upgrade()
        self._groups[str(new.id)] = new
        return str(new.id)

    async def make_thread(self, group: str) -> str:
        return f"{group}/{self._groups[group].topic('Films').id}"

    async def say_in(
        self, where: str, who: str, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        chat = self._open(where, who)
        words = f"@{self.bot.username} {text}" if mention else text
        said = chat.say(words, reply_to=self._number(reply_to) if reply_to else None)
        return self._id(chat, said)

    async def shown_in(self, where: str, who: str) -> Sequence[Shown]:
        # In a supergroup that is no forum, answers stand in threads that nobody is shown as such.
        forum = self._groups[where.partition("/")[0]].chat.forum
        return self._shown(self._open(where, who), general=forum and "/" not in where)

    # ------------------------------------------------------------------ what else there is

    async def typing(self, who: str) -> int:
        return len(self._chat(who).actions)

    async def menu(self, language: str) -> Mapping[str, str]:
        reader = self.server.person("Reader", language_code=language)
        return reader.open(self.bot).menu()

    async def redeliver(self) -> None:
        self.bot.updates.again()

    async def disconnect(self) -> None:
        self._outage = self.server.outage()
        await self._outage.__aenter__()

    async def reconnect(self) -> None:
        if self._outage is not None:
            await self._outage.__aexit__(None, None, None)
            self._outage = None

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(Fault)

    async def fail(self, fault: Fault, *, times: int = 1, seconds: float = 1.0) -> None:
        self.server.fail(_SENDS, _failure(fault, seconds), times=times)


def _failure(fault: Fault, seconds: float) -> Failure:
    match fault:
        case Fault.RETRY_AFTER:
            return Failure.flood(math.ceil(seconds))
        case Fault.FORBIDDEN:
            return Failure.refused(403, "Forbidden: bot was blocked by the user")
        case Fault.GONE:
            return Failure.refused(400, "Bad Request: chat not found")
        case Fault.REFUSED:
            return Failure.refused(400, "Bad Request: strings must be encoded in UTF-8")
        case Fault.SERVER_ERROR:
            return Failure.internal_error()
        case Fault.LOST_ANSWER:
            return Failure.answer_lost()
        case Fault.SLOW:
            return Failure.slow(seconds)


def _made(kind: type[Part], content: bytes, name: str) -> sent.Media:
    """Return what somebody sends. Raises LookupError for what cannot be sent."""
    if kind is Image:
        return sent.Photo(data=content)
    if kind is Voice:
        return sent.Voice(data=content)
    if kind is Audio:
        return sent.Audio(data=content, name=name or "song.mp3")
    if kind is Video:
        return sent.Video(data=content, name=name or "video.mp4")
    if kind is File:
        return sent.Document(data=content, name=name or "file.bin")
    if kind is Sticker:
        return sent.Sticker(emoji=content.decode())
    if kind is Location:
        latitude, longitude = content.decode().split(",")
        return sent.Location(latitude=float(latitude), longitude=float(longitude))
    raise LookupError(kind)


def _media(message: Read) -> tuple[ShownMedia, ...]:
    file = message.file
    if file is None:
        return ()
    return (ShownMedia(kind=_SHOWN_AS[file.kind], content=file.data, name=file.name),)


def _writing(draft: DraftShown | None) -> list[Shown]:
    return [] if draft is None else [Shown(id="draft", text=draft.text, writing=True)]
