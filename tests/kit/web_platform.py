"""The chat page's API as a platform: what somebody with a browser would see."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import amity
from amity.message import File
from amity.testing import Shown, ShownMedia
from tests.support.talker import Posted, Talker, talking, text_of

__all__ = ["WebPlatform", "browsers"]


class WebPlatform:
    """A driver: one browser a person, on the page and its stream of events."""

    def __init__(self, talker: Callable[..., Talker]) -> None:
        self._talker = talker
        self._url = ""
        self._people: dict[str, Talker] = {}
        self._told: dict[str, list[Shown]] = {}
        self._choices: dict[tuple[str, str], tuple[str, str]] = {}
        self._last: tuple[str, dict[str, Any]] = ("", {})

    async def served_at(self, url: str) -> None:
        self._url = url

    def options(self) -> Mapping[str, Any]:
        return {"new_guests_per_minute": 100_000}

    def _person(self, who: str) -> Talker:
        if who not in self._people:
            self._people[who] = self._talker(self._url, name=who)
            self._told[who] = []
        return self._people[who]

    async def _post(self, who: str, **body: Any) -> str:
        person = self._person(who)
        body.setdefault("id", person.new_id())
        self._last = (who, body)
        posted = await person.post(**body)
        if person.cookie and person.events is None:
            person.listen()
        self._tell(who, posted)
        return str(body["id"])

    def _tell(self, who: str, posted: Posted) -> None:
        """Show what the page shows of an answer that is no message: the gate, help for anybody."""
        text = posted.body.get("text") or posted.body.get("error", {}).get("message")
        if not text:
            return
        id = f"told {len(self._told[who])} to {who}"
        choices = posted.body.get("error", {}).get("choices", ())
        for choice in choices:
            self._choices[id, choice["label"]] = (choice["choice"], "")
        labels = tuple(choice["label"] for choice in choices)
        self._told[who].append(
            Shown(id=id, text=amity.to_plain(text), buttons=(labels,) if labels else ())
        )

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        return await self._post(who, text=text)

    async def command(self, who: str, name: str, argument: str = "") -> str:
        return await self._post(who, command=name, argument=argument)

    async def edit(self, who: str, message: str, text: str) -> None:
        await self._post(who, id=message, text=text, edited=True)

    async def press(self, who: str, message: str, label: str) -> None:
        command, argument = self._choices[message, label]
        await self._post(who, choice=command, **({"argument": argument} if argument else {}))

    async def redeliver(self) -> None:
        who, body = self._last
        self._tell(who, await self._person(who).post(**body))

    async def typing(self, who: str) -> int:
        events = self._person(who).events
        return 0 if events is None else events.typings

    async def shown(self, who: str) -> Sequence[Shown]:
        person = self._person(who)
        if person.events is None:
            return self._told[who]
        journal = [m for m in await person.history() if m["from"] != "person"]
        shown = [await self._shown(person, m) for m in (*journal, *person.events.notices)]
        finished = {message["reply"] for message in journal}
        drafts = [
            Shown(id=reply, text=text, writing=True)
            for reply, text in person.events.drafts.items()
            if text and reply not in finished
        ]
        return [*self._told[who], *shown, *drafts]

    async def _shown(self, person: Talker, message: Mapping[str, Any]) -> Shown:
        rows = [row for p in message["parts"] if p["type"] == "buttons" for row in p["rows"]]
        for row in rows:
            for button in row:
                pressed = (button["command"], button["argument"])
                self._choices[message["id"], button["label"]] = pressed
        media = [
            ShownMedia(
                kind=File,
                content=await person.fetch(part["media"]["url"]),
                name=part["media"]["name"],
            )
            for part in message["parts"]
            if part["type"] == "file"
        ]
        return Shown(
            id=message["id"],
            text=amity.to_plain(text_of(message)),  # the page renders it; these are its words
            buttons=tuple(tuple(button["label"] for button in row) for row in rows),
            media=tuple(media),
        )


@asynccontextmanager
async def browsers() -> AsyncIterator[WebPlatform]:
    """Make the platform; every browser is closed at the end."""
    async with talking() as talker:
        yield WebPlatform(talker)
