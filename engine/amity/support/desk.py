"""The operators' chat: what is said there is for tickets, and never a turn with a persona.

Whoever may write in that chat is an operator, unless the configuration names who is. What is
neither a reply nor one of the desk's words is ignored, and stored nowhere.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from amity.clock import Clock
from amity.errors import Conflict, KeyDestroyed, StoreError
from amity.ids import Ids
from amity.message import Event, Inbound, Outbound, OutboundKind, Outcome, Text, text_of
from amity.observe import get_logger
from amity.sealed import SealedText
from amity.support.operators import CannotBeDone, Operators
from amity.support.ports import Carrier, StandsAt, SupportPlan, Texts
from amity.support.ticket import Ticket
from amity.support.tickets import Tickets
from amity.support.wording import Wording

__all__ = ["Desk"]

_ALL: Final = "all"

Hash = Callable[..., str]
Said = tuple[str, Ticket | None]
"""What is said at the desk, and about which ticket."""

Answer = Callable[["_Asked"], Awaitable[Said]]

_A_POST_IS_KEPT: Final = (0.0, 0.2, 0.8)
"""Seconds: who replies at once may be faster than the receipt of what they reply to."""


class _Asked:
    """A word said at the desk: which ticket it names, and what follows."""

    def __init__(self, inbound: Inbound, argument: SealedText, replied: Ticket | None) -> None:
        self.inbound = inbound
        said = argument.reveal().strip()
        first, rest = [*said.split(maxsplit=1), "", ""][:2]
        digits = first.removeprefix("#")
        self.first = first.lower()
        self.number = 0
        self.rest = SealedText(said)
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            self.number, self.rest = int(digits), SealedText(rest)
        elif replied is not None:
            self.number = replied.number


class Desk:
    """Hears the operators.

    Args:
        tickets: The tickets.
        operators: What they can do.
        carrier: Reaches the channels.
        wording: Words tickets.
        texts: The interface's texts.
        clock: The clock.
        ids: Makes ids.
        plan: Returns what the configuration says.
        blind: Makes keyed hashes.
        stands_at: Returns where a message stands that was sent to an address.
    """

    def __init__(
        self,
        *,
        tickets: Tickets,
        operators: Operators,
        carrier: Carrier,
        wording: Wording,
        texts: Texts,
        clock: Clock,
        ids: Ids,
        plan: Callable[[], SupportPlan],
        blind: Hash,
        stands_at: StandsAt,
    ) -> None:
        self._tickets = tickets
        self._operators = operators
        self._carrier = carrier
        self._wording = wording
        self._texts = texts
        self._clock = clock
        self._ids = ids
        self._plan = plan
        self._blind = blind
        self._stands_at = stands_at
        self._saying: set[asyncio.Task[None]] = set()
        self._log = get_logger("support")
        self._words: Mapping[str, Answer] = {
            "tickets": self._listed,
            "ticket": self._shown,
            "reply": self._reply,
            "close": self._close,
            "reopen": self._reopen,
            "refuse": self._refuse,
            "help": self._help,
            "start": self._help,
        }

    async def hear(self, inbound: Inbound, word: str | None, argument: SealedText) -> bool:
        """Do what is said at the desk; false if it is nothing for the desk.

        All of it is committed when this returns, and doing it again does not do it twice.
        """
        if inbound.event is not Event.MESSAGE:
            if inbound.event is Event.EDITED and await self._tickets.said(self._dedupe(inbound)):
                self.say(self._text("desk.edit"), inbound)
            return False
        answer = self._words.get(word or "")
        if answer is None and (word is not None or inbound.reply_to is None):
            return False
        operators = self._plan().operators
        if operators and inbound.sender.id not in operators:
            self._log.warning("desk.not_an_operator")
            self.say(self._text("desk.not_operator"), inbound)
            return False
        replied = await self._replied(inbound)
        if answer is not None:
            asked = _Asked(inbound, argument, replied)
        elif replied is not None:
            answer = self._reply
            asked = _Asked(inbound, SealedText(""), replied)
            asked.rest = text_of(inbound.parts)
        else:
            self.say(self._text("desk.which"), inbound)
            return False
        said: Said
        try:
            said = await answer(asked)
        except CannotBeDone as error:
            said = self._text(error.key, number=error.number), None
        except (Conflict, KeyDestroyed):  # erased in this moment
            said = self._text("desk.no_ticket", number=asked.number), None
        words, ticket = said
        if words:
            self.say(words, inbound, ticket)
        return True

    async def _replied(self, inbound: Inbound) -> Ticket | None:
        if inbound.reply_to is None:
            return None
        for wait in _A_POST_IS_KEPT:
            await asyncio.sleep(wait)
            ticket = await self._tickets.posted(inbound.address, inbound.reply_to)
            if ticket is not None:
                return ticket
        return None

    def _dedupe(self, inbound: Inbound) -> str:
        address = inbound.address
        return self._blind("ticket answer", address.channel, address.chat, inbound.id)

    def _text(self, key: str, **values: str | int) -> str:
        return self._texts.text(self._plan().language, key, **values)

    # ------------------------------------------------------------------ words

    async def _help(self, _asked: _Asked) -> Said:
        return self._text("desk.help"), None

    async def _listed(self, asked: _Asked) -> Said:
        tickets = await self._operators.listed(closed=asked.first == _ALL)
        now = self._clock.now()
        lines = [self._wording.line(self._plan().language, t, now=now) for t in tickets]
        return "\n".join(lines) or self._text("desk.none"), None

    async def _shown(self, asked: _Asked) -> Said:
        ticket, messages = await self._operators.shown(asked.number)
        self._log.info("ticket.shown", ticket=ticket.number, where="desk")
        return self._wording.whole(self._plan().language, ticket, messages), ticket

    async def _reply(self, asked: _Asked) -> Said:
        await self._operators.reply(asked.number, asked.rest, self._dedupe(asked.inbound))
        return "", None

    async def _close(self, asked: _Asked) -> Said:
        ticket = await self._operators.close(asked.number)
        return self._text("desk.closed", number=ticket.number), ticket

    async def _reopen(self, asked: _Asked) -> Said:
        ticket = await self._operators.reopen(asked.number)
        return self._text("desk.reopened", number=ticket.number), ticket

    async def _refuse(self, asked: _Asked) -> Said:
        ticket = await self._operators.refuse(asked.number)
        return self._text("desk.refused", number=ticket.number), ticket

    # ------------------------------------------------------------------ speaking

    def delivered(self, ticket: Ticket) -> None:
        """Say that an answer has reached the person."""
        self.say(self._text("desk.delivered", number=ticket.number), ticket=ticket)

    def deleted(self, ticket: Ticket) -> None:
        """Say that a person deleted their ticket."""
        self.say(self._text("desk.deleted", number=ticket.number))

    def say(
        self, words: str, answered: Inbound | None = None, ticket: Ticket | None = None
    ) -> None:
        """Say something, where ``answered`` was said; a failure is forgotten.

        Where it tells of a ticket, it can be replied to, and goes from the chat with the ticket.
        """
        task = asyncio.create_task(self._say(words, answered, ticket), name="desk")
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say(self, words: str, answered: Inbound | None, ticket: Ticket | None) -> None:
        desk = self._plan().desk if answered is None else answered.address
        if desk is None or not self._carrier.ready(desk.channel):
            return
        id = self._ids.new()
        pieces = self._carrier.pieces(desk.channel, (Text(SealedText(words)),))
        for number, parts in enumerate(pieces):
            outbound = Outbound(
                id=id if number == 0 else f"{id}.{number}",
                reply=id,
                part=number,
                last=number == len(pieces) - 1,
                kind=OutboundKind.NOTICE,
                parts=parts,
                in_reply_to=() if answered is None else (answered.id,),
            )
            receipt = await self._carrier.send(
                desk, outbound, wanted=partial(self._is_there, ticket)
            )
            desk = await self._stands_at(desk, receipt)
            if ticket is None:
                continue
            if receipt.outcome is Outcome.SUPPRESSED:
                return
            try:
                await self._tickets.remember_posts(ticket, desk, receipt.message_ids)
            except (Conflict, KeyDestroyed):  # erased meanwhile, by who could not know of these
                for message_id in receipt.message_ids:
                    await self._carrier.take_back(desk, message_id)
                return
            except StoreError as error:
                self._log.warning("desk.post_unknown", error=type(error).__name__)

    async def _is_there(self, ticket: Ticket | None) -> bool:
        return ticket is None or await self._tickets.get(ticket.id) is not None

    async def aclose(self) -> None:
        """End what is being said."""
        saying = list(self._saying)
        for task in saying:
            task.cancel()
        await asyncio.gather(*saying, return_exceptions=True)
