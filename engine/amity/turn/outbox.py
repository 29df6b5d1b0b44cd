"""The one way out: intent, words, receipt, each committed in its order.

An *intent* is committed before anything of a reply is visible; the finished parts are committed
before they are sent; the receipt is committed after. What a crash leaves half-done is sent again
at the next start, where the platform cannot tell the second from the first at most once.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, cast

from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt

from amity.adapter import Draft, SupportsDraft
from amity.clock import Clock
from amity.datamap.declarations import CONVERSATIONS, MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import (
    Conflict,
    DeliveryError,
    Forbidden,
    Gone,
    KeyDestroyed,
    Refused,
    RetryAfter,
    Unknown,
)
from amity.failpoint import failpoint
from amity.ids import Ids
from amity.memory.conversations import Conversation
from amity.memory.history import BARRED
from amity.message import (
    Address,
    Buttons,
    Outbound,
    OutboundKind,
    Outcome,
    Part,
    Receipt,
    Text,
)
from amity.render import plain_buttons, split_text
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Change, Operation, Put, Remove
from amity.store.vault import OpenRow, Vault
from amity.turn.channel import Channel
from amity.turn.rows import outbound_of, outbound_row
from amity.turn.turn import Saying, Turn

__all__ = ["Outbox"]

_ATTEMPTS: Final = 5
_FIRST_WAIT: Final = 0.5  # seconds
_LONGEST_WAIT: Final = 60.0


class Outbox:
    """Commits what is said and hands it to the adapter."""

    def __init__(
        self,
        *,
        vault: Vault,
        clock: Clock,
        ids: Ids,
        count: Callable[[str, str], None],
        doubtful: Callable[[str], None],
        charge: Callable[[Turn], Sequence[Operation]],
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._count = count
        self._doubtful = doubtful
        self._charge = charge

    async def intend(self, turn: Turn) -> bool:
        """Commit that this turn answers its messages, before anything of the answer is visible.

        Returns False if the conversation was cleared meanwhile: nothing may be said.
        """
        conversation = turn.conversation
        if conversation is None or not turn.keep:
            return True
        row = outbound_row(
            turn,
            conversation,
            id=turn.id,
            part=0,
            kind=OutboundKind.REPLY,
            parts=None,
            state="intent",
            position=None,
            now=self._clock.now(),
        )
        failpoint("turn.before_intent")
        turn.intended = True
        done = await self._commit(turn, [*self._inbound(turn, "in_turn"), Put(MESSAGES, row)])
        failpoint("turn.after_intent")
        return done

    async def finish(self, turn: Turn, words: SealedText | None) -> None:
        """Commit and send what the service says and the reply's words, if there are any."""
        outbounds = self._outbounds(turn, words)
        conversation = turn.conversation
        if conversation is None or not turn.keep:
            for outbound in outbounds:
                await self._send(turn.channel, turn.place.address, outbound)
            return
        journal = turn.channel.manifest.capabilities.journal
        rows = [
            outbound_row(
                turn,
                conversation,
                id=outbound.id,
                part=outbound.part,
                kind=outbound.kind,
                parts=outbound.parts,
                state="sent" if journal else "ready",
                position=outbound.position,
                now=self._clock.now(),
            )
            for outbound in outbounds
        ]
        state = "unanswered" if turn.failed else "answered"
        operations: list[Operation] = [
            *([Remove(MESSAGES, turn.id)] if turn.intended and not words else []),
            *turn.commit,
            *self._charge(turn),
            *(turn.if_answered if words else ()),
            *self._inbound(turn, state),
            *(Put(MESSAGES, row) for row in rows),
        ]
        failpoint("turn.before_ready")
        if not await self._commit(turn, operations):
            await self.take_back(turn)
            return
        if turn.shown and not words:
            await self.take_back(turn)
        failpoint("turn.after_ready")
        for outbound in outbounds:
            await self._deliver(turn.channel, turn.place.address, conversation, outbound)

    async def take_back(self, turn: Turn) -> None:
        """Take a draft back whose reply will not follow: stopped, cleared, withdrawn."""
        adapter: object = turn.channel.adapter
        if turn.shown and isinstance(adapter, SupportsDraft):
            empty = Draft(reply=turn.id, text=SealedText(""), persona=turn.persona.id)
            with suppress(Exception):  # the next message ends the draft anyway
                await adapter.draft(turn.place.address, empty)

    async def send_once(self, channel: Channel, address: Address, outbound: Outbound) -> None:
        """Send something that is not kept; a failure is counted and forgotten."""
        await self._send(channel, address, outbound)

    async def resume(
        self, channel: Channel, conversation: Conversation, rows: Sequence[OpenRow]
    ) -> None:
        """Send what was committed and not sent before the process ended."""
        for number, row in enumerate(rows):
            last = number == len(rows) - 1
            outbound = outbound_of(row, persona=conversation.persona, last=last)
            if not channel.manifest.capabilities.idempotent_send:
                if cast("int", row["attempts"]) > 0:
                    # It was repeated once already; nobody can say whether it arrived.
                    receipt = Receipt(
                        outcome=Outcome.FAILED, error=Unknown("repeated once already")
                    )
                    await self._receipt(channel, conversation, outbound, receipt)
                    continue
                await self._change(conversation, outbound.id, {"attempts": 1})
                self._doubtful(channel.name)
            await self._deliver(channel, conversation.address, conversation, outbound)

    def _outbounds(self, turn: Turn, words: SealedText | None) -> list[Outbound]:
        answers = tuple(m.platform_id for m in turn.messages if m.platform_id)
        sayings = list(turn.sayings)
        reply = Saying(parts=(Text(words),), kind=OutboundKind.REPLY) if words else None
        if reply is not None:
            sayings.append(reply)
        if turn.closing:
            sayings.append(Saying(parts=(Text(SealedText(turn.closing)),)))
        outbounds: list[Outbound] = []
        for saying in sayings:
            is_reply = saying is reply
            for number, parts in enumerate(_fit(turn.channel, saying.parts)):
                id = turn.id if is_reply and number == 0 else self._ids.new()
                outbounds.append(
                    Outbound(
                        id=id,
                        reply=turn.id,
                        part=number,
                        last=False,
                        kind=saying.kind,
                        parts=parts,
                        in_reply_to=turn.answers if is_reply else answers,
                        private=saying.private,
                        cut=turn.cut and is_reply,
                        position=self._ids.new() if turn.keep and turn.conversation else "",
                        replaces=turn.replaces if is_reply else "",
                        persona=turn.persona.id,
                    )
                )
        if outbounds:
            outbounds[-1] = replace(outbounds[-1], last=True)
        return outbounds

    def _inbound(self, turn: Turn, state: str) -> list[Operation]:
        changes: dict[str, str | None] = {"state": state, "turn": turn.id}
        if state != "in_turn":
            changes["queue"] = None
        operations: list[Operation] = [
            Change(MESSAGES, message.id, changes, lenient=True)
            for message in turn.messages
            if message.id
        ]
        if turn.barred:
            barred = {"sensitivity": BARRED}
            operations += [
                Change(MESSAGES, message.id, barred, lenient=True)
                for message in turn.asked or turn.messages
            ]
        return operations

    async def _commit(self, turn: Turn, operations: Sequence[Operation]) -> bool:
        conversation = turn.conversation
        assert conversation is not None
        # A clearing that came between makes this fail, and with it all that the turn would write.
        now = self._clock.now()
        known: OpenRow = {"generation": conversation.generation}
        if turn.finishing:
            known["active_at"] = now
        if turn.disclosed and turn.finishing:
            known["disclosed_at"] = now
        if turn.words is not None and conversation.persona_version != turn.persona.version:
            known["persona_version"] = turn.persona.version
        fence = Change(
            CONVERSATIONS,
            conversation.id,
            known,
            when={"generation": conversation.generation},
        )
        try:
            await self._vault.write([fence, *operations], Access(Purpose.DELIVERY, EVERYONE))
        except (Conflict, KeyDestroyed):
            return False
        return True

    async def _deliver(
        self, channel: Channel, address: Address, conversation: Conversation, outbound: Outbound
    ) -> None:
        failpoint("send.before")
        receipt = await self._send(channel, address, outbound)
        failpoint("send.after")
        if not channel.manifest.capabilities.journal:
            await self._receipt(channel, conversation, outbound, receipt)
            failpoint("receipt.after_commit")

    async def _send(self, channel: Channel, address: Address, outbound: Outbound) -> Receipt:
        """Hand a message to the adapter, and again where that makes sense."""
        receipt = await _one_send(channel, address, outbound)
        if _may_pass(receipt):
            receipt = await self._insist(channel, address, outbound, receipt)
        self._count(channel.name, receipt.outcome.value)
        return receipt

    async def _insist(
        self, channel: Channel, address: Address, outbound: Outbound, first: Receipt
    ) -> Receipt:
        """Send again after a failure that may pass.

        Where the platform cannot tell the second from the first, a send of which nobody knows
        whether it arrived is repeated once, and counted.
        """
        blind = not channel.manifest.capabilities.idempotent_send
        doubtful = blind and isinstance(first.error, Unknown)
        if doubtful:
            self._doubtful(channel.name)
        retrying = AsyncRetrying(
            stop=stop_after_attempt(1 if doubtful else _ATTEMPTS - 1),
            wait=_wait,
            retry=retry_if_result(
                lambda r: _may_pass(r) and not (blind and isinstance(r.error, Unknown))
            ),
            retry_error_callback=_last,
        )
        await asyncio.sleep(_pause(first, 0))
        receipt: Receipt = await retrying(_one_send, channel, address, outbound)
        return receipt

    async def _receipt(
        self, channel: Channel, conversation: Conversation, outbound: Outbound, receipt: Receipt
    ) -> None:
        changes: OpenRow = {"state": receipt.outcome.value, "queue": None}
        if receipt.message_ids:
            changes["platform_id"] = SealedText("\n".join(receipt.message_ids))
        await self._change(conversation, outbound.id, changes)

    async def _change(self, conversation: Conversation, id: str, changes: OpenRow) -> None:
        owner: OpenRow = {
            "person": conversation.person,
            "conversation": conversation.id,
            "generation": conversation.generation,
        }
        try:
            await self._vault.write(
                [Change(MESSAGES, id, changes, owner=owner, lenient=True)],
                Access(Purpose.DELIVERY, conversation.person),
            )
        except KeyDestroyed:
            return  # cleared while it was sent


