"""Nothing of one person is shown to another, and nothing of anybody is in a log."""

import asyncio
import re
from collections.abc import Iterator
from typing import Final

from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import Group, Person
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import (
    HasButtons,
    HasEdits,
    HasFaults,
    HasGroups,
    HasOutages,
    HasRedelivery,
)

__all__ = ["PrivacyKit"]

_CROWD: Final = 5
_SHORTEST: Final = 4  # characters of an id; a shorter one is found anywhere


class PrivacyKit(AdapterKitBase):
    """What an adapter must not let out."""

    async def test_nothing_of_one_is_shown_to_another(self, world: World) -> None:
        """Many who talk at once are each shown what is meant for them."""
        people = [Person(world, name) for name in ("ann", "ben", "eve", "joe", "kim")[:_CROWD]]
        await asyncio.gather(*(person.enter() for person in people))
        words = {person: [world.word() for _ in range(3)] for person in people}

        async def talk(person: Person) -> None:
            for word in words[person]:
                await person.say(f"This is mine {word}")

        await asyncio.gather(*map(talk, people))
        every = [word for person in people for word in words[person]]
        await world.until(
            lambda: all(world.sent(word) for word in every),
            f"{world.name}: not everybody of {_CROWD} who talked at once was answered",
        )
        await world.idle()
        for person in people:
            text = await person.text()
            for other in people:
                if other is not person and any(word in text for word in words[other]):
                    fail(f"{world.name}: one person was shown what was meant for another")
        for person in people:
            for word in words[person]:
                await person.once(word, f"{world.name}: one message was answered more than once")
        senders = {world.sender(words[person][0]).id for person in people}
        chats = {world.address(words[person][0]).chat for person in people}
        if len(senders) < _CROWD or len(chats) < _CROWD:
            fail(f"{world.name}: two people have the same Sender.id, or the same private chat")

    async def test_nothing_of_people_is_logged(self, world: World) -> None:
        """At the most talkative level there is no text, no name and no id of anybody in a log."""
        ann = await self.person(world)
        message = await ann.say(f"I trust you {world.word()}")
        await world.idle()
        platform = world.platform
        if isinstance(platform, HasEdits):
            await platform.edit(ann.name, message, f"I trust you still {world.word()}")
        if isinstance(platform, HasRedelivery):
            await platform.redeliver()
        if world.manifest.capabilities.buttons and isinstance(platform, HasButtons):
            await ann.use("delete_me")
            asked = await ann.sees(lambda m: m.buttons, "was not asked back by /delete_me")
            await platform.press(ann.name, asked.id, asked.buttons[-1][-1])
        if world.manifest.capabilities.groups and isinstance(platform, HasGroups):
            group = await Group.of(world, ann)
            await group.say(ann, f"Hello bot {world.word()}", mention=True)
        await ann.talk()
        await self._let_go_wrong(world, ann)
        self._clean(world)

    async def _let_go_wrong(self, world: World, ann: Person) -> None:
        """Let all go wrong that can: errors are where texts and ids get into logs."""
        platform = world.platform
        if isinstance(platform, HasFaults):
            for fault in platform.faults:
                guest, word = await self.person(world, "guest"), world.word()
                await platform.fail(fault, seconds=0.5)
                await guest.say(f"Answer me {word}")
                await world.arrived(word)
                await world.idle()
        if isinstance(platform, HasOutages):
            await platform.disconnect()
            await ann.say(f"Are you there {world.word()}")
            await platform.reconnect()
            await ann.talk()
        await world.stop()
        await world.start()

    @staticmethod
    def _clean(world: World) -> None:
        for where, text in (("a log", world.log), ("what it prints", world.printed.getvalue())):
            if any(word in text for word in world.tokens):
                fail(f"{world.name}: what people say, or are called, is in {where}")
            for what, id in _ids(world):
                if len(id) >= _SHORTEST and re.search(rf"(?<!\w){re.escape(id)}(?!\w)", text):
                    fail(f"{world.name}: {what} is in {where}")


def _ids(world: World) -> Iterator[tuple[str, str]]:
    """Yield the platform's ids that passed, each with what it is."""
    for taken in world.record.taken:
        inbound = taken.inbound
        yield "the id of an account", inbound.sender.id
        yield "the id of a chat", inbound.address.chat
        yield "the id of a thread", inbound.address.thread or ""
        yield "the id of a message", inbound.id
    for sent in world.record.sent:
        for id in sent.receipt.message_ids if sent.receipt else ():
            yield "the id of a message", id
