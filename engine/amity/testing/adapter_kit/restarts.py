"""Restarts and outages: a death at any instant loses nothing and answers nothing twice."""

from typing import Final

from amity.message import Inbound, Outbound, OutboundKind, text_of
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import Person
from amity.testing.adapter_kit.record import Hold
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import HasOutages
from amity.turn.channel import ChannelState

__all__ = ["RestartKit"]

_MOST: Final = 2  # times that a doubtful send may be shown


class RestartKit(AdapterKitBase):
    """What has to be true when the process or the platform goes away."""

    async def test_a_stop_and_a_start_lose_nothing(self, world: World) -> None:
        """What waits when Amity is stopped is answered, and what is said meanwhile, too."""
        ann = await self.person(world)
        words = [world.word() for _ in range(4)]
        await ann.say(f"Before {words[0]}")
        await world.arrived(words[0])
        await world.stop()
        if isinstance(world.platform, HasOutages):
            for word in words[1:3]:
                await ann.say(f"While you were away {word}")
        else:
            del words[1:3]
        await world.start()
        await ann.say(f"After {words[-1]}")
        await self._answered_once(world, ann, words)

    async def test_a_death_before_the_commit_loses_nothing(self, world: World) -> None:
        """The platform is told that a message was taken only when ``accept`` has returned."""
        if not self.has(world, HasOutages):
            return
        ann, word = await self.person(world), world.word()
        shown = len(await ann.shown())
        hold = world.record.hold("accept.before", lambda inbound: word in _said(inbound))
        await ann.say(f"Do you hear me {word}")
        await _reach(world, hold, "a message never reached host.accept")
        await world.idle()
        if len(await ann.shown()) > shown:
            fail(
                f"{world.name}: the adapter showed something by itself before host.accept had"
                " committed what it answers; only the core speaks"
            )
        await world.kill()
        await world.start()
        await ann.reads(
            word,
            "said something, Amity died before it was committed, and it was never delivered again:"
            " the adapter tells the platform that it has a message before host.accept has returned",
        )
        await world.idle()
        await self._answered_once(world, ann, [word])

    async def test_a_death_after_the_commit_doubles_nothing(self, world: World) -> None:
        """What is delivered again because the platform was not told in time is answered once."""
        if not self.has(world, HasOutages):
            return
        ann, word = await self.person(world), world.word()
        hold = world.record.hold("accept.after", lambda inbound: word in _said(inbound))
        answer = world.record.hold("send.before", lambda outbound: word in _reply(outbound))
        await ann.say(f"Do you hear me {word}")
        await _reach(world, hold, "a message never reached host.accept")
        if not world.manifest.capabilities.journal:
            # A reply that the death meets on its way may be doubled: that is not looked at here.
            await _reach(world, answer, "a message was never answered")
        await world.kill()
        await world.start()
        after = world.word()
        await ann.say(f"And now {after}")
        await self._answered_once(world, ann, [word, after])

    async def test_a_store_that_is_away_loses_nothing(self, world: World) -> None:
        """``accept`` may raise ``StoreUnavailable``: then nothing was taken, and it comes again."""
        if not self.has(world, HasOutages):
            return
        ann, word = await self.person(world), world.word()
        world.record.refuse_batches = 1
        await ann.say(f"Do you hear me {word}")
        await ann.reads(
            word,
            "said something while host.accept raised StoreUnavailable, and it was not handed in"
            " again",
        )
        await world.idle()
        await self._answered_once(world, ann, [word])

    async def test_a_death_before_a_send_loses_nothing(self, world: World) -> None:
        """What was to be sent is sent after the next start, once."""
        await self._die_at(world, "send.before")

    async def test_a_death_after_a_send_doubles_only_what_is_doubtful(self, world: World) -> None:
        """What was sent, with no receipt kept, is told apart or repeated once and counted."""
        await self._die_at(world, "send.after")

    async def _die_at(self, world: World, place: str) -> None:
        if world.manifest.capabilities.journal:
            return  # a committed message is delivered: send is only the news of it
        ann, word = await self.person(world), world.word()
        hold = world.record.hold(place, lambda outbound: word in _reply(outbound))
        await ann.say(f"Answer me {word}")
        await _reach(world, hold, "a message was never answered")
        before = await ann.times(word)
        await world.kill()
        await world.start()
        await ann.answered(word)
        after = world.word()
        await ann.say(f"And now {after}")
        await ann.answered(after)
        await ann.once(after, f"{world.name}: a message was answered more than once")
        times = await ann.times(word)
        if times < 2:
            return
        if before and world.manifest.capabilities.idempotent_send:
            fail(
                f"{world.name} declares idempotent_send, but the same Outbound.id was shown twice"
                " after a crash in the middle of sending it"
            )
        if not before or times > _MOST or not world.doubtful:
            fail(f"{world.name}: a reply was shown {times} times after a crash")

    async def test_an_outage_loses_nothing(self, world: World) -> None:
        """What is said while the platform is out of reach is answered when it is back, in order."""
        if not self.has(world, HasOutages):
            return
        assert isinstance(world.platform, HasOutages)
        ann = await self.person(world)
        await world.platform.disconnect()
        words = [world.word() for _ in range(3)]
        for word in words:
            await ann.say(f"During the outage {word}")
        if world.manifest.connects:
            await world.until(
                lambda: world.state[0] is not ChannelState.UP,
                f"{world.name}: the platform is out of reach, and the channel still says up:"
                " call host.disconnected, or let run raise",
            )
        await world.platform.reconnect()
        for word in words:
            await ann.reads(
                word, "said something while the platform was out of reach that was never answered"
            )
        await world.idle()
        await self._answered_once(world, ann, words)
        order = [w for taken in world.record.taken for w in words if w in _said(taken.inbound)]
        if list(dict.fromkeys(order)) != words:
            fail(f"{world.name}: what was said during an outage came in another order")
        await world.up()

    async def test_a_reply_outlasts_an_outage(self, world: World) -> None:
        """What is answered while the platform is out of reach is shown when it is back, once."""
        if not self.has(world, HasOutages) or world.manifest.capabilities.journal:
            return
        assert isinstance(world.platform, HasOutages)
        ann, word = await self.person(world), world.word()
        hold = world.record.hold("send.before", lambda outbound: word in _reply(outbound))
        await ann.say(f"Answer me {word}")
        await _reach(world, hold, "a message was never answered")
        await world.platform.disconnect()
        hold.release()
        # An adapter may say at once that it failed, or wait until the platform is back.
        await world.soon(lambda: any(s.receipt or s.raised for s in world.sent(word)))
        await world.platform.reconnect()
        await ann.answered(word)
        await ann.once(word, f"{world.name}: a reply was shown twice after an outage")

    async def _answered_once(self, world: World, person: Person, words: list[str]) -> None:
        for word in words:
            await person.answered(word)
        for word in words:
            await person.once(word, f"{world.name}: a message was answered twice after a restart")


async def _reach(world: World, hold: Hold, why: str) -> None:
    await world.until(hold.reached.is_set, f"{world.name}: {why}")


def _said(inbound: Inbound) -> str:
    return text_of(inbound.parts).reveal()


def _reply(outbound: Outbound) -> str:
    return text_of(outbound.parts).reveal() if outbound.kind is OutboundKind.REPLY else ""
