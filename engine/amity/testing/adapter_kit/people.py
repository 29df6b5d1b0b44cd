"""People on the platform under test, as the kit plays them."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast

from amity.message import text_of
from amity.render import length
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import HasButtons, HasGroups, Shown

__all__ = ["MINUTES", "Group", "Person", "last_error", "plain", "why_unanswered"]

MINUTES: Final = 10 * 60_000
"""Milliseconds by which the clock of a platform may differ."""

_LABELS: Final = {"i_am_18": "gate.age.adult", "agree": "gate.consent.agree"}
_LANGUAGE: Final = "en"


def plain(text: str) -> str:
    """Return the words of a text with one space between them, without marks."""
    return " ".join(re.findall(r"\w+", text))


class Person:
    """Somebody with an account on the platform.

    Attributes:
        name: What the driver is told.
        tells: Words by which sentences call them.
    """

    def __init__(self, world: World, tells: str) -> None:
        self.world = world
        self.tells = tells
        # Names differ from test to test: one that shows up where it must not is no accident.
        self.name = f"{tells}{world.word()}"

    # --- what they do

    async def say(self, text: str, *, reply_to: str = "") -> str:
        """Write to the bot in private; return the message's id."""
        return await self.world.platform.say(self.name, text, reply_to=reply_to)

    async def use(self, word: str) -> str:
        """Type a word such as ``/help``."""
        return await self.say(f"/{word}")

    async def choose(self, command: str) -> None:
        """Answer a question of the gate: by its button, or typed where there are no buttons."""
        world = self.world
        buttons = world.manifest.capabilities.buttons
        label = world.engine.services.text(_LANGUAGE, _LABELS[command])

        def offers(message: Shown) -> bool:
            if buttons:
                return any(label in row for row in message.buttons)
            return f"/{command}" in message.text

        wanted = f'the button "{label}"' if buttons else f"/{command}"
        question = await self.sees(offers, f"was never shown {wanted}, with which the gate asks")
        if buttons and isinstance(world.platform, HasButtons):
            await world.platform.press(self.name, question.id, label)
        else:
            await self.use(command)

    async def enter(self) -> "Person":
        """Go through the gate, to the persona's greeting."""
        await self.use("start")
        await self.choose("i_am_18")
        await self.choose("agree")
        await self.greeted()
        return self

    async def greeted(self) -> None:
        """Wait until the persona has greeted them."""
        services = self.world.engine.services
        greeting = services.personas["mia"].greeting_in(_LANGUAGE, services.called(None, _LANGUAGE))
        await self.reads(greeting, "agreed and was not greeted")
        await self.world.idle()

    async def talk(self, text: str = "") -> str:
        """Say something and wait for the persona's answer, which repeats it; return the word."""
        word = self.world.word()
        await self.say(f"{text or 'Hello there'} {word}")
        await self.answered(word)
        return word

    # --- what they see

    async def shown(self) -> Sequence[Shown]:
        """Return what the bot shows them in private now."""
        return await self.world.platform.shown(self.name)

    async def text(self) -> str:
        """Return all that they read in private."""
        return "\n".join(message.text for message in await self.shown())

    async def sees(
        self, fits: Callable[[Shown], object], sentence: str | Callable[[], str]
    ) -> Shown:
        """Wait until they are shown a message that fits, and return the newest."""

        async def look() -> Shown | None:
            return next((m for m in reversed(await self.shown()) if fits(m)), None)

        return await self._wait(look, sentence)

    async def reads(self, text: str, sentence: str | Callable[[], str]) -> Shown:
        """Wait until they read a text in finished messages; return the newest that has some of it.

        Where messages are short, a text comes in several.
        """
        words = plain(text)

        async def look() -> Shown | None:
            shown = [m for m in await self.shown() if not m.writing]
            whole = next((m for m in reversed(shown) if words in plain(m.text)), None)
            if whole is None and words in plain(" ".join(m.text for m in shown)):
                return shown[-1]
            return whole

        return await self._wait(look, sentence)

    async def _wait(
        self, look: Callable[[], Awaitable[Shown | None]], sentence: str | Callable[[], str]
    ) -> Shown:
        def worded() -> str:
            words = sentence if isinstance(sentence, str) else sentence()
            return f"{self.world.name}: {self.tells} {words}{last_error(self.world)}"

        return cast("Shown", await self.world.until_async(look, worded))

    async def answered(self, word: str) -> Shown:
        """Wait until an answer with a word is shown and nothing is left to do."""
        shown = await self.reads(word, lambda: why_unanswered(self.world, word))
        await self.world.idle()
        return shown

    async def times(self, word: str) -> int:
        """Return how many finished messages with a word they are shown."""
        return sum(word in m.text for m in await self.shown() if not m.writing)

    async def once(self, word: str, sentence: str) -> None:
        """Fail unless exactly one message shows a word; the sentence speaks of more than one."""
        number = await self.times(word)
        if number == 0:
            fail(f"{self.world.name}: {self.tells} {why_unanswered(self.world, word)}")
        if number > 1:
            fail(sentence)


class Group:
    """A chat that people share."""

    def __init__(self, world: World, where: str) -> None:
        self.world = world
        self.where = where
        assert isinstance(world.platform, HasGroups)
        self._platform: HasGroups = world.platform

    @classmethod
    async def of(cls, world: World, *people: Person, adult: bool = False) -> "Group":
        """Open one."""
        assert isinstance(world.platform, HasGroups)
        where = await world.platform.make_group(*(p.name for p in people), adult=adult)
        return cls(world, where)

    async def say(
        self, person: Person, text: str, *, mention: bool = False, reply_to: str = ""
    ) -> str:
        """Have a member write; return the message's id."""
        return await self._platform.say_in(
            self.where, person.name, text, mention=mention, reply_to=reply_to
        )

    async def shown(self, person: Person) -> Sequence[Shown]:
        """Return what a member is shown in it."""
        return await self._platform.shown_in(self.where, person.name)

    async def reads(self, person: Person, word: str, sentence: str) -> Shown:
        """Wait until a member reads a word in it."""

        async def look() -> Shown | None:
            return next((m for m in await self.shown(person) if word in m.text), None)

        return cast("Shown", await self.world.until_async(look, sentence))


def last_error(world: World) -> str:
    """Say which error of sending came last, since it may be why something is not shown."""
    failed = [sent for sent in world.record.sent[-10:] if sent.error is not None]
    if not failed:
        return ""
    can, said = world.manifest.capabilities, text_of(failed[-1].outbound.parts)
    size = f"{length(said.reveal(), can.text_unit)} {can.text_unit.value}"
    return f" (a message of {size} failed with {type(failed[-1].error).__name__})"


def why_unanswered(world: World, word: str) -> str:
    """Say how far an answer came that somebody waits for in vain."""
    taken, sent = world.taken(word), world.sent(word)
    if not taken and not sent:
        return "said something that never reached the core"
    if not sent:
        return "said something that was taken in and never answered"
    last = sent[-1]
    if last.raised is not None:
        return f"was not shown an answer: send raised {type(last.raised).__name__}"
    if last.receipt is None:
        return "was not shown an answer: send did not return"
    if last.receipt.error is not None:
        return (
            f"was not shown an answer: the receipt says {last.receipt.outcome.value},"
            f" {type(last.receipt.error).__name__}"
        )
    return f"was not shown an answer, though its receipt says {last.receipt.outcome.value}"
