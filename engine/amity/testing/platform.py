"""A platform under test, seen from its people's side: what a driver offers to the adapter kit.

A driver is a fake of the platform (a server of its protocol, a folder) with these methods beside
it. It stands below the adapter, where the real platform would, and the kit plays the people on it::

    class TestLines(AdapterKit):
        manifest = LINES

        @pytest.fixture
        async def platform(self) -> AsyncIterator[FakeLines]:
            async with FakeLines() as platform:
                yield platform

``Platform`` is what every driver has. Each ``Has…`` below is what a capability of the manifest, or
a method of the adapter, needs in order to be proven; ``NEEDS`` in ``amity.testing`` says which.
People are called by names that the kit makes up (``ann``); an account of that name is made when it
is first used, with English as its language. Ids of messages, groups and threads are the driver's
own words: unique on the platform, and given back to it as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from amity.message import Part

__all__ = [
    "Fault",
    "HasAddress",
    "HasButtons",
    "HasCommands",
    "HasCredentials",
    "HasDeletions",
    "HasEdits",
    "HasFaults",
    "HasGroups",
    "HasMedia",
    "HasMenu",
    "HasMoves",
    "HasOutages",
    "HasReactions",
    "HasRedelivery",
    "HasThreads",
    "HasTyping",
    "Platform",
    "Shown",
    "ShownMedia",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMedia:
    """A medium that a person is shown.

    Attributes:
        kind: What it is shown as: ``Image``, ``Voice``, ``Audio``, ``Video``, ``File``.
        content: Its bytes, as the person would save them.
        name: Its file name; empty where the platform shows none.
    """

    kind: type[Part]
    content: bytes
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message of the bot as one person reads it at this moment.

    Attributes:
        id: The driver's id of it.
        text: The words as they are read: without marks such as ``**``, with a caption's words.
        written: The same as it was sent, marks included, where that is what the platform's limit
            counts; empty where ``text`` is.
        buttons: The labels of its buttons, in rows.
        media: The media in it.
        quotes: The id of the message that it quotes; empty if it quotes none.
        private: True if others share the chat and only this person sees it.
        writing: True for words that the platform shows as still being written, beside its
            messages. A message that is edited while it grows is a message: false.
    """

    id: str
    text: str
    written: str = ""
    buttons: tuple[tuple[str, ...], ...] = ()
    media: tuple[ShownMedia, ...] = ()
    quotes: str = ""
    private: bool = False
    writing: bool = False


class Platform(Protocol):
    """What every driver offers."""

    def options(self) -> Mapping[str, Any]:
        """Return the adapter's own keys of a configured channel, so that it reaches this platform.

        Asked before each start of Amity; the values stay good over restarts.
        """
        ...

    async def say(self, who: str, text: str, *, reply_to: str = "") -> str:
        """Have a person write to the bot in their private chat; return the message's id.

        It returns once the platform has the message, whether or not Amity is there to take it.
        ``reply_to`` is the id of a message that it answers; a platform without such a thing
        ignores it.
        """
        ...

    async def shown(self, who: str) -> Sequence[Shown]:
        """Return what the bot shows in a person's private chat now, oldest first.

        What was deleted is not in it; what was edited is in it once, as it reads now.
        """
        ...


@runtime_checkable
class HasButtons(Protocol):
    """People can press buttons. Needed for ``Capabilities.buttons``."""

    async def press(self, who: str, message: str, label: str) -> None:
        """Have a person press a button of a message that they are shown, by its label.

        Returns once the platform has it. Raises ``LookupError`` where there is no such button.
        """
        ...


@runtime_checkable
class HasCommands(Protocol):
    """People can give commands that the platform parses. Needed where ``takes`` has ``Command``."""

    async def command(self, who: str, name: str, argument: str = "") -> str:
        """Have a person give a command, without its slash, in their private chat; return its id."""
        ...


@runtime_checkable
class HasEdits(Protocol):
    """People can edit what they said. Needed for ``Capabilities.edits``."""

    async def edit(self, who: str, message: str, text: str) -> None:
        """Have a person put other words in the place of a message of theirs."""
        ...


@runtime_checkable
class HasDeletions(Protocol):
    """People can delete what they said. Needed for ``Capabilities.deletions``."""

    async def delete(self, who: str, message: str) -> None:
        """Have a person delete a message of theirs."""
        ...


@runtime_checkable
class HasReactions(Protocol):
    """There are reactions. Needed for ``Capabilities.reactions`` and ``SupportsReactions``."""

    async def react(self, who: str, message: str, emoji: str, *, remove: bool = False) -> None:
        """Have a person put a reaction on a message of the bot, or take it off again."""
        ...

    async def reactions(self, message: str) -> Sequence[str]:
        """Return the emoji that the bot put on a message."""
        ...


