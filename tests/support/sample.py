"""The platform behind the sample adapter: a folder in which people write and are shown things."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

__all__ = ["SampleChannel"]

_ADAPTER: Final = Path(__file__).with_name("sample_adapter")


class SampleChannel:
    """A platform. `config` is a channel of it, `environment` is what installs its adapter."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "sample",
        adapter: str = "sample",
        drafts: bool = False,
        persona: str = "mia",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.config = {
            "name": name,
            "adapter": adapter,
            "persona": persona,
            "folder": str(folder),
            "drafts": drafts,
        }
        self.environment = {"PYTHONPATH": str(_ADAPTER)}
        self._events = folder / "events.jsonl"
        self._shown = folder / "shown.jsonl"
        self._closed = folder / "closed.json"
        self._events.touch()
        self._closed.touch()
        self._busy = folder / "busy.json"
        self._slow = folder / "slow.json"
        self._busy.touch()
        self._slow.touch()
        self._moved = folder / "moved.json"
        self._moved.touch()
        self._shown.touch()

    def say(self, sender: str, text: str, **more: object) -> str:
        """Have somebody say something in their own chat; return the message's id."""
        event = {
            "id": f"{sender}-{len(self.said()) + 1}",
            "sender": sender,
            "chat": f"chat of {sender}",
            "text": text,
            **more,
        }
        with self._events.open("a") as file:
            file.write(json.dumps(event) + "\n")
        return str(event["id"])

    def said(self) -> list[dict[str, Any]]:
        """Return all that was said, by all."""
        return [json.loads(line) for line in self._events.read_text().splitlines()]

    def close(self, *chats: str) -> None:
        """Let these chats take nothing from now on, and all others everything."""
        self._closed.write_text(json.dumps(chats))

    def busy(self, *chats: str) -> None:
        """Let these chats ask whoever sends to wait, and no others."""
        self._busy.write_text(json.dumps(chats))

    def slow(self, *chats: str) -> None:
        """Let these chats show what is sent and not say so yet, and no others."""
        self._slow.write_text(json.dumps(chats))

    def move(self, chat: str, to: str) -> None:
        """Make another chat of one: what is sent to the one is shown in the other."""
        self._moved.write_text(json.dumps({chat: to}))

    def shown(self, sender: str | None = None) -> list[dict[str, Any]]:
        """Return what was shown, to all or in one person's own chat, in order."""
        written = self._shown.read_text().splitlines(keepends=True)
        lines = [json.loads(line) for line in written if line.endswith("\n")]
        return [line for line in lines if sender is None or line["chat"] == f"chat of {sender}"]

    async def until(
        self, ready: Callable[[Sequence[dict[str, Any]]], object], what: str, *, seconds: float = 30
    ) -> list[dict[str, Any]]:
        """Wait until what was shown satisfies a condition; return it."""
        end = asyncio.get_running_loop().time() + seconds
        while not ready(shown := self.shown()):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"waited {seconds} s for {what}; shown: {shown[-5:]}")
            await asyncio.sleep(0.03)
        return shown

    async def answered(self, id: str, *, seconds: float = 30) -> list[dict[str, Any]]:
        """Wait until a message is answered to its end; return the answer."""

        def whole(shown: Sequence[dict[str, Any]]) -> bool:
            return any(line["last"] and id in line["answers"] for line in shown)

        shown = await self.until(whole, f"an answer to {id}", seconds=seconds)
        return [line for line in shown if id in line["answers"]]

    async def enter(self, sender: str) -> None:
        """Take somebody through the gate."""
        for words in ("/start", "/i_am_18", "/agree"):
            await self.answered(self.say(sender, words))
