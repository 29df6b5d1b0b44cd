"""The server as a program of its own, in which somebody at the terminal plays the people."""

import argparse
import asyncio
import contextlib
import inspect
import mimetypes
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from amity.testing.discord_server.chat import Attach, Chat
from amity.testing.discord_server.handles import Bot, Guild, Person
from amity.testing.discord_server.limits import RateLimits
from amity.testing.discord_server.response import Response
from amity.testing.discord_server.screen import Screen
from amity.testing.discord_server.server import DiscordServer
from amity.testing.discord_server.shown import Shown

__all__ = ["Play", "main"]

_HELP: Final = """Words are sent to the chat you are in. A line with / uses a command of the bot, as
/say what="good morning". A line with a dot is for this program:"""


class Play:
    """One person at a time, at the terminal."""

    def __init__(
        self, server: DiscordServer, bots: Sequence[Bot], people: Sequence[Person], guild: Guild
    ) -> None:
        self._server = server
        self._bots = {bot.name: bot for bot in bots}
        self._people = {person.name: person for person in people}
        self._guild = guild
        self._screens = {person.name: Screen() for person in people}
        self._person = people[0]
        self._form: Response | None = None
        self.ended = False
        for person in people:
            self._open_all(person)
        self._place = f"@{bots[0].name}"

    def _open_all(self, person: Person) -> None:
        screen = self._screens[person.name]
        for bot in self._bots.values():
            screen.watch(f"@{bot.name}", person.dm(bot))
        for channel in self._guild.guild.channels.values():
            if not channel.is_thread:
                screen.watch(f"#{channel.name}", person.at(self._guild.channel(channel.name)))

    @property
    def _screen(self) -> Screen:
        return self._screens[self._person.name]

    @property
    def _chat(self) -> Chat:
        return self._screen.chats[self._place]

    @property
    def _bot(self) -> Bot:
        """The bot of a direct conversation, elsewhere the first."""
        name = self._place.removeprefix("@")
        return self._bots.get(name) or next(iter(self._bots.values()))

    def news(self) -> list[str]:
        """Return what is new on the screen of the person who is played."""
        return list(self._screen.lines())

    # ---------------------------------------------------------------------------- what is typed

    def take(self, line: str) -> list[str]:
        """Do what a line says, and return what is to be printed about it."""
        line = line.strip()
        if not line:
            return []
        try:
            if line.startswith(".") and line[1:2].isalpha():
                return list(self._own(line[1:]))
            if line.startswith("/"):
                return list(self._slash(line[1:]))
            self._chat.write(line)
        except (LookupError, PermissionError, ValueError, OSError) as error:
            return [f"not done: {error}"]
        return []

    def _own(self, line: str) -> Iterator[str]:
        name, _, rest = line.partition(" ")
        action: Callable[..., Iterator[str]] | None = getattr(self, f"do_{name}", None)
        if action is None:
            raise LookupError(f"there is no .{name}; .help lists what there is")
        wanted = list(inspect.signature(action).parameters.values())
        words = rest.split(" ", max(0, len(wanted) - 1)) if rest else []
        needed = sum(each.default is inspect.Parameter.empty for each in wanted)
        if not needed <= len(words) <= len(wanted):
            raise ValueError(f"it is used as {_usage(name, action)}")
        yield from action(*words)

    def _slash(self, line: str) -> Iterator[str]:
        words = shlex.split(line)
        path = [word for word in words if "=" not in word]
        options = dict(word.split("=", 1) for word in words if "=" in word)
        command = " ".join(path)
        known = {each.name: each for each in self._chat.commands(self._bot.name)}
        declared = known[path[0]].raw.get("options") or [] if path and path[0] in known else []
        kinds = {each["name"]: each["type"] for each in declared}
        values = {name: _value(text, kinds.get(name, 3)) for name, text in options.items()}
        self._form = self._chat.slash(command, bot=self._bot.name, **values)
        self._screen.follow(self._form)
        yield from ()

    def do_help(self) -> Iterator[str]:
        """Show this list."""
        yield from _HELP.splitlines()
        for name in sorted(name for name in dir(self) if name.startswith("do_")):
            action = getattr(self, name)
            about = (action.__doc__ or "").splitlines()[0]
            yield f"  {_usage(name.removeprefix('do_'), action):28} {about}"

    def do_quit(self) -> Iterator[str]:
        """End the server."""
        self.ended = True
        yield "ended"

    def do_places(self) -> Iterator[str]:
        """List the chats."""
        for name in self._screen.chats:
            yield f"{'*' if name == self._place else ' '} {name}"

    def do_in(self, place: str) -> Iterator[str]:
        """Go to a chat: @BOT, #channel or a thread."""
        if place not in self._screen.chats:
            raise LookupError(f"there is no {place}; .places lists what there is")
        self._place = place
        yield f"in {place}"

    def do_as(self, name: str) -> Iterator[str]:
        """Play another person; a new name is a new person."""
        if name not in self._people:
            person = self._people[name] = self._server.person(name)
            self._guild.add(person)
            self._screens[name] = Screen()
            self._open_all(person)
        self._person = self._people[name]
        if self._place not in self._screen.chats:
            self._place = next(iter(self._screen.chats))
        yield f"you are {name}"

    def do_commands(self) -> Iterator[str]:
        """List the commands that the bot offers here."""
        for command in self._chat.commands(self._bot.name):
            options = " ".join(f"{option}=" for option in command.options)
            yield f"  /{command.name} {options} {command.description}"

    # -------------------------------------------------------------------------------- messages

    def _found(self, number: str) -> tuple[Chat, Shown]:
        message = self._screen.message(number)
        return self._screen.place_of(message), message

    def do_reply(self, number: str, text: str) -> Iterator[str]:
        """Reply to a message."""
        chat, message = self._found(number)
        chat.write(text, reply_to=message)
        yield from ()

    def do_edit(self, number: str, text: str) -> Iterator[str]:
        """Change a message of yours."""
        chat, message = self._found(number)
        chat.edit(message, text)
        yield from ()

    def do_delete(self, number: str) -> Iterator[str]:
        """Take a message of yours away."""
        chat, message = self._found(number)
        chat.delete(message)
        yield from ()

    def do_react(self, number: str, emoji: str) -> Iterator[str]:
        """React to a message."""
        chat, message = self._found(number)
        chat.react(message, emoji)
        yield from ()

    def do_unreact(self, number: str, emoji: str) -> Iterator[str]:
        """Take a reaction back."""
        chat, message = self._found(number)
        chat.unreact(message, emoji)
        yield from ()

    def do_press(self, number: str, button: str) -> Iterator[str]:
        """Press a button, by its label."""
        chat, message = self._found(number)
        self._form = chat.press(message, button)
        self._screen.follow(self._form)
        yield from ()

    def do_choose(self, number: str, menu: str, values: str) -> Iterator[str]:
        """Choose from a menu, by values with blanks between them."""
        chat, message = self._found(number)
        self._form = chat.choose(message, menu, *values.split())
        self._screen.follow(self._form)
        yield from ()

    def do_fill(self, fields: str) -> Iterator[str]:
        """Send the form in, as name=Ann more="and more"."""
        form = self._form
        if form is None or form.modal is None:
            raise LookupError("no form is open")
        values = dict(word.split("=", 1) for word in shlex.split(fields) if "=" in word)
        self._screen.follow(self._chat.submit(form, values))
        self._form = None
        yield from ()

    def do_attach(self, path: str, text: str = "") -> Iterator[str]:
        """Send a file, with words if you like."""
        file = Path(path)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        attached = Attach(name=file.name, data=file.read_bytes(), content_type=kind)
        self._chat.write(text, files=[attached])
        yield from ()

    def do_voice(self, path: str = "") -> Iterator[str]:
        """Send a voice message, of a file's sound if you name one."""
        self._chat.voice(Path(path).read_bytes() if path else b"OggS")
        yield from ()

    def do_thread(self, name: str) -> Iterator[str]:
        """Start a thread and go into it."""
        self._screen.watch(f"#{name}", self._chat.start_thread(name))
        self._place = f"#{name}"
        yield f"in #{name}"

    def do_mention(self, text: str) -> Iterator[str]:
        """Write something that begins with the bot's mention."""
        self._chat.write(f"{self._bot.mention} {text}")
        yield from ()

    # ------------------------------------------------------------------------------ the weather

    def do_close(self) -> Iterator[str]:
        """Take no direct messages any more."""
        self._person.close_dms()
        yield "your direct messages are closed"

    def do_open(self) -> Iterator[str]:
        """Take direct messages again."""
        self._person.open_dms()
        yield "your direct messages are open"

    def do_kick(self, code: str = "4000") -> Iterator[str]:
        """Close the bot's connection to the gateway."""
        self._bot.gateway.kick(int(code))
        yield f"{self._bot.name} was kicked with {code}"

    def do_down(self) -> Iterator[str]:
        """Take the gateway away from the bot."""
        self._bot.gateway.go_down()
        yield f"there is no gateway for {self._bot.name}"

    def do_up(self) -> Iterator[str]:
        """Give the gateway back."""
        self._bot.gateway.come_up()
        yield f"there is a gateway for {self._bot.name}"

    def do_advance(self, seconds: str) -> Iterator[str]:
        """Move the server's time forward."""
        self._server.advance(float(seconds))
        yield f"{seconds} s later"

    def do_log(self) -> Iterator[str]:
        """Show what the server could not make sense of."""
        yield from self._server.fault_log or ["nothing"]


