"""The one way out: intent, words, receipt, each committed in its order.

An *intent* is committed before anything of a reply is visible, and with it what the service says
before the reply; the finished parts are committed before they are sent; the receipt is committed
after. What a crash leaves half-done is sent again at the next start, where the platform cannot tell
the second from the first at most once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

from amity.adapter import Draft, SupportsDraft
from amity.clock import Clock
from amity.datamap.declarations import CONVERSATIONS, MESSAGES
from amity.datamap.schema import Purpose
from amity.errors import (
    Conflict,
    Forbidden,
    Gone,
    KeyDestroyed,
    Unknown,
)
from amity.failpoint import failpoint
from amity.ids import Ids
from amity.memory.conversations import Conversation
from amity.memory.history import BARRED, SPECIAL
from amity.message import (
    Address,
    Event,
    Outbound,
    OutboundKind,
    Outcome,
    Receipt,
    Text,
)
from amity.render import fit_parts
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Change, Get, Operation, Put, Remove
from amity.store.vault import OpenRow, Vault
from amity.turn.channel import Channel
from amity.turn.rows import outbound_of, outbound_row, owner_of, said_before, taken_in
from amity.turn.sending import Repetition, Sending, Wanted
from amity.turn.turn import Saying, Turn

__all__ = ["Outbox"]

_UNWANTED: Final = (Forbidden, Gone)
_SUPPRESSED: Final = Receipt(outcome=Outcome.SUPPRESSED)
_CLEARED: Final = Receipt(outcome=Outcome.SUPPRESSED)
"""What a message was that belongs to what was cleared while it was on its way."""


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
        settle: Callable[[Turn, bool], None],
        account: Callable[[str, str], Awaitable[str]],
    ) -> None:
        """Make the outbox.

        Args:
            vault: The store.
            clock: The clock.
            ids: Makes ids.
            count: Told a channel's name and the outcome of each message.
            doubtful: Told a channel's name where a message is repeated that may have arrived.
            charge: Returns the writes that count a turn's use.
            settle: Told whether they were written; also where there was nothing to write with.
            account: Returns the platform's id of a person's account in a realm; empty for none.
        """
        self._vault = vault
        self._account = account
        self._clock = clock
        self._ids = ids
        self._doubtful = doubtful
        self._sending = Sending(count=count, doubtful=doubtful)
        self._sending_apart = Sending(count=count, doubtful=doubtful)  # of what no lane waits for
        self._charge = charge
        self._settle = settle

    def held_up(self, until: float) -> int:
        """Return how many lanes wait for a platform in vain; see ``Sending.held_up``."""
        return self._sending.held_up(until)

    async def intend(self, turn: Turn) -> bool:
        """Commit that this turn answers its messages, before anything of the answer is visible.

        What the service says before the reply is committed with it, and sent when this returns.
        Returns False if the conversation was cleared meanwhile: nothing may be said.
        """
        conversation = turn.conversation
        if conversation is None or not turn.keep:
            return True
        intent = outbound_row(
            turn,
            conversation,
            id=turn.id,
            part=0,
            kind=OutboundKind.REPLY,
            parts=None,
            state="intent",
            position=None,
            now=self._clock.now(),
            draft=turn.draft,
        )
        first = await self._first_sayings(turn)
        turn.announced = bool(turn.sayings)
        if turn.announced and not first:
            turn.sayings.clear()  # a former process has said and committed them
            turn.commit.clear()
        failpoint("turn.before_intent")
        turn.intended = True
        done = await self._commit(
            turn,
            [
                *self._inbound(turn, "in_turn"),
                *(turn.commit if first else ()),
                Put(MESSAGES, intent),
                *self._rows(turn, conversation, first),
            ],
        )
        failpoint("turn.after_intent")
        if done and first:
            turn.commit.clear()
            turn.sayings.clear()
            # Whoever ends the turn waits for these: half-sent they would be sent again.
            await _to_its_end(self._deliver_all(turn, conversation, first))
        return done

    async def _first_sayings(self, turn: Turn) -> list[Outbound]:
        """Return what is said before the reply, but for what a former process has committed."""
        if not turn.sayings:
            return []
        sayings = [
            replace(outbound, id=said_before(turn, number), last=False, quote=None)
            for number, outbound in enumerate(self._outbounds(turn, None))
        ]
        if not turn.resumed:
            return sayings
        access = Access(Purpose.DELIVERY, turn.person.id)
        rows = await self._vault.read([Get(MESSAGES, saying.id) for saying in sayings], access)
        return [saying for saying, row in zip(sayings, rows, strict=True) if row is None]

    async def note_draft(self, turn: Turn, message_id: str) -> None:
        """Commit which message of the platform shows the words so far."""
        turn.draft = message_id
        if turn.conversation is not None and turn.keep and not turn.finishing:
            shown: OpenRow = {"platform_id": SealedText(message_id)}
            failpoint("draft.before_commit")
            await self._change(turn.conversation, turn.id, shown)
            failpoint("draft.after_commit")

    async def finish(self, turn: Turn, words: SealedText | None) -> None:
        """Commit and send what the service says and the reply's words, if there are any."""
        outbounds = self._outbounds(turn, words)
        conversation = turn.conversation
        if conversation is None or not turn.keep:
            self._settle(turn, False)
            for outbound in outbounds:
                await self._sending.send(turn.channel, turn.place.address, outbound)
            return
        state = "unanswered" if turn.failed else "answered"
        operations: list[Operation] = [
            *([Remove(MESSAGES, turn.id)] if turn.intended and not words else []),
            *turn.commit,
            *self._charge(turn),
            *(turn.if_answered if words else ()),
            *self._inbound(turn, state),
            *self._rows(turn, conversation, outbounds),
        ]
        failpoint("turn.before_ready")
        written = False
        try:
            written = await self._commit(turn, operations)
        finally:
            self._settle(turn, written)
        if not written:
            await self._take_back(turn)
            return
        if not words:
            await self._take_back(turn)
        failpoint("turn.after_ready")
        await self._deliver_all(turn, conversation, outbounds)

    def _rows(
        self, turn: Turn, conversation: Conversation, outbounds: Sequence[Outbound]
    ) -> list[Operation]:
        state = "sent" if turn.channel.manifest.capabilities.journal else "ready"
        now = self._clock.now()
        return [
            Put(
                MESSAGES,
                outbound_row(
                    turn,
                    conversation,
                    id=outbound.id,
                    part=outbound.part,
                    kind=outbound.kind,
                    parts=outbound.parts,
                    state=state,
                    position=outbound.position,
                    now=now,
                    draft=outbound.draft,
                    private=outbound.private,
                ),
            )
            for outbound in outbounds
        ]

    async def _deliver_all(
        self, turn: Turn, conversation: Conversation, outbounds: Sequence[Outbound]
    ) -> None:
        unwanted = False
        for outbound in outbounds:
            if unwanted:
                await self._receipt(turn.channel, conversation, outbound, _SUPPRESSED)
                continue
            receipt = await self._deliver(turn.channel, turn.place.address, conversation, outbound)
            if receipt is _CLEARED:
                await self._take_back(turn)
                return
            unwanted = isinstance(receipt.error, _UNWANTED)

    async def _take_back(self, turn: Turn) -> None:
        """Take a draft back whose reply will not follow: stopped, cleared, withdrawn."""
        if turn.shown or turn.draft:
            await self.take_back(
                turn.channel,
                turn.place.address,
                Draft(
                    reply=turn.id,
                    text=SealedText(""),
                    persona=turn.persona.id,
                    message_id=turn.draft,
                ),
            )

    async def take_back(self, channel: Channel, address: Address, draft: Draft) -> None:
        """Take a draft back; one that does not work out stays until the next message ends it."""
        adapter: object = channel.adapter
        if isinstance(adapter, SupportsDraft):
            with suppress(Exception):
                await adapter.draft(address, draft)

    async def send_once(self, channel: Channel, address: Address, outbound: Outbound) -> None:
        """Send something that is not kept; a failure is counted and forgotten."""
        pieces = fit_parts(outbound.parts, channel.manifest.capabilities)
        for number, parts in enumerate(pieces):
            piece = replace(outbound, parts=parts, part=number, last=number == len(pieces) - 1)
            if number:
                piece = replace(piece, id=self._ids.new(), quote=None)
            await self._sending_apart.send(channel, address, piece)

    async def resume(
        self,
        channel: Channel,
        conversation: Conversation,
        rows: Sequence[OpenRow],
        answering: Collection[str],
    ) -> None:
        """Send what was committed and not sent before the process ended.

        Args:
            channel: Where.
            conversation: Of whom.
            rows: What, in its order.
            answering: The turns that go on: more of them follows.
        """
        ends = {str(row["turn"]): row["id"] for row in rows if row["turn"] not in answering}
        for row in rows:
            if not await self._is_there(conversation, str(row["id"])):
                continue  # cleared while others were sent
            last = ends.get(str(row["turn"])) == row["id"]
            outbound = outbound_of(row, persona=conversation.persona, last=last)
            repeats = not self._told_apart(channel, row)
            if repeats and cast("int", row["attempts"]) > 0:
                # It was repeated once already; nobody can say whether it arrived.
                receipt = Receipt(outcome=Outcome.FAILED, error=Unknown("repeated once already"))
                await self._receipt(channel, conversation, outbound, receipt)
                continue
            address = conversation.address
            await self._deliver(channel, address, conversation, outbound, repeats=repeats)

    def _told_apart(self, channel: Channel, row: OpenRow) -> bool:
        """Whether the platform would still recognise a message that it was sent before."""
        capabilities = channel.manifest.capabilities
        if not capabilities.idempotent_send or capabilities.idempotent_seconds is None:
            return capabilities.idempotent_send
        age = self._clock.now() - cast("int", row["time"])
        return age < capabilities.idempotent_seconds * 1000

    def _outbounds(self, turn: Turn, words: SealedText | None) -> list[Outbound]:
        answers = tuple(m.platform_id for m in turn.messages if m.platform_id)
        capabilities = turn.channel.manifest.capabilities
        sayings = list(turn.sayings)
        reply = Saying(parts=(Text(words),), kind=OutboundKind.REPLY) if words else None
        if reply is not None:
            sayings.append(reply)
        if turn.closing:
            sayings.append(Saying(parts=(Text(SealedText(turn.closing)),)))
        quoting = reply or next(iter(sayings), None)
        outbounds: list[Outbound] = []
        for saying in sayings:
            is_reply = saying is reply
            for number, parts in enumerate(fit_parts(saying.parts, capabilities)):
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
                        quote=turn.quote if number == 0 and saying is quoting else None,
                        private=saying.private or (turn.confidential and not turn.aloud),
                        draft=turn.draft if is_reply and number == 0 else "",
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
        if turn.unkept and turn.finishing:
            operations += self._forgotten(turn)
        if turn.finishing and turn.conversation is not None:
            operations += [
                taken_in(turn.conversation, message.id, turn.id)
                for message in turn.messages
                if message.id and message.event == Event.EDITED
            ]
        return operations

    def _forgotten(self, turn: Turn) -> list[Operation]:
        """Return the writes that leave nothing of what was said but that it was."""
        conversation = turn.conversation
        assert conversation is not None
        forgotten: OpenRow = {"body": None, "sensitivity": SPECIAL}
        owner = owner_of(conversation)
        return [
            Change(MESSAGES, message.id, forgotten, owner=owner, lenient=True)
            for message in turn.asked or turn.messages
        ]

    async def _commit(self, turn: Turn, operations: Sequence[Operation]) -> bool:
        conversation = turn.conversation
        assert conversation is not None
        # A clearing that came between makes this fail, and with it all that the turn would write.
        now = self._clock.now()
        known: OpenRow = {"generation": conversation.generation}
        if turn.finishing:
            known["active_at"] = now
            if conversation.unreachable_at is not None:
                known["unreachable_at"] = None  # the person has written, so they can be reached
        if turn.disclosed and (turn.finishing or turn.announced):
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
        self,
        channel: Channel,
        address: Address,
        conversation: Conversation,
        outbound: Outbound,
        *,
        repeats: bool = False,
    ) -> Receipt:
        if outbound.private:
            recipient = await self._account(conversation.person, channel.realm)
            outbound = replace(outbound, recipient=recipient)
        failpoint("send.before")
        wanted: Wanted = partial(self._is_there, conversation, outbound.id)
        unsent = None
        if repeats:
            counted = partial(self._doubtful, channel.name)
            mark = partial(self._change, conversation, outbound.id)
            wanted, unsent = Repetition(mark, counted).begins, partial(mark, {"attempts": 0})
        receipt = await self._sending.send(
            channel, address, outbound, wanted=wanted, repeats=repeats, unsent=unsent
        )
        failpoint("send.after")
        if channel.manifest.capabilities.journal:
            suppressed = receipt.outcome is Outcome.SUPPRESSED
            return _CLEARED if suppressed and not await wanted() else receipt
        there = await self._receipt(channel, conversation, outbound, receipt)
        failpoint("receipt.after_commit")
        if there:
            return receipt
        if outbound.kind is OutboundKind.REPLY:
            for message_id in receipt.message_ids:  # it came after what it answers was cleared
                await self._sending.delete(channel, address, message_id)
        return _CLEARED

    async def _is_there(self, conversation: Conversation, id: str) -> bool:
        """Whether a message was not cleared, and its person not erased."""
        access = Access(Purpose.DELIVERY, conversation.person)
        return await self._vault.get(MESSAGES, id, access) is not None

    async def _receipt(
        self, channel: Channel, conversation: Conversation, outbound: Outbound, receipt: Receipt
    ) -> bool:
        """Commit what became of a message; false if it was cleared while it was sent."""
        changes: OpenRow = {"state": receipt.outcome.value, "queue": None}
        if receipt.message_ids:
            changes["platform_id"] = SealedText("\n".join(receipt.message_ids))
        more: list[Operation] = []
        if isinstance(receipt.error, _UNWANTED):
            now: OpenRow = {"unreachable_at": self._clock.now()}
            more.append(Change(CONVERSATIONS, conversation.id, now, lenient=True))
        return await self._change(conversation, outbound.id, changes, more)

    async def _change(
        self,
        conversation: Conversation,
        id: str,
        changes: OpenRow,
        more: Sequence[Operation] = (),
    ) -> bool:
        owner = owner_of(conversation)
        try:
            changed = await self._vault.write(
                [Change(MESSAGES, id, changes, owner=owner, lenient=True), *more],
                Access(Purpose.DELIVERY, conversation.person),
            )
        except KeyDestroyed:
            return False
        return changed[0] > 0


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do something whole, also for a caller who is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
