"""Where lines come from: a prompt in a terminal, or whatever is piped in."""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from amity_console.screen import Screen

__all__ = ["Interrupted", "Lines", "Prompt", "Reader"]

_LONGEST_LINE: Final = 1 << 20
_AHEAD: Final = 16


class Interrupted(Exception):
    """Raised when the person pressed Ctrl-C at the prompt."""


class Reader(Protocol):
    """A source of lines."""

    async def line(self, prompt: str) -> str | None:
        """Return the next line without its end; ``None`` after the last.

        Raises:
            Interrupted: Ctrl-C was pressed.
        """
        ...

    def close(self) -> None:
        """Stop reading."""
        ...


class Lines:
    """Reads lines from a pipe or file, in a thread that ends with the program.

    A read that waits for input cannot be broken off, so the thread must not be one that the
    program waits for when it ends.
    """

    def __init__(self, descriptor: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._closed = False
        self._descriptor = descriptor
        self._thread = threading.Thread(target=self._read, name="console input", daemon=True)
        self._thread.start()

    async def line(self, prompt: str) -> str | None:
        """Return the next line; ``None`` at the end."""
        text = await self._queue.get()
        self._room.release()
        return text

    def close(self) -> None:
        """Let the thread end with what it reads next, or with the program."""
        self._closed = True
        self._room.release()

    def _read(self) -> None:
        try:
            with os.fdopen(
                self._descriptor, encoding="utf-8", errors="replace", closefd=False
            ) as file:
                while text := file.readline(_LONGEST_LINE):
                    if not self._hand_over(text.rstrip("\r\n")):
                        return
        except (OSError, ValueError):  # the other end is gone, or was closed under us
            pass
        self._hand_over(None)

    def _hand_over(self, text: str | None) -> bool:
        self._room.acquire()  # read no further ahead than this of what nobody has asked for
        if self._closed:
            return False
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, text)
        except RuntimeError:  # the program's loop has ended
            return False
        return True


class Prompt:
    """Asks with a prompt that can be edited, with a history that ends with the program."""

    def __init__(self, input_descriptor: int, output_descriptor: int, screen: Screen) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import InMemoryHistory
        from prompt_toolkit.input import create_input
        from prompt_toolkit.output.vt100 import Vt100_Output

        self._screen = screen
        self._files = (
            os.fdopen(input_descriptor, encoding="utf-8", errors="replace", closefd=False),
            os.fdopen(output_descriptor, "w", encoding="utf-8", errors="replace", closefd=False),
        )
        self._session: PromptSession[str] = PromptSession(
            input=create_input(self._files[0]),
            output=Vt100_Output.from_pty(self._files[1], term=os.environ.get("TERM")),
            history=InMemoryHistory(),
        )

    async def line(self, prompt: str) -> str | None:
        """Ask for a line; ``None`` on Ctrl-D in an empty one."""
        self._screen.above = self._above
        try:
            return await self._session.prompt_async(prompt, handle_sigint=False)
        except EOFError:
            return None
        except KeyboardInterrupt:
            raise Interrupted from None
        finally:
            self._screen.above = None

    async def _above(self, put: Callable[[], None]) -> None:
        from prompt_toolkit.application import run_in_terminal
        from prompt_toolkit.application.current import set_app

        with set_app(self._session.app):
            await run_in_terminal(put)

    def close(self) -> None:
        """Give the files back; the descriptors stay open."""
        for file in self._files:
            with suppress(OSError):
                file.close()
