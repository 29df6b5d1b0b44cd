"""The Discord server as the adapter kit plays on it."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

from amity.message import Audio, File, Image, Part, Sticker, Video, Voice
from amity.render import to_plain
from amity.testing import Fault, Shown, ShownMedia
from amity.testing.discord_server import Attach, Channel, Chat, DiscordServer, Person, ShownFile
from amity.testing.discord_server import Fault as Failure
from amity.testing.discord_server import Shown as Read
from amity.testing.discord_server import Sticker as SentSticker
from amity.testing.discord_server.model import Attachment

__all__ = ["DiscordPlatform"]

_SENDS: Final = "POST /channels/{channel}/messages"
_LOCALES: Final = {"en": "en-US"}
_TYPES: Final[Mapping[type[Part], tuple[str, str]]] = {
    Image: ("image/png", "picture.png"),
    Audio: ("audio/mpeg", "song.mp3"),
    Video: ("video/mp4", "film.mp4"),
    File: ("application/octet-stream", "file.bin"),
}
_BY_PEOPLE: Final = frozenset(
    {
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "INTERACTION_CREATE",
    }
)
_REGISTERED_IN: Final = 5.0  # seconds


class DiscordPlatform:
    """A Discord with one bot, and the people of the kit on it."""

    def __init__(self) -> None:
        self.server = DiscordServer()
        self.bot = self.server.bot("Mia")
        self._people: dict[str, Person] = {}
        self._stickers = 0
        self._outage: Failure | None = None

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
        return {
            "token": self.bot.token,
            "api_base": self.server.api_url,
            "gateway_url": self.server.gateway_url,
        }

    def wrong_options(self) -> Mapping[str, Any]:
        return {**self.options(), "token": "MTIz.nobodys.token"}

    def person(self, who: str) -> Person:
        """Return the account of a person, made when it is first used."""
        if who not in self._people:
            self._people[who] = self.server.person(who.capitalize(), locale="en-US")
        return self._people[who]

    def _chat(self, who: str) -> Chat:
        return self.person(who).dm(self.bot)

    def _in(self, where: str, who: str) -> Chat:
        return self.person(who).at(_Place(int(where)))

    def _of(self, who: str, message: str) -> tuple[Chat, int]:
        channel, _, id = message.partition("/")
        return self._in(channel, who), int(id)

    @staticmethod
    def _id(chat: Chat, id: int) -> str:
        return f"{chat.id}/{id}"

    # ------------------------------------------------------------------ everybody

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        return self._write(self._chat(who), text, reply_to)

    def _write(self, chat: Chat, text: str, reply_to: str) -> str:
        answered = int(reply_to.rpartition("/")[2]) if reply_to else None
        return self._id(chat, chat.write(text, reply_to=answered).id)

    async def shown(self, who: str) -> Sequence[Shown]:
        return self._shown(self._chat(who), shared=False)

    def _shown(self, chat: Chat, *, shared: bool) -> list[Shown]:
        return [
            Shown(
                id=self._id(chat, message.id),
                text=to_plain(message.content),
                written=message.content,
                buttons=_rows(message),
                media=tuple(
                    ShownMedia(kind=_kind(f), content=f.data, name=f.name) for f in message.files
                ),
                quotes=self._id(chat, message.reply_to) if message.reply_to else "",
                private=shared and message.ephemeral,
            )
            for message in chat.from_bots()
            if not message.thinking
        ]

    async def press(self, who: str, message: str, label: str) -> None:
        chat, id = self._of(who, message)
        chat.press(id, label)

    async def command(self, who: str, name: str, argument: str = "") -> str:
        chat = self._chat(who)
        end = asyncio.get_running_loop().time() + _REGISTERED_IN
        while not chat.commands() and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        options: dict[str, str] = {}
        if argument and name == "settings":
            setting, _, value = argument.partition("=")
            options = {"setting": setting, "value": value}
        elif argument:
            options = {"text": argument}
        try:
            return self._id(chat, chat.slash(name, **options).id)
        except (LookupError, ValueError):  # the client offers no such thing: it is typed
            return self._write(chat, f"/{name} {argument}".rstrip(), "")

    async def edit(self, who: str, message: str, text: str) -> None:
        chat, id = self._of(who, message)
        chat.edit(id, text)

    async def delete(self, who: str, message: str) -> None:
        chat, id = self._of(who, message)
        chat.delete(id)

    async def react(self, who: str, message: str, emoji: str, *, remove: bool = False) -> None:
        chat, id = self._of(who, message)
        (chat.unreact if remove else chat.react)(id, emoji)

    async def reactions(self, message: str) -> Sequence[str]:
        channel, _, id = message.partition("/")
        stored = self.server._world.channels[int(channel)].messages[int(id)]
        return [name for name, users in stored.reactions.items() if self.bot.id in _ids(users)]

    async def send(
        self, who: str, kind: type[Part], content: bytes, *, name: str = "", caption: str = ""
    ) -> str:
        chat = self._chat(who)
        if kind is Sticker:
            self._stickers += 1
            sticker = SentSticker(id=self._stickers, name="Hello", tags=content.decode())
            return self._id(chat, chat.write(caption, stickers=[sticker]).id)
        if kind is Voice and not caption:
            return self._id(chat, chat.voice(content).id)
        if kind is Voice:
            return self._voice_with_words(chat, content, caption)
        if kind not in _TYPES:
            raise LookupError(kind)
        media_type, usual = _TYPES[kind]
        file = Attach(name=name or usual, data=content, content_type=media_type)
        return self._id(chat, chat.write(caption, files=[file]).id)

    def _voice_with_words(self, chat: Chat, content: bytes, caption: str) -> str:
        """Send what no client of Discord's sends today: words beside a voice message."""
        file = Attach(name="voice-message.ogg", data=content, content_type="audio/ogg", seconds=2.0)
        made = chat._attachment

        def marked(file: Attach) -> Attachment:
            attachment = made(file)
            attachment.waveform = base64.b64encode(b"wave").decode()
            return attachment

        chat._attachment = marked  # type: ignore[method-assign]  # this chat of this driver only
        return self._id(chat, chat.write(caption, files=[file]).id)

    async def lose(self, message: str) -> None:
        channel, _, id = message.partition("/")
        self.server._world.channels[int(channel)].messages[int(id)].attachments.clear()

    # ------------------------------------------------------------------ groups

    async def make_group(self, *people: str, adult: bool = False) -> str:
        members = [self.person(who) for who in people]
        guild = self.server.guild("Friends", members=members, bots=[self.bot])
        return str(guild.channel("adults" if adult else "general", nsfw=adult).id)

    async def make_thread(self, group: str) -> str:
        who = next(who for who in self._people if self._in(group, who).id)
        return str(self._in(group, who).start_thread("Films").id)

    async def say_in(
        self, where: str, who: str, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        words = f"{self.bot.mention} {text}" if mention else text
        return self._write(self._in(where, who), words, reply_to)

    async def shown_in(self, where: str, who: str) -> Sequence[Shown]:
        return self._shown(self._in(where, who), shared=True)

    # ------------------------------------------------------------------ what else there is

    async def typing(self, who: str) -> int:
        path = f"/channels/{self._chat(who).id}/typing"
        return sum(one.path == path for one in self.bot.requests)

    async def menu(self, language: str) -> Mapping[str, str]:
        reader = self.server.person(
            f"Reader of {language}", locale=_LOCALES.get(language, language)
        )
        commands = reader.dm(self.bot).commands()
        return {command.name: command.description for command in commands}

    async def redeliver(self) -> None:
        for session in self.bot.gateway.sessions.values():
            for _, name, data in reversed(session.replay):
                if name in _BY_PEOPLE and (data.get("author") or {}).get("id") != str(self.bot.id):
                    session.dispatch(name, data)
                    return

    async def disconnect(self) -> None:
        self.bot.gateway.go_down()
        self._outage = self.server.faults.drop(times=None)

    async def reconnect(self) -> None:
        if self._outage is not None:
            self._outage.stop()
        self.bot.gateway.come_up()

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(Fault)

    async def fail(self, fault: Fault, *, times: int = 1, seconds: float = 1.0) -> None:
        faults = self.server.faults
        match fault:
            case Fault.RETRY_AFTER:
                faults.rate_limit(seconds, route=_SENDS, times=times)
            case Fault.FORBIDDEN:
                faults.fail(403, route=_SENDS, times=times)
            case Fault.GONE:
                faults.fail(404, route=_SENDS, times=times)
            case Fault.REFUSED:
                faults.fail(400, route=_SENDS, times=times)
            case Fault.SERVER_ERROR:
                faults.fail(500, route=_SENDS, times=times)
            case Fault.LOST_ANSWER:
                faults.lose_answer(route=_SENDS, times=times)
            case Fault.SLOW:
                faults.slow(seconds, route=_SENDS, times=times)


class _Place(Channel):
    """A channel or thread by its id alone."""

    def __init__(self, id: int) -> None:
        self._number = id

    @property
    def id(self) -> int:
        return self._number


def _ids(users: Any) -> set[int]:
    return {getattr(user, "id", user) for user in users}


def _rows(message: Read) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(one["label"] for one in row["components"] if one["type"] == 2)
        for row in message.components
    )


def _kind(file: ShownFile) -> type[Part]:
    kinds: Mapping[str, type[Part]] = {"image": Image, "audio": Audio, "video": Video}
    return kinds.get(file.content_type.partition("/")[0], File)
