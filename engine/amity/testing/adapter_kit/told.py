"""What a platform tells beside messages: edits, deletions, reactions, presses, commands."""

from amity.message import Button, Buttons, Choice, Command, Event, Inbound
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import MINUTES, Person
from amity.testing.adapter_kit.watch import declaration
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import (
    HasButtons,
    HasCommands,
    HasDeletions,
    HasEdits,
    HasReactions,
    HasRedelivery,
)

__all__ = ["ToldKit"]


class ToldKit(AdapterKitBase):
    """What an adapter hands in beside plain messages."""

    async def test_edits(self, world: World) -> None:
        """An edited message reaches the core under its old id, and is answered anew."""
        if not self.has(world, HasEdits):
            return
        assert isinstance(world.platform, HasEdits)
        ann, old = await self.person(world), world.word()
        message = await ann.say(f"My first words {old}")
        await ann.answered(old)
        original = world.taken(old)[0].inbound
        for what in ("an edited message", "a message that was edited twice"):
            new = world.word()
            await world.platform.edit(ann.name, message, f"My other words {new}")
            if not await self._told(world, ann, new, Event.EDITED, what):
                return
            edited = world.taken(new)[0].inbound
            if edited.event is not Event.EDITED:
                fail(f"{world.name} hands in {what} as a new message: its event must be EDITED")
            if (edited.id, edited.address) != (original.id, original.address):
                fail(f"{world.name} hands in {what} under another id than it was said under")
            if abs(edited.time - world.engine.clock.now()) > MINUTES:
                fail(f"{world.name}: of {what}, Inbound.time must be the time of the edit")
            await ann.reads(new, f"edited the last message, and {what} was not answered anew")
            await world.idle()

    async def test_an_edit_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        """Also of an edit the second delivery is told from a second edit."""
        if not world.manifest.capabilities.edits or not self.has(world, HasEdits):
            return
        if not self.has(world, HasRedelivery):
            return
        assert isinstance(world.platform, HasEdits)
        assert isinstance(world.platform, HasRedelivery)
        ann, new = await self.person(world), world.word()
        message = await ann.say(f"My first words {world.word()}")
        await ann.sees(lambda m: "My first words" in m.text, "was not answered")
        await world.idle()
        await world.platform.edit(ann.name, message, f"My other words {new}")
        await ann.answered(new)
        before = await ann.times(new)
        await world.platform.redeliver()
        await ann.talk()
        if await ann.times(new) > before:
            fail(f"{world.name}: an edit that was delivered twice was answered twice")

    async def test_deletions(self, world: World) -> None:
        """A deleted message reaches the core under its old id, and is not remembered."""
        if not self.has(world, HasDeletions):
            return
        assert isinstance(world.platform, HasDeletions)
        ann, gone = await self.person(world), world.word()
        world.model.will_say("All right.")
        message = await ann.say(f"I take this back {gone}")
        await ann.reads("All right.", "was not answered")
        await world.idle()
        await world.platform.delete(ann.name, message)
        original = world.taken(gone)[0].inbound
        if not await self._told(world, ann, "", Event.DELETED, "a deleted message"):
            return
        deleted = self._events(world, Event.DELETED)[0]
        if (deleted.id, deleted.address) != (original.id, original.address):
            fail(f"{world.name} hands in a deletion under another id than it was said under")
        if deleted.parts:
            fail(f"{world.name} hands in a deletion with parts: what was deleted is not to be kept")
        await world.idle()
        world.model.asked.clear()
        await ann.talk()
        if gone in world.model.heard:
            fail(f"{world.name}: a message was deleted, and the model was told of it afterwards")

    async def test_reactions(self, world: World) -> None:
        """A reaction names the message and the emoji, and is told when it is taken off again."""
        if not self.has(world, HasReactions):
            return
        assert isinstance(world.platform, HasReactions)
        ann, word = await self.person(world), world.word()
        await ann.say(f"Answer me {word}")
        shown = await ann.answered(word)
        for removed in (False, True):
            await world.platform.react(ann.name, shown.id, "👍", remove=removed)
            what = "a reaction that was taken off" if removed else "a reaction"
            if not await self._told(world, ann, "", Event.REACTION, what, number=1 + removed):
                return
            reaction = self._events(world, Event.REACTION)[-1].reaction
            if reaction is None or reaction.emoji != "👍" or reaction.removed is not removed:
                fail(f"{world.name} hands in {what} without what it is (Inbound.reaction)")
            ids = [i for s in world.sent(word) if s.receipt for i in s.receipt.message_ids]
            if reaction.message_id not in ids:
                fail(
                    f"{world.name} hands in {what} on a message id that no receipt has named"
                    " (Receipt.message_ids)"
                )

    async def test_buttons(self, world: World) -> None:
        """Buttons are shown with their labels, and pressing one is what it stands for."""
        buttons = world.manifest.capabilities.buttons
        ann = await self.person(world)
        await ann.use("delete_me")
        if not buttons:
            await ann.reads("/delete_me yes", "was not told what to type in place of a button")
            if any(message.buttons for message in await ann.shown()):
                fail(f"{world.name} shows buttons, but does not declare them")
            return
        await world.until(lambda: _questions(world), f"{world.name}: /delete_me was not answered")
        if not self.has(world, HasButtons):
            return
        assert isinstance(world.platform, HasButtons)
        rows = _questions(world)[-1]
        labels = tuple(tuple(button.label for button in row) for row in rows)
        question = await ann.sees(
            lambda m: m.buttons == labels,
            lambda: f"was not shown the buttons {labels} in their rows",
        )
        cancel = rows[0][1]
        await world.platform.press(ann.name, question.id, cancel.label)

        presses = await world.until(
            lambda: _choices(world, cancel.command),
            f"{world.name} declares buttons, but a pressed button never reached the core as a"
            " Choice",
        )
        choice = next(part for part in presses[0].parts if isinstance(part, Choice))
        if choice.argument != cancel.argument:
            fail(f"{world.name}: a button lost its argument on the way")
        await world.idle()
        await ann.talk()

    async def test_a_button_can_be_pressed_twice(self, world: World) -> None:
        """Two presses are two events: each has an id of its own."""
        if not world.manifest.capabilities.buttons or not self.has(world, HasButtons):
            return
        assert isinstance(world.platform, HasButtons)
        ann = await self.person(world)
        await ann.use("delete_me")
        await world.until(lambda: _questions(world), f"{world.name}: /delete_me was not answered")
        label = _questions(world)[-1][0][1].label
        question = await ann.sees(
            lambda m: any(label in row for row in m.buttons), f'was not shown the button "{label}"'
        )
        for number in (1, 2):
            await world.platform.press(ann.name, question.id, label)

            def enough(number: int = number) -> bool:
                return len(_choices(world, "delete_me")) >= number

            await world.until(
                enough, f"{world.name}: the press number {number} of a button was not handed in"
            )
        first, second = _choices(world, "delete_me")[:2]
        if first.id == second.id:
            fail(f"{world.name}: two presses of a button have the same Inbound.id")

    async def test_commands_of_the_platform(self, world: World) -> None:
        """What the platform parses as a command is a ``Command``, its argument intact."""
        if Command not in world.manifest.capabilities.takes or not self.has(world, HasCommands):
            return
        assert isinstance(world.platform, HasCommands)
        ann, word = await self.person(world), world.word()
        await world.platform.command(ann.name, "persona", f"nobody {word}")
        taken = await world.arrived(
            word, f"{world.name} takes Command, but a command never reached the core"
        )
        if not any(
            isinstance(part, Command)
            and part.name == "persona"
            and part.argument.reveal() == f"nobody {word}"
            for part in taken.inbound.parts
        ):
            fail(f"{world.name}: a command of the platform lost its name or its argument")

    async def _told(
        self,
        world: World,
        person: Person,
        word: str,
        event: Event,
        what: str,
        *,
        number: int = 1,
    ) -> bool:
        """Wait for an event where it is declared; elsewhere see that it is not used."""
        capability, declared = declaration(event, world.manifest.capabilities)

        def told() -> bool:
            return bool(world.taken(word)) if word else len(self._events(world, event)) >= number

        if not declared:
            after = world.word()
            await person.say(f"And then {after}")
            await world.arrived(after)
            if self._events(world, event):
                fail(f"{world.name} hands in {what}, but does not declare {capability}")
            return False
        await world.until(
            told, f"{world.name} declares {capability}, but {what} never reached the core"
        )
        return True

    @staticmethod
    def _events(world: World, event: Event) -> list[Inbound]:
        return [t.inbound for t in world.record.taken if t.inbound.event is event]


def _questions(world: World) -> list[tuple[tuple[Button, ...], ...]]:
    """Return the rows of buttons that ask whether to delete, as the core handed them out."""
    return [
        part.rows
        for sent in world.record.sent
        if sent.receipt is not None
        for part in sent.outbound.parts
        if isinstance(part, Buttons) and part.rows[0][0].command == "delete_me"
    ]


def _choices(world: World, command: str) -> list[Inbound]:
    """Return the presses of a button that reached the core."""
    return [
        taken.inbound
        for taken in world.record.taken
        if any(isinstance(p, Choice) and p.command == command for p in taken.inbound.parts)
    ]