@runtime_checkable
class HasMedia(Protocol):
    """People can send more than words. Needed where ``takes`` has more than words and choices."""

    async def send(
        self, who: str, kind: type[Part], content: bytes, *, name: str = "", caption: str = ""
    ) -> str:
        """Have a person send a medium of a kind in their private chat; return the message's id.

        For a ``Sticker`` the content is its emoji in UTF-8; for a ``Location`` two numbers in
        ASCII, such as ``52.51,13.41``, which the driver sends as coordinates. A platform that has
        no file names or captions leaves them out. Raises ``LookupError`` for a kind that people
        cannot send on this platform, whatever the adapter would make of it.
        """
        ...

    async def lose(self, message: str) -> None:
        """Lose the file of a message: the platform does not have it any more."""
        ...


@runtime_checkable
class HasGroups(Protocol):
    """Several people can share a chat with the bot. Needed for ``Capabilities.groups``."""

    async def make_group(self, *people: str, adult: bool = False) -> str:
        """Put people and the bot into a new shared chat; return its id.

        ``adult`` marks it as a place for adults, where the platform has such a mark.
        """
        ...

    async def say_in(
        self, where: str, who: str, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        """Have a member write into a group or thread; return the message's id.

        With ``mention`` the message mentions the bot as people on this platform do; the driver adds
        what it takes (a leading ``@name``).
        """
        ...

    async def shown_in(self, where: str, who: str) -> Sequence[Shown]:
        """Return what the bot shows to a member in a group or thread now, oldest first."""
        ...


@runtime_checkable
class HasThreads(Protocol):
    """A group can have threads or topics. Needed for ``Capabilities.threads``."""

    async def make_thread(self, group: str) -> str:
        """Open a thread in a group; return its id, which can stand wherever a group's does."""
        ...


@runtime_checkable
class HasMoves(Protocol):
    """The platform makes another chat of a group, with another id and other message ids.

    Nothing needs it: an adapter is tested for it where the driver has it.
    """

    async def make_movable_group(self, *people: str) -> str:
        """Put people and the bot into a new group of which another chat can be made."""
        ...

    async def move_group(self, group: str) -> str:
        """Make another chat of it, with the same people; return that one's id."""
        ...


@runtime_checkable
class HasTyping(Protocol):
    """People see that the bot is typing. Needed for ``SupportsTyping``."""

    async def typing(self, who: str) -> int:
        """Return how many times it was shown in a person's private chat so far."""
        ...


@runtime_checkable
class HasMenu(Protocol):
    """The platform shows a menu of commands. Needed for ``SupportsMenu``."""

    async def menu(self, language: str) -> Mapping[str, str]:
        """Return the commands, without their slash, and what the menu says of each in a language.

        A language that has no menu of its own is shown the common one.
        """
        ...


@runtime_checkable
class HasRedelivery(Protocol):
    """The platform can deliver an event twice, as all do when an acknowledgement is lost."""

    async def redeliver(self) -> None:
        """Deliver the last event of any person once more, exactly as it was."""
        ...


@runtime_checkable
class HasOutages(Protocol):
    """The platform can be out of reach, and does not lose what is said meanwhile.

    It delivers that later by itself, or can be asked for it by the adapter. It does the same
    for an Amity that is not running, and for events that were delivered and never
    acknowledged.
    """

    async def disconnect(self) -> None:
        """Break every connection to the adapter, and take none until ``reconnect``."""
        ...

    async def reconnect(self) -> None:
        """Be there again."""
        ...


class Fault(StrEnum):
    """How a platform can fail when the adapter sends a message."""

    RETRY_AFTER = "it asks to wait"  # shows nothing; says for how long
    FORBIDDEN = "the person does not want the bot"  # shows nothing, and never will
    GONE = "the chat is not there any more"  # shows nothing, and never will
    REFUSED = "it does not take the message"  # shows nothing: malformed, or against its rules
    SERVER_ERROR = "it has an error of its own"  # shows nothing; the same may work later
    LOST_ANSWER = "it shows the message, and its answer is lost"
    SLOW = "it shows the message, and answers after some seconds"


@runtime_checkable
class HasFaults(Protocol):
    """Sending can fail on demand."""

    @property
    def faults(self) -> frozenset[Fault]:
        """The ways in which this platform can fail."""
        ...

    async def fail(self, fault: Fault, *, times: int = 1, seconds: float = 1.0) -> None:
        """Fail the next messages that the adapter sends, in this way.

        Typing and drafts that are no messages are left alone. ``seconds`` is the wait that
        ``RETRY_AFTER`` asks for, and the silence of ``SLOW``.
        """
        ...


@runtime_checkable
class HasCredentials(Protocol):
    """The platform lets a bot in by a secret, such as a token."""

    def wrong_options(self) -> Mapping[str, Any]:
        """Return what ``options`` returns, with a secret that the platform does not know."""
        ...


@runtime_checkable
class HasAddress(Protocol):
    """The platform calls Amity, so it has to know where (webhooks, pages)."""

    async def served_at(self, url: str) -> None:
        """Take note of the address under which the adapter's routes will be served.

        Called before ``options``, without a slash at the end; it stays the same over restarts.
        """
        ...
