"""The adapter of the plaza: everything that the contract has, in small methods to break."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from amity.adapter import Draft, Finding, Host, Level, MenuEntry
from amity.errors import (
    DeliveryError,
    Forbidden,
    Gone,
    OperatorError,
    Refused,
    RetryAfter,
    Unknown,
)
from amity.message import (
    Address,
    Audio,
    Buttons,
    Choice,
    Command,
    Event,
    File,
    Image,
    Inbound,
    Location,
    MediaRef,
    Outbound,
    Outcome,
    Part,
    Reaction,
    Receipt,
    Sender,
    Sticker,
    Text,
    Video,
    Voice,
    text_of,
)
from amity.sealed import SealedText
from tests.kit.plaza import Bot, Closed, Failed, Plaza
from tests.kit.plaza_manifest import Config

_FILES = {"image": Image, "voice": Voice, "audio": Audio, "video": Video, "file": File}
_ERRORS: Mapping[str, type[DeliveryError]] = {
    "FORBIDDEN": Forbidden,
    "GONE": Gone,
    "REFUSED": Refused,
    "SERVER_ERROR": Unknown,
}


class PlazaAdapter:
    """The adapter."""

    def __init__(self, channel: str, config: Config) -> None:
        self.channel = channel
        self.config = config
        self.ours: set[str] = set()
        self.host: Host | None = None

    @property
    def plaza(self) -> Plaza:
        return Plaza.at(self.config.plaza)

    # --- in

    async def run(self, host: Host) -> None:
        self.host = host
        try:
            bot = self.plaza.listen(self.config.token)
        except Failed:
            raise OperatorError("plaza does not know this token; look it up there") from None
        except Closed:
            raise ConnectionError("the plaza is out of reach") from None
        host.connected()
        try:
            while True:
                await self.one(host, bot, await bot.event())
        except Closed:
            host.disconnected("the plaza is out of reach")
            raise ConnectionError("the plaza is out of reach") from None

    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        inbound = None if event["kind"] == "moved" else self.inbound(event)
        if inbound is not None:
            await host.accept([inbound])
        else:
            await self.note(host, event)
        bot.taken(event["number"])

    async def note(self, host: Host, event: Mapping[str, Any]) -> None:
        if event["kind"] == "moved":
            await host.chat_moved(event["chat"], event["to"])

    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        kind, shared = event["kind"], event["shared"]
        what = {"edited": Event.EDITED, "deleted": Event.DELETED, "reacted": Event.REACTION}
        return Inbound(
            event=what.get(kind, Event.MESSAGE),
            address=self.address(event["chat"]),
            sender=Sender(id=f"account-{event['who']}", locale="en"),
            id=event["id"],
            time=event["at"],
            parts=self.parts(event),
            private=not shared,
            addressed=not shared or self.meant(event),
            ephemeral=shared and kind == "pressed",
            adult=event.get("adult", False),
            reply_to=event.get("answers") or None,
            reaction=self.reaction(event),
            raw=event,
        )

    def address(self, chat: str) -> Address:
        group, _, thread = chat.partition("/")
        return Address(channel=self.channel, chat=group, thread=thread or None)

    def meant(self, event: Mapping[str, Any]) -> bool:
        return bool(
            event.get("mentions") or event.get("answers") in self.ours or event["kind"] == "pressed"
        )

    def parts(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        match event["kind"]:
            case "said" | "edited":
                return self.words(event)
            case "pressed":
                command, _, argument = event["value"].partition(" ")
                return (Choice(command=command, argument=argument),)
            case "command":
                return (Command(name=event["name"], argument=SealedText(event["text"])),)
            case _:
                return ()

    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        medium, words = event.get("medium"), SealedText(event["text"])
        if medium is None:
            return (Text(words),)
        match medium["kind"]:
            case "sticker":
                return (Sticker(emoji=medium["emoji"]),)
            case "location":
                return (Location(),)
            case kind:
                ref = MediaRef(key=medium["key"], size=medium["size"])
                return (_FILES[kind](media=ref, caption=words or None),)

    def reaction(self, event: Mapping[str, Any]) -> Reaction | None:
        if event["kind"] != "reacted":
            return None
        return Reaction(emoji=event["emoji"], message_id=event["on"], removed=event["removed"])

    # --- out

    async def call(self, method: str, **values: Any) -> Any:
        try:
            return await self.plaza.call(self.config.token, method, **values)
        except Closed:
            raise Unknown("the connection broke") from None
        except Failed as error:
            raise self.error(error) from None

    def error(self, error: Failed) -> DeliveryError:
        if error.code == "wait":
            return RetryAfter(error.seconds)
        return _ERRORS[error.code]("the plaza does not take it")

    def chat(self, address: Address) -> str:
        return address.chat if address.thread is None else f"{address.chat}/{address.thread}"

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        try:
            moved_to = await self.call("find", chat=address.chat)
            here = replace(address, chat=moved_to) if moved_to else address
            id = await self.call("post", **await self.post(here, outbound))
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        self.ours.add(id)
        return Receipt(outcome=Outcome.SENT, message_ids=(id,), moved_to=moved_to)

    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        await self.end_draft(address, outbound)
        return {
            "chat": self.chat(address),
            "text": self.text(outbound),
            "key": outbound.id,
            "quotes": outbound.quote or "",
            "only": outbound.recipient.removeprefix("account-") if outbound.private else "",
            "buttons": [
                [(b.label, f"{b.command} {b.argument}".strip()) for b in row]
                for part in outbound.parts
                if isinstance(part, Buttons)
                for row in part.rows
            ],
            "files": await self.files(outbound),
        }

    def text(self, outbound: Outbound) -> str:
        return text_of(outbound.parts).reveal()

    async def files(self, outbound: Outbound) -> tuple[tuple[str, bytes], ...]:
        assert self.host is not None
        found = []
        for part in outbound.parts:
            if isinstance(part, File):
                content = await self.host.media.read(part.media)
                if content is not None:
                    found.append((part.media.name or "file", content))
        return tuple(found)

    async def draft(self, address: Address, draft: Draft) -> str | None:
        await self.call("draft", chat=self.chat(address), key=draft.reply, text=draft.text.reveal())
        return None

    async def end_draft(self, address: Address, outbound: Outbound) -> None:
        await self.call("draft", chat=self.chat(address), key=outbound.reply, text="")

    async def typing(self, address: Address) -> None:
        await self.call("type", chat=self.chat(address))

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        return await self.done("change", id=message_id, text=self.text(outbound))

    async def delete(self, address: Address, message_id: str) -> Receipt:
        return await self.done("remove", id=message_id)

    async def react(self, address: Address, message_id: str, emoji: str) -> Receipt:
        return await self.done("mark", id=message_id, emoji=emoji)

    async def done(self, method: str, **values: Any) -> Receipt:
        try:
            await self.call(method, **values)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        return Receipt(outcome=Outcome.SENT, message_ids=(values["id"],))

    async def menu(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        for language, words in entries.items():
            await self.call(
                "menu", language=language, entries={w.command: w.description for w in words}
            )

    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        content: bytes = await self.call("file", key=media.key, most=limit)
        if len(content) > limit:
            raise Refused("the file is longer than is wanted")
        return content

    async def check(self) -> Sequence[Finding]:
        try:
            await self.plaza.call(self.config.token, "who")
        except Failed:
            return [Finding(Level.FAIL, "plaza does not know this token; look it up there")]
        except Closed:
            return [Finding(Level.WARN, "the plaza is out of reach")]
        return [Finding(Level.OK, "the plaza knows this token")]
