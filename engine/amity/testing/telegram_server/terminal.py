"""Somebody at a terminal who plays people: each line is said, or is one of these commands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.groups import Group
from amity.testing.telegram_server.media import Audio, Document, Media, Photo, Video, Voice
from amity.testing.telegram_server.person import OpenChat, Person
from amity.testing.telegram_server.server import BotApiServer
from amity.testing.telegram_server.view import Button, Shown

__all__ = ["Terminal"]

Command = Callable[[str], Awaitable[None]]

_KINDS: Final = ("photo", "voice", "audio", "video", "file")

HELP: Final = """\
What you write is said to the bot, also what begins with a slash, except:
/? this list · /quit
/as NAME become this person (a new one if need be) · /with BOT or GROUP talk there
/press N or LABEL press a button; /press stop stops a reply that is being written
/edit TEXT change your last message · /delete take it away · /reply N TEXT answer message N
/react N EMOJI · /photo [PATH [caption]], also /voice /audio /video /file
/block · /unblock · /group NAME make a group with all bots, or join it · /group leave
/pay pay the last invoice · /menu the bot's menu of commands · /history all that is shown now
/clock SECONDS move the server's clock"""


class Terminal:
    """Turns lines into what people do, and what bots show into lines."""

    def __init__(self, server: BotApiServer, write: Callable[[str], None]) -> None:
        self._server = server
        self._write = write
        self._people: dict[str, Person] = {}
        self._places: dict[str, BotAccount | Group] = {}
        self._chat: OpenChat | None = None
        self._person: Person | None = None
        self._place: BotAccount | Group | None = None
        self._seen: dict[tuple[int, int, int], Shown] = {}
        self._buttons: list[tuple[OpenChat, Shown, Button]] = []
        self._line = ""
        self._last: Shown | None = None
        self._commands: dict[str, Command] = {
            "/?": self._help,
            "/as": self._as,
            "/with": self._with,
            "/press": self._press,
            "/edit": self._edit,
            "/delete": self._delete,
            "/reply": self._reply,
            "/react": self._react,
            "/block": self._block,
            "/unblock": self._unblock,
            "/group": self._group,
            "/pay": self._pay,
            "/menu": self._menu,
            "/history": self._history,
            "/clock": self._clock,
            **{f"/{kind}": self._file(kind) for kind in _KINDS},
        }

    def add(self, name: str, place: BotAccount | Group) -> None:
        """Make a bot or a group known under a name."""
        self._places[name.lower()] = place

    def meet(self, name: str) -> Person:
        """Return the person of this name, who is new if nobody has it yet."""
        if name.lower() not in self._people:
            self._people[name.lower()] = self._server.person(name, language_code="en")
        return self._people[name.lower()]

    def become(self, name: str) -> None:
        """Be the person of this name."""
        self._person = self.meet(name)
        self._go(self._place or next(iter(self._places.values())))

    def _go(self, place: BotAccount | Group) -> None:
        assert self._person is not None
        self._place = place
        self._chat = self._person.open(place)
        where = place.title if isinstance(place, Group) else f"{place.name} @{place.username}"
        self._write(f"* you are {self._person.name}, with {where}")
        self.show()

    def show(self) -> None:
        """Write what is new, changed or gone in all chats of the person."""
        if self._person is None:
            return
        for name, place in self._places.items():
            chat = self._person.open(place)
            mark = "" if place is self._place else f"[{name}] "
            self._show_chat(chat, mark)
        self._show_line()

    def _show_chat(self, chat: OpenChat, mark: str) -> None:
        assert self._person is not None
        there: set[tuple[int, int, int]] = set()
        for message in chat.messages:
            key = (self._person.id, id(chat.chat), message.id)
            there.add(key)
            before = self._seen.get(key)
            if before == message:
                continue
            self._seen[key] = message
            if message.author_id != self._person.id or message.kind == "service":
                self._write(f"{mark}{self._worded(chat, message, edited=before is not None)}")
        for key in [key for key in self._seen if key[:2] == (self._person.id, id(chat.chat))]:
            if key not in there:
                del self._seen[key]
                self._write(f"{mark}* message {key[2]} was deleted")

    def _show_line(self) -> None:
        """Write what is going on now: typing, or a reply that is being written."""
        if self._chat is None:
            return
        draft = self._chat.draft
        line = ""
        if draft is not None:
            stop = " [stop]" if draft.can_stop else ""
            line = f"… {draft.text or 'Thinking…'}{stop}"
        elif self._chat.action:
            line = f"… {self._chat.action}"
        if line and line != self._line:
            self._write(line)
        self._line = line

    def _worded(self, chat: OpenChat, message: Shown, *, edited: bool) -> str:
        """Return a message as lines, with its buttons numbered."""
        head = f"{message.id} {message.author}"
        head += f" (to {message.reply_to})" if message.reply_to else ""
        head += " (edited)" if edited else ""
        kind = "" if message.kind == "text" else f"<{message.kind}> "
        if message.kind == "service":
            kind = f"<{', '.join(message.content)}> "
        lines = [f"{head}: {kind}{message.text}".rstrip()]
        for row in message.buttons:
            shown = []
            for button in row:
                self._buttons.append((chat, message, button))
                shown.append(f"[{len(self._buttons)} {button.text}]")
            lines.append("    " + " ".join(shown))
        if message.reactions:
            given = " ".join(one for emoji in message.reactions.values() for one in emoji)
            lines.append(f"    {given}")
        return "\n".join(lines)

    async def do(self, line: str) -> bool:
        """Do what a line says; return ``False`` to end."""
        word, _, rest = line.strip().partition(" ")
        if word == "/quit":
            return False
        if not word:
            return True
        command = self._commands.get(word)
        try:
            if command is not None:
                await command(rest.strip())
            else:
                self._last = self._open().say(line.removeprefix("/") if line[:2] == "//" else line)
        except (ValueError, OSError, TimeoutError) as error:
            self._write(f"! {error}")
        return True

    def _open(self) -> OpenChat:
        assert self._chat is not None
        return self._chat

    def _own(self) -> Shown:
        if self._last is None:
            raise ValueError("you have written nothing yet")
        return self._last

    async def _help(self, rest: str) -> None:
        self._write(HELP)

    async def _as(self, rest: str) -> None:
        if not rest:
            raise ValueError(f"who? There are {', '.join(self._people)}")
        self.become(rest)

    async def _with(self, rest: str) -> None:
        place = self._places.get(rest.lower())
        if place is None:
            raise ValueError(f"there is no {rest!r}; there are {', '.join(self._places)}")
        self._go(place)

    async def _press(self, rest: str) -> None:
        if rest.lower() == "stop":
            self._open().stop_draft()
            return
        if rest.isdigit():
            if not 0 < int(rest) <= len(self._buttons):
                raise ValueError(f"there is no button {rest}")
            chat, message, button = self._buttons[int(rest) - 1]
            if button.pay:
                await self._settle(chat, message)
                return
            press = chat.press(button.text, message=message)
        else:
            press = self._open().press(rest)
        answer = await press.answered()
        self._write(f"* answered{': ' if answer.text else ''}{answer.text}")

    async def _edit(self, rest: str) -> None:
        self._last = self._open().edit(self._own(), rest)

    async def _delete(self, rest: str) -> None:
        self._open().delete(self._own())

    async def _reply(self, rest: str) -> None:
        number, _, text = rest.partition(" ")
        self._last = self._open().say(text, reply_to=_number(number))

    async def _react(self, rest: str) -> None:
        number, _, emoji = rest.partition(" ")
        self._open().react(_number(number), *emoji.split())

    async def _block(self, rest: str) -> None:
        self._open().block()

    async def _unblock(self, rest: str) -> None:
        self._open().unblock()

    async def _group(self, rest: str) -> None:
        assert self._person is not None
        if rest == "leave" and isinstance(self._place, Group):
            self._place.leave(self._person)
            return
        bots = [place for place in self._places.values() if isinstance(place, BotAccount)]
        known = self._places.get(rest.lower())
        if isinstance(known, Group):
            known.add(self._person)
            self._go(known)
        elif not rest or known is not None:
            raise ValueError("a group needs a name of its own")
        else:
            group = self._server.group(rest, self._person, *bots)
            self.add(rest, group)
            self._go(group)

    async def _pay(self, rest: str) -> None:
        chat = self._open()
        if rest:
            await self._settle(chat, rest)
            return
        invoices = [message for message in chat.messages if message.kind == "invoice"]
        if not invoices:
            raise ValueError("there is no invoice here")
        await self._settle(chat, invoices[-1])

    async def _settle(self, chat: OpenChat, what: Shown | str) -> None:
        outcome = await chat.pay(what).settled()
        self._write("* paid" if outcome.paid else f"* not paid: {outcome.error}")

    async def _menu(self, rest: str) -> None:
        bot = self._place if isinstance(self._place, BotAccount) else self._places.get(rest.lower())
        menu = self._open().menu(bot if isinstance(bot, BotAccount) else None)
        for command, description in menu.items():
            self._write(f"/{command}  {description}")

    async def _history(self, rest: str) -> None:
        for message in self._open().messages:
            self._write(self._worded(self._open(), message, edited=message.edited))

    async def _clock(self, rest: str) -> None:
        self._server.move_clock(float(rest))

    def _file(self, kind: str) -> Command:
        """Return the command that sends one kind of file."""

        async def send(rest: str) -> None:
            if not rest and kind != "photo":
                raise ValueError("which file?")
            path, caption = await asyncio.to_thread(_path, rest)
            data = await asyncio.to_thread(path.read_bytes) if rest else b""
            self._last = self._open().send(_media(kind, data, path.name), caption=caption)

        return send


def _path(rest: str) -> tuple[Path, str]:
    """Return the file that a line names, whose name may have spaces, and the caption after it."""
    if Path(rest).is_file():
        return Path(rest), ""
    name, _, caption = rest.partition(" ")
    return Path(name), caption


def _media(kind: str, data: bytes, name: str) -> Media:
    match kind:
        case "photo":
            return Photo(data=data)
        case "voice":
            return Voice(data=data)
        case "audio":
            return Audio(data=data, name=name)
        case "video":
            return Video(data=data, name=name)
        case _:
            return Document(data=data, name=name, mime="application/octet-stream")


def _number(word: str) -> int:
    if not word.isdigit():
        raise ValueError("give the number of a message first")
    return int(word)
