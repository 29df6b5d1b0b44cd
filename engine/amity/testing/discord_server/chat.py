"""A person's window on one channel: what they see there and what they can do."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amity.testing.discord_server.commands import SeenCommand
from amity.testing.discord_server.errors import ApiError
from amity.testing.discord_server.flags import InteractionType, MessageFlag, Permission
from amity.testing.discord_server.forms import (
    Filling,
    command_data,
    component_data,
    modal_data,
)
from amity.testing.discord_server.messages import Draft
from amity.testing.discord_server.model import (
    Application,
    Attachment,
    Channel,
    Message,
    Sticker,
    User,
)
from amity.testing.discord_server.response import Response
from amity.testing.discord_server.services import Services
from amity.testing.discord_server.shown import Modal, Shown, show

__all__ = ["Attach", "Chat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """A file that a person sends.

    Attributes:
        size: Width and height of a picture or video.
        seconds: The length of a sound.
    """

    name: str
    data: bytes
    content_type: str = "application/octet-stream"
    description: str | None = None
    size: tuple[int, int] | None = None
    seconds: float | None = None


class Chat:
    """One person in one channel. What they do takes effect at once; what bots do is waited for.

    A person who may not do a thing gets PermissionError, as their client would not offer it.
    """

    def __init__(self, services: Services, user: User, channel: Channel) -> None:
        self._services = services
        self._user = user
        self._channel = channel

    # --------------------------------------------------------------------------------- seeing

    @property
    def id(self) -> int:
        """The channel's id."""
        return self._channel.id

    @property
    def messages(self) -> tuple[Shown, ...]:
        """All messages that the person sees, oldest first, as they read now."""
        return tuple(self._newer(0))

    def _newer(self, oldest: int) -> Iterator[Shown]:
        """Yield the messages with a greater id that the person sees."""
        if not self._services.world.sees(self._channel, self._user):
            return
        for message in list(self._channel.messages.values()):
            hidden = message.only_for not in (None, self._user) or message.dismissed
            if message.id > oldest and not hidden:
                yield show(message, self._user)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of all messages that the person sees."""
        return tuple(message.content for message in self.messages)

    @property
    def last(self) -> Shown | None:
        """The newest message that the person sees."""
        messages = self.messages
        return messages[-1] if messages else None

    def from_bots(self) -> tuple[Shown, ...]:
        """Return the messages of bots, oldest first."""
        return tuple(message for message in self.messages if message.by_bot)

    def message(self, id: int) -> Shown | None:
        """Return a message by its id, ``None`` where the person does not see it any more."""
        found = self._newer(id - 1)
        return next((message for message in found if message.id == id), None)

    @property
    def typing(self) -> tuple[str, ...]:
        """Who is shown as typing now."""
        now = self._services.world.clock.now()
        users = self._services.world.users
        return tuple(
            users[id].display
            for id, until in self._channel.typing.items()
            if until > now and id != self._user.id
        )

    async def until(
        self, ready: Callable[["Chat"], bool], what: str = "it", *, seconds: float = 10.0
    ) -> None:
        """Wait until something holds of this chat. Raises AssertionError when it does not come."""
        await self._services.world.changes.until(
            lambda: ready(self), what, seconds=seconds, now=self._now
        )

    async def seen(
        self,
        wanted: str | Callable[[Shown], bool],
        *,
        after: Shown | int = 0,
        seconds: float = 10.0,
    ) -> Shown:
        """Wait for a message of a bot and return it.

        Args:
            wanted: Words that it holds, or a function that knows it.
            after: Only messages after this one.
            seconds: How long to wait; then AssertionError is raised with what is there.
        """
        oldest = after if isinstance(after, int) else after.id

        def matches(message: Shown) -> bool:
            if message.id <= oldest or not message.by_bot:
                return False
            if isinstance(wanted, str):
                return wanted in message.content or any(wanted in text for text in message.texts)
            return wanted(message)

        def find() -> Shown | None:
            # Only what is new is looked at: a chat may hold thousands of messages.
            return next((each for each in self._newer(oldest) if matches(each)), None)

        what = f"a message with {wanted!r}" if isinstance(wanted, str) else "a message"
        await self._services.world.changes.until(
            lambda: find() is not None, what, seconds=seconds, now=self._now
        )
        found = find()
        assert found is not None
        return found

    def _now(self) -> str:
        lines = [f"{message.author}: {message.content[:80]!r}" for message in self.messages[-8:]]
        return "; ".join(lines) or "nothing"

    # -------------------------------------------------------------------------------- writing

    def write(
        self,
        text: str = "",
        *,
        files: Iterable[Attach] = (),
        reply_to: Shown | int | None = None,
        ping: bool = True,
        stickers: Sequence[Sticker] = (),
        forward: Shown | None = None,
    ) -> Shown:
        """Send a message.

        Args:
            text: What is written.
            files: What is attached.
            reply_to: The message it replies to.
            ping: Whether the reply mentions the one who is answered.
            stickers: Stickers sent with it.
            forward: A message, of any chat, that is passed on.
        """
        self._may(
            Permission.SEND_MESSAGES_IN_THREADS
            if self._channel.is_thread
            else Permission.SEND_MESSAGES
        )
        self._services.places.wake_thread(self._channel, self._user)
        allowed = None
        if reply_to is not None and not ping:
            allowed = {"parse": ["users", "roles", "everyone"], "replied_user": False}
        draft = Draft(
            channel=self._channel,
            author=self._user,
            content=text,
            attachments=[self._attachment(file) for file in files],
            reply_to=None if reply_to is None else self._find(reply_to),
            forward=None if forward is None else self._elsewhere(forward),
            stickers=list(stickers),
            allowed=allowed,
        )
        return self._send(draft)

    def voice(self, data: bytes = b"OggS", *, seconds: float = 2.5) -> Shown:
        """Send a voice message."""
        self._may(Permission.SEND_VOICE_MESSAGES)
        sound = self._attachment(
            Attach(name="voice-message.ogg", data=data, content_type="audio/ogg", seconds=seconds)
        )
        sound.waveform = base64.b64encode(bytes(range(0, 256, 8))).decode()
        return self._send(
            Draft(
                channel=self._channel,
                author=self._user,
                attachments=[sound],
                flags=MessageFlag.IS_VOICE_MESSAGE,
            )
        )

    def _send(self, draft: Draft) -> Shown:
        if self._channel.is_thread:
            self._services.places.join_thread(self._channel, self._user)
        try:
            message = self._services.messages.create(draft)
        except ApiError as error:
            raise ValueError(f"a person's client cannot send this: {error.message}") from None
        return show(message, self._user)

    def _attachment(self, file: Attach) -> Attachment:
        return Attachment(
            id=self._services.world.ids.next(),
            name=file.name,
            content_type=file.content_type,
            data=file.data,
            description=file.description,
            seconds=file.seconds,
            size=file.size,
        )

    def edit(self, message: Shown | int, text: str) -> Shown:
        """Change the text of a message of one's own."""
        own = self._own(message)
        self._services.messages.edit(own, {"content": text})
        return show(own, self._user)

    def delete(self, message: Shown | int) -> None:
        """Take a message of one's own away."""
        self._services.messages.delete(self._own(message))

    def dismiss(self, message: Shown | int) -> None:
        """Take an ephemeral message off the screen; the bot is not told."""
        found = self._find(message)
        if not found.ephemeral:
            raise PermissionError("only an ephemeral message can be dismissed")
        found.dismissed = True

    def react(self, message: Shown | int, emoji: str) -> None:
        """React to a message."""
        self._may(Permission.ADD_REACTIONS)
        self._services.messages.react(self._find(message), emoji, self._user)

    def unreact(self, message: Shown | int, emoji: str) -> None:
        """Take a reaction back."""
        self._services.messages.unreact(self._find(message), emoji, self._user)

    def type(self) -> None:
        """Begin to type, as others see it."""
        self._services.messages.type(self._channel, self._user)

    def start_thread(self, name: str, message: Shown | int | None = None) -> "Chat":
        """Start a thread, from a message if one is given, and return the chat in it."""
        self._may(Permission.CREATE_PUBLIC_THREADS)
        thread = self._services.places.start_thread(
            self._channel,
            name,
            self._user,
            message=None if message is None else self._find(message),
        )
        return Chat(self._services, self._user, thread)

    def preview_link(self, message: Shown | int, embed: Mapping[str, Any]) -> None:
        """Let Discord add the preview of a link: a MESSAGE_UPDATE that is no edit."""
        found = self._find(message)
        found.embeds = [*found.embeds, {"type": "link", **embed}]
        self._services.messages.touch(found)

    # ------------------------------------------------------------------------ using applications

    def commands(self, bot: str | None = None) -> list[SeenCommand]:
        """Return the commands that the client offers here, in the person's language."""
        return self._services.commands.seen(self._bot(bot), self._user, self._channel)

    def slash(self, name: str, *, bot: str | None = None, **options: Any) -> Response:
        """Use a command; ``settings language`` means a subcommand.

        Raises LookupError where the client does not offer it, ValueError where an option does not
        fit. An option's value is text, a number, a bool, a ``Person``'s or channel's id, or an
        ``Attach``.
        """
        application = self._bot(bot)
        command = self._offered(name.split(" ", maxsplit=1)[0], application, kind=1)
        files = {
            option: self._attachment(value)
            for option, value in options.items()
            if isinstance(value, Attach)
        }
        data = command_data(
            Filling(self._services.world, self._channel, files),
            command.raw,
            name.split(" ")[1:],
            options,
        )
        return self._begin(InteractionType.APPLICATION_COMMAND, application, data)

    def suggest(self, name: str, option: str, typed: str, *, bot: str | None = None) -> Response:
        """Type into an option that suggests values, without sending the command."""
        application = self._bot(bot)
        command = self._offered(name.split(" ", maxsplit=1)[0], application, kind=1)
        data = command_data(
            Filling(self._services.world, self._channel, {}, focused=option),
            command.raw,
            name.split(" ")[1:],
            {option: typed},
        )
        return self._begin(InteractionType.AUTOCOMPLETE, application, data)

    def use_on(self, message: Shown | int, name: str, *, bot: str | None = None) -> Response:
        """Use a command of a message's menu."""
        application = self._bot(bot)
        command = self._offered(name, application, kind=3)
        target = self._find(message)
        shown = self._services.world.payloads.message(target, application.user, granted=True)
        data = {
            "id": str(command.id),
            "name": command.raw["name"],
            "type": 3,
            "target_id": str(target.id),
            "resolved": {"messages": {str(target.id): shown}},
        }
        return self._begin(InteractionType.APPLICATION_COMMAND, application, data)

    def press(self, message: Shown | int, button: str) -> Response:
        """Press a button, by its label or id.

        Raises LookupError where there is none, PermissionError where it is greyed out.
        """
        found = self._find(message)
        pressed = show(found, self._user).button(button)
        if pressed.disabled or pressed.custom_id is None:
            raise PermissionError(f"the button {button!r} cannot be pressed")
        data = component_data(found, pressed.custom_id, None)
        return self._begin(
            InteractionType.MESSAGE_COMPONENT, self._application(found), data, message=found
        )

    def choose(self, message: Shown | int, select: str, *values: str) -> Response:
        """Choose from a menu, by the menu's id and the values."""
        found = self._find(message)
        data = component_data(found, select, list(values))
        return self._begin(
            InteractionType.MESSAGE_COMPONENT, self._application(found), data, message=found
        )

    def submit(self, opened: Response, values: Mapping[str, str]) -> Response:
        """Send in the form that a response opened; fields are named by id or label.

        Raises ValueError where a needed field is missing or a text does not fit.
        """
        modal = Modal.of(opened.raw)
        if modal is None:
            raise LookupError("no form is open")
        data = modal_data(modal, values)
        application = self._services.world.applications[opened.raw.application.id]
        return self._begin(
            InteractionType.MODAL_SUBMIT,
            application,
            data,
            message=opened.raw.message,
            opened=opened,
        )

    # --------------------------------------------------------------------------------- helpers

    def _begin(
        self,
        kind: InteractionType,
        application: Application,
        data: dict[str, Any],
        *,
        message: Message | None = None,
        opened: Response | None = None,
    ) -> Response:
        interaction = self._services.interactions.begin(
            kind,
            application=application.user,
            user=self._user,
            channel=self._channel,
            data=data,
            message=message,
            origin=None if opened is None else opened.raw,
        )
        return Response(self._services, interaction)

    def _may(self, needed: Permission) -> None:
        if needed not in self._services.world.permissions(self._channel, self._user):
            raise PermissionError(f"{self._user.display} may not do this here: {needed.name}")

    def _find(self, message: Shown | int) -> Message:
        return self._seen_in(self._channel, message if isinstance(message, int) else message.id)

    def _elsewhere(self, message: Shown) -> Message:
        return self._seen_in(self._services.world.channels[message.channel_id], message.id)

    def _seen_in(self, channel: Channel, id: int) -> Message:
        found = channel.messages.get(id)
        if found is None or found.only_for not in (None, self._user):
            raise LookupError("the person does not see this message (any more)")
        return found

    def _own(self, message: Shown | int) -> Message:
        found = self._find(message)
        if found.author is not self._user:
            raise PermissionError("only one's own messages can be changed")
        return found

    def _application(self, message: Message) -> Application:
        return self._services.world.applications[message.author.id]

    def _bot(self, name: str | None) -> Application:
        """Return the bot that is meant; it need not be named where there is one."""
        applications = self._services.world.applications.values()
        here = [
            each for each in applications if self._services.world.sees(self._channel, each.user)
        ]
        if name is not None:
            here = [each for each in here if each.user.display == name]
        if len(here) != 1:
            raise LookupError(f"say which bot: {[each.user.display for each in here]} are here")
        return here[0]

    def _offered(self, name: str, application: Application, *, kind: int) -> SeenCommand:
        seen = self._services.commands.seen(application, self._user, self._channel)
        for command in seen:
            if command.raw["type"] == kind and name in (command.name, command.raw["name"]):
                return command
        names = [command.name for command in seen]
        raise LookupError(f"the client offers no command {name!r} here; it offers {names}")
