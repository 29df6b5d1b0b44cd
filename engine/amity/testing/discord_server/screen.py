"""What changes on a person's screen, as lines to print."""

from collections.abc import Iterator

from amity.testing.discord_server.chat import Chat
from amity.testing.discord_server.response import Response
from amity.testing.discord_server.shown import Modal, Shown

__all__ = ["Screen"]


class Screen:
    """Remembers what was printed of several chats, and gives each message a short number."""

    def __init__(self) -> None:
        self._chats: dict[str, Chat] = {}
        self._printed: dict[int, Shown] = {}
        self._numbers: list[Shown] = []
        self._typing: dict[str, tuple[str, ...]] = {}
        self._responses: list[Response] = []

    @property
    def chats(self) -> dict[str, Chat]:
        """The chats that are watched, by name."""
        return self._chats

    def watch(self, name: str, chat: Chat) -> None:
        """Show a chat from now on."""
        self._chats[name] = chat

    def follow(self, response: Response) -> None:
        """Show what comes of something that the person did."""
        self._responses.append(response)

    def message(self, number: str) -> Shown:
        """Return a message by its number. Raises LookupError for one that there is not."""
        if not number.isdecimal() or not 1 <= int(number) <= len(self._numbers):
            raise LookupError(f"there is no message {number}")
        return self._numbers[int(number) - 1]

    def place_of(self, message: Shown) -> Chat:
        """Return the chat that a message is in."""
        return next(chat for chat in self._chats.values() if chat.id == message.channel_id)

    def lines(self) -> Iterator[str]:
        """Yield what is new since the last time."""
        for name, chat in list(self._chats.items()):
            yield from self._new_in(name, chat)
            typing = chat.typing
            if typing and typing != self._typing.get(name):
                yield f"{name}  {', '.join(typing)} is typing ..."
            self._typing[name] = typing
        for response in list(self._responses):
            yield from self._outcome(response)

    def _new_in(self, name: str, chat: Chat) -> Iterator[str]:
        now = {message.id: message for message in chat.messages}
        for message in now.values():
            before = self._printed.get(message.id)
            if before == message:
                continue
            if before is None:
                self._numbers.append(message)
            number = self._number(message)
            self._numbers[number - 1] = self._printed[message.id] = message
            answered = self._known(message.reply_to)
            yield from _drawn(name, number, message, answered, changed=before is not None)
        gone = [
            message
            for message in self._printed.values()
            if message.channel_id == chat.id and message.id not in now
        ]
        for message in gone:
            del self._printed[message.id]
            yield f"{name}  [{self._number(message)}] is gone"

    def _number(self, message: Shown) -> int:
        found = (
            number
            for number, each in enumerate(self._numbers, start=1)
            if (each.id, each.channel_id) == (message.id, message.channel_id)
        )
        return next(found)

    def _known(self, id: int | None) -> str:
        """Return the number of a message by its id, in brackets; nothing for an unknown one."""
        found = (n for n, each in enumerate(self._numbers, start=1) if each.id == id)
        number = next(found, None)
        return "" if number is None else f"answers [{number}]"

    def _outcome(self, response: Response) -> Iterator[str]:
        modal = response.modal
        if modal is not None:
            yield from _drawn_form(modal)
        elif response.failed:
            yield "the application did not respond"
        elif not response.acknowledged:
            return
        self._responses.remove(response)


def _drawn(
    name: str, number: int, message: Shown, answered: str, *, changed: bool
) -> Iterator[str]:
    """Yield a message as lines."""
    marks = [
        "changed" if changed else "",
        "only you see this" if message.ephemeral else "",
        answered,
        "voice" if message.voice else "",
    ]
    about = "".join(f" ({mark})" for mark in marks if mark)
    text = "is thinking ..." if message.thinking else "\n".join([message.content, *message.texts])
    first, *rest = text.strip("\n").split("\n")
    yield f"{name}  [{number}] {message.author}{about}: {first}"
    yield from (f"      {line}" for line in rest)
    for embed in message.embeds:
        yield f"      | {embed.get('title') or ''} {embed.get('description') or ''}".rstrip()
    for file in message.files:
        yield f"      file {file.name} ({file.content_type}, {len(file.data)} bytes)"
    if message.stickers:
        yield f"      stickers {', '.join(message.stickers)}"
    if message.buttons:
        yield "      " + " ".join(f"[ {button.label} ]" for button in message.buttons)
    for select in message.selects:
        options = ", ".join(value for _, value in select.options)
        yield f"      menu {select.custom_id}: {options}"
    if message.reactions:
        yield "      " + " ".join(f"{emoji} {count}" for emoji, count in message.reactions.items())


def _drawn_form(modal: Modal) -> Iterator[str]:
    yield f"form {modal.title!r}"
    for field in modal.fields:
        needed = " (needed)" if field.required else ""
        yield f"      {field.custom_id} = {field.label}{needed}"
