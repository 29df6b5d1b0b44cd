"""The server as a program: bots on one side, somebody at a terminal on the other."""

import argparse
import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Final

from amity.testing.telegram_server.limits import Limits
from amity.testing.telegram_server.server import BotApiServer
from amity.testing.telegram_server.terminal import Terminal

__all__ = ["main"]

_BLINK: Final = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until ``/quit`` or the end of the input.

    Args:
        arguments: The command line, without the program's name.
    """
    parser = argparse.ArgumentParser(
        prog="python -m amity.testing.telegram_server",
        description="A Bot API server in which you play the people who talk with your bots.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--bot",
        action="append",
        metavar="NAME[=TOKEN]",
        help="make a bot; may be given several times (default: Mia)",
    )
    parser.add_argument(
        "--person", action="append", metavar="NAME", help="who you can be (default: Ann)"
    )
    parser.add_argument(
        "--limits", action="store_true", help="answer 429 as Telegram's flood limits do"
    )
    parser.add_argument(
        "--serve", action="store_true", help="go on when the input ends, until it is ended"
    )
    given = parser.parse_args(arguments)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(given))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _run(given: argparse.Namespace) -> None:
    limits = Limits() if given.limits else None
    async with BotApiServer(port=given.port, limits=limits) as server:
        terminal = Terminal(server, _write)
        _write(f"Bot API server at {server.url}")
        for wanted in given.bot or ["Mia"]:
            name, _, token = wanted.partition("=")
            bot = server.bot(name, token=token)
            terminal.add(name, bot)
            _write(f"{bot.name} @{bot.username} {bot.token}")
        people = given.person or ["Ann"]
        for name in people:
            terminal.meet(name)
        terminal.become(people[0])
        _write("* /? says what can be done here")
        showing = asyncio.create_task(_show(server, terminal))
        try:
            async for line in _lines():
                if not await terminal.do(line):
                    break
            else:
                if given.serve:
                    await asyncio.Event().wait()
        finally:
            showing.cancel()
            terminal.show()
            for what in server.unsupported:
                _write(f"* not supported: {what}")


async def _show(server: BotApiServer, terminal: Terminal) -> None:
    """Show what changes. What changes in one go is shown in one go."""
    while True:
        await server.world.changes.wait(1.0)
        await asyncio.sleep(_BLINK)
        terminal.show()


async def _lines() -> AsyncIterator[str]:
    """Yield the lines of the input. They are read in a thread, which nothing can interrupt."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="terminal", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
