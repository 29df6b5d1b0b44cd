"""The folder of the sample adapter, as a platform with people on it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from amity.testing import Shown

__all__ = ["FolderPlatform"]


class FolderPlatform:
    """A driver. Out of reach the folder has another name."""

    def __init__(self, folder: Path, *, drafts: bool) -> None:
        folder.mkdir()
        self._there = self._folder = folder
        self._drafts = drafts
        self._groups = 0
        self._adult: set[str] = set()
        for name in ("events.jsonl", "shown.jsonl"):
            (folder / name).touch()

    def options(self) -> Mapping[str, Any]:
        return {"folder": str(self._there), "drafts": self._drafts}

    def _lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self._folder / name).read_text().splitlines()]

    def _tell(self, sender: str, chat: str, text: str, **more: Any) -> str:
        id = f"{sender}-{len(self._lines('events.jsonl')) + 1}"
        self._write(
            {
                "id": id,
                "sender": sender,
                "chat": chat,
                "text": text,
                "time": int(time.time() * 1000),
                **more,
            }
        )
        return id

    def _write(self, event: Mapping[str, Any]) -> None:
        with (self._folder / "events.jsonl").open("a") as file:
            file.write(json.dumps(event) + "\n")

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        return self._tell(who, f"chat of {who}", text, reply_to=reply_to or None)

    async def shown(self, who: str) -> Sequence[Shown]:
        return await self.shown_in(f"chat of {who}", who)

    async def make_group(self, *people: str, adult: bool = False) -> str:
        self._groups += 1
        group = f"group {self._groups}"
        if adult:
            self._adult.add(group)
        return group

    async def say_in(
        self, where: str, who: str, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        return self._tell(
            who,
            where,
            text,
            private=False,
            adult=where in self._adult,
            addressed=mention or reply_to.startswith("shown-"),
            reply_to=reply_to or None,
        )

    async def shown_in(self, where: str, who: str) -> Sequence[Shown]:
        shown: dict[str, Shown] = {}
        for line in self._of(where, who):
            if line["kind"] == "deleted":
                shown = {key: one for key, one in shown.items() if one.id != line["id"]}
                continue
            if line["kind"] == "draft":
                shown.pop(line["id"], None)
                if line["text"]:
                    shown[line["id"]] = Shown(id=line["id"], text=line["text"])
                continue
            shown.pop(line["draft"], None)
            key = str(len(shown)) + line["id"]  # sending twice shows twice
            shown[key] = Shown(
                id=f"shown-{line['id']}",
                text=line["text"],
                quotes=line["quote"] or "",
                private=line["private"],
            )
        return list(shown.values())

    def _of(self, where: str, who: str) -> Iterator[dict[str, Any]]:
        for line in self._lines("shown.jsonl"):
            if line["chat"] == where and (not line.get("private") or line["recipient"] == who):
                yield line

    async def redeliver(self) -> None:
        self._write(self._lines("events.jsonl")[-1])

    async def disconnect(self) -> None:
        self._folder = self._there.rename(self._there.with_name("away"))

    async def reconnect(self) -> None:
        self._folder = self._folder.rename(self._there)
