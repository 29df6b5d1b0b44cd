"""Talk: what is said arrives as it was said, in order, once; what is answered is shown whole."""

import re
from typing import Final

from amity.message import Outcome
from amity.render import length
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import MINUTES, Person, last_error, plain
from amity.testing.adapter_kit.world import World, fail, words_of
from amity.testing.platform import HasRedelivery, Shown

__all__ = ["TalkKit"]

_BURST: Final = 12
_ENOUGH: Final = 20_000  # characters of a long reply where there is no limit
_WORD: Final = re.compile(r"w(\d{5})")
_MARKED: Final = (
    "# The {0} title\n\nSome **bold{0}** and _slanted{0}_ words, `code{0}`, and a"
    " [link{0}](https://example.org/{0}).\n\n- one{0}\n- two{0}\n\n> quoted{0}\n\n"
    "```python\nprint('fenced{0}')\n```\n\nThe end{0}."
)
_MARKS: Final = ("**", "_slanted", "](", "```")


class TalkKit(AdapterKitBase):
    """What a conversation is."""

    async def test_a_first_conversation(self, world: World) -> None:
        """Somebody comes, passes the gate, talks and is answered, once."""
        ann = await self.person(world)
        word = await ann.talk()
        await ann.once(word, f"{world.name}: one message was answered more than once")
        inbound = world.taken(word)[0].inbound
        if abs(inbound.time - world.engine.clock.now()) > MINUTES:
            fail(f"{world.name}: Inbound.time is not when it was said, in milliseconds since 1970")
        if not (inbound.private and inbound.addressed):
            fail(f"{world.name}: a message in a private chat does not say so (private, addressed)")
        another = await ann.talk()
        if inbound.address != world.taken(another)[0].inbound.address:
            fail(f"{world.name}: two messages of one private chat have different addresses")
        if inbound.id == world.taken(another)[0].inbound.id:
            fail(f"{world.name}: two messages of one chat have the same Inbound.id")
        for sent in world.record.sent:
            shown = sent.receipt is not None and sent.receipt.outcome is Outcome.SENT
            journal = world.manifest.capabilities.journal
            if shown and sent.receipt is not None and not (sent.receipt.message_ids or journal):
                fail(
                    f"{world.name}: a receipt says sent and does not say as which message"
                    " (message_ids)"
                )

    async def test_words_arrive_as_they_were_said(self, world: World) -> None:
        """Nothing is added to what people say, nothing taken away, nothing read into it."""
        ann = await self.person(world)
        for said in (
            "Grüße 👋🏽 aus Köln",
            "مرحبا بالعالم",
            "a < b & c > d <b>no tag</b>",
            "2 * 3 _ 4 ` 5 ~ 6",
            "https://example.org/a?b=c&d=%20",
            "@nobody #nothing",
            "👩‍👩‍👧‍👦 e\N{COMBINING ACUTE ACCENT}",
        ):
            word = world.word()
            await ann.say(f"{said} {word}")
            await ann.answered(word)
            heard = [m for m in world.model.heard.splitlines() if word in m]
            if not any(f"{said} {word}" in line for line in heard):
                fail(f"{world.name}: {said!r} was said, and other words reached the core")

    async def test_replies_are_shown_as_they_are(self, world: World) -> None:
        """Short and odd replies are shown, with every character that is no mark."""
        ann = await self.person(world)
        for reply in (
            "A",
            "1 < 2 & 3 > 2",
            "@everyone and @here",
            "Straße, naïve, 日本語, العربية, 👩‍👩‍👧‍👦",
            "first line\n\nsecond line",
            "snake_case_name and 2 * 3 * 4",
        ):
            word = world.word()
            world.model.will_say(f"{reply}\n\n{word}")
            await ann.say("Say something odd")
            shown = await ann.reads(word, "was not shown a reply")
            if _letters(reply) not in _letters(await ann.text()):
                fail(f"{world.name}: the reply {reply!r} was shown as {shown.text!r}")

    async def test_marked_up_replies_are_shown_as_text(self, world: World) -> None:
        """Markdown is rendered, or left out where the platform has none: no mark is shown."""
        ann, word = await self.person(world), world.word()
        world.model.will_say(_MARKED.format(word))
        await ann.say("Tell me more")
        await ann.reads(f"The end{word}", "was not shown the end of a reply that is marked up")
        text = await ann.text()
        wanted = ("bold", "slanted", "code", "link", "one", "two", "quoted", "fenced")
        if lost := [name for name in wanted if f"{name}{word}" not in text]:
            fail(f"{world.name}: of a reply that is marked up, {', '.join(lost)} was lost")
        if left := [mark for mark in _MARKS if mark in text]:
            fail(f"{world.name}: people are shown the marks {' '.join(left)} instead of the text")

    async def test_a_burst_is_answered_in_order(self, world: World) -> None:
        """Messages that come while the model is busy are all answered, in order, once."""
        ann, busy = await self.person(world), world.word()
        script = world.model.will_say(f"{busy} it is. ", "This is what I answer.", hold=1)
        await ann.say("What do you answer?")
        await world.until(script.begun.is_set, f"{world.name}: a message never reached the model")
        words = [world.word() for _ in range(_BURST)]
        for number, word in enumerate(words):
            await ann.say(f"Number {number} is {word}")
        for word in words:
            await world.arrived(word)
        script.release()
        for word in words:
            await ann.answered(word)
        order = [word for item in world.record.taken for word in words if word in words_of(item)]
        if list(dict.fromkeys(order)) != words:
            fail(f"{world.name}: messages reached the core in another order than they were said in")
        text = await ann.text()
        places = [text.index(word) for word in words]
        if places != sorted(places):
            fail(f"{world.name}: answers were shown in another order than they were sent in")
        for word in words:
            await ann.once(word, f"{world.name}: a message of a burst was answered more than once")

    async def test_what_is_delivered_twice_is_answered_once(self, world: World) -> None:
        """The platform's own id of a message tells a second delivery from a second message."""
        if not self.has(world, HasRedelivery):
            return
        assert isinstance(world.platform, HasRedelivery)
        ann = await self.person(world)
        for late in (False, True):
            word = world.word()
            script = world.model.will_say(f"You told me {word}. ", "That is all.", hold=1)
            await ann.say(f"Hello {word}")
            await world.until(script.begun.is_set, f"{world.name}: a message was not answered")
            if late:
                script.release()
                await ann.answered(word)
            await world.platform.redeliver()
            after = world.word()
            await ann.say(f"And {after}")
            await world.arrived(after)
            script.release()
            await ann.answered(after)
            await ann.once(
                word,
                f"{world.name}: a message that was delivered twice was answered twice; Inbound.id"
                " must be the platform's own id of the message",
            )

    async def test_the_gate_takes_what_is_delivered_twice_once(self, world: World) -> None:
        """Also somebody at the gate is answered once."""
        if not self.has(world, HasRedelivery):
            return
        assert isinstance(world.platform, HasRedelivery)
        guest = Person(world, "guest")
        await guest.use("start")
        await world.platform.redeliver()
        await guest.choose("i_am_18")
        await world.platform.redeliver()
        await guest.choose("agree")
        await world.platform.redeliver()
        await guest.greeted()
        word = await guest.talk()
        await world.idle()
        await guest.once(word, f"{world.name}: one message was answered more than once")
        read = plain(await guest.text())
        for key in ("gate.consent", "gate.welcome"):
            if read.count(plain(world.engine.services.text("en", key))[:60]) > 1:
                fail(
                    f"{world.name}: an answer at the gate that was delivered twice was taken twice"
                )

    async def test_long_replies_arrive_whole(self, world: World) -> None:
        """Nothing of a long reply is lost, and no part is longer than declared."""
        ann = await self.person(world)
        limit = world.manifest.capabilities.text_limit
        size = _ENOUGH if limit is None else int(limit * 3.5)
        last = max(8, size // 8)
        await self._read_whole(world, ann, [f"w{number:05d}" for number in range(last)], " ")
        # In emoji, which some platforms count as two, and others by their bytes.
        words = [f"w{number:05d}\N{HUGGING FACE}" for number in range(last // 2)]
        await self._read_whole(world, ann, words, "\n\n")

    async def test_a_reply_as_long_as_allowed_is_one_message(self, world: World) -> None:
        """What just fits is shown in one piece: the declared limit is what the platform takes."""
        can = world.manifest.capabilities
        if can.text_limit is None:
            return
        ann, word = await self.person(world), world.word()
        head = f"{word} "
        filling = can.text_limit - len(head)
        if filling < 1:
            return
        reply = head + "x" * filling
        world.model.will_say(reply)
        await ann.say("How much fits?")
        await world.until(
            lambda: world.sent(word) and world.sent(word)[0].receipt, f"{world.name}: no reply"
        )
        await ann.reads(
            word,
            f"was not shown a reply of exactly text_limit = {can.text_limit} {can.text_unit.value}:"
            " the platform takes less than the adapter declares",
        )
        text = "".join(m.text for m in await ann.shown())
        if "x" * filling not in text:
            fail(
                f"{world.name}: a reply of exactly text_limit = {can.text_limit}"
                f" {can.text_unit.value} was not shown whole"
            )

    async def _read_whole(self, world: World, ann: Person, words: list[str], between: str) -> None:
        world.model.will_say(between.join(words))
        before = {message.id for message in await ann.shown()}
        await ann.say("Tell me everything")
        why = (
            f"{world.name}: the end of a long reply was not shown; what is longer than text_limit"
            " comes in parts, and each has to arrive"
        )

        async def new() -> list[Shown]:
            return [m for m in await ann.shown() if m.id not in before and not m.writing]

        async def whole() -> bool:
            return words[-1] in "".join(m.text for m in await new())

        await world.until_async(whole, why)
        await world.idle()
        parts = await new()
        read = [n for m in parts for n in _WORD.findall(m.text)]
        wanted = [n for word in words for n in _WORD.findall(word)]
        if read != wanted:
            fail(f"{world.name}: {_difference(wanted, read)}{last_error(world)}")
        for part in parts:
            _fits(world, part)


def _fits(world: World, part: Shown) -> None:
    can = world.manifest.capabilities
    size = length(part.written or part.text, can.text_unit)
    if can.text_limit is not None and size > can.text_limit:
        fail(
            f"{world.name}: a part of a reply is {size} {can.text_unit.value} long, and text_limit"
            f" is {can.text_limit}"
        )


def _difference(wanted: list[str], read: list[str]) -> str:
    lost = len(set(wanted) - set(read))
    if lost:
        return f"of a long reply of {len(wanted)} words {lost} were never shown"
    if len(read) > len(wanted):
        return "parts of a long reply were shown more than once"
    return "the parts of a long reply were shown in another order than they were sent in"


def _letters(text: str) -> str:
    """Return a text without white space: platforms lay text out as they like."""
    return "".join(text.split()) if plain(text) else text
