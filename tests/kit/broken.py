"""The adapter of the plaza, broken in one way each."""

import asyncio
import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from amity.adapter import Draft, Finding, Host, Level, MenuEntry
from amity.errors import (
    DeliveryError,
    Forbidden,
    Refused,
    RetryAfter,
    StoreUnavailable,
    Unknown,
)
from amity.message import (
    Address,
    Choice,
    Event,
    Inbound,
    Location,
    MediaRef,
    Outbound,
    Outcome,
    Part,
    Reaction,
    Receipt,
    Sender,
    Sticker,
    Text,
)
from amity.sealed import SealedText
from tests.kit.plaza import Bot, Failed
from tests.kit.plaza_adapter import PlazaAdapter

_numbers = itertools.count(1)
_SENT = Receipt(outcome=Outcome.SENT, message_ids=("nowhere",))


class DropsEdits(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        return None if event["kind"] == "edited" else super().inbound(event)


class EditsAreMessages(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        if inbound is not None and inbound.event is Event.EDITED:
            return replace(inbound, event=Event.MESSAGE, id=f"edit-{event['number']}")
        return inbound


class EditsStandStill(PlazaAdapter):
    """Says of every edit that it happened when the first one did."""

    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        edited = inbound is not None and inbound.event is Event.EDITED
        return replace(inbound, time=1_000) if inbound is not None and edited else inbound


class DropsDeletions(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        return None if event["kind"] == "deleted" else super().inbound(event)


class DeletesAnother(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        deleted = inbound is not None and inbound.event is Event.DELETED
        return replace(inbound, id="another") if inbound is not None and deleted else inbound


class ReactsToNothing(PlazaAdapter):
    def reaction(self, event: Mapping[str, Any]) -> Reaction | None:
        reaction = super().reaction(event)
        return None if reaction is None else replace(reaction, message_id="nothing")


class Reorders(PlazaAdapter):
    """Handles events side by side, so that a later one can overtake."""

    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        async def late() -> None:
            await asyncio.sleep(0.02 if event["number"] % 2 else 0)
            inbound = self.inbound(event)
            if inbound is not None:
                await host.accept([inbound])
            bot.taken(event["number"])

        self.tasks = [t for t in getattr(self, "tasks", []) if not t.done()]
        self.tasks.append(asyncio.create_task(late()))


class SwallowsErrors(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        receipt = await super().send(address, outbound)
        return receipt if receipt.error is None else _SENT


class HidesErrors(PlazaAdapter):
    """Says that it failed, and not why."""

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        receipt = await super().send(address, outbound)
        return receipt if receipt.error is None else Receipt(outcome=Outcome.FAILED)


class RaisesForeignErrors(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        receipt = await super().send(address, outbound)
        if isinstance(receipt.error, Unknown):
            raise KeyError("plaza")
        return receipt


class ForbiddenIsUnknown(PlazaAdapter):
    def error(self, error: Failed) -> DeliveryError:
        found = super().error(error)
        return Unknown("something") if isinstance(found, Forbidden) else found


class WaitsAreUnknown(PlazaAdapter):
    def error(self, error: Failed) -> DeliveryError:
        found = super().error(error)
        return Unknown("something") if isinstance(found, RetryAfter) else found


class SpeaksBeforeTheCommit(PlazaAdapter):
    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        if event["kind"] == "said" and event["text"].startswith("Do you"):
            await self.call("post", chat=event["chat"], text="One moment", key=event["id"])
        await super().one(host, bot, event)


class TakesBeforeTheCommit(PlazaAdapter):
    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        bot.taken(event["number"])
        await super().one(host, bot, event)


class IgnoresThatTheStoreIsAway(PlazaAdapter):
    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        try:
            await super().one(host, bot, event)
        except StoreUnavailable:
            bot.taken(event["number"])


class MakesUpIds(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        return None if inbound is None else replace(inbound, id=f"made-up-{next(_numbers)}")


class OneSenderForAll(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        return None if inbound is None else replace(inbound, sender=Sender(id="somebody"))


class OneChatForAll(PlazaAdapter):
    """Answers go to whoever wrote last."""

    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        values = await super().post(address, outbound)
        if not values["text"].startswith("You told me"):
            return values
        last = next(e for e in reversed(self.plaza.events) if e["kind"] == "said")
        return {**values, "chat": last["chat"]}


class TimeInSeconds(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        return None if inbound is None else replace(inbound, time=event["at"] // 1000)


class ChangesWords(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return super().words({**event, "text": event["text"].replace("<", "&lt;")})


class ForgetsQuotes(PlazaAdapter):
    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        return {**await super().post(address, outbound), "quotes": ""}


class QuotesByItself(PlazaAdapter):
    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        return {**await super().post(address, outbound), "quotes": outbound.in_reply_to[0]}


class ForgetsWhatIsAnswered(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        return None if inbound is None else replace(inbound, reply_to=None)


class ShowsPrivateRepliesToAll(PlazaAdapter):
    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        return {**await super().post(address, outbound), "only": ""}


class ShowsPrivateRepliesToNobody(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        return _SENT if outbound.private else await super().send(address, outbound)


class DropsTheLastPart(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        if outbound.last and outbound.part:
            return _SENT
        return await super().send(address, outbound)


class CutsWhatIsLong(PlazaAdapter):
    def text(self, outbound: Outbound) -> str:
        return super().text(outbound)[:200]


class NeverStopsADraft(PlazaAdapter):
    async def end_draft(self, address: Address, outbound: Outbound) -> None:
        return None


class KeepsADraftThatIsTakenBack(PlazaAdapter):
    async def draft(self, address: Address, draft: Draft) -> str | None:
        return await super().draft(address, draft) if draft.text else None


class ShowsNoDraft(PlazaAdapter):
    async def draft(self, address: Address, draft: Draft) -> str | None:
        return None


class LogsIds(PlazaAdapter):
    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        host.log.debug("plaza.event", about=f"from {event['who']} in {event['chat']}")
        await super().one(host, bot, event)


class LogsMessageIds(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        receipt = await super().send(address, outbound)
        assert self.host is not None
        self.host.log.debug("plaza.sent", what=", ".join(receipt.message_ids))
        return receipt


class PrintsWords(PlazaAdapter):
    def text(self, outbound: Outbound) -> str:
        print("now saying", super().text(outbound))  # noqa: T201 -- the fault that is to be found
        return super().text(outbound)


class LogsElsewhere(PlazaAdapter):
    """Uses a logger of the standard library, which the core keeps silent: no fault."""

    def text(self, outbound: Outbound) -> str:
        logging.getLogger("plaza").error("now saying %s", super().text(outbound))
        return super().text(outbound)


class DropsButtons(PlazaAdapter):
    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        return {**await super().post(address, outbound), "buttons": []}


class LosesArguments(PlazaAdapter):
    def parts(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return tuple(
            replace(part, argument="") if isinstance(part, Choice) else part
            for part in super().parts(event)
        )


class PressesAreOne(PlazaAdapter):
    """Names a press by its button, so that a second one is a duplicate of the first."""

    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        if inbound is not None and event["kind"] == "pressed":
            return replace(inbound, id=f"press of {event['value']}")
        return inbound


class NewKeyForEachSend(PlazaAdapter):
    async def post(self, address: Address, outbound: Outbound) -> dict[str, Any]:
        return {**await super().post(address, outbound), "key": f"key-{next(_numbers)}"}


class NamesNoMessage(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        return replace(await super().send(address, outbound), message_ids=())


class FetchesAnyLength(PlazaAdapter):
    async def fetch(self, media: MediaRef, *, limit: int) -> bytes:
        return await super().fetch(media, limit=1_000_000)


class DropsCaptions(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return super().words({**event, "text": ""} if event.get("medium") else event)


class TellsWhere(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        parts = super().words(event)
        if parts == (Location(),):
            return (Location(), Text(SealedText(event["medium"]["place"])))
        return parts


class StickersAreBlank(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return tuple(Sticker() if isinstance(p, Sticker) else p for p in super().words(event))


class ShowsNoFiles(PlazaAdapter):
    async def files(self, outbound: Outbound) -> tuple[tuple[str, bytes], ...]:
        return ()


class ListensToEverything(PlazaAdapter):
    def meant(self, event: Mapping[str, Any]) -> bool:
        return True


class KnowsNoReplies(PlazaAdapter):
    def meant(self, event: Mapping[str, Any]) -> bool:
        return bool(event.get("mentions"))


class SeesNoMarks(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        return super().inbound({**event, "adult": False})


class LeavesThreads(PlazaAdapter):
    def chat(self, address: Address) -> str:
        return address.chat


class TypesNothing(PlazaAdapter):
    async def typing(self, address: Address) -> None:
        return None


class SetsNoMenu(PlazaAdapter):
    async def menu(self, entries: Mapping[str, Sequence[MenuEntry]]) -> None:
        return None


class TriesAWrongTokenForEver(PlazaAdapter):
    async def run(self, host: Host) -> None:
        try:
            self.plaza.listen(self.config.token)
        except Failed:
            await asyncio.Event().wait()
        await super().run(host)


class FindsNothingWrong(PlazaAdapter):
    async def check(self) -> Sequence[Finding]:
        return [Finding(Level.OK, "the plaza knows this token")]


class SaysItIsUp(PlazaAdapter):
    """Listens again and again inside ``run``, and never says that the platform is away."""

    async def run(self, host: Host) -> None:
        class Quiet:
            def __getattr__(self, name: str) -> Any:
                return getattr(host, name)

            def disconnected(self, why: str) -> None:
                return None

        quiet: Any = Quiet()
        while True:
            try:
                await super().run(quiet)
            except ConnectionError:
                await asyncio.sleep(0.05)


class EditsNothing(PlazaAdapter):
    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        return Receipt(outcome=Outcome.SENT, message_ids=(message_id,))


class DeletesNothing(PlazaAdapter):
    async def delete(self, address: Address, message_id: str) -> Receipt:
        return Receipt(outcome=Outcome.SENT, message_ids=(message_id,))


class MarksNothing(PlazaAdapter):
    async def react(self, address: Address, message_id: str, emoji: str) -> Receipt:
        return Receipt(outcome=Outcome.SENT, message_ids=(message_id,))


class LeavesMentions(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        if event.get("mentions"):
            return super().words({**event, "text": f"@amity {event['text']}"})
        return super().words(event)


class PressesInPublic(PlazaAdapter):
    """Takes a press of a private button for something that the whole group is told of."""

    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        return None if inbound is None else replace(inbound, ephemeral=False)


class DropsTheEditsSecondTime(PlazaAdapter):
    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        inbound = super().inbound(event)
        edited = inbound is not None and inbound.event is Event.EDITED
        return None if edited and event["number"] > self.seen(event["id"]) else inbound

    def seen(self, id: str) -> int:
        edits = [e for e in self.plaza.events if e["kind"] == "edited" and e["id"] == id]
        number: int = edits[0]["number"]
        return number


class DropsWhatItDoesNotKnow(PlazaAdapter):
    """Takes words that start with a slash for commands, and knows only a few."""

    def inbound(self, event: Mapping[str, Any]) -> Inbound | None:
        words = str(event.get("text", "")).split(maxsplit=1)
        strange = words and words[0].startswith("/") and words[0] not in KNOWN
        return None if strange else super().inbound(event)


KNOWN = {"/start", "/help", "/i_am_18", "/under_18", "/agree", "/stop"}


class AgreesForPeople(PlazaAdapter):
    """Lets everybody in, by answering the gate for them."""

    async def one(self, host: Host, bot: Bot, event: Mapping[str, Any]) -> None:
        said = self.inbound(event)
        assert said is not None
        for command in ("i_am_18", "agree"):
            await host.accept(
                [replace(said, id=f"{said.id}-{command}", parts=(Choice(command=command),))]
            )
        await super().one(host, bot, event)


class LiesAboutAge(PlazaAdapter):
    def words(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return super().words({**event, "text": event["text"].replace("/under_18", "/i_am_18")})


class EscapesTwice(PlazaAdapter):
    def text(self, outbound: Outbound) -> str:
        return super().text(outbound).replace("<", "&lt;")


class DropsWhatIsPending(PlazaAdapter):
    """Begins anew at each start, with nothing of what was said before."""

    async def run(self, host: Host) -> None:
        self.plaza.taken = len(self.plaza.events)
        await super().run(host)


class GivesUpWhenItIsAway(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        receipt = await super().send(address, outbound)
        if isinstance(receipt.error, Unknown):
            return Receipt(outcome=Outcome.FAILED, error=Refused("the plaza is away"))
        return receipt


class IsImpatient(PlazaAdapter):
    """Sends again after half a second, as a message of its own."""

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        try:
            async with asyncio.timeout(0.5):
                return await super().send(address, outbound)
        except TimeoutError:
            again = replace(outbound, id=f"again-{outbound.id}")
            return await super().send(address, again)


class BreaksForGood(PlazaAdapter):
    """Never gets over an error."""

    broken = False

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        if not self.broken:
            receipt = await super().send(address, outbound)
            self.broken = receipt.error is not None
            return receipt
        return Receipt(outcome=Outcome.FAILED, error=Refused("it broke once"))


class LosesWhatFollowsACommand(PlazaAdapter):
    def parts(self, event: Mapping[str, Any]) -> tuple[Part, ...]:
        return super().parts(
            {**event, "text": event["text"].split()[-1]} if event.get("name") else event
        )


class ComplainsOfWhatWorks(PlazaAdapter):
    async def check(self) -> Sequence[Finding]:
        return [Finding(Level.WARN, "the plaza looks strange today")]


class CannotFetch(PlazaAdapter):
    fetch: Any = None


class TellsNobodyOfMoves(PlazaAdapter):
    async def note(self, host: Host, event: Mapping[str, Any]) -> None:
        """Pass it over."""


class DoesNotSayWhereItSent(PlazaAdapter):
    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        return replace(await super().send(address, outbound), moved_to="")


class SendsToWhatIsNoMore(PlazaAdapter):
    async def call(self, method: str, **values: Any) -> Any:
        return "" if method == "find" else await super().call(method, **values)
