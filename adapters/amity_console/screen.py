"""What the person sees: replies as they grow, notices marked, buttons as numbers."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from amity.message import (
    Audio,
    Button,
    Buttons,
    File,
    Image,
    MediaRef,
    Outbound,
    OutboundKind,
    Text,
    Video,
    Voice,
)
from amity_console.markup import Markup, clean

__all__ = ["Screen"]

_NOTICE: Final = "* "
_INDENT: Final = "  "

Print = Callable[[Callable[[], None]], Awaitable[None]]


class Screen:
    """Writes to a file descriptor, in whole turns: nothing of two messages is mixed.

    Args:
        descriptor: Where to write.
        styled: Whether the other end is a terminal that shows bold.
        words: The terminal's own words.
        named: Returns a persona's name by its id.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        styled: bool,
        words: Mapping[str, str],
        named: Callable[[str], str],
    ) -> None:
        self._descriptor = descriptor
        self._markup = Markup(styled=styled)
        self._words = words
        self._named = named
        self._turn = asyncio.Lock()
        # What was shown of a reply before its parts came, and whether its line is still open.
        self._shown: dict[str, str] = {}
        self._open: str | None = None
        self.closed = False
        self.above: Print | None = None
        """While a prompt stands on the screen: prints above it."""
        self.choices: tuple[Button, ...] = ()
        """The buttons shown last, in the order of their numbers."""
        self.offered: MediaRef | None = None
        """The file shown last."""

    async def line(self, text: str) -> None:
        """Show a line of the terminal's own."""
        async with self._turn:
            await self._write(f"{self._end()}{clean(text)}\n")

    async def draft(self, reply: str, persona: str, text: str) -> None:
        """Show the words so far; the empty text takes the reply back."""
        async with self._turn:
            if self.above is not None:
                return  # a prompt stands there: the finished reply will be shown above it
            if not text:
                await self._take_back(reply)
                return
            grown = self._markup.growing(text)
            shown = self._shown.get(reply, "")
            if not grown.startswith(shown):
                # The words before are another reply's now; the parts will show what holds.
                return
            if grown == shown:
                return
            self._shown[reply] = grown
            await self._write(self._begin(reply, persona) + grown[len(shown) :])

    async def _take_back(self, reply: str) -> None:
        if self._shown.pop(reply, ""):
            begun = "" if self._open == reply else self._end()
            self._open = None
            await self._write(f"{begun} {self._words['taken_back']}\n")

    async def message(
        self, outbound: Outbound, fetch: Callable[[MediaRef], Awaitable[int | None]]
    ) -> bool:
        """Show a message; false if nobody can read it any more.

        Args:
            outbound: The message.
            fetch: Fetches a file and returns its size; ``None`` if it is not to be had.
        """
        files = [await self._file(part, fetch) for part in outbound.parts]
        async with self._turn:
            text = "\n\n".join(p.text.reveal() for p in outbound.parts if isinstance(p, Text))
            rest = [line for line in files if line]
            for part in outbound.parts:
                if isinstance(part, Buttons):
                    rest += self._numbered(part)
            if outbound.cut and outbound.last:
                rest.append(self._words["cut"])
            if outbound.kind is OutboundKind.REPLY:
                shown = self._reply(outbound, self._markup.whole(text))
            else:
                shown = self._end() + _marked(self._markup.whole(text))
            extra = "".join(f"{_INDENT}{line}\n" for line in rest)
            return await self._write(shown + extra)

    def _reply(self, outbound: Outbound, text: str) -> str:
        """Return what is still to be shown of a part of a reply."""
        reply = outbound.reply
        shown = self._shown.pop(reply, "")
        if not text:
            return self._end()
        if shown and text.startswith(shown):
            rest, left = text[len(shown) :], ""
        elif shown.startswith(text):
            rest, left = "", shown[len(text) :].lstrip()
        elif shown:
            # Not the words that were shown: the reply as it stands follows them.
            begun, left = self._end(), ""
            return f"{begun}{self._begin(reply, outbound.persona)}{text}{self._end()}"
        else:
            rest, left = text, ""
        if left and not outbound.last:
            self._shown[reply] = left
            return ""
        return f"{self._begin(reply, outbound.persona) if rest else ''}{rest}{self._end()}"

    def _numbered(self, buttons: Buttons) -> list[str]:
        self.choices = tuple(button for row in buttons.rows for button in row)
        return [
            f"{number}) {clean(b.label)}  /{b.command}{f' {b.argument}' if b.argument else ''}"
            for number, b in enumerate(self.choices, start=1)
        ]

    async def _file(self, part: object, fetch: Callable[[MediaRef], Awaitable[int | None]]) -> str:
        if isinstance(part, File):
            name = clean(part.media.name or "file").replace("/", "_")
            size = await fetch(part.media)
            if size is None:
                return self._words["file_gone"].format(name=name)
            self.offered = part.media
            return self._words["file"].format(name=name, size=size)
        if isinstance(part, Image | Voice | Audio | Video):
            return self._words["medium"].format(kind=type(part).__name__.lower())
        return ""

    def _begin(self, reply: str, persona: str) -> str:
        """Return what stands before more words of a reply."""
        if self._open == reply:
            return ""
        begun = self._end()
        self._open = reply
        return f"{begun}{clean(self._named(persona))}: "

    def _end(self) -> str:
        """Return what closes the line that is open."""
        if self._open is None:
            return ""
        self._open = None
        return "\n"

    async def _write(self, text: str) -> bool:
        if self.closed or not text:
            return not self.closed
        content = text.encode("utf-8", "replace")
        if self.above is not None:
            await self.above(lambda: self._put(content))
        else:
            # A reader that is slow must not hold up the others that this process serves.
            await asyncio.to_thread(self._put, content)
        return not self.closed

    def _put(self, content: bytes) -> None:
        try:
            while content:
                content = content[os.write(self._descriptor, content) :]
        except OSError:
            self.closed = True


def _marked(text: str) -> str:
    if not text:
        return ""
    lines = text.split("\n")
    return "".join(
        f"{_NOTICE if n == 0 else _INDENT}{line}".rstrip() + "\n" for n, line in enumerate(lines)
    )
