"""What is shown beside messages: drafts, typing, the menu, quotes, our own edits and reactions."""

import asyncio
from typing import Final

from amity.adapter import (
    SupportsDelete,
    SupportsDraft,
    SupportsEdit,
    SupportsMenu,
    SupportsReactions,
    SupportsTyping,
)
from amity.message import Address, Outbound, Outcome, Receipt, Text
from amity.sealed import SealedText
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import Person
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import HasMenu, HasReactions, HasTyping, Shown

__all__ = ["ShownKit", "outbound"]

_HALF: Final = 0.5  # seconds in which nothing is to happen
_NOTED: Final = 0.3  # seconds for the core to commit what it was told


def outbound(
    id: str, text: str, *, quote: str | None = None, private: bool = False, recipient: str = ""
) -> Outbound:
    """Return a message as the core would hand it out."""
    return Outbound(
        id=id,
        reply=id,
        parts=(Text(SealedText(text)),),
        quote=quote,
        private=private,
        recipient=recipient,
    )


class ShownKit(AdapterKitBase):
    """What an adapter shows beside finished messages."""

    async def test_a_growing_reply_is_shown_and_replaced(self, world: World) -> None:
        """The words so far are shown, and at the end there is the reply, once, and no draft."""
        ann, word = await self.person(world), world.word()
        first, more, last = f"First {word} words. ", f"More{word} words. ", f"Last{word} words."
        script = world.model.will_say(first, more, last, hold=1)
        await ann.say("Tell me slowly")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")
        if self.can(world, SupportsDraft):
            await ann.sees(
                lambda m: word in m.text,
                "was not shown the first words of a growing reply, though the adapter has draft",
            )
        elif await self._seen_soon(ann, word):
            fail(f"{world.name} shows a reply before it is finished, but has no draft")
        script.release()
        await self._only_the_reply(world, ann, word, f"Last{word}")

    async def test_a_stopped_reply_leaves_no_draft(self, world: World) -> None:
        """``/stop`` leaves the words that were shown, as a message, and nothing beside it."""
        ann, word = await self.person(world), world.word()
        script = world.model.will_say(f"First {word} words. ", f"Never{word} words.", hold=1)
        await ann.say("Tell me slowly")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")
        if self.can(world, SupportsDraft):
            await ann.sees(lambda m: word in m.text, "was not shown the first words of a reply")
        await ann.use("stop")
        stopped = world.engine.services.text("en", "stop.stopped")
        await ann.reads(stopped, "said /stop and was not told that the reply was stopped")
        script.release()
        await self._only_the_reply(world, ann, word, word)
        if f"Never{word}" in await ann.text():
            fail(f"{world.name}: a reply went on after /stop")

    async def test_a_withdrawn_reply_leaves_nothing(self, world: World) -> None:
        """A draft with an empty text is taken back: the conversation was cleared meanwhile."""
        if not self.can(world, SupportsDraft):
            return
        ann, word = await self.person(world), world.word()
        script = world.model.will_say(f"First {word} words. ", "And more words.", hold=1)
        await ann.say("Tell me slowly")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")
        await ann.sees(lambda m: word in m.text, "was not shown the first words of a reply")
        await ann.say("/consent withdraw")

        async def gone() -> bool:
            return word not in await ann.text()

        await world.until_async(
            gone,
            f"{world.name}: a draft whose reply does not follow is still shown; one with an empty"
            " text is to be taken back",
        )

    async def test_a_draft_does_not_outlive_a_crash(self, world: World) -> None:
        """After a death in the middle of a reply there is the whole reply, and no half of it."""
        if not self.can(world, SupportsDraft):
            return
        ann, word = await self.person(world), world.word()
        script = world.model.will_say(f"Broken {word} words. ", "And more words.", hold=1)
        await ann.say("Tell me slowly")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")
        await ann.sees(lambda m: word in m.text, "was not shown the first words of a reply")
        # Until the core knows the draft's id, nobody could find it again: that moment is lost.
        record = world.record
        await world.until(lambda: record.drafted, f"{world.name}: draft() does not return")
        await asyncio.sleep(_NOTED)
        await world.kill()
        whole = world.word()
        world.model.will_say(f"Whole {whole} words")
        await world.start()
        await ann.reads(whole, "was not answered after a death in the middle of a reply")
        await world.idle()
        await self._only_the_reply(world, ann, whole, whole)
        if any(word in m.text and not m.writing for m in await ann.shown()):
            fail(f"{world.name}: half a reply of before a crash is still shown beside the whole")

    async def _only_the_reply(self, world: World, ann: Person, word: str, end: str) -> None:
        """Wait until a word is shown in one message, and in no draft beside it."""
        await ann.reads(end, "was not shown the end of a reply that had grown")
        await world.idle()
        shown: list[Shown] = []

        async def alone() -> bool:
            shown[:] = [m for m in await ann.shown() if word in m.text]
            return len(shown) == 1

        def why() -> str:
            if any(m.writing for m in shown):
                return "a draft is still shown beside the reply that it was the draft of"
            return "a reply is shown more than once: its draft is still there"

        await world.until_async(alone, lambda: f"{world.name}: {why()}")

    async def _seen_soon(self, ann: Person, word: str) -> bool:
        end = asyncio.get_running_loop().time() + _HALF
        while asyncio.get_running_loop().time() < end:
            if any(word in m.text for m in await ann.shown()):
                return True
            await asyncio.sleep(0.02)
        return False

    async def test_typing(self, world: World) -> None:
        """While a reply is made and there is nothing of it yet, people see that it is made."""
        types = self.can(world, SupportsTyping)
        ann = await self.person(world)
        if not self.has(world, HasTyping):
            return
        assert isinstance(world.platform, HasTyping)
        platform, before = world.platform, await world.platform.typing(ann.name)
        script = world.model.will_say("Here I am", hold=0)
        await ann.say("Are you there?")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")

        async def seen() -> bool:
            return await platform.typing(ann.name) > before

        if types:
            await world.until_async(
                seen, f"{world.name} has typing, but nobody is shown that a reply is being made"
            )
        script.release()
        await ann.reads("Here I am", "was not answered")
        if not types and await seen():
            fail(
                f"{world.name} shows typing by itself, but has no typing: only the core knows when"
            )

    async def test_the_menu(self, world: World) -> None:
        """The menu holds the words that people can use, in each language."""
        if not self.can(world, SupportsMenu):
            return
        if not self.has(world, HasMenu):
            return
        assert isinstance(world.platform, HasMenu)
        platform = world.platform
        await self.person(world)
        services = world.engine.services
        for language in services.texts.languages:
            wanted = {"help", "privacy", "export", "delete_me"}

            async def complete(language: str = language, wanted: set[str] = wanted) -> bool:
                return wanted <= set(await platform.menu(language))

            await world.until_async(
                complete, f"{world.name} has menu, but the platform's menu does not hold the words"
            )
            said = (await platform.menu(language))["help"]
            if said != services.text(language, "menu.help"):
                fail(f"{world.name}: the menu is not described in the language {language}")

    async def test_quotes(self, world: World) -> None:
        """A message that is to quote another does; elsewhere none does."""
        ann, word, answer = await self.person(world), world.word(), world.word()
        message = await ann.say(f"Quote me {word}")
        await ann.answered(word)
        can = world.manifest.capabilities
        if not can.quotes:
            if any(m.quotes for m in await ann.shown()):
                fail(f"{world.name} quotes, but does not declare quotes")
            return
        said = world.taken(word)[0].inbound
        await self._send_now(world, word, outbound(world.engine.ids.new(), answer, quote=said.id))
        shown = await ann.reads(answer, "was not shown a message that quotes")
        if shown.quotes != message:
            fail(f"{world.name} declares quotes, but a message with a quote does not quote")

    async def test_our_own_edits_deletions_and_reactions(self, world: World) -> None:
        """``edit``, ``delete`` and ``react`` do on the platform what they say."""
        ann, word = await self.person(world), world.word()
        message = await ann.say(f"Answer me {word}")
        shown = await ann.answered(word)
        adapter: object = world.adapter
        address = world.address(word)
        ids = [i for s in world.sent(word) if s.receipt for i in s.receipt.message_ids]
        said = world.taken(word)[0].inbound
        if isinstance(adapter, SupportsReactions) and self.has(world, HasReactions):
            assert isinstance(world.platform, HasReactions)
            self._done(world, "react", await adapter.react(address, said.id, "👍"))
            if list(await world.platform.reactions(message)) != ["👍"]:
                fail(f"{world.name} has react, but no reaction is shown")
        if isinstance(adapter, SupportsEdit):
            other = world.word()
            changed = outbound(world.engine.ids.new(), other)
            self._done(world, "edit", await adapter.edit(address, ids[0], changed))
            now = next((m for m in await ann.shown() if m.id == shown.id), None)
            if now is None or other not in now.text or word in now.text:
                fail(f"{world.name} has edit, but the message still reads as before")
        if isinstance(adapter, SupportsDelete):
            self._done(world, "delete", await adapter.delete(address, ids[0]))
            if any(m.id == shown.id for m in await ann.shown()):
                fail(f"{world.name} has delete, but the message is still shown")

    @staticmethod
    def _done(world: World, what: str, receipt: Receipt) -> None:
        if receipt.outcome is not Outcome.SENT:
            error = type(receipt.error).__name__
            fail(f"{world.name}: {what} did not work on a message that is there ({error})")

    @staticmethod
    async def _send_now(world: World, word: str, message: Outbound) -> Receipt:
        address: Address = world.address(word)
        receipt = await world.adapter.send(address, message)
        if receipt.outcome is not Outcome.SENT:
            error = type(receipt.error).__name__
            fail(f"{world.name}: a message was not sent ({error})")
        return receipt
