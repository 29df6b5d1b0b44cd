"""Groups and threads: whom the bot is meant for, who may read what, and where answers go."""

from amity.message import Inbound, Outcome, Receipt, text_of
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import Group, Person, plain
from amity.testing.adapter_kit.record import Sent
from amity.testing.adapter_kit.shown import outbound
from amity.testing.adapter_kit.world import World, fail, words_of
from amity.testing.platform import HasButtons, HasGroups, HasMoves, HasThreads, Shown

__all__ = ["GroupKit"]


class GroupKit(AdapterKitBase):
    """What an adapter does where several people are."""

    async def test_groups(self, world: World) -> None:
        """In a group the bot is meant by mention or reply; it answers there, and quotes."""
        if not self.has(world, HasGroups):
            return
        ann, ben = await self.person(world, "ann"), await self.person(world, "ben")
        group, word = await Group.of(world, ann, ben), world.word()
        message = await group.say(ann, f"Hello bot {word}", mention=True)
        if not world.manifest.capabilities.groups:
            await self._marker(world, ann)
            if world.taken(word):
                fail(f"{world.name} hands in what is said in groups, but does not declare groups")
            return
        taken = await world.arrived(
            word, f"{world.name} declares groups, but a mention in a group never reached the core"
        )
        self._is_of_group(world, taken.inbound, private=world.address(await ann.talk()).chat)
        shown = await group.reads(
            ben, word, f"{world.name}: a mention in a group was not answered in the group"
        )
        if any(word in m.text for m in await ann.shown()):
            fail(f"{world.name}: an answer in a group is shown in a private chat as well")
        if world.manifest.capabilities.quotes and shown.quotes != message:
            fail(
                f"{world.name} declares quotes, but the answer in a group does not quote what it"
                " answers"
            )
        reply = world.word()
        await group.say(ben, f"And me {reply}", reply_to=shown.id)
        await world.arrived(
            reply, f"{world.name}: a reply to a message of the bot in a group is not handed in"
        )
        inbound = world.taken(reply)[0].inbound
        ids = [i for s in world.sent(word) if s.receipt for i in s.receipt.message_ids]
        if not inbound.addressed:
            fail(
                f"{world.name}: a reply to a message of the bot does not say that the bot is meant"
            )
        if inbound.reply_to not in ids:
            fail(f"{world.name}: a reply in a group does not say what it answers (reply_to)")
        await group.reads(ben, reply, f"{world.name}: a reply to the bot in a group is unanswered")

    async def test_what_is_not_for_the_bot_stays_among_people(self, world: World) -> None:
        """What members say to each other is not answered and reaches no model."""
        if not world.manifest.capabilities.groups or not self.has(world, HasGroups):
            return
        ann, ben = await self.person(world, "ann"), await self.person(world, "ben")
        group, secret, word = await Group.of(world, ann, ben), world.word(), world.word()
        await group.say(ann, f"Between us {secret}")
        await group.say(ben, f"Hello bot {word}", mention=True)
        await group.reads(ann, word, f"{world.name}: a mention in a group was not answered")
        await world.idle()
        if any(taken.inbound.addressed for taken in world.taken(secret)):
            fail(
                f"{world.name}: what members say to each other is handed in as if the bot were"
                " meant (addressed)"
            )
        if secret in world.model.heard:
            fail(f"{world.name}: the model was told what members said to each other")

    async def test_strangers_in_a_group_are_shown_the_way_in(self, world: World) -> None:
        """Who has not consented is shown where to begin, once, and is not processed beyond that."""
        can = world.manifest.capabilities
        if not can.groups or not self.has(world, HasGroups):
            return
        ann, eve = await self.person(world, "ann"), Person(world, "eve")
        group, words = await Group.of(world, ann, eve), [world.word() for _ in range(2)]
        for word in words:
            await group.say(eve, f"Hello bot {word}", mention=True)
            await world.arrived(word)
        after = world.word()
        await group.say(ann, f"Hello bot {after}", mention=True)
        await group.reads(ann, after, f"{world.name}: a mention in a group was not answered")
        await world.idle()
        if any(word in world.model.heard for word in words):
            fail(f"{world.name}: the model was told what somebody said who had not consented")
        label = world.engine.services.text("en", "gate.group_button")
        links = [m for m in await group.shown(eve) if any(label in row for row in m.buttons)]
        if can.buttons and not links:
            fail(f"{world.name}: somebody new in a group was not shown the button to begin")
        if len(links) > 1:
            fail(f"{world.name}: somebody new in a group was shown the way in more than once")
        if can.buttons and self.has(world, HasButtons):
            await self._begins_in_private(world, group, eve, ann, links[0])

    async def _begins_in_private(
        self, world: World, group: Group, eve: Person, ann: Person, link: Shown
    ) -> None:
        """A private button leads to where nobody else reads along."""
        assert isinstance(world.platform, HasButtons)
        adult = world.engine.services.text("en", "gate.age.adult")
        await world.platform.press(eve.name, link.id, link.buttons[0][0])

        async def asked() -> bool:
            shown = [*await eve.shown(), *await group.shown(eve)]
            return any(adult in row for m in shown for row in m.buttons)

        await world.until_async(
            asked,
            f"{world.name}: a private button in a group leads nowhere: to the person's own chat, or"
            " to an answer that only they see",
        )
        if any(adult in row for m in await group.shown(ann) for row in m.buttons):
            fail(f"{world.name}: what a private button leads to is shown to the whole group")

    async def test_words_in_a_group(self, world: World) -> None:
        """A word that is said to the bot in a group is a word, its answer for one person only."""
        can = world.manifest.capabilities
        if not can.groups or not self.has(world, HasGroups):
            return
        ann, ben = await self.person(world, "ann"), await self.person(world, "ben")
        group, after = await Group.of(world, ann, ben), world.word()
        sent = len(world.record.sent)
        await group.say(ann, "/settings", mention=True)
        await group.say(ann, f"Hello bot {after}", mention=True)
        await group.reads(ben, after, f"{world.name}: a mention in a group was not answered")
        await world.idle()
        if world.model.times("/settings"):
            fail(
                f"{world.name}: /settings, said to the bot in a group, reached the model as talk:"
                " take the mention of the bot off the text"
            )
        answers = [s for s in world.record.sent[sent:] if after not in words_of(s)]
        if not answers:
            fail(f"{world.name}: /settings, said to the bot in a group, was not answered")
        read = plain("\n".join(m.text for m in [*await group.shown(ben), *await ben.shown()]))
        for answer in answers:
            if answer.outbound.private and plain(_text(answer))[:40] in read:
                fail(f"{world.name}: a private reply in a group is shown to others")

    async def test_private_replies(self, world: World) -> None:
        """A message in a group that is private is shown to one person, there or in their chat."""
        can = world.manifest.capabilities
        if not can.groups or not self.has(world, HasGroups):
            return
        ann, ben = await self.person(world, "ann"), await self.person(world, "ben")
        group, word, secret = await Group.of(world, ann, ben), world.word(), world.word()
        await group.say(ann, f"Hello bot {word}", mention=True)
        await group.reads(ann, word, f"{world.name}: a mention in a group was not answered")
        await world.idle()
        receipt = await world.adapter.send(
            world.address(word),
            outbound(
                world.engine.ids.new(),
                f"Only for you {secret}",
                private=True,
                recipient=world.sender(word).id,
            ),
        )
        if any(secret in m.text for m in [*await group.shown(ben), *await ben.shown()]):
            fail(f"{world.name}: a private reply in a group is shown to others")
        mine = [m for m in [*await group.shown(ann), *await ann.shown()] if secret in m.text]
        if can.private_replies and not mine:
            fail(
                f"{world.name} declares private_replies, but one is not shown to whom it is for"
                f"{self._why(receipt)}"
            )
        if not can.private_replies and receipt.outcome is Outcome.SENT and not mine:
            fail(f"{world.name}: a private reply is reported as sent and shown to nobody")
        if any(not m.private for m in await group.shown(ann) if secret in m.text):
            fail(f"{world.name}: a private reply is a message of the whole group")

    async def test_places_for_adults(self, world: World) -> None:
        """Where the platform marks places for adults, an event says whether it comes from one."""
        can, rules = world.manifest.capabilities, world.manifest.rules
        if not rules.adult_only_in_marked_channels or not can.groups:
            return
        if not self.has(world, HasGroups):
            return
        ann = await self.person(world)
        for adult in (True, False):
            group, word = await Group.of(world, ann, adult=adult), world.word()
            await group.say(ann, f"Hello bot {word}", mention=True)
            inbound = (await world.arrived(word)).inbound
            if inbound.adult is not adult:
                place = "a place for adults" if adult else "no place for adults"
                fail(f"{world.name}: an event from {place} says otherwise (Inbound.adult)")
            await group.reads(ann, word, f"{world.name}: a mention in a group was not answered")

    async def test_a_group_that_becomes_another_chat(self, world: World) -> None:
        """The core is told which chat a group became; what is sent to the old one goes there."""
        platform = world.platform
        if not world.manifest.capabilities.groups or not isinstance(platform, HasMoves):
            return
        ann = await self.person(world)
        group, word = Group(world, await platform.make_movable_group(ann.name)), world.word()
        await group.say(ann, f"Hello bot {word}", mention=True)
        await group.reads(ann, word, f"{world.name}: a mention in a group was not answered")
        await world.idle()
        moved, after = Group(world, await platform.move_group(group.where)), world.word()
        await moved.say(ann, f"Hello bot {after}", mention=True)
        await moved.reads(
            ann, after, f"{world.name}: a mention in a group that became another chat is unanswered"
        )
        old, new = world.address(word), world.address(after)
        if (old.chat, new.chat) not in world.record.moved:
            fail(f"{world.name}: the core is not told which chat a group became (Host.chat_moved)")
        late = world.word()
        receipt = await world.adapter.send(old, outbound(world.engine.ids.new(), f"Late {late}"))
        await moved.reads(
            ann,
            late,
            f"{world.name}: what is sent to a group that became another chat is not shown there"
            f"{self._why(receipt)}",
        )
        if receipt.moved_to != new.chat:
            fail(
                f"{world.name}: a receipt does not say that the message stands in another chat"
                " (Receipt.moved_to)"
            )

    async def test_threads(self, world: World) -> None:
        """What is said in a thread is answered in that thread."""
        if not self.has(world, HasThreads):
            return
        assert isinstance(world.platform, HasThreads)
        ann = await self.person(world)
        group = await Group.of(world, ann)
        threads = [Group(world, await world.platform.make_thread(group.where)) for _ in range(2)]
        if not world.manifest.capabilities.threads:
            await threads[0].say(ann, f"Hello bot {world.word()}", mention=True)
            await self._marker(world, ann)
            return  # an event with a thread would be found at the end of the test
        words = [world.word() for _ in threads]
        for thread, word in zip(threads, words, strict=True):
            await thread.say(ann, f"Hello bot {word}", mention=True)
            taken = await world.arrived(
                word, f"{world.name} declares threads, but what is said in one is not handed in"
            )
            if taken.inbound.address.thread is None:
                fail(f"{world.name}: what is said in a thread does not name it (Address.thread)")
            await thread.reads(
                ann, word, f"{world.name}: what was said in a thread was not answered in it"
            )
        addresses = {world.taken(word)[0].inbound.address for word in words}
        if len(addresses) != len(words):
            fail(f"{world.name}: two threads have the same address")
        for thread, other in zip(threads, reversed(words), strict=True):
            if any(other in m.text for m in await thread.shown(ann)):
                fail(f"{world.name}: an answer is shown in another thread than it belongs to")
        if any(word in m.text for m in await group.shown(ann) for word in words):
            fail(f"{world.name}: an answer to a thread is shown in the group itself")

    @staticmethod
    def _is_of_group(world: World, inbound: Inbound, *, private: str) -> None:
        if inbound.private:
            fail(f"{world.name}: what is said in a group says that it is private")
        if not inbound.addressed:
            fail(f"{world.name}: a mention in a group does not say that the bot is meant")
        if inbound.address.chat == private:
            fail(f"{world.name}: a group and a private chat have the same address")

    @staticmethod
    async def _marker(world: World, person: Person) -> None:
        marker = world.word()
        await person.say(f"And then {marker}")
        await world.arrived(marker)

    @staticmethod
    def _why(receipt: Receipt) -> str:
        return "" if receipt.error is None else f" ({type(receipt.error).__name__})"


def _text(sent: Sent) -> str:
    return text_of(sent.outbound.parts).reveal()