def _usage(name: str, action: Callable[..., object]) -> str:
    words = [
        each.name.upper() if each.default is inspect.Parameter.empty else f"[{each.name.upper()}]"
        for each in inspect.signature(action).parameters.values()
    ]
    return " ".join([f".{name}", *words])


def _value(text: str, kind: int) -> str | int | float | bool:
    """Return an option's value in the type that the command wants."""
    if kind in (4, 6, 7, 8, 9):
        return int(text)
    if kind == 5:
        return text.lower() in ("true", "yes", "on", "1")
    return float(text) if kind == 10 else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m amity.testing.discord_server",
        description="A Discord API and gateway on the loopback address; you play the people.",
    )
    parser.add_argument("--port", type=int, default=0, help="the port (any free one)")
    parser.add_argument("--bot", action="append", metavar="NAME", help="a bot (Mia)")
    parser.add_argument("--person", action="append", metavar="NAME", help="a person (Ann)")
    parser.add_argument("--locale", default="en-US", help="the people's language (en-US)")
    parser.add_argument("--guild", default="Garden", metavar="NAME", help="the guild (Garden)")
    parser.add_argument("--limits", action="store_true", help="limit as Discord does")
    parser.add_argument("--serve", action="store_true", help="go on when the input ends")
    return parser


async def _run(arguments: argparse.Namespace) -> None:
    limits = RateLimits.usual() if arguments.limits else RateLimits()
    async with DiscordServer(port=arguments.port, rate_limits=limits) as server:
        bots = [server.bot(name) for name in dict.fromkeys(arguments.bot or ["Mia"])]
        names = dict.fromkeys(arguments.person or ["Ann"])
        people = [server.person(name, locale=arguments.locale) for name in names]
        guild = server.guild(arguments.guild, members=people, bots=bots)
        guild.channel("adults", nsfw=True)
        play = Play(server, bots, people, guild)
        _print([f"api {server.api_url}", f"gateway {server.gateway_url}"])
        _print([f"bot {bot.name} {bot.token}" for bot in bots])
        _print([f"you are {people[0].name}, in @{bots[0].name}; .help says what can be done"])
        await _play(server, play, serve=arguments.serve)


async def _play(server: DiscordServer, play: Play, *, serve: bool) -> None:
    """Take lines and print news until the end."""
    typed = _typed_lines(asyncio.get_running_loop())
    reader = asyncio.create_task(_take_all(typed, play, serve=serve))
    while not play.ended:
        _print(play.news())
        await server.next_change(seconds=0.2)
    reader.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reader
    _print(play.news())


async def _take_all(typed: asyncio.Queue[str | None], play: Play, *, serve: bool) -> None:
    while (line := await typed.get()) is not None:
        _print(play.news())
        _print(play.take(line))
    if not serve:
        play.ended = True


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _typed_lines(loop: asyncio.AbstractEventLoop) -> asyncio.Queue[str | None]:
    """Return a queue of what is typed, with ``None`` at its end.

    A thread reads it: standard input may be a terminal, a pipe or a file.
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the input
            for line in sys.stdin:
                loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    return queue


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program until it is ended."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(_parser().parse_args(arguments)))
    return 0
