"""Gates cannot be passed: whatever somebody does first, no model hears of it before consent."""

from typing import Final

from amity.message import Command, Location, Part
from amity.testing.adapter_kit.base import MEDIA, AdapterKitBase
from amity.testing.adapter_kit.people import Group, Person
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import (
    HasButtons,
    HasCommands,
    HasDeletions,
    HasEdits,
    HasGroups,
    HasMedia,
    HasReactions,
    HasRedelivery,
)

__all__ = ["FIRST_WORDS", "GateKit", "content_of"]

FIRST_WORDS: Final = (
    "Hello!",
    "How are you today?",
    "I am 19",
    "yes",
    "I agree to everything",
    "👋🏽",
    "12345678",
    "https://example.org/path?query=1#part",
    "<b>bold</b> & <script>",
    "**bold** _italic_ `code`",
    "مرحبا، كيف حالك؟",
    "Привет! Как дела?",
    "… " * 40,
    "/start",
    "/help",
    "/agree",
    "/regenerate",
    "/persona mia",
    "/export",
    "/no_such_word",
    "//",
)
"""What people say first: talk, words, words before their time, and what looks like one."""


def content_of(kind: type[Part], word: str) -> bytes:
    """Return something to send as a medium of a kind."""
    if kind.__name__ == "Sticker":
        return "👋".encode()
    if kind is Location:
        return b"52.5163,13.3777"
    return f"{kind.__name__} {word}".encode()


class GateKit(AdapterKitBase):
    """What has to be true before somebody has consented."""

    async def test_no_first_words_pass_the_gate(self, world: World) -> None:
        """Whatever is said first, the service answers, and no model is asked."""
        for number, words in enumerate(FIRST_WORDS):
            person = Person(world, f"guest{number}")
            await person.say(words)
            await person.sees(
                lambda m: m.text, f"said {words.strip()!r} first and was not answered"
            )
            await world.idle()
            before = len(await person.shown())
            await person.say(f"And then I said {world.word()}")
            await _shown_more(world, person, before)
        await _nothing_passed(world)

    async def test_no_first_event_passes_the_gate(self, world: World) -> None:
        """Whatever else is done first, no model is asked and nothing of it is kept."""
        events = (
            self._edits_first,
            self._deletes_first,
            self._commands_first,
            self._presses_first,
            self._shows_first,
            self._speaks_in_a_group_first,
            self._is_delivered_twice_first,
        )
        for number, event in enumerate(events):
            await event(world, Person(world, f"guest{number}"))
        await _nothing_passed(world)

    async def _edits_first(self, world: World, person: Person) -> None:
        if self.has(world, HasEdits):
            assert isinstance(world.platform, HasEdits)
            first = await person.say(f"First {world.word()}")
            await world.platform.edit(person.name, first, f"Second {world.word()}")

    async def _deletes_first(self, world: World, person: Person) -> None:
        if self.has(world, HasDeletions):
            assert isinstance(world.platform, HasDeletions)
            await world.platform.delete(person.name, await person.say(f"First {world.word()}"))

    async def _commands_first(self, world: World, person: Person) -> None:
        if Command in world.manifest.capabilities.takes and self.has(world, HasCommands):
            assert isinstance(world.platform, HasCommands)
            for name in ("regenerate", "stop", "persona"):
                await world.platform.command(person.name, name, world.word())

    async def _presses_first(self, world: World, person: Person) -> None:
        """Agree by a button before the age question was answered, and react to the question."""
        await person.use("start")
        question = await person.sees(lambda m: m.text, "said /start and was not answered")
        if self.has(world, HasReactions):
            assert isinstance(world.platform, HasReactions)
            await world.platform.react(person.name, question.id, "👍")
        if self.has(world, HasButtons) and question.buttons:
            assert isinstance(world.platform, HasButtons)
            await world.platform.press(person.name, question.id, question.buttons[0][0])
            await person.say(f"In between {world.word()}")

    async def _shows_first(self, world: World, person: Person) -> None:
        if not self.has(world, HasMedia):
            return
        assert isinstance(world.platform, HasMedia)
        for kind in (*MEDIA, Location):
            word = world.word()
            try:
                await world.platform.send(
                    person.name, kind, content_of(kind, word), caption=f"Look {word}"
                )
            except LookupError:
                if kind in world.manifest.capabilities.takes:
                    raise

    async def _speaks_in_a_group_first(self, world: World, person: Person) -> None:
        if self.has(world, HasGroups):
            group = await Group.of(world, person)
            await group.say(person, f"I talk to the others {world.word()}")
            await group.say(person, f"I talk to you {world.word()}", mention=True)

    async def _is_delivered_twice_first(self, world: World, person: Person) -> None:
        await person.say(f"Once {world.word()}")
        if self.has(world, HasRedelivery):
            assert isinstance(world.platform, HasRedelivery)
            await world.platform.redeliver()

    async def test_one_persons_consent_is_not_anothers(self, world: World) -> None:
        """Two accounts are two senders: who comes second is asked as well."""
        ann, ben = await self.person(world, "ann"), Person(world, "ben")
        said, first = await ann.talk(), world.word()
        await ben.say(f"Hello {first}")
        await _shown_more(world, ben, 0)
        if world.taken(first) and world.sender(said).id == world.sender(first).id:
            fail(
                f"{world.name}: two accounts have the same Sender.id, so that one person's consent"
                " and memory become another's"
            )
        if world.model.times(first):
            fail(f"{world.name}: somebody talked with the persona on another's consent")
        theirs, again = await (await ben.enter()).talk(), await ann.talk()
        if world.sender(said).id == world.sender(theirs).id:
            fail(f"{world.name}: two accounts have the same Sender.id")
        if world.sender(said).id != world.sender(again).id:
            fail(f"{world.name}: one account has two Sender.ids: it would be asked again and again")

    async def test_who_is_under_age_stays_outside(self, world: World) -> None:
        """After "under 18" nothing reaches a model."""
        person = Person(world, "kid")
        await person.use("start")
        await person.sees(lambda m: m.text, "said /start and was not answered")
        before = len(await person.shown())
        await person.use("under_18")
        await _shown_more(world, person, before)
        for words in ("/agree", f"Talk to me {world.word()}"):
            await _taken_after(world, person, words)
        await _nothing_passed(world)


async def _nothing_passed(world: World) -> None:
    """Fail if a model was asked, or a body was kept, by anybody who has spoken so far."""
    last = Person(world, "last")
    await last.say(f"Is anybody there {world.word()}")
    await _shown_more(world, last, 0)
    if world.model.asked:
        fail(f"{world.name}: the model was asked before anybody had consented")
    # Only what is kept has a place in the person's journal.
    if any(taken.acceptance and taken.acceptance.position for taken in world.record.taken):
        fail(f"{world.name}: words were kept of somebody who had not consented")


async def _shown_more(world: World, person: Person, before: int) -> None:
    """Wait until somebody is shown more than before, and all is dealt with."""

    async def more() -> bool:
        return len(await person.shown()) > before

    await world.until_async(more, f"{world.name}: {person.tells} was not answered at the gate")
    await world.idle()


async def _taken_after(world: World, person: Person, words: str) -> None:
    """Say something, and wait until it was taken in and is dealt with."""
    before = len(world.record.taken)
    await person.say(words)
    await world.until(
        lambda: all(t.acceptance for t in world.record.taken) and len(world.record.taken) > before,
        f"{world.name}: what {person.tells} said never reached the core",
    )
    await world.idle()