async def _one_send(channel: Channel, address: Address, outbound: Outbound) -> Receipt:
    if outbound.position and channel.manifest.capabilities.journal and not channel.running.is_set():
        return Receipt(outcome=Outcome.SENT)  # it is read in the journal, once the channel is back
    await channel.running.wait()
    if channel.adapter is None:
        return Receipt(outcome=Outcome.FAILED, error=Unknown("the channel is not running"))
    try:
        return await channel.adapter.send(address, outbound)
    except DeliveryError as error:
        return Receipt(outcome=Outcome.FAILED, error=error)
    except Exception as error:  # noqa: BLE001 -- an adapter's bug must not lose the message
        return Receipt(outcome=Outcome.FAILED, error=Unknown(type(error).__name__))


def _may_pass(receipt: Receipt) -> bool:
    """Whether sending again could go better."""
    final = isinstance(receipt.error, Forbidden | Gone | Refused)
    return receipt.outcome is Outcome.FAILED and not final


def _pause(receipt: Receipt, attempts: int) -> float:
    """Return how many seconds to wait before the next attempt."""
    if isinstance(receipt.error, RetryAfter):
        return min(receipt.error.seconds, _LONGEST_WAIT)
    return min(_FIRST_WAIT * 2.0**attempts, _LONGEST_WAIT)


def _wait(state: RetryCallState) -> float:
    return _pause(_last(state), state.attempt_number)


def _last(state: RetryCallState) -> Receipt:
    outcome = state.outcome
    assert outcome is not None
    receipt: Receipt = outcome.result()
    return receipt


def _fit(channel: Channel, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """Fit what is said to the channel: no part too long, buttons only where it has them."""
    capabilities = channel.manifest.capabilities
    if not capabilities.buttons and any(isinstance(p, Buttons) for p in parts):
        parts = plain_buttons(parts)
    texts = [p for p in parts if isinstance(p, Text)]
    if capabilities.text_limit is None or len(texts) != 1:
        return [parts]
    pieces = split_text(texts[0].text.reveal(), capabilities.text_limit, capabilities.text_unit)
    rest = tuple(p for p in parts if not isinstance(p, Text))
    fitted: list[tuple[Part, ...]] = [(Text(SealedText(piece)),) for piece in pieces]
    fitted[-1] = (*fitted[-1], *rest)
    return fitted
