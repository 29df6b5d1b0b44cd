"""A platform that is a folder: events are lines of one file, what is shown are lines of another.

Sending twice shows twice. Events are handed in again until the number of those taken is kept. With
``drafts`` a reply that is being written is a message of its own, whose place the reply takes. Chats
that a third file names take nothing, those that a fourth names ask to wait, and those that a fifth
names show what is sent and answer only once they are named no more. A sixth says
which chat was made another one.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from amity.adapter import (
    Adapter,
    AdapterFactory,
    Capabilities,
    Draft,
    Host,
    Manifest,
    PlatformRules,
)
from amity.errors import Forbidden, RetryAfter
from amity.message import (
    Address,
    Choice,
    Event,
    Image,
    Inbound,
    Location,
    MediaRef,
    Outbound,
    Outcome,
    Part,
    Receipt,
    Sender,
    Sticker,
    Text,
    Voice,
    text_of,
)
from amity.sealed import SealedText


class Config(BaseModel):
    """Where the platform is."""

    model_config = ConfigDict(extra="forbid")
    folder: Path
    drafts: bool = False


def _part(event: dict[str, Any]) -> Part:
    words = SealedText(event["text"])
    media = MediaRef(key="somewhere")
    match event.get("part", "text"):
        case "image":
            return Image(media=media, caption=words)
        case "voice":
            return Voice(media=media)
        case "sticker":
            return Sticker(emoji="\N{WAVING HAND SIGN}")
        case "location":
            return Location()
        case "choice":
            command, _, argument = event["text"].partition(" ")
            return Choice(command=command, argument=argument)
        case _:
            return Text(words)


def _inbound(channel: str, event: dict[str, Any]) -> Inbound:
    return Inbound(
        event=Event(event.get("event", "message")),
        address=Address(channel=channel, chat=event["chat"]),
        sender=Sender(id=event["sender"], locale="en"),
        id=event["id"],
        time=event.get("time", 0),
        parts=() if event.get("event") == "deleted" else (_part(event),),
        private=event.get("private", True),
        addressed=event.get("addressed", True),
        adult=event.get("adult", False),
        reply_to=event.get("reply_to"),
    )


def _names(file: Path, chat: str) -> bool:
    return file.exists() and chat in json.loads(file.read_text() or "[]")


class Sample:
    """The adapter."""

    def __init__(self, channel: str, folder: Path) -> None:
        self._channel = channel
        self._events = folder / "events.jsonl"
        self._shown = folder / "shown.jsonl"
        self._closed = folder / "closed.json"
        self._busy = folder / "busy.json"
        self._slow = folder / "slow.json"
        self._moved = folder / "moved.json"

    async def run(self, host: Host) -> None:
        """Hand in what the platform has and was not taken yet."""
        while True:
            taken = int(await host.state.get("taken") or 0)
            lines = self._events.read_text().splitlines(keepends=True)[taken:]
            whole = [json.loads(line) for line in lines if line.endswith("\n")]
            if whole:
                await host.accept([_inbound(self._channel, event) for event in whole])
                await host.state.put("taken", str(taken + len(whole)))
            await asyncio.sleep(0.02)

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show it, as often as it is sent."""
        if _names(self._busy, address.chat):
            return Receipt(outcome=Outcome.FAILED, error=RetryAfter(0.2))
        if _names(self._closed, address.chat):
            return Receipt(outcome=Outcome.FAILED, error=Forbidden("the chat is closed"))
        moved_to = self._now_in(address.chat)
        line = {
            "id": outbound.id,
            "chat": moved_to or address.chat,
            "kind": outbound.kind.value,
            "text": text_of(outbound.parts).reveal(),
            "answers": outbound.in_reply_to,
            "cut": outbound.cut,
            "last": outbound.last,
            "draft": outbound.draft,
            "quote": outbound.quote,
            "private": outbound.private,
            "recipient": outbound.recipient,
        }
        self._show(line)
        while _names(self._slow, address.chat):
            await asyncio.sleep(0.02)
        return Receipt(
            outcome=Outcome.SENT, message_ids=(f"shown-{outbound.id}",), moved_to=moved_to
        )

    def _now_in(self, chat: str) -> str:
        """Return the chat that was made of one, if there is any."""
        moved = self._moved.read_text() if self._moved.exists() else ""
        return str(json.loads(moved or "{}").get(chat, ""))

    async def delete(self, address: Address, message_id: str) -> Receipt:
        """Show that a message is gone."""
        if _names(self._busy, address.chat):
            return Receipt(outcome=Outcome.FAILED, error=RetryAfter(0.2))
        line = {
            "id": message_id,
            "chat": address.chat,
            "kind": "deleted",
            "text": "",
            "answers": (),
            "last": False,
        }
        self._show(line)
        return Receipt(outcome=Outcome.SENT)

    def _show(self, line: dict[str, Any]) -> None:
        with self._shown.open("a") as file:
            file.write(json.dumps(line) + "\n")


class DraftingSample(Sample):
    """The adapter, showing drafts."""

    async def draft(self, address: Address, draft: Draft) -> str:
        """Show a message with the words so far, change the one that shows them, or take it away."""
        message_id = draft.message_id or f"draft-{draft.reply}"
        line = {
            "id": message_id,
            "chat": address.chat,
            "kind": "draft",
            "text": draft.text.reveal(),
            "answers": (),
            "last": False,
        }
        self._show(line)
        return message_id


def _load() -> AdapterFactory:
    def make(channel: str, config: BaseModel) -> Adapter:
        assert isinstance(config, Config)
        kind = DraftingSample if config.drafts else Sample
        return kind(channel, config.folder)

    return make


SAMPLE = Manifest(
    name="sample",
    realm="sample",
    config=Config,
    capabilities=Capabilities(text_limit=90, media_limit=0, groups=True, draft_interval=0.02),
    rules=PlatformRules(adult_only_in_marked_channels=True),
    load=_load,
)
# The same platform, on which a message in a group can be shown to one person only, and quoted.
WHISPERING = Manifest(
    name="whispering",
    realm="sample",
    config=Config,
    capabilities=Capabilities(media_limit=0, groups=True, quotes=True, private_replies=True),
    rules=PlatformRules(no_special_categories=True),
    load=_load,
)
