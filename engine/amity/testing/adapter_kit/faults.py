"""Errors of sending: told apart, obeyed, and never swallowed."""

from typing import Final

from amity.adapter import Level, SupportsCheck
from amity.errors import DeliveryError, Forbidden, Gone, Refused, RetryAfter, Unknown
from amity.message import Outcome, text_of
from amity.testing.adapter_kit.base import AdapterKitBase
from amity.testing.adapter_kit.people import Person, why_unanswered
from amity.testing.adapter_kit.record import Sent
from amity.testing.adapter_kit.world import World, fail
from amity.testing.platform import Fault, HasCredentials, HasFaults
from amity.turn.channel import ChannelState

__all__ = ["FaultKit"]

_FINAL: Final[dict[Fault, type[DeliveryError]]] = {
    Fault.FORBIDDEN: Forbidden,
    Fault.GONE: Gone,
    Fault.REFUSED: Refused,
}
_WAIT: Final = 1.0  # seconds


class FaultKit(AdapterKitBase):
    """What an adapter makes of a platform that does not do what it is asked."""

    async def test_waiting_as_asked(self, world: World) -> None:
        """``RetryAfter`` carries the platform's wait, and the text still arrives."""
        broken = await self._break(world, Fault.RETRY_AFTER, times=2)
        if broken is None:
            return
        ann, word = broken
        await self._finished(world, word)
        for sent in world.sent(word):
            error = sent.error
            if error is None:
                continue  # the adapter waited by itself
            if not isinstance(error, RetryAfter):
                self._wrong(world, Fault.RETRY_AFTER, error, RetryAfter)
            if isinstance(error, RetryAfter) and not 0 < error.seconds < 10 * _WAIT:
                fail(
                    f"{world.name}: the platform asked to wait {_WAIT:g} s, and RetryAfter says"
                    f" {error.seconds:g}"
                )
        self._none_swallowed(world, word, Fault.RETRY_AFTER, shown=await ann.times(word))
        await ann.answered(word)
        await ann.once(word, f"{world.name}: after a wait that was asked for a reply came twice")

    async def test_what_is_final_is_not_repeated(self, world: World) -> None:
        """Forbidden, gone and refused end the matter, and somebody else is still answered."""
        ben = await self.person(world, "ben")
        for fault, wanted in _FINAL.items():
            broken = await self._break(world, fault)
            if broken is None:
                continue
            ann, word = broken
            await self._finished(world, word)
            self._none_swallowed(world, word, fault, shown=await ann.times(word))
            errors = [sent.error for sent in world.sent(word) if sent.error is not None]
            if not errors and not (fault is Fault.REFUSED and await ann.times(word)):
                fail(
                    f"{world.name}: {fault.value}, and the receipt does not say so: the error was"
                    " swallowed"
                )
            for error in errors:
                if not isinstance(error, wanted):
                    self._wrong(world, fault, error, wanted)
            if await ann.times(word) > 1:
                fail(f"{world.name}: {fault.value}, and a reply was shown twice")
            await ben.talk()

    async def test_what_may_pass_is_tried_again(self, world: World) -> None:
        """After an error of the platform's own the text arrives, once."""
        broken = await self._break(world, Fault.SERVER_ERROR)
        if broken is None:
            return
        ann, word = broken
        await self._finished(world, word)
        self._none_swallowed(world, word, Fault.SERVER_ERROR, shown=await ann.times(word))
        await ann.answered(word)
        await ann.once(word, f"{world.name}: after an error of the platform a reply came twice")

    async def test_a_lost_answer_doubles_only_what_is_doubtful(self, world: World) -> None:
        """A message whose answer was lost is told apart, or repeated at most once and counted."""
        broken = await self._break(world, Fault.LOST_ANSWER)
        if broken is None:
            return
        ann, word = broken
        await ann.answered(word)
        times = await ann.times(word)
        for sent in world.sent(word):
            if sent.error is not None and not isinstance(sent.error, Unknown | RetryAfter):
                self._wrong(world, Fault.LOST_ANSWER, sent.error, Unknown)
        if times > 1 and world.manifest.capabilities.idempotent_send:
            fail(
                f"{world.name} declares idempotent_send, but a message whose answer was lost was"
                " shown twice: hand Outbound.id to the platform"
            )
        if times > 2 or (times == 2 and not world.doubtful):
            fail(f"{world.name}: a message whose answer was lost was shown {times} times")

    async def test_a_slow_answer_is_waited_for(self, world: World) -> None:
        """A platform that takes its time is no reason to send twice."""
        broken = await self._break(world, Fault.SLOW, seconds=3.0)
        if broken is None:
            return
        ann, word = broken
        await ann.answered(word)
        await ann.once(word, f"{world.name}: the platform was slow, and a reply was shown twice")

    async def test_it_goes_on_after_every_fault(self, world: World) -> None:
        """Whatever went wrong with one message, the next one is shown."""
        if not self.has(world, HasFaults):
            return
        ben = await self.person(world, "ben")
        for fault in Fault:
            if await self._break(world, fault) is not None:
                await world.idle()
                await ben.talk()

    async def test_no_error_leaves_send_raw(self, world: World) -> None:
        """``send`` answers with a receipt or a ``DeliveryError``, never with anything else."""
        if not self.has(world, HasFaults):
            return
        for fault in Fault:
            await self._break(world, fault)
            await world.idle()
        for sent in world.record.sent:
            if sent.raised is not None and not isinstance(sent.raised, DeliveryError):
                fail(
                    f"{world.name}: send raised {type(sent.raised).__name__}; errors of the"
                    " platform are to be one of RetryAfter, Forbidden, Gone, Refused, Unknown"
                )

    async def test_a_wrong_secret_stops_the_channel_only(self, world: World) -> None:
        """The operator reads a sentence, and the right secret works afterwards."""
        if not self.has(world, HasCredentials):
            return
        assert isinstance(world.platform, HasCredentials)
        await world.stop()
        wrong = world.platform.wrong_options()
        await world.start(wrong, wait=False)

        def down() -> str:
            state, error = world.state
            return error if state is ChannelState.DOWN else ""

        error = await world.until(
            down,
            lambda: (
                f"{world.name}: the platform does not know the secret, and the channel is"
                f" {world.state[0].value} instead of down: raise OperatorError"
            ),
        )
        right = world.platform.options()
        for key, value in wrong.items():
            if value != right.get(key) and str(value) in error + world.log:
                fail(f"{world.name}: the wrong {key} is in an error or a log")
        await world.stop()
        await world.start()
        await (await self.person(world)).talk()

    async def test_check_says_how_it_is(self, world: World) -> None:
        """``check`` finds nothing wrong with what works, and something with what does not."""
        adapter: object = world.adapter
        if not isinstance(adapter, SupportsCheck):
            return
        bad = [f.sentence for f in await adapter.check() if f.level in (Level.WARN, Level.FAIL)]
        if bad:
            fail(f"{world.name}: check complains of a channel that works: {bad[0]}")
        if not self.has(world, HasCredentials):
            return
        assert isinstance(world.platform, HasCredentials)
        factory = world.manifest.load()
        options = world.manifest.config.model_validate(world.platform.wrong_options())
        stranger: object = factory("wrong", options)
        assert isinstance(stranger, SupportsCheck)
        if not any(finding.level is Level.FAIL for finding in await stranger.check()):
            fail(f"{world.name}: check finds nothing wrong with a wrong secret")

    # --- helpers

    async def _break(
        self, world: World, fault: Fault, *, times: int = 1, seconds: float = _WAIT
    ) -> tuple[Person, str] | None:
        """Have somebody answered while the platform fails; ``None`` where it cannot fail so.

        Returns who it is, and the word in the answer.
        """
        if not self.has(world, HasFaults):
            return None
        platform = world.platform
        assert isinstance(platform, HasFaults)
        if fault not in platform.faults:
            return None
        ann, word = await self.person(world), world.word()
        # Only now: a draft that is a message must not use the fault up.
        hold = world.record.hold("send.before", lambda said: word in text_of(said.parts).reveal())
        await ann.say(f"Answer me {word}")
        await world.until(hold.reached.is_set, f"{world.name}: {why_unanswered(world, word)}")
        await platform.fail(fault, times=times, seconds=seconds)
        hold.release()
        return ann, word

    async def _finished(self, world: World, word: str) -> list[Sent]:
        """Wait until the core has nothing more to do with a reply."""

        def finished() -> list[Sent]:
            sent = world.sent(word)
            return sent if sent and not world.engine.lanes.busy else []

        return await world.until(finished, f"{world.name}: the core did not finish with a reply")

    def _none_swallowed(self, world: World, word: str, fault: Fault, *, shown: int) -> None:
        """Fail if a receipt says sent of what nobody is shown."""
        for sent in world.sent(word):
            says = None if sent.receipt is None else sent.receipt.outcome
            if says is Outcome.SENT and shown == 0:
                fail(
                    f"{world.name}: {fault.value}, and the receipt says sent: the error was"
                    " swallowed, and nobody is shown the message"
                )
            if says is Outcome.FAILED and sent.error is None:
                fail(f"{world.name}: {fault.value}, and the receipt does not say why it failed")

    def _wrong(
        self, world: World, fault: Fault, error: DeliveryError, wanted: type[DeliveryError]
    ) -> None:
        fail(
            f"{world.name}: {fault.value}, and the adapter says {type(error).__name__} instead of"
            f" {wanted.__name__}{_BECAUSE.get(wanted, '')}"
        )


_BECAUSE: Final[dict[type[DeliveryError], str]] = {
    Forbidden: ": the core goes on writing to somebody who does not want it",
    Gone: ": the core sends again to where nobody is",
    Refused: ": the core sends again what will never be taken",
    RetryAfter: ": the core does not know how long to wait",
    Unknown: ": the core takes for certain what nobody knows",
}
